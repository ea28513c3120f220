"""Another catalog: what edited files, or a file that was sent, would change; and what is wrong in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from bot.domain.catalog.catalog import Catalog
from bot.domain.catalog.change import CatalogChange, Edited, Named, Part
from bot.domain.catalog.faults import Fault
from bot.domain.directives.by_hand import upcoming
from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Field
from bot.domain.people.leaving import Loss
from bot.domain.screen import Button, Screen
from bot.views.callbacks.department import Directives
from bot.views.callbacks.directives import AdoptSent, Card, Reload, Unsend
from bot.views.department.directives.directives import audience
from bot.views.department.panel import back
from bot.views.leaving import cost
from bot.views.words import day, esc, plural, screen, shorten

# So many are read on a phone; the rest is counted.
_FAULTS, _DIRECTIVES, _NAMES = 15, 12, 4

APPLIED = "Применено"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would change from `before` to `after`.

    `left_out`: sent directives that would not fit any more; `paused`: directives that are not asked, whatever changes.
    `unasked`: by directive, the names of organizations that it is no longer for; `losses`: what organizations that the
    files make narrower need not answer any more, with their names. `left`: how many organizations each territory has
    that the files no longer have, by its id; `entrusted`: names of staff who are limited to such.
    """

    before: Catalog
    after: Catalog
    change: CatalogChange
    left_out: Mapping[str, Sequence[Fault]]
    paused: frozenset[str]
    unasked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    losses: Sequence[tuple[str, Loss]] = ()
    left: Mapping[str, int] = field(default_factory=dict)
    entrusted: Sequence[str] = ()


def files_differ(
    proposal: Proposal, mark: str, edition: int, now: datetime, *, anew: bool = False, machine: str = ""
) -> Screen:
    """Asks before edited files apply, and shows what they change. `anew`: they changed again since they were shown.

    `machine`: whose files they are, where there may be several.
    """
    return screen(
        *(["⚠️ <b>Файлы ещё раз изменились.</b> Вот что изменится теперь:", ""] if anew else []),
        "<b>В файлах изменения</b>",
        *_of_machine(machine),
        *_summary(proposal, now),
        "",
        _running(proposal),
        rows=[
            [
                Button("Применить", Reload(mark=mark, edition=edition).pack(), style="primary"),
                Button("Отмена", Directives().pack()),
            ]
        ],
    )


def sent_differs(
    name: str, proposal: Proposal, mark: str, edition: int, now: datetime, *, anew: bool = False
) -> Screen:
    """Asks before a sent file applies, and shows what it changes. `anew`: what holds has changed since it was shown."""
    return screen(
        *(["⚠️ <b>Поручения изменились.</b> Вот что изменит файл теперь:", ""] if anew else []),
        f"<b>Файл {esc(shorten(name, 60))}</b>",
        *_summary(proposal, now),
        "",
        _running(proposal),
        rows=[
            [
                Button("Применить", AdoptSent(mark=mark, edition=edition).pack(), style="primary"),
                Button("Отмена", AdoptSent().pack()),
            ]
        ],
    )


def ask_unsend(directive: Directive, proposal: Proposal, now: datetime) -> Screen:
    """Asks before a directive is again as the main file says, and shows what that changes."""
    return screen(
        "<b>Убрать присланный файл?</b>",
        f"Поручение {esc(directive.number)} станет таким, как в основном файле.",
        *(_summary(proposal, now) if proposal.change else ["", "Ничего не изменится."]),
        rows=[
            [
                Button("Убрать", Unsend(id=directive.id, sure=True).pack(), style="danger"),
                Button("Отмена", Card(id=directive.id).pack()),
            ]
        ],
    )


def _of_machine(machine: str) -> list[str]:
    if not machine:
        return []
    return [f"Это файлы машины {esc(machine)}. Если правили на другой, скопируйте файлы оттуда и повторите /reload."]


def nothing_differs(left_out: Mapping[str, Sequence[Fault]], *, machine: str = "") -> Screen:
    """The files say what holds already. `machine`: whose files they are, where there may be several."""
    return screen(
        "Файлы перечитаны: изменений нет.",
        *_of_machine(machine),
        *_left_out(left_out),
        rows=[*_unsend(left_out), back(Directives().pack())],
    )


def sent_says_nothing_new() -> Screen:
    """The file that was sent says what holds already."""
    return screen("В файле то же, что уже действует: менять нечего.", rows=[back(Directives().pack())])


def faulty(faults: Sequence[Fault], *, machine: str = "") -> Screen:
    """Says why the files cannot be used. `machine`: whose files they are, where there may be several."""
    count = plural(len(faults), "ошибка", "ошибки", "ошибок")
    lines = [f"⚠️ <b>Не принято: {count}.</b> Ничего не изменилось.", *_of_machine(machine), ""]
    lines += [f"• {_fault(fault)}" for fault in faults[:_FAULTS]]
    if len(faults) > _FAULTS:
        lines.append(f"… и ещё {len(faults) - _FAULTS}")
    return screen(*lines, rows=[back(Directives().pack())])


