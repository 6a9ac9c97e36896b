"""The kinds of entries, in words; `docs/money.md` has the table."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

KINDS = {
    "receive_goods": _("goods received"),
    "correct_receipt": _("receipt corrected"),
    "count_stock": _("stock counted"),
    "move_stock": _("stock moved"),
    "spoil": _("goods written off"),
    "place_order": _("order placed"),
    "pay_stripe": _("paid online"),
    "reconfirm_order": _("order taken up again"),
    "shorten_order": _("order shortened"),
    "cancel_order": _("order cancelled"),
    "expire_order": _("order expired"),
    "hand_out": _("order handed out"),
    "give_uncollected": _("uncollected goods given away"),
    "refund_stripe": _("money given back online"),
    "credit_refund": _("refund kept as credit"),
    "return_goods": _("goods returned"),
    "take_back": _("payment taken back"),
    "settle_owed": _("what an order owed was paid"),
    "pay_out_credit": _("credit paid out"),
    "payment_fee": _("fee of the payment company"),
    "payout_received": _("money from the payment company"),
    "cover_costs": _("costs covered by the fund"),
    "open_till": _("till opened"),
    "close_till": _("till closed"),
    "reversal": _("reversal"),
}


def kind_in_words(kind: str) -> str:
    """Return what people call a kind of entry, and its own name if nobody has named it."""
    return str(KINDS.get(kind, kind))
