"""Vacation, seats, what is sent; stopping, resuming, erasing."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

from bot.domain.people.member import Person, Seat, SeatState
from bot.domain.people.organization import OrganizationType
from bot.domain.screen import Button, Screen
from bot.views.callbacks import Delete, Leave, Mute, MuteScope, Pause, Registration, Settings, Subscription
from bot.views.callbacks.people import Members
from bot.views.leaving import nothing_comes, place
from bot.views.menu import GONE, KEYBOARD
from bot.views.words import button_label, button_labels, day, official, screen

_BACK = [Button("‹ Настройки", Settings(screen="main").pack())]
_TO_ORGANIZATIONS = [Button("‹ Мои организации", Settings(screen="organizations").pack())]
_WANTED = "Что присылать"
NOT_OFFERED = "Об этом больше не спрашивают"
NOT_SEATED = "В этой организации вы больше не значитесь"
_PAUSES = ((7, "На неделю"), (14, "На 2 недели"), (28, "На 4 недели"), (56, "На 8 недель"))


def main(
    person: Person, seats: Sequence[Seat], now: datetime, zone: tzinfo, *, chooses: bool, subscribes: bool
) -> Screen:
    """Shows seats and vacation, and leads to all that can be set. `chooses`: of what is sent they may choose a part.

    `subscribes`: their own calendar can look up their deadlines.
    """
    lines = ["<b>Настройки</b>", "", *_places(seats, now, zone)]
    if person.stopped_at:
        lines += ["", "Сообщения остановлены. Снова присылать: /start."]
    elif person.paused_until and person.paused_until > now:
        until = day(person.paused_until.astimezone(zone).date(), now.astimezone(zone).date())
        lines += ["", f"🌴 Отпуск до {until}: сообщения не приходят."]
    return screen(
        *lines,
        rows=[
            [Button("Отпуск", Settings(screen="pause").pack())],
            [Button("Мои организации", Settings(screen="organizations").pack())],
            [Button(_WANTED, Settings(screen="wanted").pack())] if chooses else [],
            [Button("Сроки в календаре", Subscription(step="show").pack())] if subscribes else [],
        ],
    )


def _places(seats: Sequence[Seat], now: datetime, zone: tzinfo) -> list[str]:
    if not seats:
        return ["Организация не выбрана."]
    lines = []
    for seat in seats:
        waits = " (ждёт подтверждения)" if seat.state is SeatState.WAITING else ""
        lines.append(place(seat, now, zone) + waits)
    if any(seat.left_at is not None for seat in seats):
        lines.append("Если это ошибка, напишите в управление: /write.")
    return lines


def organizations(seats: Sequence[Seat], now: datetime, zone: tzinfo) -> Screen:
    """The person's organizations; to leave one stands apart, below what does no harm."""
    return screen(
        "<b>Мои организации</b>",
        *_places(seats, now, zone),
        rows=[
            [Button("Добавить организацию", Registration(step="again").pack())],
            _BACK,
            [Button("Уйти из организации", Settings(screen="seats").pack())] if seats else [],
        ],
    )


def wanted(types: Sequence[OrganizationType], topics: Mapping[str, str], muted: Collection[tuple[str, str]]) -> Screen:
    """Switches what is sent as a message: by the types of the person's organizations, and by topic."""
    offered: list[tuple[MuteScope, str, str]] = [("type", type_.id, f"Тип: {type_.title}") for type_ in types]
    offered += [("topic", topic_id, title) for topic_id, title in topics.items()]
    rows = [
        [
            Button(
                button_label(f"{'🔕' if (scope, value) in muted else '✅'} {title}"),
                Mute(scope=scope, value=value).pack(),
            )
        ]
        for scope, value, title in offered
    ]
    if not rows:
        return screen(f"<b>{_WANTED}</b>", "Присылаем всё: выбирать пока не из чего.", rows=[_BACK])
    return screen(
        f"<b>{_WANTED}</b>",
        "🔕 — не присылать. Отвечать всё равно нужно: запрос остаётся в /tasks.",
        rows=[*rows, _BACK],
    )


def pause(person: Person, now: datetime, zone: tzinfo) -> Screen:
    """Asks how long a vacation lasts, and says until when the present one does."""
    rows = [[Button(text, Pause(days=days).pack())] for days, text in _PAUSES]
    lines = [
        "<b>Отпуск</b>",
        "Сообщения не будут приходить, запросы получит заместитель, если он зарегистрирован.",
    ]
    if person.paused_until and person.paused_until > now:
        until = day(person.paused_until.astimezone(zone).date(), now.astimezone(zone).date())
        lines.append(f"Сейчас: до {until}.")
        rows.append([Button("Закончить отпуск", Pause(days=0).pack())])
    lines += ["", f"Выберите срок или напишите дату возвращения, например {_example(now, zone)}."]
    return screen(*lines, rows=[*rows, _BACK])


