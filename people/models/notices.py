"""What people are told, in their inbox and by text message."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from people.models.people import Member


class Notice(models.Model):
    """What a person should be told: written with its cause, shown in the inbox.

    The text is kept as a template to translate and its values, so each reader gets it in
    the language of the page.
    """

    member = models.ForeignKey(Member, models.CASCADE, related_name="notices")
    key = models.CharField(max_length=80, unique=True)
    template = models.CharField(max_length=240)
    values = models.JSONField(default=dict)
    page = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(pgettext_lazy("notice", "created at"))
    read_at = models.DateTimeField(_("read at"), null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(name="notice_unread", fields=["member"], condition=Q(read_at=None)),
            models.Index(name="notice_by_member", fields=["member", "-id"]),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def text(self) -> str:
        """The notice in the language of the page."""
        values: dict[str, Any] = self.values
        return gettext(self.template) % values

    @property
    def url(self) -> str:
        """The page it leads to; empty for none, or for one that is gone."""
        if not self.page:
            return ""
        try:
            return reverse(self.page, args=[self.subject] if self.subject else [])
        except NoReverseMatch:
            return ""

    @property
    def kind(self) -> str:
        """What it is about, such as "order-ready": the first part of its key."""
        return self.key.partition(":")[0]


class TextMessage(models.Model):
    """A notice that goes out by text message as well: the row is the outbox.

    It is written with its notice and sent afterwards, at most once: whoever sends it says so
    first. One whose answer was lost stays `unknown` and is not sent again, since the inbox has
    the notice in any case, and the provider knows no key that would make a second call harmless.
    """

    class Status(models.TextChoices):
        WANTED = "wanted", _("to be sent")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not sent")
        UNKNOWN = "unknown", _("perhaps sent")

    WAITING = (Status.WANTED, Status.SENDING)

    notice = models.OneToOneField(Notice, models.CASCADE, related_name="text_message")
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.WANTED)
    wanted_at = models.DateTimeField(_("wanted at"))
    sending_since = models.DateTimeField(_("being sent since"), null=True)
    settled_at = models.DateTimeField(_("settled at"), null=True)
    # How the provider calls it, and why it was not sent.
    receipt = models.CharField(max_length=64, blank=True)
    reason = models.CharField(_("reason"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("text message")
        verbose_name_plural = _("text messages")
        indexes = [
            models.Index(
                name="text_waiting", fields=["id"], condition=Q(status__in=["wanted", "sending"])
            ),
        ]

    def __str__(self) -> str:
        return f"text:{self.notice_id}"
