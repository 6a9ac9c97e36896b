"""Pages as a story uses them: open one, fill in its form as it stands, press a button."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple, override

from django.test import Client


class Form(NamedTuple):
    """A form of a page, with what it would send if nobody typed anything."""

    action: str
    fields: dict[str, str]


class Page(HTMLParser):
    """The forms of a page."""

    def __init__(self, text: str, *, address: str) -> None:
        super().__init__()
        self.text = text
        self.address = address
        self.forms: list[Form] = []
        self._select = ""
        self.feed(self.text)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action") or self.address, {}))
        elif self.forms:
            self._keep(tag, given)

    def _keep(self, tag: str, given: dict[str, str]) -> None:
        fields, name = self.forms[-1].fields, given.get("name", "")
        kind = given.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in given or self._select not in fields):
            fields[self._select] = given.get("value", "")
        elif tag == "textarea" and name:
            fields[name] = ""
        elif tag == "input" and name:
            if kind in ("checkbox", "radio"):
                if "checked" in given:
                    fields[name] = given.get("value", "on")
            elif kind != "submit":
                fields[name] = given.get("value", "")


class Person:
    """Somebody with a browser, who reads pages and fills in forms."""

    def __init__(self) -> None:
        self.client = Client()
        self.page = Page("", address="/")

    def opens(self, address: str) -> Page:
        response = self.client.get(address, follow=True)
        assert response.status_code == 200, address
        self.page = Page(response.text, address=response.request["PATH_INFO"])
        return self.page

    def sends(self, *asks_for: str, to: str = "", **typed: str) -> Page:
        """Fill in the form of the page that asks for these fields, and send it.

        Args:
            to: part of the form's address, where several ask for the same.
        """
        form = next(
            form
            for form in self.page.forms
            if to in form.action and set(asks_for) <= set(form.fields)
        )
        response = self.client.post(form.action, form.fields | typed, follow=True)
        self.page = Page(response.text, address=response.request["PATH_INFO"])
        return self.page
