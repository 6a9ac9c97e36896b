"""Money goes back exactly once, whatever fails between: cancel, send, be killed, be told twice."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from ledger.actions.open_account import open_account
from ledger.actions.post_entry import Move, post_entry
from ledger.checking import wrong_rows
from ledger.clock import database_now
from ledger.models import Account, Entry
from market.orders import stripe as door
from market.orders import tasks
from market.orders.actions import send_refund as sending
from market.orders.actions.cancel_order import cancel_order
from market.orders.actions.close_uncollected import close_uncollected
from market.orders.actions.cut_orders import cut_orders
from market.orders.actions.pay_out_credit import (
    DrawerTooEmpty,
    NoCredit,
    OwnCredit,
    pay_out_credit,
)
from market.orders.actions.receive_dispute import receive_dispute
from market.orders.actions.receive_refund import receive_refund
from market.orders.actions.send_refund import send_refund
from market.orders.actions.settle_owed import MoreThanOwed, owed_by, settle_owed
from market.orders.actions.take_back import take_back
from market.orders.actions.want_refund import MoreThanPaid, want_refund
from market.orders.models import Order, Payment, Refund, Tender
from market.orders.stripe_answers import dispute_of, refund_of
from market.postings import bank, fund, household_credit, qr_code
from market.produce.models import Listing, StockChange
from market.till.models import Till
from people.models import Member, Notice
from tests.conftest import signed_in
from tests.paying import paid_order
from tests.stories import hand_out, order
from tests.stripe_stand_in import Stripe, stripe

__all__ = ["stripe"]

Status = Refund.Status


def cancel(placed: Order, by: Member) -> Refund:
    cancel_order(order=placed, cancelled_by=by, cancelled_at=database_now())
    return Refund.objects.get(payment__order=placed)


def balance(code: str) -> int:
    account = Account.objects.filter(code=code).first()
    return account.balance if account else 0


def given_back(stripe: Stripe) -> int:
    """What Stripe has really given back, in fen."""
    return sum(
        each["amount"]
        for each in stripe.desk.objects.values()
        if each["object"] == "refund" and each["status"] != "failed"
    )


def wrong() -> list[str]:
    return [f"{row.invariant.name}: {row.row}" for row in wrong_rows()]


# --- Cancelling -----------------------------------------------------------------------


def test_cancelling_wants_a_refund_and_sending_gives_it_back(
    stripe: Stripe, ma: Member, millet: Listing
) -> None:
    placed = paid_order(stripe, ma, {millet: 2})

    refund = cancel(placed, ma)

    assert (refund.status, refund.amount_fen) == (Status.WANTED, 6_000)
    assert refund.reason == Refund.Reason.CANCELLED
    assert balance("refunds/stripe") == 6_000
    assert given_back(stripe) == 0

    sent = send_refund(refund=refund, now=database_now())

    assert (sent.status, given_back(stripe)) == (Status.SUCCEEDED, 6_000)
    assert balance("refunds/stripe") == balance("stripe/clearing") == 0
    assert "60.00" in Notice.objects.get(key=f"order-refunded:{refund.pk}").text
    assert wrong() == []


def test_a_second_cancelling_and_a_second_sending_give_back_nothing(
    stripe: Stripe, ma: Member, millet: Listing
) -> None:
    placed = paid_order(stripe, ma, {millet: 2})
    refund = cancel(placed, ma)

    assert cancel(placed, ma) == refund
    for _press in range(3):
        send_refund(refund=refund, now=database_now())

    assert given_back(stripe) == 6_000
    assert Entry.objects.filter(kind="refund_stripe").count() == 1


def test_staff_who_cancel_a_paid_order_say_that_it_goes_back(
    stripe: Stripe, ma: Member, gu: Member, millet: Listing
) -> None:
    placed = paid_order(stripe, ma, {millet: 2})

    cancel(placed, gu)

    assert "退" in Notice.objects.get(key=f"order-cancelled:{placed.pk}").text


def test_a_refund_larger_than_the_payment_is_refused(
    stripe: Stripe, ma: Member, millet: Listing
) -> None:
    placed = paid_order(stripe, ma, {millet: 2})
    payment = Payment.objects.get(order=placed)

    with pytest.raises(MoreThanPaid) as refused:
        want_refund(
            payment=payment,
            amount_fen=6_001,
            reason=Refund.Reason.COMPLAINT,
            key="too-much",
            wanted_at=database_now(),
        )

    assert refused.value.left_fen == 6_000
    assert not Refund.objects.exists()


# --- Bad days -------------------------------------------------------------------------


@pytest.fixture
def wanted(stripe: Stripe, ma: Member, millet: Listing) -> Refund:
    return cancel(paid_order(stripe, ma, {millet: 2}), ma)


@pytest.mark.parametrize(
    "fault",
    [{"status": 500}, {"status": 409}, {"seconds": 3}, {"answer_lost": True}],
    ids=["500", "409", "too late", "answer lost"],
)
def test_an_answer_that_does_not_come_delays_and_never_doubles(
    fault: dict[str, Any], wanted: Refund, stripe: Stripe
) -> None:
    stripe.fail(**fault)

    with pytest.raises(door.StripeAway):
        send_refund(refund=wanted, now=database_now())
    assert Refund.objects.get(pk=wanted.pk).status == Status.SENT
    assert tasks.sweep_refunds() == 1

    assert Refund.objects.get(pk=wanted.pk).status == Status.SUCCEEDED
    assert given_back(stripe) == 6_000
    assert balance("refunds/stripe") == 0
    assert wrong() == []


@pytest.mark.parametrize("killed_in", ["_asked", "settle_refund"])
def test_killed_before_or_after_the_call_it_is_sent_once(
    killed_in: str, wanted: Refund, stripe: Stripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_given: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sending, killed_in, killed)
    with pytest.raises(KeyboardInterrupt):
        send_refund(refund=wanted, now=database_now())
    monkeypatch.undo()
    # A day later Stripe has forgotten the key of the call.
    stripe.calls.by_key.clear()

    assert tasks.sweep_refunds() == 1

    assert Refund.objects.get(pk=wanted.pk).status == Status.SUCCEEDED
    assert given_back(stripe) == 6_000
    assert tasks.sweep_refunds() == 0


def test_the_message_and_the_answer_settle_it_once_in_either_order(
    wanted: Refund, stripe: Stripe
) -> None:
    sent = send_refund(refund=wanted, now=database_now())
    told = door.read_refund(sent.refund_id)

    assert receive_refund(told=told, received_at=database_now()) == "none"
    assert Entry.objects.filter(kind="refund_stripe").count() == 1


def test_a_message_faster_than_the_answer_settles_it(wanted: Refund, stripe: Stripe) -> None:
    Refund.objects.filter(pk=wanted.pk).update(status=Status.SENT)
    told = door.refund(
        payment_intent=wanted.payment.payment_intent,
        amount_fen=wanted.amount_fen,
        idempotency_key=wanted.idempotency_key,
    )

    assert receive_refund(told=told, received_at=database_now()) == "refunded"
    assert tasks.sweep_refunds() == 0

    assert Refund.objects.get(pk=wanted.pk).status == Status.SUCCEEDED
    assert Entry.objects.filter(kind="refund_stripe").count() == 1


def test_what_staff_gave_back_in_the_dashboard_meanwhile_is_that_refund(
    wanted: Refund, stripe: Stripe
) -> None:
    stripe.desk.refund_in_dashboard(wanted.payment.payment_intent)

    sent = send_refund(refund=wanted, now=database_now())

    assert sent.status == Status.SUCCEEDED
    assert given_back(stripe) == 6_000
    assert balance("refunds/stripe") == 0
    (told,) = door.refunds_of(wanted.payment.payment_intent)
    assert receive_refund(told=told, received_at=database_now()) == "none"
    assert wrong() == []


def test_what_stripe_refuses_is_kept_for_staff(wanted: Refund, stripe: Stripe) -> None:
    stripe.fail(status=400)

    failed = send_refund(refund=wanted, now=database_now())

    assert failed.status == Status.FAILED
    assert balance("refunds/stripe") == 6_000
    assert tasks.sweep_refunds() == 0


def test_a_refund_that_comes_back_later_is_ours_again(wanted: Refund, stripe: Stripe) -> None:
    sent = send_refund(refund=wanted, now=database_now())
    told = refund_of(stripe.desk.fail_refund(sent.refund_id))

    effects = [receive_refund(told=told, received_at=database_now()) for _again in range(2)]

    assert effects == ["refunded", "none"]
    assert Refund.objects.get(pk=wanted.pk).status == Status.FAILED
    assert balance("refunds/stripe") == balance("stripe/clearing") == 6_000
    assert wrong() == []


def test_old_news_of_a_refund_that_failed_change_nothing(wanted: Refund, stripe: Stripe) -> None:
    sent = send_refund(refund=wanted, now=database_now())
    before = door.read_refund(sent.refund_id)
    failed = refund_of(stripe.desk.fail_refund(sent.refund_id))
    receive_refund(told=failed, received_at=database_now())

    assert receive_refund(told=before, received_at=database_now()) == "none"

    assert balance("refunds/stripe") == 6_000


def test_a_refund_of_somebody_elses_is_ignored(wanted: Refund, stripe: Stripe) -> None:
    sent = send_refund(refund=wanted, now=database_now())
    told = door.read_refund(sent.refund_id)
    Payment.objects.update(payment_intent="pi_another")

    assert receive_refund(told=told, received_at=database_now()) == "ignored"


# --- The difference -------------------------------------------------------------------


def test_less_on_the_scale_under_five_yuan_is_kept_for_the_household(
    stripe: Stripe, ma: Member, chai: Member, open_drawer: Till, radishes: Listing
) -> None:
    placed = paid_order(stripe, ma, {radishes: 2_000})
    paid = Payment.objects.get().amount_fen

    hand_out(placed, by=chai, weighed={radishes: 1_900})

    credit = balance(f"household/{placed.household_id}/credit")
    assert 0 < credit < 500
    assert credit == paid - sum(
        line.costs.total_fen for line in Order.objects.get(pk=placed.pk).lines.all()
    )
    assert not Refund.objects.exists()
    assert f"{credit / 100:.2f}" in Notice.objects.get(key=f"order-collected:{placed.pk}").text
    page = signed_in(ma).get(placed.get_absolute_url()).text
    assert f"实称 3.8 斤，退 ¥{credit / 100:.2f}" in page
    assert wrong() == []


def test_five_yuan_and_more_go_back_when_the_hand_out_cannot_be_undone_any_more(
    stripe: Stripe, ma: Member, chai: Member, open_drawer: Till, millet: Listing
) -> None:
    placed = paid_order(stripe, ma, {millet: 2})
    now = database_now()

    hand_out(placed, by=chai, weighed={millet: 1}, at=now)

    refund = Refund.objects.get()
    assert (refund.amount_fen, refund.reason) == (3_000, Refund.Reason.WEIGHED_LESS)
    assert send_refund(refund=refund, now=now).status == Status.WANTED
    late = now + datetime.timedelta(minutes=10)
    assert send_refund(refund=refund, now=late).status == Status.SUCCEEDED
    assert given_back(stripe) == 3_000
    assert wrong() == []


def test_a_door_nobody_has_confirmed_has_no_credit(
    stripe: Stripe, bai: Member, chai: Member, open_drawer: Till, radishes: Listing
) -> None:
    placed = paid_order(stripe, bai, {radishes: 2_000})

    hand_out(placed, by=chai, weighed={radishes: 1_900})

    assert balance(f"household/{placed.household_id}/credit") == 0
    assert 0 < Refund.objects.get().amount_fen < 500


def test_more_on_the_scale_is_paid_at_the_counter(
    stripe: Stripe, ma: Member, chai: Member, open_drawer: Till, radishes: Listing
) -> None:
    placed = paid_order(stripe, ma, {radishes: 2_000})
    paid = Payment.objects.get().amount_fen

    hand_out(placed, by=chai, weighed={radishes: 2_100})

    total = sum(line.costs.total_fen for line in Order.objects.get(pk=placed.pk).lines.all())
    cash = Payment.objects.get(tender=Tender.CASH)
    assert cash.amount_fen + cash.rounded_off_fen == total - paid
    assert balance(f"order/{placed.pk}/cny") == 0
    assert wrong() == []


def test_an_order_that_is_paid_takes_nothing_at_the_counter(
    stripe: Stripe, ma: Member, chai: Member, open_drawer: Till, millet: Listing
) -> None:
    placed = paid_order(stripe, ma, {millet: 2})

    hand_out(placed, by=chai)

    assert Payment.objects.count() == 1
    assert balance("drawer/cchy-1") == 10_000
    assert wrong() == []


# --- Credit ---------------------------------------------------------------------------


@pytest.fixture
def credit(stripe: Stripe, ma: Member, chai: Member, open_drawer: Till, radishes: Listing) -> int:
    """What 马小禾's household has left over: her radishes weighed a little less."""
    placed = paid_order(stripe, ma, {radishes: 2_000})
    hand_out(placed, by=chai, weighed={radishes: 1_900})
    return balance(f"household/{ma.household_id}/credit")


