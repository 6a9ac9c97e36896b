"""What somebody finds on our pages, and what editors recommend to those who look for a word."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.db.models import Case, IntegerField, Q, TextField, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import get_language, pgettext_lazy
from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.images.models import Image
from wagtail.models import Page
from wagtail.search.query import And, PlainText

from cms.models import (
    MarketDayIndexPage,
    MarketDayPage,
    NoticeIndexPage,
    NoticePage,
    StandardPage,
    StoryIndexPage,
    StoryPage,
    SupplierIndexPage,
    SupplierPage,
)
from cms.words import asked_words
from market.produce.search import keys_of, plainly, words_of

PAGES_SHOWN = 12
PICTURE = "fill-200x200|format-webp"
WRITTEN = {
    SupplierPage: pgettext_lazy("kind of page", "Supplier"),
    MarketDayPage: pgettext_lazy("kind of page", "Market day"),
    StoryPage: pgettext_lazy("kind of page", "Story"),
    NoticePage: pgettext_lazy("kind of page", "Notice"),
    StandardPage: pgettext_lazy("kind of page", "Guide"),
}
LISTS = dict.fromkeys(
    [SupplierIndexPage, MarketDayIndexPage, StoryIndexPage, NoticeIndexPage],
    pgettext_lazy("kind of page", "List"),
)
KINDS = WRITTEN | LISTS


class Finding(NamedTuple):
    """A page, or an address elsewhere, as a list of what was found shows it.

    Args:
        kind: what sort of page it is, or the host it is at.
    """

    title: str
    url: str
    sentence: str
    kind: str
    picture: Image | None


class Findings(NamedTuple):
    """Twelve pages, and whether there are more."""

    pages: list[Finding]
    number: int
    has_next: bool


def pages_found(
    typed: str, request: HttpRequest, *, besides: Iterable[str] = (), page: int = 1
) -> Findings:
    """Return the pages in the visitor's language that hold all the words typed.

    Those with the words in their title stand first, and the newest before the older.

    Args:
        typed: Chinese or English; titles are found by pinyin and initials, too.
        besides: addresses that are shown already.
        page: 1 is the first.
    """
    words = asked_words(typed)
    if not words:
        return Findings([], page, has_next=False)
    start = (page - 1) * PAGES_SHOWN
    by_title = Q(*(Q(title__icontains=word) for word in words_of(typed)))
    pages = _with_sentences().filter(pk__in=_shown()).order_by(
        Case(When(by_title, then=0), default=1, output_field=IntegerField()).asc(),
        "-first_published_at",
        "-id",
    )  # fmt: skip
    every_word = And([PlainText(word) for word in words])
    found = pages.autocomplete(every_word, order_by_relevance=False)
    rows = list(found[start : start + PAGES_SHOWN + 1])
    findings = [
        each for each in _findings(rows[:PAGES_SHOWN], request) if each.url not in set(besides)
    ]
    return Findings(findings, page, has_next=len(rows) > PAGES_SHOWN)


def recommended(typed: str, request: HttpRequest) -> list[Finding]:
    """Return what editors recommend to those who type just this, in the editors' order.

    Capitals, spaces, signs and full-width letters make no difference, and a term in Chinese
    is meant by its pinyin and its initials as well. Nothing is written: Wagtail's own tag would
    keep what was typed.
    """
    promotions = SearchPromotion.objects.select_related("query", "page").order_by("sort_order")
    meant = [each for each in promotions if _means(typed, each.query.query_string)]
    keys = {each.page.translation_key for each in meant if each.page}
    pages = _with_sentences().filter(translation_key__in=keys, pk__in=_shown()) if keys else ()
    by_key = dict(
        zip((page.translation_key for page in pages), _findings(pages, request), strict=True)
    )
    findings: dict[str, Finding] = {}
    for each in meant:
        finding = by_key.get(each.page.translation_key) if each.page else _elsewhere(each)
        if finding:
            own = each.description.strip()
            findings.setdefault(finding.url, finding._replace(sentence=own or finding.sentence))
    return list(findings.values())


def _means(typed: str, term: str) -> bool:
    plain = plainly(typed)
    return bool(plain) and f"|{plain}|" in _keys_of_term(term)


@lru_cache(maxsize=1_000)
def _keys_of_term(term: str) -> str:
    return keys_of(term)


def _elsewhere(promotion: SearchPromotion) -> Finding:
    url = promotion.external_link_url
    return Finding(promotion.external_link_text or url, url, "", urlsplit(url).hostname or "", None)


def _shown() -> Any:
    """Keep what is published in the visitor's language, and no copy that waits for translation."""
    return (
        Page.objects.live()
        .filter(alias_of=None, locale__language_code=get_language())
        .type(*KINDS)
        .values("pk")
    )


@cache
def _with_sentences() -> Any:
    """Return all pages, each with its one sentence and the id of its picture."""
    written = [kind.__name__.lower() for kind in WRITTEN]
    lists = [kind.__name__.lower() for kind in LISTS]
    sentences = [*(f"{name}__summary" for name in written), *(f"{name}__intro" for name in lists)]
    return Page.objects.annotate(
        sentence=Coalesce(*sentences, Value(""), output_field=TextField()),
        picture_pk=Coalesce(*(f"{name}__picture" for name in written), output_field=IntegerField()),
    )


def _findings(pages: Iterable[Any], request: HttpRequest) -> list[Finding]:
    """Tell pages as findings; their pictures cost two questions, however many there are."""
    pages = list(pages)
    wanted = {page.picture_pk for page in pages if page.picture_pk}
    pictures = Image.objects.prefetch_renditions(PICTURE).in_bulk(wanted) if wanted else {}
    return [
        Finding(
            title=page.title,
            url=page.get_url(request),
            sentence=page.sentence,
            kind=str(KINDS[page.specific_class]),
            picture=pictures.get(page.picture_pk),
        )
        for page in pages
    ]
