"""Settings for the tests: the same site, on throw-away data, with cheap password hashes."""

import os

os.environ.setdefault("DEBUG", "1")

from config.settings import *

DEBUG = False
SECRET_KEY = "tests only"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
IS_DEMO = False
PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = VAR_DIR / "test-media" / os.environ.get("PYTEST_XDIST_WORKER", "main")
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
# Tests that want text messages say so.
SMS_BACKEND = ""