def test_credit_is_used_first_on_the_next_order(
    credit: int, stripe: Stripe, ma: Member, millet: Listing
) -> None:
    placed = paid_order(stripe, ma, {millet: 1})

    assert placed.credit_fen == credit > 0
    assert Payment.objects.latest("pk").amount_fen == 3_000 - credit
    assert balance(f"household/{ma.household_id}/credit") == 0
    assert placed.status == Order.Status.READY
    assert wrong() == []


def test_cancelling_gives_credit_back_as_credit(
    credit: int, stripe: Stripe, ma: Member, millet: Listing
) -> None:
    placed = paid_order(stripe, ma, {millet: 1})

    refund = cancel(placed, ma)

    assert refund.amount_fen == 3_000 - credit
    assert balance(f"household/{ma.household_id}/credit") == credit
    assert wrong() == []


def test_an_order_that_credit_covers_needs_no_payment(
    ma: Member, chai: Member, gu: Member, open_drawer: Till, millet: Listing, radishes: Listing
) -> None:
    money = Move(
        debit=open_account(**bank()._asdict()),
        credit=open_account(**household_credit(ma.household_id or 0)._asdict()),
        amount=5_000,
    )
    post_entry(
        kind="kept", reference="test", idempotency_key="kept", happened_at=database_now(),
        moves=[money],
    )  # fmt: skip

    placed = order(ma, {millet: 1}, tender=Tender.STRIPE)
    hand_out(placed, by=chai)

    assert (placed.status, placed.credit_fen) == (Order.Status.READY, 3_000)
    assert not Payment.objects.exists()
    assert wrong() == []


