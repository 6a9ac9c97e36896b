"""Production, as a visitor meets it, with its files in a folder that is thrown away."""

from __future__ import annotations

import os
from pathlib import Path

from config.settings import *  # noqa: F403  # Settings are made so.

FOLDER = Path(os.environ["BENCH_FOLDER"])
STATIC_ROOT = FOLDER / "static"
MEDIA_ROOT = FOLDER / "media"
ROOT_URLCONF = "benchmarks.bare"
INSTALLED_APPS += ["benchmarks.plain"]  # noqa: F405  # It comes with the star.
# The peers' templates see what a new Django project shows them, and nothing of ours.
TEMPLATES += [  # noqa: F405  # It comes with the star.
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
    }
]
LOGGING = {**LOGGING, "root": {"handlers": ["console"], "level": "ERROR"}}  # noqa: F405  # It comes with the star.
