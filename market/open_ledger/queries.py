"""What the open ledger shows: a constant number of statements, however long the history."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ledger.models import ClosedDay, Entry
from ledger.sums import day_of, midnight, written
from market.open_ledger.lines import LINES, NOW, Line, line_now, lines_of
from market.open_ledger.models import BooksCheck, DayFlow, Question
from market.open_ledger.piles import HELD, MARKUP, flows
from market.orders.models import Order
from market.produce.templatetags.produce import yuan
from people.models import Member

A_DAY = datetime.timedelta(days=1)


class Flow(NamedTuple):
    """What entries of a day did to a pile of money."""

    day: datetime.date
    source: str
    pile: str
    debit_fen: int
    credit_fen: int


class Part(NamedTuple):
    """One line of one side.

    Args:
        before_fen: what the lines above it come to: where it begins in the bar of all.
    """

    key: str
    label: str
    tone: str
    fen: int
    before_fen: int


class Balance(NamedTuple):
    """Two sides that the books make equal: each is added up by itself."""

    came: list[Part]
    went: list[Part]

    @property
    def came_fen(self) -> int:
        return sum(part.fen for part in self.came)

    @property
    def went_fen(self) -> int:
        return sum(part.fen for part in self.went)

    @property
    def is_equal(self) -> bool:
        return self.came_fen == self.went_fen

    @property
    def longer_fen(self) -> int:
        return max(self.came_fen, self.went_fen)

    @property
    def difference_fen(self) -> int:
        return abs(self.came_fen - self.went_fen)

    @property
    def markup_fen(self) -> int:
        """What the community itself gained."""
        return self._fen(MARKUP)

    @property
    def farmers_fen(self) -> int:
        return self._fen("farmers")

    @property
    def back_fen(self) -> int:
        return self._fen("back")

    @property
    def funds_fen(self) -> int:
        return self._fen("funds")

    def _fen(self, key: str) -> int:
        went = sum(part.fen for part in self.went if part.key == key)
        return went - sum(part.fen for part in self.came if part.key == key)


# --- Money ----------------------------------------------------------------------------


def flows_of_days(first: datetime.date, last: datetime.date) -> list[Flow]:
    """Return what moved from one day to another, by day: written down, and since then."""
    known = DayFlow.objects.order_by("-day").values_list("day", flat=True).first()
    # Not later ones: they may have been written since, and are read below.
    stored = DayFlow.objects.filter(day__range=(first, min(last, known or datetime.date.min)))
    found = [Flow(*row) for row in stored.values_list(*Flow._fields)]
    begin = max(first, known + A_DAY) if known else first
    if begin <= last:
        found += flows_read(begin, last)
    return sorted(found)


def flows_read(first: datetime.date, last: datetime.date) -> list[Flow]:
    """Read what moved on some days from the transfers themselves."""
    base = ClosedDay.objects.filter(day__lt=first).order_by("-day").first()
    condition = "t.id >= %s AND e.posted_at >= %s AND e.posted_at < %s"
    values = [
        base.first_after if base else 0,
        written(midnight(first)),
        written(midnight(last + A_DAY)),
    ]
    with connection.cursor() as cursor:
        day = f"'{first}'" if first == last else ""
        cursor.execute(flows(condition, day=day), values * 2)
        return [
            Flow(datetime.date.fromisoformat(str(day)), source, pile, int(debit), int(credit))
            for day, source, pile, debit, credit in cursor.fetchall()
        ]


def month_of(day: datetime.date) -> tuple[datetime.date, datetime.date]:
    """Return the first and the last day of a month.

    >>> month_of(datetime.date(2028, 2, 7))
    (datetime.date(2028, 2, 1), datetime.date(2028, 2, 29))
    """
    first = day.replace(day=1)
    return first, (first + 31 * A_DAY).replace(day=1) - A_DAY


def balance_of_flows(found: Iterable[Flow]) -> Balance:
    """Sort flows into what came in and what went out."""
    net = dict.fromkeys(LINES, 0)
    for flow in found:
        into, out_of = lines_of(flow.source, flow.pile)
        net[into] += flow.debit_fen
        net[out_of] -= flow.credit_fen
    return _balance(net, LINES)


def balance_now() -> Balance:
    """Return where the money lies at this moment, and whose it is, by the totals of accounts."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, ["CNY"])
        found = cursor.fetchall()
    net = dict.fromkeys(NOW, 0)
    for pile, debits, credits_ in found:
        net[line_now(pile)] += int(debits) - int(credits_)
    return _balance(net, NOW)


def _balance(net: Mapping[str, int], lines: Mapping[str, Line]) -> Balance:
    return Balance(_parts(net, lines, "came"), _parts(net, lines, "went"))


def _parts(net: Mapping[str, int], lines: Mapping[str, Line], side: str) -> list[Part]:
    """Keep what is on one side, debits or credits, and what is always shown there."""
    parts: list[Part] = []
    before_fen = 0
    for key, line in lines.items():
        fen = net[key] if side == "came" else -net[key]
        if fen > 0 or (fen == 0 and line.always == side):
            parts.append(Part(key, str(getattr(line, side)), line.tone, fen, before_fen))
            before_fen += fen
    return parts


def first_month() -> datetime.date | None:
    """Return the first day of the month in which the books begin."""
    posted_at = Entry.objects.order_by("pk").values_list("posted_at", flat=True).first()
    return day_of(posted_at).replace(day=1) if posted_at else None


def last_check() -> BooksCheck | None:
    """Return the latest check of the books."""
    return BooksCheck.objects.order_by("-checked_at", "-pk").first()


# --- Questions ------------------------------------------------------------------------


def questions_of(member: Member) -> QuerySet[Question]:
    """Return what a member has asked, the newest first."""
    return with_rows(Question.objects.filter(member=member).order_by("-pk"))


def questions_to_answer() -> QuerySet[Question]:
    """Return what nobody has answered yet, the oldest first."""
    return Question.objects.filter(answered_at=None).order_by("pk")


def with_rows(questions: QuerySet[Question]) -> QuerySet[Question]:
    """Fetch what it takes to say what questions are about."""
    return questions.select_related("member", "answered_by", "order").prefetch_related(
        "order__payments__refunds"
    )


def rows_about(order: Order | None) -> dict[str, str]:
    """Return the rows one can ask about: those of an order, or else of all one's money."""
    if order is None:
        return {"ledger": _("The open ledger"), "credit": _("My credit")}
    rows = {"order": _("Order %(number)s") % {"number": order.number}}
    for payment in order.payments.all():
        rows[f"payment-{payment.pk}"] = _("%(amount)s paid for order %(number)s") % {
            "amount": yuan(payment.amount_fen),
            "number": order.number,
        }
        for refund in payment.refunds.all():
            rows[f"refund-{refund.pk}"] = _("%(amount)s given back for order %(number)s") % {
                "amount": yuan(refund.amount_fen),
                "number": order.number,
            }
    if order.credit_fen:
        rows["credit"] = _("%(amount)s of credit used for order %(number)s") % {
            "amount": yuan(order.credit_fen),
            "number": order.number,
        }
    return rows


def about(question: Question) -> str:
    """Say which row a question is about; rows of money never go away."""
    rows = rows_about(question.order)
    return rows.get(question.row) or next(iter(rows.values()))