def applied(proposal: Proposal) -> Screen:
    """The new catalog holds from now on."""
    return screen(
        "✅ <b>Применено.</b>",
        "Новые запросы откроются по новым правилам, уже открытые остались как есть.",
        *_left_out(proposal.left_out),
        rows=[*_unsend(proposal.left_out), back(Directives().pack())],
    )


def cancelled() -> Screen:
    """The file is not applied, as the person wished."""
    return screen("Файл не применён, ничего не изменилось.", rows=[back(Directives().pack())])


def no_file_waits() -> Screen:
    """The button belongs to a file that is not waited for any more."""
    return screen("Этот файл больше не ждёт решения. Пришлите его ещё раз.", rows=[back(Directives().pack())])


def admins_only() -> Screen:
    """Somebody who is no administrator has sent /reload."""
    return screen("Эта команда — для администратора.")


def too_big(most: int) -> Screen:
    """The file is larger than any directive."""
    return screen(
        f"⚠️ Файл больше {most // 1_000_000} МБ: столько в поручениях не бывает.", rows=[back(Directives().pack())]
    )


def not_downloaded() -> Screen:
    """Telegram has not handed the file over."""
    return screen("⚠️ Файл не удалось получить. Пришлите его, пожалуйста, ещё раз.", rows=[back(Directives().pack())])


def _fault(fault: Fault) -> str:
    file = fault.file.rpartition("/")[2]
    place = f"{file}, строка {fault.line}" if fault.line is not None else file
    told = f"{fault.path}: {fault.message}" if fault.path else fault.message
    return ": ".join(part for part in (esc(shorten(place, 60)), esc(shorten(told, 160))) if part)


def _running(proposal: Proposal) -> str:
    """What becomes of requests that are open."""
    return f"{'Остальные уже' if proposal.losses else 'Уже'} открытые запросы останутся как есть."


def _summary(proposal: Proposal, now: datetime) -> list[str]:
    change = proposal.change
    lines: list[str] = []
    for heading, items in (
        ("Новые", [_added(directive, proposal, now) for directive in change.added]),
        ("Изменены", [_edited(edited, proposal, now) for edited in change.edited]),
        ("Убраны", [_titled(directive) for directive in change.removed]),
    ):
        if items:
            lines += ["", f"<b>{heading}: {len(items)}</b>", *(f"• {item}" for item in items[:_DIRECTIVES])]
            if len(items) > _DIRECTIVES:
                lines.append(f"… и ещё {len(items) - _DIRECTIVES}")
    if rest := [*_rest(proposal)]:
        lines += ["", "<b>Кроме того</b>", *(f"• {item}" for item in rest)]
    if proposal.losses:
        lines += ["", f"<b>Из-за нового типа или меток снимаются открытые запросы: {len(proposal.losses)}</b>"]
        lines += [
            f"• {esc(shorten(name, 60))}: {esc('; '.join(cost(loss)))}" for name, loss in proposal.losses[:_NAMES]
        ]
        lines += [f"… и ещё {len(proposal.losses) - _NAMES}"] if len(proposal.losses) > _NAMES else []
    return [*lines, *_left_out(proposal.left_out)]


def _titled(directive: Directive) -> str:
    return f"{esc(directive.number)}. {esc(directive.title)}"


def _added(directive: Directive, proposal: Proposal, now: datetime) -> str:
    paused = ", приостановлено" if directive.id in proposal.paused else ""
    return f"{_titled(directive)} ({_next(directive, proposal.after, now)}{paused})"


def _edited(edited: Edited, proposal: Proposal, now: datetime) -> str:
    parts = [_part(part, edited, proposal, now) for part in edited.parts]
    return f"{_titled(edited.after)}: {'; '.join(parts)}"


def _part(part: Part, edited: Edited, proposal: Proposal, now: datetime) -> str:
    match part:
        case Part.TITLE:
            return "номер или название"
        case Part.TEXT:
            return "текст поручения"
        case Part.TOPIC:
            return "тема"
        case Part.AUDIENCE:
            names = proposal.unasked.get(edited.after.id, ())
            fewer = f"; больше не спрашиваем: {len(names)} ({_quoted(names)})" if names else ""
            return f"кого спрашиваем: {esc(audience(edited.after.audience, proposal.after))}{fewer}"
        case Part.PROMPT:
            return "просьба"
        case Part.FIELDS:
            return f"вопросы ({_fields(edited.before.fields, edited.after.fields)})"
        case Part.SCHEDULE:
            before, after = _next(edited.before, proposal.before, now), _next(edited.after, proposal.after, now)
            return f"сроки ({after})" if before == after else f"сроки ({after}; было: {before})"
        case Part.REMINDERS:
            return "напоминания"


