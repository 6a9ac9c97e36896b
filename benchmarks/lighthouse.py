"""Lighthouse on a throttled phone: `python -m benchmarks lighthouse`.

It starts the site as in production, with the demonstration in it, and opens the pages that
people share. It needs `npx` of Node.js 20 or later, which fetches Lighthouse, and Chromium;
neither is part of the project.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import engines
from benchmarks.clone import free_port, wait_for
from benchmarks.figures import middle, table, verdict
from tests import templates_of_databases as templates

LIGHTHOUSE = "lighthouse@13.5.0"
"""Its profile of a phone: 412 px wide, 1.6 Mbit/s, 150 ms, a CPU four times as slow as this one."""
ROUNDS = 3
PAGES = {
    "home": "/",
    "market day": "/market-days/new-year-goods-fair/",
    "supplier": "/suppliers/xiji-noodles/",
}
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
TIMES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time")
FLAGS = "--headless=new --no-sandbox --disable-gpu"

Report = dict[str, Any]


def main() -> None:
    chromium = os.environ.get("CHROME_PATH") or shutil.which("chromium")
    if not (shutil.which("npx") and chromium):
        print(
            "\nLighthouse was left out: install Node.js 20 or later (for `npx`) and Chromium, "
            "or say with CHROME_PATH where a Chromium is."
        )
        return
    with engines.folder() as folder, _site(folder) as address:
        rows = [_row(name, address + path, chromium) for name, path in PAGES.items()]
    header = ["", *LEAST, "first paint ms", "largest paint ms", "blocked ms", "shift", "bar"]
    table(f"{LIGHTHOUSE} on a throttled phone, median of {ROUNDS}", header, rows)


def _row(name: str, address: str, chromium: str) -> list[object]:
    _open(address)  # The pictures are cut when somebody asks for them the first time.
    reports = [_look(address, chromium) for _round in range(ROUNDS)]
    scores = {
        kind: round(100 * middle([report["categories"][kind]["score"] for report in reports]))
        for kind in LEAST
    }
    times = [round(middle([_measured(report, each) for report in reports])) for each in TIMES]
    shift = middle([_measured(report, "cumulative-layout-shift") for report in reports])
    holds = all(scores[kind] >= least for kind, least in LEAST.items())
    for finding in sorted({finding for report in reports for finding in _findings(report)}):
        print(f"{name}: {finding}")
    return [name, *scores.values(), *times, shift, verdict(holds=holds)]


def _look(address: str, chromium: str) -> Report:
    ran = subprocess.run(
        ["npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json",
         f"--only-categories={','.join(LEAST)}", f"--chrome-flags={FLAGS}"],
        check=True, capture_output=True, env={**os.environ, "CHROME_PATH": chromium},
    )  # fmt: skip
    report: Report = json.loads(ran.stdout)
    return report


def _measured(report: Report, audit: str) -> float:
    return float(report["audits"][audit]["numericValue"])


def _findings(report: Report) -> Iterator[str]:
    """Name what costs a point."""
    for kind in LEAST:
        for audit in report["categories"][kind]["auditRefs"]:
            found = report["audits"][audit["id"]]
            if audit["weight"] and found["score"] is not None and found["score"] < 0.9:
                yield f"{kind}: {found['title']} {found.get('displayValue', '')}"


@contextmanager
def _site(folder: Path) -> Iterator[str]:
    """Run the site with the demonstration in it; return its address."""
    database = folder / "lighthouse.sqlite3"
    templates.copy_sqlite(database)
    port = free_port()
    # A browser trusts localhost as it trusts HTTPS, so no certificate is needed.
    address = f"http://localhost:{port}"
    environment = engines.environment(at=folder, url=f"sqlite:///{database}") | {
        "DEMO": "1",
        "ALLOWED_HOSTS": "localhost",
        "SITE_ADDRESS": address,
        "SECURE_SSL_REDIRECT": "0",
        "LOG_LEVEL": "ERROR",
    }
    subprocess.run(
        [sys.executable, "manage.py", "load_demo", "-v0"],
        check=True, cwd=engines.ROOT, env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    with tempfile.TemporaryFile() as log:
        site = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "benchmarks.front:application()",
             "--bind", f"127.0.0.1:{port}", "--threads", "4"],
            cwd=engines.ROOT, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            wait_for(f"{address}/healthy/", site)
            yield address
        finally:
            site.terminate()
            site.wait(30)


def _open(address: str) -> None:
    with urllib.request.urlopen(address) as answer:  # noqa: S310  # Our own address.
        assert answer.status == 200


if __name__ == "__main__":
    main()
