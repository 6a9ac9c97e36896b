"""A worker writes and hands in, another person looks at it, and then it goes up."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection, Task, TaskState, Workflow, WorkflowState

from cms.models import SecondPairOfEyesTask, StoryIndexPage, StoryPage
from people.models import Member
from tests.cms.written import home, write
from tests.conftest import signed_in

FORM = {
    "title": "一车萝卜",
    "slug": "packs",
    "summary": "三百二十个包。",
    "written_on": "2026-11-24",
    "body-count": "0",
    "comments-TOTAL_FORMS": "0",
    "comments-INITIAL_FORMS": "0",
}


def hand_in(parent: StoryIndexPage, by: Member) -> StoryPage:
    """Write a story in the form of the office, and press the button that hands it in."""
    address = reverse("wagtailadmin_pages:add", args=["cms", "storypage", parent.pk])
    signed_in(by).post(address, FORM | {"action-submit": "1"})
    return StoryPage.objects.get(slug="packs", locale=parent.locale)


def decide(page: StoryPage, action: str, by: Member, comment: str = "") -> int:
    state = TaskState.objects.for_instance(page).latest("pk")
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
    return signed_in(by).post(address, {"comment": comment}).status_code


def state_of(page: StoryPage) -> WorkflowState:
    return WorkflowState.objects.for_instance(page).get()


def buttons(page: StoryPage, member: Member) -> list[str]:
    """What the menu at the foot of the form offers, the button itself first."""
    text = signed_in(member).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).text
    names = re.findall(r'name="(action-[\w-]+)"|data-workflow-action-name="(\w+)"', text)
    return [first or second for first, second in names if (first or second) != "action-reject"]


@pytest.fixture
def handed_in(stories: StoryIndexPage, gu: Member) -> StoryPage:
    return hand_in(stories, gu)


def test_a_worker_writes_and_hands_in(handed_in: StoryPage, gu: Member) -> None:
    assert not handed_in.live
    assert state_of(handed_in).requested_by == gu
    assert state_of(handed_in).status == WorkflowState.STATUS_IN_PROGRESS


def test_a_worker_cannot_publish(stories: StoryIndexPage, gu: Member) -> None:
    address = reverse("wagtailadmin_pages:add", args=["cms", "storypage", stories.pk])

    signed_in(gu).post(address, FORM | {"action-publish": "1"})

    assert not StoryPage.objects.filter(live=True).exists()


@pytest.mark.parametrize("reviewer", ["xue", "mu"])
def test_another_person_approves_and_it_is_up(
    handed_in: StoryPage, reviewer: str, request: pytest.FixtureRequest, client: Client
) -> None:
    by = request.getfixturevalue(reviewer)

    decide(handed_in, "approve", by)

    assert client.get("/stories/packs/").status_code == 200
    assert state_of(handed_in).status == WorkflowState.STATUS_APPROVED


def test_it_comes_back_with_a_word(handed_in: StoryPage, xue: Member, gu: Member) -> None:
    decide(handed_in, "reject", xue, "少了一张照片。")

    assert state_of(handed_in).status == WorkflowState.STATUS_NEEDS_CHANGES
    assert not StoryPage.objects.get(pk=handed_in.pk).live
    assert buttons(handed_in, gu)[0] == "action-submit"
    assert "改好了，再交复核" in edit_form(handed_in, gu)


def edit_form(page: StoryPage, member: Member) -> str:
    return signed_in(member).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).text


@pytest.mark.parametrize("who", ["xue", "mu", "manager", "gu"])
@pytest.mark.parametrize("action", ["approve", "reject"])
def test_nobody_reviews_what_they_handed_in(
    stories: StoryIndexPage, gu: Member, who: str, action: str, request: pytest.FixtureRequest
) -> None:
    if who == "manager":
        gu.is_superuser = True
        gu.save(update_fields=["is_superuser"])
    by = gu if who == "manager" else request.getfixturevalue(who)
    page = hand_in(stories, by)

    assert decide(page, action, by) == 302

    assert state_of(page).status == WorkflowState.STATUS_IN_PROGRESS
    assert not StoryPage.objects.get(pk=page.pk).live


@pytest.mark.parametrize("who", ["xue", "mu"])
def test_nobody_publishes_past_the_review_they_asked_for(
    stories: StoryIndexPage, who: str, request: pytest.FixtureRequest
) -> None:
    by = request.getfixturevalue(who)
    page = hand_in(stories, by)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])

    signed_in(by).post(address, FORM | {"action-publish": "1"})

    assert not StoryPage.objects.get(pk=page.pk).live
    assert "action-publish" not in buttons(page, by)
    assert "approve" not in buttons(page, by)


def test_what_one_handed_in_one_takes_back(stories: StoryIndexPage, mu: Member) -> None:
    page = hand_in(stories, mu)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])

    signed_in(mu).post(address, FORM | {"action-cancel-workflow": "1"})

    assert state_of(page).status == WorkflowState.STATUS_CANCELLED
    assert buttons(page, mu)[0] == "action-publish"


def test_the_button_does_what_one_came_for(
    stories: StoryIndexPage, gu: Member, mu: Member, xue: Member
) -> None:
    story = write(stories, StoryPage, "radishes", title="萝卜", summary="一车。")

    assert buttons(story, gu)[0] == "action-submit"
    assert buttons(story, mu)[0] == "action-publish"
    page = hand_in(stories, gu)
    assert buttons(page, xue)[0] == "approve"
    assert "交给同事复核" in edit_form(story, gu)


def test_a_page_under_review_is_closed_to_its_writer(handed_in: StoryPage, gu: Member) -> None:
    assert handed_in.get_lock().for_user(gu)
    assert "action-publish" not in buttons(handed_in, gu)
    foot = edit_form(handed_in, gu).split("<footer")[-1]
    assert foot.index("页面已锁定") < foot.index("撤回，不复核了")


def test_the_review_holds_for_the_first_page_too(gu: Member, db: None) -> None:
    assert home().get_workflow().name == "发布前复核"


# --- What the migration says ----------------------------------------------------------


def names() -> dict[str, list[str]]:
    return {
        "groups": sorted(Group.objects.values_list("name", flat=True)),
        "workflows": list(Workflow.objects.values_list("name", flat=True)),
        "steps": list(Task.objects.values_list("name", flat=True)),
        "collections": list(Collection.objects.values_list("name", flat=True)),
    }


@pytest.mark.django_db
def test_nothing_english_is_left() -> None:
    assert names()["workflows"] == ["发布前复核"]
    assert names()["steps"] == ["复核"]
    assert names()["collections"] == ["全部图片"]
    assert not {"Moderators", "Editors"} & set(names()["groups"])
    step = SecondPairOfEyesTask.objects.get()
    assert {group.name for group in step.groups.all()} == {"worker_b", "editor"}


@pytest.mark.django_db(transaction=True)
def test_there_and_back() -> None:
    """What waits for review still does afterwards."""
    stories = StoryIndexPage.objects.get(locale__language_code="zh-hans")
    story = write(stories, StoryPage, "radishes", title="萝卜", summary="一车。")
    story.get_workflow().start(story, None)
    ours = names()

    call_command("migrate", "cms", "0006", verbosity=0)
    theirs = names()
    call_command("migrate", "cms", verbosity=0)

    assert theirs["workflows"] == theirs["steps"] == ["Moderators approval"]
    assert {"Moderators", "Editors"} < set(theirs["groups"])
    assert theirs["collections"] == ["Root"]
    assert names() == ours
    assert story.current_workflow_task == SecondPairOfEyesTask.objects.get()


@pytest.mark.django_db(transaction=True)
def test_a_group_that_somebody_is_in_stays(gu: Member) -> None:
    call_command("migrate", "cms", "0006", verbosity=0)
    gu.groups.add(Group.objects.get(name="Editors"))

    call_command("migrate", "cms", verbosity=0)

    assert Group.objects.filter(name="Editors").exists()
    assert not Group.objects.filter(name="Moderators").exists()
