"""The books: units, accounts, entries and their transfers.

Rows are written by `ledger.actions` alone, and totals by the database alone: see
`ledger/sql/`. Nothing here knows about members, orders or web pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

BOOKS_ID = re.compile(r"\b[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\b", re.IGNORECASE)
AMOUNT_LIMIT = 10**12
"""Amounts stay below this many minor units, so that no sum of them can overflow."""


class Unit(models.Model):
    """What an account counts: CNY in fen, POINT, or one product in grams or pieces."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    scale = models.PositiveSmallIntegerField(
        _("scale"), default=0, help_text=_("Decimal places of the unit people speak of.")
    )

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.code

    def written(self, amount: int) -> str:
        """Write an amount as people speak of it: 3920 fen are 39.20."""
        return f"{Decimal(amount).scaleb(-self.scale):,}"


class AccountQuerySet(models.QuerySet["Account"]):
    def lock(self) -> AccountQuerySet:
        """Lock these accounts in id order until the transaction ends."""
        return self.select_for_update(no_key=True).order_by("pk")


class Account(models.Model):
    """A named pile of one unit. `docs/money.md` lists which there are."""

    class Normal(models.TextChoices):
        DEBIT = "debit", _("debit")
        CREDIT = "credit", _("credit")

    code = models.CharField(_("code"), max_length=120, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="accounts", verbose_name=_("unit"))
    normal = models.CharField(_("normal side"), max_length=6, choices=Normal)
    purpose = models.CharField(_("purpose"), max_length=40, blank=True)
    owner_ref = models.UUIDField(null=True, editable=False, db_index=True)
    floor = models.BigIntegerField(
        _("floor"),
        null=True,
        validators=[MinValueValidator(0)],
        help_text=_("Empty: may be overdrawn."),
    )
    expires_on = models.DateField(_("expires on"), null=True)
    opened_at = models.DateTimeField(_("opened at"), db_default=Now(), editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    debits_posted = models.BigIntegerField(default=0, db_default=0, editable=False)
    credits_posted = models.BigIntegerField(default=0, db_default=0, editable=False)
    debits_pending = models.BigIntegerField(default=0, db_default=0, editable=False)
    credits_pending = models.BigIntegerField(default=0, db_default=0, editable=False)
    last_transfer = models.BigIntegerField(default=0, db_default=0, editable=False)

    objects: ClassVar = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(
                name="account_has_a_normal_side", condition=Q(normal__in=["debit", "credit"])
            ),
            models.CheckConstraint(
                name="account_totals_are_not_negative",
                condition=Q(
                    debits_posted__gte=0,
                    credits_posted__gte=0,
                    debits_pending__gte=0,
                    credits_pending__gte=0,
                ),
            ),
            # Holds count, so what is reserved cannot be spent a second time.
            models.CheckConstraint(
                name="account_is_not_overdrawn",
                condition=Q(floor__isnull=True)
                | Q(
                    normal="credit",
                    credits_posted__gte=F("floor") + F("debits_posted") + F("debits_pending"),
                )
                | Q(
                    normal="debit",
                    debits_posted__gte=F("floor") + F("credits_posted") + F("credits_pending"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The code as it may be shown: whose account it is stays unsaid."""
        return BOOKS_ID.sub("···", self.code)

    @property
    def balance(self) -> int:
        """What is posted, on the normal side, in minor units."""
        posted = self.credits_posted - self.debits_posted
        return posted if self.normal == self.Normal.CREDIT else -posted

    @property
    def available(self) -> int:
        """What can still be taken: the balance less what open holds have reserved."""
        if self.normal == self.Normal.CREDIT:
            return self.balance - self.debits_pending
        return self.balance - self.credits_pending


class Entry(models.Model):
    """One event in the world (凭证): all of its transfers, or none."""

    kind = models.CharField(_("kind"), max_length=40)
    reference = models.CharField(_("reference"), max_length=80)
    idempotency_key = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="reversed_by", verbose_name=_("reverses")
    )
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    happened_at = models.DateTimeField(_("happened at"))
    posted_at = models.DateTimeField(_("posted at"), db_default=Now(), editable=False)
    actor_ref = models.UUIDField(null=True)
    approver_ref = models.UUIDField(null=True)
    needs_four_eyes = models.BooleanField(_("needs four eyes"), default=False)

    transfer_rows: Sequence[tuple[Any, ...]]
    """The columns of its transfers, on entries that were posted just now."""

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.UniqueConstraint(name="entry_is_posted_once", fields=["idempotency_key"]),
            models.CheckConstraint(
                name="entry_has_four_eyes_where_needed",
                condition=Q(needs_four_eyes=False)
                | (
                    Q(actor_ref__isnull=False, approver_ref__isnull=False)
                    & ~Q(actor_ref=F("approver_ref"))
                ),
            ),
            models.CheckConstraint(
                name="entry_reverses_only_as_a_reversal",
                condition=Q(kind="reversal", reverses__isnull=False)
                | (~Q(kind="reversal") & Q(reverses__isnull=True)),
            ),
        ]
        indexes = [models.Index(name="entry_by_reference", fields=["reference", "id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"

    @cached_property
    def made_transfers(self) -> list[Transfer]:
        """Its transfers in line order, on entries that `post_entry` and `post_entries` return."""
        transfers = [Transfer.from_db(self._state.db, (), row) for row in self.transfer_rows]
        for transfer in transfers:
            transfer.entry = self
        return transfers


class Transfer(models.Model):
    """So much from the credit side of one account to another (分录): one debit, one credit."""

    class Phase(models.TextChoices):
        SINGLE = "single", _("single")
        HOLD = "hold", _("hold")
        POST = "post", _("post")
        VOID = "void", _("void")

    entry = models.ForeignKey(
        # The constraint on entry and line is an index that serves as well.
        Entry,
        models.PROTECT,
        related_name="transfers",
        db_index=False,
        verbose_name=_("entry"),
    )
    line = models.PositiveSmallIntegerField(_("line"))
    debit = models.ForeignKey(
        Account,
        models.PROTECT,
        related_name="debit_transfers",
        db_index=False,
        verbose_name=_("debit"),
    )
    credit = models.ForeignKey(
        Account,
        models.PROTECT,
        related_name="credit_transfers",
        db_index=False,
        verbose_name=_("credit"),
    )
    amount = models.BigIntegerField(_("amount"))
    phase = models.CharField(_("phase"), max_length=6, choices=Phase)
    hold = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        related_name="resolved_by",
        verbose_name=_("resolves the hold"),
    )
    expires_at = models.DateTimeField(_("expires at"), null=True)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.UniqueConstraint(name="transfer_has_its_own_line", fields=["entry", "line"]),
            models.CheckConstraint(
                name="transfer_amount_is_positive",
                condition=Q(amount__gt=0, amount__lt=AMOUNT_LIMIT),
            ),
            models.CheckConstraint(name="transfer_has_two_sides", condition=~Q(debit=F("credit"))),
            models.CheckConstraint(
                name="transfer_resolves_a_hold_or_stands_alone",
                condition=Q(phase__in=["post", "void"], hold__isnull=False)
                | Q(phase__in=["single", "hold"], hold__isnull=True),
            ),
            models.CheckConstraint(
                name="transfer_lapses_only_as_a_hold",
                condition=Q(expires_at__isnull=True) | Q(phase="hold"),
            ),
        ]
        indexes = [
            models.Index(name="transfer_by_debit", fields=["debit", "id"]),
            models.Index(name="transfer_by_credit", fields=["credit", "id"]),
            models.Index(name="transfer_holds", fields=["debit", "id"], condition=Q(phase="hold")),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.line}"


# --- Derived --------------------------------------------------------------------------


class ClosedDay(models.Model):
    """A day whose totals are written down, and where its transfers end.

    Derived, as `DayTotal` is: `ledger.actions.close_days` can write both anew at any time.
    """

    day = models.DateField(_("closed day"), primary_key=True)
    # Clocks may be set back, so the two may overlap: they are bounds for a search.
    last_until = models.BigIntegerField(help_text="No transfer posted until then has a higher id.")
    first_after = models.BigIntegerField(help_text="No transfer posted later has a lower id.")

    class Meta:
        verbose_name = _("closed day")
        verbose_name_plural = _("closed days")

    def __str__(self) -> str:
        return str(self.day)


class DayTotal(models.Model):
    """What an account had come to at the end of a day on which something was posted in it."""

    account = models.ForeignKey(
        Account,
        models.CASCADE,
        related_name="day_totals",
        db_index=False,
        verbose_name=_("account"),
    )
    day = models.ForeignKey(
        ClosedDay,
        models.CASCADE,
        related_name="totals",
        db_index=False,
        verbose_name=_("closed day"),
    )
    debits_posted = models.BigIntegerField()
    credits_posted = models.BigIntegerField()
    debits_pending = models.BigIntegerField()
    credits_pending = models.BigIntegerField()

    class Meta:
        verbose_name = _("total of a day")
        verbose_name_plural = _("totals of days")
        constraints = [
            models.UniqueConstraint(
                name="day_total_is_one_an_account_and_day", fields=["account", "day"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.day_id}"
