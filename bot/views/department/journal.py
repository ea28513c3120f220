"""The journal: who did what, and when."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from bot.domain.brevity import shortened
from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.journal import Entry
from bot.domain.directives.directive import Directive
from bot.domain.file_names import dated
from bot.domain.people.labels import official
from bot.domain.people.member import Limits
from bot.domain.people.organization import Organization
from bot.domain.screen import Button, Screen, Upload
from bot.domain.window import Window
from bot.views.callbacks.journal import Page, Span
from bot.views.department import journal_details
from bot.views.department.exports import csv_file
from bot.views.department.journal_details import Known
from bot.views.department.panel import back
from bot.views.roles import STAFF_ROLES, role_name
from bot.views.words import arrows, button_label, button_labels, esc, moment, plural, screen, shorten, sought, wording

PAGE, LISTED = 8, 8
# Rows of a file: Excel takes ten times as many, a phone does not.
MOST = 100_000

COMING = "Файл придёт отдельным сообщением"
# Stands for a name where nobody did it.
BOT = "бот"

# Every action that the program records; one that is missing here is shown by its name.
ACTIONS = {
    "announcement.acknowledged": "Ознакомление с объявлением",
    "announcement.approval": "Объявление отправлено на согласование",
    "announcement.cancelled": "Объявление отменено",
    "announcement.corrected": "Текст объявления исправлен",
    "announcement.done": "Объявление разослано",
    "announcement.draft": "Объявление возвращено в черновики",
    "announcement.proposed": "Исправление объявления отправлено на согласование",
    "announcement.paused": "Рассылка приостановлена",
    "announcement.scheduled": "Объявление запланировано",
    "announcement.sending": "Рассылка начата",
    "announcement.stopped": "Рассылка остановлена",
    "announcement.withdrawn": "Объявление удалено у получателей",
    "catalog.reloaded": "Файлы поручений перечитаны",
    "decision.withdrawn": "Решение по ответу отменено",
    "digest.toggled": "Утренняя сводка переключена",
    "directive.paused": "Поручение приостановлено",
    "directive.resumed": "Поручение возобновлено",
    "directive.sent": "Поручение загружено файлом",
    "directive.unsent": "Загруженное поручение убрано",
    "extension.asked": "Запрошено продление срока",
    "extension.granted": "Срок продлён по просьбе",
    "extension.refused": "В продлении отказано",
    "group.forum": "Группа управления — не форум",
    "group.lost": "Группа управления недоступна",
    "group.muted": "В группе управления боту нельзя писать",
    "group.moved": "У группы управления новый номер",
    "group.right": "В группе нет права создавать темы",
    "invitation.created": "Создано приглашение",
    "invitation.ended": "Ссылка на место отозвана",
    "invitation.refused": "Замена по ссылке не подтверждена",
    "invitation.used": "Место занято по ссылке",
    "journal.exported": "Журнал скачан",
    "note.answered": "Ответ на обращение",
    "note.corrected": "Сообщение исправлено",
    "note.written": "Обращение в управление",
    "obligation.accepted": "Ответ принят",
    "obligation.excused": "Снято с контроля",
    "obligation.extended": "Срок изменён",
    "obligation.returned": "Ответ возвращён на доработку",
    "organization.added": "Организация добавлена",
    "organization.changed": "Организация изменена",
    "organization.confirmed": "Организация подтверждена",
    "organization.divided": "Из организации выделена другая",
    "organization.detached": "Организация выделена из другой",
    "organization.narrowed": "Запросы сняты: сменились тип, метки или территория организации",
    "organization.relieved": "Запросы переданы другой организации",
    "organization.removed": "Организация исключена из списка",
    "organization.returned": "Организация возвращена в список",
    "organization.succeeded": "Назван преемник организации",
    "organization.succeeds": "Организация стала преемником другой",
    "person.consented": "Согласие на хранение данных",
    "person.erased": "Данные человека удалены",
    "person.paused": "Отпуск",
    "person.reachable": "Сообщения снова доходят",
    "person.resumed": "Отпуск завершён",
    "person.stopped": "Сообщения отключены",
    "person.unreachable": "Сообщения не доходят",
    "question.asked": "Разовый вопрос отправлен",
    "question.closed": "Приём ответов закрыт раньше срока",
    "question.corrected": "Текст разового вопроса исправлен",
    "question.kept": "Шаблон вопроса сохранён",
    "question.recalled": "Разовый вопрос отозван",
    "question.unkept": "Шаблон вопроса удалён",
    "remark.added": "Комментарий или материал к ответу",
    "report.ordered": "Запрошен отчёт",
    "report.toggled": "Отчёт по расписанию переключён",
    "reply.entered": "Ответ внесён управлением",
    "reply.submitted": "Ответ отправлен",
    "round.missed": "Запрос не открыт вовремя",
    "round.opened": "Запрос открыт",
    "round.reminded": "Напоминание отправлено",
    "round.skipped": "Запрос решено не открывать",
    "seat.left": "Место освобождено",
    "seat.rejected": "Регистрация отклонена",
    "seat.replaced": "Руководитель заменён",
    "seat.seated": "Регистрация подтверждена",
    "seat.vacated": "Место снято",
    "seat.waiting": "Заявка на регистрацию",
    "staff.granted": "Роль в управлении выдана",
    "staff.invited": "Приглашение в управление",
    "staff.joined": "Роль в управлении получена по ссылке",
    "staff.revoked": "Роль в управлении снята",
    "staff.uninvited": "Ссылка на роль в управлении отозвана",
    "subscription.off": "Подписка отключена",
    "subscription.on": "Подписка включена",
    "thread.closed": "Обращение закрыто без ответа",
}

# What is not recorded any more, and stands in the log of those who had the bot before.
_OF_BEFORE = {
    "question.changed": "Черновик разового вопроса изменён",
    "question.created": "Разовый вопрос составляется",
    "question.removed": "Черновик или шаблон вопроса удалён",
}

_SPANS: dict[Span, str] = {"d": "сегодня", "w": "неделя", "m": "месяц", "a": "всё время"}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the journal is narrowed to, in words; None: it is not."""

    by: str | None = None
    organization: str | None = None
    directive: str | None = None
    action: str | None = None


