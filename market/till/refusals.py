"""Why a till cannot be put up, opened or used. Views find the words."""

from __future__ import annotations

from market.till.models import Till, TillSession


class CodeTaken(Exception):
    """Another till has this code, and so this drawer."""

    def __init__(self, till: Till) -> None:
        super().__init__(f"{till.code} is {till}")
        self.till = till


class TillIsOpen(Exception):
    """Somebody has opened it already; `session` says who and when."""

    def __init__(self, session: TillSession) -> None:
        super().__init__(str(session))
        self.session = session


class TillNotOpen(Exception):
    """Nobody has counted change into the drawer yet."""


class NotByQrCode(Exception):
    """It was not paid by the QR code of this point, so there is nothing to take back here."""


class DayIsOver(Exception):
    """The day on which a payment was confirmed is over."""


class NothingOwed(Exception):
    """The order owes nothing, or nothing any more."""
