"""Money that came in for orders and went back, and what Stripe told of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from market.orders.models.orders import Order, OrderLine, Tender
from people.models import Member


class StripeSession(models.Model):
    """One attempt to pay an order online.

    It is written down before Stripe is asked for it, so that an answer that is lost can be
    asked for again under the same key.
    """

    class Status(models.TextChoices):
        WANTED = "wanted", _("not answered yet")
        OPEN = "open", _("open")
        PAID = "paid", _("paid")
        FAILED = "failed", _("failed")
        EXPIRED = "expired", pgettext_lazy("online payment", "expired")

    order = models.ForeignKey(
        Order, models.PROTECT, related_name="sessions", verbose_name=_("order")
    )
    attempt = models.PositiveSmallIntegerField(_("attempt"))
    session_id = models.CharField(max_length=100, blank=True)
    idempotency_key = models.CharField(max_length=80, unique=True)
    amount_fen = models.PositiveIntegerField(_("amount in fen"))
    language = models.CharField(max_length=8)
    url = models.TextField(blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.WANTED)
    payment_intent = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(_("begun at"))
    expires_at = models.DateTimeField(_("open until"))
    checked_at = models.DateTimeField(_("last checked at"), null=True)

    class Meta:
        verbose_name = _("online payment")
        verbose_name_plural = _("online payments")
        constraints = [
            models.UniqueConstraint(
                name="session_is_one_attempt_of_an_order", fields=["order", "attempt"]
            ),
            models.UniqueConstraint(
                name="session_waits_for_one_payment_an_order",
                fields=["order"],
                condition=Q(status__in=["wanted", "open"]),
            ),
            models.CheckConstraint(
                name="session_is_known_to_stripe_once_open",
                condition=Q(status__in=["wanted", "expired"]) | ~Q(session_id=""),
            ),
            models.UniqueConstraint(
                name="session_is_one_of_stripes", fields=["session_id"], condition=~Q(session_id="")
            ),
            models.CheckConstraint(
                name="session_asks_for_something", condition=Q(amount_fen__gt=0)
            ),
        ]
        indexes = [
            models.Index(
                name="session_waiting",
                fields=["expires_at"],
                condition=Q(status__in=["wanted", "open"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.attempt}"

    @property
    def is_on_its_way(self) -> bool:
        """Whether somebody has paid and Stripe has no money yet: the page is gone."""
        return self.status == self.Status.OPEN and not self.url


class Payment(models.Model):
    """Money that came in for an order."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="payments")
    tender = models.CharField(_("tender"), max_length=8, choices=Tender)
    amount_fen = models.PositiveIntegerField(_("amount in fen"))
    rounded_off_fen = models.PositiveSmallIntegerField(_("rounded off in fen"), default=0)
    paid_at = models.DateTimeField(_("paid at"))
    # Whoever saw the money; nobody where Stripe says so.
    confirmed_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    session = models.OneToOneField(StripeSession, models.PROTECT, null=True, related_name="payment")
    payment_intent = models.CharField(max_length=100, blank=True)
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True)
    withdrawn_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(
                name="payment_is_rounded_in_cash_only",
                condition=Q(tender="cash", rounded_off_fen__lt=10) | Q(rounded_off_fen=0),
            ),
            models.UniqueConstraint(
                name="payment_is_one_of_stripes",
                fields=["payment_intent"],
                condition=~Q(payment_intent=""),
            ),
            models.CheckConstraint(
                name="payment_was_seen_by_somebody",
                condition=Q(tender="stripe", session__isnull=False, confirmed_by__isnull=True)
                | (
                    ~Q(tender="stripe")
                    & Q(session__isnull=True, payment_intent="")
                    & Q(confirmed_by__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="payment_is_taken_back_by_somebody",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(
                    tender="qr_code",
                    withdrawn_at__isnull=False,
                    withdrawn_by__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.amount_fen}"

    @property
    def saved_fen(self) -> int:
        """What was waived, as it stands on a receipt: below zero."""
        return -self.rounded_off_fen


class Refund(models.Model):
    """Money that goes back to where a payment came from, exactly once.

    It is written with its cause, and sent by a task that asks Stripe under its key.
    """

    class Status(models.TextChoices):
        WANTED = "wanted", _("to be sent")
        SENT = "sent", _("on its way")
        SUCCEEDED = "succeeded", _("given back")
        FAILED = "failed", _("failed")

    class Reason(models.TextChoices):
        CANCELLED = "cancelled", _("the order was cancelled")
        TOO_LATE = "too_late", _("paid when the order had lapsed")
        PAID_TWICE = "paid_twice", _("paid twice")
        SHORTENED = "shortened", _("less was brought than was ordered")
        WEIGHED_LESS = "weighed_less", _("the scale showed less")
        NOT_COLLECTED = "not_collected", _("not collected")
        COMPLAINT = "complaint", _("something was wrong with the goods")
        IN_DASHBOARD = "in_dashboard", _("given back in the dashboard of Stripe")

    payment = models.ForeignKey(
        Payment, models.PROTECT, related_name="refunds", verbose_name=_("payment")
    )
    line = models.ForeignKey(OrderLine, models.PROTECT, null=True, related_name="refunds")
    amount_fen = models.PositiveIntegerField(_("amount in fen"))
    reason = models.CharField(_("reason"), max_length=16, choices=Reason)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.WANTED)
    idempotency_key = models.CharField(max_length=80, unique=True)
    refund_id = models.CharField(max_length=100, blank=True)
    wanted_at = models.DateTimeField(_("decided at"))
    wanted_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    # Ten minutes after a hand-out, because until then it can be undone.
    send_after = models.DateTimeField(_("sent after"))
    settled_at = models.DateTimeField(_("settled at"), null=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            models.CheckConstraint(name="refund_is_of_something", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="refund_is_settled_at_some_time",
                condition=Q(status__in=["wanted", "sent"], settled_at__isnull=True)
                | Q(status__in=["succeeded", "failed"], settled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="refund_is_known_to_stripe_once_sent",
                condition=~Q(status="succeeded") | ~Q(refund_id=""),
            ),
            models.UniqueConstraint(
                name="refund_is_one_of_stripes", fields=["refund_id"], condition=~Q(refund_id="")
            ),
        ]
        indexes = [
            models.Index(
                name="refund_waiting",
                fields=["send_after"],
                condition=Q(status__in=["wanted", "sent"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id}: −{self.amount_fen}"


class StripeEvent(models.Model):
    """Something Stripe told us, kept with its effect in one transaction, so it has it once."""

    class Effect(models.TextChoices):
        PAID = "paid", _("a payment was recorded")
        FAILED = "failed", _("a payment failed")
        EXPIRED = "expired", _("a session expired")
        REFUNDED = "refunded", _("a refund was recorded")
        DISPUTED = "disputed", _("a dispute was recorded")
        NONE = "none", _("nothing to do")
        IGNORED = "ignored", _("not one of ours to know")
        REFUSED = "refused", _("it does not match: see the problems")

    event_id = models.CharField(max_length=100, primary_key=True)
    kind = models.CharField(_("kind"), max_length=80)
    created_at = models.DateTimeField(_("happened at"))
    received_at = models.DateTimeField(_("received at"))
    effect = models.CharField(_("effect"), max_length=8, choices=Effect)

    class Meta:
        verbose_name = _("message from Stripe")
        verbose_name_plural = _("messages from Stripe")

    def __str__(self) -> str:
        return self.event_id


class StripeMovement(models.Model):
    """A balance transaction: what a payment, refund or dispute came to, and its fee.

    Amounts are minor units of `currency`, in which Stripe settles. `amount_fen` is what the
    amount came in for, and `fee_fen` what was booked of the fee.
    """

    movement_id = models.CharField(max_length=100, primary_key=True)
    kind = models.CharField(_("kind"), max_length=40)
    source = models.CharField(max_length=100, blank=True)
    amount = models.BigIntegerField(_("amount"))
    fee = models.BigIntegerField(_("fee"))
    currency = models.CharField(_("currency"), max_length=3)
    exchange_rate = models.DecimalField(
        _("exchange rate"), max_digits=16, decimal_places=8, null=True
    )
    amount_fen = models.BigIntegerField(_("amount in fen"), db_default=0)
    fee_fen = models.BigIntegerField(_("fee in fen"))
    created_at = models.DateTimeField(_("happened at"))
    booked_at = models.DateTimeField(_("booked at"))

    class Meta:
        verbose_name = _("movement at Stripe")
        verbose_name_plural = _("movements at Stripe")

    def __str__(self) -> str:
        return self.movement_id


class StripePayout(models.Model):
    """Money that Stripe sent to the bank."""

    payout_id = models.CharField(max_length=100, primary_key=True)
    amount = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    amount_fen = models.BigIntegerField(_("amount in fen"))
    # Below zero: exchanging it brought something.
    lost_fen = models.BigIntegerField(_("lost by exchanging, in fen"), db_default=0)
    status = models.CharField(_("status"), max_length=16)
    arrives_on = models.DateField(_("arrives on"))
    booked_at = models.DateTimeField(_("booked at"), null=True)

    class Meta:
        verbose_name = _("payout of Stripe")
        verbose_name_plural = _("payouts of Stripe")

    def __str__(self) -> str:
        return self.payout_id


class PaymentProblem(models.Model):
    """What does not match between Stripe, the orders and the books, until it is gone.

    What it says is kept as values, so that each reader has it in the language of the page.
    """

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    order = models.ForeignKey(
        Order, models.PROTECT, null=True, related_name="payment_problems", verbose_name=_("order")
    )
    values = models.JSONField(default=dict)
    found_at = models.DateTimeField(_("found at"))
    gone_at = models.DateTimeField(_("gone at"), null=True)
    looked_at_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", verbose_name=_("looked at by")
    )

    class Meta:
        verbose_name = _("payment problem")
        verbose_name_plural = _("payment problems")
        indexes = [
            models.Index(name="problem_open", fields=["found_at"], condition=Q(gone_at=None)),
        ]

    def __str__(self) -> str:
        return self.key
