"""Text messages: written with a notice, sent at most once, by a provider that settings name."""

from __future__ import annotations

import datetime
import json
import logging
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from ledger.clock import database_now
from people import sms, tasks
from people.actions.give_up_texts import give_up_texts
from people.actions.send_text import send_text
from people.actions.set_wants_texts import set_wants_texts
from people.actions.write_notice import write_notice
from people.models import Member, TextMessage
from people.sms import aliyun
from tests.conftest import signed_in
from tests.people import MA
from tests.people.sms_stand_in import KEY_ID, KEY_SECRET, SmsStandIn, standing_in

Status = TextMessage.Status
LATER = datetime.timedelta(minutes=11)


@pytest.fixture
def provider(settings: Any) -> Iterator[SmsStandIn]:
    with standing_in() as server:
        settings.SMS_BACKEND = "people.sms.aliyun.send"
        settings.SMS_ALIYUN_ADDRESS = server.address
        settings.SMS_ALIYUN_KEY_ID, settings.SMS_ALIYUN_KEY_SECRET = KEY_ID, KEY_SECRET
        settings.SMS_ALIYUN_SIGN_NAME = "惠邻"
        settings.SMS_ALIYUN_TEMPLATES = {"order-ready": "SMS_1"}
        settings.SMS_TIMEOUT = 0.3
        yield server


def tell(member: Member, number: int = 12, *, kind: str = "order-ready") -> TextMessage | None:
    notice = write_notice(
        member=member,
        key=f"{kind}:{number}",
        template="Order %(number)s is ready.",
        values={"number": f"HL-{number:04d}"},
        at=database_now(),
        by_text=True,
    )
    return TextMessage.objects.filter(notice=notice).first()


def wanted(member: Member, **of: Any) -> TextMessage:
    text = tell(member, **of)
    assert text
    return text


def outcome(text: TextMessage) -> tuple[str, str, str]:
    text.refresh_from_db()
    return text.status, text.receipt, text.reason


# --- The outbox -----------------------------------------------------------------------


