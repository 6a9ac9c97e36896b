"""Production, as a visitor meets it, with its files in a folder that is thrown away."""

from __future__ import annotations

import os
from pathlib import Path

from config.settings import *  # noqa: F403  # Settings are made so.
from config.settings import INSTALLED_APPS, LOGGING, TEMPLATES

FOLDER = Path(os.environ["BENCH_FOLDER"])
STATIC_ROOT = FOLDER / "static"
MEDIA_ROOT = FOLDER / "media"
ROOT_URLCONF = "benchmarks.bare"
INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.plain"]
# The peers' templates see what a new Django project shows them, and nothing of ours.
TEMPLATES = [
    *TEMPLATES,
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "bare",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
LOGGING = {**LOGGING, "root": {"handlers": ["console"], "level": "ERROR"}}
