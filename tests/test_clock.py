"""What the clock does for the site as a whole, and when."""

from __future__ import annotations

import datetime
import logging

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client

from cms.models import NoticeIndexPage, NoticePage, SupplierIndexPage, SupplierPage
from config.tasks import check_books, drop_old_sessions, publish_scheduled, renew_search_index
from ledger import invariants
from ledger.checking import Invariant
from ledger.clock import database_now
from market.produce.models import Supplier
from tests.cms.written import rewrite, write

HOUR = datetime.timedelta(hours=1)


def session_that_ends(in_seconds: int) -> str:
    session = SessionStore()
    session.set_expiry(in_seconds)
    session.save()
    return str(session.session_key)


def test_forgets_sessions_that_are_over(db: None) -> None:
    session_that_ends(-1)
    alive = session_that_ends(60)

    drop_old_sessions()

    assert [session.pk for session in Session.objects.all()] == [alive]


def test_finds_again_what_the_index_has_lost(client: Client, hongsibu: Supplier) -> None:
    suppliers = rewrite(SupplierIndexPage)
    write(suppliers, SupplierPage, "hsb", title="种萝卜的人", summary="-", supplier=hongsibu)
    Supplier.objects.update(name="大河村合作社")
    suppliers.index_entries.all().delete()

    renew_search_index()

    for typed, title in (("大河村", "种萝卜的人"), (suppliers.title, suppliers.title)):
        found = client.get("/search/", {"q": typed}).context["pages"].pages
        assert [page.title for page in found] == [title]


def test_puts_up_what_is_due_and_takes_down_what_is_over(client: Client, db: None) -> None:
    notices = rewrite(NoticeIndexPage)
    now = database_now()
    over = write(notices, NoticePage, "over", summary="-")
    NoticePage.objects.filter(pk=over.pk).update(expire_at=now - HOUR)
    due = NoticePage(title="due", slug="due", summary="-", locale=notices.locale, live=False)
    notices.add_child(instance=due)
    due.go_live_at = now + HOUR
    waiting = due.save_revision()
    waiting.publish()
    waiting.content["go_live_at"] = (now - HOUR).isoformat()
    waiting.approved_go_live_at = now - HOUR
    waiting.save()

    publish_scheduled()

    assert client.get("/notices/due/").status_code == 200
    assert client.get("/notices/over/").status_code == 404


def test_books_that_are_right_are_no_news(db: None, caplog: pytest.LogCaptureFixture) -> None:
    assert check_books() == 0
    assert caplog.messages == []


def test_each_wrong_row_is_an_error_in_the_log(
    db: None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = [
        Invariant("X1", "nothing is wrong", lambda: ["row 1", "row 2"]),
        Invariant("X2", "nothing is odd", lambda: ["row 3"], is_warning=True),
    ]
    monkeypatch.setattr(invariants, "INVARIANTS", planted)

    assert check_books() == 2

    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.ERROR, "the books are wrong: X1: row 1 (nothing is wrong)"),
        (logging.ERROR, "the books are wrong: X1: row 2 (nothing is wrong)"),
        (logging.WARNING, "for staff to look at: X2: row 3 (nothing is odd)"),
    ]


@pytest.mark.parametrize(
    "job", ["close-days", "check-books", "drop-old-sessions", "renew-search-index"]
)
def test_heavy_work_is_done_while_the_shop_is_shut(job: str) -> None:
    schedule = settings.CELERY_BEAT_SCHEDULE[job]["schedule"]

    assert (schedule.hour, len(schedule.minute)) in [({3}, 1), ({4}, 1)]
    assert settings.CELERY_TIMEZONE == "Asia/Shanghai"
