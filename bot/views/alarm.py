"""What administrators are told when a part of the bot stands still."""

from bot.domain.screen import Screen
from bot.views.words import screen

_WORDS = {
    "database": "База данных недоступна: ответы и регистрации пока не записываются.",
    "clock": "Часы стоят: запросы и напоминания не отправляются.",
    "post": "Почта стоит: письма не уходят дольше 15 минут.",
    "webhook": "Telegram не может передать боту сообщения: они ждут у него, не дольше суток.",
}


def alarm(problems: tuple[str, ...]) -> Screen:
    """Tells administrators what stands still; that nothing does any more if `problems` is empty."""
    if not problems:
        return screen("✅ <b>Бот снова работает</b>", "Всё, что ждало, отправляется.")
    return screen(
        "⚠️ <b>Бот работает с перебоями</b>",
        *(_WORDS[problem] for problem in problems),
        "",
        "Ничего не потеряно. Просим передать тому, кто обслуживает бота: docs/operations.md.",
    )
