"""A head who answers by themselves: reads the newest request and does what a person would, button by button."""

import random
import re
from typing import Any

from simulator.errors import PersonError
from simulator.people import people, writing
from simulator.world.model import Chat, Message
from simulator.world.world import World

# Buttons that lead away from an answer.
_ASIDE = re.compile(
    r"^(‹|›|Ещё|Не относится|К проверке|Изменить|Открыть|Другие|Пропустить|Ознакомлен|Как в районе|Все верс|Другой)"
)
_TICKED = ("☑", "✅", "✔")
_MONTH = re.compile(r"[а-яё]+ \d{4}", re.IGNORECASE)


class Robot:
    """Answers for one person. Seeded, so that a year is the same each time."""

    def __init__(self, world: World, person_id: int) -> None:
        self._world = world
        self._person_id = person_id
        self._random = random.Random(person_id)
        # One number for a whole form: parts of a whole are then never more than it.
        self._number = 12
        self._last: tuple[int, int] | None = None
        self._tries = 0
        # Screens that the robot does not understand.
        self._given_up: set[tuple[int, int]] = set()

    def step(self) -> bool:
        """Does one thing; False when there is nothing to do, or nothing that it understands."""
        chat = self._world.chats[self._person_id]
        form = self._form(chat)
        if form is None:
            return False
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
        for wanted in ("Отправить", "Без изменений"):
            if any(label.startswith(wanted) for label in labels):
                return self._press(form, wanted)
        options = [button for button in buttons if not _ASIDE.match(button["text"]) and "callback_data" in button]
        done = next((button for button in options if button["text"] == "Готово"), None)
        choices = [button for button in options if button is not done]
        ticked = any(button["text"].startswith(_TICKED) for button in choices)
        if done is not None and (ticked or not choices):
            if not choices and "файл" in form.text.casefold() and self._tries == 0 and "📎" not in form.text:
                return self._send_file()
            return self._press(form, "Готово")
        choices = [button for button in choices if not _MONTH.fullmatch(button["text"]) and button["text"] not in "‹›"]
        if choices:
            # The first answers are the better ones: «Действует», «Да».
            weights = [1 / (place + 1) for place in range(len(choices))]
            self._callback(form, self._random.choices(choices, weights)[0])
            return True
        return self._type(form)

    def _type(self, form: Message) -> bool:
        text = form.text.casefold()
        if "файл" in text and "прикреп" in text:
            return self._send_file()
        if "ссылк" in text.rsplit("\n", 1)[-1]:
            words = "https://vk.com/wall-1_1"
        elif "числ" in text.rsplit("\n", 1)[-1] or "цифр" in text.rsplit("\n", 1)[-1]:
            words = str(self._number)
        else:
            words = "Проведено по плану"
        if "Не относится к нам" in [button["text"] for button in form.buttons()]:
            self._number = self._random.randrange(8, 60)
            words = str(self._number) if words.isdecimal() else words
        writing.send(self._world, self._person_id, words)
        return True

    def _send_file(self) -> bool:
        writing.send_file(self._world, self._person_id, b"%PDF-1.4 demo", "Приказ.pdf", "application/pdf")
        return True

    def _press(self, form: Message, label: str) -> bool:
        people.press(self._world, self._person_id, label, form.message_id)
        return True

    def _callback(self, form: Message, button: dict[str, Any]) -> None:
        people.callback(self._world, self._person_id, button["callback_data"], form.message_id)
