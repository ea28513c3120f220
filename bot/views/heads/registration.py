"""From a stranger to a seated head: what the bot is, consent, type, organization, role."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.domain.fields.marks import fold
from bot.domain.people.member import Invitation, Role, Seat, StaffRole
from bot.domain.people.messenger import Messenger
from bot.domain.people.organization import Organization, OrganizationType
from bot.domain.screen import Button, Screen
from bot.views.callbacks import Consent, GiveUp, PickOrganization, PickRole, PickType, Registration
from bot.views.callbacks.threads import Write
from bot.views.common import SHORTER
from bot.views.heads.threads import WRITE
from bot.views.menu import GONE, KEYBOARD
from bot.views.roles import ROLES, role_name
from bot.views.words import arrows, button_labels, esc, found, screen, sought

PAGE = 8

OVER = "Этот выбор уже закончен. Добавить организацию: /settings"
ENOUGH_SEATS = "Больше организаций добавить нельзя. Ненужные уберите в настройках: /settings"
ASKED_OFTEN = "Заявок за сутки слишком много. Попробуйте, пожалуйста, завтра"
ERASED_OFTEN = "За последние сутки вы уже несколько раз удаляли свои данные. Начать заново можно будет завтра"
# What the page for heads is called in their chat.
NO_ORGANIZATION = "Этой организации больше нет. Выберите, пожалуйста, другую"
DECIDED = "По этой заявке уже решено. Что дальше: /start"
LEAFLET = "Памятка руководителю.pdf"
# Stands for the name of a person whose profile has none.
NAMELESS = "Без имени"

_BACK_TO_TYPES = Button("‹ К типам", Registration(step="types").pack())


def welcome(source: str) -> Screen:
    """What /start says to a stranger first."""
    return screen(
        "<b>Здравствуйте!</b> Я помогаю управлению образования и руководителям организаций.",
        "",
        f"Поручения{f' {esc(source)}' if source else ''} приходят сюда в свой срок. Ответить — несколько нажатий, "
        "напоминания получает только тот, кто ещё не ответил.",
    )


def consent(messenger: Messenger, token: str = "") -> Screen:
    """Asks for consent, in a document of its own."""
    return screen(
        "<b>Согласие на обработку данных</b>",
        "",
        f"Бот хранит: номер вашей учётной записи в {messenger.called}, имя из профиля, организацию, вашу роль в ней, "
        "ваши ответы и время действий. Телефон, фамилии и данные обучающихся не запрашиваются.",
        "",
        "Данные нужны, чтобы передавать запросы и ответы, и видны сотрудникам управления образования. "
        "Удалить их можно в любой момент командой /delete.",
        rows=[[Button("Согласен", Consent(token=token).pack(), style="success")]],
    )


def types(all_types: Collection[OrganizationType], chosen: Collection[str]) -> Screen:
    """Asks for the organization's types; several may be ticked."""
    rows = [
        [
            Button(
                f"✅ {organization_type.title}" if organization_type.id in chosen else organization_type.title,
                PickType(type=organization_type.id).pack(),
            )
        ]
        for organization_type in all_types
    ]
    if chosen:
        rows.append([Button("Готово", Registration(step="organizations").pack(), style="success")])
    return screen(
        "<b>К какому типу относится ваша организация?</b>",
        "Можно отметить несколько, затем нажмите «Готово».",
        rows=rows,
    )


def type_first(asked_for: Screen) -> Screen:
    """Whoever wants to write a name of their own has said no type yet; its buttons stand below."""
    return replace(asked_for, text=f"❗️ Сначала отметьте тип организации.\n\n{asked_for.text}")


def nothing_found(typed: str, asked_for: Screen) -> Screen:
    """No organization has that name, and no type was said; its buttons stand below."""
    return replace(asked_for, text=f"По запросу «{sought(typed)}» ничего не нашлось.\n\n{asked_for.text}")


