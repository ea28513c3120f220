"""What people have written to the department: cards, the list, a thread, and the department's group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.domain.catalog.catalog import Catalog
from bot.domain.desk.thread import Note, Thread
from bot.domain.ledger.obligation import Obligation
from bot.domain.letter import Letter
from bot.domain.people.member import SeatState
from bot.domain.screen import Button, Copy, Rendered, Screen
from bot.storage.desk import group, notes, threads
from bot.storage.engine.database import Tx
from bot.storage.ledger import obligations
from bot.storage.people import people, seats
from bot.views import threads as common
from bot.views.callbacks import control
from bot.views.callbacks.department import Threads
from bot.views.callbacks.threads import Answer, Done, Drop, View
from bot.views.department.panel import back
from bot.views.registration import ROLES
from bot.views.words import button_label, day, esc, moment, screen, shorten

NO_ANSWER_WAITED = "На это обращение ответ уже не ждут"
CLOSED = "Отмечено: ответ не требуется"
NOT_WITHIN = "Это обращение — не в вашей части: ответить может другой куратор или администратор"
# Telegram takes 128 characters.
_TOPIC = 100


@dataclass(frozen=True, slots=True)
class Matter:
    """A thread with what the department needs to know of it. `role`: what its person is at the organization."""

    thread: Thread
    role: str
    obligation: Obligation | None


async def matter(tx: Tx, thread: Thread) -> Matter:
    """Looked up."""
    role = ""
    for one in await seats.of_person(tx, thread.person_id):
        if one.organization_id == thread.organization_id:
            waits = ", заявка не рассмотрена" if one.state is SeatState.WAITING else ""
            role = f", {ROLES[one.role].lower()}{waits}"
    owed = await obligations.get(tx, thread.obligation_id) if thread.obligation_id is not None else None
    return Matter(thread, role, owed)


def listed(found: Sequence[Thread], total: int, waiting: int, page: int) -> Screen:
    """A page of what people have written, first what waits."""
    rows = []
    for one in found:
        mark = "❗️ " if one.waits else ""
        rows.append(
            [
                Button(
                    button_label(f"{mark}{one.person_name} · {common.title(one)}"),
                    View(thread=one.id, back=page).pack(),
                )
            ]
        )
    rows += [common.turns(page, common.PAGE, total, lambda to: Threads(page=to).pack()), back()]
    if not total:
        return screen("<b>Обращения</b>", "", "Пока никто не писал.", rows=rows)
    state = f"❗️ Ждут ответа: {waiting}" if waiting else "Ответа никто не ждёт."
    return screen(f"<b>Обращения: {total}</b>", state, rows=rows)


def thread(
    about: Matter, written: Sequence[Note], total: int, page: int, to: int, now: datetime, zone: tzinfo
) -> Screen:
    """A thread; `to`: the page of the list that it goes back to."""
    one = about.thread
    rows = common.files(written, now, zone)
    turn = common.turns(page, common.NOTES, total, lambda to_: View(thread=one.id, page=to_, back=to).pack(), old=True)
    rows += [turn, _deeds(one, here=True), _reply_to(about), back(Threads(page=to).pack())]
    state = ["", "❗️ <b>Ждёт ответа</b>"] if one.waits else []
    return screen(*_head(about, now, zone), *common.history(written, now, zone), *state, rows=rows)


def ask_answer(one: Thread, *, here: bool) -> Screen:
    """What the staff member types next goes to the person."""
    return screen(
        f"↩️ <b>Ответ: {esc(shorten(one.person_name, 100))}</b>",
        f"📋 {esc(shorten(common.title(one), 150))}",
        "",
        "Напишите одним сообщением. Можно приложить файлы или фото.",
        rows=[[Button("Отмена", Drop(thread=one.id, here=here).pack())]],
    )


def passed(one: Thread, others: Sequence[str]) -> Screen:
    """The answer is on its way; `others` of the department had answered before."""
    lines = [f"✅ Передано: {esc(shorten(one.person_name, 100))}."]
    if others:
        lines.append(f"До вас уже ответили: {_names(others)}.")
    return screen(*lines)


def dropped() -> Screen:
    """No answer was written."""
    return screen("Ответ не отправлен.")


def may_not() -> Screen:
    """The role was taken away while the person was answering, or never was enough."""
    return screen("Отвечать на обращения могут кураторы и администраторы управления. Сообщение не передано.")


def not_within() -> Screen:
    """A curator beyond the limits."""
    return screen(f"{NOT_WITHIN}. Сообщение не передано.")


def gone() -> Screen:
    """The person has had their data erased."""
    return screen("Переписки больше нет: человек удалил свои данные. Сообщение не передано.")


async def note(tx: Tx, letter: Letter, catalog: Catalog, now: datetime) -> Rendered | None:
    """What was written in a thread, for whoever the letter is to."""
    data, zone = letter.data, catalog.calendar.zone
    found = await threads.get(tx, data["thread"])
    if found is None:
        return None
    topic = await threads.topic(tx, found, letter.chat_id) if letter.chat_id is not None else None
    if data.get("undelivered"):
        return Rendered(_undelivered(found, in_group=letter.chat_id is not None), thread=found.id, topic=topic)
    written = await notes.some(tx, data["notes"])
    if not written:
        return None
    if data.get("file"):
        return await _whole(tx, letter, found, written[0])
    corrected = bool(data.get("corrected"))
    if written[0].from_staff:
        return common.answer(found, written, corrected=corrected)
    about = await matter(tx, found)
    answers = await notes.answers_to(tx, written[-1])
    waits = found.waits and not answers
    foot = _state(found, answers, now, zone)
    head = _head(about, now, zone, "✏️ <b>Исправлено</b>" if corrected else "✉️ <b>Обращение</b>")
    if letter.chat_id is None:
        total = (await notes.page(tx, found.id, 1, 0))[1]
        rows = [_deeds(found, here=False, waits=waits), _reply_to(about)]
        rows += [[Button(f"Вся переписка ({total})", View(thread=found.id).pack())]] if total > len(written) else []
    else:
        rows = [[_done(found, here=False)]] if waits else []
        foot += _hint(found, in_topic=not await group.is_flat(tx, letter.chat_id), fresh=topic is None)
    card = common.compose(head, written, foot, rows)
    if "amends" in data:
        return card.amended(data["amends"], found.id)
    if letter.chat_id is None or await group.is_flat(tx, letter.chat_id):
        return card.sent(found.id)
    return card.sent(found.id, topic, shorten(f"{found.person_name} · {common.title(found)}", _TOPIC))


async def trouble(tx: Tx, letter: Letter, _catalog: Catalog, _now: datetime) -> Rendered | None:
    """Something about the department's group, for administrators."""
    return Rendered(_TROUBLES[letter.data["what"]](letter.data["chat"]))


