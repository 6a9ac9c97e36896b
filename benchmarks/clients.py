"""Several processes that do the same thing at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from types import TracebackType
from typing import Any, Self

START_SECONDS = 120


class Clients:
    """So many processes, each with a connection to the database of its own, started once."""

    def __init__(self, count: int) -> None:
        self.count = count
        # Forked ones would share the connection of their parent.
        context = get_context("spawn")
        # Kept, or it is gone before they find it by its name.
        self._gate = context.Barrier(count, timeout=START_SECONDS)
        pairs = [context.Pipe() for _client in range(count)]
        self._ends = [ours for ours, _theirs in pairs]
        self._processes = [
            context.Process(target=_serve, args=(theirs, self._gate), daemon=True)
            for _ours, theirs in pairs
        ]
        for process in self._processes:
            process.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._processes:
            process.terminate()
            process.join()

    def all_do[A, R](self, work: Callable[[A], R], shares: Sequence[A]) -> list[R]:
        """Give each process one share of the work, and let all begin together."""
        for end, share in zip(self._ends, shares, strict=True):
            end.send((work, share))
        answers = [end.recv() for end in self._ends]
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        return answers


def _serve(end: Connection[Any, Any], gate: Barrier) -> None:
    """Do what is sent, each time when all the others are ready too."""
    while True:
        work, share = end.recv()
        gate.wait()
        try:
            end.send(work(share))
        except Exception as error:  # noqa: BLE001  # It is raised again where it is received.
            end.send(error)


def shares_of[T](things: Sequence[T], count: int) -> list[Sequence[T]]:
    """Deal things out to so many, each an equal run of them."""
    size = len(things) // count
    return [things[start : start + size] for start in range(0, size * count, size)]
