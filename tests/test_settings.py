"""The settings: production starts only with what it needs, and is safe then."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PRODUCTION = {
    "DATABASE_URL": "sqlite://:memory:",
    "CELERY_BROKER_URL": "redis://127.0.0.1:6379/0",
    "SECRET_KEY": "k9#v!2mQ7z@rT5w&yB8n$eH4j*uL6x^pD3s(fG1a)cV0o-iN-eight-more",
    "ALLOWED_HOSTS": "huilin.example",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", PRODUCTION)
def test_production_does_not_start_without(missing: str) -> None:
    given = {name: value for name, value in PRODUCTION.items() if name != missing}

    result = manage("check", **given)

    assert result.returncode != 0
    assert f"Set {missing} in the environment, or DEBUG=1" in result.stderr


def test_production_is_safe() -> None:
    result = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "https://huilin.example"),
        ({"ALLOWED_HOSTS": "huilin.example,www.huilin.example"}, "https://huilin.example"),
        ({"SITE_ADDRESS": "https://hui.example"}, "https://hui.example"),
    ],
)
def test_shared_links_lead_to_this_site(given: dict[str, str], address: str) -> None:
    code = "from django.conf import settings; print(settings.SITE_ADDRESS)"

    result = manage("shell", "--no-imports", "-c", code, **PRODUCTION | given)

    assert result.stdout.strip() == address, result.stderr


def test_ones_own_machine_needs_nothing() -> None:
    result = manage("check", DEBUG="1")

    assert result.returncode == 0, result.stderr


def test_only_what_processes_share_is_in_redis() -> None:
    """Wagtail asks the default cache for every address at the office; Redis may be away."""
    away = PRODUCTION | {"CELERY_BROKER_URL": "redis://127.0.0.1:1/0"}
    code = """from django.core.cache import caches
caches["default"].set("here", "still here")
print(caches["default"].get("here"), type(caches["shared"]).__name__)"""

    result = manage("shell", "--verbosity=0", "-c", code, **away)

    assert result.stdout.strip() == "still here RedisCache", result.stderr


IN_PRODUCTION = """
import importlib.metadata, sys

installed = set(sys.argv[1].split(","))
plain = lambda name: name.lower().replace("_", "-")

class OnlyWhatProductionInstalls:
    owners = importlib.metadata.packages_distributions()

    def find_spec(self, name, path=None, target=None):
        owners = {plain(owner) for owner in self.owners.get(name, [])}
        if owners and not owners & installed:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, OnlyWhatProductionInstalls())
import config.wsgi, gunicorn.workers.gthread, kombu.transport.redis, psycopg_pool
from config.celery import app
app.loader.import_default_modules()
"""


def test_production_brings_all_it_imports() -> None:
    """What only the tools of development bring is missed nowhere: web, worker, Redis."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    needs = {
        package["name"]: [
            *package.get("dependencies", []),
            *(
                each
                for extra in package.get("optional-dependencies", {}).values()
                for each in extra
            ),
        ]
        for package in lock["package"]
    }
    installed: set[str] = set()
    waiting = ["huilin"]
    while waiting:
        name = waiting.pop()
        if name not in installed:
            installed.add(name)
            waiting += [each["name"] for each in needs[name]]

    result = subprocess.run(
        [sys.executable, "-c", IN_PRODUCTION, ",".join(installed)],
        cwd=ROOT,
        env=os.environ | PRODUCTION,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stderr
