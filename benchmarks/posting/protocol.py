"""How a process is told to work for a while, and how it says what it did. Plain Python.

A line on its input names a task and how many seconds; a line of JSON answers it.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from collections.abc import Callable, Mapping

WARM_UP = 20


def drawn_by(seed: str) -> random.Random:
    """Return what draws accounts: the same ones each time, for subject and peers alike."""
    return random.Random(seed)  # noqa: S311  # Nothing about it is a secret.


def serve(tasks: Mapping[str, Callable[[], object]]) -> None:
    """Answer "ready", then do what each line asks until there is none."""
    _say({"ready": sorted(tasks)})
    for line in sys.stdin:
        name, seconds = line.split()
        _say(work(tasks[name], float(seconds)))


def work(task: Callable[[], object], seconds: float) -> dict[str, object]:
    """Do a task over and over; return how often, and what it took.

    `cpu` is seconds of this process, `slowest` and `p99` are milliseconds of one call.
    """
    for _time in range(WARM_UP):
        task()
    gc.collect()
    took: list[float] = []
    cpu = time.process_time()
    began = now = time.perf_counter()
    while now < began + seconds:
        task()
        then, now = now, time.perf_counter()
        took.append(now - then)
    cpu = time.process_time() - cpu
    took.sort()
    return {
        "count": len(took),
        "seconds": now - began,
        "cpu": cpu,
        "p50": 1000 * took[len(took) // 2],
        "p99": 1000 * took[int(len(took) * 0.99)],
        "slowest": 1000 * took[-1],
    }


def _say(what: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()
