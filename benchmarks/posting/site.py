"""A Django site of a peer's own, on a database that it is told."""

from __future__ import annotations

import sys

import django
from django.conf import settings

HOST, NAME, SEED = sys.argv[1:]


def set_up(*apps: str, **options: object) -> None:
    """Set Django up for a peer, as its documentation asks for."""
    settings.configure(
        SECRET_KEY="of a peer",  # noqa: S106  # Nobody signs in.
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": HOST,
                "USER": "app",
                "NAME": NAME,
            }
        },
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", *apps],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        **options,
    )
    django.setup()
