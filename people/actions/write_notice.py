"""Tell a member something: the outbox that the inbox shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.db import transaction

from ledger.rows import insert_rows
from people import sms
from people.models import Member, Notice, TextMessage
from people.nudge import nudge


def write_notice(
    *,
    member: Member,
    key: str,
    template: str,
    at: datetime,
    values: Mapping[str, str | int] | None = None,
    page: str = "",
    subject: str = "",
    by_text: bool = False,
) -> Notice:
    """Write a notice in the transaction of its cause, once for each key.

    Args:
        key: what caused it, such as "order-ready:12"; a second notice of it is not written.
        template: the English message id with %(named)s places, marked by the caller with
            `gettext_noop`, so that each reader gets it in the language of the page.
        values: what goes into the places.
        page: the name of the URL it leads to, such as "orders:order".
        subject: the argument of that URL, such as "12"; empty for none.
        by_text: to the phone too, for those who have one and want it (`docs/sms.md`).
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
    if by_text and member.phone and member.wants_texts and sms.is_offered():
        text = TextMessage.objects.create(notice=notice, wanted_at=at)
        transaction.on_commit(partial(nudge, "people.tasks.send_text_soon", text=text.pk))
    return notice