def mark(directive_id: str) -> str:
    """Stands for a directive in a button, which its id might not fit."""
    return hashlib.sha256(directive_id.encode()).hexdigest()[:8]


def action_mark(action: str) -> str:
    """Stands for an action in a button."""
    return mark(action)[:4]


def action_of(marked: str) -> str | None:
    """The action of the mark, None if there is no such one."""
    return next((action for action in ACTIONS if action_mark(action) == marked), None)


def since(span: Span, now: datetime, zone: tzinfo) -> datetime | None:
    """When the span begins; None: it has no beginning."""
    match span:
        case "d":
            return datetime.combine(now.astimezone(zone).date(), time.min, zone)
        case "w":
            return now - timedelta(days=7)
        case "m":
            return now - timedelta(days=30)
        case "a":
            return None


def journal(
    entries: Sequence[Entry],
    wanted: Page,
    narrowed: Narrowed,
    titles: Mapping[str, str],
    names: Mapping[int, str],
    announced: Mapping[int, str],
    now: datetime,
    zone: tzinfo,
) -> Screen:
    """Shows a page; `entries` holds one more than fits if there is another. `announced`: texts of announcements."""
    lines = ["<b>Журнал</b>"]
    if not entries:
        lines += ["", "Записей нет."]
    for entry in entries[:PAGE]:
        # An action that only the bot does needs no name.
        who = f" · {esc(entry.by_name)}" if entry.by_name else ""
        lines += ["", f"<i>{moment(entry.at, now, zone)}{who}</i>", esc(_deed(entry, names))]
        where = [shortened(entry.organization_label, 70)] if entry.organization_label else []
        if entry.directive_id:
            where.append(shorten(titles.get(entry.directive_id, entry.directive_id), 50))
        if words := _announced(entry, announced):
            where.append(f"«{words}»")
        if where:
            lines.append(esc(" · ".join(where)))
    turns = ((wanted.page - 1, "‹ Новее", wanted.page > 0), (wanted.page + 1, "Раньше ›", len(entries) > PAGE))
    return screen(
        *lines,
        rows=[
            [Button(sign, _to(wanted, page=to)) for to, sign, possible in turns if possible],
            [
                Button(button_label(f"Кто: {narrowed.by or 'все'}"), _to(wanted, to="p")),
                Button(f"Период: {_SPANS[wanted.span]}", _to(wanted, to="s")),
            ],
            [Button(button_label(f"Организация: {narrowed.organization or 'все'}"), _to(wanted, to="o"))],
            [Button(button_label(f"Поручение: {narrowed.directive or 'все'}"), _to(wanted, to="d"))],
            [Button(button_label(f"Что сделано: {narrowed.action or 'всё'}"), _to(wanted, to="a"))],
            [Button("Скачать таблицей", _to(wanted, to="f"))] if entries else [],
            back(),
        ],
    )


