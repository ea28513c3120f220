"""What makes a message is not made again while the server still has it: it may have been sent, or be sent later."""

from datetime import timedelta

import pytest

from bot.delivery.outcomes import Fate
from bot.delivery.sayings import Edit, Send
from bot.domain.screen import Content, Copy, Pictures, Screen, Upload
from simulator import Person
from tests.delivery.office import Office, spied, texts

LATER = timedelta(hours=1)
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000" + "1f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


async def _count(office: Office, method: str) -> int:
    return len(await office.telegram.calls(method))


@pytest.mark.slow
async def test_an_outage_makes_one_copy_and_not_one_for_each_attempt(
    office: Office, head: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = spied(office, monkeypatch)
    office.bot.session.timeout = 0.05
    # The line of the Bot API server to Telegram is cut: it keeps what it is told, and answers nothing.
    kept = await office.telegram.order_fault("slow", method="sendMessage", seconds=30)
    silent = await office.telegram.order_fault("slow", method="sendChatAction", seconds=30)
    await office.write("привет", head.id)
    for _ in range(5):
        await office.courier.deliver()
        office.ahead += LATER
    assert [name for name, _ in calls] == ["sendMessage"] + ["sendChatAction"] * 4
    # Neither does anybody else's letter go there meanwhile.
    await office.write("и ещё", head.id)
    await office.courier.deliver()
    assert [name for name, _ in calls].count("sendMessage") == 1
    await office.telegram.cancel_faults(kept)
    await office.telegram.cancel_faults(silent)
    office.bot.session.timeout = 20
    office.ahead += LATER
    await office.courier.deliver()
    assert texts(await head.messages()) == ["привет", "и ещё"]
    # Telegram answers again: nobody looks any more.
    del calls[:]
    await office.write("третье", head.id)
    await office.courier.deliver()
    assert [name for name, _ in calls] == ["sendMessage"]


@pytest.mark.slow
async def test_a_send_that_takes_its_time_is_waited_for(office: Office, head: Person) -> None:
    office.bot.session.timeout = 0.5
    await office.telegram.order_fault("slow", method="sendMessage", seconds=0.9, count=1)
    assert (await office.speaker.send(head.id, Screen("привет"))).fate is Fate.DONE
    assert await _count(office, "sendMessage") == 1
    # What only changes a message has the short patience: it may be said again at any time.
    message = (await head.last_message())["message_id"]
    await office.telegram.order_fault("slow", method="editMessageText", seconds=0.9, count=1)
    await office.speaker.say(head.id, [Edit(head.id, message, Screen("пока"))])
    assert await _count(office, "editMessageText") == 2
    assert texts(await head.messages()) == ["пока"]


async def test_an_edit_that_was_not_answered_is_edited_again_and_not_sent(office: Office, head: Person) -> None:
    await office.speaker.say(head.id, [Send(head.id, Screen("раз"))])
    message = (await head.last_message())["message_id"]
    await office.telegram.order_fault("drop_after", method="editMessageText", count=1)
    await office.speaker.say(head.id, [Edit(head.id, message, Screen("два"))])
    assert texts(await head.messages()) == ["два"]
    assert await _count(office, "sendMessage") == 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["document", "picture", "album", "copy"])
async def test_files_and_copies_are_as_careful(office: Office, head: Person, kind: str) -> None:
    own = await head.send("своё")
    picture = Upload("а.png", _PNG)
    contents: dict[str, Content] = {
        "document": Upload("акт.pdf", b"%PDF"),
        "picture": Pictures((picture,)),
        "album": Pictures((picture, picture)),
        "copy": Copy(head.id, (own,)),
    }
    content = contents[kind]
    office.bot.session.timeout = 1
    await office.telegram.order_fault("drop_after", count=1)
    first = await office.speaker.post(head.id, content)
    assert (first.fate, first.unsure) == (Fate.LATER, True)
    await office.telegram.order_fault("slow", method="sendChatAction", seconds=30, count=1)
    assert (await office.speaker.post(head.id, content)).fate is Fate.LATER
    made = {"document": "sendDocument", "picture": "sendPhoto", "album": "sendMediaGroup", "copy": "copyMessage"}[kind]
    assert await _count(office, made) == 1
