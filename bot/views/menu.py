"""Telegram's menu of commands, and the words that heads have under the line in which they type."""

from dataclasses import replace

from bot.domain.screen import Screen

COMMANDS = (
    ("tasks", "Открытые запросы"),
    ("history", "Отправленные ответы"),
    ("write", "Написать в управление"),
    ("settings", "Отпуск, организации, что присылать"),
    ("help", "Как это работает"),
    ("start", "Начать или возобновить"),
    ("stop", "Не присылать сообщения"),
    ("delete", "Удалить мои данные"),
)
STAFF_COMMANDS = (
    ("panel", "Рабочий стол управления"),
    ("status", "Кто ответил на запросы"),
)

# What a head presses, and the command that it stands for.
_WORDS = {"Мои запросы": "tasks", "Написать": "write", "Настройки": "settings"}
KEYBOARD: tuple[tuple[str, ...], ...] = (tuple(_WORDS),)
GONE: tuple[tuple[str, ...], ...] = ()
_COMMANDS = {word.casefold(): command for word, command in _WORDS.items()}
# What people write who know no commands. «Справка» is none of it: it is the name of a paper.
_SPOKEN = {
    "помощь": "help",
    "старт": "start",
    "начать": "start",
    "start": "start",
    "стоп": "stop",
    "отписаться": "stop",
    "отпишите": "stop",
    "отпишите меня": "stop",
}


def with_words(shown: Screen) -> Screen:
    """The screen with the words below it, of which one stands for the only button that it may have had."""
    return replace(shown, rows=(), keyboard=KEYBOARD)


def command(typed: str) -> str:
    """The command that a pressed word stands for, or one that somebody has typed by hand; empty: it is neither."""
    return _COMMANDS.get(_plain(typed), "")


def spoken(typed: str) -> str:
    """The command that words mean which stand on no button, unless they are what was asked for; empty: none."""
    return _SPOKEN.get(_plain(typed), "")


def _plain(typed: str) -> str:
    return " ".join(typed.split()).strip(" .!").casefold()
