"""«Написать в управление»: what a person writes, and what comes back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.domain.brevity import shortened
from bot.domain.desk.thread import Note, Thread
from bot.domain.people.member import Seat
from bot.domain.people.messenger import messenger_of
from bot.domain.screen import Amend, Button, Copy, Rendered, Screen
from bot.domain.text import units
from bot.views import announced
from bot.views.callbacks.threads import Cancel, Continue, Mine, Own, Whole, Write
from bot.views.words import button_labels, button_titles, day, esc, moment, plural, screen, shorten

WRITE = "Написать в управление"
PAGE = 8
NOTES = 5
# Characters of a note that its thread shows; the rest is sent on a tap.
_SHOWN = 500
# UTF-16 units that are added when a card says that it was answered.
_ADDED = 250


def ask(
    organization: str | None, about: Sequence[str] = (), obligation_id: int = 0, *, has_threads: bool = False
) -> Screen:
    """What the person types next goes to the department; `about`: lines that say what it is about."""
    return screen(
        f"✉️ <b>{WRITE}</b>",
        *_place(organization),
        *about,
        "",
        "Напишите одним сообщением. Можно приложить файлы или фото.",
        rows=[
            [Button("Мои обращения", Mine().pack())] if has_threads else [],
            [Button("Отмена", Cancel(obligation=obligation_id).pack())],
        ],
    )


def about_request(obligation_id: int) -> list[Button]:
    """The way to the department, with the request as what is written about."""
    return [Button(WRITE, Write(obligation=obligation_id).pack())]


def which(seats: Sequence[Seat], *, has_threads: bool) -> Screen:
    """The person sits at several organizations."""
    labels = button_labels([seat.organization_label for seat in seats])
    rows = [
        [Button(label, Write(organization=seat.organization_id).pack())]
        for label, seat in zip(labels, seats, strict=True)
    ]
    rows.append([Button("Мои обращения", Mine().pack())] if has_threads else [])
    return screen(f"✉️ <b>{WRITE}</b>", "", "От какой организации?", rows=rows)


def passed(thread_id: int, *, is_own_reader: bool = False) -> Screen:
    """The department has it; `is_own_reader`: which is nobody but whoever has written it."""
    row = [Button("Дополнить", Continue(thread=thread_id).pack()), Button("Мои обращения", Mine().pack())]
    alone = "✅ Записано. Кроме вас, обращений в управлении пока никто не читает."
    return screen(alone if is_own_reader else "✅ Передано. Ответ придёт сюда.", rows=[row])


def cancelled() -> Screen:
    """Nothing was sent."""
    return screen("Ничего не отправлено. Написать в управление: /write.")


def finished() -> Screen:
    """«Отмена» of what was sent already, or given up."""
    return screen("Здесь отменять уже нечего. Написать в управление: /write.")


def too_many(minutes: int) -> Screen:
    """More than a person can mean."""
    wait = plural(minutes, "минуту", "минуты", "минут")
    return screen(
        f"Слишком много сообщений подряд: это не передано. Подождите, пожалуйста, {wait}.",
        "Всё, что уже передано, сохранено.",
    )


def unsupported() -> Screen:
    """A sticker, a place on the map."""
    return screen(
        "Такое сообщение передать нельзя. Можно: текст, фото, документ, видео, аудио, голосовое сообщение или альбом."
    )


def empty() -> Screen:
    """Nothing that can be seen."""
    return screen("Сообщение пустое. Напишите текст или приложите файл.")


def correction_passed() -> Screen:
    """The message was edited in Telegram."""
    return screen("✏️ Исправление передано.")


def gone() -> Screen:
    """The thread is no more."""
    return screen("Этой переписки больше нет.")


def mine(threads: Sequence[Thread], total: int, page: int, now: datetime, zone: tzinfo) -> Screen:
    """A page of the person's threads."""
    today = now.astimezone(zone).date()
    labels = button_titles(
        [
            f"{day(thread.spoken_at.astimezone(zone).date(), today)}: {title(thread, zone, to_reader=True)}"
            for thread in threads
        ],
        [thread.organization_label or f"{thread.spoken_at.astimezone(zone):%H:%M}" for thread in threads],
    )
    rows = [[Button(label, Own(thread=thread.id).pack())] for label, thread in zip(labels, threads, strict=True)]
    rows.append(turns(page, PAGE, total, lambda to: Mine(page=to).pack()))
    rows.append([Button(WRITE, Write().pack())])
    if not total:
        return screen("Обращений пока нет.", rows=rows)
    return screen(f"<b>Мои обращения: {total}</b>", rows=rows)


def own(thread: Thread, notes: Sequence[Note], total: int, page: int, now: datetime, zone: tzinfo) -> Screen:
    """A thread as its person sees it."""
    rows = [
        *files(notes, now, zone),
        turns(page, NOTES, total, lambda to: Own(thread=thread.id, page=to).pack(), old=True),
    ]
    rows += [[Button("Дополнить", Continue(thread=thread.id).pack())], [Button("‹ Мои обращения", Mine().pack())]]
    return screen(
        "✉️ <b>Переписка с управлением</b>",
        *_place(thread.organization_name),
        *subject(thread, now, zone, to_reader=True),
        *history(notes, now, zone, department="Управление"),
        rows=rows,
    )


def answer(thread: Thread, notes: Sequence[Note], now: datetime, zone: tzinfo, *, corrected: bool) -> Rendered:
    """What the department has answered, for the person."""
    by = notes[0].by_name
    mark = " · исправлено" if corrected else ""
    head = [f"✉️ <b>Ответ управления</b>{mark}", *subject(thread, now, zone, to_reader=True)]
    if by:
        head.append(f"<i>{esc(shorten(by, 80))}</i>")
    rows = [[Button("Ответить", Continue(thread=thread.id).pack())]]
    return compose(head, notes, [], rows).sent(thread.id)


