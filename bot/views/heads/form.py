"""A request as one message: the form, its preview, and what was accepted."""

from collections.abc import Sequence
from datetime import date
from itertools import takewhile

from bot.domain.directives import form
from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Field
from bot.domain.fields.kinds import Answering, rules
from bot.domain.fields.values import NUMERIC
from bot.domain.ledger import drafting
from bot.domain.ledger.obligation import Draft, DraftStep, Obligation, ObligationState, Reply
from bot.domain.screen import Button, Screen
from bot.views.callbacks import Edit, InDistrict, NotOurs, Open, Same, Send, Step, Versions
from bot.views.callbacks.extending import More
from bot.views.common import OTHER_REASON, why_final
from bot.views.heads import sums
from bot.views.heads.card import (
    Card,
    answer_lines,
    bare,
    is_said,
    others_button,
    remarks_lines,
    returned,
    shown,
    step_to,
    term,
    title,
    top,
    why,
)
from bot.views.heads.kinds import Asked, looks
from bot.views.heads.misfits import broken
from bot.views.heads.threads import about_request
from bot.views.values import unit_beside
from bot.views.words import (
    before_value,
    button_titles,
    by,
    day,
    esc,
    has_answered,
    moment,
    screen,
    shorten,
    subject,
    units,
)


def request(card: Card) -> Screen:
    """The request as it arrives: why, until when, and the first question with its buttons."""
    if card.obligation.state is ObligationState.RETURNED:
        # It begins from what was answered.
        return of_draft(card, drafting.begin(0, card.obligation, card.newest))
    first = drafting.begin(0, card.obligation, None)
    return _question(card, first, fresh=True)


def of_draft(card: Card, draft: Draft, month: date | None = None, *, brief: bool = False) -> Screen:
    """The form where the draft is: a question, the reason of «не относится к нам», or the preview.

    `month` opens the calendar of a date field; `brief`: something else is said above it, in the same message.
    """
    match draft.step:
        case DraftStep.REASON:
            return _reason(card, draft)
        case DraftStep.FIELDS if draft.field is not None:
            untouched = not draft.values and not draft.skipped and card.obligation.version == 0
            return _question(card, draft, fresh=untouched and month is None, month=month, brief=brief)
        case DraftStep.FIELDS | DraftStep.PREVIEW:
            return _preview(card, draft)


def noticed(notice: Screen, form: Screen) -> Screen:
    """The form below what is to be heard first, in one message: its buttons stay under the thumb."""
    return screen(notice.text, "", form.text, rows=[*map(list, notice.rows), *map(list, form.rows)])


def moved_on(obligation: Obligation) -> Screen:
    """What is left of a form that somebody's comment points at: the form stands further down."""
    occasion = obligation.round.title
    name = f"<b>{esc(obligation.round.directive.title)}</b>"
    return screen(f"{name} · {esc(occasion)}" if occasion else name, "Запрос — ниже.")


def is_it_zero(obligation: Obligation, draft: Draft, field: Field) -> Screen:
    """«Нет» was typed where a number is asked, above the form."""
    given = field.id in draft.values
    index = obligation.round.directive.fields.index(field)
    zero, none = (
        Step(obligation=obligation.id, field=index, step="zero"),
        Step(obligation=obligation.id, field=index, step="skip"),
    )
    if given:
        zero, none = zero.but(step="nought"), none.but(step="blank")
    offered = [Button("Записать 0", zero.pack(), style="primary")]
    # The form below offers that of the field that it asks.
    if not field.required and field.id != draft.field:
        offered.append(Button(f"Пропустить «{shorten(field.label, 30)}»", none.pack()))
    return screen(f"{subject(field.label)} это ноль?", rows=[offered])


def to_be_corrected(card: Card, draft: Draft) -> Screen:
    """A correction was begun and not sent, while it still can be."""
    obligation = card.obligation
    until = day(obligation.closes_at.astimezone(card.zone).date(), card.today)
    rows = [[Button("Открыть", Open(obligation=obligation.id).pack())]]
    if drafting.is_complete(obligation, draft):
        send = Send(obligation=obligation.id, version=draft.base_version).pack()
        rows.insert(0, [Button("Отправить", send, style="success")])
    return screen(
        "✍️ <b>Исправление не отправлено</b>",
        *title(card),
        "",
        *answer_lines(card, draft.values, draft.not_ours),
        "",
        f"Учтён прежний ответ. Отправить исправление можно до {until}.",
        rows=rows,
    )


