"""A new site has its lists at once, and whatever is written in Chinese stands in English too."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from wagtail.models import Page

from cms.models import StoryIndexPage, StoryPage
from people.models import Member
from tests.cms.written import home, write

NO_PROBLEMS: tuple[list[Any], ...] = ([], [], [], [], [])
LISTS = ["/suppliers/", "/market-days/", "/stories/", "/notices/"]


def children_of_home() -> list[str]:
    return [page.slug for page in home().get_children()]


@pytest.mark.django_db
@pytest.mark.parametrize("address", LISTS)
def test_a_new_site_has_its_lists(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200
    assert client.get(f"/en{address}").status_code == 200


@pytest.mark.django_db
def test_the_tree_is_whole() -> None:
    assert Page.find_problems() == NO_PROBLEMS
    assert children_of_home() == ["suppliers", "market-days", "stories", "notices"]


@pytest.mark.django_db(transaction=True)
def test_a_site_that_has_lists_keeps_them() -> None:
    """Back and forward again: what somebody wrote stays, what is missing comes."""
    stories = StoryIndexPage.objects.get(locale__language_code="zh-hans")
    write(stories, StoryPage, "packs", title="一车萝卜", summary="三百二十个包。")

    call_command("migrate", "cms", "0003", verbosity=0)
    kept = children_of_home()
    call_command("migrate", "cms", verbosity=0)

    assert kept == ["stories"]
    assert children_of_home() == ["stories", "suppliers", "market-days", "notices"]
    assert StoryPage.objects.filter(slug="packs").exists()
    assert Page.find_problems() == NO_PROBLEMS


@pytest.fixture
def written_in_the_office(client: Client, mu: Member, stories: StoryIndexPage) -> Page:
    """A story that an editor has put up by the form of the office."""
    client.force_login(mu)
    fields = {"title": "一车萝卜", "slug": "packs", "summary": "三百二十个包。", "body-count": "0"}
    fields |= {"written_on": "2026-11-24", "action-publish": "发布", "comments-TOTAL_FORMS": "0"}
    fields |= {"comments-INITIAL_FORMS": "0"}

    answer = client.post(f"/office/pages/add/cms/storypage/{stories.pk}/", fields)

    assert answer.status_code == 302
    client.logout()
    return StoryPage.objects.get(slug="packs", locale=stories.locale)


@pytest.mark.usefixtures("written_in_the_office")
def test_what_nobody_translated_is_shown_in_chinese(client: Client) -> None:
    page = client.get("/en/stories/packs/").text

    assert "一车萝卜" in page
    assert "This page is not in English yet; it is shown in Chinese." in page
    assert '<main id="main" tabindex="-1" lang="zh-hans">' in page


def test_a_copy_follows_its_page(client: Client, written_in_the_office: Page) -> None:
    written_in_the_office.title = "两车萝卜"
    written_in_the_office.save_revision().publish()

    page = client.get("/en/stories/packs/").text

    assert "两车萝卜" in page


@pytest.mark.usefixtures("written_in_the_office")
def test_a_page_in_its_own_language_says_nothing_of_it(client: Client) -> None:
    page = client.get("/stories/packs/").text

    assert "not in English" not in page
    assert '<main id="main" tabindex="-1">' in page