def title(thread: Thread, zone: tzinfo, *, to_reader: bool = False) -> str:
    """What the thread is about, in a line; `to_reader`: for its person."""
    if thread.announcement is not None:
        return announced.titled(thread.announcement, zone, to_reader=to_reader)
    return thread.about or thread.organization_label or "Общий вопрос"


def subject(thread: Thread, now: datetime, zone: tzinfo, *, to_reader: bool = False) -> list[str]:
    """The line that says which request or announcement the thread is about; none if it is about neither."""
    if thread.announcement is not None:
        return [f"📣 {esc(announced.named(thread.announcement, now, zone, to_reader=to_reader))}"]
    return of_request(thread.about) if thread.about else []


def of_request(title: str) -> list[str]:
    """The line that says which request it is about."""
    return [f"📋 {esc(shorten(title, 150))}"]


@dataclass(frozen=True, slots=True)
class Card:
    """Notes as one message, or as a message with buttons and what was written below it.

    `caption`: the screen is the caption of the file. `below`: what follows; `gone`: if that cannot be copied any more.
    """

    screen: Screen
    caption: bool = False
    below: Copy | None = None
    gone: Screen | None = None

    def sent(self, thread_id: int, topic: int | None = None, topic_title: str = "") -> Rendered:
        """To be sent."""
        if self.below is None:
            return Rendered(self.screen, thread=thread_id, topic=topic, topic_title=topic_title)
        if self.caption:
            file = Copy(self.below.from_chat, self.below.messages, self.screen.rows, self.screen.text)
            return Rendered(file, thread=thread_id, topic=topic, topic_title=topic_title, instead=self.gone)
        return Rendered(
            self.below, thread=thread_id, topic=topic, topic_title=topic_title, before=self.screen, instead=self.gone
        )

    def amended(self, message: int, thread_id: int) -> Rendered:
        """To take the place of what it said before."""
        return Rendered(Amend(message, self.screen, self.caption), thread=thread_id)


def compose(head: list[str], notes: Sequence[Note], foot: list[str], rows: list[list[Button]]) -> Card:
    """The notes of one letter under their heading; nothing that was written is cut."""
    text = "\n".join(note.text for note in notes if note.text)
    names = [note.file_name for note in notes if note.file_name]
    words = ["", esc(text)] if text else []
    below = [""] if foot else []
    whole = screen(*head, *words, *below, *foot, rows=rows)
    size = units("\n".join([*head, *words]))
    messenger = messenger_of(notes[0].by_id or notes[0].chat_id)
    original = Copy(notes[0].chat_id, tuple(note.message_id for note in notes))
    lost = [f"📎 Файл больше не доступен: {esc(name)}" for name in names]
    if not names and size <= messenger.message - _ADDED:
        return Card(whole)
    if len(notes) == 1 and names and size <= messenger.caption - _ADDED:
        return Card(whole, True, original, screen(*head, *words, "", *lost, *below, *foot, rows=rows))
    return Card(screen(*head, *below, *foot, rows=rows), below=original, gone=screen(esc(text), *lost))


def replied(note: Note, now: datetime, zone: tzinfo) -> list[str]:
    """The line that says which letter the note replies to; none if it is to none that is about several requests."""
    if note.letter_at is None:
        return []
    what = "↩️ В ответ на напоминание" if note.to_reminder else "↩️ В ответ на список запросов"
    return [f"{what} от {day(note.letter_at.astimezone(zone).date(), now.astimezone(zone).date())}"]


def history(notes: Sequence[Note], now: datetime, zone: tzinfo, *, department: str = "") -> list[str]:
    """Lines of what was written; `department`: what its people are called beside their names."""
    lines = []
    for note in notes:
        who = esc(shorten(note.by_name or "Автор удалил данные", 80))
        if note.from_staff:
            who = f"{department}, {who}" if department else f"↩️ {who}"
        lines += ["", f"<b>{who}</b> · {moment(note.at, now, zone)}", *replied(note, now, zone)]
        if note.text:
            lines.append(esc(shorten(note.text, _SHOWN)))
        if note.file_name:
            lines.append(f"📎 {esc(note.file_name)}")
    return lines


def files(notes: Sequence[Note], now: datetime, zone: tzinfo) -> list[list[Button]]:
    """What can be had whole: files, and texts that are shown in part."""
    whole = [note for note in notes if note.file_name or len(note.text) > _SHOWN]
    labels = button_titles(
        [f"📎 {note.file_name}" if note.file_name else f"Целиком: {moment(note.at, now, zone)}" for note in whole],
        [moment(note.at, now, zone) if note.file_name else "" for note in whole],
    )
    return [[Button(label, Whole(note=note.id).pack())] for label, note in zip(labels, whole, strict=True)]


def unavailable() -> Screen:
    """The message that a file was in has been removed."""
    return screen("Это сообщение удалено автором: файл больше не доступен.")


def turns(page: int, size: int, total: int, to: Callable[[int], str], *, old: bool = False) -> list[Button]:
    """Buttons to the other pages; `old`: page 0 is the end, and earlier ones come after it."""
    back, on = ("Позже ›", "‹ Раньше") if old else ("‹", "›")
    before = [Button(back, to(page - 1))] if page > 0 else []
    after = [Button(on, to(page + 1))] if (page + 1) * size < total else []
    return after + before if old else before + after


def _place(organization: str | None) -> list[str]:
    return [f"🏫 {esc(shortened(organization, 150))}"] if organization else []
