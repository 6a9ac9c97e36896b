"""What an editor may get wrong, or is caught by: each page still stands, and each refusal helps."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.test import Client
from wagtail.images.models import Image
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from cms.models import StandardPage, StoryIndexPage, StoryPage, SupplierIndexPage, SupplierPage
from market.orders.actions.change_basket import change_basket
from market.produce.models import Listing
from people.models import Member
from tests.cms.written import a_picture, block, home, text, write
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(stories: StoryIndexPage) -> StoryPage:
    return write(stories, StoryPage, "packs", title="一车萝卜", summary="三百二十个包。")


def form(page: Page, *body: tuple[str, Any], **fields: Any) -> dict[str, Any]:
    """Return what the page editor sends when one presses publish."""
    latest = page.latest_revision
    return nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "summary": page.summary,
            "written_on": "2026-11-21",
            "body": streamfield(body),
            "comments": inline_formset([]),
            "loaded_revision_id": str(latest.pk),
            "loaded_revision_created_at": latest.created_at.isoformat(),
            "action-publish": "1",
            **fields,
        }
    )


def send(client: Client, page: Page, data: dict[str, Any]) -> str:
    return client.post(f"/office/pages/{page.pk}/edit/", data, follow=True).text


# --- What is pasted -------------------------------------------------------------------


def draft(words: str, address: str) -> str:
    """Return a paragraph with one link, as the browser's editor sends it."""
    return json.dumps(
        {
            "blocks": [
                {
                    "key": "aaaaa",
                    "text": words,
                    "type": "unstyled",
                    "depth": 0,
                    "inlineStyleRanges": [],
                    "entityRanges": [{"offset": 0, "length": len(words), "key": 0}],
                }
            ],
            "entityMap": {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": address}}},
        }
    )


RUNS = ("javascript:", "vbscript:", "data:")


def links(page: str) -> list[str]:
    """Return where the links of a page lead, as a browser reads them."""
    found = re.findall(r'href="([^"]*)"', page)
    return [re.sub(r"[\x00-\x20]", "", html.unescape(each)).lower() for each in found]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "&#106;avascript:alert(1)",
        "javascript&colon;alert(1)",
        "vbscript:msgbox(1)",
        "data:text/html,<script>alert(1)</script>",
    ],
)
@pytest.mark.parametrize("kind", ["text", "expander"])
def test_a_link_that_runs_something_leads_nowhere(
    kind: str, address: str, story: StoryPage, mu: Member, client: Client
) -> None:
    words = draft("点这里", address)
    value = words if kind == "text" else {"title": "问", "text": words}

    send(signed_in(mu), story, form(story, (kind, value)))

    page = client.get("/stories/packs/").text
    assert "点这里" in page
    assert [link for link in links(page) if link.startswith(RUNS)] == []


def test_markup_typed_into_a_block_is_shown_as_text(
    story: StoryPage, mu: Member, client: Client
) -> None:
    evil = "<script>alert(1)</script>"
    blocks = [
        ("announcement", {"kind": "info", "text": evil}),
        ("thanks", {"text": evil, "said_by": evil}),
    ]

    send(signed_in(mu), story, form(story, *blocks, title=evil, summary=evil))

    page = client.get("/stories/packs/").text
    assert evil not in page
    assert page.count("&lt;script&gt;") >= 5


# --- Two at once ----------------------------------------------------------------------


def test_who_comes_second_is_told_and_may_still_win(
    story: StoryPage, mu: Member, xue: Member
) -> None:
    first, second = form(story, title="穆听雨写的"), form(story, title="薛立冬写的")
    send(signed_in(mu), story, first)

    told = send(signed_in(xue), story, second)
    title_after_one = StoryPage.objects.get().title
    again = form(StoryPage.objects.get(), title="薛立冬写的")
    send(signed_in(xue), story, again)

    assert "您改的时候，穆听雨 保存了这一页。" in told
    assert 'value="薛立冬写的"' in told or ">薛立冬写的<" in told
    assert title_after_one == "穆听雨写的"
    assert StoryPage.objects.get().title == "薛立冬写的"


def test_who_said_so_in_the_dialog_is_not_asked_again(
    story: StoryPage, mu: Member, xue: Member
) -> None:
    second = form(story, title="薛立冬写的", overwrite_newer="1")
    send(signed_in(mu), story, form(story, title="穆听雨写的"))

    send(signed_in(xue), story, second)

    assert StoryPage.objects.get().title == "薛立冬写的"


def test_a_draft_that_saves_itself_meanwhile_is_nobody_else_s(story: StoryPage, mu: Member) -> None:
    pressed = form(story, title="两车萝卜")
    story.title = "两车萝"
    story.save_revision(user=mu)

    send(signed_in(mu), story, pressed)

    assert StoryPage.objects.get().title == "两车萝卜"


# --- What goes away under a page ------------------------------------------------------


def test_a_card_leads_to_no_page_that_is_down(client: Client, stories: StoryIndexPage) -> None:
    down = write(stories, StoryPage, "down", summary="-")
    gone = write(stories, StoryPage, "gone", summary="-")
    cards = [{"title": "下线的", "page": down.pk}, {"title": "删掉的", "page": gone.pk}]
    write(home(), StandardPage, "about", summary="-", body=[block("cards", cards=cards)])
    down.unpublish()
    gone.delete()

    page = client.get("/about/").text

    assert "下线的" in page
    assert "删掉的" in page
    assert "/stories/down/" not in page
    assert "/stories/gone/" not in page


def test_a_page_outlives_its_pictures(client: Client, stories: StoryIndexPage) -> None:
    image = a_picture()
    picture = {"image": image.pk, "alt_text": "白菜", "decorative": False}
    body = [block("picture", picture=picture, caption="一车白菜"), text("<p>还在</p>")]
    write(stories, StoryPage, "packs", summary="-", picture=image, body=body)
    Image.objects.all().delete()

    page = client.get("/stories/packs/")

    assert page.status_code == 200
    assert "还在" in page.text
    assert "<img" not in page.text
    assert client.get("/stories/").status_code == 200


def test_a_basket_outlives_the_page_of_its_supplier(
    as_ma: Client, ma: Member, radishes: Listing, suppliers: SupplierIndexPage
) -> None:
    supplier = radishes.product.supplier
    page = write(suppliers, SupplierPage, "hongsibu", summary="-", supplier=supplier)
    change_basket(member=ma, listing=radishes, quantity=500)

    page.unpublish()

    assert "红寺堡萝卜" in as_ma.get("/basket/").text
    assert as_ma.get("/produce/HSB-LB/").status_code == 200
    assert "/suppliers/hongsibu/" not in as_ma.get("/produce/HSB-LB/").text
    assert as_ma.get("/suppliers/hongsibu/").status_code == 404


# --- Whose business it is not ---------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["users/", "users/inspect/{}/", "users/edit/{}/", "users/history/{}/", "doors/"]
)
def test_an_editor_does_not_learn_who_lives_here(path: str, mu: Member, ma: Member) -> None:
    client = signed_in(mu)

    page = client.get("/office/" + path.format(ma.pk))

    assert page.status_code == 404
    assert ma.full_name not in page.text
    assert str(ma.phone) not in page.text
