"""Rounds whose time passed while the bot was down."""

from datetime import datetime, tzinfo

from bot.domain.ledger.obligation import Round
from bot.domain.screen import Button, Screen
from bot.views.callbacks import Missed
from bot.views.words import day, due_day, esc, left, screen

# A missed round opened after all gets its full term (bot.storage.ledger.rounds.open_missed).
_LATER = "Если открыть сейчас, срок сдвинется на столько же."
_PAST = "Приём ответов по нему уже завершился бы: открыть нельзя."


def missed(found: Round, now: datetime, zone: tzinfo) -> Screen:
    """A round whose time passed while the bot was down, for longer than it may be caught up."""
    answerable = now < found.closes_at
    return screen(
        "⏳ <b>Запрос не был открыт вовремя</b>: бот не работал.",
        f"{esc(found.directive.title)} · {esc(found.title)}",
        f"Должен был открыться {day(found.opens_at.astimezone(zone).date(), now.astimezone(zone).date())}, "
        f"срок: {due_day(found.due_at, now, zone)} ({left(found.due_at, now, zone)}).",
        _LATER if answerable else _PAST,
        rows=[
            [
                *([Button("Открыть сейчас", Missed(round=found.id, open=True).pack())] if answerable else []),
                Button("Не открывать", Missed(round=found.id, open=False).pack()),
            ]
        ],
    )


def missed_past(found: Round) -> Screen:
    """Answers to the missed round would no longer be taken: there is nothing to open."""
    return screen(f"{esc(found.directive.title)} · {esc(found.title)}", _PAST)


def missed_decided(found: Round, *, opened: bool) -> Screen:
    """What was decided about a missed round."""
    done = "✅ Запрос открыт" if opened else "Запрос не открывается"
    return screen(f"{done}: {esc(found.directive.title)} · {esc(found.title)}")


def missed_already() -> Screen:
    """Somebody else has decided about the missed round."""
    return screen("По этому запросу уже принято решение.")
