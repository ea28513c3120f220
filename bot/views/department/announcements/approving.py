"""A second person's consent to an announcement: it is asked for, given, or the draft goes back to its author."""

from bot.domain.desk.announcement import Announcement
from bot.domain.screen import Button, Screen
from bot.views.callbacks.announcements import OpenAnnouncement, ShowCopy
from bot.views.callbacks.department import Announcements
from bot.views.department.announcements.composing import Composed, decision, details, first_words, recipients, to_card
from bot.views.department.control.answer import COMMENT
from bot.views.department.panel import back
from bot.views.words import esc, screen

OWN = "Своё объявление согласовать нельзя: это делает другой сотрудник"
AUTHOR_GONE = "Автор больше не может рассылать объявления. Отправить нельзя"
DECIDED = "Уже рассмотрено или отозвано"


def approval(card: Composed) -> Screen:
    """Asks somebody else of the department to agree."""
    announcement = card.announcement
    by = f"Автор: {esc(announcement.by_name)}" if announcement.by_name else "Автор неизвестен"
    return screen(
        "👀 <b>Объявление на согласование</b>",
        f"<i>{esc(first_words(announcement, 1500))}</i>",
        "",
        by,
        *details(card),
        rows=[
            [Button("Показать", ShowCopy(id=announcement.id).pack()), recipients(announcement.id)],
            decision(announcement.id),
        ],
    )


def approved(announcement: Announcement, *, scheduled: bool) -> Screen:
    """Whoever agreed hears what happens now."""
    word = "запланировано" if scheduled else "отправляется"
    return screen(
        f"✅ Согласовано, {word}:", f"<i>{esc(first_words(announcement))}</i>", rows=[[to_card(announcement.id)]]
    )


def already_decided(id: int) -> Screen:
    """Somebody else was faster, or the author has withdrawn it."""
    return screen("Это объявление уже рассмотрено или отозвано.", rows=[[to_card(id)]])


def ask_comment(announcement: Announcement, *, again: bool = False) -> Screen:
    """Asks why it is returned; `again`: what was typed is too short or too long."""
    wrong = [f"⚠️ От {COMMENT[0]} до {COMMENT[-1]} знаков, пожалуйста."] if again else []
    return screen(
        "<b>Вернуть автору</b>",
        "Напишите, что исправить.",
        *wrong,
        rows=[back(OpenAnnouncement(id=announcement.id).pack())],
    )


def returned() -> Screen:
    """Whoever returned it hears that it is done."""
    return screen("↩️ Возвращено автору с вашим комментарием.", rows=[back(Announcements().pack())])


def returned_to_author(announcement: Announcement, comment: str) -> Screen:
    """The author hears that it is a draft again, and why."""
    return screen(
        "↩️ <b>Объявление возвращено</b>",
        f"<i>{esc(first_words(announcement))}</i>",
        "",
        f"Комментарий: {esc(comment)}",
        rows=[[to_card(announcement.id)]],
    )
