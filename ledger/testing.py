"""What the tests of other apps ask of the books."""

from __future__ import annotations

from ledger.checking import wrong_rows


def assert_books_balance() -> None:
    """Fail with the first wrong row, if there is one."""
    wrong = next(wrong_rows(), None)
    assert wrong is None, str(wrong)  # noqa: S101  # It is for tests.
