"""Answers that any conversation may give; toasts are plain text of at most 200 characters."""

from bot.domain.ledger.extension import REASON_LENGTH
from bot.domain.ledger.obligation import Obligation, ObligationState
from bot.domain.screen import Button, Screen
from bot.views.callbacks.threads import Write
from bot.views.heads.threads import WRITE, about_request
from bot.views.words import esc, screen

NOT_YOURS = "Эта кнопка не для вас или больше не действует. Что открыто: /tasks"
OUTDATED = "Эта кнопка устарела. Что открыто: /tasks"
# The same where what is asked now stands in its place.
GO_ON = "Кнопка устарела: ответьте, пожалуйста, на то, что спрашивается сейчас"
# The same for whoever works at the department.
OUTDATED_AT_DESK = "Эта кнопка устарела. Рабочий стол: /panel"
NOT_OFFERED = "Этого выбора больше нет. Вот что можно выбрать сейчас"
NO_ROUND = "Этот запрос отозван или больше не в вашем ведении. Открытые запросы: /status"
# Another conversation has been between, or nobody knows any more what was chosen.
BEGIN_AGAIN = "Выбор прервался. Начните его, пожалуйста, сначала"
ALREADY_SENT = "Ответ уже отправлен"
OTHER_REASON = "Другую причину можно написать новым сообщением."


def apology(incident: str) -> Screen:
    """Something went wrong that nobody foresaw; the id finds it in the log."""
    return screen(
        "Простите, что-то пошло не так. Попробуйте ещё раз чуть позже.",
        f"Если не поможет, сообщите управлению номер: <code>{esc(incident)}</code>",
    )


def busy() -> Screen:
    """The database cannot be written now."""
    return screen("Сейчас не получается сохранить. Повторять не нужно: сохраним, как только получится.")


def unreadable() -> Screen:
    """Nobody could read what came: a newer Telegram's, or no Telegram's at all."""
    return screen("Не получилось это прочитать. Попробуйте, пожалуйста, обычным текстом.", "Что открыто: /tasks")


def enough() -> Screen:
    """More has come from one person than is answered one by one."""
    return screen(
        "Слишком много сообщений сразу: отвечаем не на каждое. Ответы на запросы запишем все.",
        "Что открыто: /tasks",
    )


UNSEATED = "Вы пока не связаны с организацией. Начните регистрацию: /start."
WRITE_ZERO = "Если это ноль, поставьте 0."


def misfit(explanation: str, hint: str = "") -> Screen:
    """A typed value does not fit; `explanation` is HTML of bot.views.heads.misfits. The question stands below."""
    return screen(f"❗️ {explanation}", *([hint] if hint else []))


def remark_saved(*, is_file: bool) -> Screen:
    """A comment or evidence was kept."""
    return screen("📎 Файл приложен к ответу." if is_file else "💬 Сохранено как комментарий к запросу.")


def remark_changed() -> Screen:
    """A comment was corrected."""
    return screen("💬 Комментарий исправлен.")


# What to do when a search has found nothing.
SHORTER = "Хватит номера, слова из названия или села."


def remark_too_long(most: int) -> Screen:
    """A comment of several messages is more than one holds."""
    return screen(f"Комментарий слишком длинный и не сохранён: нужно до {most} знаков.", "Можно приложить его файлом.")


def remark_of_parts() -> Screen:
    """A message was corrected that is only a part of a long comment."""
    return screen("Этот комментарий пришёл в нескольких сообщениях, по частям он не исправляется: пришлите его заново.")


def tail() -> Screen:
    """The rest of a text that was too long for one message."""
    return screen(
        "Это продолжение слишком длинного текста: оно не сохранено.",
        "Напишите, пожалуйста, короче, одним сообщением.",
    )


def why_final(obligation: Obligation) -> str:
    """Why nothing can be changed though the round is open; empty: it is the round that has closed."""
    if obligation.left_at is not None:
        kept = "отправленный ответ сохранён" if obligation.version else "отвечать не нужно"
        return f"Управление образования исключило организацию из списка, {kept}."
    match obligation.state:
        case ObligationState.ACCEPTED:
            return "Управление образования уже приняло этот ответ как исполненный, изменить его нельзя."
        case ObligationState.EXCUSED:
            return "Управление образования сняло этот запрос с контроля, отвечать не нужно."
        case ObligationState.OPEN | ObligationState.ANSWERED | ObligationState.RETURNED:
            return ""


def closed(obligation: Obligation | None = None) -> Screen:
    """The request takes nothing any more."""
    over = "Приём ответов по этому запросу завершён."
    if obligation is None:
        return screen(over, rows=[[Button(WRITE, Write().pack())]])
    return screen(why_final(obligation) or over, rows=[about_request(obligation.id)])


def no_longer_asked() -> Screen:
    """The corrected message gave a value that is no longer asked."""
    return screen("Об этом больше не спрашивают. Открытые запросы: /tasks.")


def bad_reason() -> Screen:
    """The reason of «не относится к нам» is too short or too long."""
    return screen(f"Напишите причину: от {REASON_LENGTH[0]} до {REASON_LENGTH[-1]} знаков.")


def too_many_files(most: int) -> Screen:
    """The field has as many files as it takes."""
    return screen(f"Можно приложить не больше {most} файлов.")


def withdrawn() -> Screen:
    """What is left of an old reminder or form: its successor stands further down."""
    return screen("Сообщение устарело.")
