"""The message that an announcement copies: what may be one, and what its author's edit of it changes."""

from bot.domain.desk.announcement import Announcement, Wording
from bot.domain.people.messenger import Messenger
from bot.domain.screen import Button, Screen
from bot.views.callbacks.announcements import Compose, OpenAnnouncement
from bot.views.callbacks.department import Announcements
from bot.views.department.announcements.composing import to_card
from bot.views.department.panel import back
from bot.views.words import esc, screen

# What a bot can pass on.
_COPIED = {
    Messenger.TELEGRAM: (
        "текст, фото, видео, документ, аудио, голосовое, стикер, место, контакт, обычный опрос, альбом"
    ),
    Messenger.MAX: "текст, фото, видео, документ, аудио, несколько фото и видео вместе",
}
_WITHOUT_WORDS = {
    "video_note": "Видеосообщение",
    "sticker": "Стикер",
    "location": "Место на карте",
    "venue": "Место на карте",
    "contact": "Контакт",
    "poll": "Опрос",
}


def ask_message(*, instead: int | None = None) -> Screen:
    """Asks for the message, `instead` of the one in that draft."""
    to = OpenAnnouncement(id=instead).pack() if instead else Announcements().pack()
    return screen(
        "<b>Новое объявление</b>" if instead is None else "<b>Другое сообщение</b>",
        "Пришлите или перешлите сообщение: текст, фото, видео, документ, альбом. Оно уйдёт в том же виде.",
        rows=[back(to)],
    )


def cannot_be_copied(messenger: Messenger) -> Screen:
    """The messenger lets no bot copy such a message."""
    return screen(f"Такое сообщение {messenger.called} не даёт разослать.", f"Подойдут {_COPIED[messenger]}.")


def too_long(messenger: Messenger, *, instead: int | None = None) -> Screen:
    """The text came in several messages, `instead` of the one in that draft."""
    what = "объявление не создано" if instead is None else "в объявлении осталось прежнее сообщение"
    return screen(
        f"Текст не помещается в одно сообщение (до {messenger.message} знаков): {messenger.called} разделил его, "
        f"{what}.",
        "Пришлите текст короче или файлом.",
        rows=[[to_card(instead)]] if instead is not None else [],
    )


def one_message(id: int) -> Screen:
    """A message came that is no part of the draft."""
    return screen(
        "Объявление — одно сообщение или один альбом. Это сообщение в него не вошло.",
        rows=[
            [Button("Заменить сообщение", Compose(id=id, do="replace").pack())],
            [to_card(id)],
        ],
    )


def without_words(kind: str, detail: str = "") -> str:
    """What lists call a message that has no words, HTML; `kind` as Telegram has it, `detail`: which of them."""
    name = _WITHOUT_WORDS[kind]
    return f"{name}: {esc(detail)}" if detail else name


def edited(announcement: Announcement, *, needs_consent: bool) -> Screen:
    """The author has edited the message itself; says what that changes."""
    if announcement.state.is_under_way:
        text = "Правка попадёт только в копии, которые ещё не ушли. Для остальных есть «Исправить текст»."
    elif needs_consent:
        text = "Сообщение изменено. Объявление снова черновик: просим отправить его на согласование ещё раз."
    else:
        text = "Правка учтена: объявление уйдёт с новым текстом."
    return screen(text, rows=[[to_card(announcement.id)]])


def words_stay(announcement: Announcement) -> Screen:
    """The author has edited the message after it was sent off: its words are the bot's by then."""
    file = () if announcement.wording is Wording.TEXT else ("Новый файл получат те, кому копия ещё не ушла.",)
    return screen(
        "Правка слов никому не отправлена: их для всех меняет «Исправить текст».", *file,
        rows=[[to_card(announcement.id)]],
    )  # fmt: skip


def kept(announcement: Announcement) -> Screen:
    """The author has edited the message after somebody has agreed to it: nobody gets what they have not agreed to."""
    if announcement.wording is Wording.TEXT:
        text = "Объявление уходит с согласованным текстом: правка никому не отправлена."
    else:
        text = "Объявление согласовано в прежнем виде: в изменённом оно больше никому не уйдёт."
    return screen(
        text, "Изменить слова у всех: «Исправить текст», правку согласует другой сотрудник.",
        rows=[[to_card(announcement.id)]],
    )  # fmt: skip


def not_theirs() -> Screen:
    """Whoever has edited it may not say anything any more to all who got it."""
    return screen("Правка никому не отправлена: объявление уже не в ваших полномочиях.")


def lost(announcement: Announcement) -> Screen:
    """The author has deleted the message: there is nothing to copy."""
    return screen(
        "⚠️ Исходное сообщение удалено из переписки с ботом, копию сделать не из чего.",
        "Просим прислать его заново: «Заменить сообщение» в черновике.",
        rows=[[to_card(announcement.id)]],
    )
