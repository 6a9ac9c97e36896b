"""Ten pictures that show how to keep the site alive. `make pictures` takes them anew."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

WIDTH, HEIGHT = 390, 700
"""Pixels of each picture: what a phone shows."""


class Step(NamedTuple):
    """One thing to do, and the picture of it in static/img/help/."""

    picture: str
    title: str | Promise
    text: str | Promise
    alt: str | Promise


STEPS = [
    Step(
        "sign-in",
        _("Sign in"),
        _("Open the site, choose “Account”, and type your phone number and PIN."),
        _("The sign-in page with fields for the phone number and the PIN"),
    ),
    Step(
        "to-do",
        _("See what there is to do"),
        _("The first page of the office lists what waits today. Press what you want to do."),
        _("The first page of the office with its list for today"),
    ),
    Step(
        "notice",
        _("Change a notice"),
        _("Under Pages, choose Notices, press the one to change, and type over the old words."),
        _("A notice in the editor, with its title marked"),
    ),
    Step(
        "photo",
        _("Add a photo"),
        _("Press “Choose an image”, then “Upload”, and say in one sentence what it shows."),
        _("The window for handing in a photo, with the field for what it shows marked"),
    ),
    Step(
        "story",
        _("Write a story"),
        _("Give it a title and one sentence. Press + for each piece: text, a picture, thanks."),
        _("A new story, with the list of pieces to choose from"),
    ),
    Step(
        "copy",
        _("Copy last year's market day"),
        _("Under Pages, choose Market days, and press “Copy for next year” beside last year's."),
        _("The list of market days, with the button for copying marked"),
    ),
    Step(
        "stall",
        _("Add a stall"),
        _("Press + under Stalls, give it a number, and choose who stands there."),
        _("The stalls of a market day, with the plus for the next one marked"),
    ),
    Step(
        "publish",
        _("Publish"),
        _("The draft saves itself. Press “Publish” at the foot when everybody may read it."),
        _("The foot of the editor, with the button for publishing marked"),
    ),
    Step(
        "translate",
        _("Put it into English"),
        _(
            "In the list, press what stands beside “English”. Put each piece into English, "
            "and publish."
        ),
        _("A story piece by piece in Chinese, with the button for its English marked"),
    ),
    Step(
        "find",
        _("Find it on the site"),
        _("Open the page as everybody sees it. The round button leads back to its text."),
        _("A story on the site, with the round button that leads to the office marked"),
    ),
]


@require_safe
def ten_pictures(request: HttpRequest) -> HttpResponse:
    """Show the ten steps."""
    shown = {"steps": STEPS, "width": WIDTH, "height": HEIGHT}
    return render(request, "cms/office/help.html", shown)
