"""Tills: each has one drawer of cash."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import Member, ServicePoint


class TillQuerySet(models.QuerySet["Till"]):
    def lock(self) -> TillQuerySet:
        """Lock these tills in id order until the transaction ends."""
        return self.select_for_update(no_key=True).order_by("pk")

    def of(self, cashier: Member) -> TillQuerySet:
        """Keep the tills a cashier may stand at: those of their own community."""
        return self.filter(service_point__community=cashier.community_id)


class Till(models.Model):
    """A counter with one drawer. `drawer/<code>` is its account in the books."""

    code = models.SlugField(
        _("code"),
        max_length=12,
        unique=True,
        help_text=_("Names the drawer in the books, such as cchy-1, and never changes."),
    )
    name = models.CharField(_("name"), max_length=40)
    service_point = models.ForeignKey(
        ServicePoint, models.PROTECT, related_name="tills", verbose_name=_("service point")
    )

    objects: ClassVar = TillQuerySet.as_manager()

    class Meta:
        verbose_name = _("till")
        verbose_name_plural = _("tills")
        permissions = [("use_till", _("Can stand at a till"))]

    def __str__(self) -> str:
        return self.name


class TillSession(models.Model):
    """A turn at the till (当班), from the counted float on."""

    till = models.ForeignKey(Till, models.PROTECT, related_name="sessions", verbose_name=_("till"))
    opened_by = models.ForeignKey(
        Member, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"))
    float_fen = models.PositiveIntegerField(_("float in fen"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    key = models.CharField(max_length=40, unique=True, editable=False)

    class Meta:
        verbose_name = _("turn at the till")
        verbose_name_plural = _("turns at the till")
        constraints = [
            models.UniqueConstraint(
                name="till_is_open_once",
                fields=["till"],
                condition=models.Q(closed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.till} {self.opened_at:%Y-%m-%d}"
