"""`make soak`: 2,000 orders paid online in foul weather; exits with 1 if anything is wrong."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time

import django


def main() -> None:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--without-events", action="store_true", help="The control: must be red.")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests.soak.run import run  # noqa: PLC0415  # Its models need what stands above.

    logging.disable(logging.WARNING)
    began = time.monotonic()
    ran = run(seed=asked.seed, orders=asked.orders, has_events=not asked.without_events)
    lines = [
        f"Seed {asked.seed}, {asked.orders} orders, {time.monotonic() - began:.0f} s.",
        ", ".join(f"{count} {word}" for word, count in sorted(ran.seen.items())),
        *ran.wrong[:20],
        f"{len(ran.wrong)} things are wrong.",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(1 if ran.wrong else 0)


if __name__ == "__main__":
    main()
