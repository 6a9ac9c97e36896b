"""The help page of the office: ten pictures of the running site, and what to do in each."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image as Picture
from wagtail.users.models import UserProfile

from cms.office.help import HEIGHT, STEPS, WIDTH, Step
from people.models import Member
from tests.browser.help_pictures import BYTES_MOST, SIZE, TAKEN
from tests.conftest import signed_in

FOLDER = Path(settings.BASE_DIR) / "static/img/help"


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.picture)
def test_each_step_has_a_small_picture(step: Step) -> None:
    path = FOLDER / f"{step.picture}.webp"

    with Picture.open(path) as picture:
        assert (picture.format, picture.size) == ("WEBP", (WIDTH, HEIGHT))
    assert path.stat().st_size <= BYTES_MOST
    assert {"width": WIDTH, "height": HEIGHT} == SIZE


def test_there_are_ten_and_the_command_takes_each() -> None:
    assert len(STEPS) == 10
    assert list(TAKEN) == [step.picture for step in STEPS]
    assert sorted(FOLDER.glob("*.webp")) == sorted(FOLDER / f"{name}.webp" for name in TAKEN)


@pytest.mark.parametrize("who", ["gu", "xue", "mu"])
def test_whoever_works_here_finds_it(who: str, request: pytest.FixtureRequest) -> None:
    client = signed_in(request.getfixturevalue(who))

    assert '"/office/help/"' in client.get("/office/").text
    page = client.get("/office/help/").text

    for step in STEPS:
        assert f'src="/static/img/help/{step.picture}.webp" width="390" height="700"' in page
    assert "加一个摊位" in page
    assert 'alt="登录页，有手机号和密码两个输入框"' in page


def test_it_speaks_english_too(mu: Member) -> None:
    profile = UserProfile.get_for_user(mu)
    profile.preferred_language = "en"
    profile.save()

    assert "Copy last year&#x27;s market day" in signed_in(mu).get("/office/help/").text


def test_a_guest_is_asked_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/office/help/")["Location"] == "/sign-in/?next=/office/help/"
