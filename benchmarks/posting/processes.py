"""Processes that post, told all at once to begin; and environments for those of others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import psycopg
from django.db import connection

ROOT = Path(__file__).parent.parent.parent
ENVIRONMENTS = ROOT / "var" / "peers"


class Peer(NamedTuple):
    """A ledger from the public index, in a version that was looked at."""

    name: str
    package: str
    version: str

    @property
    def title(self) -> str:
        return f"{self.package} {self.version}"


HORDAK = Peer("hordak", "django-hordak", "2.0.0")
DJANGO_LEDGER = Peer("django_ledger", "django-ledger", "0.8.5")


class Subject(NamedTuple):
    """Who posts, and how its processes are started."""

    title: str
    command: Sequence[str]
    environment: dict[str, str]


class Figure(NamedTuple):
    """What so many clients of one subject did together in one round."""

    a_second: float
    cpu_ms: float
    p50_ms: float
    p99_ms: float
    slowest_ms: float


class Posters:
    """So many processes of one subject, each with a connection of its own."""

    def __init__(self, subject: Subject, count: int) -> None:
        self._processes = [
            subprocess.Popen(
                [*subject.command, str(number)],
                cwd=ROOT,
                env=subject.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in range(count)
        ]
        for process in self._processes:
            _answer_of(process)

    def take(self, task: str, seconds: float) -> Figure:
        """Let all work for so long, and add up what they did."""
        for process in self._processes:
            assert process.stdin
            process.stdin.write(f"{task} {seconds}\n")
            process.stdin.flush()
        answers = [_answer_of(process) for process in self._processes]
        count = sum(answer["count"] for answer in answers)
        return Figure(
            a_second=sum(answer["count"] / answer["seconds"] for answer in answers),
            cpu_ms=1000 * sum(answer["cpu"] for answer in answers) / count,
            p50_ms=max(answer["p50"] for answer in answers),
            p99_ms=max(answer["p99"] for answer in answers),
            slowest_ms=max(answer["slowest"] for answer in answers),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._processes:
            process.communicate("")


def python_with(peer: Peer) -> str:
    """Return a Python that has a peer installed, in an environment kept under `var/`."""
    folder = ENVIRONMENTS / f"{peer.package}-{peer.version}"
    python = folder / "bin" / "python"
    stamp = folder / "installed"
    if not stamp.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        packages = [f"{peer.package}=={peer.version}", "psycopg[binary]"]
        subprocess.run([python, "-m", "pip", "install", "-qq", *packages], check=True)
        stamp.touch()
    return str(python)


def peer_with_database(peer: Peer, preparation: str = "prepare") -> Subject:
    """Make a database for a peer on the server we are on, prepared by the peer itself."""
    place: dict[str, Any] = connection.settings_dict
    host = place["OPTIONS"].get("host") or place["HOST"]
    name = f"{peer.name}_{preparation}"
    with psycopg.connect(host=host, user=place["USER"], dbname="postgres", autocommit=True) as ours:
        ours.execute(f'CREATE DATABASE "{name}"')
    command = [python_with(peer), "-m", f"benchmarks.posting.{peer.name}", host, name]
    environment = _bare_environment()
    subprocess.run([*command, preparation], check=True, cwd=ROOT, env=environment)
    return Subject(peer.title, command, environment)


def _bare_environment() -> dict[str, str]:
    """Return our environment without what sets our own site up."""
    ours = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "PYTHONPATH"}
    return {name: value for name, value in os.environ.items() if name not in ours} | {
        "PYTHONWARNINGS": "ignore"
    }


def _answer_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{process.args!r} stopped with {process.wait()}")
    answer: dict[str, Any] = json.loads(line)
    return answer
