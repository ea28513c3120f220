"""A head who answers by themselves: reads the newest request and does what a person would, button by button."""

import re
from typing import Any

from simulator.demo import answers
from simulator.demo.cast import Part
from simulator.demo.doors import Chat, Key, Message, World, hands_of, messages_of
from simulator.errors import PersonError

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
        self._hands = hands_of(world)
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
        return self._sits or self._world.now().timestamp() >= message.date + self.days * _DAY

    def _open(self, chat: Chat) -> bool:
        """Opens the next request of a list, each once."""
        for message in messages_of(chat):
            if not message.from_bot or message.deleted or not self._is_time(message):
                continue
            for label, data in self._hands.keys(message):
                if _LISTED.match(label) and data not in self._opened:
                    self._opened.add(data)
                    self._do("callback", data=data, message_id=message.message_id)
                    self._sits = True
                    return True
        self._sits = False
        return False

    def _form(self, chat: Chat) -> Message | None:
        # The message that has changed last is being filled in: a typed value belongs to it.
        for message in sorted(messages_of(chat), key=lambda message: message.changed, reverse=True):
            known = (message.message_id, message.changed) in self._given_up
            if message.from_bot and not message.deleted and not known and self._is_form(message):
                return message
        return None

    def _is_form(self, message: Message) -> bool:
        known = ("Отправить", "Не относится", "К проверке", "Ещё…")
        return any(key.text.startswith(known) for key in self._hands.keys(message))

    def _act(self, form: Message) -> bool:
        keys, text = self._hands.keys(form), self._hands.text(form)
        labels = [key.text for key in keys]
        if any(label.startswith("Отправить") for label in labels):
            return self._press(form, "Отправить")
        if "Без изменений" in labels and self._chance(text[:80]) < 0.3:
            return self._press(form, "Без изменений")
        options = [key for key in keys if not _ASIDE.match(key.text) and key.data]
        done = next((key for key in options if key.text == "Готово"), None)
        choices = [key for key in options if key is not done and key.text != "Без изменений"]
        ticked = any(key.text.startswith(_TICKED) for key in choices)
        if done is not None and (ticked or not choices):
            if not choices and "файл" in text.casefold() and self._tries == 0 and "📎" not in text:
                return self._send_file()
            return self._press(form, "Готово")
        choices = [key for key in choices if not _MONTH.fullmatch(key.text) and key.text not in "‹›"]
        if choices:
            self._do("callback", data=self._choice(form, choices).data, message_id=form.message_id)
            return True
        return self._type(form)

    def _choice(self, form: Message, choices: list[Key]) -> Key:
        luck = self._chance(self._asked(form))
        for choice, weight in zip(choices, _WEIGHTS, strict=False):
            luck -= weight
            if luck < 0:
                return choice
        return choices[0]

    def _type(self, form: Message) -> bool:
        screen, label, now = self._hands.text(form), self._asked(form), self._world.now()
        instruction = screen.casefold().rsplit("\n", 1)[-1]
        if "файл" in instruction and "прикреп" in instruction:
            return self._send_file()
        if "ссылк" in instruction:
            text = "https://vk.com/wall-1_1"
        elif "числ" in instruction or "цифр" in instruction:
            known = answers.number(self._part.size, self._part.id, label, screen, now)
            text = str(answers.within(3 + int(9 * self._chance(label)), screen) if known is None else known)
        elif "Пропустить" in [key.text for key in self._hands.keys(form)] and self._chance(label) < 0.6:
            return self._press(form, "Пропустить")
        else:
            text = answers.words(self._part.id, label, now)
        self._do("send", text=text)
        return True

    def _chance(self, about: str) -> float:
        return answers.chance(self._part.id, about)

    def _send_file(self) -> bool:
        self._do("send_file", content=b"%PDF-1.4 demo", name="Приказ.pdf", mime="application/pdf")
        return True

    def _press(self, form: Message, label: str) -> bool:
        self._do("press", label=label, message_id=form.message_id)
        return True

    def _do(self, verb: str, **arguments: Any) -> None:
        getattr(self._hands, verb)(self._world, self._part.id, **arguments)

    def _asked(self, form: Message) -> str:
        """The label of the field that is asked: what is bold last."""
        return _PLACE.sub("", self._hands.bold(form))
