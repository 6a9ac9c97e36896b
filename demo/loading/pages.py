"""Pages of the demonstration: written in Chinese, translated into English as an editor would."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.files.images import ImageFile
from django.utils import timezone
from wagtail.images.models import Image
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from cms.models import (
    HomePage,
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
from demo.data import PICTURES, pages_data
from demo.dates import market_day
from demo.loading.words import Words, blocks_of
from market.produce.models import Product, Supplier
from people.models import ServicePoint

INDEXES = {
    "suppliers": SupplierIndexPage,
    "market-days": MarketDayIndexPage,
    "stories": StoryIndexPage,
    "notices": NoticeIndexPage,
}
MARKET_DAYS_AT = "LUYN"


def load_pages(points: dict[str, ServicePoint], now: datetime.datetime) -> int:
    """Write the pages that are not there yet, in both languages; return how many there are."""
    home = HomePage.objects.get(locale__language_code="zh-hans")
    today = timezone.localdate(now)
    rows = pages_data()
    parents = {slug: _index(home, slug, rows["indexes"][slug]) for slug in INDEXES}
    for row in rows["suppliers"]:
        _publish(parents["suppliers"], SupplierPage, row, **_supplier_fields(row))
    for row in rows["stories"]:
        _publish(parents["stories"], StoryPage, row, written_on=_days_ago(today, row))
    for row in rows["notices"]:
        until = now + datetime.timedelta(days=row["days_valid"])
        _publish(
            parents["notices"],
            NoticePage,
            row,
            written_on=_days_ago(today, row),
            expire_at=until,
        )
    for row in rows["market_days"]:
        fields = _market_day_fields(row, points[MARKET_DAYS_AT], today)
        _publish(parents["market-days"], MarketDayPage, row, **fields)
    for row in rows["standard"]:
        _publish(home, StandardPage, row)
    count: int = Page.objects.filter(depth__gt=2).count()
    return count


def _index(home: HomePage, slug: str, row: dict[str, Any]) -> Page:
    """Return the list that every site has, worded for this one."""
    page = INDEXES[slug].objects.child_of(home).get()
    if not page.intro:
        words = Words()
        page.title, page.intro = words.of(row["title"]), words.of(row["intro"])
        page.save_revision().publish()
        _translate(page, words)
    return page


def _publish(parent: Page, model: type[Page], row: dict[str, Any], **fields: Any) -> Page:
    words = fields.pop("words", None) or Words()
    fields |= {
        "slug": row["slug"],
        "title": words.of(row["title"]),
        "summary": words.of(row["summary"]),
        "body": blocks_of(row.get("body", []), words, _picture),
    }
    picture = _picture(row["picture"], row["picture_alt"]["zh"]) if "picture" in row else None
    if picture is not None:
        fields["picture"] = picture
        fields["picture_alt"] = words.of(row["picture_alt"])
    return _page(parent, model, words, fields)


def _page(parent: Page, model: type[Page], words: Words, fields: dict[str, Any]) -> Page:
    """Return the page with this slug, made and translated if it is not there yet."""
    found = model.objects.child_of(parent).filter(slug=fields["slug"]).first()
    if found is not None:
        return found
    page = model(locale=parent.locale, **fields)
    parent.add_child(instance=page)
    page.save_revision().publish()
    _translate(page, words)
    return page


def _translate(page: Page, words: Words) -> None:
    """Fill in the English of each string, as the translation editor would, and publish it."""
    english = Locale.objects.get(language_code="en")
    source, _created = TranslationSource.get_or_create_from_instance(page)
    translation = Translation.objects.create(source=source, target_locale=english)
    # A number is the same in both, and a sentence may stand twice.
    StringTranslation.objects.bulk_create(
        [
            StringTranslation(
                translation_of=segment.string,
                locale=english,
                context=segment.context,
                data=words.english.get(segment.string.data, segment.string.data),
            )
            for segment in source.stringsegment_set.select_related("string", "context")
        ],
        ignore_conflicts=True,
    )
    translation.save_target(publish=True)


def _supplier_fields(row: dict[str, Any]) -> dict[str, Any]:
    words = Words()
    seasons = [
        {
            "type": "season",
            "value": {
                "what": words.of(season["what"]),
                "months": [str(month) for month in season["months"]],
            },
        }
        for season in row["seasons"]
    ]
    return {
        "words": words,
        "supplier": Supplier.objects.get(code=row["code"]),
        "seasons": seasons,
        "how_it_helps": words.rich(row["how_it_helps"]),
    }


def _market_day_fields(
    row: dict[str, Any], point: ServicePoint, today: datetime.date
) -> dict[str, Any]:
    words = Words()
    suppliers = {supplier.code: supplier.pk for supplier in Supplier.objects.all()}
    return {
        "words": words,
        "series": row["series"],
        "theme": words.of(row["theme"]),
        "held_on": market_day(row["key"], today),
        "service_point": point,
        "place_note": words.of(row["place_note"]),
        "programme": [_act(act, words) for act in row["programme"]],
        "stalls": [_stall(stall, suppliers, words) for stall in row["stalls"]],
        "bring": words.lines(row["bring"]),
        "rain_plan": words.of(row["rain_plan"]),
        "visitors": row.get("visitors"),
    }


def _act(act: dict[str, Any], words: Words) -> dict[str, Any]:
    value = {
        "from_time": act["from"],
        "until_time": act.get("until"),
        "what": words.of(act["what"]),
        "places": act.get("places"),
    }
    return {"type": "act", "value": value}


def _stall(stall: dict[str, Any], suppliers: dict[str, int], words: Words) -> dict[str, Any]:
    note = words.of(stall["note"]) if stall.get("note") else ""
    supplier = suppliers[stall["supplier"]]
    value = {"number": stall["number"], "supplier": supplier, "note": note}
    return {"type": "stall", "value": value}


def _days_ago(today: datetime.date, row: dict[str, Any]) -> datetime.date:
    return today - datetime.timedelta(days=row["days_ago"])


def _picture(name: str, alt: str) -> Image | None:
    """Return a drawing by its name, put up if it is not yet; nothing while it is not drawn."""
    product = Product.objects.filter(sku=name).select_related("photo").first()
    image = product.photo if product else Image.objects.filter(title=name).first()
    if image is None and (PICTURES / f"{name}.webp").exists():
        with (PICTURES / f"{name}.webp").open("rb") as file:
            image = Image.objects.create(
                title=name, description=alt, file=ImageFile(file, name=f"{name.lower()}.webp")
            )
    return image
