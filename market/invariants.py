"""What must hold in the market's books, beside the ledger's own invariants.

M1 each closed order's account is at zero, and every fen that left it went to somebody it may
go to. M2 goods that came in are sold, spoiled or still there, to the gram. M6 no account's
purpose is margin.
"""

from __future__ import annotations

INVARIANTS: list[object] = []