def pay_out(member: Member, by: Member, fen: int, **changes: Any) -> Entry:
    request: dict[str, Any] = {"till": "cchy-1", "key": "out-1", "paid_out_at": database_now()}
    return pay_out_credit(member=member, fen=fen, paid_out_by=by, **request | changes)


def test_a_cashier_pays_credit_out_once(credit: int, ma: Member, chai: Member) -> None:
    first, second = (pay_out(ma, chai, credit) for _press in range(2))

    assert first == second
    assert (first.actor_ref, first.approver_ref) == (chai.books_id, ma.books_id)
    assert balance("drawer/cchy-1") == 10_000 - credit
    assert balance(f"household/{ma.household_id}/credit") == 0
    assert wrong() == []


def test_no_more_than_there_is_is_paid_out(
    credit: int, ma: Member, bai: Member, chai: Member
) -> None:
    with pytest.raises(NoCredit) as refused:
        pay_out(ma, chai, credit + 1)
    with pytest.raises(NoCredit):
        pay_out(bai, chai, 1)
    with pytest.raises(OwnCredit):
        pay_out(ma, ma, credit)
    with pytest.raises(DrawerTooEmpty):
        pay_out(ma, chai, credit, till="xihu-1")

    assert refused.value.left_fen == credit
    assert balance(f"household/{ma.household_id}/credit") == credit


