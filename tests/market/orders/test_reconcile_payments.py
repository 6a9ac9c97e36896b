"""reconcile_payments: what a lost message or a killed process has left is made good, once."""

from __future__ import annotations

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ledger.checking import wrong_rows
from ledger.clock import database_now
from ledger.models import Account
from market.orders import stripe as door
from market.orders.actions.cancel_order import cancel_order
from market.orders.actions.expire_order import expire_order
from market.orders.actions.reconcile_payments import Reconciled, reconcile_payments
from market.orders.actions.record_payment import record_payment
from market.orders.actions.start_payment import start_payment
from market.orders.models import (
    Order,
    Payment,
    PaymentProblem,
    Refund,
    StripeMovement,
    StripeSession,
    Tender,
)
from market.produce.models import Listing
from people.models import Member
from tests.stories import order
from tests.stripe_stand_in import Stripe, stripe

__all__ = ["stripe"]

pytestmark = pytest.mark.django_db


def begun(member: Member, millet: Listing) -> StripeSession:
    placed = order(member, {millet: 2}, tender=Tender.STRIPE)
    return start_payment(order=placed, language="zh-hans", started_at=database_now())


def paid(member: Member, millet: Listing, stripe: Stripe) -> Payment:
    session = begun(member, millet)
    stripe.desk.pay(session.session_id)
    record_payment(told=door.read_session(session.session_id), recorded_at=database_now())
    return Payment.objects.get(session=session)


def reconcile() -> Reconciled:
    return reconcile_payments(now=database_now())


def reconciled() -> Reconciled:
    """Reconcile, and see that a second run finds nothing to do and the books are right."""
    done = reconcile()
    again = reconcile()
    assert (again.repaired, again.booked, again.gone) == ({}, 0, 0)
    assert again.problems == done.problems
    assert list(wrong_rows()) == []
    return done


def balance(code: str) -> int:
    account = Account.objects.filter(code=code).first()
    return account.balance if account else 0


def open_problems() -> list[str]:
    return [each.kind for each in PaymentProblem.objects.filter(gone_at=None)]


# --- What is repaired -----------------------------------------------------------------


def test_where_all_is_well_only_fees_are_booked(
    ma: Member, millet: Listing, stripe: Stripe
) -> None:
    paid(ma, millet, stripe)

    done = reconciled()

    assert (done.repaired, done.booked, done.is_clean) == ({}, 1, True)
    assert balance("fees/payment") == StripeMovement.objects.get().fee_fen > 0
    assert balance("stripe/clearing") == 6000 - balance("fees/payment")


def test_a_payment_whose_message_was_lost_is_recorded(
    ma: Member, millet: Listing, stripe: Stripe
) -> None:
    session = begun(ma, millet)
    stripe.desk.pay(session.session_id)

    done = reconciled()

    assert done.repaired == {"not_recorded": 1}
    assert Order.objects.get().status == Order.Status.READY
    assert Payment.objects.get().amount_fen == 6000


def test_an_attempt_whose_answer_was_lost_is_found(
    ma: Member, millet: Listing, stripe: Stripe
) -> None:
    session = begun(ma, millet)
    stripe.desk.pay(session.session_id)
    StripeSession.objects.update(status=StripeSession.Status.WANTED, session_id="", url="")

    done = reconciled()

    assert done.repaired == {"not_recorded": 1}
    assert StripeSession.objects.get().session_id == session.session_id


def test_a_page_that_lapsed_is_closed_here_too(ma: Member, millet: Listing, stripe: Stripe) -> None:
    session = begun(ma, millet)
    stripe.desk.expire_session(session.session_id)

    done = reconciled()

    assert done.repaired == {"not_closed": 1}
    assert StripeSession.objects.get().status == StripeSession.Status.EXPIRED


