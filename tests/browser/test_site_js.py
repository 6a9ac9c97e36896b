"""What static/js/site.js adds to pages that work without it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from market.orders.actions.change_basket import change_basket
from market.produce.models import Listing
from market.till.models import Till
from people.models import Member
from tests.browser.conftest import Open
from tests.stories import order

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_basket_counts_without_a_new_page(radishes: Listing, open_page: Open) -> None:
    page = open_page("/")
    page.wait_for_load_state("networkidle")
    page.evaluate("window.stillTheSamePage = true")

    page.get_by_role("button", name="加进菜篮").click()

    expect(page.locator(".tabs__count")).to_have_text("1")
    expect(page.locator("#announcer")).not_to_be_empty()
    assert page.evaluate("window.stillTheSamePage") is True


def test_the_basket_counts_without_javascript(
    radishes: Listing, browser: Browser, live_server: LiveServer
) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(live_server.url)

    page.get_by_role("button", name="加进菜篮").click()

    expect(page.locator(".tabs__count")).to_have_text("1")
    page.context.close()


def test_a_second_press_is_not_sent(open_page: Open) -> None:
    page = open_page("/sign-in/")
    page.fill("[name=phone]", "19900000001")
    page.fill("[name=pin]", "000000")

    sent, after_coming_back = page.evaluate("""() => {
        const form = document.querySelector("main form");
        const button = form.querySelector("button");
        let sent = 0;
        form.addEventListener("submit", (event) => { event.preventDefault(); sent += 1; });
        button.click(); button.click(); button.click();
        const first = sent;
        dispatchEvent(new PageTransitionEvent("pageshow"));
        button.click();
        return [first, sent];
    }""")

    assert sent == 1
    assert after_coming_back == 2


def test_a_refused_form_has_the_focus_on_what_is_wrong(open_page: Open) -> None:
    page = open_page("/sign-in/")

    page.evaluate("document.querySelector('main form').noValidate = true")
    page.locator("main form button").first.click()

    expect(page.locator(".errs")).to_be_focused()


def test_plus_and_minus_keep_to_the_steps(radishes: Listing, open_page: Open) -> None:
    page = open_page("/produce/HSB-LB/")
    box = page.locator(".step input")
    less, more = page.locator(".step [data-by='-1']"), page.locator(".step [data-by='1']")

    more.click()
    assert box.input_value() == "1.5"
    for _press in range(5):
        less.click()
    assert box.input_value() == "0.5"


def test_the_size_of_type_is_one_press_away(open_page: Open) -> None:
    page = open_page("/")

    page.get_by_role("button", name="长辈版").click()
    expect(page.locator("html")).to_have_attribute("data-mode", "elder")
    page.get_by_role("button", name="特大字").click()
    expect(page.locator("html")).to_have_attribute("data-mode", "xl")
    page.get_by_role("button", name="标准版").click()
    expect(page.locator("html")).to_have_attribute("data-mode", "standard")


def test_a_line_of_the_basket_changes_by_itself(
    ma: Member, radishes: Listing, open_page: Open
) -> None:
    change_basket(member=ma, listing=radishes, quantity=500)
    page = open_page("/basket/", member=ma)
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("button", name="改").count() == 0

    page.locator(".step [data-by='1']").click()

    expect(page.locator(".line b").first).to_have_text("¥1.35")
    expect(page.locator(".step input")).to_have_value("1.5")
    assert page.url.endswith("/basket/")


def test_large_type_leaves_room_beside_the_stepper_to_take_a_thing_out(
    ma: Member, radishes: Listing, open_page: Open
) -> None:
    change_basket(member=ma, listing=radishes, quantity=1_750)
    page = open_page("/basket/", mode="elder", member=ma)
    page.wait_for_load_state("networkidle")

    tops = page.evaluate("""() => [".step", ".btn.link"].map((part) => {
        const box = document.querySelector(`.line > form ${part}`).getBoundingClientRect();
        return Math.round(box.top + box.height / 2);
    })""")

    assert tops[0] == tops[1]


def test_no_line_of_cost_words_starts_or_ends_with_a_stroke(
    radishes: Listing, open_page: Open
) -> None:
    for width in (320, 390, 1280):
        page = open_page("/produce/HSB-LB/")
        page.set_viewport_size({"width": width, "height": 844})

        seen = page.evaluate("""() => {
            const words = document.querySelector(".zero__words");
            const box = words.getBoundingClientRect();
            return [...words.children].filter((word, at, all) =>
                !at || word.offsetTop > all[at - 1].offsetTop
            ).map((word) => {
                const stroke = parseFloat(getComputedStyle(word, "::before").width);
                return word.getBoundingClientRect().left + stroke <= box.left + 0.5;
            });
        }""")

        assert seen == [True] * len(seen)
        assert len(seen) >= (2 if width < 400 else 1)
        page.close()


def test_a_button_of_large_type_breaks_between_words(
    ma: Member, radishes: Listing, open_page: Open
) -> None:
    change_basket(member=ma, listing=radishes, quantity=500)
    page = open_page(
        f"/checkout/{radishes.service_point_id}/?step=check&tender=cash", mode="elder", member=ma
    )
    button = page.locator("main button.big")

    assert button.evaluate("(button) => getComputedStyle(button).wordBreak") == "keep-all"
    gap = page.evaluate("""() => {
        const card = document.querySelector("main form .card").getBoundingClientRect();
        return document.querySelector("main button.big").getBoundingClientRect().top - card.bottom;
    }""")
    assert gap >= 32


def test_a_button_prints_the_tags(gu: Member, radishes: Listing, open_page: Open) -> None:
    page = open_page("/office/price-tags/", member=gu)
    page.evaluate("window.print = () => { window.wasPrinted = true; }")

    page.locator("[data-print]").click()

    assert page.evaluate("window.wasPrinted") is True


def test_a_button_prints_the_slip(
    ma: Member, chai: Member, open_drawer: Till, radishes: Listing, open_page: Open
) -> None:
    placed = order(ma, {radishes: 500})
    page = open_page(f"/till/orders/{placed.pk}/slip/", member=chai)
    page.evaluate("window.print = () => { window.wasPrinted = true; }")

    page.locator("[data-print]").click()

    assert page.evaluate("window.wasPrinted") is True
