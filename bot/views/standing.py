"""How an organization stands with a request, by a sign and a word of the department's."""

from datetime import datetime

from bot.domain.obligation import Obligation, ObligationState


def standing(one: Obligation, now: datetime, *, was_late: bool = False, not_ours: bool = False) -> tuple[str, str]:
    """Sign and word. `was_late`: the first answer came after the due date; `not_ours`: it does not concern them."""
    match one.state:
        case ObligationState.EXCUSED:
            return "➖", "Снято с контроля"
        case ObligationState.ACCEPTED:
            return "✅", "Исполнено с нарушением срока" if was_late else "Исполнено"
        case ObligationState.ANSWERED if not_ours:
            return "🚫", "Не относится к организации"
        case ObligationState.ANSWERED:
            return "📨", "Представлено"
        case ObligationState.RETURNED:
            return "↩️", "Возвращено на доработку"
    if one.is_overdue(now):
        return "❗️", "Просрочено"
    if one.due_at > one.round.due_at:
        return "🕓", "Срок продлён"
    return ("👁", "Ознакомлен") if one.seen_at else ("⏳", "На контроле")
