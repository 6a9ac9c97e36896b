"""What another program says of the exported books: beancount, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

BEAN_CHECK = Path(sys.executable).with_name("bean-check")


def export(form: str, **options: Any) -> str:
    """Return what `manage.py export_books` writes."""
    written = StringIO()
    call_command("export_books", format=form, stdout=written, **options)
    return written.getvalue()


def objections(text: str, folder: Path) -> str:
    """Return what bean-check has against a file; nothing if it agrees."""
    file = folder / "books.beancount"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [BEAN_CHECK, "--no-cache", file], capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) is (done.stderr == ""), done
    return done.stderr
