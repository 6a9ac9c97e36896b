"""Erasing a member: nothing leads to them any more, and the books stay whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.urls import reverse
from wagtail.log_actions import log
from wagtail.users.models import UserProfile

from ledger.clock import database_now
from ledger.models import Entry
from ledger.testing import assert_books_balance
from market.orders.models import Basket, Order
from market.produce.models import Listing, Supplier
from market.till.models import Till
from people.actions.ask_to_erase import ask_to_erase
from people.actions.erase_member import (
    NobodyAsked,
    OwnRequest,
    StaffRole,
    StillExpected,
    erase_member,
)
from people.actions.grant_role import grant_role
from people.actions.register_member import register_member
from people.actions.reset_pin import reset_pin
from people.models import GONE, Building, Erasure, Household, Member, Notice, SignInLock, Token
from people.queries import members_to_confirm
from people.sessions import keys_of_sessions
from tests.conftest import signed_in
from tests.ledger.second_opinion import export, objections
from tests.people import words_of
from tests.stories import PIN, hand_out, order

NAME, PHONE = "马小禾", "19900000001"
MEMBERS = "/office/users/"


@pytest.fixture
def ordered(ma: Member, millet: Listing, chai: Member, open_drawer: Till, gu: Member) -> Order:
    """马小禾 has ordered, paid and collected a bag of millet, and was given a PIN."""
    placed = order(ma, {millet: 1})
    hand_out(placed, by=chai)
    signed_in(ma)
    reset_pin(member=ma, reset_by=gu, reset_at=database_now())
    log(ma, "people.reset_pin", user=gu)
    Basket.objects.get_or_create(member=ma)
    return Order.objects.get(pk=placed.pk)


def erase(member: Member, *, asked_by: Member, erased_by: Member) -> None:
    ask_to_erase(member=member, asked_by=asked_by, asked_at=database_now())
    erase_member(member=member, erased_by=erased_by, erased_at=database_now())


def texts() -> Iterator[str]:
    """Everything that is written in any table, sessions included."""
    for model in apps.get_models(include_auto_created=True):
        for row in model._default_manager.values_list():
            yield f"{model.__name__}: {row}"
    for session in Session.objects.all():
        yield f"session: {session.get_decoded()}"


def found(*canaries: str) -> list[str]:
    return [text for text in texts() if any(canary in text for canary in canaries)]


def everything() -> list[str]:
    return sorted(texts())


def test_nothing_is_left_of_a_name_in_any_table(ordered: Order, gu: Member, xue: Member) -> None:
    ma = ordered.placed_by
    canaries = (NAME, PHONE, ma.public_id, ma.password)
    codes = list(Token.objects.filter(owner=ma).values_list("code", flat=True))
    assert codes
    assert all(found(canary) for canary in [*canaries, *codes])

    erase(ma, asked_by=gu, erased_by=xue)

    assert found(*canaries, *codes) == []
    assert not Notice.objects.filter(member=ma).exists()
    assert not Basket.objects.filter(member=ma).exists()
    left = Member.objects.get(pk=ma.pk)
    assert (left.full_name, left.masked_name, left.phone) == (GONE, GONE, None)
    assert (left.member_no, left.household, left.is_active) == (f"x{ma.pk}", None, False)
    assert not left.has_usable_password()


def test_the_books_are_whole_and_lead_to_nobody(
    ordered: Order, gu: Member, xue: Member, tmp_path: Path
) -> None:
    ma = ordered.placed_by
    before = list(Entry.objects.order_by("pk").values_list())
    assert Entry.objects.filter(actor_ref=ma.books_id).exists()

    erase(ma, asked_by=gu, erased_by=xue)

    assert_books_balance()
    assert list(Entry.objects.order_by("pk").values_list()) == before
    assert not Member.objects.filter(books_id=ma.books_id).exists()
    text = export("beancount")
    assert objections(text, tmp_path) == ""
    for canary in (NAME, PHONE, str(ma.books_id), ma.books_id.hex):
        assert canary not in text
    ordered.refresh_from_db()
    assert (ordered.status, ordered.placed_by_id) == (Order.Status.COLLECTED, ma.pk)


def test_their_pages_are_not_there(ordered: Order, gu: Member, xue: Member) -> None:
    ma, as_ma = ordered.placed_by, signed_in(ordered.placed_by)
    token = Token.objects.get(owner=ma)
    as_xue = signed_in(xue)
    addresses = [f"{MEMBERS}inspect/{ma.pk}/", f"{MEMBERS}edit/{ma.pk}/", f"/q/{token.code}/"]
    as_gu = signed_in(gu)
    assert [as_gu.get(address).status_code != 404 for address in addresses] == [True] * 3

    erase(ma, asked_by=gu, erased_by=xue)

    assert [as_gu.get(address).status_code for address in addresses] == [404] * 3
    assert as_ma.get("/mine/").status_code == 302
    assert as_xue.get(reverse("orders:order", args=[ordered.pk])).status_code == 404
    assert ma not in members_to_confirm()
    for address in (MEMBERS, "/office/orders/", reverse("books-entries:index")):
        page = as_gu.get(address, follow=True).text
        assert NAME not in page
        assert PHONE not in page
    assert GONE not in as_gu.get(MEMBERS).text


def test_nobody_signs_in_with_what_they_had(
    client: Client, ordered: Order, gu: Member, xue: Member
) -> None:
    erase(ordered.placed_by, asked_by=gu, erased_by=xue)

    client.post("/sign-in/", {"phone": PHONE, "pin": PIN})
    assert client.get("/mine/").status_code == 302


def test_the_phone_and_the_door_are_free_again(
    ordered: Order, building_2: Building, gu: Member, xue: Member
) -> None:
    erase(ordered.placed_by, asked_by=gu, erased_by=xue)

    again = register_member(
        full_name=NAME, phone=PHONE, pin=PIN, building=building_2, unit="2", door="301"
    )

    assert not again.orders.exists()
    assert again.household == ordered.household


def test_a_door_that_nobody_names_any_more_is_forgotten(
    bai: Member, gu: Member, xue: Member
) -> None:
    assert bai.household
    door = bai.household.pk

    erase(bai, asked_by=gu, erased_by=xue)

    assert not Household.objects.filter(pk=door).exists()


def test_sessions_tries_and_choices_in_the_office_go_too(
    client: Client, bai: Member, gu: Member, xue: Member
) -> None:
    client.post("/sign-in/", {"phone": bai.phone, "pin": "000001"})
    signed_in(bai)
    as_gu = signed_in(gu)
    UserProfile.get_for_user(bai)
    assert (SignInLock.objects.count(), len(keys_of_sessions(bai))) == (1, 1)

    erase(bai, asked_by=gu, erased_by=xue)

    assert not SignInLock.objects.exists()
    assert keys_of_sessions(bai) == []
    assert not UserProfile.objects.filter(user=bai).exists()
    assert as_gu.get(MEMBERS).status_code == 200


def test_suppliers_they_acted_for_stay(
    ma: Member, hongsibu: Supplier, gu: Member, xue: Member
) -> None:
    hongsibu.members.add(ma)

    erase(ma, asked_by=gu, erased_by=xue)

    assert not hongsibu.members.exists()


def test_a_second_time_answers_the_same(ordered: Order, gu: Member, xue: Member) -> None:
    ma = ordered.placed_by
    erase(ma, asked_by=gu, erased_by=xue)
    before = everything()

    erase(ma, asked_by=xue, erased_by=gu)

    assert everything() == before


def nobody_asked(ma: Member, gu: Member, xue: Member) -> None:
    erase_member(member=ma, erased_by=xue, erased_at=database_now())


def one_does_both(ma: Member, gu: Member, xue: Member) -> None:
    erase(ma, asked_by=xue, erased_by=xue)


def they_do_it_themselves(ma: Member, gu: Member, xue: Member) -> None:
    erase(ma, asked_by=gu, erased_by=ma)


def a_colleague(ma: Member, gu: Member, xue: Member) -> None:
    erase(gu, asked_by=xue, erased_by=ma)


def a_colleague_since(ma: Member, gu: Member, xue: Member) -> None:
    ask_to_erase(member=ma, asked_by=gu, asked_at=database_now())
    grant_role(member=ma, role="cashier")
    grant_role(member=ma, role="editor")
    erase_member(member=ma, erased_by=xue, erased_at=database_now())


@pytest.mark.parametrize(
    ("attempt", "refusal"),
    [
        (nobody_asked, NobodyAsked),
        (one_does_both, OwnRequest),
        (they_do_it_themselves, OwnRequest),
        (a_colleague, StaffRole),
        (a_colleague_since, StaffRole),
    ],
)
def test_refusals_change_nothing(
    ma: Member,
    gu: Member,
    xue: Member,
    attempt: Callable[[Member, Member, Member], None],
    refusal: type[Exception],
) -> None:
    before = everything()

    with pytest.raises(refusal), transaction.atomic():
        attempt(ma, gu, xue)

    assert everything() == before


def test_an_open_order_is_handed_out_or_cancelled_first(
    ma: Member, millet: Listing, gu: Member, xue: Member
) -> None:
    order(ma, {millet: 1})
    ask_to_erase(member=ma, asked_by=gu, asked_at=database_now())
    before = everything()

    with pytest.raises(StillExpected):
        erase_member(member=ma, erased_by=xue, erased_at=database_now())

    assert everything() == before


def test_four_eyes_are_kept_by_the_database_too(ma: Member, gu: Member) -> None:
    now = database_now()

    with pytest.raises(IntegrityError, match="erasure_has_four_eyes"), transaction.atomic():
        Erasure.objects.create(member=ma, asked_by=gu, asked_at=now, erased_by=gu, erased_at=now)


def test_every_table_that_knows_a_member_was_thought_of() -> None:
    """A new one has to say here what becomes of it."""
    known = {
        "Basket.member": "deleted",
        "Erasure.asked_by": "stays",
        "Erasure.erased_by": "stays",
        "Erasure.member": "stays",
        "Notice.member": "deleted",
        "Order.closed_by": "leads to the empty row",
        "Order.on_behalf_of": "leads to the empty row",
        "Order.placed_by": "leads to the empty row",
        "Token.owner": "deleted",
    }
    relations = {
        f"{relation.related_model.__name__}.{relation.field.name}"
        for relation in Member._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
        and relation.related_model._meta.app_label in {"people", "orders"}
    }

    staff_only = {
        "Handout.handed_out_by",
        "Member.household_confirmed_by",
        "Payment.confirmed_by",
        "Payment.withdrawn_by",
        "PaymentCode.hung_up_by",
        "PaymentCode.taken_down_by",
        "PaymentProblem.looked_at_by",
        "Refund.wanted_by",
    }
    joins = {"Member_groups.member", "Member_user_permissions.member"}
    assert relations - staff_only - joins == known.keys()


# --- In the office --------------------------------------------------------------------


def test_one_colleague_asks_and_another_erases(ma: Member, gu: Member, xue: Member) -> None:
    as_gu, as_xue = signed_in(gu), signed_in(xue)
    page = f"{MEMBERS}inspect/{ma.pk}/"
    assert "请同事注销这位会员" in as_gu.get(page).text

    after = as_gu.post(f"/office/doors/{ma.pk}/ask-to-erase/", follow=True)
    assert "复核的同事现在可以注销这位会员" in words_of(after)
    assert "谷雨" in after.text
    assert "彻底注销" not in after.text
    assert "彻底注销" in as_xue.get(page).text
    after = as_xue.post(f"/office/doors/{ma.pk}/erase/", follow=True)

    assert "已注销。订单和账都在" in words_of(after)
    assert Member.objects.get(pk=ma.pk).full_name == GONE
    assert NAME not in as_gu.get("/office/reports/site-history/", follow=True).text


@pytest.mark.parametrize("who", ["gu", "mu", "chai"])
def test_only_who_reviews_may_erase(
    request: pytest.FixtureRequest, ma: Member, xue: Member, who: str
) -> None:
    ask_to_erase(member=ma, asked_by=xue, asked_at=database_now())
    client = signed_in(request.getfixturevalue(who))

    client.post(f"/office/doors/{ma.pk}/erase/")

    ma.refresh_from_db()
    assert ma.full_name == NAME


def test_a_refusal_says_what_to_do(
    ma: Member, millet: Listing, gu: Member, xue: Member, as_xue: Client
) -> None:
    def said(client: Client, address: str) -> str:
        return words_of(client.post(address, follow=True))

    erasing = f"/office/doors/{ma.pk}/erase/"
    assert "要先由同事提出" in said(as_xue, erasing)
    ask_to_erase(member=ma, asked_by=xue, asked_at=database_now())
    assert "要由提出的人以外的同事来注销" in said(as_xue, erasing)
    Erasure.objects.update(asked_by=gu)
    order(ma, {millet: 1})
    assert "还有没完成的订单" in said(as_xue, erasing)
    assert "先取消他的角色" in said(signed_in(gu), f"/office/doors/{xue.pk}/ask-to-erase/")
