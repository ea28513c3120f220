"""Deadlines in a person's own calendar: how they come there, and what each is called; the file itself: `ics.py`."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.domain.agenda import Deadline
from bot.domain.ledger.obligation import Obligation
from bot.domain.screen import Button, Screen
from bot.views.callbacks import Settings, Subscription, Tasks
from bot.views.words import day, esc, screen

NOTHING_OPEN = "Открытых запросов нет, в календарь добавить нечего"
STOPPED = "Сообщения остановлены. Сначала возобновите их: /start"
ENDED = "Подписка отключена"
NONE_TO_END = "Подписки нет"

_BACK = [Button("‹ Запросы", Tasks().pack()), Button("‹ Настройки", Settings(screen="main").pack())]
_FILE = [Button("Файлом", Subscription(step="file").pack())]


def deadlines(obligations: Sequence[Obligation], now: datetime, *, several: bool) -> list[Deadline]:
    """What is owed, with the organization for somebody who sits at several."""
    return [
        Deadline(obligation.id, _title(obligation, several=several), obligation.due_at, now)
        for obligation in obligations
    ]


def subscription(made_at: datetime | None, now: datetime, zone: tzinfo) -> Screen:
    """How deadlines come into one's own calendar; `made_at`: since when there is a subscription; None: never."""
    if made_at is None:
        return screen(
            "🗓 <b>Сроки в вашем календаре</b>",
            "Подписка обновляется сама, файл — нет.",
            rows=[[Button("Подписаться", Subscription(step="make").pack(), style="primary")], _FILE, _BACK],
        )
    since = day(made_at.astimezone(zone).date(), now.astimezone(zone).date())
    return screen(
        f"🗓 <b>Подписка включена</b> {since}.",
        "Адрес мы не храним. Потеряли — замените: прежний перестанет работать.",
        rows=[
            [Button("Заменить адрес", Subscription(step="make").pack())],
            [Button("Отключить", Subscription(step="end").pack(), style="danger")],
            _FILE,
            _BACK,
        ],
    )


def address(url: str) -> Screen:
    """The address, once."""
    bare = url.partition("://")[2]
    return screen(
        "🗓 <b>Ваша подписка</b>",
        "Нажмите на адрес — он скопируется — и вставьте в календарь.",
        "",
        "iPhone, Mac («Подписной календарь»):",
        f"<code>webcal://{esc(bare)}</code>",
        "",
        "Google («Добавить по URL»), Outlook («Из Интернета») — на компьютере:",
        f"<code>{esc(url)}</code>",
        "",
        "🔒 Кто знает адрес, видит названия и сроки. Второй раз не покажем.",
        rows=[[Button("Отключить", Subscription(step="end").pack(), style="danger")], _BACK],
    )


def nothing() -> Screen:
    """All has been answered since the file was asked for."""
    return screen(f"{NOTHING_OPEN}.")


def _title(obligation: Obligation, *, several: bool) -> str:
    round_ = obligation.round
    title = " · ".join(part for part in (round_.directive.title, round_.title) if part)
    return f"{title} — {obligation.organization_label}" if several else title
