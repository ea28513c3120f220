"""The whole bot in MAX: a head registers, is asked, answers; what stands in the chat, and what the ledger holds."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.delivery.max.ids import person_of
from bot.delivery.outgoing import speaker
from bot.storage import schema as t
from tests.delivery.max.world import living_in_max
from tests.texts.heads import Form
from tests.world import Head, World, local

_SCHOOL = "Сосновоозёрская СОШ"


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """A MAX, a bot, a database."""
    monkeypatch.setattr(speaker, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(speaker, "LAST_PAUSE", 0.02)
    async with living_in_max(tmp_path) as world:
        yield world


@pytest.fixture
async def head(world: World) -> Head:
    """The head of a school, who has been asked one thing."""
    head = await world.person("Петрова Анна Ивановна", 501)
    await head.join("Общее образование", _SCHOOL)
    for day in (1, 2, 3):
        await world.at(local(f"2026-09-0{day} 10:00"))
    return head


async def _rows(world: World, query: Any) -> list[Any]:
    async with world.storage.read() as tx:
        return list((await tx.execute(query)).all())


def _said(world: World, message_id: int) -> str:
    """What a message of the head's chat says, all of it."""
    return str(world.telegram.world.chats[501].messages[message_id].text)


async def _answers(world: World) -> int:
    return len(await _rows(world, sa.select(t.replies.c.id)))


async def test_a_head_answers_in_place(world: World, head: Head) -> None:
    """Presses change the form, each by one call; numbers are typed; the answer is in the ledger, once."""
    stood = await head.count()
    await world.telegram.clear_calls()
    await head.press("Не начато")
    # The answer to the press is the edit: no call beside it.
    assert {name: said for name, said in (await world.telegram.stats())["methods"].items() if name != "getUpdates"} == {
        "editMessageText": {"200": 1}
    }
    assert await head.count() == stood
    await head.press("Отправить")
    assert await _answers(world) == 1
    assert await head.count() == stood
    (number,) = (await _rows(world, sa.select(t.people.c.id)))[0]
    assert number == person_of(501)


async def test_after_a_restart_the_form_is_changed_where_it_stands(world: World, head: Head) -> None:
    """The message is found by its number and the dialog's, which is kept."""
    stood = await head.count()
    await world.restart()
    await head.press("Не начато")
    await world.restart()
    await head.press("Отправить")
    assert await head.count() == stood
    assert await _answers(world) == 1


async def test_a_request_does_not_fill_the_phone(world: World, head: Head) -> None:
    """Nothing folds in MAX: the text of the directive begins in the form, and is whole behind «Ещё…»."""
    asked = await head.screen()
    (directive,) = [one for one in world.catalog.directives.values() if one.title in asked]
    assert Form.IN_FULL in asked
    assert directive.text not in asked
    await head.press("Ещё…")
    assert directive.text in await head.screen()
    await head.press("‹ К запросу")
    assert directive.text not in await head.screen()


async def test_presses_on_a_message_that_is_gone_get_one_new_message(world: World, head: Head) -> None:
    """Whoever presses in impatience sees the form again, once; a minute later it is another press."""
    (*_, form) = await head.phone.messages()
    chat = world.telegram.world.chats[501]
    payload = chat.messages[form["message_id"]].keyboard[0][0]["payload"]
    chat.messages[form["message_id"]].deleted = True
    stood = await head.count()
    for _ in range(10):
        await head.callback(payload, form["message_id"])
    assert await head.count() == stood + 1
    world.now += timedelta(minutes=2)
    await head.callback(payload, form["message_id"])
    assert await head.count() == stood + 2


async def test_what_comes_again_has_no_second_effect(world: World, head: Head) -> None:
    """MAX delivers at least once, and tells of it in no way."""
    await world.telegram.ways(events_twice=True)
    stood = await head.count()
    await head.press("Не начато")
    await head.press("Отправить")
    await world.telegram.again()
    await world.settle()
    assert await _answers(world) == 1
    assert await head.count() == stood


async def test_a_press_whose_message_is_not_told_changes_it_all_the_same(world: World, head: Head) -> None:
    """The answer to a press is about the message that was pressed, whether anybody says where it stands or not."""
    await world.telegram.ways(null_messages=True)
    stood = await head.count()
    await head.press("Не начато")
    assert await head.count() == stood
    assert "Отправить" in " ".join(await head.buttons())


