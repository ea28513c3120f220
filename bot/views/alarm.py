"""What administrators are told when a part of the bot stands still."""

from datetime import datetime

from bot.domain.people.messenger import Messenger
from bot.domain.screen import Screen
from bot.views.words import screen

_WORDS = {
    "database": "База данных недоступна: ответы и регистрации пока не записываются.",
    "clock": "Часы стоят: запросы и напоминания не отправляются.",
    "post": "Почта стоит: письма не уходят дольше 15 минут.",
    "webhook": "{messenger} не может передать боту сообщения: они ждут у него, не дольше суток.",
}


def alarm(problems: tuple[str, ...], messenger: Messenger = Messenger.TELEGRAM) -> Screen:
    """Tells administrators what stands still; that nothing does any more if `problems` is empty."""
    if not problems:
        return screen("✅ <b>Бот снова работает</b>", "Всё, что ждало, отправляется.")
    return screen(
        "⚠️ <b>Бот работает с перебоями</b>",
        *(_WORDS[problem].format(messenger=messenger.called) for problem in problems),
        "",
        "Ничего не потеряно. Просим передать тому, кто обслуживает бота: docs/operations.md.",
    )


def clock_is_wrong(ours: datetime, theirs: datetime, messenger: Messenger) -> Screen:
    """The server's time and the messenger's are more than a day apart."""
    return screen(
        "⚠️ <b>На сервере неверное время</b>",
        f"На часах сервера {ours:%d.%m.%Y %H:%M}, в {messenger.called} {theirs:%d.%m.%Y %H:%M} (по Гринвичу).",
        "Запросы, напоминания и рассылки ждут, пока часы не будут исправлены. Пропущенным ничего не считается.",
        "",
        "Просим передать тому, кто обслуживает бота: docs/operations.md.",
    )


def clock_is_right() -> Screen:
    """What waited for the clock goes on."""
    return screen("✅ <b>Время на сервере верное</b>", "Всё, что ждало, отправляется.")
