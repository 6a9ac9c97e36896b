"""Every refusal has one plain sentence in both languages, which says what to do next."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.utils import translation

from market.produce import refusals
from market.produce.actions.count_stock import FewerThanReserved
from market.produce.models import Product, Supplier
from market.produce.office.refused import REFUSALS, SENTENCES, sentence
from market.produce.refusals import CodeTaken, OnlySoMuchFree, WrongStatus

APP = Path(refusals.__file__).parent
RADISHES = Product(name="萝卜", unit_word="斤", unit_g=500, sold_by_weight=True)


def declared() -> set[str]:
    """The names of all exceptions that the actions of this app can raise."""
    return {
        node.name
        for path in [APP / "refusals.py", *(APP / "actions").glob("*.py")]
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef) and any(ast.unparse(b) == "Exception" for b in node.bases)
    }


def test_none_is_forgotten() -> None:
    assert {refusal.__name__ for refusal in REFUSALS} == declared()


@pytest.mark.parametrize("refusal", SENTENCES, ids=lambda refusal: refusal.__name__)
def test_it_is_one_sentence_in_each_language(refusal: type[Exception]) -> None:
    with translation.override("en"):
        english = sentence(refusal())
    with translation.override("zh-hans"):
        chinese = sentence(refusal())

    assert english.endswith(".")
    assert english.count(". ") == 0
    assert chinese.endswith("。")
    assert chinese.count("。") == 1
    assert not chinese.isascii()


@pytest.mark.parametrize(
    ("refusal", "chinese", "english"),
    [
        (
            OnlySoMuchFree(free=40_000, reserved=10_000),
            "能动的只有 80 斤，订单占着 20 斤：先减订单，再登记。",
            "Only 80 jin are free, orders hold 20 jin: cut the orders first, then write this off.",
        ),
        (
            OnlySoMuchFree(free=-500, reserved=10_000),
            "能动的只有 0 斤，订单占着 20 斤：先减订单，再登记。",
            "Only 0 jin are free, orders hold 20 jin: cut the orders first, then write this off.",
        ),
        (
            FewerThanReserved(reserved=10_000),
            "订单占着 20 斤，比盘到的多：先减订单，再盘一次。",
            "Orders hold 20 jin, more than you counted: cut the orders first, then count again.",
        ),
        (
            WrongStatus("returned"),
            "这张货单现在是“退回”，请回列表再看看。",
            "This listing is “returned”: go back to the list and look again.",
        ),
        (
            CodeTaken(Supplier(name="三山井农户组")),
            "这个代码“三山井农户组”已经用了，请换一个。",
            "“三山井农户组” already has this code: choose another one.",
        ),
    ],
)
def test_it_names_what_it_is_about(refusal: Exception, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert sentence(refusal, RADISHES) == chinese
    with translation.override("en"):
        assert sentence(refusal, RADISHES) == english
