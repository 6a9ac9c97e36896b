"""Issue the code that a QR picture carries."""

from __future__ import annotations

from datetime import datetime

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
    token, _issued = Token.objects.get_or_create(
        purpose=purpose, subject=subject, defaults={"owner": owner, "expires_at": expires_at}
    )
    return token
