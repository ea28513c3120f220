"""Words that people write instead of pressing the button on which they stand."""

import re
import unicodedata
from enum import Enum, auto

from bot.domain.fields.field import Field
from bot.domain.fields.kinds import rules
from bot.domain.fields.marks import fold
from bot.domain.screen import Screen
from bot.domain.text import folded
from bot.views.words import screen, subject


class Word(Enum):
    """A button of a form."""

    SKIP = auto()
    BACK = auto()
    CHECK = auto()
    DONE = auto()
    NOT_OURS = auto()
    SEND = auto()
    CHANGE = auto()


_SAID = {
    Word.SKIP: "пропустить; пропускаю; пропускаем; пропуск; прочерк",
    Word.BACK: "назад; вернуться; вернуться к запросу; отмена; отменить",
    Word.CHECK: "к проверке; проверить",
    Word.DONE: "готово",
    Word.NOT_OURS: "не относится к нам; к нам не относится",
    Word.SEND: "отправить; отправь; отправьте; отправляй; отправляйте; отправляю",
    Word.CHANGE: "изменить; исправить",
}
_WORDS = {each: word for word, said in _SAID.items() for each in said.split("; ")}
# Those that stand under a question, whatever it is, or are said of the answer as a whole.
OF_FORM = frozenset({Word.SKIP, Word.BACK, Word.CHECK, Word.SEND, Word.CHANGE})
# Those on no button of a question: a text may be exactly that. «Что с мероприятием?» — «Отмена».
_OF_TEXTS = frozenset({"отмена", "отменить", "проверить", "изменить", "исправить"})
_THANKS = frozenset({
    "спасибо", "спасибо большое", "большое спасибо", "спасибо вам", "спс", "благодарю", "благодарим", "хорошо", "ладно",
    "понятно", "понял", "поняла", "поняли", "ясно", "принято", "принял", "приняла", "приняли", "ок", "окей", "ok", "+",
})  # fmt: skip
# Characters at most of an emoji or two; of which kinds they are.
_FEW_SIGNS, _OF_EMOJI = 8, frozenset({"So", "Sk", "Mn", "Cf", "Zs"})
_GREETINGS = frozenset({
    "здравствуйте", "здравствуй", "добрый день", "доброе утро", "добрый вечер", "доброго дня", "привет",
})  # fmt: skip
_READ = frozenset({
    "ознакомлен", "ознакомлена", "ознакомлены", "ознакомился", "ознакомилась", "ознакомились", "прочитал", "прочитала",
    "прочитали", "прочитано", "прочла", "с объявлением ознакомлен", "с объявлением ознакомлена",
})  # fmt: skip
# «Продлёнка» is no word of these.
_MORE_TIME = re.compile(
    r"(?:(?:прошу|просим|попросить|можно|нужно|хотим)\s)?(?:продл(?:ить|ите|ение)|отсроч(?:ить|ьте|ка|ку)"
    r"|(?:перенести|перенесите|отложить|отложите) срок)(?:\s\S+){0,5}"
    r"|(?:мы\s)?не (?:успеваем|успеваю|успеем|успею|успели)"
)
_CORRECTS = re.compile(
    r"\W*(ой|ох|упс|нет,|извини\w*|прости(?:те)?|вернее|точнее|правильно|исправ\w*|поправ\w*|ошиб\w*|опечат\w*|не то"
    r"|перепутал\w*)(?!\w).*[0-9]"
)
# What else is said of an answer that waits for «Отправить».
_ASSENT = frozenset({"все верно", "все правильно", "подтверждаю", "согласен", "согласна"})


def word(text: str) -> Word | None:
    """The button whose words these are."""
    return _WORDS.get(fold(text).strip("‹› "))


def word_beside(text: str, field: Field) -> Word | None:
    """The button whose words these are below that question; none where they may be what the field is told."""
    return None if rules(field.kind).takes_any_words and fold(text) in _OF_TEXTS else word(text)


def is_assent(text: str) -> bool:
    """Whether this says no more than that an answer is to be sent, or that a button of its preview is meant."""
    return fold(text) in _ASSENT or is_thanks(text) or word(text) in (Word.SEND, Word.DONE, Word.CHECK, Word.CHANGE)


def is_thanks(text: str) -> bool:
    """Whether this says no more than that something was heard, in words or by a sign: «спасибо», «👍»."""
    kinds = {unicodedata.category(character) for character in text[: _FEW_SIGNS + 1]}
    return fold(text) in _THANKS or (len(text) <= _FEW_SIGNS and "So" in kinds <= _OF_EMOJI)


def is_greeting(text: str) -> bool:
    """Whether this says good day and nothing else."""
    return fold(text) in _GREETINGS


def is_acknowledgement(text: str) -> bool:
    """Whether this says no more than that something was read."""
    return fold(text) in _READ


def asks_for_time(text: str) -> bool:
    """Whether this says no more than that more time is wanted: «прошу продлить срок на неделю», «не успеваем»."""
    return _MORE_TIME.fullmatch(fold(text)) is not None


def is_correction(text: str, field: Field) -> bool:
    """Whether the words say that what was typed before is wrong: «ой, 13»; words of the field's label say nothing."""
    said = _CORRECTS.match(folded(text))
    return said is not None and said[1][:5] not in folded(field.label)


def press() -> Screen:
    """It was written where a button is to be pressed."""
    return screen("❗️ Нажмите кнопку.")


def no_text(field: Field) -> Screen:
    """The words are those of a button, and are not written down as the answer."""
    what = "Нажмите кнопку или напишите ответ." if not field.required else "Напишите ответ, пропустить его нельзя."
    return screen(f"❗️ {subject(field.label)} это не ответ. {what}")