async def _whole(tx: Tx, letter: Letter, found: Thread, one: Note) -> Rendered | None:
    reader = await people.get(tx, letter.person_id)
    if reader is None or (reader.id != found.person_id and not reader.may_curate):
        return None
    return Rendered(Copy(one.chat_id, (one.message_id,)), thread=found.id, instead=common.unavailable())


def _head(about: Matter, now: datetime, zone: tzinfo, first: str = "✉️ <b>Переписка</b>") -> list[str]:
    one = about.thread
    lines = [first, f"<b>{esc(shorten(one.person_name, 80))}</b>{about.role}"]
    if one.organization_name:
        lines.append(f"🏫 {esc(shorten(one.organization_name, 150))}")
    if one.about and about.obligation is not None:
        due = day(about.obligation.due_at.astimezone(zone).date(), now.astimezone(zone).date())
        lines.append(f"📋 {esc(shorten(one.about, 150))}, срок {due}")
    return lines


def _state(found: Thread, answers: Sequence[Note], now: datetime, zone: tzinfo) -> list[str]:
    if answers:
        names = [one.by_name or "сотрудник" for one in answers]
        return [f"✅ Ответ дан: {_names(names)}, {moment(answers[-1].at, now, zone)}"]
    return [] if found.waits else ["☑️ Ответ не требуется"]


def _names(names: Sequence[str]) -> str:
    different = list(dict.fromkeys(names))
    rest = f" и ещё {len(different) - 3}" if len(different) > 3 else ""
    return ", ".join(esc(shorten(one, 40)) for one in different[:3]) + rest


def _deeds(one: Thread, *, here: bool, waits: bool | None = None) -> list[Button]:
    row = [Button("Ответить", Answer(thread=one.id, here=here).pack(), style="primary")]
    return [*row, _done(one, here=here)] if (one.waits if waits is None else waits) else row


def _reply_to(about: Matter) -> list[Button]:
    """What the organization has answered to the request that the thread is about."""
    owed = about.obligation
    return (
        [Button("Открыть ответ", control.Answer(obligation=owed.id).pack())]
        if owed is not None and owed.version
        else []
    )


def _done(one: Thread, *, here: bool) -> Button:
    return Button("Не требует ответа", Done(thread=one.id, here=here).pack())


def _hint(found: Thread, *, in_topic: bool, fresh: bool) -> list[str]:
    name = esc(shorten(found.person_name, 80))
    if not in_topic:
        return [f"<i>Ответ (свайпом) на это сообщение получит {name}.</i>"]
    return [f"<i>Что сотрудники напишут в этой теме, получит {name}.</i>"] if fresh else []


def _undelivered(found: Thread, *, in_group: bool) -> Screen:
    return screen(
        f"⚠️ <b>Ответ не доставлен:</b> {esc(shorten(found.person_name, 100))}",
        "Бот заблокирован или учётная запись удалена. Ответ сохранён в переписке; передайте его иначе.",
        rows=[] if in_group else [[Button("Вся переписка", View(thread=found.id).pack())]],
    )


def _moved(chat: int) -> Screen:
    return screen(
        "ℹ️ <b>Группа управления стала супергруппой</b>, её номер изменился. Обращения уже приходят туда.",
        "",
        "Передайте тому, кто обслуживает бота: в .env нужно записать",
        f"<code>DEPARTMENT_CHAT_ID={chat}</code>",
    )


def _lost(chat: int) -> Screen:
    return screen(
        "⚠️ <b>Бот не может писать в группу управления</b>: он удалён из неё, или номер группы указан неверно.",
        "Обращения приходят кураторам лично.",
        "",
        f"Верните бота в группу или проверьте в .env: <code>DEPARTMENT_CHAT_ID={chat}</code>",
    )


def _no_right(_chat: int) -> Screen:
    return screen(
        "⚠️ <b>В группе управления бот не может создавать темы.</b> Обращения приходят в общую ленту.",
        "",
        "Назначьте бота администратором группы с правом «Управление темами».",
    )


def _no_forum(_chat: int) -> Screen:
    return screen(
        "ℹ️ <b>В группе управления нет тем</b>: обращения приходят в общую ленту.",
        "",
        "Чтобы у каждого обращения была своя тема, включите темы в настройках группы и назначьте бота администратором "
        "с правом «Управление темами».",
    )


_TROUBLES = {"moved": _moved, "lost": _lost, "right": _no_right, "forum": _no_forum}
