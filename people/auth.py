"""How people prove who they are."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ledger.questions import Blank, Question
from people.models import Member

PIN_DIGITS = 6
PASSWORD_LENGTH_MIN = 10
PASSWORD_LETTERS_MIN = 5
"""How many different letters a password has at least."""
FEW_DIGITS = 2
"""A PIN of no more different digits, such as 121212 or 118811, is soon tried."""

STEPS = ("0123456789012345", "9876543210987654")


MEMBER = Question(lambda: Member.objects.select_related("community").filter(pk=Blank("pk")))


class MemberBackend(ModelBackend):
    """Permissions as usual; but nobody is let in here.

    `people.actions.check_pin` is the one door, since it is the one with a lock: whatever
    else calls Django's `authenticate` is refused, the right PIN or not.
    """

    def authenticate(self, *_request: Any, **_credentials: Any) -> None:
        return None

    def get_user(self, user_id: int) -> Member | None:
        """Fetch whoever is signed in, with the community that every page names."""
        member = next(iter(MEMBER.ask(pk=user_id)), None)
        return member if member and self.user_can_authenticate(member) else None

    def _get_user_permissions(self, _user: Member) -> QuerySet[Permission]:
        """Ask nothing of the database: what one may do comes with roles, to nobody in person."""
        return Permission.objects.none()


class PinOrPasswordValidator:
    """Six digits that are not the first to be guessed, or a password of ten characters."""

    def validate(self, password: str, user: Member | None = None) -> None:
        """Refuse what is too easy to guess.

        Raises:
            ValidationError: in words that say what to choose instead.
        """
        if password.isdecimal():
            self._validate_pin(password, (user and user.phone) or "")
        elif len(password) < PASSWORD_LENGTH_MIN or len(set(password)) < PASSWORD_LETTERS_MIN:
            raise ValidationError(
                _("Choose six digits, or a password of ten characters and more."), code="short"
            )

    def get_help_text(self) -> str:
        return _("Six digits, or a password of ten characters and more.")

    def _validate_pin(self, pin: str, phone: str) -> None:
        if len(pin) != PIN_DIGITS:
            raise ValidationError(_("A PIN has exactly six digits."), code="length")
        if is_easy(pin) or (phone and pin in phone):
            raise ValidationError(
                _(
                    "This PIN is too easy to guess. Take six digits that do not repeat, "
                    "do not run in order, and are not part of your phone number."
                ),
                code="easy",
            )


def is_easy(pin: str) -> bool:
    """Say whether a PIN is among the first that somebody would try.

    >>> [pin for pin in ("000000", "123456", "987654", "121212", "123123", "112233", "246810")
    ...  if not is_easy(pin)]
    ['246810']
    """
    half = len(pin) // 2
    pairs = pin[::2] == pin[1::2]  # 112233
    return (
        len(set(pin)) <= FEW_DIGITS
        or any(pin in step for step in STEPS)
        or pin[:half] == pin[half:]
        or pairs
    )
