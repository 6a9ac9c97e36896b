"""The pieces that every app builds its pages from."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from market.produce.pricing import CostLines


class Census(forms.Form):
    name = forms.CharField(label="姓名", help_text="一个框就够")
    floor = forms.IntegerField(label="几层")
    tender = forms.ChoiceField(
        label="怎么付", choices=[("cash", "现金"), ("qr", "收款码")], widget=forms.RadioSelect
    )
    agrees = forms.BooleanField(label="同意")
    key = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        raise forms.ValidationError("请从头再填一遍")


@pytest.fixture(autouse=True)
def _in_chinese() -> Any:
    with translation.override("zh-hans"):
        yield


def drawn(component: str, **context: Any) -> str:
    return " ".join(render_to_string(f"components/{component}.html", context).split())


def test_the_summary_leads_to_every_fault() -> None:
    page = drawn("error_summary", form=Census({"floor": "三", "key": "k"}))

    assert "有 5 处要改" in page
    assert "<li>请从头再填一遍</li>" in page
    assert 'href="#id_name"' in page
    assert 'href="#id_floor"' in page
    assert 'href="#id_tender_0"' in page
    assert 'tabindex="-1"' in page


def test_there_is_no_summary_without_a_fault() -> None:
    assert drawn("error_summary", form=Census()) == ""


def test_the_summary_does_not_lead_to_what_nobody_sees() -> None:
    page = drawn("error_summary", form=Census({}))

    assert "#id_key" not in page


def test_a_field_says_what_is_wrong_to_eyes_and_ears() -> None:
    page = drawn("field", field=Census({})["name"])

    assert '<label for="id_name">姓名</label>' in page
    assert '<p class="hint" id="id_name_helptext">一个框就够</p>' in page
    assert 'id="id_name_error"' in page
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'aria-invalid="true"' in page


def test_a_field_without_a_fault_is_calm() -> None:
    page = drawn("field", field=Census()["floor"], suffix="层")

    assert '<div class="field">' in page
    assert "<b>层</b>" in page
    assert "err" not in page
    assert "aria-invalid" not in page


def test_a_choice_is_a_group_with_a_name() -> None:
    page = drawn("field", field=Census({})["tender"], tall=True)

    assert '<fieldset class="field pick tall bad" aria-describedby="id_tender_error">' in page
    assert "<legend>怎么付</legend>" in page
    assert '<label for="id_tender_1">' in page
    assert "<span>收款码</span>" in page


def test_a_tick_stands_before_its_words() -> None:
    page = drawn("field", field=Census()["agrees"])

    assert page.index('type="checkbox"') < page.index("<span>同意</span>")


def test_a_hidden_field_is_only_itself() -> None:
    page = drawn("field", field=Census()["key"])

    assert page == '<input type="hidden" name="key" id="id_key">'


def test_a_bar_of_costs_adds_up() -> None:
    page = drawn("cost_bar", costs=CostLines(farmer_fen=2800, transport_fen=150, packing_fen=50))

    assert 'viewBox="0 0 3000 10"' in page
    assert '<rect class="f" width="2800"' in page
    assert '<rect class="t" x="2800" width="150"' in page
    assert '<rect class="p" x="2950" width="50"' in page
    assert "农户到手 ¥28.00" in page
    assert "运费 ¥1.50" in page
    assert "包装 ¥0.50" in page
    assert "社区加价 ¥0" in page


def test_a_track_says_what_is_done_and_what_is_now() -> None:
    steps = [
        {"title": "已下单", "state": "done", "note": "09:12"},
        {"title": "备好了", "state": "now"},
        {"title": "取到货", "state": ""},
    ]

    page = drawn("track", steps=steps)

    assert '<li class="done"> <b>已下单</b><span class="vh">（已完成）</span>' in page
    assert '<li class="now" aria-current="step">' in page
    assert "<li> <b>取到货</b>" in page


@pytest.mark.parametrize(
    ("kind", "role"), [("ok", "status"), ("again", "status"), ("info", "status"), ("no", "alert")]
)
def test_a_sentence_is_read_out(kind: str, role: str) -> None:
    page = drawn("say", kind=kind, text="卖完了 <b>")

    assert f'<div class="say {kind}" role="{role}">' in page
    assert "卖完了 &lt;b&gt;" in page


def test_pages_lead_on_and_back_and_keep_the_question() -> None:
    request = RequestFactory().get("/produce/", {"q": "ft", "page": "2"})
    page = Paginator(range(50), 20).page(2)

    drawn_page = " ".join(
        render_to_string("components/pagination.html", {"page": page, "request": request}).split()
    )

    assert 'rel="prev" href="?q=ft&amp;page=1"' in drawn_page
    assert 'rel="next" href="?q=ft&amp;page=3"' in drawn_page
    assert "第 2 页，共 3 页" in drawn_page


def test_one_page_needs_no_way_on() -> None:
    assert drawn("pagination", page=Paginator(range(5), 20).page(1)) == ""


def test_a_stepper_is_an_input_with_two_buttons_that_need_javascript() -> None:
    page = drawn(
        "stepper", id="n", name="quantity", value="1.5", step="0.5", max="9", label="红皮土豆"
    )

    assert '<input id="n" name="quantity" value="1.5" inputmode="decimal"' in page
    assert 'data-step="0.5" data-min="0" data-max="9"' in page
    assert page.count('<button type="button" hidden') == 2
    assert 'aria-label="增加：红皮土豆"' in page


def good(**changes: Any) -> SimpleNamespace:
    plain = {
        "pk": 7,
        "sku": "HSB-LB",
        "url": "/produce/HSB-LB/",
        "name": "红寺堡萝卜",
        "place": "红寺堡区",
        "photo_url": "",
        "photo_alt": "",
        "unit_label": "斤",
        "price_fen": 90,
        "points_price": 2,
        "costs": CostLines(70, 20, 0),
        "stock_word": "还多",
        "stock_kind": "plenty",
        "has_certificate": False,
        "can_order": True,
        "step": "0.5",
    }
    return SimpleNamespace(**plain | changes)


def test_a_card_can_be_bought_from() -> None:
    page = drawn("good", good=good(has_certificate=True), button=True, level=2)

    assert '<h2><a class="good__name" href="/produce/HSB-LB/">红寺堡萝卜</a></h2>' in page
    assert "¥0.90<i>／斤</i>" in page
    assert "或 2 积分" in page
    assert "有合格证" in page
    assert '<span class="tag">还多</span>' in page
    assert '<input type="hidden" name="listing" value="7">' in page
    assert '<input type="hidden" name="quantity" value="1">' in page


@pytest.mark.parametrize(
    ("kind", "word", "tag"),
    [
        ("few", "只剩 9 斤", "tag warn"),
        ("sold_out", "卖完了", "tag stop"),
        ("closed", "已截单", "tag stop"),
    ],
)
def test_a_card_says_what_is_left(kind: str, word: str, tag: str) -> None:
    can_order = kind == "few"

    page = drawn(
        "good", good=good(stock_kind=kind, stock_word=word, can_order=can_order), button=True
    )

    assert f'<span class="{tag}">{word}</span>' in page
    assert ("<form" in page) is can_order
    assert ("good gone" in page) is not can_order


def test_a_photo_has_a_size_and_waits_for_its_turn() -> None:
    page = drawn("good", good=good(photo_url="/media/lb.webp", photo_alt="萝卜"))

    assert '<img src="/media/lb.webp" alt="萝卜" width="400" height="300" loading="lazy"' in page
    assert "<form" not in page
