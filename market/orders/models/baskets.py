"""What residents want and have not ordered yet."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from market.produce.models import Listing
from people.models import Member


class Basket(models.Model):
    """What a member has picked and not ordered yet. A guest's is in the session."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="basket")
    # Drawn anew with each order, so that one basket in two tabs is ordered once.
    key = models.UUIDField(default=uuid.uuid4)

    class Meta:
        verbose_name = _("basket")
        verbose_name_plural = _("baskets")

    def __str__(self) -> str:
        return f"basket:{self.pk}"


class BasketLine(models.Model):
    """So much of one listing."""

    basket = models.ForeignKey(Basket, models.CASCADE, related_name="lines")
    listing = models.ForeignKey(Listing, models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="basket_has_one_line_a_listing", fields=["basket", "listing"]
            ),
            models.CheckConstraint(name="basket_line_is_not_empty", condition=Q(quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} × {self.quantity}"
