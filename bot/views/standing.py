"""How an organization stands with a request, by a sign and a word of the department's."""

from datetime import datetime

from bot.domain.ledger.control import Entry
from bot.domain.ledger.obligation import Obligation
from bot.domain.ledger.standing import Standing
from bot.domain.ledger.standing import standing as _of
from bot.views.unreached import FAILURES

SIGNS = {
    Standing.OPEN: "⏳",
    Standing.SEEN: "👁",
    Standing.EXTENDED: "🕓",
    Standing.OVERDUE: "❗️",
    Standing.ANSWERED: "📨",
    Standing.ANSWERED_LATE: "📨",
    Standing.NOT_OURS: "🚫",
    Standing.RETURNED: "↩️",
    Standing.ACCEPTED: "✅",
    Standing.ACCEPTED_LATE: "✅",
    Standing.EXCUSED: "➖",
}
WORDS = {
    Standing.OPEN: "На контроле",
    Standing.SEEN: "Ознакомлен",
    Standing.EXTENDED: "Срок продлён",
    Standing.OVERDUE: "Просрочено",
    Standing.ANSWERED: "Представлено",
    Standing.ANSWERED_LATE: "Представлено с нарушением срока",
    Standing.NOT_OURS: "Не относится к организации",
    Standing.RETURNED: "Возвращено на доработку",
    Standing.ACCEPTED: "Исполнено",
    Standing.ACCEPTED_LATE: "Исполнено с нарушением срока",
    Standing.EXCUSED: "Снято с контроля",
}


def standing(
    obligation: Obligation, now: datetime, *, was_late: bool = False, not_ours: bool = False
) -> tuple[str, str]:
    """Sign and word. `was_late`: the first answer came after the due date; `not_ours`: it does not concern them."""
    stands = _of(
        obligation.state,
        obligation.due_at,
        obligation.first_due_at,
        now,
        seen=obligation.seen_at is not None,
        was_late=was_late,
        not_ours=not_ours,
    )
    return SIGNS[stands], WORDS[stands]


def of_entry(entry: Entry, now: datetime) -> tuple[str, str]:
    """Sign and word for an organization of a round, with why the request has reached nobody there."""
    sign, word = standing(entry.obligation, now, was_late=entry.was_late, not_ours=entry.not_ours)
    if entry.missed is None:
        return sign, word
    why = f": {', '.join(FAILURES[failure] for failure in entry.missed)}" if entry.missed else ""
    # What is overdue stays so, whoever has not been told of it.
    if entry.obligation.is_overdue(now):
        return sign, f"{word}, не дошло{why}"
    return "📭", f"Не дошло{why}"
