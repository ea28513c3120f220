"""What one organization was asked and has answered, and what is decided about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from bot.domain.directives.form import applicable
from bot.domain.fields.kinds import Answering, rules
from bot.domain.ledger import history as log
from bot.domain.ledger.control import Entry, Part, key
from bot.domain.ledger.obligation import DECIDED, Obligation, ObligationState, Remark, Reply
from bot.domain.people.member import Person, Right
from bot.domain.screen import Button, Screen
from bot.views.callbacks import Edit, Open, packed
from bot.views.callbacks.control import (
    Accept,
    Answer,
    Detail,
    Details,
    Due,
    Excuse,
    InRound,
    InTerritory,
    OnBehalf,
    Return,
    ReturnDue,
    Withdraw,
)
from bot.views.department.control.control import head
from bot.views.department.panel import back
from bot.views.heads import sums
from bot.views.heads.card import Card, answer_lines, heading, title
from bot.views.leaving import since
from bot.views.standing import of_entry
from bot.views.words import (
    before_value,
    button_titles,
    by,
    day,
    due_day,
    esc,
    moment,
    odd_hour,
    official,
    screen,
    shorten,
)

COMMENT = range(3, 1001)
# Answers that have a button below one message; the others are in /history.
_OPENED = 20
# What is shown of a remark; the department reads it whole in its own message.
_REMARK = 600
_BESIDE = "комментарий"

ALREADY = "Уже решено или ответ изменился: вот как сейчас"
NEWER = "Ответ тем временем исправлен. Проверьте, пожалуйста, замечание"
COMMENT_LOST = "Замечание не сохранилось. Напишите его, пожалуйста, ещё раз."
ACCEPTED = "Принято: исполнено"
WITHDRAWN = "Решение отменено"
NO_FILES = "Файлов нет"

_DEEDS = {
    log.SUBMITTED: "Ответ",
    log.ENTERED: "Ответ внесён управлением",
    "remark.added": "Комментарий или файл",
    log.ACCEPTED: "Исполнено",
    log.RETURNED: "Возвращено на доработку",
    log.EXCUSED: "Снято с контроля",
    log.WITHDRAWN: "Решение отменено",
    log.EXTENDED: "Срок продлён",
    "extension.asked": "Просьба о продлении",
    "extension.granted": "Просьба о продлении удовлетворена",
    "extension.refused": "В продлении отказано",
}


@dataclass(frozen=True, slots=True)
class Place:
    """The list of a round that the person came from, and its page."""

    part: Part = Part.ALL
    page: int = 0
    # The list is that of a territory.
    territory: str | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """What of the round is looked through beside the one that is shown: how many, and the next of them.

    `done`: the one that has just been accepted on the way here.
    """

    count: int = 0
    following: int | None = None
    done: Obligation | None = None


def answer(
    card: Card, entry: Entry, seen_by: str | None, place: Place, person: Person, queue: Queue = Queue()
) -> Screen:
    """Shows all of an organization's answer, with what a curator can do about it."""
    obligation, now, zone = card.obligation, card.now, card.zone
    done = [f"✅ Исполнено: {esc(queue.done.organization_label)}", ""] if queue.done else []
    sign, word = of_entry(entry, now)
    lines = [*done, *head(obligation.round), official(obligation), "", f"{sign} <b>{word}</b>{_decided(card)}"]
    if obligation.comment:
        # Now that it is answered anew, the question is whether this has been mended.
        before = "Было замечание: " if obligation.state is ObligationState.ANSWERED else ""
        lines.append(f"<blockquote>{before}{esc(obligation.comment)}</blockquote>")
    if obligation.left_at is not None:
        lines.append(f"🚫 Организации {since(obligation.left_at, now, zone)}: ответа от неё больше не ждём")
    lines.append(
        f"Срок: {due_day(obligation.due_at, now, zone)}{odd_hour(obligation.due_at, obligation.closes_at, zone)}"
    )
    if obligation.due_at > obligation.first_due_at:
        hour = odd_hour(obligation.first_due_at, obligation.closes_at, zone)
        lines.append(f"Первоначальный срок: {due_day(obligation.first_due_at, now, zone)}{hour}")
    if card.has_moved and card.is_elsewhere:
        lines.append("Время — прежней территории")
    elif card.is_elsewhere:
        lines.append(f"Время — местное, там сейчас {now.astimezone(zone):%H:%M}")
    if obligation.seen_at:
        lines.append(f"Ознакомлен: {moment(obligation.seen_at, now, zone)}{by(seen_by)}")
    reply = card.newest
    if reply is not None:
        late = ", после срока" if entry.was_late else ""
        lines += ["", f"<b>Ответ</b> {moment(reply.at, now, zone)}{by(reply.by_name, entered=reply.entered)}{late}"]
        lines += answer_lines(card, reply.values, reply.not_ours)
        lines += _summed(card, reply)
    lines += _remarks(card.remarks, card)
    return screen(
        *lines,
        rows=[
            *(_decisions(obligation, place) if person.may(Right.CURATE) else []),
            *_onward(queue, place),
            *_details(card, place),
            _back(obligation, place),
        ],
    )


