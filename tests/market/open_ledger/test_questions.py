"""我有疑问: a question about a row of one's own, an answer in the inbox, and nobody else."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ledger.clock import database_now
from market.open_ledger.actions.answer_question import (
    AlreadyAnswered,
    OwnQuestion,
    answer_question,
)
from market.open_ledger.actions.ask_question import (
    QUESTIONS_A_DAY,
    TooManyQuestions,
    ask_question,
)
from market.open_ledger.models import Question
from market.orders.models import Order, Refund
from market.produce.models import Listing
from market.till.models import Till
from people.actions.ask_to_erase import ask_to_erase
from people.actions.erase_member import erase_member
from people.models import Member, Notice
from tests.conftest import signed_in
from tests.stories import hand_out, order

ASK = "/questions/ask/"
MINE = "/questions/"
LIST = "/office/question/"
TEXT = "我付的是三十块，怎么写三十块零九毛？"


@pytest.fixture
def collected(ma: Member, millet: Listing, chai: Member, open_drawer: Till) -> Order:
    """马小禾 has paid ¥30.00 for a bag of millet."""
    placed = order(ma, {millet: 1})
    hand_out(placed, by=chai)
    return Order.objects.get(pk=placed.pk)


def payment_row(order: Order) -> str:
    return f"payment-{order.payments.get().pk}"


def asked(client: Client, order: Order | None = None, **changed: Any) -> Any:
    body = {
        "order": order.pk if order else "",
        "row": payment_row(order) if order else "ledger",
        "text": TEXT,
        "key": str(uuid.uuid4()),
    }
    return client.post(ASK, body | changed)


@pytest.fixture
def question(ma: Member, collected: Order) -> Question:
    return ask_question(
        member=ma,
        order=collected,
        row=payment_row(collected),
        text=TEXT,
        key=uuid.uuid4(),
        asked_at=database_now(),
    )


def answer(question: Question, by: Member, text: str = "您付了现金，抹零以前是 30.90。") -> None:
    answer_question(question=question, answer=text, answered_by=by, answered_at=database_now())


# --- Asking ---------------------------------------------------------------------------


def test_every_payment_of_an_order_has_the_button(as_ma: Client, collected: Order) -> None:
    html = as_ma.get(collected.get_absolute_url()).content.decode()

    assert f'{ASK}?order={collected.pk}&amp;row={payment_row(collected)}"' in html
    assert f'{ASK}?order={collected.pk}&amp;row=order"' in html


def test_orders_and_the_open_ledger_have_it_too(as_ma: Client, collected: Order) -> None:
    assert f'{ASK}?row=credit"' in as_ma.get("/orders/").content.decode()
    assert f'{ASK}?row=ledger"' in as_ma.get("/ledger/").content.decode()


def test_the_page_says_what_it_is_about(as_ma: Client, collected: Order) -> None:
    response = as_ma.get(ASK, {"order": str(collected.pk), "row": payment_row(collected)})

    assert f"订单 {collected.number} 付款 ¥30.00" in response.content.decode()


@pytest.mark.parametrize(("row", "words"), [("ledger", "阳光账本"), ("credit", "我的余额")])
def test_one_can_ask_about_all_of_it(row: str, words: str, as_ma: Client) -> None:
    assert words in as_ma.get(ASK, {"row": row}).content.decode()


def test_staff_get_it(as_ma: Client, as_gu: Client, collected: Order) -> None:
    response = asked(as_ma, collected)

    assert response.status_code == 302
    assert response["Location"] == MINE
    assert TEXT in as_ma.get(MINE).content.decode()
    html = as_gu.get(LIST).content.decode()
    assert TEXT in html
    assert f'href="{LIST}answer/{Question.objects.get().pk}/"' in html
    assert "等回复" in html
    assert "马**" in html
    assert "马小禾" not in html


def test_a_second_press_asks_once(as_ma: Client, collected: Order) -> None:
    key = str(uuid.uuid4())

    for _ in range(2):
        assert asked(as_ma, collected, key=key).status_code == 302

    assert Question.objects.count() == 1


def test_nobody_else_sees_it(as_bai: Client, question: Question) -> None:
    assert TEXT not in as_bai.get(MINE).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "changed",
    [
        {"row": "payment-999999"},
        {"row": "nonsense"},
        {"row": ""},
        {"row": "a b"},
        {"order": "x"},
        {"order": "-1"},
        {"order": "9" * 30},
        {"order": "", "row": "order"},
        {"order": "999999", "row": "order"},
    ],
)
def test_a_row_that_is_not_there(
    changed: dict[str, str], method: str, as_ma: Client, collected: Order
) -> None:
    body = {"order": str(collected.pk), "row": payment_row(collected), "text": TEXT, "key": "x"}

    assert getattr(as_ma, method)(ASK, body | changed).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_order_of_somebody_else_is_not_there(
    method: str, as_bai: Client, collected: Order
) -> None:
    body = {"order": collected.pk, "row": "order", "text": TEXT, "key": str(uuid.uuid4())}

    assert getattr(as_bai, method)(ASK, body).status_code == 404
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"text": " "}, "请写下哪里不明白。"), ({"text": "长" * 501}, "500"), ({"key": "x"}, "")],
)
def test_what_is_wrong_is_said_and_nothing_asked(
    changed: dict[str, str], words: str, as_ma: Client, collected: Order
) -> None:
    response = asked(as_ma, collected, **changed)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Question.objects.exists()


def test_the_sixth_in_a_day_is_refused(as_ma: Client, collected: Order) -> None:
    for _ in range(QUESTIONS_A_DAY):
        assert asked(as_ma, collected).status_code == 302

    response = asked(as_ma, collected)

    assert response.status_code == 409
    assert "您一天里已经问了五次，请直接给小店打电话。" in response.content.decode()
    assert Question.objects.count() == QUESTIONS_A_DAY


def test_a_day_later_one_may_ask_again(ma: Member, db: None) -> None:
    def ask(at: datetime.datetime) -> Question:
        return ask_question(
            member=ma, order=None, row="ledger", text=TEXT, key=uuid.uuid4(), asked_at=at
        )

    now = database_now()
    for _ in range(QUESTIONS_A_DAY):
        ask(now)

    with pytest.raises(TooManyQuestions):
        ask(now + datetime.timedelta(hours=23))
    ask(now + datetime.timedelta(hours=25))


# --- Answering ------------------------------------------------------------------------


def test_the_answer_is_in_the_inbox(
    as_ma: Client, as_gu: Client, gu: Member, question: Question
) -> None:
    response = as_gu.post(f"{LIST}answer/{question.pk}/", {"answer": "抹零以前是 30.90。"})

    assert response.status_code == 302
    assert response["Location"] == LIST
    inbox = as_ma.get("/mine/inbox/").content.decode()
    assert f"您对订单 {question.order} 的疑问，社区回复：抹零以前是 30.90。" in inbox
    assert MINE in inbox
    mine = as_ma.get(MINE).content.decode()
    assert "抹零以前是 30.90。" in mine
    assert f"{gu.masked_name} 于" in mine


def test_an_answer_about_the_ledger(as_ma: Client, gu: Member, ma: Member) -> None:
    asked(as_ma)

    answer(Question.objects.get(), gu, "每天夜里对账。")

    notice = Notice.objects.get(member=ma, page="open_ledger:questions")
    assert notice.text == "您对账目的疑问，社区回复：每天夜里对账。"


def test_an_answer_is_given_once(question: Question, gu: Member, xue: Member) -> None:
    answer(question, gu, "甲")

    with pytest.raises(AlreadyAnswered):
        answer(question, xue, "乙")

    assert Question.objects.get().answer == "甲"
    assert Notice.objects.filter(key=f"question:{question.pk}").count() == 1


def test_a_colleague_was_faster(as_gu: Client, question: Question, xue: Member) -> None:
    page = f"{LIST}answer/{question.pk}/"
    answer(question, xue, "甲")

    response = as_gu.post(page, {"answer": "乙"})

    assert response.status_code == 409
    assert "同事刚刚已经回复，请看列表。" in response.content.decode()
    assert "<textarea" not in as_gu.get(page).content.decode()


def test_nobody_answers_their_own(gu: Member, as_gu: Client, db: None) -> None:
    asked(as_gu)

    with pytest.raises(OwnQuestion):
        answer(Question.objects.get(), gu)
    response = as_gu.post(f"{LIST}answer/{Question.objects.get().pk}/", {"answer": "x"})

    assert response.status_code == 409
    assert "您自己的疑问要由同事回复。" in response.content.decode()
    assert Question.objects.get().answer == ""


def test_an_empty_answer_is_none(as_gu: Client, question: Question) -> None:
    assert as_gu.post(f"{LIST}answer/{question.pk}/", {"answer": " "}).status_code == 422
    assert not Notice.objects.filter(key=f"question:{question.pk}").exists()


def test_staff_see_whose_it_is_where_they_answer(as_gu: Client, question: Question) -> None:
    html = as_gu.get(f"{LIST}answer/{question.pk}/").content.decode()

    assert "马小禾" in html
    assert "199 0000 0001" in html
    assert TEXT in html


def test_the_list_can_be_cut_to_what_waits(
    as_gu: Client, as_ma: Client, question: Question, xue: Member
) -> None:
    answer(question, xue)
    asked(as_ma, text="还有一个")

    html = as_gu.get(LIST, {"waits": "true"}).content.decode()

    assert "还有一个" in html
    assert TEXT not in html


@pytest.mark.parametrize("role", ["chai", "ma"])
def test_who_is_no_worker_sees_no_question(
    role: str, question: Question, request: pytest.FixtureRequest
) -> None:
    client = signed_in(request.getfixturevalue(role))

    for page in (LIST, f"{LIST}answer/{question.pk}/"):
        response = client.get(page)
        assert response.status_code == 302
        assert TEXT not in response.content.decode()


def test_an_editor_sees_no_question(mu: Member, question: Question) -> None:
    client = signed_in(mu)

    for page in (LIST, f"{LIST}answer/{question.pk}/"):
        response = client.get(page, follow=True)
        assert TEXT not in response.content.decode()
        assert client.post(page, {"answer": "x"}).status_code in (302, 403, 405)
    assert Question.objects.get().answer == ""


# --- What the database keeps, and forgets ----------------------------------------------


def test_no_answer_without_somebody(question: Question) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(answer="甲")


def test_whoever_is_erased_has_asked_nothing(
    question: Question, ma: Member, gu: Member, xue: Member
) -> None:
    answer(question, gu)
    ask_to_erase(member=ma, asked_by=gu, asked_at=database_now())

    erase_member(member=ma, erased_by=xue, erased_at=database_now())

    assert not Question.objects.exists()
    assert not Notice.objects.filter(member=ma).exists()


@pytest.mark.parametrize("page", [MINE, LIST])
def test_lists_cost_the_same(page: str, ma: Member, collected: Order, gu: Member) -> None:
    client = signed_in(ma if page == MINE else gu)
    costs = []
    for count in (2, 15):
        for number in range(count):
            ask_question(
                member=ma,
                order=collected,
                row="order",
                text=TEXT,
                key=uuid.uuid4(),
                asked_at=database_now() + datetime.timedelta(days=number + count),
            )
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_the_first_page_of_the_office_counts_what_waits(
    as_gu: Client, question: Question, xue: Member
) -> None:
    waiting = as_gu.get("/office/").content.decode()
    answer(question, xue)

    assert f'href="{LIST}?waits=true"' in waiting
    assert f'href="{LIST}?waits=true"' not in as_gu.get("/office/").content.decode()


@pytest.fixture
def given_back(collected: Order) -> Refund:
    """¥0.50 go back to where the payment came from, and ¥2.00 of credit were used."""
    Order.objects.filter(pk=collected.pk).update(credit_fen=200)
    return Refund.objects.create(
        payment=collected.payments.get(),
        amount_fen=50,
        reason=Refund.Reason.WEIGHED_LESS,
        idempotency_key="test",
        wanted_at=database_now(),
        send_after=database_now(),
    )


def test_one_can_ask_about_refunds_and_credit(as_ma: Client, given_back: Refund) -> None:
    order = given_back.payment.order
    html = as_ma.get(ASK, {"order": str(order.pk), "row": "order"}).content.decode()

    for words in ("退款 ¥0.50", "用余额 ¥2.00", "付款 ¥30.00"):
        assert f"订单 {order.number} {words}" in html
    for row in (f"refund-{given_back.pk}", "credit"):
        assert asked(as_ma, order, row=row).status_code == 302
    assert "退款 ¥0.50" in as_ma.get(MINE).content.decode()


def test_credit_of_an_order_has_the_button(as_ma: Client, given_back: Refund) -> None:
    order = given_back.payment.order
    html = as_ma.get(order.get_absolute_url()).content.decode()

    assert f'{ASK}?order={order.pk}&amp;row=credit"' in html
