"""Issue the code that a QR picture carries."""

from __future__ import annotations

from datetime import datetime

from ledger.rows import insert_rows
from people.models import Member, Token


def issue_token(
    *, purpose: str, subject: str, owner: Member, expires_at: datetime | None = None
) -> Token:
    """Return the token of a subject, issuing it when there is none.

    Args:
        purpose: a key of `settings.TOKEN_PAGES`, such as "order".
        subject: the argument of the page it opens, such as the id of the order.
        owner: whose it is; they see their own page, staff see theirs.
        expires_at: when it opens nothing any more; None for never.
    """
    token = Token(purpose=purpose, subject=subject, owner=owner, expires_at=expires_at)
    issued = insert_rows([token], or_nothing=True)
    if not issued:
        return Token.objects.get(purpose=purpose, subject=subject)
    ((token.pk,),) = issued
    return token