def _summed(card: Card, reply: Reply) -> list[str]:
    """What the answers of a territory's organizations come to by now, where that is something else than was given."""
    fields = [] if reply.not_ours else applicable(card.directive, card.key, reply.values)
    return [
        line
        for field in fields
        if field.id in reply.values
        and (now := sums.changed(field, card.sums.get(field.id), reply.values[field.id], card.today))
        for line in ("", f"{esc(before_value(field.label))} {now[0]}", *now[1:])
    ]


def versions(card: Card, place: Place, replies: Sequence[Reply]) -> Screen:
    """Shows all versions of the answer, the newest first."""
    lines = [*head(card.obligation.round), official(card.obligation)]
    for reply in replies:
        whose = by(reply.by_name, entered=reply.entered)
        lines += ["", f"<b>Версия {reply.version}</b> · {moment(reply.at, card.now, card.zone)}{whose}"]
        lines += answer_lines(card, reply.values, reply.not_ours)
    return screen(*lines, rows=[_to_answer(card.obligation, place)])


def history(card: Card, place: Place, deeds: Sequence[log.Deed]) -> Screen:
    """Shows what has happened, oldest first."""
    lines = [*head(card.obligation.round), official(card.obligation), "", "<b>История</b>"]
    for deed in deeds:
        what = _DEEDS.get(deed.action, deed.action)
        if deed.action in (log.SUBMITTED, log.ENTERED):
            what += f", версия {deed.detail['version']}"
        until = deed.detail.get("due") or deed.detail.get("until")
        if until:
            what += f", срок {day(datetime.fromisoformat(until).astimezone(card.zone).date(), card.today)}"
        lines.append(f"• {moment(deed.at, card.now, card.zone)}: {what}{by(deed.by_name)}")
        if deed.detail.get("comment"):
            lines.append(f"<i>{esc(shorten(deed.detail['comment'], 200))}</i>")
    return screen(*lines, rows=[_to_answer(card.obligation, place)])


def ask_comment(obligation: Obligation, place: Place, problem: str = "") -> Screen:
    """Asks what is to be corrected; `problem`: what is wrong with what was typed."""
    return screen(
        *head(obligation.round),
        official(obligation),
        "",
        *([f"❗️ {problem}", ""] if problem else []),
        "<b>Что нужно исправить?</b>",
        "Напишите одним сообщением: руководитель увидит его над вопросами.",
        rows=[_to_answer(obligation, place, "‹ Не возвращать")],
    )


def ask_due(
    card: Card,
    place: Place,
    comment: str,
    offers: Sequence[tuple[str, date]],
    *,
    may_stay: bool,
    is_newer: bool = False,
) -> Screen:
    """Asks until when the answer is to be corrected. `may_stay`: the due date is still to come; `is_newer`: the answer
    is another than was shown before."""
    obligation, version, newest = card.obligation, card.obligation.version, card.newest
    newer = []
    if is_newer and newest is not None:
        now = answer_lines(card, newest.values, newest.not_ours)
        newer = ["", "❗️ Ответ тем временем исправлен. Теперь в нём:", *now, ""]

    def button(text: str, number: int) -> list[Button]:
        due = ReturnDue(obligation=obligation.id, version=version, day=number, part=place.part, page=place.page)
        return [Button(text, due.pack())]

    rows = []
    if may_stay:
        rows.append(button(f"Срок прежний: {day(obligation.due_at.astimezone(card.zone).date(), card.today)}", 0))
    rows += [button(f"{text}: {day(on, card.today)}", packed(on)) for text, on in offers]
    return screen(
        "<b>Вернуть на доработку?</b>",
        *head(obligation.round),
        official(obligation),
        *newer,
        f"<blockquote>{esc(comment)}</blockquote>",
        "Выберите срок, и ответ будет возвращён. Чтобы изменить замечание, напишите его ещё раз.",
        rows=[*rows, _to_answer(obligation, place, "‹ Не возвращать")],
    )


