"""Why something has not reached somebody, or nobody at an organization, in words for the department."""

from bot.domain.desk.announcement import Delivery
from bot.domain.people.failure import Failure
from bot.domain.people.messenger import Messenger, messenger_of
from bot.views.words import shorten

_REFUSED = "{} не принял сообщение"
FAILURES = {
    Failure.UNREACHABLE: "бот заблокирован или аккаунт удалён",
    Failure.BLOCKED: "бот заблокирован",
    Failure.DELETED: "аккаунт удалён",
    Failure.NEVER_STARTED: "не нажимал(а) «Старт» в боте",
    Failure.REFUSED: _REFUSED.format(Messenger.TELEGRAM.called),
    Failure.STOPPED: "отключил(а) сообщения",
    Failure.AWAY: "в отпуске",
    Failure.UNSENT: "рассылку остановили раньше",
    Failure.VACANT: "никто не зарегистрирован",
    Failure.UNSEATED: "больше не представляет организацию",
    Failure.LEFT: "организации больше нет в списке",
    Failure.MUTED: "отключил(а) подписку на такие запросы",
    Failure.ERASED: "данные человека удалены",
}
_WAITS = "ещё не отправлено"
# What Telegram says of messages that somebody does not take, in words for people.
_REFUSALS = {
    "voice_messages_forbidden": "не принимает голосовые и видеосообщения",
    "restricted receiving of": "не принимает голосовые и видеосообщения",
    "message is too long": "сообщение слишком длинное",
    "caption is too long": "подпись слишком длинная",
    "file is too big": "файл слишком большой",
    "wrong file identifier": "файла больше нет",
    "not rendered": "сбой бота, подробности в журнале сервера",
}


def why(delivery: Delivery) -> str:
    """Why somebody has not got it, or not yet; empty if they have."""
    if delivery.waits:
        return _WAITS
    if delivery.failure is None:
        return ""
    if delivery.failure is not Failure.REFUSED:
        return FAILURES[delivery.failure]
    text = _REFUSED.format(messenger_of(delivery.person_id).called)
    if not delivery.words:
        return text
    lower = delivery.words.lower()
    said = next((meaning for sign, meaning in _REFUSALS.items() if sign in lower), "")
    # «Telegram server says - Bad Request:» stands before what it has to say, «MAX says -» before what MAX has.
    return f"{text}: {said or shorten(delivery.words.rpartition(' says - ')[2].rpartition(': ')[2], 100)}"
