"""Rounds whose time passed while the bot was down."""

from datetime import datetime, tzinfo

from bot.domain.ledger.obligation import Round
from bot.domain.screen import Button, Screen
from bot.views.callbacks import Missed
from bot.views.words import day, due_day, esc, left, screen

# A missed round opened after all gets its full term (bot.storage.ledger.rounds.open_missed).
_LATER = "Если открыть сейчас, срок сдвинется на столько же."
_PAST = "Приём ответов по нему уже завершился бы: открыть нельзя."


def missed(round_: Round, now: datetime, zone: tzinfo) -> Screen:
    """Asks what becomes of a round whose time passed so long ago that it is not caught up."""
    answerable = now < round_.closes_at
    return screen(
        "⏳ <b>Запрос не был открыт вовремя</b>: бот не работал.",
        f"{esc(round_.directive.title)} · {esc(round_.title)}",
        f"Должен был открыться {day(round_.opens_at.astimezone(zone).date(), now.astimezone(zone).date())}, "
        f"срок: {due_day(round_.due_at, now, zone)} ({left(round_.due_at, now, zone)}).",
        _LATER if answerable else _PAST,
        rows=[
            [
                *([Button("Открыть сейчас", Missed(round=round_.id, open=True).pack())] if answerable else []),
                Button("Не открывать", Missed(round=round_.id, open=False).pack()),
            ]
        ],
    )


def missed_past(round_: Round) -> Screen:
    """The missed round would take no answers any more: there is nothing to open."""
    return screen(f"{esc(round_.directive.title)} · {esc(round_.title)}", _PAST)


def missed_decided(round_: Round, *, opened: bool) -> Screen:
    """What was decided about a missed round."""
    done = "✅ Запрос открыт" if opened else "Запрос не открывается"
    return screen(f"{done}: {esc(round_.directive.title)} · {esc(round_.title)}")


def missed_already() -> Screen:
    """Somebody else has decided about the missed round."""
    return screen("По этому запросу уже принято решение.")
