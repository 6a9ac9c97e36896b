"""What a link to goods shows elsewhere: the price tag, and who gets what of it."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

from market.produce.models import Category
from market.produce.queries import PointPrice, ProductPage
from market.produce.templatetags.produce import yuan
from market.sharing.cards import digest, picture_at
from market.sharing.drawing import Card, Tag
from market.sharing.links import Picture, Shared, absolute, data_script, in_each_language

AVAILABILITY = {
    "plenty": "https://schema.org/InStock",
    "few": "https://schema.org/LimitedAvailability",
    "sold_out": "https://schema.org/SoldOut",
    "closed": "https://schema.org/OutOfStock",
}
"""What schema.org calls how much is left."""


def shared_product(page: ProductPage) -> Shared:
    """Say what others are told of a product, in the language that is set."""
    path = partial(reverse, "produce:product", args=[page.product.sku])
    card = card_of(page)
    picture = picture_at(picture_of_product(page.product.sku, digest(card)), card)
    return Shared(
        title=page.product.local_name,
        description=_sentence(page),
        language=get_language() or "",
        address=absolute(path()),
        translations=in_each_language(path),
        picture=picture,
        data=_product(page, absolute(path()), picture),
    )


def _sentence(page: ProductPage) -> str:
    """Say where it is from and what it costs."""
    product, price = page.product, _first(page)
    if price is None:
        return f"{product.local_name} · {product.supplier.local_place}"
    return gettext(
        "%(name)s from %(place)s, %(price)s a %(unit)s, "
        "all of it to those who grow, carry and pack it."
    ) % {
        "name": product.local_name,
        "place": product.supplier.local_place,
        "price": yuan(price.good.price_fen),
        "unit": price.good.unit_label,
    }


def shared_catalogue(category: Category | None, number: int) -> Shared:
    """Say what others are told of the shop, of one of its shelves, or of a further page.

    What somebody looked for has no address of its own, nor has the point they shop at.
    """
    asked = {"category": category.slug if category else "", "page": number if number > 1 else ""}
    query = urlencode({name: value for name, value in asked.items() if value})

    def path() -> str:
        address = reverse("produce:catalogue")
        return f"{address}?{query}" if query else address

    card = card_of_catalogue()
    return Shared(
        title=category.local_name if category else pgettext("page title", "Shop"),
        description=gettext(
            "Farmers' produce at what the farmer, the carrier and the packer get. "
            "The community adds nothing."
        ),
        language=get_language() or "",
        address=absolute(path()),
        translations=in_each_language(path),
        picture=picture_at(picture_of_catalogue(digest(card)), card),
    )


def picture_of_product(sku: str, digest: str) -> str:
    """Return where the picture of a product is."""
    return reverse("produce:picture", args=[sku, digest])


def picture_of_catalogue(digest: str) -> str:
    """Return where the picture of the shop is."""
    return reverse("produce:catalogue-picture", args=[digest])


def card_of_catalogue() -> Card:
    """Return what is drawn of the shop."""
    return Card(
        community=gettext("Love supermarket"),
        tag=Tag("", gettext("Huilin")),
        heading="",
        title=gettext("What's fresh today?"),
        lines=(gettext("Prices that say who gets what"),),
        promise=gettext("Every yuan goes to the farmer; we add nothing."),
        name=gettext("Huilin"),
    )


def card_of(page: ProductPage) -> Card:
    """Return what is drawn of a product: its price at the first point that sells it.

    Not at the visitor's own point: a link shows everybody the same.
    """
    product = page.product
    return Card(
        community=gettext("Love supermarket"),
        tag=_tag(_first(page)),
        heading=product.supplier.local_place,
        title=product.local_name,
        lines=(product.supplier.local_name,),
        promise=gettext("Every yuan goes to the farmer; we add nothing."),
        name=gettext("Huilin"),
    )


def _tag(price: PointPrice | None) -> Tag:
    if price is None:
        return Tag("", gettext("Huilin"))
    good = price.good
    farmer = gettext("Farmer gets %(amount)s") % {"amount": yuan(good.costs.farmer_fen)}
    return Tag("", yuan(good.price_fen), (f"／{good.unit_label}", farmer))


def _prices(page: ProductPage) -> list[PointPrice]:
    """Return the price tags of all points, the points in their order."""
    found = [*([page.here] if page.here else []), *page.elsewhere]
    return sorted(found, key=lambda price: price.point_id)


def _first(page: ProductPage) -> PointPrice | None:
    return next(iter(_prices(page)), None)


def _product(page: ProductPage, address: str, picture: Picture) -> SafeString:
    """Say in the words of schema.org what it is, where it is sold, and what is left."""
    product = page.product
    pictures = [picture.address]
    if page.photo_url:
        pictures.insert(0, absolute(page.photo_url))
    said: dict[str, Any] = {
        "@type": "Product",
        "name": product.local_name,
        "sku": product.sku,
        "url": address,
        "image": pictures,
        "offers": [_offer(price, address) for price in _prices(page)],
    }
    if product.local_tip:
        said["description"] = product.local_tip
    return data_script(said)


def _offer(price: PointPrice, address: str) -> dict[str, Any]:
    yuan = f"{price.good.price_fen / 100:.2f}"
    return {
        "@type": "Offer",
        "price": yuan,
        "priceCurrency": "CNY",
        "priceSpecification": {
            "@type": "UnitPriceSpecification",
            "price": yuan,
            "priceCurrency": "CNY",
            "unitText": price.good.unit_label,
        },
        "availability": AVAILABILITY[price.good.stock_kind],
        "seller": {"@type": "Organization", "name": price.point_name},
        "url": address,
    }
