"""What people have written to the department: cards, the list, a thread, and the department's group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.domain.brevity import shortened
from bot.domain.desk.thread import GroupTrouble, Note, Thread
from bot.domain.ledger.obligation import Obligation
from bot.domain.people.labels import official as whole_name
from bot.domain.people.member import Seat, SeatState
from bot.domain.screen import Button, Screen
from bot.views.callbacks import control
from bot.views.callbacks.department import Threads
from bot.views.callbacks.threads import Answer, Done, Drop, View
from bot.views.department.panel import back
from bot.views.heads import threads as common
from bot.views.roles import role_name
from bot.views.words import button_titles, day, esc, moment, screen, shorten

NO_ANSWER_WAITED = "На это обращение ответ уже не ждут"
CLOSED = "Отмечено: ответ не требуется"
NOT_WITHIN = "Это обращение — не в вашей части: ответить может другой куратор или администратор"
_HAS_LEFT = "Человек больше не представляет организацию, о которой писал(а)."
# Telegram takes 128 characters.
_TOPIC = 100


@dataclass(frozen=True, slots=True)
class Matter:
    """A thread with what the department needs to know of it. `seat`: its person's at the organization.

    `zone`: the clock by which the obligation is due; `here`: the department's own. `places`: through which
    organizations the announcement came to the person, if the thread replies to one.
    """

    thread: Thread
    seat: Seat | None
    obligation: Obligation | None
    zone: tzinfo
    here: tzinfo
    places: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What a person has just written in a thread, and what the department has `answers` to it so far."""

    about: Matter
    written: Sequence[Note]
    answers: Sequence[Note]
    now: datetime
    zone: tzinfo
    corrected: bool

    @property
    def waits(self) -> bool:
        """Whether an answer is still to come."""
        return self.about.thread.waits and not self.answers


def listed(threads: Sequence[Thread], total: int, waiting: int, page: int, zone: tzinfo) -> Screen:
    """A page of what people have written, first what waits."""
    labels = button_titles(
        [
            f"{'❗️ ' if thread.waits else ''}{shortened(thread.person_name, 18)} · {common.title(thread, zone)}"
            for thread in threads
        ],
        [thread.organization_label or "" for thread in threads],
    )
    rows = [
        [Button(label, View(thread=thread.id, back=page).pack())] for label, thread in zip(labels, threads, strict=True)
    ]
    rows += [common.turns(page, common.PAGE, total, lambda to: Threads(page=to).pack()), back()]
    if not total:
        return screen("<b>Обращения</b>", "", "Пока никто не писал.", rows=rows)
    state = f"❗️ Ждут ответа: {waiting}" if waiting else "Ответа никто не ждёт."
    return screen(f"<b>Обращения: {total}</b>", state, rows=rows)


def thread(
    about: Matter, written: Sequence[Note], total: int, page: int, to: int, now: datetime, zone: tzinfo
) -> Screen:
    """A thread; `to`: the page of the list that it goes back to."""
    thread = about.thread
    rows = common.files(written, now, zone)
    turn = common.turns(
        page, common.NOTES, total, lambda to_: View(thread=thread.id, page=to_, back=to).pack(), old=True
    )
    rows += [turn, _deeds(thread, here=True), _reply_to(about), back(Threads(page=to).pack())]
    state = ["", "❗️ <b>Ждёт ответа</b>"] if thread.waits else []
    return screen(*_head(about, now), *common.history(written, now, zone), *state, rows=rows)


def ask_answer(thread: Thread, zone: tzinfo, *, here: bool) -> Screen:
    """What the staff member types next goes to the person."""
    return screen(
        f"↩️ <b>Ответ: {esc(shorten(thread.person_name, 100))}</b>",
        f"{'📋' if thread.announcement is None else '📣'} {esc(shorten(common.title(thread, zone), 150))}",
        "",
        "Напишите одним сообщением. Можно приложить файлы или фото.",
        rows=[[Button("Отмена", Drop(thread=thread.id, here=here).pack())]],
    )


def passed(thread: Thread, others: Sequence[Note]) -> Screen:
    """The answer is on its way; `others`: what others of the department had answered before."""
    lines = [f"✅ Передано: {esc(shorten(thread.person_name, 100))}."]
    if others:
        lines.append(f"До вас уже ответили: {_names(others)}.")
    return screen(*lines)


def dropped() -> Screen:
    """No answer was written."""
    return screen("Ответ не отправлен.")


def may_not() -> Screen:
    """The role was taken away while the person was answering, or never was enough."""
    return screen("Отвечать на обращения могут кураторы и администраторы управления. Сообщение не передано.")


def nameless() -> Screen:
    """An answer in the group in the name of the group or of a channel."""
    return screen(
        "Сообщение не передано: оно от имени группы или канала, и кто его написал, не видно. Напишите от своего имени."
    )


def not_within() -> Screen:
    """A curator beyond the limits."""
    return screen(f"{NOT_WITHIN}. Сообщение не передано.")


def has_left(thread: Thread) -> Screen:
    """The person does not sit at the organization any more that they wrote about."""
    return screen(
        f"{_HAS_LEFT} Сообщение не передано: {esc(shorten(thread.person_name, 100))}.",
        "Напишите тем, кто представляет организацию сейчас: объявлением, выбрав её одну.",
    )


def gone() -> Screen:
    """The person has had their data erased."""
    return screen("Переписки больше нет: человек удалил свои данные. Сообщение не передано.")


