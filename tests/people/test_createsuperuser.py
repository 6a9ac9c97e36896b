"""createsuperuser: the first administrator of a new site."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from people.management.commands import createsuperuser
from people.models import Community, Member
from tests.people import MA

NEW = ["199 0000 0098", "总管"]


@pytest.fixture(autouse=True)
def typed_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(createsuperuser, "getpass", lambda _prompt: "902714")


def test_makes_a_community_and_its_administrator(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("createsuperuser", *NEW, "--community=CCHY", "--community-name=长城花园社区")

    boss = Member.objects.get()
    assert (boss.phone, boss.is_superuser, boss.community.name) == (
        "19900000098",
        True,
        "长城花园社区",
    )
    assert boss.check_password("902714")
    assert capsys.readouterr().out == "总管 can sign in with 19900000098 at /office/.\n"


def test_joins_a_community_that_is_there(changcheng: Community) -> None:
    call_command("createsuperuser", *NEW, "--community=CCHY")

    assert list(Community.objects.all()) == [changcheng]


@pytest.mark.parametrize(
    ("_case", "phone", "community", "pin", "words"),
    [
        ("an easy PIN", "19900000098", "CCHY", "123456", "too easy|太好猜"),
        ("a phone number that is taken", MA, "CCHY", "902714", "registered with 19900000001"),
        ("a community nobody knows", "19900000098", "MOON", "902714", "--community-name"),
    ],
)
def test_a_refusal_changes_nothing(
    _case: str,
    phone: str,
    community: str,
    pin: str,
    words: str,
    ma: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(createsuperuser, "getpass", lambda _prompt: pin)

    with pytest.raises(CommandError, match=words):
        call_command("createsuperuser", phone, "总管", f"--community={community}")

    assert not Member.objects.filter(is_superuser=True).exists()
    assert Community.objects.count() == 1