# --- Cut, and not collected -----------------------------------------------------------


def test_what_was_not_brought_goes_back(
    stripe: Stripe, ma: Member, gu: Member, millet: Listing
) -> None:
    placed = paid_order(stripe, ma, {millet: 10})

    cut_orders(
        listing=millet,
        missing=4,
        reason=StockChange.Reason.SHORT_DELIVERY,
        key="cut",
        cut_by=gu,
        cut_at=database_now(),
    )

    refund = Refund.objects.get()
    assert (refund.amount_fen, refund.line) == (12_000, placed.lines.get())
    assert balance(f"order/{placed.pk}/cny") == 18_000
    assert tasks.sweep_refunds() == 1
    assert given_back(stripe) == 12_000
    assert wrong() == []


def long_ago() -> datetime.datetime:
    return database_now() - datetime.timedelta(days=5)


def test_paid_goods_that_keep_go_back_on_sale_and_the_money_to_who_paid(
    stripe: Stripe, ma: Member, millet: Listing
) -> None:
    placed = paid_order(stripe, ma, {millet: 2}, at=long_ago())

    assert close_uncollected(order=placed, closed_at=database_now())

    assert Refund.objects.get().reason == Refund.Reason.NOT_COLLECTED
    assert balance(f"order/{placed.pk}/cny") == 0
    assert Account.objects.get(listing=millet).available == 10
    assert wrong() == []


