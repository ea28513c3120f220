"""What a handler wants said is said, in order and as often as it takes."""

import logging
from pathlib import Path

import pytest

from bot.delivery.sayings import Delete, Edit, React, Saying, Send, Toast
from bot.domain.screen import Button, Screen
from bot.storage.engine.database import DatabaseUnavailable
from simulator import Person, Simulator
from tests.delivery.office import Office, opened, texts


async def _pressed(office: Office, head: Person) -> tuple[int, str]:
    """A message with a button that the head has pressed, and the press's id."""
    screen = Screen("вопрос", ((Button("Да", "yes"),),))
    await office.speaker.say(head.id, [Send(head.id, screen)])
    shown = await head.last_message()
    await head.press("Да")
    queue = office.telegram.world.updates
    (update,) = await queue.poll(0, 100, 0)
    queue.confirm(update["update_id"] + 1)
    return int(shown["message_id"]), str(update["callback_query"]["id"])


async def test_the_press_is_answered_first(office: Office, head: Person) -> None:
    message, press = await _pressed(office, head)
    await office.telegram.clear_calls()
    sayings: list[Saying] = [
        Edit(head.id, message, Screen("ответ")),
        Send(head.id, Screen("и ещё")),
        Toast(press, "Записано"),
    ]
    await office.speaker.say(head.id, sayings)
    assert [call["method"] for call in await office.telegram.calls()] == [
        "answerCallbackQuery",
        "editMessageText",
        "sendMessage",
    ]
    assert texts(await head.messages()) == ["ответ", "и ещё"]
    assert await head.alerts() == ["Записано"]


async def test_every_kind_of_saying(office: Office, head: Person) -> None:
    message, _ = await _pressed(office, head)
    own = await head.send("345")
    await office.speaker.say(
        head.id,
        [React(head.id, own), Delete(head.id, message), Send(head.id, Screen("сюда"), reply_to=own)],
    )
    assert texts(await head.messages()) == ["сюда"]
    everything = await head.messages(from_bot=None)
    assert "👌" in str(everything)


async def test_a_message_that_is_gone_becomes_a_new_one(office: Office, head: Person) -> None:
    message, _ = await _pressed(office, head)
    await office.bot.delete_message(head.id, message)
    await office.speaker.say(head.id, [Edit(head.id, message, Screen("ответ"))])
    assert texts(await head.messages()) == ["ответ"]


async def test_an_edit_that_changes_nothing_is_harmless(
    office: Office, head: Person, caplog: pytest.LogCaptureFixture
) -> None:
    message, _ = await _pressed(office, head)
    for _ in range(2):
        await office.speaker.say(head.id, [Edit(head.id, message, Screen("ответ"))])
    assert [call["code"] for call in await office.telegram.calls("editMessageText")] == [200, 400]
    assert texts(await head.messages()) == ["ответ"]
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_what_is_too_late_does_not_stop_the_rest(
    office: Office, head: Person, caplog: pytest.LogCaptureFixture
) -> None:
    message, press = await _pressed(office, head)
    await office.speaker.say(head.id, [Toast(press), Delete(head.id, message)])
    # Said again after a crash: the press is answered and the message is deleted already.
    await office.speaker.say(head.id, [Toast(press), Delete(head.id, message), Send(head.id, Screen("конец"))])
    assert texts(await head.messages()) == ["конец"]
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.slow
async def test_too_many_requests_is_waited_out(office: Office, head: Person) -> None:
    await office.telegram.order_fault("429", method="sendMessage", count=1, retry_after=1)
    await office.speaker.say(head.id, [Send(head.id, Screen("ответ"))])
    refused, sent = await office.telegram.calls("sendMessage")
    assert sent["at"] >= refused["at"] + 0.99
    assert texts(await head.messages()) == ["ответ"]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("action", ["500", "502", "drop_before", "html", "slow"])
async def test_a_bad_moment_of_telegrams_is_waited_out(office: Office, head: Person, action: str) -> None:
    if action == "slow":
        office.bot.session.timeout = 0.1
        await office.telegram.order_fault("slow", method="sendMessage", count=2, seconds=5)
    else:
        await office.telegram.order_fault(
            "502" if action == "html" else action, method="sendMessage", count=2, html_body=action == "html"
        )
    await office.speaker.say(head.id, [Send(head.id, Screen("раз")), Send(head.id, Screen("два"))])
    assert texts(await head.messages()) == ["раз", "два"]


@pytest.mark.usefixtures("quick")
async def test_a_word_over_the_chat_is_not_worth_a_queue(office: Office, head: Person) -> None:
    message, press = await _pressed(office, head)
    own = await head.send("345")
    for method in ("answerCallbackQuery", "setMessageReaction"):
        await office.telegram.order_fault("500", method=method)
    await office.speaker.say(head.id, [Toast(press), React(head.id, own), Edit(head.id, message, Screen("ответ"))])
    assert texts(await head.messages()) == ["ответ"]
    assert len(await office.telegram.calls("answerCallbackQuery")) == 2
    assert len(await office.telegram.calls("setMessageReaction")) == 2


@pytest.mark.slow
async def test_a_toast_that_must_wait_is_dropped_and_the_rest_waits(office: Office, head: Person) -> None:
    message, press = await _pressed(office, head)
    await office.telegram.order_fault("429", method="answerCallbackQuery", count=1, retry_after=1)
    # The two go out side by side: a head waits for one way to Telegram and back, not for two.
    await office.speaker.say(head.id, [Toast(press), Edit(head.id, message, Screen("ответ"))])
    await office.speaker.say(head.id, [Edit(head.id, message, Screen("другой"))])
    (toast,) = await office.telegram.calls("answerCallbackQuery")
    first, second = await office.telegram.calls("editMessageText")
    assert first["at"] < toast["at"] + 0.99
    assert second["at"] >= toast["at"] + 0.99


async def test_who_has_blocked_the_bot_is_reported_once(office: Office, head: Person) -> None:
    await head.block()
    await office.speaker.say(head.id, [Send(head.id, Screen("раз")), Send(head.id, Screen("два"))])
    assert office.unreachable == [head.id]
    assert len(await office.telegram.calls("sendMessage")) == 1


async def test_what_telegram_refuses_is_logged_and_the_rest_is_said(
    office: Office, head: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await office.speaker.say(head.id, [Send(head.id, Screen("<b>не закрыто")), Send(head.id, Screen("два"))])
    assert texts(await head.messages()) == ["два"]
    assert "Telegram refused Send" in caplog.text


@pytest.mark.usefixtures("quick")
async def test_a_database_that_fails_makes_nothing_be_said_twice(telegram: Simulator, tmp_path: Path) -> None:
    async with opened(telegram, tmp_path) as office:
        head = await office.person(101)
        with office.locked() as lock:
            lock.shut()
            with pytest.raises(DatabaseUnavailable):
                await office.speaker.remember(head.id, 1, 1)
            sayings: list[Saying] = [Send(head.id, Screen("раз"), about=1), Send(head.id, Screen("два"))]
            await office.speaker.say(head.id, sayings)
            await office.speaker.hold(0.01)
            lock.open()
        assert texts(await head.messages()) == ["раз", "два"]
