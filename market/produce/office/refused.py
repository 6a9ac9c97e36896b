"""The sentences staff read when an action refuses."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from market.produce.actions.add_product import SkuReserved
from market.produce.actions.correct_receipt import NotLess
from market.produce.actions.count_stock import FewerThanReserved
from market.produce.actions.edit_product import CountedInTheBooks
from market.produce.actions.put_listing_on_sale import AlreadyOnSale, NothingReceived
from market.produce.actions.return_listing import NoReason
from market.produce.models import Listing, Product
from market.produce.refusals import (
    CarrierMissing,
    CodeTaken,
    KeyUsed,
    NoCertificate,
    OnlySoMuchFree,
    PackerMissing,
    WrongStatus,
)
from market.produce.templatetags.produce import quantity

SENTENCES: dict[type[Exception], Promise] = {
    AlreadyOnSale: gettext_lazy(
        "This product is on sale at this point already: withdraw the other listing first."
    ),
    CarrierMissing: gettext_lazy(
        "Name a carrier exactly when transport costs something: one of the two is missing."
    ),
    PackerMissing: gettext_lazy(
        "Name a packer exactly when packing costs something: one of the two is missing."
    ),
    CountedInTheBooks: gettext_lazy(
        "The books already count this product: add another one to sell it another way."
    ),
    KeyUsed: gettext_lazy("This form was sent before with other figures: open it again."),
    NoCertificate: gettext_lazy(
        "A lot came without its certificate of compliance: add the certificate first."
    ),
    NoReason: gettext_lazy("Write what has to be mended, so that the other side knows."),
    NotLess: gettext_lazy(
        "Write less than was booked; if more arrived, receive the rest as a lot of its own."
    ),
    NothingReceived: gettext_lazy("Nothing has arrived yet: receive the goods first."),
    SkuReserved: gettext_lazy("The books use this number for something else: choose another."),
}
REFUSALS: tuple[type[Exception], ...] = (
    *SENTENCES,
    CodeTaken,
    FewerThanReserved,
    OnlySoMuchFree,
    WrongStatus,
)


def sentence(refusal: Exception, product: Product | None = None) -> str:
    """Say in one sentence why something was refused, and what to do next."""
    match refusal:
        case OnlySoMuchFree() if product:
            return _(
                "Only %(free)s are free, orders hold %(reserved)s: cut the orders first, then "
                "write this off."
            ) % {
                "free": quantity(max(refusal.free, 0), product),
                "reserved": quantity(refusal.reserved, product),
            }
        case FewerThanReserved() if product:
            return _(
                "Orders hold %(reserved)s, more than you counted: cut the orders first, then "
                "count again."
            ) % {"reserved": quantity(refusal.reserved, product)}
        case WrongStatus():
            return _("This listing is “%(status)s”: go back to the list and look again.") % {
                "status": Listing.Status(refusal.status).label
            }
        case CodeTaken():
            return _("“%(row)s” already has this code: choose another one.") % {"row": refusal.row}
        case _other:
            return str(SENTENCES[type(refusal)])
