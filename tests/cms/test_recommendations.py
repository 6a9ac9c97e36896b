"""What editors recommend to those who look for a word: shown first, and to nobody else."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Locale, Page

from cms.models import StoryIndexPage, StoryPage
from people.models import Member
from tests.cms.written import write
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

ADD = "wagtailsearchpromotions:add"


def recommend(term: str, page: Page | None = None, **fields: object) -> SearchPromotion:
    return SearchPromotion.objects.create(query=Query.get(term), page=page, **fields)


def recommended(client: Client, typed: str, address: str = "/search/") -> list[str]:
    return [each.title for each in client.get(address, {"q": typed}).context["recommended"]]


def filled_in(page: Page, term: str = "年夜饭", **fields: object) -> dict[str, object]:
    """Fill in Wagtail's form."""
    return {
        "query_string": term,
        "editors_picks-TOTAL_FORMS": 1,
        "editors_picks-INITIAL_FORMS": 0,
        "editors_picks-0-ORDER": 1,
        "editors_picks-0-page": page.pk,
    } | {f"editors_picks-0-{name}": value for name, value in fields.items()}


@pytest.fixture
def story(stories: StoryIndexPage) -> StoryPage:
    return write(stories, StoryPage, "fair", title="年货大集", summary="腊月廿三开集。")


@pytest.fixture
def other(stories: StoryIndexPage) -> StoryPage:
    return write(stories, StoryPage, "noodles", title="粉条怎么来", summary="三百二十公里。")


# --- To whom --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["年夜饭", " 年 夜 饭 ", "年夜饭！", "nianyefan", "NYF", "ｎｙｆ", "“年夜饭”"]
)
def test_whoever_types_it_in_whatever_way_sees_it(
    client: Client, story: StoryPage, typed: str
) -> None:
    recommend("年夜饭", story)

    assert recommended(client, typed) == ["年货大集"]


@pytest.mark.parametrize("typed", ["年夜", "年夜饭 菜", "夜饭", "ny", "%", "年货"])
def test_whoever_types_something_else_does_not(
    client: Client, story: StoryPage, typed: str
) -> None:
    recommend("年夜饭", story)

    assert recommended(client, typed) == []


@pytest.mark.parametrize("typed", ["New Year dinner", "NEW YEAR  DINNER", "newyear dinner"])
def test_an_english_term_is_typed_in_any_case(client: Client, story: StoryPage, typed: str) -> None:
    recommend("New Year Dinner", story)

    assert recommended(client, typed) == ["年货大集"]


# --- What they see --------------------------------------------------------------------


def test_it_stands_first_and_once(client: Client, story: StoryPage) -> None:
    recommend("年货", story)

    page = client.get("/search/?q=年货")

    assert "<h2>推荐</h2>" in page.text
    assert page.text.count('<a href="/stories/fair/">年货大集</a>') == 1
    assert "<p>腊月廿三开集。</p>" in page.text


def test_the_editor_orders_and_words_them(
    client: Client, story: StoryPage, other: StoryPage
) -> None:
    recommend("过年", other, sort_order=1)
    recommend("过年", story, sort_order=0, description="鱼和肉都有。")

    page = client.get("/search/?q=过年")

    assert [each.title for each in page.context["recommended"]] == ["年货大集", "粉条怎么来"]
    assert "<p>鱼和肉都有。</p>" in page.text
    assert "腊月廿三开集。" not in page.text


def test_another_site_is_named(client: Client) -> None:
    recommend("天气", external_link_url="https://weather.example/yc", external_link_text="银川天气")

    page = client.get("/search/?q=天气")

    assert '<h3><a href="https://weather.example/yc">银川天气</a></h3>' in page.text
    assert "<small>weather.example</small>" in page.text
    assert "没找到" not in page.text


def test_a_page_that_is_not_up_is_not_recommended(client: Client, story: StoryPage) -> None:
    recommend("年夜饭", story)
    story.unpublish()

    assert recommended(client, "年夜饭") == []
    assert "没找到" in client.get("/search/?q=年夜饭").text


def test_each_reads_it_in_their_language(client: Client, story: StoryPage) -> None:
    recommend("NYF", story)
    english = Locale.objects.get(language_code="en")
    assert recommended(client, "nyf", "/en/search/") == []

    Page.objects.filter(translation_key=story.translation_key, locale=english).delete()
    translated = story.copy_for_translation(english, copy_parents=True)
    translated.title = "New Year fair"
    translated.save_revision().publish()

    assert recommended(client, "nyf", "/en/search/") == ["New Year fair"]
    assert recommended(client, "nyf") == ["年货大集"]


def test_a_page_that_is_gone_takes_its_recommendation_along(
    client: Client, story: StoryPage
) -> None:
    recommend("年夜饭", story)
    story.delete()

    assert not SearchPromotion.objects.exists()
    assert recommended(client, "年夜饭") == []


@pytest.mark.parametrize("number", [1, 20])
def test_costs_the_same_for_few_and_many(
    number: int,
    client: Client,
    stories: StoryIndexPage,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for each in range(number):
        page = write(stories, StoryPage, f"s{each}", title=f"年货{each}", summary="-")
        recommend("年夜饭", page)
    client.get("/search/?q=年夜饭")

    with django_assert_num_queries(5):
        assert len(recommended(client, "年夜饭")) == number


# --- Who recommends -------------------------------------------------------------------


@pytest.mark.parametrize("role", ["mu", "xue"])
def test_editors_and_reviewers_recommend(
    role: str, client: Client, story: StoryPage, request: pytest.FixtureRequest
) -> None:
    office = signed_in(request.getfixturevalue(role))

    answer = office.post(reverse(ADD), filled_in(story))

    assert answer.status_code == 302
    assert recommended(client, "年夜饭") == ["年货大集"]


@pytest.mark.parametrize("role", ["gu", "chai"])
def test_others_do_not(role: str, story: StoryPage, request: pytest.FixtureRequest) -> None:
    kept = recommend("年货", story)
    office = signed_in(request.getfixturevalue(role))

    office.post(reverse(ADD), filled_in(story))
    office.post(reverse("wagtailsearchpromotions:edit", args=[kept.query_id]), filled_in(story))
    office.post(reverse("wagtailsearchpromotions:delete", args=[kept.query_id]))

    assert list(SearchPromotion.objects.all()) == [kept]
    assert list(Query.objects.all()) == [kept.query]


def test_a_link_that_runs_a_script_is_refused(mu: Member, story: StoryPage) -> None:
    form = filled_in(story, external_link_url="javascript:alert(1)", external_link_text="x")
    form["editors_picks-0-page"] = ""

    signed_in(mu).post(reverse(ADD), form)

    assert not SearchPromotion.objects.exists()


def test_the_office_says_it_in_chinese_and_counts_nothing(mu: Member, story: StoryPage) -> None:
    recommend("年夜饭", story)
    mu.is_superuser = True
    mu.save()
    office = signed_in(mu)

    menu = office.get("/office/").text
    rows = office.get(reverse("wagtailsearchpromotions:index")).text
    form = office.get(reverse(ADD)).text

    assert '"name": "recommendations"' in menu
    assert json.dumps("搜索推荐") in menu
    assert "search-terms" not in menu
    assert "promoted-search-results" not in menu
    assert "年夜饭" in rows
    assert "浏览次数" not in rows
    assert "大家搜了什么，本站不记录。" in form
    assert "从热门搜索词中选择" not in form