def bad_pause(now: datetime, zone: tzinfo) -> Screen:
    """What was typed is no day to come back on."""
    return screen(
        f"Нужна дата возвращения: не раньше завтрашнего дня и не позже чем через год. Например, {_example(now, zone)}.",
        rows=[_BACK],
    )


def _example(now: datetime, zone: tzinfo) -> str:
    return f"<code>{now.astimezone(zone) + timedelta(days=14):%d.%m.%Y}</code>"


def paused(person: Person, zone: tzinfo, now: datetime) -> Screen:
    """The vacation has begun."""
    assert person.paused_until is not None
    until = day(person.paused_until.astimezone(zone).date(), now.astimezone(zone).date())
    return screen(f"🌴 Хорошего отпуска! Сообщения возобновятся {until}.", "Вернуться раньше: /start.")


def seats(held: Sequence[Seat]) -> Screen:
    """Asks which seat to give up."""
    if not held:
        return screen("Вы не связаны ни с одной организацией. Зарегистрироваться: /start.", rows=[_TO_ORGANIZATIONS])
    labels = button_labels([seat.organization_label for seat in held])
    rows = [[Button(label, Leave(seat=seat.id).pack())] for label, seat in zip(labels, held, strict=True)]
    return screen("<b>Из какой организации уйти?</b>", rows=[*rows, _TO_ORGANIZATIONS])


def leave(seat: Seat, *, alone: bool = False) -> Screen:
    """Asks before giving up a seat; `alone`: nobody else sits there."""
    reaches_nobody = alone and seat.state is SeatState.SEATED and seat.left_at is None
    return screen(
        f"<b>Уйти из организации?</b>\n{official(seat)}",
        "Её запросы больше не будут приходить вам. Отправленные ответы сохранятся.",
        *(["Больше там никого нет: запросы не получит никто, мы сообщим управлению."] if reaches_nobody else []),
        rows=[
            [Button("Уйти", Leave(seat=seat.id, sure=True).pack(), style="danger")],
            _TO_ORGANIZATIONS,
        ],
    )


def left(seat: Seat, others: int, *, seated: bool) -> Screen:
    """The seat is given up, or no longer asked for; `others` is how many the person still has or waits for.

    `seated`: some of them are theirs.
    """
    name = official(seat)
    said = f"Заявка отозвана: {name}." if seat.state is SeatState.WAITING else f"Вы ушли из организации: {name}."
    return screen(
        said,
        "Настройки: /settings." if others else "Зарегистрироваться снова: /start.",
        keyboard=None if seated else GONE,
    )


def stopped() -> Screen:
    """The person gets no more messages."""
    return screen(
        "Сообщения остановлены. Снова присылать: /start.", "Открытые запросы по-прежнему в /tasks.", keyboard=GONE
    )


def resumed(seats: Sequence[Seat], now: datetime, zone: tzinfo) -> Screen:
    """Greets somebody registered who has sent /start, and says of which organizations something comes."""
    gone = [seat for seat in seats if seat.left_at is not None]
    if gone and len(gone) == len(seats):
        return nothing_comes(gone, now, zone)
    return screen(
        "<b>С возвращением!</b> Сообщения приходят.",
        *(place(seat, now, zone) for seat in seats),
        "",
        *(["Если организации нет в списке по ошибке, напишите в управление: /write."] if gone else []),
        "Открытые запросы: /tasks. Настройки: /settings.",
        keyboard=KEYBOARD,
    )


def delete() -> Screen:
    """Asks before the person's data is erased."""
    return screen(
        "<b>Удалить ваши данные?</b>",
        "Имя, роль, настройки и черновики будут стёрты, запросы перестанут приходить. "
        "Отправленные ответы останутся как ответы организации, без вашего имени.",
        rows=[
            [Button("Удалить", Delete(sure=True).pack(), style="danger")],
            [Button("Не удалять", Delete(sure=False).pack())],
        ],
    )


def last_administrator() -> Screen:
    """Nothing is erased: nobody would be left to administer."""
    return screen(
        "Вы единственный администратор: без вас управлять ботом будет некому, поэтому ваши данные пока не удалены.",
        "Назначьте ещё одного администратора и повторите /delete.",
        rows=[[Button("Сотрудники", Members().pack())]],
    )


def deleted() -> Screen:
    """The person's data is erased."""
    return screen("Ваши данные удалены. Начать заново: /start.", keyboard=GONE)


def not_deleted() -> Screen:
    """Nothing was erased."""
    return screen("Хорошо, ничего не удалено.")
