"""The dashboard of the stand-in: what is done at Stripe or at a bank, and not by the shop."""

from __future__ import annotations

from html import escape
from string import Template

from demo.stripe.desk import Desk, Object

PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Stand-in for Stripe</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 1rem; }
table { border-collapse: collapse; } td, th { padding: .4rem .8rem; text-align: left; }
button { font: inherit; min-height: 40px; }
</style></head><body>
<h1>Stand-in for Stripe</h1>
<p>What somebody does here, the shop learns from messages and by asking. No money moves.</p>
<form method="post">
<p><button name="do" value="pay_out">Pay out $balance</button></p>
<table><tr><th>Order / attempt<th>Amount<th>Given back<th>Dispute<th></tr>$rows</table>
</form></body></html>
""")


def dashboard(desk: Desk) -> str:
    """List the payments, the latest first, with what can be done about each."""
    with desk.lock:
        payments = [each for each in desk.all("checkout.session") if each["payment_intent"]]
        balance = desk.balance()
        return PAGE.substitute(
            balance=f"HK${balance / 100:.2f}",
            rows="".join(_row(desk, each) for each in reversed(payments)),
        )


def press(desk: Desk, button: str) -> None:
    """Do what a button says, such as "refund:pi_7".

    Raises:
        Refused: it cannot be done any more.
    """
    does, _colon, name = button.partition(":")
    with desk.lock:
        if does == "pay_out":
            desk.pay_out()
        elif does == "refund":
            desk.refund_in_dashboard(name)
        elif does == "dispute":
            desk.dispute(name)
        elif does in {"won", "lost"}:
            desk.close_dispute(name, won=does == "won")


def _row(desk: Desk, session: Object) -> str:
    intent = desk.objects[session["payment_intent"]]
    disputes = [each for each in desk.all("dispute") if each["payment_intent"] == intent["id"]]
    buttons = []
    if intent["amount_received"] > intent["refunded"] and not disputes:
        buttons = [("refund", intent["id"], "Refund"), ("dispute", intent["id"], "Dispute")]
    elif disputes and disputes[0]["status"] == "needs_response":
        dispute = disputes[0]["id"]
        buttons = [("won", dispute, "The shop wins"), ("lost", dispute, "The shop loses")]
    return "".join(
        (
            f"<tr><td>{escape(session['client_reference_id'] or session['id'])}",
            f"<td>¥{intent['amount_received'] / 100:.2f}",
            f"<td>¥{intent['refunded'] / 100:.2f}",
            f"<td>{disputes[0]['status'] if disputes else '–'}<td>",
            *(f'<button name="do" value="{do}:{of}">{say}</button> ' for do, of, say in buttons),
            "</tr>",
        )
    )