def test_paid_goods_that_do_not_keep_are_given_away_and_the_farmer_is_paid(
    stripe: Stripe, ma: Member, radishes: Listing, millet: Listing
) -> None:
    radishes.product.keeps = False
    radishes.product.save(update_fields=["keeps"])
    placed = paid_order(stripe, ma, {radishes: 2_000, millet: 1}, at=long_ago())

    assert close_uncollected(order=placed, closed_at=database_now())

    assert Refund.objects.get().amount_fen == 3_000
    assert balance("goods/HSB-LB/given") == 2_000
    assert (
        balance("supplier/hsb") > 0
        or Account.objects.filter(code__startswith="supplier/", credits_posted__gt=0).exists()
    )
    assert Order.objects.get(pk=placed.pk).status == Order.Status.UNCOLLECTED
    assert not close_uncollected(order=placed, closed_at=database_now())
    assert wrong() == []


# --- Back outside our books -----------------------------------------------------------


def test_a_refund_in_the_dashboard_comes_out_of_an_order_that_waits(
    stripe: Stripe, ma: Member, chai: Member, open_drawer: Till, millet: Listing
) -> None:
    placed = paid_order(stripe, ma, {millet: 2})
    told = refund_of(stripe.desk.refund_in_dashboard(Payment.objects.get().payment_intent, 1_000))

    effects = [receive_refund(told=told, received_at=database_now()) for _again in range(2)]

    assert effects == ["refunded", "none"]
    assert balance(f"order/{placed.pk}/cny") == 5_000
    assert owed_by(placed) == 0
    hand_out(placed, by=chai)
    assert Payment.objects.get(tender=Tender.CASH).amount_fen == 1_000
    assert wrong() == []