def who(people: Sequence[tuple[int, str, str]], wanted: Page, typed: str = "") -> Screen:
    """Asks whose entries to show: ids, names and organizations; `typed`: what the name was searched by."""
    page, pages = _page(wanted, len(people))
    here = people[page * LISTED : (page + 1) * LISTED]
    options = [(name, _chosen(wanted, by=person_id)) for person_id, name, _ in here]
    head = [Button("Все", _chosen(wanted, by=-1)), Button("Сам бот", _chosen(wanted, by=0))]
    hint = _results(typed, len(people), _more(people)) if typed else "Выберите или напишите часть имени."
    if not typed and _more(people):
        hint = f"Первые {len(people)} по алфавиту. {hint}"
    return _listed("Чьи записи показать?", hint, options, wanted, head, pages, [place for _, _, place in here])


def which_organization(organizations: Sequence[Organization], wanted: Page, typed: str = "") -> Screen:
    """Asks for an organization; `typed`: what it was searched by."""
    page, pages = _page(wanted, len(organizations))
    here = organizations[page * LISTED : (page + 1) * LISTED]
    options = [(organization.label, _chosen(wanted, org=organization.id)) for organization in here]
    hint = (
        _results(typed, len(organizations), _more(organizations))
        if typed
        else "Выберите или напишите номер или часть названия."
    )
    return _listed("Какая организация?", hint, options, wanted, [Button("Все", _chosen(wanted, org=0))], pages)


def which_directive(titles: Mapping[str, str], wanted: Page, typed: str = "") -> Screen:
    """Asks for a directive; `typed`: what it was searched by."""

    options = [(title, _chosen(wanted, directive=mark(directive_id))) for directive_id, title in titles.items()]
    count = plural(len(titles), "поручение", "поручения", "поручений")
    hint = _results(typed, len(titles)) if typed else f"{count}: выберите или напишите часть названия."
    head = [Button("Все", _chosen(wanted, directive=""))]
    return _choice("Какое поручение?", hint, options, wanted, head)


def which_action(actions: Sequence[str], wanted: Page, typed: str = "") -> Screen:
    """Asks what was done; `typed`: what it was searched by."""

    options = [(ACTIONS[action], _chosen(wanted, action=action_mark(action))) for action in actions]
    hint = _results(typed, len(actions)) if typed else "Выберите или напишите слово."
    return _choice("Что было сделано?", hint, options, wanted, [Button("Всё", _chosen(wanted, action=""))])


def which_span(wanted: Page) -> Screen:
    """Asks for the span of time."""
    rows = [[Button(title[0].upper() + title[1:], _chosen(wanted, span=span))] for span, title in _SPANS.items()]
    return screen("<b>За какое время?</b>", rows=[*rows, back(_to(wanted))])


def file(
    entries: Sequence[Entry], names: Mapping[int, str], announced: Mapping[int, str], known: Known, at: datetime
) -> Upload:
    """The journal as a table, as of `at`; `entries` holds one more than fits if there are others."""
    written = entries[:MOST]
    caption = f"Журнал: {plural(len(written), 'запись', 'записи', 'записей')}"
    if len(entries) > MOST:
        caption += ". Более ранние не вошли: сузьте период."
    headings = (
        "Дата",
        "Время",
        "Кто",
        "Действие",
        "О ком или о чём",
        "Организация",
        "Поручение",
        "Подробности",
        "Номера в базе",
    )
    rows = [_row(entry, names, announced, known) for entry in written]
    return csv_file(dated(f"{at.astimezone(known.zone):%d.%m.%Y}", "журнал", ".csv"), headings, rows, caption)


def titled(catalog: Catalog, asked_before: Mapping[str, Directive], limits: Limits) -> dict[str, str]:
    """«2.1. Название» by id: directives of the catalog within the limits in its order, then those asked before."""
    mine = {key: directive for key, directive in catalog.directives.items() if limits.covers(directive)}
    known = {**mine, **{key: asked_before[key] for key in asked_before if key not in mine}}
    return {
        key: f"{directive.number}. {directive.title}" if directive.number else directive.title
        for key, directive in known.items()
    }


