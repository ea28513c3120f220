"""How the open rounds stand, and who has not answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from bot.domain.obligation import Obligation, Round
from bot.domain.screen import Button, Screen
from bot.views.callbacks import Pending, Status
from bot.views.words import button_label, due_day, esc, screen, shorten

_LISTED = 60


def status(
    rounds: Sequence[Round],
    tally: Mapping[int, tuple[int, int]],
    waiting: int,
    missed: int,
    now: datetime,
    zone: tzinfo,
) -> Screen:
    """Open rounds: answered of all. `waiting` and `missed`: registrations and rounds that wait for a decision."""
    lines = [f"<b>Открытые запросы: {len(rounds)}</b>" if rounds else "Открытых запросов нет."]
    rows = []
    for number, one in enumerate(rounds[:_LISTED], 1):
        done, total = tally.get(one.id, (0, 0))
        lines += [
            "",
            f"{number}. <b>{esc(one.directive.title)}</b> · {esc(one.title)}",
            f"Ответили {done} из {total}, срок: {due_day(one.due_at, now, zone)}",
        ]
        if done < total:
            text = button_label(f"{number}. Не ответили: {total - done}")
            rows.append([Button(text, Status(round=one.id).pack())])
    if waiting:
        rows.append([Button(f"Заявки на регистрацию: {waiting}", Pending(what="registrations").pack())])
    if missed:
        rows.append([Button(f"Не открыты вовремя: {missed}", Pending(what="missed").pack())])
    return screen(*lines, rows=rows)


def missing(found: Round, who: Sequence[Obligation], now: datetime, zone: tzinfo) -> Screen:
    """Who has not answered a round."""
    lines = [
        f"<b>{esc(found.directive.title)}</b> · {esc(found.title)}",
        f"Срок: {due_day(found.due_at, now, zone)}",
        "",
    ]
    if who:
        lines.append(f"<b>Не ответили ({len(who)}):</b>")
        lines += [f"• {esc(shorten(one.organization_name, 90))}" for one in who[:_LISTED]]
        if len(who) > _LISTED:
            lines.append(f"… и ещё {len(who) - _LISTED}")
    else:
        lines.append("Ответили все.")
    return screen(*lines, rows=[[Button("‹ Все запросы", Status().pack())]])
