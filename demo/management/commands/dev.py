"""`manage.py dev`: everything a newcomer needs, in one terminal."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any, override

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.urls import reverse

from demo.people import who_can_sign_in
from market.orders.models import StripeSession

STOP_SECONDS = 10
STRIPE_PORT = 12111
Child = subprocess.Popen[bytes]


class Command(BaseCommand):
    help = "Migrate, load the demonstration, and serve the site with a task worker and the clock."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", default="8000")

    @override
    def handle(self, *args: Any, port: str, **options: Any) -> None:
        _when_told_to_stop(_interrupt_once)
        settings.VAR_DIR.mkdir(exist_ok=True)
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0)
        call_command("load_demo")
        environment = {**os.environ, "SITE_ADDRESS": f"http://127.0.0.1:{port}"}
        commands, ports = [_web(port), _worker()], [int(port)]
        if wants_stand_in():
            stripe_port = _free_port()
            environment |= _stripe_settings(stripe_port)
            commands.append(_stripe(port, stripe_port, environment["STRIPE_WEBHOOK_SECRET"]))
            ports.append(stripe_port)
        children = [
            subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603  # Our own commands.
            for command in commands
        ]
        try:
            _wait_until_open(ports, children)
            self.stdout.write(self._welcome(port, environment.get("STRIPE_BASE_ADDRESS", "")))
            self.stdout.flush()
            _stay_until_one_ends(children)
        except KeyboardInterrupt:
            pass
        finally:
            _stop(children)

    def _welcome(self, port: str, stripe: str) -> str:
        pays = f"  Payments go to a stand-in for Stripe: {stripe}/\n\n" if stripe else ""
        people = "\n".join(f"    {line}" for line in who_can_sign_in())
        return (
            f"\n  Huilin 惠邻 is at http://127.0.0.1:{port}/ "
            f"(English: http://127.0.0.1:{port}/en/, back office: /office/)\n\n"
            f"  Who can sign in, each with the PIN {settings.DEMO_PIN}:\n{people}\n\n"
            f"{pays}  Ctrl-C stops it.\n"
        )


def _web(port: str) -> list[str]:
    return [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]


def _worker() -> list[str]:
    """The task worker with the clock inside: one process is enough for one small machine."""
    return [
        # Celery warns everybody who tries something out as root.
        *(sys.executable, "-W", "ignore::UserWarning:celery.platforms"),
        *("-m", "celery", "--quiet", "-A", "config", "worker", "-B", "-P", "solo"),
        *("-l", "warning", "--without-gossip", "--without-mingle"),
    ]


def wants_stand_in() -> bool:
    """Tell whether a stand-in takes the payments: never where there is a key of Stripe's."""
    return settings.DEBUG and settings.IS_DEMO and not settings.STRIPE_SECRET_KEY


def _free_port() -> int:
    """Choose where the stand-in for Stripe listens: the same as last time if that is free."""
    if not _is_open(STRIPE_PORT):
        return STRIPE_PORT
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _stripe_settings(port: int) -> dict[str, str]:
    """Point the site at the stand-in."""
    return {
        "STRIPE_SECRET_KEY": "sk_test_stand_in",
        "STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(16)}",
        "STRIPE_BASE_ADDRESS": f"http://127.0.0.1:{port}",
    }


def _stripe(site_port: str, port: int, secret: str) -> list[str]:
    memory = settings.VAR_DIR / "stripe_stand_in.json"
    if not StripeSession.objects.exists():
        # What it remembers is of another database.
        memory.unlink(missing_ok=True)
    return [
        *(sys.executable, "manage.py", "stripe_stand_in", "--port", str(port)),
        *("--webhook", f"http://127.0.0.1:{site_port}{reverse('orders:stripe')}"),
        *("--secret", secret, "--memory", str(memory)),
    ]


def _wait_until_open(ports: list[int], children: list[Child]) -> None:
    while all(child.poll() is None for child in children):
        if all(map(_is_open, ports)):
            return
        time.sleep(0.1)


def _is_open(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


def _stay_until_one_ends(children: list[Child]) -> None:
    while all(child.poll() is None for child in children):
        time.sleep(0.3)


def _when_told_to_stop(do: Callable[..., None] | signal.Handlers) -> None:
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, do)


def _interrupt_once(*_told: object) -> None:
    """Whoever presses Ctrl-C twice, or tells make as well, must not interrupt the stopping."""
    _when_told_to_stop(signal.SIG_IGN)
    raise KeyboardInterrupt


def _stop(children: list[Child]) -> None:
    """Take every child along: politely first, then without asking."""
    _when_told_to_stop(signal.SIG_IGN)
    for child in children:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
    for child in children:
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
