"""A second person's consent to an announcement: it is asked for, given, or the draft goes back to its author."""

from datetime import datetime

from bot.domain.desk.announcement import Announcement
from bot.domain.screen import Button, Screen
from bot.views.announced import first_words
from bot.views.callbacks.announcements import AgreeTo, AgreeToWords, OpenAnnouncement, ShowCopy
from bot.views.callbacks.department import Announcements
from bot.views.department.announcements.composing import (
    Composed,
    changed,
    decision,
    details,
    night,
    recipients,
    to_card,
)
from bot.views.department.control.answer import COMMENT
from bot.views.department.panel import back
from bot.views.words import esc, moment, plain, screen, shorten

OWN = "Своё объявление согласовать нельзя: это делает другой сотрудник"
AUTHOR_GONE = "Автор больше не может рассылать объявления. Отправить нельзя"
DECIDED = "Уже рассмотрено или отозвано"
CHANGED = "Объявление тем временем изменилось. Просим прочитать ещё раз"
OWN_WORDS = "Своё исправление согласовать нельзя: это делает другой сотрудник"
_NO_MORE = "👀 <b>Согласовывать не нужно</b>"
NEVER_AGREED = "Его никто не согласовал. Чтобы отправить ещё раз, создайте новое объявление"


def approval(card: Composed) -> Screen:
    """Asks somebody else of the department to agree."""
    announcement = card.announcement
    by = f"Автор: {esc(announcement.by_name)}" if announcement.by_name else "Автор неизвестен"
    return screen(
        "👀 <b>Объявление на согласование</b>",
        f"<i>{esc(first_words(announcement, 1500))}</i>",
        "",
        by,
        *changed(card),
        *details(card),
        rows=[
            [Button("Показать", ShowCopy(id=announcement.id).pack()), recipients(announcement.id)],
            decision(card),
        ],
    )


def ask_night(card: Composed, opens: datetime) -> Screen:
    """Whoever agrees when nobody works says when it goes."""
    id, mark = card.announcement.id, card.mark
    return screen(
        "<b>Отправить сейчас?</b>",
        *night(card.catalog.calendar, card.now, card.now),
        rows=[
            [Button(f"Отложить: {moment(opens, card.now, card.zone)}", AgreeTo(id=id, mark=mark, at="morning").pack())],
            [Button("Да, отправить сейчас", AgreeTo(id=id, mark=mark, at="night").pack(), style="success")],
            back(OpenAnnouncement(id=id).pack()),
        ],
    )


def words(announcement: Announcement, proposer: str) -> Screen:
    """Asks somebody else of the department to agree to corrected words."""
    proposed = (announcement.proposed or {}).get("text", "")
    mark = announcement.proposal_mark
    return screen(
        "👀 <b>Исправление объявления на согласование</b>",
        f"Предлагает: {esc(proposer)}",
        "",
        f"Было: <i>{esc(shorten(plain(announcement.text), 1200))}</i>",
        "",
        f"Станет: <i>{esc(shorten(plain(proposed), 1200))}</i>",
        rows=[
            [
                Button("Согласовать", AgreeToWords(id=announcement.id, mark=mark, agree=True).pack(), style="success"),
                Button("Отказать", AgreeToWords(id=announcement.id, mark=mark, agree=False).pack()),
            ],
            [to_card(announcement.id)],
        ],
    )


def words_decided(announcement: Announcement, *, agreed: bool) -> Screen:
    """What has become of corrected words, for whoever decided and whoever proposed them."""
    word = "✅ Исправление согласовано: текст меняется у всех." if agreed else "🚫 Исправление не согласовано."
    return screen(word, f"<i>{esc(first_words(announcement))}</i>", rows=[[to_card(announcement.id)]])


def words_replaced(announcement: Announcement, by: str) -> Screen:
    """Whoever proposed corrected words hears that somebody else has proposed others instead."""
    return screen(
        "↩️ <b>Ваше исправление больше не ждёт согласования</b>",
        f"<i>{esc(first_words(announcement))}</i>",
        "",
        f"Другое предложил(а): {esc(by)}" if by else "Вместо него предложено другое.",
        rows=[[to_card(announcement.id)]],
    )


def not_agreed(announcement: Announcement) -> Screen:
    """The author hears that it has not gone in its time: nobody had agreed to it as it is now."""
    return screen(
        "⚠️ <b>Объявление не отправлено: нужно согласование</b>",
        f"<i>{esc(first_words(announcement))}</i>",
        "",
        "Оно снова черновик. Просим отправить его на согласование.",
        rows=[[to_card(announcement.id)]],
    )


def went_to_nobody(announcement: Announcement) -> Screen:
    """The author hears that its time has come and nobody could get it."""
    return screen(
        "⚠️ <b>Объявление никому не ушло</b>",
        f"<i>{esc(first_words(announcement))}</i>",
        "",
        "К назначенному времени написать было некому.",
        rows=[[to_card(announcement.id)]],
    )


def recalled(announcement: Announcement, by: str) -> Screen:
    """The author hears that somebody else keeps it back."""
    return screen(
        "↩️ <b>Отправка объявления отменена</b>",
        f"<i>{esc(first_words(announcement))}</i>",
        "",
        *([f"Кто отменил: {esc(by)}"] if by else []),
        "Объявление снова черновик: его можно изменить и отправить.",
        rows=[[to_card(announcement.id)]],
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


def asked_no_more(announcement: Announcement) -> Screen:
    """What is left of a message that asked to agree: somebody else was faster."""
    words = f"<i>{esc(first_words(announcement))}</i>"
    return screen(_NO_MORE, words, "", "Решать больше нечего.", rows=[[to_card(announcement.id)]])


def withdrawn() -> Screen:
    """The same if it is a draft again."""
    return screen(_NO_MORE, "Объявление снова у автора: после исправления придёт новое сообщение.")


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