def test_what_was_paid_for_a_cancelled_order_is_recorded_and_goes_back(
    ma: Member, millet: Listing, stripe: Stripe
) -> None:
    session = begun(ma, millet)
    stripe.desk.pay(session.session_id)
    cancel_order(order=session.order, cancelled_by=ma, cancelled_at=database_now())

    done = reconciled()

    assert done.repaired == {"not_recorded": 1, "refund_not_sent": 1}
    assert Refund.objects.get().status == Refund.Status.SUCCEEDED
    assert stripe.desk.objects[Payment.objects.get().payment_intent]["refunded"] == 6000
    assert balance("refunds/stripe") == 0


def test_a_refund_that_nobody_sent_is_sent_once(
    ma: Member, millet: Listing, stripe: Stripe
) -> None:
    payment = paid(ma, millet, stripe)
    cancel_order(order=payment.order, cancelled_by=ma, cancelled_at=database_now())

    done = reconciled()

    assert done.repaired == {"refund_not_sent": 1}
    assert stripe.desk.objects[payment.payment_intent]["refunded"] == 6000


def test_a_refund_whose_answer_was_lost_is_settled(
    ma: Member, millet: Listing, stripe: Stripe
) -> None:
    payment = paid(ma, millet, stripe)
    cancel_order(order=payment.order, cancelled_by=ma, cancelled_at=database_now())
    wanted = Refund.objects.get()
    door.refund(
        payment_intent=payment.payment_intent,
        amount_fen=wanted.amount_fen,
        idempotency_key=wanted.idempotency_key,
    )

    done = reconciled()

    assert done.repaired == {"refund_not_settled": 1}
    assert Refund.objects.get().status == Refund.Status.SUCCEEDED


def test_what_was_given_back_in_the_dashboard_is_booked_and_shown(
    ma: Member, millet: Listing, stripe: Stripe
) -> None:
    payment = paid(ma, millet, stripe)
    stripe.desk.refund_in_dashboard(payment.payment_intent, 1000)

    done = reconciled()

    assert done.repaired == {"refund_not_booked": 1}
    assert Refund.objects.get().reason == Refund.Reason.IN_DASHBOARD


def test_a_dispute_is_booked_and_staff_see_it_until_it_is_won(
    ma: Member, millet: Listing, stripe: Stripe
) -> None:
    payment = paid(ma, millet, stripe)
    dispute = stripe.desk.dispute(payment.payment_intent)

    taken = reconciled()
    shown = open_problems()
    stripe.desk.close_dispute(dispute["id"], won=True)
    won = reconciled()

    assert (taken.repaired, shown) == ({"dispute_not_booked": 1}, ["order_owes"])
    assert [each.values for each in taken.problems] == [{"amount_fen": 6000}]
    assert (won.repaired, won.gone, open_problems()) == ({"dispute_not_booked": 1}, 1, [])
    assert balance("fees/disputes") > 0


def test_a_payout_is_booked_to_the_fen(ma: Member, millet: Listing, stripe: Stripe) -> None:
    paid(ma, millet, stripe)
    stripe.desk.pay_out()

    done = reconciled()

    assert done.is_clean
    assert balance("stripe/clearing") == 0
    assert balance("bank") + balance("fees/exchange") + balance("fees/payment") == 6000


# --- What is left for staff -----------------------------------------------------------


def test_money_for_no_order_is_shown_until_it_is_given_back(
    ma: Member, millet: Listing, stripe: Stripe
) -> None:
    session = begun(ma, millet)
    stripe.desk.objects[session.session_id]["metadata"]["order"] = "99"
    told = stripe.desk.pay(session.session_id)
    StripeSession.objects.update(session_id="cs_of_another_page")

    found = reconciled()
    stripe.desk.refund_in_dashboard(told["payment_intent"])
    after = reconcile()

    assert {str(each.kind) for each in found.problems} >= {"payment_of_no_order"}
    assert "payment_of_no_order" not in {str(each.kind) for each in after.problems}