def press_again(form: Screen | None) -> Screen:
    """The bot was away for so long that presses are gone; below that the form, if that is what is open."""
    words = screen("⚠️ Бот какое-то время не работал.", "Если вы нажимали кнопку, пока бот не работал, нажмите ещё раз.")
    return words if form is None else noticed(words, form)


def not_corrected(card: Card) -> Screen:
    """A correction was begun and not sent before the round was closed."""
    return screen(
        "✍️ <b>Исправление не отправлено</b>",
        *title(card),
        "",
        "Приём ответов завершён, исправление передать уже нельзя. Учтён прежний ответ.",
        rows=[
            [Button("Открыть ответ", Open(obligation=card.obligation.id).pack())],
            about_request(card.obligation.id),
        ],
    )


def fields(card: Card, draft: Draft) -> Screen:
    """Which field is to be changed."""
    directive = card.directive
    asked = form.applicable(directive, card.key, draft.values)
    labels = button_titles([f"{before_value(field.label)} {shown(field, draft.values)}" for field in asked])
    rows = [[Button(label, step_to(card, field, "go"))] for label, field in zip(labels, asked, strict=True)]
    rows.append([Button("Не относится к нам", NotOurs(obligation=card.obligation.id).pack())])
    rows.append([Button("‹ К проверке", step_to(card, None, "check"))])
    return screen(*top(card, fresh=False), "", "<b>Что изменить?</b>", rows=rows)


def accepted(card: Card) -> Screen:
    """What was answered and when, with «Изменить» until the round closes or the department has accepted it."""
    reply, obligation = card.newest, card.obligation
    if reply is None:
        return request(card)
    whose = by(reply.by_name, entered=reply.entered)
    final = obligation.state is ObligationState.ACCEPTED
    lines = [f"✅ <b>Ответ принят</b> {moment(reply.at, card.now, card.zone)}{whose}", *title(card), *_late(card), ""]
    if final:
        lines[0] = f"✅ <b>Исполнено</b>. Ответ {moment(reply.at, card.now, card.zone)}{whose}"
    lines += answer_lines(card, reply.values, reply.not_ours)
    if card.remarks:
        lines += ["", *remarks_lines(card.remarks)]
    rows = []
    if final:
        lines += ["", "Управление образования приняло ответ, изменить его нельзя."]
    elif obligation.is_closed(card.now):
        lines += ["", "Приём ответов завершён."]
    elif obligation.left_at is not None:
        lines += ["", why_final(obligation)]
    else:
        until = obligation.closes_at.astimezone(card.zone).date()
        lines += ["", f"Изменить ответ можно до {day(until, card.today)}."]
        rows.append([Button("Изменить", Edit(obligation=obligation.id).pack())])
    if not rows:
        rows.append(about_request(obligation.id))
    if reply.version > 1:
        rows.append([Button(f"Все версии ({reply.version})", Versions(obligation=obligation.id).pack())])
    rows.append([Button(card.compared, InDistrict(obligation=obligation.id).pack())])
    return screen(*lines, rows=[*rows, *others_button(card)])


def _late(card: Card) -> list[str]:
    """As the department counts it: by the first answer."""
    due_at = card.obligation.due_at
    if card.first_at is None or card.first_at <= due_at:
        return []
    due = due_at.astimezone(card.zone)
    return [f"❗️ Позже срока: он был до {due:%H:%M} {day(due.date(), card.today)}."]


def closed(card: Card) -> Screen:
    """The round takes no more answers and has none of this organization."""
    return screen(
        *title(card),
        "",
        f"Приём ответов завершён {day(card.obligation.closes_at.astimezone(card.zone).date(), card.today)}.",
        rows=[about_request(card.obligation.id), *others_button(card)],
    )


