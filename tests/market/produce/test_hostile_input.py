"""Whatever is typed into the shop's addresses and forms, it answers, and runs no script."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from market.produce.models import Listing, Lot

HOSTILE = [
    "<script>alert(1)</script>",
    "\"><svg onload='alert(1)'>",
    "javascript:alert(1)",
    "{{ 7|add:7 }}{% load i18n %}",
    "%(name)s %s %d",
    "' OR 1=1 --",
    "\x00\x01\x02",
    "\u202eabc\u202c",
    "\ud800",
    "=1+1",
    "../../etc/passwd",
    "𠮷" * 100,
    "9" * 400,
    "-0",
    "\r\nSet-Cookie: a=b",
    " ",
]
IDS = [repr(text)[:24] for text in HOSTILE]


def runs_nothing(page: str, text: str) -> bool:
    """Whether a page holds a hostile text as text only."""
    return text not in page or "<" not in text


@pytest.mark.parametrize("name", ["q", "category", "certificate", "page", "point"])
@pytest.mark.parametrize("text", HOSTILE, ids=IDS)
def test_the_catalogue_answers(text: str, name: str, client: Client, millet: Listing) -> None:
    page = client.get("/produce/", {name: text.encode("utf-8", "replace").decode()})

    assert page.status_code in (200, 404)
    assert runs_nothing(page.text, text)
    assert "Set-Cookie" not in page.headers.get("Location", "")


@pytest.mark.parametrize("text", HOSTILE, ids=IDS)
def test_a_product_page_answers(text: str, client: Client, millet: Listing) -> None:
    safe = text.encode("utf-8", "replace").decode()

    assert client.get("/produce/XMG-XM-25/", {"point": safe}).status_code == 200
    assert client.get(f"/produce/{safe.replace('/', '')}/").status_code in (200, 301, 404)


@pytest.mark.parametrize("text", HOSTILE, ids=IDS)
def test_receiving_refuses_it(text: str, as_gu: Client, millet: Listing) -> None:
    safe = text.encode("utf-8", "replace").decode()

    page = as_gu.post(
        reverse("listing:receive", args=[millet.pk]), {"key": "key", "quantity": safe}
    )

    assert page.status_code == 422
    assert runs_nothing(page.text, text)
    assert Lot.objects.count() == 1


@pytest.mark.parametrize("text", HOSTILE, ids=IDS)
def test_a_note_is_kept_as_text_or_refused(text: str, as_gu: Client, millet: Listing) -> None:
    safe = text.encode("utf-8", "replace").decode()

    page = as_gu.post(
        reverse("listing:count", args=[millet.pk]), {"key": "key", "counted": "10", "note": safe}
    )

    assert page.status_code in (302, 422)
    assert runs_nothing(as_gu.get(reverse("stockchange:index")).text, text)


@pytest.mark.parametrize("key", ["", "x" * 41, "\x00"])
def test_a_form_without_its_key_writes_nothing(key: str, as_gu: Client, millet: Listing) -> None:
    page = as_gu.post(reverse("listing:receive", args=[millet.pk]), {"key": key, "quantity": "1"})

    assert page.status_code == 422
    assert Lot.objects.count() == 1


@pytest.mark.parametrize("pk", [0, 999, 10**18])
@pytest.mark.parametrize("name", ["receive", "count", "waste", "release", "withdraw", "return"])
def test_a_listing_that_is_none(name: str, pk: int, as_gu: Client, millet: Listing) -> None:
    assert as_gu.get(reverse(f"listing:{name}", args=[pk])).status_code == 404