def test_a_payment_of_another_sum_confirms_nothing_and_is_shown(
    ma: Member, millet: Listing, stripe: Stripe
) -> None:
    session = begun(ma, millet)
    stripe.desk.objects[session.session_id]["amount_total"] = 5999
    stripe.desk.pay(session.session_id)

    done = reconcile()

    assert Order.objects.get().status == Order.Status.PLACED
    assert "payment_differs" in {str(each.kind) for each in done.problems}
    assert PaymentProblem.objects.get(kind="payment_differs").values["asked_fen"] == 6000


def test_a_refund_that_came_back_is_shown(ma: Member, millet: Listing, stripe: Stripe) -> None:
    payment = paid(ma, millet, stripe)
    cancel_order(order=payment.order, cancelled_by=ma, cancelled_at=database_now())
    reconcile()
    stripe.desk.fail_refund(Refund.objects.get().refund_id)

    done = reconciled()

    assert done.repaired == {"refund_not_settled": 1}
    assert open_problems() == ["refund_failed"]
    assert balance("refunds/stripe") == 6000


def test_what_stripe_holds_is_compared_with_the_books(
    ma: Member, millet: Listing, stripe: Stripe
) -> None:
    paid(ma, millet, stripe)
    reconcile()
    StripeMovement.objects.update(amount_fen=5990)

    found = reconcile()
    StripeMovement.objects.update(amount_fen=6000)
    after = reconcile()

    assert [str(each.kind) for each in found.problems] == ["held_differs"]
    assert (after.is_clean, after.gone) == (True, 1)


def test_what_a_bank_sent_back_is_shown(ma: Member, millet: Listing, stripe: Stripe) -> None:
    paid(ma, millet, stripe)
    payout = stripe.desk.pay_out()
    assert payout
    reconcile()
    stripe.desk.objects[payout["id"]]["status"] = "failed"

    reconciled()

    assert open_problems() == ["payout_failed"]
    assert balance("bank") == 0


def test_a_lapsed_order_that_was_paid_is_taken_up_again(
    ma: Member, millet: Listing, stripe: Stripe
) -> None:
    session = begun(ma, millet)
    stripe.desk.pay(session.session_id)
    late = database_now() + datetime.timedelta(minutes=31)
    expire_order(order=session.order, expired_at=late)

    done = reconciled()

    assert done.repaired == {"not_recorded": 1}
    assert Order.objects.get().status == Order.Status.READY


# --- Bad days -------------------------------------------------------------------------


def test_where_stripe_does_not_answer_nothing_is_said_to_be_wrong(
    ma: Member, millet: Listing, stripe: Stripe
) -> None:
    paid(ma, millet, stripe)
    stripe.fail(status=500)

    with pytest.raises(door.StripeAway):
        reconcile()

    assert open_problems() == []


def test_without_a_key_there_is_nothing_to_compare() -> None:
    assert reconcile().found_nothing


# --- By hand --------------------------------------------------------------------------


def test_the_command_says_what_it_did(ma: Member, millet: Listing, stripe: Stripe) -> None:
    session = begun(ma, millet)
    stripe.desk.pay(session.session_id)
    out = StringIO()

    call_command("reconcile_payments", stdout=out)

    assert "not_recorded: 1" in out.getvalue()
    assert "Nothing is left to do." in out.getvalue()


def test_the_command_fails_while_something_is_left_to_do(
    ma: Member, millet: Listing, stripe: Stripe
) -> None:
    payment = paid(ma, millet, stripe)
    stripe.desk.dispute(payment.payment_intent)

    with pytest.raises(CommandError, match="order_owes") as failed:
        call_command("reconcile_payments", stdout=StringIO())

    assert failed.value.returncode == 1


def test_the_command_says_that_stripe_does_not_answer(stripe: Stripe) -> None:
    stripe.fail(status=500)

    with pytest.raises(CommandError, match="Stripe does not answer"):
        call_command("reconcile_payments", stdout=StringIO())