def excused(card: Card) -> Screen:
    """The department has taken it off control."""
    comment = card.obligation.comment
    why = [f"<blockquote>{esc(comment)}</blockquote>"] if comment else []
    if card.obligation.left_at is not None:
        why = [why_final(card.obligation)]
    rows = [about_request(card.obligation.id), *others_button(card)]
    return screen(*title(card), "", "➖ Снято с контроля, отвечать не нужно.", *why, rows=rows)


def conflict(card: Card, draft: Draft) -> Screen:
    """Somebody else of the organization has answered while this draft was being put together."""
    reply = card.newest
    assert reply is not None
    return screen(
        f"⚠️ {has_answered(reply)} {moment(reply.at, card.now, card.zone)}:",
        *answer_lines(card, reply.values, reply.not_ours),
        "",
        "Ваш ответ:",
        *answer_lines(card, draft.values, draft.not_ours),
        rows=[
            [
                Button(
                    "Заменить моим ответом",
                    Send(obligation=card.obligation.id, version=reply.version).pack(),
                    style="danger",
                )
            ],
            [Button("Оставить как есть", step_to(card, None, "drop"))],
        ],
    )


def versions(card: Card, replies: Sequence[Reply]) -> Screen:
    """All versions of the answer, the newest first."""
    lines = list(title(card))
    for reply in replies:
        whose = by(reply.by_name, entered=reply.entered)
        lines += ["", f"<b>Версия {reply.version}</b> · {moment(reply.at, card.now, card.zone)}{whose}"]
        lines += answer_lines(card, reply.values, reply.not_ours)
    return screen(*lines, rows=[[Button("‹ К ответу", Open(obligation=card.obligation.id).pack())]])


# So many of the answers above the one that is asked are shown; the preview shows all.
_ABOVE = 2
# So many of the numbers that may come in the same message are named.
_AHEAD = 2


def _question(card: Card, draft: Draft, *, fresh: bool, month: date | None = None, brief: bool = False) -> Screen:
    """`fresh`: nothing has been answered, so a question of the department's own is shown in full; `brief`: without what
    has been answered, and what could be written with it."""
    directive = card.directive
    asked = form.applicable(directive, card.key, draft.values)
    current = next((field for field in asked if field.id == draft.field), None)
    # A question of the department's own is asked in full, or by its title.
    heard = not directive.text and (fresh or bare(directive.prompt) == bare(directive.title))
    lines = [*_overtaken(card, draft), *top(card, fresh=fresh), *term(card, brief=brief), *returned(card)]
    lines += why(card, with_prompt=not heard)
    rows: list[list[Button]] = []
    if current is not None:
        index = directive.fields.index(current)
        given = draft.values.get(current.id)
        asking = Asked(current, card.obligation.id, index, card.today, given, month)
        above = asked[: asked.index(current)]
        answered = [] if brief else [field for field in above if field.id in draft.values][-_ABOVE:]
        lines += [""] if answered and not card.folds else []
        lines += [f"✅ {esc(before_value(field.label))} <b>{esc(shown(field, draft.values))}</b>" for field in answered]
        proposed = card.sums.get(current.id)
        if proposed is not None:
            lines += ["", *sums.lines(current, proposed, above=sum(map(units, lines)))]
            rows += sums.take(current, proposed, card.obligation.id, index, given, card.today)
        lines += ["", *_asking(directive, asking, asked, brief=brief)]
        rows += looks(current.kind).buttons(asking)
        if not current.required:
            rows.append([Button("Пропустить", step_to(card, current, "skip" if given is None else "blank"))])
    if fresh and card.has_previous:
        rows.append([Button("Без изменений", Same(obligation=card.obligation.id).pack(), style="primary")])
    back = []
    if not fresh and drafting.before(directive, card.key, draft):
        back.append(Button("‹ Назад", step_to(card, current, "back")))
    if not form.missing(directive, card.key, draft.values):
        back.append(Button("К проверке", step_to(card, None, "check")))
    rows.append(back)
    if fresh or not draft.values:
        rows.append([Button("Не относится к нам", NotOurs(obligation=card.obligation.id).pack()), *_more(card)])
    else:
        back += _more(card)
    if fresh:
        rows += others_button(card)
    return screen(*lines, rows=rows)


