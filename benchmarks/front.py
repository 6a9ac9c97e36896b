"""The site as nginx shows it (docs/deploy/nginx.conf): pages compressed, pictures served."""

from __future__ import annotations

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise


def application() -> WhiteNoise:
    """Return the site for gunicorn to call."""
    settings.MIDDLEWARE.insert(0, "django.middleware.gzip.GZipMiddleware")
    site = get_wsgi_application()
    return WhiteNoise(site, root=settings.MEDIA_ROOT, prefix="media/", autorefresh=True)