@pytest.mark.parametrize("action", ["unsuccessful", "404", "400"])
async def test_where_a_press_cannot_be_answered_the_message_is_edited(world: World, head: Head, action: str) -> None:
    """How long a press lives nobody says."""
    # The first edit is the answer to the press, the second one of the message.
    await world.telegram.order_fault(action, method="editMessageText", count=1)
    await world.telegram.clear_calls()
    stood = await head.count()
    await head.press("Не начато")
    assert len(await world.telegram.calls("editMessageText")) == 2
    assert await head.count() == stood


@pytest.mark.parametrize("with_code", [True, False])
async def test_a_message_that_cannot_be_edited_comes_anew(world: World, head: Head, with_code: bool) -> None:
    """Refused with 200, and before November 2026 without a code."""
    await world.telegram.ways(codes_in_refusals=with_code)
    await world.telegram.order_fault("unsuccessful", method="editMessageText", count=2)
    stood = await head.count()
    await head.press("Не начато")
    assert await head.count() == stood + 1
    await head.press("Отправить")
    assert await _answers(world) == 1


@pytest.mark.parametrize("action", ["500", "502", "503", "429", "drop_before"])
async def test_a_fault_of_the_moment_is_waited_out(world: World, head: Head, action: str) -> None:
    """What was to be said is said, and nothing is said twice."""
    await world.telegram.order_fault(action, method="editMessageText", count=2)
    await world.telegram.order_fault(action, method="sendMessage", count=1)
    stood = await head.count()
    await head.press("Не начато")
    await head.send("/tasks")
    assert not await world.telegram.open_faults()
    assert await head.count() == stood + 1


async def test_words_that_must_be_read_stand_above_what_was_pressed(world: World, head: Head) -> None:
    """MAX has no alert, and its notification may not be shown. Form and buttons stay, and go on to work."""
    stood, form, buttons = await head.count(), await head.sees(), await head.buttons()
    card = await head.card("Корректировка программ")
    for _ in range(2):
        await head.callback("nothing:knows:this", card)
        assert await head.count() == stood
        words, _, rest = _said(world, card).partition("\n\n")
        assert words.startswith("❗ Эта кнопка")
        assert (rest, await head.buttons()) == (form, buttons)
    await head.press("Не начато")
    assert "Эта кнопка" not in _said(world, card)


async def test_words_that_have_no_place_come_as_a_message(world: World, head: Head) -> None:
    """What was pressed is gone."""
    await world.telegram.ways(null_messages=True)
    await head.callback("nothing:knows:this", await head.card("Корректировка программ"))
    last = max(world.telegram.world.chats[501].messages)
    assert _said(world, last).startswith("❗ Эта кнопка")


async def test_who_stops_the_bot_is_out_of_reach_until_they_start_it(world: World, head: Head) -> None:
    """As somebody who blocks it in Telegram."""
    await head.block()
    (row,) = await _rows(world, sa.select(t.people.c.unreachable_at, t.people.c.unreachable_why))
    assert row.unreachable_at is not None
    await head.unblock()
    (row,) = await _rows(world, sa.select(t.people.c.unreachable_at))
    assert row.unreachable_at is None


async def test_a_stop_that_nobody_heard_of_is_noticed_by_the_refusal(world: World, head: Head) -> None:
    """403 `chat.denied` at the next letter."""
    world.telegram.world.people[501].blocked = True
    for day in range(4, 9):
        await world.at(local(f"2026-09-0{day} 10:00"))
    (row,) = await _rows(world, sa.select(t.people.c.unreachable_at))
    assert row.unreachable_at is not None


async def test_nothing_is_lost_while_the_bot_is_away(world: World, head: Head) -> None:
    """MAX gives all since the marker, which is kept with what came before it."""
    await head.press("Не начато")
    await world.end()
    await head.phone.press("Отправить")
    await head.phone.send("/tasks")
    await world.begin_anew()
    assert await _answers(world) == 1
    assert "запрос" in (await head.sees()).lower()


async def test_words_below_a_message_are_pressed_as_if_they_were_typed(world: World, head: Head) -> None:
    """MAX has no keyboard under the line in which people type."""
    await head.phone.press("Мои запросы")
    await world.settle()
    assert "Корректировка программ" in await head.screen()
    assert "Что открыто" not in await head.sees()
