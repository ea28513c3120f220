"""A head who answers by themselves: reads the newest request and does what a person would, button by button."""

import re
from typing import Any

from simulator.demo import answers
from simulator.demo.cast import Part
from simulator.errors import PersonError
from simulator.people import people, writing
from simulator.world.model import Chat, Message
from simulator.world.world import World

# Buttons that lead away from an answer.
_ASIDE = re.compile(
    r"^(‹|›|Ещё|Не относится|К проверке|Изменить|Открыть|Другие|Пропустить|Ознакомлен|Как в районе|Все верс|Другой"
    r"|Убрать|Написать|В календарь)"
)
_TICKED = ("☑", "✅", "✔")
_MONTH = re.compile(r"[а-яё]+ \d{4}", re.IGNORECASE)
_LISTED = re.compile(r"^\d+\. ")
_PLACE = re.compile(r"^\d+ из \d+\. ")
_DAY = 24 * 3600
# The best option is likely, and the further one is from it the less so.
_WEIGHTS = (0.74, 0.2, 0.06)


class Robot:
    """Answers for one person. What it says depends on who is asked what and when, so a year is the same each time."""

    def __init__(self, world: World, part: Part) -> None:
        self._world = world
        self._part = part
        # Days after which a request is answered.
        self.days = part.days or 0
        # Whoever has sat down answers all there is.
        self._sits = False
        self._last: tuple[int, int] | None = None
        self._tries = 0
        # Screens that the robot does not understand.
        self._given_up: set[tuple[int, int]] = set()
        # Requests of lists, by what their buttons say.
        self._opened: set[str] = set()

    def step(self) -> bool:
        """Does one thing; False when there is nothing to do yet, or nothing that it understands."""
        chat = self._world.chats[self._part.id]
        form = self._form(chat)
        if form is None:
            return self._open(chat)
        if not self._is_time(form):
            self._sits = False
            return False
        self._sits = True
        state = (form.message_id, form.changed)
        # The same screen after a step: the step did not help.
        self._tries = self._tries + 1 if state == self._last else 0
        self._last = state
        if self._tries > 1:
            self._given_up.add(state)
            return True
        try:
            return self._act(form)
        except (LookupError, PersonError):
            return False

    def _is_time(self, message: Message) -> bool:
        return self._sits or self._world.timestamp() >= message.date + self.days * _DAY

    def _open(self, chat: Chat) -> bool:
        """Opens the next request of a list, each once."""
        for message in chat.messages.values():
            if not message.from_bot or message.deleted or not self._is_time(message):
                continue
            for button in message.buttons():
                data = button.get("callback_data", "")
                if _LISTED.match(button["text"]) and data not in self._opened:
                    self._opened.add(data)
                    people.callback(self._world, self._part.id, data, message.message_id)
                    self._sits = True
                    return True
        self._sits = False
        return False

    def _form(self, chat: Chat) -> Message | None:
        # The message that has changed last is being filled in: a typed value belongs to it.
        for message in sorted(chat.messages.values(), key=lambda message: message.changed, reverse=True):
            known = (message.message_id, message.changed) in self._given_up
            if message.from_bot and not message.deleted and not known and self._is_form(message):
                return message
        return None

    @staticmethod
    def _is_form(message: Message) -> bool:
        labels = [button["text"] for button in message.buttons()]
        return any(label.startswith(("Отправить", "Не относится", "К проверке", "Ещё…")) for label in labels)

    def _act(self, form: Message) -> bool:
        buttons = form.buttons()
        labels = [button["text"] for button in buttons]
        if any(label.startswith("Отправить") for label in labels):
            return self._press(form, "Отправить")
        if "Без изменений" in labels and self._chance(form.text[:80]) < 0.3:
            return self._press(form, "Без изменений")
        options = [button for button in buttons if not _ASIDE.match(button["text"]) and "callback_data" in button]
        done = next((button for button in options if button["text"] == "Готово"), None)
        choices = [button for button in options if button is not done and button["text"] != "Без изменений"]
        ticked = any(button["text"].startswith(_TICKED) for button in choices)
        if done is not None and (ticked or not choices):
            if not choices and "файл" in form.text.casefold() and self._tries == 0 and "📎" not in form.text:
                return self._send_file()
            return self._press(form, "Готово")
        choices = [button for button in choices if not _MONTH.fullmatch(button["text"]) and button["text"] not in "‹›"]
        if choices:
            people.callback(self._world, self._part.id, self._choice(form, choices)["callback_data"], form.message_id)
            return True
        return self._type(form)

    def _choice(self, form: Message, choices: list[dict[str, Any]]) -> dict[str, Any]:
        luck = self._chance(_asked(form))
        for choice, weight in zip(choices, _WEIGHTS, strict=False):
            luck -= weight
            if luck < 0:
                return choice
        return choices[0]

    def _type(self, form: Message) -> bool:
        screen, label, now = form.text, _asked(form), self._world.now()
        instruction = screen.casefold().rsplit("\n", 1)[-1]
        if "файл" in instruction and "прикреп" in instruction:
            return self._send_file()
        if "ссылк" in instruction:
            text = "https://vk.com/wall-1_1"
        elif "числ" in instruction or "цифр" in instruction:
            known = answers.number(self._part.size, self._part.id, label, screen, now)
            text = str(answers.within(3 + int(9 * self._chance(label)), screen) if known is None else known)
        elif "Пропустить" in [button["text"] for button in form.buttons()] and self._chance(label) < 0.6:
            return self._press(form, "Пропустить")
        else:
            text = answers.words(self._part.id, label, now)
        writing.send(self._world, self._part.id, text)
        return True

    def _chance(self, about: str) -> float:
        return answers.chance(self._part.id, about)

    def _send_file(self) -> bool:
        writing.send_file(self._world, self._part.id, b"%PDF-1.4 demo", "Приказ.pdf", "application/pdf")
        return True

    def _press(self, form: Message, label: str) -> bool:
        people.press(self._world, self._part.id, label, form.message_id)
        return True


def _asked(form: Message) -> str:
    """The label of the field that is asked: what is bold last."""
    bold = [entity for entity in form.entities if entity["type"] == "bold"]
    if not bold:
        return ""
    units = form.text.encode("utf-16-le")
    start, length = 2 * bold[-1]["offset"], 2 * bold[-1]["length"]
    return _PLACE.sub("", units[start : start + length].decode("utf-16-le"))