def test_a_text_is_written_once_with_its_notice_and_queued(
    provider: SmsStandIn, ma: Member, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as queued:
        tell(ma)
        tell(ma)

    text = TextMessage.objects.get()
    assert (text.status, text.notice.key) == (Status.WANTED, "order-ready:12")
    (nudge,) = queued
    assert nudge.args == ("people.tasks.send_text_soon",)
    assert nudge.keywords == {"text": text.pk}
    assert provider.sent == []


def test_no_text_is_left_of_a_cause_that_failed(provider: SmsStandIn, ma: Member) -> None:
    with transaction.atomic():
        tell(ma)
        transaction.set_rollback(True)

    assert not TextMessage.objects.exists()


def test_a_notice_that_is_not_urgent_stays_in_the_inbox(provider: SmsStandIn, ma: Member) -> None:
    write_notice(member=ma, key="order-collected:1", template="Thanks.", at=database_now())

    assert not TextMessage.objects.exists()


def test_without_a_provider_there_are_only_notices(ma: Member) -> None:
    assert tell(ma) is None
    assert ma.notices.filter(key="order-ready:12").count() == 1


def test_who_has_no_phone_or_wants_none_gets_none(
    provider: SmsStandIn, ma: Member, bai: Member
) -> None:
    set_wants_texts(member=ma, wanted=False)
    Member.objects.filter(pk=bai.pk).update(phone=None)
    ma.refresh_from_db()
    bai.refresh_from_db()

    assert (tell(ma, 1), tell(bai, 2)) == (None, None)


# --- Sending --------------------------------------------------------------------------


def test_a_text_is_signed_and_says_what_the_notice_says(provider: SmsStandIn, ma: Member) -> None:
    text = wanted(ma)

    assert tasks.send_text_soon(text=text.pk) == Status.SENT

    (sent,) = provider.sent
    assert json.loads(sent.pop("TemplateParam")) == {"number": "HL-0012"}
    assert sent == {
        "PhoneNumbers": MA,
        "SignName": "惠邻",
        "TemplateCode": "SMS_1",
        "OutId": f"text-{text.pk}",
    }
    assert outcome(text) == (Status.SENT, "biz-1", "")


def test_a_text_is_sent_once_however_often_it_is_asked_for(
    provider: SmsStandIn, ma: Member
) -> None:
    text = wanted(ma)

    said = [send_text(text=text, now=database_now()) for _time in range(3)]

    assert said == [Status.SENT] * 3
    assert tasks.sweep_texts() == 0
    assert len(provider.sent) == 1


def test_a_wrong_key_is_refused(provider: SmsStandIn, ma: Member, settings: Any) -> None:
    settings.SMS_ALIYUN_KEY_SECRET = KEY_ID
    text = wanted(ma)

    send_text(text=text, now=database_now())

    assert provider.sent == []
    assert outcome(text) == (Status.FAILED, "", "SignatureDoesNotMatch")


def test_the_signature_is_that_of_the_provider_s_own_example(settings: Any) -> None:
    """Aliyun's description of V3 ends with this request and this signature."""
    settings.SMS_ALIYUN_KEY_ID = "YourAccessKeyId"
    settings.SMS_ALIYUN_KEY_SECRET = "YourAccessKeySecret"  # noqa: S105  # Of the example.
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": aliyun.NO_BODY,
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }

    said = aliyun.authorization(
        headers, "ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai"
    )

    assert said.endswith(
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


@pytest.mark.parametrize(
    ("bad_day", "status", "reason"),
    [
        ("isv.BUSINESS_LIMIT_CONTROL", Status.FAILED, "isv.BUSINESS_LIMIT_CONTROL"),
        ("500", Status.UNKNOWN, "no_answer"),
        ("nonsense", Status.UNKNOWN, "no_answer"),
        ("silent", Status.UNKNOWN, "no_answer"),
        ("Throttling.User", Status.WANTED, ""),
    ],
)
def test_a_bad_day_of_the_provider_never_sends_twice(
    provider: SmsStandIn, ma: Member, bad_day: str, status: str, reason: str
) -> None:
    provider.bad_day = bad_day
    text = wanted(ma)
    send_text(text=text, now=database_now())
    assert outcome(text) == (status, "", reason)
    went_out = len(provider.sent)

    provider.bad_day = ""
    tasks.sweep_texts()

    assert len(provider.sent) == went_out + (status == Status.WANTED)


def test_a_provider_that_cannot_be_reached_is_asked_again(
    provider: SmsStandIn, ma: Member, bai: Member, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.SMS_ALIYUN_ADDRESS = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        first, second = wanted(ma, number=1), wanted(bai, number=2)
        assert tasks.sweep_texts() == 0

    assert (outcome(first)[0], outcome(second)[0]) == (Status.WANTED, Status.WANTED)
    second.refresh_from_db()
    assert second.sending_since is None
    assert "away" in caplog.text
    settings.SMS_ALIYUN_ADDRESS = provider.address
    assert tasks.sweep_texts() == 2


def test_what_aliyun_has_no_text_for_is_not_sent(provider: SmsStandIn, ma: Member) -> None:
    text = wanted(ma, kind="order-cut")

    send_text(text=text, now=database_now())

    assert outcome(text) == (Status.FAILED, "", "no_template")
    assert provider.sent == []


# --- Lost and late --------------------------------------------------------------------


def test_the_clock_finds_what_the_queue_lost(provider: SmsStandIn, ma: Member) -> None:
    text = wanted(ma)

    assert tasks.sweep_texts() == 1
    assert outcome(text)[0] == Status.SENT


@pytest.mark.parametrize("went_out", [0, 1])
def test_a_sender_that_was_killed_leaves_a_text_that_is_not_sent_again(
    provider: SmsStandIn, ma: Member, monkeypatch: pytest.MonkeyPatch, went_out: int
) -> None:
    text = wanted(ma)
    now = database_now()

    def killed(message: sms.Text) -> str:
        if went_out:
            aliyun.send(message)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sms, "send", killed)
        with pytest.raises(KeyboardInterrupt):
            send_text(text=text, now=now)
    assert outcome(text)[0] == Status.SENDING
    assert (give_up_texts(now=now), tasks.sweep_texts()) == (0, 0)

    assert give_up_texts(now=now + LATER) == 1
    tasks.sweep_texts()

    assert outcome(text) == (Status.UNKNOWN, "", "no_answer")
    assert len(provider.sent) == went_out


def test_a_text_of_yesterday_is_not_sent_any_more(provider: SmsStandIn, ma: Member) -> None:
    text = wanted(ma)

    send_text(text=text, now=database_now() + datetime.timedelta(days=1, minutes=1))

    assert outcome(text) == (Status.FAILED, "", "too_late")
    assert provider.sent == []


def test_who_switches_them_off_is_left_alone_at_once(provider: SmsStandIn, ma: Member) -> None:
    text = wanted(ma)
    set_wants_texts(member=ma, wanted=False)

    tasks.sweep_texts()

    assert outcome(text) == (Status.FAILED, "", "switched_off")
    assert provider.sent == []


def test_a_text_of_somebody_who_was_forgotten_is_no_error(provider: SmsStandIn, ma: Member) -> None:
    text = wanted(ma)
    ma.notices.all().delete()

    assert tasks.send_text_soon(text=text.pk) == ""
    assert provider.sent == []


def test_nothing_of_the_person_is_in_the_log(
    provider: SmsStandIn, ma: Member, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for number, bad_day in enumerate(["", "500", "silent", "isv.AMOUNT_NOT_ENOUGH"]):
        provider.bad_day = bad_day
        tasks.send_text_soon(text=wanted(ma, number=number).pk)

    assert MA not in caplog.text
    assert "马" not in caplog.text
    assert MA not in repr(sms.Text(phone=MA, kind="x", words=MA, values={"a": MA}, reference="1"))


def test_the_console_hides_most_of_the_number(
    ma: Member, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SMS_BACKEND = "people.sms.console.send"

    tasks.send_text_soon(text=wanted(ma).pk)

    assert "SMS 199****0001 order-ready: Order HL-0012 is ready." in capsys.readouterr().out


# --- On my page -----------------------------------------------------------------------


def test_a_member_switches_them_off_and_on_again(
    provider: SmsStandIn, as_ma: Client, ma: Member
) -> None:
    page = as_ma.post("/en/mine/texts/", {"wanted": "no"}, follow=True).text
    ma.refresh_from_db()
    assert not ma.wants_texts
    assert "No more text messages." in page
    assert "Send me text messages again" in page

    page = as_ma.post("/en/mine/texts/", {"wanted": "yes"}, follow=True).text

    ma.refresh_from_db()
    assert ma.wants_texts
    assert "Send me no text messages" in page


@pytest.mark.parametrize("typed", [{}, {"wanted": "perhaps"}])
def test_a_switch_pressed_wrongly_changes_nothing(
    as_ma: Client, ma: Member, typed: dict[str, str]
) -> None:
    assert as_ma.post("/mine/texts/", typed).status_code == 400
    ma.refresh_from_db()
    assert ma.wants_texts


def test_the_switch_is_shown_where_it_switches_something(ma: Member, settings: Any) -> None:
    assert "/mine/texts/" not in signed_in(ma).get("/mine/").text

    settings.SMS_BACKEND = "people.sms.console.send"

    assert "/mine/texts/" in signed_in(ma).get("/mine/").text
