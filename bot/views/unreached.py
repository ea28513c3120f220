"""Why something has not reached somebody, or nobody at an organization, in words for the department."""

from bot.domain.people.failure import Failure

FAILURES = {
    Failure.UNREACHABLE: "бот заблокирован или аккаунт удалён",
    Failure.BLOCKED: "бот заблокирован",
    Failure.DELETED: "аккаунт в Telegram удалён",
    Failure.NEVER_STARTED: "не нажимал(а) «Старт» в боте",
    Failure.REFUSED: "Telegram не принял сообщение",
    Failure.STOPPED: "отключил(а) сообщения",
    Failure.AWAY: "в отпуске",
    Failure.UNSENT: "рассылку остановили раньше",
    Failure.VACANT: "никто не зарегистрирован",
    Failure.UNSEATED: "больше не представляет организацию",
    Failure.LEFT: "организации больше нет в списке",
    Failure.MUTED: "отключил(а) подписку на такие запросы",
    Failure.ERASED: "данные человека удалены",
}