def test_after_the_hand_out_it_is_owed_until_somebody_pays(
    stripe: Stripe, ma: Member, chai: Member, open_drawer: Till, millet: Listing
) -> None:
    placed = paid_order(stripe, ma, {millet: 2})
    hand_out(placed, by=chai)
    intent = Payment.objects.get().payment_intent
    told = refund_of(stripe.desk.refund_in_dashboard(intent, 1_000))
    receive_refund(told=told, received_at=database_now())
    general = fund("general")
    donated = [
        Move(
            debit=open_account(**bank()._asdict()),
            credit=open_account(**general._asdict()),
            amount=1_500,
        )
    ]
    post_entry(
        kind="donated",
        reference="test",
        idempotency_key="donated",
        happened_at=database_now(),
        moves=donated,
    )

    assert owed_by(placed) == 1_000
    with pytest.raises(MoreThanOwed):
        settle_owed(order=placed, fen=1_001, paid_by=general, key="a", settled_at=database_now())
    for _press in range(2):
        settle_owed(order=placed, fen=1_000, paid_by=general, key="b", settled_at=database_now())

    assert owed_by(placed) == 0
    assert balance(general.code) == 500
    assert wrong() == []


def test_a_dashboard_refund_that_fails_is_as_if_it_had_never_been(
    stripe: Stripe, ma: Member, millet: Listing
) -> None:
    placed = paid_order(stripe, ma, {millet: 2})
    made = stripe.desk.refund_in_dashboard(Payment.objects.get().payment_intent, 1_000)
    receive_refund(told=refund_of(made), received_at=database_now())

    failed = refund_of(stripe.desk.fail_refund(made["id"]))
    assert receive_refund(told=failed, received_at=database_now()) == "refunded"

    assert balance(f"order/{placed.pk}/cny") == 6_000
    assert balance("stripe/clearing") == 6_000
    assert wrong() == []


@pytest.mark.parametrize(("won", "owed_fen"), [(True, 0), (False, 6_000)])
def test_a_dispute_is_owed_until_it_is_won(
    *, won: bool, owed_fen: int, stripe: Stripe, ma: Member, millet: Listing
) -> None:
    placed = paid_order(stripe, ma, {millet: 2})
    made = stripe.desk.dispute(Payment.objects.get().payment_intent)
    begun = dispute_of(made)
    effects = [receive_dispute(told=begun, received_at=database_now()) for _again in range(2)]
    assert effects == ["disputed", "none"]
    assert owed_by(placed) == 6_000
    closed = dispute_of(stripe.desk.close_dispute(made["id"], won=won))

    for _again in range(2):
        receive_dispute(told=closed, received_at=database_now())

    assert owed_by(placed) == owed_fen
    assert balance(f"order/{placed.pk}/cny") == 6_000
    assert wrong() == []


def test_a_warning_moves_nothing(stripe: Stripe, ma: Member, millet: Listing) -> None:
    placed = paid_order(stripe, ma, {millet: 2})
    made = stripe.desk.dispute(Payment.objects.get().payment_intent)
    warning = dispute_of(made | {"status": "warning_needs_response"})

    assert receive_dispute(told=warning, received_at=database_now()) == "none"

    assert owed_by(placed) == 0


def test_a_qr_payment_that_never_arrived_is_owed_once(
    ma: Member, chai: Member, open_drawer: Till, millet: Listing
) -> None:
    placed = order(ma, {millet: 1}, tender=Tender.QR_CODE)
    hand_out(placed, by=chai)

    for _press in range(2):
        take_back(
            order=placed,
            fen=3_000,
            gone_from=qr_code(placed.service_point_id),
            key="qr-1",
            reason="never_arrived",
            taken_at=database_now(),
            taken_by=chai,
        )

    assert owed_by(placed) == 3_000
