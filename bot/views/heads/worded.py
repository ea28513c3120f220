"""Words that people write instead of pressing the button on which they stand."""

from enum import Enum, auto

from bot.domain.fields.field import Field
from bot.domain.fields.marks import fold
from bot.domain.screen import Screen
from bot.views.words import screen, subject


class Word(Enum):
    """A button of a form."""

    SKIP = auto()
    BACK = auto()
    CHECK = auto()
    DONE = auto()
    NOT_OURS = auto()
    SEND = auto()


_SAID = {
    Word.SKIP: "пропустить; пропускаю; пропускаем; пропуск; прочерк",
    Word.BACK: "назад; вернуться; вернуться к запросу; отмена; отменить",
    Word.CHECK: "к проверке; проверить",
    Word.DONE: "готово",
    Word.NOT_OURS: "не относится к нам; к нам не относится",
    Word.SEND: "отправить; отправь; отправьте; отправляй; отправляйте; отправляю; изменить",
}
_WORDS = {each: word for word, said in _SAID.items() for each in said.split("; ")}
# Those that stand under a question, whatever it is.
OF_FORM = frozenset({Word.SKIP, Word.BACK, Word.CHECK, Word.SEND})
# What else is said of an answer that waits for «Отправить».
_ASSENT = frozenset({"ок", "окей", "все верно", "все правильно", "подтверждаю", "согласен", "согласна"})


def word(text: str) -> Word | None:
    """The button whose words these are."""
    return _WORDS.get(fold(text).strip("‹› "))


def is_assent(text: str) -> bool:
    """Whether this says no more than that an answer is to be sent, or that a button of its preview is meant."""
    return fold(text) in _ASSENT or word(text) in (Word.SEND, Word.DONE, Word.CHECK)


def press() -> Screen:
    """It was written where a button is to be pressed."""
    return screen("❗️ Нажмите кнопку.")


def no_text(field: Field) -> Screen:
    """The words are those of a button, and are not written down as the answer."""
    what = "Нажмите кнопку или напишите ответ." if not field.required else "Напишите ответ, пропустить его нельзя."
    return screen(f"❗️ {subject(field.label)} это не ответ. {what}")
