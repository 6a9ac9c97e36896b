"""The settings: production starts only with what it needs, and is safe then."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PRODUCTION = {
    "DATABASE_URL": "sqlite:////tmp/huilin-deploy-check.sqlite3",
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


def test_ones_own_machine_needs_nothing() -> None:
    result = manage("check", DEBUG="1")

    assert result.returncode == 0, result.stderr
