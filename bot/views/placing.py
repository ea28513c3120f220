"""Something was sent, and it is not known where it belongs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.fields.field import Field
from bot.domain.ledger.obligation import Obligation, Reply
from bot.domain.screen import Button, Screen
from bot.views.callbacks import Step
from bot.views.callbacks.announcements import FromReply
from bot.views.callbacks.placing import MorePlaces, Nowhere, ToDepartment, ToDepartmentAbout, ToField, ToRequest
from bot.views.common import UNSEATED
from bot.views.words import arrows, button_label, button_titles, esc, has_answered, screen, shorten

# More buttons than this and a phone scrolls; the rest is on further pages.
_LISTED = 20
# Characters of a value.
_SHOWN = 40

TO_DEPARTMENT = "Передать в управление"
ANNOUNCE = "Это новое объявление"

PLACED = "Это уже разобрано"
CLOSED = "Приём ответов по этому запросу завершён. Сообщение можно передать в управление"
NOT_ASKED = "Об этом больше не спрашивают. Выберите, пожалуйста, куда передать сообщение"
TOO_LONG_A_LETTER = "Это слишком длинно, чтобы передать сообщениями. Пришлите, пожалуйста, файлом"
TOO_MANY = "Слишком много сообщений подряд. Нажмите ещё раз через 10 минут"

ASTRAY = "Сообщение сохранено."
UNASKED_FILE = "Файл сохранён."
FILLED_IN = "Ответ заполнен: проверьте его и нажмите кнопку под ним."
LATE = "Сообщение дошло до бота с опозданием: когда вы его писали, бот ждал другого."
UNSHOWN = "Вы писали это, пока бот ещё обрабатывал кнопку."
TO_ANNOUNCEMENT = "Вы ответили на объявление. Управлению это пока не передано."
BY_BUTTON = "Чтобы отметить, что вы ознакомлены, нажмите «Ознакомлен» под объявлением."
TO_SEVERAL = "Вы ответили на сообщение о нескольких запросах."
NOT_ANNOUNCED = "Вы ответили на объявление. Новым объявлением это пока не стало."
CLOSED_REQUEST = "Приём ответов по этому запросу завершён."
WROTE_FROM_ELSEWHERE = "Вы больше не связаны с организацией, от которой писали. Сообщение сохранено."
NOT_THEIRS = "Запрос, на который вы отвечали, больше не ваш: вы не связаны с этой организацией."


def where(
    message: int,
    obligations: Sequence[Obligation],
    why: Sequence[str] = (),
    page: int = 0,
    about: int = 0,
    *,
    announces: bool = False,
    writes: bool = True,
    sits: bool = True,
    has_answered: bool = False,
) -> Screen:
    """Which place it is to have. Nothing is to be sent again. `about`: the closed request that it was sent to.

    `announces`: it may be a new announcement; `writes`: it may be a letter to the department; `sits`: its writer has a
    seat; `has_answered`: there is an answer that they may want to change.
    """
    pages = max(1, -(-len(obligations) // _LISTED))
    page = min(page, pages - 1)
    shown = obligations[page * _LISTED : (page + 1) * _LISTED]
    # One directive may be asked of several organizations, and for several periods.
    places = Counter((title(obligation), obligation.organization_label) for obligation in shown)
    several = len({obligation.organization_label for obligation in shown}) > 1
    details = [
        _detail(obligation, several=several, periods=places[title(obligation), obligation.organization_label])
        for obligation in shown
    ]
    labels = button_titles([f"К запросу «{title(obligation)}»" for obligation in shown], details)
    rows = [
        [Button(label, ToRequest(message=message, obligation=obligation.id).pack())]
        for label, obligation in zip(labels, shown, strict=True)
    ]
    rows.append(arrows(page, pages, lambda to: MorePlaces(message=message, page=to).pack()))
    if announces:
        rows.append([Button(ANNOUNCE, FromReply(message=message).pack())])
    passed = ToDepartmentAbout(message=message, obligation=about) if about else ToDepartment(message=message)
    # Whoever answers for an organization is the department.
    by_department = any(obligation.on_behalf for obligation in shown)
    rows.append(
        [
            *([] if by_department or not writes else [Button(TO_DEPARTMENT, passed.pack())]),
            Button("Ничего", Nowhere(message=message).pack()),
        ]
    )
    question = "К какому запросу это относится?" if len(obligations) > 1 else "Куда это передать?"
    change = "Отправленные ответы, изменить их: /history. " if has_answered else ""
    idle = f"Сейчас открытых запросов нет. {change}Что я умею: /help." if sits else UNSEATED
    is_said = not sits and not {WROTE_FROM_ELSEWHERE, NOT_THEIRS}.isdisjoint(why)
    none = [] if obligations or announces or is_said else [idle]
    where_from = [f"Страница {page + 1} из {pages}."] if pages > 1 else []
    return screen(*why, *none, f"<b>{question}</b> Нажмите кнопку, повторять не нужно.", *where_from, rows=rows)


def _detail(obligation: Obligation, *, several: bool, periods: int) -> str:
    """What tells the request from others of its title: the organization if there are `several`, or the period."""
    organization = obligation.organization_label if several else ""
    return " · ".join(filter(None, (organization, obligation.round.title if periods > 1 else "")))


def closed(obligation: Obligation) -> str:
    """Why what was typed is no answer to the request that was being answered. HTML."""
    return f"Приём ответов по запросу «{esc(title(obligation))}» завершён."


def ended(obligation: Obligation, why: str) -> str:
    """The same of a request that takes nothing any more though its round is open; `why`: a sentence. HTML."""
    return f"Вы отвечали на запрос «{esc(title(obligation))}». {why}"


def answered(obligation: Obligation, reply: Reply) -> str:
    """The same of a request that somebody else has answered meanwhile. HTML."""
    return ended(obligation, f"{has_answered(reply)}.")


def or_answer(saved: Screen, message: int, obligation: Obligation) -> Screen:
    """A comment was kept, which could be the answer that the form waits for."""
    button = Button("Это ответ на вопрос", ToRequest(message=message, obligation=obligation.id).pack())
    return replace(saved, rows=((button,),))


def or_elsewhere(refusal: Screen, message: int, obligation: Obligation) -> Screen:
    """What was typed does not fit the question, but may be meant for something else."""
    to_request = ToRequest(message=message, obligation=obligation.id).pack()
    to_department = Button(TO_DEPARTMENT, ToDepartment(message=message).pack())
    return replace(
        refusal,
        text=f"{refusal.text}\nЭто не ответ? Передайте кнопкой.",
        rows=(
            (Button(button_label(f"К запросу «{title(obligation)}»"), to_request),),
            *([] if obligation.on_behalf else [(to_department,)]),
        ),
    )


def late_value(obligation: Obligation, field: Field, values: tuple[str, str], message: int) -> Screen:
    """A value came late, and the field has another by now; `values`: what was typed, and what stands there."""
    typed, present = (shorten(value, _SHOWN) for value in values)
    return screen(
        f"Сообщение «{esc(typed)}» дошло с опозданием. Вы писали его в ответ на вопрос <b>{esc(field.label)}</b>, "
        f"там теперь: <b>{esc(present)}</b>.",
        rows=_overwrite(obligation, field, typed, message),
    )


def other_than_pressed(obligation: Obligation, field: Field, values: tuple[str, str], message: int) -> Screen:
    """A value was typed for a field that has been answered by a button; `values`: what was typed, and that answer."""
    typed, present = (shorten(value, _SHOWN) for value in values)
    return screen(
        f"Вы написали «{esc(typed)}», а в ответе на вопрос <b>{esc(field.label)}</b> кнопкой выбрано: "
        f"<b>{esc(present)}</b>.",
        rows=_overwrite(obligation, field, typed, message),
    )


def _overwrite(obligation: Obligation, field: Field, typed: str, message: int) -> list[list[Button]]:
    to_field = ToField(message=message, obligation=obligation.id, field=obligation.round.directive.fields.index(field))
    return [
        [
            Button(button_label(f"Записать «{typed}»"), to_field.pack()),
            Button("Оставить как есть", Nowhere(message=message).pack()),
        ]
    ]


def which_question(
    obligation: Obligation, fields: Sequence[Field], message: int, text: str, *, corrects: bool = False
) -> Screen:
    """It may be the answer to the question that was still on the screen, or to the one that follows it.

    `corrects`: its words say that the number before it was wrong.
    """
    when = "" if corrects else ", пока бот ещё обрабатывал кнопку"
    labels = button_titles([f"«{field.label}»" for field in fields])
    order = obligation.round.directive.fields
    return screen(
        f"Вы написали «{esc(shorten(text, _SHOWN))}»{when}.",
        "<b>На какой вопрос это ответ?</b> Повторять не нужно: нажмите кнопку.",
        rows=[
            *(
                [Button(label, ToField(message=message, obligation=obligation.id, field=order.index(field)).pack())]
                for label, field in zip(labels, fields, strict=True)
            ),
            [Button("Ни на какой", Nowhere(message=message).pack())],
        ],
    )


def late_misfit(obligation: Obligation, field: Field, explanation: str) -> Screen:
    """A message that came late does not fit the field that it was meant for."""
    step = Step(obligation=obligation.id, field=obligation.round.directive.fields.index(field), step="go")
    return screen(
        explanation,
        f"Это ответ на вопрос <b>{esc(field.label)}</b>: откройте его и напишите ещё раз.",
        rows=[[Button("Открыть вопрос", step.pack())]],
    )


def not_by_reply() -> Screen:
    """Somebody of the department was asked for something, and has replied to an announcement instead."""
    return screen("Вы ответили на объявление, а ждём мы другого. Если это оно, пришлите его, пожалуйста, не ответом.")


def late() -> Screen:
    """A message of the department's people came late."""
    return screen(LATE, "Если оно ещё нужно, отправьте его ещё раз.")


def too_long(most: int) -> str:
    """A text of several messages is more than a comment holds; it is kept, and its place still asked for."""
    return f"Для комментария это слишком длинно: нужно до {most} знаков. Можно передать в управление"


def title(obligation: Obligation) -> str:
    """The request in a line."""
    return obligation.round.directive.title


def in_request(obligation: Obligation, *, is_value: bool) -> Screen:
    """It has found its place."""
    if is_value:
        return screen(f"✅ Записано в ответ на запрос «{esc(title(obligation))}».")
    return screen(f"💬 Сохранено как комментарий к запросу «{esc(title(obligation))}».")


def nowhere() -> Screen:
    """It was nothing."""
    return screen("Хорошо, никуда не передано.")
