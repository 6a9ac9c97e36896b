"""The pay page of the stand-in: it says that it is none, and lets one choose what happens."""

from __future__ import annotations

from html import escape
from string import Template
from typing import Any

WORDS = {
    "zh": {
        "title": "演示付款页",
        "note": "这是演示用的付款页，不会真的扣钱。请选一种结果。",
        "pay": "付款成功",
        "pay_slowly": "付款成功，钱晚一点到",
        "pay_in_vain": "付款了，可钱最后没到",
        "fail": "付款没成功",
        "leave": "不付了，回去",
        "failed": "付款没成功，没扣钱。可以再试一次。",
        "complete": "这一单已经付过了。",
        "expired": "付款页已过时，请回去重新付款。",
    },
    "en": {
        "title": "Demonstration pay page",
        "note": "This page is for trying things out: no money moves. Choose what happens.",
        "pay": "Pay",
        "pay_slowly": "Pay, and let the money come later",
        "pay_in_vain": "Pay, and let the money never come",
        "fail": "Let the payment fail",
        "leave": "Go back without paying",
        "failed": "The payment failed and nothing was taken. You can try again.",
        "complete": "This has been paid.",
        "expired": "This page has expired. Go back and pay again.",
    },
}
PAGE = Template("""<!doctype html>
<html lang="$lang"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>$title</title>
<style>
body { font: 20px/1.5 system-ui, sans-serif; color: #20251f; background: #fbf7ef; margin: 0; }
main { max-width: 30rem; margin: 0 auto; padding: 1.5rem 1rem; }
.note { background: #fff; border: 2px dashed #8a6d1a; padding: .75rem 1rem; border-radius: .5rem; }
.sum { font-size: 2.2rem; font-weight: 700; margin: .5rem 0; }
button { font: inherit; width: 100%; min-height: 56px; margin: .4rem 0; border-radius: .5rem;
  border: 2px solid #1f6b3b; background: #fff; color: #1f6b3b; }
button.first { background: #1f6b3b; color: #fff; }
</style></head><body><main>
<h1>$title</h1><p class="note" role="status">$said</p>
<ul>$items</ul><p class="sum">¥$sum</p>
<form method="post">$buttons</form>
</main></body></html>
""")


def pay_page(session: dict[str, Any], *, failed: bool = False) -> str:
    """Draw the page of a session, in its language."""
    language = "zh" if session["locale"] == "zh" else "en"
    words = WORDS[language]
    is_open = session["status"] == "open"
    said = words["failed" if failed else "note"] if is_open else words[session["status"]]
    choices = ["pay", "pay_slowly", "pay_in_vain", "fail", "leave"] if is_open else ["leave"]
    return PAGE.substitute(
        lang="zh-Hans" if language == "zh" else "en",
        title=words["title"],
        said=said,
        items="".join(f"<li>{escape(item)}</li>" for item in session["items"]),
        sum=f"{session['amount_total'] / 100:.2f}",
        buttons="".join(
            f'<button name="do" value="{choice}"{" class=first" if choice == "pay" else ""}>'
            f"{words[choice]}</button>"
            for choice in choices
        ),
    )
