"""How long a newcomer waits: `git clone`, `make run`, the first page."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.figures import table, verdict

SECONDS_MOST = 180
ROOT = Path(__file__).parent.parent


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="huilin-clone-") as folder:
        began = time.monotonic()
        subprocess.run(["git", "clone", "-q", ROOT, folder], check=True)
        port = free_port()
        environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        site = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/", site, seconds=2 * SECONDS_MOST)
            seconds = time.monotonic() - began
        finally:
            site.terminate()  # make tells the site, and waits until it has stopped.
            site.wait(60)
    table(
        "From `git clone` to the first page of `make run`",
        ["packages", "seconds", "at most", "bar"],
        [["in uv's cache", seconds, SECONDS_MOST, verdict(holds=seconds <= SECONDS_MOST)]],
    )


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def wait_for(address: str, site: subprocess.Popen[bytes], *, seconds: float = 60) -> None:
    """Wait until a site answers, and fail when it has stopped or takes too long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address) as answer:  # noqa: S310  # Our own address.
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            if site.poll() is not None:
                break
        time.sleep(0.2)
    raise RuntimeError(f"{address} serves no page")


if __name__ == "__main__":
    main()
