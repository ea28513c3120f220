"""One step of somebody who does anything at all, and the answer that must follow."""

from contextlib import suppress
from typing import Any

from bot.domain.text import units
from simulator import PersonError
from tests import messengers
from tests.texts.heads import Anywhere
from tests.world import Head, World, local


async def act(world: World, head: Head, kind: str, value: Any) -> None:
    """Does one step and checks that it was answered."""
    # No more leaves the phone.
    value = value[: messengers.longest()] if isinstance(value, str) else value
    spoken = len(await head_calls(world))
    own = await head.phone.messages(from_bot=False)
    sent: list[int] = [message["message_id"] for message in own]
    if kind == "send" and own and units(own[-1].get("text") or "") + units(value) >= messengers.longest():
        # What follows a full message at once is the rest of it, and is answered with it.
        kind = "send the rest"
    theirs: list[int] = [message["message_id"] for message in await head.phone.messages()]
    newest = theirs[-1] if theirs else None
    match kind:
        case "send" | "send the rest":
            await head.send(value)
        case "press" | "press old":
            if not await _press(world, head, value, newest=kind == "press"):
                return
        case "forge":
            await head.callback(value[:64] or "x", newest)
        case "edit" if sent:
            # Words that are too long for the caption of a file do not leave the phone.
            with suppress(PersonError):
                await head.edit(sent[-1], value)
        case "reply" if newest:
            await head.send(value, reply_to=newest)
        case "file":
            await head.send_file(reply_to=newest if value else None)
        case "thing":
            await send_thing(head, value)
            await world.settle()
        case "time" | "restart":
            await _pass_time(world, value)
        case _:
            # Nothing to correct or to reply to.
            pass
    # A correction of something that meant nothing needs no answer, and time asks for none.
    if kind in ("send", "press", "press old", "forge", "file", "thing"):
        assert len(await head_calls(world)) > spoken, f"silence after {kind} {value!r}\n{await head.screen()}"


async def _pass_time(world: World, moment: str | None) -> None:
    """It is that moment, unless it has been; None: the program is started anew."""
    if moment is None:
        await world.restart()
    elif world.now < local(moment):
        await world.at(moment)


async def _press(world: World, head: Head, number: int, *, newest: bool) -> bool:
    """Presses one of the buttons in the chat, counted from the last; False if there is none."""
    theirs = await head.phone.messages()
    shown = [(one["message_id"], label) for one in theirs for label in one["buttons"]]
    if not shown:
        return False
    message_id, label = shown[-1 - number % len(shown)]
    before = len(await head.phone.alerts())
    await head.phone.press(label, message_id=message_id)
    await world.settle()
    said = (await head.phone.alerts())[before:]
    if newest and message_id == theirs[-1]["message_id"]:
        # What the newest message shows must work: a button that nothing understands is a fault of ours.
        assert not any(Anywhere.OUTDATED in one for one in said), f"a dead button: {label!r}\n{await head.screen()}"
    return True


async def head_calls(world: World) -> list[Any]:
    """What the bot has said so far."""
    return [call for call in await world.telegram.calls() if call["method"] not in messengers.SILENT]


async def send_thing(head: Head, kind: str) -> None:
    """Sends what is neither a text nor a document; where there is no such thing, a sticker."""
    match kind if messengers.has(kind) else "sticker":
        case "photo":
            await head.send_photo(caption="Фото")
        case "album":
            await head.send_album(caption="Альбом")
        case "sticker":
            await head.send_sticker()
        case "poll":
            await head.send_poll("Когда собрание?")
        case "forward":
            await head.forward("Приказ <b>№ 5</b>", channel="Минпросвещения", html=True)
        case "location":
            await head.phone.send_location(51.8, 107.6)
        case "contact":
            await head.phone.send_contact("+79140000000", "Мария")
        case "dice":
            await head.phone.send_dice()
        case _:
            await head.send_thing(kind)
