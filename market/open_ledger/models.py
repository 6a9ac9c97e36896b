"""What the open ledger (阳光账本) keeps for itself: checks, totals of days, and questions.

The books are `ledger/`. What is here can be lost without losing a fen.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from market.orders.models import Order
from people.models import Member


class BooksCheck(models.Model):
    """What a check of the books has found: a row each time, never changed."""

    checked_at = models.DateTimeField(_("checked at"), db_index=True)
    # How many rows break which promise (`docs/money.md`): {"M1": 2}. Empty: all is well.
    wrong = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("check of the books")
        verbose_name_plural = _("checks of the books")

    def __str__(self) -> str:
        return f"{self.checked_at:%Y-%m-%d %H:%M}: {self.wrong_count}"

    @property
    def wrong_count(self) -> int:
        return sum(self.wrong.values())

    @property
    def broken(self) -> str:
        """The promises that are broken, as they are numbered in `docs/money.md`."""
        return ", ".join(sorted(self.wrong))


class DayFlow(models.Model):
    """What one day's entries of one source did to one pile of money: derived, like `DayTotal`."""

    day = models.DateField()
    source = models.CharField(max_length=12)
    pile = models.CharField(max_length=12)
    debit_fen = models.BigIntegerField()
    credit_fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="day_flow_is_one_a_day_source_and_pile", fields=["day", "source", "pile"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.source} {self.pile}"


class Question(models.Model):
    """Something a member does not understand about their money (我有疑问), and the answer."""

    member = models.ForeignKey(
        Member, models.CASCADE, related_name="questions", verbose_name=_("member")
    )
    order = models.ForeignKey(
        Order, models.PROTECT, null=True, related_name="questions", verbose_name=_("order")
    )
    # Such as `payment-7`: `market.open_ledger.queries.rows_about` says which there are.
    row = models.CharField(max_length=40)
    text = models.CharField(pgettext_lazy("of a member", "question"), max_length=500)
    asked_at = models.DateTimeField(pgettext_lazy("question", "asked at"))
    key = models.UUIDField(unique=True)
    answer = models.CharField(pgettext_lazy("question", "answer"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answered_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )

    class Meta:
        verbose_name = pgettext_lazy("of a member", "question")
        verbose_name_plural = pgettext_lazy("of members", "questions")
        permissions = [("answer_question", _("Can answer questions about money"))]
        constraints = [
            models.CheckConstraint(
                name="question_is_answered_by_somebody",
                condition=Q(answer="", answered_at=None, answered_by=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(name="question_by_member", fields=["member", "-id"]),
            models.Index(name="question_open", fields=["id"], condition=Q(answered_at=None)),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"
