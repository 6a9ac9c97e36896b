"""The shop's own payment code (收款码): a picture at each service point."""

from __future__ import annotations

import base64

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Member, ServicePoint


class PaymentCode(models.Model):
    """A payment code as it hung at a service point. Whoever puts up another takes this one down.

    The picture lies in the database and not among the files, since files have addresses that
    anybody may open.
    """

    service_point = models.ForeignKey(
        ServicePoint, models.PROTECT, related_name="payment_codes", verbose_name=_("service point")
    )
    picture = models.BinaryField()
    digest = models.CharField(max_length=64)
    hung_up_by = models.ForeignKey(
        Member, models.PROTECT, related_name="+", verbose_name=_("hung up by")
    )
    hung_up_at = models.DateTimeField(_("hung up at"))
    taken_down_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    taken_down_at = models.DateTimeField(_("taken down at"), null=True)

    class Meta:
        verbose_name = _("payment code")
        verbose_name_plural = _("payment codes")
        permissions = [("hang_up_codes", _("Can hang up payment codes"))]
        constraints = [
            models.UniqueConstraint(
                name="payment_code_is_one_a_point",
                fields=["service_point"],
                condition=Q(taken_down_at__isnull=True),
            ),
            models.CheckConstraint(
                name="payment_code_is_taken_down_by_somebody",
                condition=Q(taken_down_at__isnull=True, taken_down_by__isnull=True)
                | Q(taken_down_at__isnull=False, taken_down_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_point_id}: {self.digest[:8]}"

    @property
    def source(self) -> str:
        """The picture within the page itself, so that it has no address."""
        return f"data:image/webp;base64,{base64.b64encode(self.picture).decode()}"
