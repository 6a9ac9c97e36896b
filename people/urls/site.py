"""Sign in, sign up, and a member's own pages."""

from __future__ import annotations

from django.urls import path

from people.views import mine, sign_in, sign_up

app_name = "people"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("sign-up/", sign_up.sign_up, name="sign-up"),
    path("mine/", mine.mine, name="mine"),
    path("mine/inbox/", mine.inbox, name="inbox"),
    path("mine/texts/", mine.texts, name="texts"),
    path("mine/pin/", mine.pin, name="pin"),
    path("mine/door/", mine.door, name="door"),
    path("mode/", mine.mode, name="mode"),
]
