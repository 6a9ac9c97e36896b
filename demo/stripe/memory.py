"""What the stand-in remembers when it is started again, so that what was paid stays paid."""

from __future__ import annotations

import json
from pathlib import Path

from demo.stripe.desk import Desk


class Memory:
    """A file with everything that is on a desk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kept = ""

    def recall(self, desk: Desk) -> None:
        """Put back on the desk what was there."""
        if self.path.exists():
            desk.objects.update(json.loads(self.path.read_text()))

    def keep(self, desk: Desk) -> None:
        """Write down what is on the desk, if anything changed."""
        with desk.lock:
            kept = json.dumps(desk.objects, ensure_ascii=False)
        if kept == self._kept:
            return
        # In one piece, or what is read after a crash is half of it.
        new = self.path.with_suffix(".new")
        new.write_text(kept)
        new.replace(self.path)
        self._kept = kept