def announcements(entries: Iterable[Entry]) -> set[int]:
    """The announcements that the entries are about."""
    return noted(entries, "announcement")


def noted(entries: Iterable[Entry], key: str) -> set[int]:
    """The numbers that the details have under the key: «round», «obligation»."""
    return {entry.detail[key] for entry in entries if key in entry.detail}


def persons(entries: Iterable[Entry]) -> set[int]:
    """The people whom the details speak of."""
    return noted(entries, "person")


def _words(action: str) -> str:
    return ACTIONS.get(action) or _OF_BEFORE.get(action, action)


def _deed(entry: Entry, names: Mapping[int, str]) -> str:
    """«Роль в управлении выдана: Анна Петрова, куратор»."""
    words = _words(entry.action)
    told = []
    person = entry.detail.get("person")
    if person is not None and person != entry.by_id:
        told.append(names.get(person) or "без имени")
    role = entry.detail.get("role")
    if entry.action.startswith("staff.") and role in STAFF_ROLES:
        told.append(role_name(role))
    # An organization that is gone from the database still has the name that it was added with.
    if entry.organization_name is None and "name" in entry.detail:
        told.append(shortened(str(entry.detail["name"]), 70))
    if entry.action.startswith("organization.") and "was" in entry.detail:
        told.append(f"было «{shortened(str(entry.detail['was']), 70)}»")
    return f"{words}: {', '.join(told)}" if told else words


def _announced(entry: Entry, announced: Mapping[int, str]) -> str:
    """The first words of the announcement that it is about; empty: of none, or it is gone."""
    return shorten(wording(announced.get(entry.detail.get("announcement", 0), "")), 50)


def _row(entry: Entry, names: Mapping[int, str], announced: Mapping[int, str], known: Known) -> Sequence[str | None]:
    at, titles = entry.at.astimezone(known.zone), known.directives
    person = entry.detail.get("person")
    return (
        f"{at:%d.%m.%Y}",
        f"{at:%H:%M:%S}",
        entry.by_name or BOT,
        _words(entry.action),
        names.get(person) if person is not None else _announced(entry, announced) or None,
        official(entry.organization_name, entry.organization_label or "") if entry.organization_name else None,
        titles.get(entry.directive_id, entry.directive_id) if entry.directive_id else None,
        journal_details.words(entry.detail, known) or None,
        journal_details.numbers(entry.detail) or None,
    )


def _results(typed: str, count: int, more: str = "") -> str:
    result = f"найдено {more}{count}" if count else "ничего не нашлось"
    return f"По запросу «{sought(typed)}»: {result}." + ("" if count else " Напишите, пожалуйста, иначе.")


def _more(found: Sequence[Any]) -> str:
    return "больше " if isinstance(found, Window) and found.is_cut else ""


def _choice(
    question: str,
    hint: str,
    options: Sequence[tuple[str, str]],
    wanted: Page,
    head: list[Button],
) -> Screen:
    """`options`: what each button says, and what it brings back."""
    page, pages = _page(wanted, len(options))
    here = slice(page * LISTED, (page + 1) * LISTED)
    return _listed(question, hint, options[here], wanted, head, pages)


def _page(wanted: Page, count: int) -> tuple[int, int]:
    """The number of the page of the list, or of the last one, and how many there are."""
    pages = max(1, -(-count // LISTED))
    return min(wanted.list, pages - 1), pages


def _listed(
    question: str,
    hint: str,
    shown: Sequence[tuple[str, str]],
    wanted: Page,
    head: list[Button],
    pages: int,
    details: Sequence[str] = (),
) -> Screen:
    """A page of the options; `details` tell equal ones apart."""
    page = min(wanted.list, pages - 1)
    labels = button_labels([label for label, _ in shown], details)
    rows = [[Button(label, data)] for label, (_, data) in zip(labels, shown, strict=True)]
    rows.append(arrows(page, pages, lambda to: _to(wanted, to=wanted.to, list=to)))
    lines = [f"<b>{question}</b>", hint, *([f"Страница {page + 1} из {pages}."] if pages > 1 else [])]
    return screen(*lines, rows=[head, *rows, back(_to(wanted))])


def _to(wanted: Page, **changed: Any) -> str:
    return wanted.but(**{"to": "", "list": 0, **changed}).pack()


def _chosen(wanted: Page, **changed: Any) -> str:
    return _to(wanted, page=0, **changed)