def organizations(listed: Sequence[Organization], page: int, query: str = "", *, elsewhere: bool = False) -> Screen:
    """Asks for the organization: a page of the roster, or of what a search has found; `elsewhere`: of other types."""
    pages = max(1, -(-len(listed) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = listed[page * PAGE : (page + 1) * PAGE]
    labels = button_labels([organization.label for organization in shown])
    rows = [
        [Button(label, PickOrganization(id=organization.id).pack())]
        for label, organization in zip(labels, shown, strict=True)
    ]
    rows.append(arrows(page, pages, lambda to: Registration(step="organizations", page=to).pack()))
    rows.append([Button("Нет в списке", Registration(step="unlisted").pack())])
    rows.append([_BACK_TO_TYPES])
    if query and listed and elsewhere:
        lines = [
            f"По запросу «{sought(query)}» среди отмеченных типов ничего не нашлось.",
            f"<b>Есть в других:</b> {found(listed)}.",
        ]
    elif query and listed:
        lines = [f"<b>Нашлось по запросу «{sought(query)}»:</b> {found(listed)}."]
    elif query:
        lines = [
            f"По запросу «{sought(query)}» ничего не нашлось.",
            f"{SHORTER} Напишите иначе или нажмите «Нет в списке».",
        ]
    elif listed:
        lines = ["<b>Выберите организацию</b> или напишите её номер или часть названия."]
    else:
        lines = [
            "<b>Список организаций этого типа пока пуст.</b>",
            "Нажмите «Нет в списке» и напишите название.",
        ]
    if pages > 1:
        lines.append(f"Страница {page + 1} из {pages}.")
    return screen(*lines, rows=rows)


def unlisted() -> Screen:
    """Asks for the name of an organization that the roster lacks."""
    return screen(
        "<b>Напишите полное название организации</b> одним сообщением.",
        "Например: МБОУ «Сосновская средняя общеобразовательная школа».",
        rows=[[_BACK_TO_TYPES]],
    )


def perhaps_listed(name: str, listed: Sequence[Organization]) -> Screen:
    """The list has organizations of a name that is nearly that."""
    labels = button_labels([organization.label for organization in listed[:PAGE]])
    rows = [
        [Button(label, PickOrganization(id=organization.id).pack())]
        for label, organization in zip(labels, listed, strict=False)
    ]
    rows.append([Button("Моей здесь нет", Registration(step="new").pack())])
    rows.append([_BACK_TO_TYPES])
    rest = ["Похожих больше: чтобы увидеть другие, напишите название точнее."] if len(listed) > PAGE else []
    return screen(f"<b>{esc(name)}</b>", "Похоже, эта организация уже есть в списке. Какая ваша?", *rest, rows=rows)


def bad_name() -> Screen:
    """What was typed is no name of an organization."""
    return screen(
        "Название пишут словами, от 3 до 200 знаков. Напишите его ещё раз, пожалуйста.", rows=[[_BACK_TO_TYPES]]
    )


def role(organization_name: str) -> Screen:
    """Asks whether the person is head or deputy."""
    return screen(
        f"<b>{esc(organization_name)}</b>",
        "Кто вы в этой организации?",
        rows=[
            [Button(title, PickRole(role=role).pack()) for role, title in ROLES.items()],
            [_BACK_TO_TYPES],
        ],
    )


# What people call a head and a deputy.
_ROLES = {
    Role.HEAD: "руководитель; директор; заведующий; заведующая; я директор; я заведующая; и.о. директора",
    Role.DEPUTY: "заместитель; зам; завуч; замдиректора; зам директора; заместитель директора; заместитель заведующей",
}


def role_of(text: str) -> Role | None:
    """The role that was written instead of pressed."""
    return next((role for role, said in _ROLES.items() if fold(text) in said.split("; ")), None)


# What is written instead of pressing, by the step to which the button leads.
_STEPS = {
    "types": "к типам; назад; вернуться; отмена",
    "organizations": "готово",
    "unlisted": "нет в списке; моей нет в списке; нашей нет в списке; в списке нет; нас нет в списке",
    "new": "моей здесь нет; нашей здесь нет; моей нет; нашей нет; моей тут нет; нашей тут нет",
}


def step_of(text: str) -> str | None:
    """The step to which the button leads whose words these are; None: they are on none."""
    said = fold(text).strip("‹› ")
    return next((step for step, words in _STEPS.items() if said in words.split("; ")), None)


def press(asked: Screen) -> Screen:
    """Something came where a button is wanted; its buttons stand below again."""
    return replace(asked, text=f"❗️ Нажмите кнопку.\n\n{asked.text}")


def waiting(seat: Seat) -> Screen:
    """The department has to confirm the seat."""
    return screen(
        "<b>Заявка отправлена.</b>",
        f"{esc(seat.organization_name)}, {role_name(seat.role)}.",
        "",
        "Управление образования подтвердит её, и я сразу напишу вам.",
        "Выбрали не ту организацию? Отозвать заявку: /settings → «Мои организации».",
    )


def seated(seat: Seat) -> Screen:
    """The seat is the person's; the page for heads comes along."""
    shown = screen(
        "✅ <b>Вы зарегистрированы.</b>",
        f"{esc(seat.organization_name)}, {role_name(seat.role)}.",
        "",
        "📋 Запрос придёт сюда. Отвечайте кнопками, числа пишите сообщением.",
        "✏️ Ошиблись? Нажмите «Изменить» или исправьте своё сообщение.",
        "🕓 Не успеваете? Под запросом: «Ещё…» → «Попросить продлить срок».",
        keyboard=KEYBOARD,
    )
    return replace(shown, leaflet=True)


def succeeds(invitation: Invitation) -> Screen:
    """The link is good, and somebody else sits there: the department has to confirm it."""
    return screen(
        "✅ <b>Ссылка принята.</b>",
        f"{esc(invitation.organization_name)}, {role_name(invitation.role)}.",
        "",
        "Место сейчас занято: управление образования подтвердит замену, и я сразу напишу вам.",
        rows=[[Button("Отозвать заявку", GiveUp(invitation=invitation.id).pack())]],
    )


def given_up() -> Screen:
    """Whoever waited by a link does not any more."""
    return screen("Заявка отозвана. Чтобы зарегистрироваться иначе: /start.")


def not_succeeded(invitation: Invitation) -> Screen:
    """The department has not confirmed that the bearer of the link takes another's place."""
    return screen(
        f"Управление образования не подтвердило замену: {esc(invitation.organization_name)}.",
        "Если это ошибка, попросите новую ссылку.",
        rows=[[Button(WRITE, Write().pack())]],
    )


def rejected(seat: Seat) -> Screen:
    """The department refused the seat."""
    return screen(
        f"Управление образования отклонило заявку: {esc(seat.organization_name)}, {role_name(seat.role)}.",
        "Если это ошибка, напишите управлению и начните снова: /start.",
        rows=[[Button(WRITE, Write().pack())]],
    )


def replaced(seat: Seat, *, by_other: bool, last: bool) -> Screen:
    """The department has taken the seat away; `by_other`: somebody else sits there now; `last`: it was the only one."""
    role = role_name(seat.role)
    cause = "теперь занимает другой человек" if by_other else "освобождено управлением образования"
    return screen(
        f"Ваше место ({role}) {cause}:",
        f"🏫 {esc(seat.organization_name)}",
        "",
        "Запросы этой организации к вам больше не приходят, отправленные ответы сохранены. "
        "Если это ошибка, напишите в управление: /write.",
        keyboard=GONE if last else None,
    )


def by_invitation_only() -> Screen:
    """REGISTRATION=invite, and the person came without a link."""
    return screen(
        "Регистрация — по приглашению. Попросите в управлении образования ссылку для вашей организации и откройте её."
    )


def bad_invitation() -> Screen:
    """The link is unknown, used, recalled or too old."""
    return screen("Эта ссылка уже использована или устарела. Попросите в управлении образования новую.")


def staff_seated(role: StaffRole) -> Screen:
    """A link has given a role in the department; the letter about it says the rest."""
    return screen(f"✅ <b>Ссылка принята.</b> Ваша роль в управлении: {role_name(role)}.")


def staff_already(role: StaffRole) -> Screen:
    """The person has the role that the link would give, or a greater one."""
    return screen(f"У вас уже есть роль: {role_name(role)}. Рабочий стол: /panel.")


def territory_gone() -> Screen:
    """The territory for which the link gives a role is no longer in the list."""
    return screen(
        "Территории, для которой создана эта ссылка, больше нет в списке. "
        "Роль не выдана; попросите, пожалуйста, новую ссылку у того, кто её прислал."
    )


def bad_claim() -> Screen:
    """The claim link has been used, or is none of this bot's."""
    return screen("Эта ссылка администратора уже использована или не подходит.")