def ask_reason(obligation: Obligation, place: Place, problem: str = "") -> Screen:
    """Asks why the obligation is taken off control; `problem`: what is wrong with what was typed."""
    return screen(
        "<b>Снять с контроля?</b>",
        *head(obligation.round),
        official(obligation),
        "",
        *([f"❗️ {problem}", ""] if problem else []),
        "Отвечать будет не нужно. Напишите причину одним сообщением или снимите без неё.",
        rows=[
            [Button("Снять без причины", _excuse(obligation, place, sure=True))],
            _to_answer(obligation, place, "‹ Не снимать"),
        ],
    )


def bad_length(length: range) -> str:
    """What was typed is too short or too long, or no text at all."""
    return f"Нужен текст от {length[0]} до {length[-1]} знаков."


def returned_toast(when: datetime, now: datetime, zone: tzinfo) -> str:
    """The answer is returned; says when its people hear of it, by that clock."""
    will_go = "Сообщение уже отправляется." if when <= now else f"Сообщение уйдёт {moment(when, now, zone)}."
    return f"Возвращено. {will_go}"


def too_late(now: Screen) -> Screen:
    """Something else was decided before the words came: shows how it stands."""
    return Screen(f"❗️ {ALREADY}\n\n{now.text}", now.rows)


def returned(card: Card) -> Screen:
    """Tells a head what is to be corrected, until when, and what was answered."""
    lines = heading(card)
    if card.newest is not None:
        lines += ["", "Ваш ответ:", *answer_lines(card, card.newest.values, card.newest.not_ours)]
    edit = Button("Исправить", Edit(obligation=card.obligation.id).pack(), style="primary")
    return screen(*lines, rows=[[edit]])


def entered(cards: Sequence[Card]) -> Screen:
    """Tells a head what the department has entered: one answer whole, of several only the names."""
    first = cards[0]
    if len(cards) == 1 and first.newest is not None:
        lines = ["✍️ <b>Управление образования внесло ответ за вас</b>", "", *title(first)]
        lines += ["", *answer_lines(first, first.newest.values, first.newest.not_ours)]
    else:
        names = dict.fromkeys(official(card.obligation) for card in cards)
        lines = ["✍️ <b>Управление образования внесло ответы за вас</b>", *names]
    titles = [" · ".join(filter(None, (card.directive.title, card.obligation.round.title))) for card in cards]
    labels = button_titles(titles, [card.obligation.organization_label for card in cards])
    rows = [
        [Button(label if len(cards) > 1 else "Открыть", Open(obligation=card.obligation.id).pack())]
        for label, card in zip(labels, cards, strict=True)
    ]
    closed = all(card.obligation.is_closed(card.now) for card in cards)
    last = (
        "Если что-то не так, сообщите управлению." if closed else "Если что-то не так, откройте ответ и измените его."
    )
    return screen(*lines, "", last, rows=rows[:_OPENED])


def sending_files(count: int) -> str:
    """The files are on their way."""
    return f"Отправляю файлы: {count}"


def file_caption(obligation: Obligation, label: str) -> str:
    """Says whose file it is."""
    title = shorten(obligation.round.directive.title, 60)
    return f"{official(obligation)}\n{esc(title)}: {esc(label)}"


def remark_caption(obligation: Obligation, remark: Remark) -> str:
    """Says whose file came beside an answer, and what was written under it."""
    caption = file_caption(obligation, _BESIDE)
    return f"{caption}\n{esc(remark.text[:500])}" if remark.text else caption


def remark_gone(obligation: Obligation) -> Screen:
    """The sender has deleted the message with the file."""
    return screen(file_caption(obligation, _BESIDE), "", "Файл недоступен: отправитель удалил сообщение.")


