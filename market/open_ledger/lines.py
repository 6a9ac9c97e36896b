"""The lines of the open ledger, in the order of the page, and what each is called."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from market.open_ledger.piles import MARKUP, SALES

IN_HAND = ("bank", "drawers", "qr", "stripe")
"""Where money is ours to count."""

SALES_BY_TENDER = {"stripe": "online", "qr": "qr"}


class Line(NamedTuple):
    """What one line is called, on each side of the page.

    Args:
        came: if more was debited than credited: money came from there.
        went: if more was credited: money went there.
        always: the side on which it is shown even at ¥0.
    """

    came: Promise
    went: Promise
    tone: str = "rest"
    always: str = ""


LINES = {
    "online": Line(_("Residents paid online"), _("Given back online"), "transport"),
    "qr": Line(_("Residents paid by the shop's code"), _("Given back by the code"), "transport"),
    "cash": Line(_("Residents paid in cash"), _("Given back in cash"), "transport", always="came"),
    "sponsors": Line(_("Sponsors gave"), _("Given back to sponsors"), "farmers"),
    "farmers": Line(_("Farmers gave back"), _("Farmers got"), "farmers", always="went"),
    "transport": Line(
        _("Carriers gave back"), pgettext_lazy("paid", "Transport"), "transport", always="went"
    ),
    "packing": Line(
        _("Packers gave back"), pgettext_lazy("paid", "Packing"), "packing", always="went"
    ),
    MARKUP: Line(_("Taken from the community"), _("The community's markup"), "stop", always="went"),
    "back": Line(_("Came back from residents"), _("Given back to residents"), always="went"),
    "fees": Line(
        _("Payment fees, which the fund has yet to make up for"),
        _("The fund made up for payment fees"),
    ),
    "kept": Line(
        _("Payment fees given back"), _("Payment fees, kept by the payment company"), always="went"
    ),
    "rounding": Line(
        _("Rounded off in cash, which the fund has yet to make up for"),
        _("The fund made up for what was rounded off"),
        always="came",
    ),
    "over_short": Line(
        _("Missing in the drawers, which the fund has yet to make up for"),
        _("The fund made up for drawers, or there was too much in them"),
    ),
    "till": Line(
        _("There was more in the drawers than counted on"),
        _("There was less in the drawers than counted on"),
    ),
    "funds": Line(_("The funds gave"), _("Laid into the funds"), always="went"),
    "orders": Line(_("Paid earlier, collected now"), _("Paid, and not collected yet")),
    "credit": Line(_("Credit that households used"), _("Credit kept for households")),
    "refunds": Line(_("Refunds of earlier days have arrived"), _("Refunds under way")),
    "owed": Line(_("Still to be paid to the shop"), _("Old debts to the shop were paid")),
}

NOW = {
    "in_hand": Line(
        _("In the drawers, the payment codes, at the payment company and in the bank"),
        _("Laid out of the bank before these books began"),
        always="came",
    ),
    "pledged": Line(_("Promised by sponsors, not paid yet"), _("Paid by sponsors in advance")),
    "owed": Line(_("Still to be paid to the shop"), _("Paid to the shop in advance")),
    "costs": Line(
        _("Fees and what was rounded off, which the fund has yet to make up for"),
        _("Too much in the drawers, to be laid into the fund"),
    ),
    "farmers": Line(_("Paid to farmers in advance"), _("Of farmers, to be paid out")),
    "transport": Line(_("Paid to carriers in advance"), _("Of carriers, to be paid out")),
    "packing": Line(_("Paid to packers in advance"), _("Of packers, to be paid out")),
    "orders": Line(_("Orders overdrawn"), _("Paid for orders that wait to be collected")),
    "credit": Line(_("Credit overdrawn"), _("Credit of households"), always="went"),
    "funds": Line(_("Funds overdrawn"), _("In the funds"), always="went"),
    "refunds": Line(_("Refunded too much"), _("Refunds under way")),
    MARKUP: Line(_("Taken from the community"), _("Of the community itself"), always="went"),
}
"""Where money lies at this moment (came), and whose it is (went)."""

COSTS = ("fees", "rounding", "over_short")


def lines_of(source: str, pile: str) -> tuple[str, str]:
    """Return the lines to which what a flow debited and what it credited belong.

    It is one line but for sales: there, what was given back stands beside what was paid.
    """
    if pile == "pledged":
        return "sponsors", "sponsors"
    if pile not in IN_HAND:
        return pile, pile
    if source == SALES:
        return SALES_BY_TENDER.get(pile, "cash"), "back"
    if source == "undone":
        # By the code it never arrived; by Stripe it went back.
        line = "qr" if pile == "qr" else "back"
    else:
        line = "kept" if source == "fees" else source
    return line, line


def line_now(pile: str) -> str:
    """Return the line of this moment to which a pile belongs."""
    if pile in IN_HAND:
        return "in_hand"
    return "costs" if pile in COSTS else pile
