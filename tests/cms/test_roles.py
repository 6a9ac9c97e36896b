"""Pages and pictures in the back office: who may do what to them."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Picture
from wagtail.images.models import Image
from wagtail.models import GroupPagePermission

from cms.models import HomePage
from people.actions.set_up_roles import set_up_roles
from people.models import Member
from tests.conftest import signed_in


def picture() -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Picture.new("RGB", (40, 30), "green").save(drawn, "PNG")
    return SimpleUploadedFile("celery.png", drawn.getvalue(), "image/png")


def edit_home(client: Client) -> int:
    home = HomePage.objects.get(locale__language_code="zh-hans")
    return client.get(reverse("wagtailadmin_pages:edit", args=[home.pk])).status_code


@pytest.mark.parametrize("role", ["mu", "gu", "xue"])
def test_editors_and_workers_open_the_home_page(role: str, request: pytest.FixtureRequest) -> None:
    client = signed_in(request.getfixturevalue(role))

    assert edit_home(client) == 200


def test_a_cashier_does_not(as_chai: Client) -> None:
    assert edit_home(as_chai) == 302


@pytest.mark.parametrize(("role", "may"), [("mu", True), ("gu", False), ("xue", True)])
def test_who_publishes(role: str, may: bool, request: pytest.FixtureRequest) -> None:  # noqa: FBT001  # A row of a table.
    member = request.getfixturevalue(role)
    home = HomePage.objects.get(locale__language_code="zh-hans")

    assert home.permissions_for_user(member).can_publish() is may


@pytest.mark.parametrize("role", ["mu", "gu", "xue"])
def test_they_put_pictures_up(role: str, request: pytest.FixtureRequest) -> None:
    client = signed_in(request.getfixturevalue(role))

    response = client.post(
        reverse("wagtailimages:add"),
        {"title": "芹菜", "file": picture(), "description": "一捆芹菜"},
    )

    assert response.status_code == 302
    assert Image.objects.get().title == "芹菜"


def test_a_second_set_up_changes_nothing(mu: Member) -> None:
    before = GroupPagePermission.objects.filter(group__in=mu.groups.all()).count()

    set_up_roles()

    assert GroupPagePermission.objects.filter(group__in=mu.groups.all()).count() == before == 3