def files(card: Card) -> int:
    """How many files came with the answer."""
    values = card.newest.values if card.newest else {}
    fields = [field for field in card.directive.fields if rules(field.kind).answering is Answering.ATTACHED]
    return sum(len(values.get(field.id, ())) for field in fields) + sum(1 for remark in card.remarks if remark.file_id)


def _decided(card: Card) -> str:
    obligation = card.obligation
    decided_at = obligation.decided_at if obligation.state in DECIDED else None
    return f", {moment(decided_at, card.now, card.zone)}" if decided_at else ""


def _remarks(remarks: Sequence[Remark], card: Card) -> list[str]:
    lines = [
        f"💬 {moment(remark.at, card.now, card.zone)}{by(remark.by_name)}: {esc(shorten(remark.text, _REMARK))}"
        for remark in remarks
        if remark.text
    ]
    return ["", *lines] if lines else []


def _details(card: Card, place: Place) -> list[list[Button]]:
    def detail(text: str, what: Details) -> Button:
        return Button(text, Detail(obligation=card.obligation.id, what=what, part=place.part, page=place.page).pack())

    row = []
    if count := files(card):
        row.append(detail(f"Файлы ({count})", "files"))
    if card.newest is not None and card.newest.version > 1:
        row.append(detail(f"Версии ({card.newest.version})", "versions"))
    return [[*row, detail("История", "history")]]


def _decisions(obligation: Obligation, place: Place) -> list[list[Button]]:
    id, version, part, page = obligation.id, obligation.version, place.part, place.page
    excuse = Button("Снять с контроля", _excuse(obligation, place, sure=False))
    withdraw = Withdraw(obligation=id, state=obligation.state, part=part, page=page).pack()
    undo = Button("Отменить решение", withdraw)
    due = Button("Продлить срок", Due(round=obligation.round.id, obligation=id, part=part, page=page).pack())
    # Nobody can be asked to answer anew where nothing is asked any more.
    gone = obligation.left_at is not None
    answer = OnBehalf(obligation=id, part=part, page=page).pack()
    entering = [] if gone else [[Button("Исправить за организацию" if version else "Ответить за организацию", answer)]]
    match obligation.state:
        case ObligationState.ANSWERED:
            accept = Accept(obligation=id, version=version, part=part, page=page).pack()
            to_correct = Return(obligation=id, version=version, part=part, page=page).pack()
            back_to_work = [] if gone else [Button("Вернуть", to_correct, style="danger")]
            return [[Button("Принять", accept, style="success"), *back_to_work], *entering, [excuse]]
        case ObligationState.OPEN:
            return [[due, excuse], *entering]
        case ObligationState.RETURNED:
            return [[due, excuse], *entering, [undo]]
        case ObligationState.ACCEPTED | ObligationState.EXCUSED:
            return [] if gone and not obligation.version else [[undo]]


def _onward(queue: Queue, place: Place) -> list[list[Button]]:
    """To the next answer that waits; and back to the one that was accepted a moment ago."""
    row = []
    if queue.done is not None:
        undo = Withdraw(obligation=queue.done.id, state=ObligationState.ACCEPTED, part=place.part, page=place.page)
        row.append(Button("‹ Отменить принятие", undo.pack()))
    if queue.following is not None:
        to = Answer(obligation=queue.following, part=place.part, page=place.page).pack()
        row.append(Button(f"Следующий ({queue.count}) ›", to))
    return [row]


def _excuse(obligation: Obligation, place: Place, *, sure: bool) -> str:
    return Excuse(
        obligation=obligation.id, version=obligation.version, sure=sure, part=place.part, page=place.page
    ).pack()


def _back(obligation: Obligation, place: Place) -> list[Button]:
    if place.territory is not None:
        its = key(place.territory)
        return back(InTerritory(round=obligation.round.id, territory=its, part=place.part, page=place.page).pack())
    return back(InRound(round=obligation.round.id, part=place.part, page=place.page).pack())


def _to_answer(obligation: Obligation, place: Place, text: str = "‹ К ответу") -> list[Button]:
    return [Button(text, Answer(obligation=obligation.id, part=place.part, page=place.page).pack())]