def _next(directive: Directive, catalog: Catalog, now: datetime) -> str:
    coming = upcoming(directive, catalog.calendar, now)
    if not coming:
        return "в ближайший год запросов нет"
    zone: tzinfo = catalog.calendar.zone
    opens, due = coming[0].opens_at.astimezone(zone).date(), coming[0].due_at.astimezone(zone).date()
    today = now.astimezone(zone).date()
    return f"следующий {day(opens, today)}, срок {day(due, today)}"


def _fields(before: Sequence[Field], after: Sequence[Field]) -> str:
    old, new = {field.id: field for field in before}, {field.id: field for field in after}
    told = []
    added, removed = (
        [field.label for key, field in new.items() if key not in old],
        [field.label for key, field in old.items() if key not in new],
    )
    if added:
        told.append(f"добавлено: {_quoted(added)}")
    if removed:
        told.append(f"убрано: {_quoted(removed)}")
    changed = [field.label for key, field in new.items() if key in old and old[key] != field]
    if changed:
        told.append(f"изменено: {_quoted(changed)}")
    return "; ".join(told) or "порядок или проверки"


def _rest(proposal: Proposal) -> Iterator[str]:
    change, before, after = proposal.change, proposal.before.calendar.zone, proposal.after.calendar.zone
    for title, named in (("Типы организаций", change.types), ("Признаки", change.tags), ("Темы", change.topics)):
        if named:
            yield f"{title}: {_named(named)}"
    if change.roster:
        differing = (("новых", change.roster.added), ("изменено", change.roster.changed))
        told = [f"{word} {len(entries)}" for word, entries in differing if entries]
        if change.roster.removed:
            told.append(f"нет в файле {len(change.roster.removed)} (останутся)")
        yield f"Организации: {', '.join(told)}"
    if change.territories:
        yield f"Территории: {_named(change.territories)}"
        yield from _gone(proposal)
        yield from _entrusted(proposal)
        yield from _zones(proposal)
    if before != after:
        yield f"Часовой пояс (TIMEZONE): {esc(str(after))}, было: {esc(str(before))}"
    if change.calendar:
        yield "Календарь: сроки будущих запросов и рабочее время считаются по-новому"
    if change.source:
        yield "Название резолюции"
    if change.reordered:
        yield "Порядок поручений"


def _gone(proposal: Proposal) -> Iterator[str]:
    """Territories that go while organizations name them, and what becomes of those."""
    told = [
        f"«{esc(shorten(proposal.before.territories[id].name, 40))}» — {left}" for id, left in proposal.left.items()
    ]
    if told:
        shown = ", ".join(told[:_NAMES]) + (f" и ещё {len(told) - _NAMES}" if len(told) > _NAMES else "")
        yield (
            f"⚠️ Организации убранных территорий остаются: {shown}. Дальше для них календарь управления; ответы и "
            "история сохраняются. Чтобы перевести их, загрузите список или верните территорию"
        )


def _entrusted(proposal: Proposal) -> Iterator[str]:
    if proposal.entrusted:
        yield f"⚠️ Убранные территории поручены сотрудникам: {_quoted(proposal.entrusted)}. Измените их пределы в «Люди»"


def _zones(proposal: Proposal) -> Iterator[str]:
    before, after = proposal.before.territories, proposal.after.territories
    told = [
        f"«{esc(shorten(after[id].name, 40))}» — {esc(str(after[id].calendar.zone))}, было: {esc(str(was))}"
        for id, each in before.items()
        if id in after and (was := each.calendar.zone) != after[id].calendar.zone
    ]
    if told:
        rest = f" и ещё {len(told) - _NAMES}" if len(told) > _NAMES else ""
        yield f"Часовой пояс территорий: {'; '.join(told[:_NAMES])}{rest}. Время будущих запросов — по-новому"


def _named(named: Named) -> str:
    words = (("добавлено", named.added), ("изменено", named.changed), ("убрано", named.removed))
    return "; ".join(f"{word} {_quoted(titles)}" for word, titles in words if titles)


def _quoted(titles: Sequence[str]) -> str:
    shown = ", ".join(f"«{esc(shorten(title, 40))}»" for title in titles[:_NAMES])
    return shown if len(titles) <= _NAMES else f"{shown} и ещё {len(titles) - _NAMES}"


def _left_out(left_out: Mapping[str, Sequence[Fault]]) -> list[str]:
    """Sent directives that do not fit the files any more."""
    if not left_out:
        return []
    lines = ["", "⚠️ <b>Присланные файлы, которые больше не подходят и не действуют</b>"]
    for directive_id, faults in list(left_out.items())[:_NAMES]:
        why = esc(shorten(faults[0].message, 120)) if faults else "поручения нет в файле"
        lines.append(f"• <code>{esc(directive_id)}</code>: {why}")
    if len(left_out) > _NAMES:
        lines.append(f"… и ещё {len(left_out) - _NAMES}")
    return lines


def _unsend(left_out: Mapping[str, Sequence[Fault]]) -> list[list[Button]]:
    return [
        [Button(f"Убрать {directive_id}", Unsend(id=directive_id, sure=True).pack())]
        for directive_id in list(left_out)[:_NAMES]
    ]
