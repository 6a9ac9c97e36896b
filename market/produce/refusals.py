"""Refusals that more than one action of this app can give."""

from __future__ import annotations

from django.db import models

from ledger.models import Account


class CodeTaken(Exception):
    """Another supplier, carrier, category or product already has this code."""

    def __init__(self, row: models.Model) -> None:
        super().__init__(f"{type(row).__name__} {row.pk} has this code")
        self.row = row


class KeyUsed(Exception):
    """The key of this form has already written something else."""


class OnlySoMuchFree(Exception):
    """Less is free than should leave the shelf: the rest is reserved for orders.

    Args:
        free: grams or pieces that nobody has ordered.
        reserved: grams or pieces that orders hold.
    """

    def __init__(self, *, free: int, reserved: int) -> None:
        super().__init__(f"{free} free, {reserved} reserved")
        self.free = free
        self.reserved = reserved

    @classmethod
    def of(cls, stock: Account) -> OnlySoMuchFree:
        """Read from a stock account what is free and what is not."""
        return cls(free=stock.available, reserved=stock.debits_pending)


class WrongStatus(Exception):
    """The listing is in a state from which this cannot be done."""

    def __init__(self, status: str) -> None:
        super().__init__(f"the listing is {status}")
        self.status = status


class CarrierMissing(Exception):
    """Transport costs something and nobody is named who gets it, or the other way round."""


class PackerMissing(Exception):
    """Packing costs something and nobody is named who gets it, or the other way round."""


class NoCertificate(Exception):
    """The law asks for a certificate of compliance before this may be sold."""
