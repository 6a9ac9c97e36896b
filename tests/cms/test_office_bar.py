"""The way back to the office on a page: for those who may rewrite it, and for nobody else."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.template import Context
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from cms.models import StoryIndexPage
from cms.templatetags.cms import office_bar
from people.models import Member
from tests.conftest import signed_in

BAR = "wagtail-userbar"


def test_a_guest_pays_nothing_for_it(
    client: Client, stories: StoryIndexPage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = RequestFactory().get("/stories/")
    request.user = AnonymousUser()

    with django_assert_num_queries(0):
        assert office_bar(Context({"request": request, "page": stories})) == ""
    for path in ("/", "/stories/", "/produce/"):
        assert BAR not in client.get(path).text


def test_whoever_lives_here_does_not_see_it(as_ma: Client, stories: StoryIndexPage) -> None:
    assert BAR not in as_ma.get("/stories/").text


def test_an_editor_gets_from_a_page_to_its_text(mu: Member, stories: StoryIndexPage) -> None:
    page = signed_in(mu).get("/stories/").text

    assert BAR in page
    assert f"/office/pages/{stories.pk}/edit/" in page


def test_no_other_page_has_it(mu: Member) -> None:
    client = signed_in(mu)

    for path in ("/produce/", "/basket/", "/nothing-here/"):
        assert BAR not in client.get(path).text
