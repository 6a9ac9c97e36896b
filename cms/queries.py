"""What pages ask of several apps at once."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from wagtail.models import Page

from cms.models.public import IndexPage
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


LANGUAGES = [code for code, _name in settings.LANGUAGES]


def translations_of(page: Page) -> list[Page]:
    """Return a page in each language it is published in, Chinese first, itself among them."""
    found = published_pages().filter(translation_key=page.translation_key)
    return sorted(found, key=lambda each: LANGUAGES.index(each.locale.language_code))


def published_pages() -> QuerySet[Page]:
    """Return what everybody may read, once.

    A page that nobody has translated yet stands in the other tree as a copy; it is left out,
    since its language is not that of its address.
    """
    pages: QuerySet[Page] = Page.objects.live().filter(depth__gt=1, alias_of=None)
    return pages.select_related("locale")


def list_in_language(kind: type[IndexPage]) -> IndexPage | None:
    """Return the published list of a kind in the language that is set, if there is one."""
    lists = kind.objects.live().filter(locale__language_code=get_language())
    found: IndexPage | None = lists.order_by("path").first()
    return found
