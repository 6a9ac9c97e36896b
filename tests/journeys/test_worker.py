"""A real task worker on a real queue: it does what the clock asks, and survives being killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection

from ledger.checking import wrong_rows
from ledger.models import Account
from market.orders.models import Order
from market.produce.models import Listing
from people.models import Member
from tests.market.orders.test_closing_orders import days_ago
from tests.stories import order

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS = 60
SWEEP = "market.orders.tasks.sweep_uncollected"


@pytest.fixture
def queue(tmp_path: Path) -> Path:
    for folder in ("messages", "control"):
        (tmp_path / folder).mkdir()
    return tmp_path


@contextmanager
def worker(queue: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker like that of `make run`, on this test's database and a queue of its own."""
    name = connection.settings_dict["NAME"]
    url = (
        f"sqlite:///{name}"
        if connection.vendor == "sqlite"
        else f"postgres://app@/{name}?host={os.environ['TEST_PG_FOLDER']}"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "--quiet", "-A", "config", "worker", "-P", "solo"],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
            "DATABASE_URL": url,
            "QUEUE_DIR": str(queue),
            "CELERY_BROKER_URL": "filesystem://localhost",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(SECONDS)


def nudge_worker(queue: Path) -> None:
    """Queue the sweep by name, as the clock does."""
    client = Celery(broker="filesystem://localhost", set_as_current=False)
    client.conf.broker_transport_options = {
        "data_folder_in": str(queue / "messages"),
        "data_folder_out": str(queue / "messages"),
        "control_folder": str(queue / "control"),
    }
    client.send_task(SWEEP)
    client.close()


def wait_until(is_so: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def given_up() -> int:
    return Order.objects.filter(status=Order.Status.UNCOLLECTED).count()


def test_a_worker_that_is_killed_leaves_whole_orders_and_the_next_does_the_rest(
    ma: Member, radishes: Listing, queue: Path
) -> None:
    for _order in range(40):
        order(ma, {radishes: 250}, at=days_ago(5))

    with worker(queue):
        nudge_worker(queue)
        wait_until(lambda: given_up() > 0)
    # Killed with -9, somewhere in the middle: every order is whole, before or after.
    assert list(wrong_rows()) == []
    half_way = given_up()

    with worker(queue):
        nudge_worker(queue)
        wait_until(lambda: given_up() == 40)
    assert 0 < half_way <= 40
    assert Account.objects.get(pk=radishes.stock_id).available == 50_000
    assert list(wrong_rows()) == []
