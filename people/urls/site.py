"""Sign in, sign up, and a member's own pages."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path

app_name = "people"

urlpatterns = [
    path("sign-in/", lambda request: HttpResponse(""), name="sign-in"),
    path("mine/", lambda request: HttpResponse(""), name="mine"),
]