def to_curator(said: Said, total: int) -> common.Card:
    """A person has written: for a curator. `total`: the notes of the thread."""
    thread = said.about.thread
    rows = [_deeds(thread, here=False, waits=said.waits), _reply_to(said.about)]
    if total > len(said.written):
        rows.append([Button(f"Вся переписка ({total})", View(thread=thread.id).pack())])
    return _card(said, [], rows)


def to_group(said: Said, *, in_topic: bool, fresh: bool) -> common.Card:
    """A person has written: for the department's group; `fresh`: it is the first of its topic."""
    thread = said.about.thread
    rows = [[_done(thread, here=False)]] if said.waits else []
    return _card(said, _hint(thread, in_topic=in_topic, fresh=fresh), rows)


def topic_title(thread: Thread, zone: tzinfo) -> str:
    """What the thread's topic of the group is called."""
    return shortened(f"{thread.person_name} · {common.title(thread, zone)}", _TOPIC)


def _card(said: Said, hint: list[str], rows: list[list[Button]]) -> common.Card:
    first = "✏️ <b>Исправлено</b>" if said.corrected else "✉️ <b>Обращение</b>"
    head = [*_head(said.about, said.now, first), *common.replied(said.written[0], said.now, said.zone)]
    foot = [*_state(said.about.thread, said.answers, said.now, said.zone), *hint]
    return common.compose(head, said.written, foot, rows)


def _head(about: Matter, now: datetime, first: str = "✉️ <b>Переписка</b>") -> list[str]:
    thread = about.thread
    lines = [first, f"<b>{esc(shorten(thread.person_name, 80))}</b>{_role(about)}"]
    if thread.organization_name:
        lines.append(f"🏫 {esc(whole_name(thread.organization_name, thread.organization_label or ''))}")
    elif about.places:
        lines.append(f"🏫 {esc(shortened('; '.join(about.places), 150))}")
    if thread.announcement is not None:
        lines += common.subject(thread, now, about.here)
    if thread.about and about.obligation is not None:
        due = day(about.obligation.due_at.astimezone(about.zone).date(), now.astimezone(about.zone).date())
        lines.append(f"📋 {esc(shorten(thread.about, 150))}, срок {due}")
    return lines


def _role(about: Matter) -> str:
    seat = about.seat
    if seat is None:
        # Whoever has left says so nowhere else, and the organization stands below the name.
        return ", уже не представляет организацию" if about.thread.organization_id is not None else ""
    waits = ", заявка не рассмотрена" if seat.state is SeatState.WAITING else ""
    gone = ", организации больше нет в списке" if seat.left_at is not None else ""
    return f", {role_name(seat.role)}{waits}{gone}"


def _state(thread: Thread, answers: Sequence[Note], now: datetime, zone: tzinfo) -> list[str]:
    if answers:
        return [f"✅ Ответ дан: {_names(answers)}, {moment(answers[-1].at, now, zone)}"]
    return [] if thread.waits else ["☑️ Ответ не требуется"]


def _names(answers: Sequence[Note]) -> str:
    different = list(dict.fromkeys(note.by_name or "сотрудник" for note in answers))
    rest = f" и ещё {len(different) - 3}" if len(different) > 3 else ""
    return ", ".join(esc(shorten(name, 40)) for name in different[:3]) + rest


def _deeds(thread: Thread, *, here: bool, waits: bool | None = None) -> list[Button]:
    row = [Button("Ответить", Answer(thread=thread.id, here=here).pack(), style="primary")]
    return [*row, _done(thread, here=here)] if (thread.waits if waits is None else waits) else row


def _reply_to(about: Matter) -> list[Button]:
    """What the organization has answered to the request that the thread is about."""
    owed = about.obligation
    return (
        [Button("Открыть ответ", control.Answer(obligation=owed.id).pack())]
        if owed is not None and owed.version
        else []
    )


def _done(thread: Thread, *, here: bool) -> Button:
    return Button("Не требует ответа", Done(thread=thread.id, here=here).pack())


def _hint(thread: Thread, *, in_topic: bool, fresh: bool) -> list[str]:
    name = esc(shorten(thread.person_name, 80))
    if not in_topic:
        return [f"<i>Ответ (свайпом) на это сообщение получит {name}.</i>"]
    return [f"<i>Что сотрудники напишут в этой теме, получит {name}.</i>"] if fresh else []


def undelivered(thread: Thread, *, in_group: bool, has_left: bool = False) -> Screen:
    """The person cannot be written to; `has_left`: does not sit at the organization any more."""
    why = _HAS_LEFT if has_left else "Бот заблокирован или учётная запись удалена."
    return screen(
        f"⚠️ <b>Ответ не доставлен:</b> {esc(shorten(thread.person_name, 100))}",
        f"{why} Ответ сохранён в переписке; передайте его иначе.",
        rows=[] if in_group else [[Button("Вся переписка", View(thread=thread.id).pack())]],
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


def _muted(_chat: int) -> Screen:
    return screen(
        "⚠️ <b>В группе управления боту нельзя писать</b>: участникам запрещены сообщения или бот ограничен.",
        "Обращения приходят кураторам лично.",
        "",
        "Назначьте бота администратором группы или разрешите участникам писать. Бот попробует снова через час.",
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


# What is said about the department's group, by what has happened.
TROUBLES = {
    GroupTrouble.MOVED: _moved,
    GroupTrouble.LOST: _lost,
    GroupTrouble.MUTED: _muted,
    GroupTrouble.RIGHT: _no_right,
    GroupTrouble.FORUM: _no_forum,
}
