"""`make bench`: every bar beside its peer, on this machine, now.

`python -m benchmarks rush orders` takes only those parts; `market_day` is one of pages, and
`lighthouse` is only there for those who ask for it.
"""

from __future__ import annotations

import argparse

from benchmarks import clone, engines, lighthouse
from benchmarks.figures import machine

PARTS = ("rush", "orders", "webhooks", "pages", "ledger", "long_books")
PARTS_OF_PARTS = ("market_day",)
RUNS = {"long_books": ("1000", "10000", "1000000")}
"""Parts that are run more than once, each time on books of another size."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument(
        "parts", nargs="*", help=f"of {', '.join([*PARTS, *PARTS_OF_PARTS, 'clone', 'lighthouse'])}"
    )
    parser.add_argument("--engine", choices=engines.ENGINES, help="only this one")
    asked = parser.parse_args()
    parts = asked.parts or [*PARTS, "clone"]
    print(f"Machine: {machine()}")
    with engines.folder() as folder, engines.postgresql() as server:
        print(f"Databases: {engines.version(server)}; both wait for the disk at each commit.")
        for part in [part for part in (*PARTS, *PARTS_OF_PARTS) if part in parts]:
            for engine in [asked.engine] if asked.engine else engines.ENGINES:
                for run in RUNS.get(part, ("",)):
                    name = f"{part}{run}"
                    url = engines.fresh_database(engine, name, at=folder, server=server)
                    engines.run(f"benchmarks.{part}", *[run][: bool(run)], at=folder, url=url)
    if "clone" in parts:
        clone.main()
    if "lighthouse" in parts:
        lighthouse.main()


if __name__ == "__main__":
    main()
