"""Any story at all, drawn from a seed: the same seed tells the same story on either engine."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from random import Random

from ledger.fuzzing.model import (
    FAR_AWAY,
    LONG_AGO,
    POLICIES,
    TOO_MUCH,
    UNITS,
    WALLETS,
    Event,
    Held,
    Line,
)
from ledger.fuzzing.teller import Teller, Told

REMEMBERED = 400
"""So many events and holds back a story still repeats, reverses and resolves."""


class Story:
    """Takes one random step after the other.

    Args:
        teller: to whom it is told.
        seed: what is drawn.
    """

    def __init__(self, teller: Teller, seed: int) -> None:
        self.teller = teller
        self.random = Random(seed)  # noqa: S311  # A story must be told again.
        self.keys = self.holds_made = 0
        self.told: list[Told] = []
        self.undone: list[tuple[Told, Told]] = []
        self.holds: list[Held] = []
        self.outcomes: Counter[str] = Counter()

    def step(self) -> str:
        """Take a step, compare the books with the model, and return what it was."""
        steps, weights = zip(*STEPS, strict=True)
        (take,) = self.random.choices(steps, weights)
        take(self)
        self.teller.compare()
        return str(take.__name__)

    def totals(self) -> str:
        """Return a word for what every account holds; stories that end alike have one word."""
        model = self.teller.model
        held = [
            (code, model.net[code], model.pending_out[code], model.pending_in[code])
            for code in POLICIES
        ]
        return hashlib.sha256(repr(held).encode()).hexdigest()[:12]

    # --- Steps ------------------------------------------------------------------------

    def award(self) -> None:
        self._tell(self._event(self._move("issued", self.random.choice(WALLETS))))

    def move(self) -> None:
        self._tell(self._event(*[self._anything() for _ in range(self.random.randint(1, 4))]))

    def hold(self) -> None:
        debit, credit = self._pair()
        self._tell(self._event(self._hold(debit, credit)))

    def resolve(self) -> None:
        if self.holds:
            self._tell(self._event(self._resolution()))

    def _happens(self, share: float) -> bool:
        """Draw whether something that happens this often happens now."""
        return self.random.random() < share

    def post_together(self) -> None:
        events = [self._some_event() for _ in range(self.random.randint(2, 4))]
        if self.told and self._happens(0.3):
            events.insert(self.random.randint(0, len(events)), self._any_told().event)
        self._tell(*events)

    def repeat(self) -> None:
        if self.told:
            self.teller.tell_again(self._any_told())
        if self.undone:
            self.teller.undo_again(*self.random.choice(self.undone))

    def clash(self) -> None:
        if self.told:
            known = self._any_told().event
            self._tell(known._replace(lines=(*known.lines, self._move("issued", "expired"))))

    def reverse(self) -> None:
        if not self.told:
            return
        first = self._any_told()
        undone = self.teller.undo(first, self._key())
        self.outcomes["posted" if undone else "refused"] += 1
        if undone:
            self.undone = [*self.undone[-REMEMBERED:], (undone, first)]

    def expire(self) -> None:
        wallet = self.random.choice(WALLETS[:2])
        left = self.teller.model.available(wallet)
        if left:
            self._tell(self._event(Line("single", wallet, "expired", left)))

    def close(self) -> None:
        """Empty a wallet if nothing in it is held, and close it; the others stay."""
        model = self.teller.model
        if model.net["cai"] > 0 and model.available("cai") == model.net["cai"]:
            self._tell(self._event(Line("single", "cai", "expired", model.net["cai"])))
        self.teller.close("cai")

    def open_again(self) -> None:
        self.teller.open_again(self.random.choice(list(POLICIES)))

    def say_nonsense(self) -> None:
        """Tell what nobody can mean, alone or with something that is right."""
        debit, credit = self._pair()
        amount = self.random.choice([0, -1, TOO_MUCH, 2**63])
        event = self.random.choice(
            [
                self._event(Line("single", debit, credit, amount)),
                self._event(Line("single", debit, debit, 1)),
                self._event(Line("single", "bank", "ada", 1)),
                self._event(),
                self._event(self._move("issued", "ada"))._replace(eyes=(1, 1)),
                self._event(self._move("issued", "ada"))._replace(eyes=(None, 2)),
            ]
        )
        right = self._some_event()
        self._tell(*([right] if self._happens(0.5) else []), event)

    def give_up(self) -> None:
        """Roll a whole transaction back."""
        with self.teller.given_up():
            self.teller.tell(*[self._some_event() for _ in range(self.random.randint(1, 3))])
        self.outcomes["rolled back"] += 1

    def give_up_inside(self) -> None:
        """Roll back to a savepoint, and post something else in the same transaction."""
        with self.teller.given_up():
            with self.teller.given_up():
                self.teller.tell(self._some_event())
            self.teller.tell(self._some_event())
        self.outcomes["rolled back"] += 2

    def call_twice(self) -> None:
        self._note(self.teller.tell_twice(self._some_event(), self._some_event()))

    # --- Drawing ----------------------------------------------------------------------

    def _tell(self, *events: Event) -> None:
        self._note(self.teller.tell(*events))

    def _note(self, told: list[Told]) -> None:
        self.outcomes["posted" if told else "refused"] += 1
        self.told = [*self.told[-REMEMBERED:], *told]
        held = [line.held for each in told for line in each.event.lines if line.phase == "hold"]
        self.holds = [*self.holds[-REMEMBERED:], *filter(None, held)]

    def _any_told(self) -> Told:
        return self.random.choice(self.told)

    def _key(self) -> str:
        self.keys += 1
        return str(self.keys)

    def _event(self, *lines: Line) -> Event:
        eyes = (1, 2) if self._happens(0.1) else None
        return Event(self._key(), lines, eyes)

    def _some_event(self) -> Event:
        return self._event(*[self._anything() for _ in range(self.random.randint(1, 3))])

    def _anything(self) -> Line:
        draw: Callable[[], Line] = self.random.choice(
            [self._move, self._move, self._hold, self._resolution]
        )
        return draw()

    def _pair(self) -> tuple[str, str]:
        """Draw two accounts of one unit, and seldom of any."""
        mixed = self._happens(0.03)
        codes = list(POLICIES) if mixed else UNITS[self.random.choice(list(UNITS))]
        debit, credit = self.random.sample(codes, 2)
        return debit, credit

    def _move(self, debit: str = "", credit: str = "") -> Line:
        pair = (debit, credit) if debit else self._pair()
        return Line("single", *pair, self.random.randint(1, 30))

    def _hold(self, debit: str = "", credit: str = "") -> Line:
        pair = (debit, credit) if debit else self._pair()
        self.holds_made += 1
        expires_at = self.random.choice([None, None, FAR_AWAY, LONG_AGO])
        held = Held(self.holds_made, *pair, self.random.randint(1, 30), expires_at)
        return Line("hold", *pair, held.amount, held)

    def _resolution(self) -> Line:
        if not self.holds:
            return self._move()
        held = self.random.choice(self.holds[-40:])
        if self._happens(0.4):
            return Line("void", held.debit, held.credit, held.amount, held)
        amount = self.random.choice([held.amount, self.random.randint(1, held.amount + 1)])
        return Line("post", held.debit, held.credit, amount, held)


STEPS: list[tuple[Callable[[Story], None], int]] = [
    (Story.award, 12),
    (Story.move, 16),
    (Story.hold, 12),
    (Story.resolve, 12),
    (Story.post_together, 12),
    (Story.repeat, 6),
    (Story.clash, 4),
    (Story.reverse, 10),
    (Story.expire, 3),
    (Story.close, 1),
    (Story.open_again, 2),
    (Story.say_nonsense, 4),
    (Story.give_up, 6),
    (Story.give_up_inside, 4),
    (Story.call_twice, 4),
]
