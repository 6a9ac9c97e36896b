"""Tell a member something: the outbox that the inbox shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ledger.rows import insert_rows
from people.models import Member, Notice


def write_notice(
    *,
    member: Member,
    key: str,
    template: str,
    at: datetime,
    values: Mapping[str, str | int] | None = None,
    page: str = "",
    subject: str = "",
) -> Notice:
    """Write a notice in the transaction of its cause, once for each key.

    Args:
        key: what caused it, such as "order:12:ready"; a second notice of it is not written.
        template: the English message id with %(named)s places, marked by the caller with
            `gettext_noop`, so that each reader gets it in the language of the page.
        values: what goes into the places.
        page: the name of the URL it leads to, such as "orders:order".
        subject: the argument of that URL, such as "12"; empty for none.
    """
    notice = Notice(
        member=member,
        key=key,
        template=template,
        values=dict(values or {}),
        page=page,
        subject=subject,
        created_at=at,
    )
    written = insert_rows([notice], or_nothing=True)
    if not written:
        return Notice.objects.get(key=key)
    ((notice.pk,),) = written
    return notice
