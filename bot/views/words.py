"""Small pieces of wording: dates, counts, names, and escaping."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from html import escape, unescape
from typing import Protocol

from bot.domain.brevity import TITLE, told_apart
from bot.domain.ledger.obligation import Extension, Reply
from bot.domain.people.labels import official as whole_name
from bot.domain.people.messenger import account_of, messenger_of
from bot.domain.screen import Button, Screen
from bot.domain.shares import whole_percent
from bot.domain.text import MESSAGE, OF_MONTHS
from bot.domain.text import units as text_units
from bot.domain.window import Window

_WEEKDAYS = (
    "понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье",
)  # fmt: skip
WEEKDAYS_SHORT = ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс")

# Of a button a phone shows about 40 characters: names differ by what stands behind them, titles seldom.
_NAME, _TITLE = 44, 60
# Of each of two beside each other it shows that much.
_HALF = 18

# A request goes to thousands at one moment, and its words about that are the same for all of a zone.
_OF_MANY = lru_cache(maxsize=256)
_TAG = re.compile(r"<[^>]*>")
# Stands below the words of an announcement.
_CORRECTED = "Исправлено"
_OF_CORRECTION = re.compile(rf"\n\n<i>{_CORRECTED} [^<]*</i>$")


class Place(Protocol):
    """What is about an organization."""

    @property
    def organization_name(self) -> str:
        """As it is called officially."""

    @property
    def organization_label(self) -> str:
        """As it is told from others."""


def account(person_id: int) -> str:
    """«в Telegram: 123456789», after «номер»: the messenger's own number of that person. HTML."""
    return f"в {messenger_of(person_id).called}: <code>{account_of(person_id)}</code>"


def esc(text: str) -> str:
    """What somebody typed, safe inside Telegram's HTML."""
    return escape(text, quote=False)


def plain(html: str) -> str:
    """The words of Telegram's HTML in one line, without its tags."""
    return " ".join(unescape(_TAG.sub("", html)).split())


def corrected(html: str, now: datetime, zone: tzinfo) -> str:
    """The words of an announcement with the line that says when they were corrected."""
    return f"{html}\n\n<i>{_CORRECTED} {moment(now, now, zone)}</i>"


def wording(html: str) -> str:
    """The words of an announcement in one line, without its tags and that line: what it is called by."""
    return plain(_OF_CORRECTION.sub("", html))


def units(html: str) -> int:
    """How long Telegram's HTML is once it is parsed, in UTF-16 units, by which Telegram limits it."""
    return text_units(unescape(_TAG.sub("", html)))


def shorten(text: str, length: int) -> str:
    """At most that many characters, an ellipsis for the rest."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def number(value: Decimal | int | str, *, exact: bool = False) -> str:
    """«−1 250,5» with a space that does not break; `exact`: as it was given, «-1 250,50»."""
    text = f"{Decimal(value):,f}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
    if exact:
        return text
    return (text.rstrip("0").rstrip(",") if "," in text else text).replace("-", "−")


def percent(share: Fraction | None) -> str:
    """«71 %»; without a share a dash."""
    return "—" if share is None else f"{whole_percent(share)}\N{NO-BREAK SPACE}%"


def plural(count: int, one: str, few: str, many: str) -> str:
    """«1 запрос», «2 запроса», «5 запросов»."""
    last_two, last = count % 100, count % 10
    if 11 <= last_two <= 14 or last == 0 or last >= 5:
        word = many
    elif last == 1:
        word = one
    else:
        word = few
    return f"{count} {word}"


def agreeing(count: int, singular: str, several: str) -> str:
    """The verb or participle of «1 ответ», «21 ответ», or that of all other numbers."""
    return singular if count % 10 == 1 and count % 100 != 11 else several


def day(on: date, today: date | None = None) -> str:
    """«15 октября», with the year if it is not today's."""
    text = f"{on.day} {OF_MONTHS[on.month - 1]}"
    return text if today is not None and on.year == today.year else f"{text} {on.year}"


def typed_day(on: date) -> str:
    """«25.10.2026», as people type it."""
    return f"{on:%d.%m.%Y}"


@_OF_MANY
def due_day(at: datetime, now: datetime, zone: tzinfo) -> str:
    """«15 октября, четверг», with the year if it is not this one."""
    local = at.astimezone(zone).date()
    return f"{day(local, now.astimezone(zone).date())}, {_WEEKDAYS[local.weekday()]}"


