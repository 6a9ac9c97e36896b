"""What pages ask of several apps at once."""

from __future__ import annotations

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ledger.questions import Blank, Question
from people.models import Member, Notice


def held_for(member: Member) -> tuple[set[int], int]:
    """Return the listings in a member's basket, and how many notices are unread.

    One question, since every page asks it.
    """
    rows = HELD.ask(member=member.pk)
    listings = {listing for listing, _unread in rows if listing is not None}
    return listings, rows[0][1] if rows else 0


def _held() -> QuerySet[Member, tuple[int | None, int]]:
    unread = (
        Notice.objects.filter(member=OuterRef("pk"), read_at=None)
        .order_by()
        .values("member")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return Member.objects.filter(pk=Blank("member")).values_list(
        "basket__lines__listing", Coalesce(Subquery(unread), 0)
    )


HELD = Question(_held)
