"""Who answers what members ask about their money."""

from __future__ import annotations

ROLES = {
    "worker_a": ["open_ledger.view_question", "open_ledger.answer_question"],
    "worker_b": ["open_ledger.view_question", "open_ledger.answer_question"],
}
