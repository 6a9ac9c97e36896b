"""Why a question cannot be asked or answered. Views find the words."""

from __future__ import annotations


class TooManyQuestions(Exception):
    """The member has asked enough for a day; staff should answer those first."""


class AlreadyAnswered(Exception):
    """A colleague was faster."""


class OwnQuestion(Exception):
    """Nobody answers their own question."""