@_OF_MANY
def due_hour(at: datetime, now: datetime, zone: tzinfo) -> str:
    """«18:00», from which on an answer is late; empty where `left` says it, or it has passed."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    return f"{local:%H:%M}" if local.date() > today else ""


def odd_hour(due_at: datetime, closes_at: datetime, zone: tzinfo) -> str:
    """«, до 12:00», behind the day of a due date that is not at the end of a working day; empty: it is.

    `closes_at` is at the end of one. For the department, which knows when its days end.
    """
    return f", до {due_at.astimezone(zone):%H:%M}" if (closes_at - due_at) % timedelta(days=1) else ""


def by_its_clock(hour: str) -> str:
    """What stands behind such an hour, or in its place, where the organization lives by another clock than its reader.

    What is said of an organization is said by its own clock, whoever reads it.
    """
    return " местного времени" if hour else ", время местное"


def moment(at: datetime, now: datetime, zone: tzinfo) -> str:
    """«12 октября в 14:05», with the year if it is not this one."""
    local = at.astimezone(zone)
    return f"{day(local.date(), now.astimezone(zone).date())} в {local:%H:%M}"


def asks_for_more(extension: Extension, now: datetime, zone: tzinfo) -> str:
    """«Просите продлить до 6 ноября: ждём решения»."""
    until = day(extension.until.astimezone(zone).date(), now.astimezone(zone).date())
    return f"🕓 Просите продлить до {until}: ждём решения"


@_OF_MANY
def left(due_at: datetime, now: datetime, zone: tzinfo) -> str:
    """How much time is left: «сегодня до 18:00», «осталось 9 дней», «просрочено на 2 дня»."""
    due, today = due_at.astimezone(zone), now.astimezone(zone).date()
    days = (due.date() - today).days
    if now > due_at:
        return f"просрочено на {plural(-days, 'день', 'дня', 'дней')}" if days else "срок истёк сегодня"
    if days == 0:
        return f"сегодня до {due:%H:%M}"
    if days == 1:
        return "завтра"
    return f"{agreeing(days, 'остался', 'осталось')} {plural(days, 'день', 'дня', 'дней')}"


def fit(text: str) -> str:
    """The text if Telegram takes it; otherwise its beginning, cut at a line so that no tag is broken."""
    if text_units(text) <= MESSAGE:
        return text
    kept: list[str] = []
    size = 0
    for line in text.split("\n"):
        size += text_units(line) + 1
        if size > MESSAGE - 8:
            break
        kept.append(line)
    return "\n".join([*kept, "…"])


def before_value(label: str) -> str:
    """«Секций:», «Сколько автобусов исправно?»: what the value follows."""
    return label if label.endswith(("?", "!", ":")) else f"{label}:"


def subject(label: str) -> str:
    """The field at the beginning of a sentence about what was typed for it. HTML."""
    return f"<b>{esc(label)}</b>{' —' if label.endswith('?') else ':'}"


def sought(typed: str) -> str:
    """What was looked for, in one line of a screen, HTML."""
    return esc(shorten(" ".join(typed.split()), 60))


def found(organizations: Sequence[object]) -> str:
    """«5 организаций» of what a search has found, or that there are more than are shown."""
    if isinstance(organizations, Window) and organizations.is_cut:
        return f"организаций больше {len(organizations)}, самые похожие — первыми"
    return plural(len(organizations), "организация", "организации", "организаций")


def screen(
    *lines: str, rows: list[list[Button]] | None = None, keyboard: tuple[tuple[str, ...], ...] | None = None
) -> Screen:
    """A screen of these lines, cut if they are too long; rows without buttons are left out."""
    return Screen(fit("\n".join(lines)), tuple(row for row in _told_apart(rows or ()) if row), keyboard)


def arrows(page: int, pages: int, to: Callable[[int], str]) -> list[Button]:
    """To the page before and the page after, as far as there are any; `to`: what the button of a page brings back."""
    before = [Button(f"‹ Страница {page}", to(page - 1))] if page > 0 else []
    return [*before, *([Button(f"Страница {page + 2} ›", to(page + 1))] if page + 1 < pages else [])]


def in_pairs(buttons: Sequence[Button]) -> list[list[Button]]:
    """Rows of the buttons in their order: two where a phone shows both whole, otherwise one."""
    rows: list[list[Button]] = []
    for button in buttons:
        last = rows[-1] if rows else []
        if len(last) == 1 and max(len(last[0].text), len(button.text)) <= _HALF:
            last.append(button)
        else:
            rows.append([button])
    return rows


def by(name: str | None, *, entered: bool = False) -> str:
    """« · Иванова Мария», after the moment of an answer; `entered`: by the department. Telegram's HTML."""
    who = [esc(name)] if name else []
    return "".join(f" · {part}" for part in [*who, *(["внесло управление"] if entered else [])])


def has_answered(reply: Reply) -> str:
    """«Иванова Мария уже ответил(а)», to somebody who was answering too. Telegram's HTML."""
    if reply.entered:
        return "<b>Управление образования</b> уже внесло ответ"
    return f"<b>{esc(reply.by_name or 'Другой сотрудник')}</b> уже ответил(а)"


def button_label(text: str) -> str:
    """A label that a phone shows whole or nearly so."""
    return shorten(text, _TITLE)


def button_labels(texts: Sequence[str], details: Sequence[str] = ()) -> list[str]:
    """Names on the buttons of one screen: no two are alike. `details` are added where they are equal."""
    return told_apart(texts, _NAME, details)


def button_titles(texts: Sequence[str], details: Sequence[str] = ()) -> list[str]:
    """The same for titles and first words, which are known by their beginning."""
    return told_apart(texts, _TITLE, details, kept=TITLE)


def official(of: Place) -> str:
    """The whole name of somebody's organization, for cards and confirmations. HTML."""
    return esc(whole_name(of.organization_name, of.organization_label))


def _told_apart(rows: Sequence[Sequence[Button]]) -> Iterator[tuple[Button, ...]]:
    """The rows; where buttons that do different things would look the same, they get a number."""
    every = [button.text for row in rows for button in row]
    if len(set(every)) == len(every):
        yield from map(tuple, rows)
        return
    buttons = list(dict.fromkeys((button.text, button.data, button.url) for row in rows for button in row))
    # Room for a number: nothing is shortened here.
    room = max(len(text) for text, _, _ in buttons) + len(f" ({len(buttons)})")
    texts = dict(zip(buttons, told_apart([text for text, _, _ in buttons], room), strict=True))
    for row in rows:
        yield tuple(replace(button, text=texts[button.text, button.data, button.url]) for button in row)