def _asking(directive: Directive, asking: Asked, asked: Sequence[Field], *, brief: bool) -> list[str]:
    """What is asked now, unless the screen says it already, and what to do."""
    field, place = asking.field, asked.index(asking.field)
    counted = f"{place + 1} из {len(asked)}. " if len(asked) > 1 else ""
    # What is said above a number that did not fit is what to write.
    is_told = brief and field.kind in NUMERIC and not is_said(directive, field)
    to_do = [] if is_told else [looks(field.kind).instruction(asking), *_ahead(asked, place)]
    do = [*_present(asking), *to_do]
    if is_said(directive, field):
        return [f"{counted}{' '.join(filter(None, do)) or 'Выберите ответ.'}"]
    said = " ".join(filter(None, do))
    return [f"{counted}<b>{esc(_label(field))}</b>", *([said] if said else [])]


def _present(asking: Asked) -> list[str]:
    """What is answered already; ticked options show it themselves."""
    if asking.value is None or rules(asking.field.kind).answering is Answering.TICKED:
        return []
    value = shown(asking.field, {asking.field.id: asking.value})
    # «чел.» brings a full stop of its own, and a text may end as it likes.
    return [f"Сейчас: <i>{esc(value)}</i>{'' if value.endswith(('.', '…', '!', '?')) else '.'}"]


def _ahead(asked: Sequence[Field], place: int) -> list[str]:
    """Numbers that may be written in the same message, said at the first of them."""
    if asked[place].kind not in NUMERIC or (place and asked[place - 1].kind in NUMERIC):
        return []
    run = list(takewhile(lambda field: field.kind in NUMERIC, asked[place + 1 :]))
    if not run:
        return []
    more = "…" if len(run) > _AHEAD else "."
    return [f"Можно сразу с новой строки: {esc('; '.join(field.label for field in run[:_AHEAD]))}{more}"]


def _more(card: Card) -> list[Button]:
    """What can be done about a request that waits for an answer."""
    return [Button("Ещё…", More(obligation=card.obligation.id).pack())] if card.obligation.is_unanswered else []


def _label(field: Field) -> str:
    unit = unit_beside(field)
    if not unit:
        return field.label
    return f"{field.label} ({unit})" if field.label.endswith("?") else f"{field.label}, {unit}"


def _overtaken(card: Card, draft: Draft) -> list[str]:
    """That somebody else has answered since the draft was begun; what becomes of theirs is asked when it is sent."""
    reply = card.newest
    if reply is None or reply.version <= draft.base_version:
        return []
    at = moment(reply.at, card.now, card.zone)
    return [f"⚠️ {has_answered(reply)} {at}. При отправке спросим, какой ответ учесть.", ""]


def _reason(card: Card, draft: Draft) -> Screen:
    what = "поручение" if card.directive.number else "запрос"
    whose = "организации" if card.obligation.on_behalf else "вашей организации"
    return screen(
        *_overtaken(card, draft),
        *top(card, fresh=False),
        "",
        f"<b>Почему {what} не относится к {whose}?</b>",
        "Напишите причину одним сообщением.",
        rows=[[Button("‹ Вернуться к запросу", NotOurs(obligation=card.obligation.id, undo=True).pack())]],
    )


def _preview(card: Card, draft: Draft) -> Screen:
    obligation = card.obligation
    faults = [] if draft.not_ours else form.broken_checks(card.directive, card.key, draft.values)
    lines = [f"❗️ {broken(fault)}" for fault in faults] or ["<b>Проверьте ответ</b>"]
    lines = [*_overtaken(card, draft), *lines]
    lines += [*top(card, fresh=False), *returned(card), ""]
    lines += answer_lines(card, draft.values, draft.not_ours)
    if card.remarks:
        lines += ["", *remarks_lines(card.remarks)]
    rows = []
    if not faults:
        send = Send(obligation=obligation.id, version=draft.base_version).pack()
        rows.append([Button("Отправить", send, style="success")])
    if draft.not_ours:
        lines += ["", OTHER_REASON]
        rows.append([Button("‹ Вернуться к запросу", NotOurs(obligation=obligation.id, undo=True).pack())])
    else:
        rows.append([Button("Изменить", step_to(card, None, "fields"))])
    return screen(*lines, rows=rows)
