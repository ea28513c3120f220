"""What only a person can see or do."""

from bot.delivery.exchange import Answer
from bot.probe.door import Event, EventKind
from bot.probe.max.door import MaxDoor, content
from bot.probe.probe import Probe
from bot.probe.stage import NoTime, Skipped, Stage
from bot.views import probe as words

_PRESS, _OPENED = "probe:press", "probe:opened"
_AGAIN = "probe-again"
# Seconds within which a start follows the word that the link was opened.
_FOLLOWS = 5


def door_of(stage: Stage) -> MaxDoor:
    """The stage's door, which is MAX's."""
    door = stage.door
    assert isinstance(door, MaxDoor)
    return door


async def message(stage: Stage, text: str, button: str = "", **more: str) -> tuple[Answer, str]:
    """A message; the answer, and what MAX calls it: "" if it was refused."""
    rows = [[(button, "probe:none")]] if button else []
    sent = await stage.call("POST /messages", query={"user_id": stage.person}, body=content(text, rows) | more)
    return sent, str(sent.field("message", "body", "mid") or "")


async def pressed(stage: Stage, text: str) -> Event:
    """The press on a button under that text, which is not answered yet."""
    shown = await stage.show(text, [[(words.BUTTON, _PRESS)]])
    return await stage.wait(lambda event: event.text == _PRESS and event.message == shown)


async def answer(stage: Stage, press: str, notification: str = words.HEARD) -> Answer:
    """Answers a press by a word."""
    return await stage.call("POST /answers", query={"callback_id": press}, body={"notification": notification})


async def _sees(
    stage: Stage, what: str, question: str, choices: tuple[str, ...], says: tuple[str, ...], assumed: str = ""
) -> None:
    """Asks what the person sees; `says` are the choices in the report, `assumed` one of them, or nothing is."""
    try:
        said = says[await stage.ask(question, *choices)]
    except Skipped:
        stage.check(what, None, "skipped")
    except NoTime:
        stage.check(what, None, "no answer in time")
    else:
        if assumed:
            stage.check(what, said == assumed, said)
        else:
            stage.tell(what, said)


async def _notification(stage: Stage) -> None:
    event = await pressed(stage, words.PRESS_AND_LOOK)
    done = await answer(stage, event.press, words.NOTIFICATION)
    stage.check("a notification is taken at once", done.is_done, done.description or None)
    shown = ("shown", "not shown")
    await _sees(stage, "it is", words.SEES_NOTIFICATION, words.NOTIFICATION_SEEN, shown, "not shown")


_LOOKS = ("as before", "waiting", "otherwise")


async def _empty(stage: Stage) -> None:
    event = await pressed(stage, words.PRESS_UNANSWERED)
    looks = words.BUTTON_LOOKS
    await _sees(stage, "a button that was pressed looks", words.SEES_UNANSWERED, looks, _LOOKS)
    done = await stage.call("POST /answers", query={"callback_id": event.press}, body={})
    stage.check("an empty answer is refused", not done.is_done, done.description or "taken")
    if not done.is_done:
        await answer(stage, event.press)
    after = "after the empty answer it looks" if done.is_done else "after an answer by a word it looks"
    await _sees(stage, after, words.SEES_ANSWERED, looks, _LOOKS)


async def _buttons(stage: Stage) -> None:
    sent, mid = await message(stage, words.FILLER, words.OLD_BUTTON)
    stage.check("a message with a button is taken", bool(mid), sent.description or None)
    if not mid:
        return
    body = content(words.EDITED, [[(words.NEW_BUTTON, "probe:none")]])
    edited = await stage.call("PUT /messages", query={"message_id": mid}, body=body)
    stage.check("text and button can be changed", edited.is_done, edited.description or None)
    if edited.is_done:
        choices = (words.OLD_BUTTON, words.NEW_BUTTON)
        await _sees(stage, "the person sees the button", words.SEES_BUTTON, choices, ("old", "new"), "new")


async def _label(stage: Stage) -> None:
    sent, mid = await message(stage, words.FILLER, words.LABEL)
    stage.check("a label of 40 characters is taken", bool(mid), sent.description or None)
    if mid:
        says = ("all", "about 24 or more", "about 17", "less")
        await _sees(stage, "of it is seen", words.SEES_LABEL, words.LABEL_SEEN, says)


async def _started(stage: Stage) -> None:
    shown = await stage.show(words.open_again(door_of(stage).link(_AGAIN)), [[(words.OPENED, _OPENED)]])

    def is_start(event: Event) -> bool:
        return event.kind is EventKind.STARTED and event.text == _AGAIN

    event = await stage.wait(lambda event: is_start(event) or (event.text == _OPENED and event.message == shown))
    if event.kind is EventKind.PRESSED:
        await stage.door.hear(event.press)
        try:
            event = await stage.wait(is_start, _FOLLOWS)
        except NoTime:
            stage.check("bot_started comes again", False, "nothing came")
            return
    stage.check("bot_started comes again", True)


PROBES = (
    Probe("notification", "whether a word over the chat is shown", "it is taken and not shown", _notification),
    Probe("empty-answer", "whether an empty answer to a press is taken, and clears the button", "refused", _empty),
    Probe("edit-buttons", "whether an edit changes the buttons too", "the person sees the new one", _buttons),
    Probe("label", "how much of a label of 40 characters is seen", "it is taken; the rest is only told", _label),
    Probe("start-again", "whether a link starts the bot again that was started before", "it does", _started),
)
