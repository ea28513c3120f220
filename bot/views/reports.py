"""Wording that reports share, and what is said beside a report."""

from bot.domain.ledger.report import Execution, Occasion, Order
from bot.domain.screen import Screen
from bot.views.words import percent, screen


def answered(execution: Execution) -> str:
    """«Представили 17 из 24 (70 %), в срок 15», plain text."""
    share = percent(execution.completion)
    return f"Представили {execution.answered} из {execution.asked} ({share}), в срок {execution.on_time}"


def occasion(order: Order) -> str:
    """The beginning of the caption of a report that comes by itself; HTML."""
    match order.occasion:
        case Occasion.MONTHLY:
            return "<b>Отчёт за месяц</b>\n"
        case Occasion.CLOSING:
            return "<b>Приём ответов завершён</b>\n"
        case Occasion.ASKED:
            return ""


def failed(incident: str) -> Screen:
    """The report could not be made."""
    return screen(
        "Простите, отчёт не получился.",
        f"Сообщите администратору номер: <code>{incident}</code>.",
        "Попробуйте период короче или повторите позже.",
    )


def not_taken() -> Screen:
    """The report was made, and the server does not take its file: it is too large for it, say."""
    return screen(
        "Отчёт готов, но сервер Telegram не принял файл.",
        "Выберите период короче. Полный отчёт администратор получит на сервере командой "
        "<code>python -m bot report ФАЙЛ.xlsx</code>.",
    )


def too_large() -> Screen:
    """The report is larger than a file that a bot may send."""
    return screen(
        "Отчёт больше 50 МБ: Telegram такой файл не передаёт.",
        "Выберите период короче. Полный отчёт администратор получит на сервере командой "
        "<code>python -m bot report ФАЙЛ.xlsx</code>.",
    )
