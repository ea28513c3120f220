"""Invitations: the message to forward, and a printable list of them for many organizations."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from html import escape

from bot.domain.file_names import dated
from bot.domain.people.member import Role
from bot.domain.people.messenger import Messenger
from bot.domain.screen import Button, Screen, Upload
from bot.views.callbacks.department import Roster
from bot.views.callbacks.people import Listed, Print, PrintNow
from bot.views.department.exports import csv_file
from bot.views.department.panel import back
from bot.views.words import day, esc, plural, screen, shorten

# More messages than that are no help: a list is forwarded from a file.
MESSAGES_AT_MOST = 60
# Telegram takes files of 50 MB; so many blocks are about three.
AT_MOST = 5000

BELOW = "Приглашение отправлено сообщением ниже: его можно переслать"
OTHERS_NOW = "Список организаций тем временем изменился. Выберите, пожалуйста, ещё раз"
DONE_ALREADY = "Эти приглашения уже созданы, или действие отменено"

_ROLES = {Role.HEAD: "руководителя", Role.DEPUTY: "заместителя"}
_STYLE = """
@page { size: A4; margin: 12mm }
body { font: 12pt/1.35 "Times New Roman", serif; margin: 0 }
.cut { border: 1px dashed #777; padding: 5mm; margin: 0 0 4mm; break-inside: avoid }
.name { font-weight: bold; margin: 0 0 2mm }
.link { font-family: "Courier New", monospace; font-size: 11pt; overflow-wrap: anywhere; margin: 2mm 0 }
p { margin: 0 }
"""


def replacing(name: str) -> str:
    """A toast: what using the link will do to the present head."""
    return f"{BELOW}. Когда ссылку откроют и вы подтвердите замену, место освободит {shorten(name, 60)}."


def invitation(organization: str, role: Role, url: str, until: datetime, now: datetime, zone: tzinfo) -> Screen:
    """The message that is forwarded as it is."""
    return screen(
        f"✉️ <b>Приглашение для {_ROLES[role]}</b>",
        esc(organization),
        "",
        "Управление образования направляет поручения через бота. Просим открыть ссылку, нажать «Начать» и «Согласен»:",
        esc(url),
        "",
        f"Ссылка одноразовая и действует {_until(until, now, zone)}.",
    )


def choose(type_: str, title: str, total: int, vacant: int) -> Screen:
    """Asks whom the invitations are for."""
    to = Listed(type=type_).pack() if type_ else Roster().pack()
    if not total:
        return screen("<b>Приглашения руководителям</b>", "Организаций пока нет.", rows=[back(to)])
    rows = []
    if vacant:
        rows.append([Button(f"Где нет руководителя: {vacant}", Print(type=type_, show="vacant").pack())])
    rows.append([Button(f"Всем: {total}", Print(type=type_, show="all").pack())])
    return screen(
        "<b>Приглашения руководителям</b>",
        esc(title),
        "",
        "Бот создаст по одноразовой ссылке для каждой организации: файлы для печати и для рассылки.",
        rows=[*rows, back(to)],
    )


def sure(wanted: Print, count: int, headed: int, until: datetime, now: datetime, zone: tzinfo) -> Screen:
    """Asks before making so many links; `headed` organizations have a head already."""
    to = back(Print(type=wanted.type).pack())
    if not count:
        return screen("Таких организаций нет: приглашать некого.", rows=[to])
    if count > AT_MOST:
        return screen(f"За один раз — не больше {AT_MOST} организаций. Просим выбрать один тип.", rows=[to])
    lines = [
        f"<b>Создать {plural(count, 'приглашение', 'приглашения', 'приглашений')}?</b>",
        f"Ссылки одноразовые, действуют {_until(until, now, zone)}. Кто откроет ссылку, станет руководителем.",
    ]
    if headed:
        organizations = plural(headed, "организации", "организациях", "организациях")
        lines.append(
            f"⚠️ В {organizations} руководитель уже есть: открывший ссылку займёт его место. "
            "Прежде бот попросит это подтвердить."
        )
    rows = [[Button("Создать файлы", PrintNow(messages=False).pack(), style="primary")]]
    if count <= MESSAGES_AT_MOST:
        rows.append([Button("Создать файлы и сообщения для пересылки", PrintNow(messages=True).pack())])
    return screen(*lines, rows=[*rows, to])


def made(count: int, *, messages: bool) -> Screen:
    """The invitations are on their way."""
    form = "файлы и сообщения" if messages else "файлы"
    return screen(
        f"✅ Создано: {plural(count, 'приглашение', 'приглашения', 'приглашений')}. Сейчас придут {form}.",
        "Ссылки одноразовые: просим передавать каждую только её организации.",
        rows=[back(Roster().pack())],
    )


def late() -> Screen:
    """The links of the batch are not to be had any more."""
    return screen("Приглашения не удалось отправить вовремя. Просим создать их снова: /panel → «Люди».")


def to_send(links: Sequence[tuple[str, str]], until: datetime, now: datetime, zone: tzinfo) -> Upload:
    """A table with a row for each pair of organization and link."""
    valid = f"{until.astimezone(zone):%d.%m.%Y}"
    headings = ("Организация", "Ссылка", "Действует до")
    caption = "Для рассылки: организация, ссылка, срок. Открывается в Excel."
    return csv_file(_named(now, zone, ".csv"), headings, [(*pair, valid) for pair in links], caption)


def to_print(
    links: Sequence[tuple[str, str]], until: datetime, now: datetime, zone: tzinfo, messenger: Messenger
) -> Upload:
    """A block to cut out for each pair of organization and link."""
    caption = "Для печати: откройте файл в браузере, напечатайте и разрежьте по пунктиру."
    return Upload(_named(now, zone, ".html"), page(links, _until(until, now, zone), messenger), caption)


def _named(now: datetime, zone: tzinfo, extension: str) -> str:
    return dated(f"{now.astimezone(zone):%d.%m.%Y}", "приглашения", extension)


def page(names: Sequence[tuple[str, str]], until: str, messenger: Messenger) -> bytes:
    """A page for A4 that needs nothing but itself: a block to cut out for each pair of organization and link."""
    blocks = "\n".join(
        f'<div class="cut"><p class="name">{escape(name)}</p>'
        f"<p>1. Установите {messenger.called} и откройте ссылку (или попросите прислать её вам).</p>"
        "<p>2. Нажмите «Начать», затем «Согласен»: вы зарегистрированы как руководитель.</p>"
        f'<p class="link">{escape(url)}</p><p>Ссылка одноразовая, действует {escape(until)}.</p></div>'
        for name, url in names
    )
    return (
        '<!DOCTYPE html>\n<html lang="ru">\n<head>\n<meta charset="utf-8">\n<title>Приглашения руководителям</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{blocks}\n</body>\n</html>\n"
    ).encode()


def _until(at: datetime, now: datetime, zone: tzinfo) -> str:
    return f"до {day(at.astimezone(zone).date(), now.astimezone(zone).date())}"
