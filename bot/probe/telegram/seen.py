"""What only a person can see: how things look on a phone."""

from typing import Any

from bot.delivery.outgoing.rich import rich_message
from bot.delivery.refusals import bare
from bot.domain.screen import Column, Table
from bot.probe.door import EventKind
from bot.probe.probe import Probe
from bot.probe.stage import Stage
from bot.probe.telegram.pictures import png
from bot.views import probe as words

# Seconds for which an action stands under the bot's name.
_ACTION_LASTS = 5
STYLES = ("success", "danger", "primary")


def table(rows: tuple[tuple[str, ...], ...] = words.TABLE_ROWS) -> dict[str, Any]:
    """A table as the bot sends it."""
    first, second, third = words.TABLE_HEADINGS
    columns = (Column(first), Column(second), Column(third, is_number=True))
    content = Table(words.TABLE_TITLE, columns, rows, words.TABLE_TOTALS)
    return rich_message(content).model_dump(mode="json", exclude_none=True)


async def _rich_table(stage: Stage) -> None:
    sent = await stage.call("sendRichMessage", chat_id=stage.person, rich_message=table())
    stage.check("the table is taken", sent.is_done, sent.description or None)
    if sent.is_done:
        stage.check("the answer has it", sent.field("rich_message") is not None)
        await stage.saw("the person sees a table", words.SEES_TABLE)


async def _rich_edit(stage: Stage) -> None:
    sent = await stage.call("sendMessage", chat_id=stage.person, text=words.FILLER)
    if not stage.door.made(sent):
        stage.check("a text is taken", False, sent.description)
        return
    message = {"chat_id": stage.person, "message_id": stage.door.made(sent)[0]}
    there = await stage.call("editMessageText", **message, rich_message=table())
    stage.check("a text becomes a table", there.is_done, there.description or None)
    back = await stage.call("editMessageText", **message, text=words.EDITED)
    stage.check("a table becomes a text", back.is_done, back.description or None)


async def _styles(stage: Stage) -> None:
    labels = zip(words.STYLE_LABELS, STYLES, strict=False)
    buttons = [{"text": label, "callback_data": "probe:none", "style": style} for label, style in labels]
    sent = await stage.call(
        "sendMessage", chat_id=stage.person, text=words.STYLES, reply_markup={"inline_keyboard": [buttons]}
    )
    stage.check("styles are taken", sent.is_done, sent.description or None)
    if not sent.is_done:
        return
    came_back = sent.fields("reply_markup", "inline_keyboard", 0, of="style")
    stage.check("the answer has them", came_back == list(STYLES))
    await stage.saw("the person sees colours", words.SEES_STYLES)


async def _commands(stage: Stage) -> None:
    scope = {"type": "chat", "chat_id": stage.person}
    before = await stage.call("getMyCommands", scope=scope)
    had = before.field() or []

    async def put_back() -> None:
        if had:
            await stage.door.call("setMyCommands", {"commands": had, "scope": scope})
        else:
            await stage.door.call("deleteMyCommands", {"scope": scope})

    stage.undo.append(put_back)
    ours = [{"command": "probe", "description": words.COMMAND}]
    done = await stage.call("setMyCommands", commands=ours, scope=scope)
    stage.check("commands of one chat are taken", done.is_done, done.description or None)
    if done.is_done:
        after = await stage.call("getMyCommands", scope=scope)
        kept = after.fields(of="command")
        stage.check("and kept", kept == ["probe"])
        await stage.saw("the person sees the command", words.SEES_COMMAND)
    for what, commands, expected in (
        ("a name in Russian", [{"command": words.COMMAND, "description": words.COMMAND}], "BOT_COMMAND_INVALID"),
        (
            "101 commands",
            [{"command": f"probe{n}", "description": words.COMMAND} for n in range(101)],
            "BOT_COMMANDS_TOO_MUCH",
        ),
    ):
        refused = await stage.call("setMyCommands", commands=commands, scope=scope)
        stage.check(f"{what}: {expected}", bare(refused.description) == expected.casefold(), refused.description)
    await put_back()


async def _chat_action(stage: Stage) -> None:
    await stage.call("sendMessage", chat_id=stage.person, text=words.ACTION_COMES)
    done = await stage.call("sendChatAction", chat_id=stage.person, action="typing")
    stage.check("the action is taken", done.is_done, done.description or None)
    wrong = await stage.call("sendChatAction", chat_id=stage.person, action="sleeping")
    expected = "wrong parameter action in request"
    stage.check(f"an unknown one: {expected}", bare(wrong.description) == expected, wrong.description)
    await stage.clock.sleep(_ACTION_LASTS)
    await stage.saw("the person sees it", words.SEES_ACTION)


async def _link_preview(stage: Stage) -> None:
    sent = await stage.call(
        "sendMessage", chat_id=stage.person, text=words.LINK, link_preview_options={"is_disabled": True}
    )
    stage.check("the option is taken", sent.is_done, sent.description or None)
    if sent.is_done:
        stage.tell("the answer says", sent.field("link_preview_options") or "nothing")
        await stage.saw("the person sees no preview", words.SEES_NO_PREVIEW)


async def _quote(stage: Stage) -> None:
    text = f"<blockquote expandable>{words.QUOTE}</blockquote>"
    sent = await stage.call("sendMessage", chat_id=stage.person, text=text, parse_mode="HTML")
    kinds = sent.fields("entities", of="type")
    stage.check("it is taken as one that opens", kinds == ["expandable_blockquote"], kinds or sent.description)
    if sent.is_done:
        await stage.saw("the person sees it collapsed", words.SEES_QUOTE)


async def _reaction(stage: Stage) -> None:
    sent = await stage.call("sendMessage", chat_id=stage.person, text=words.REACTED_TO)
    if not stage.door.made(sent):
        stage.check("a text is taken", False, sent.description)
        return
    where = {"chat_id": stage.person, "message_id": stage.door.made(sent)[0]}
    done = await stage.call("setMessageReaction", **where, reaction=[_emoji("👍")])
    stage.check("one is taken", done.is_done, done.description or None)
    for what, reactions, expected in (
        ("two", [_emoji("👍"), _emoji("🔥")], "REACTIONS_TOO_MANY"),
        ("one that is not in the list", [_emoji("📎")], "REACTION_INVALID"),
    ):
        refused = await stage.call("setMessageReaction", **where, reaction=reactions)
        stage.check(f"{what}: {expected}", bare(refused.description) == expected.casefold(), refused.description)
    if done.is_done:
        await stage.saw("the person sees it", words.SEES_REACTION)


def _emoji(emoji: str) -> dict[str, str]:
    return {"type": "emoji", "emoji": emoji}


async def _album(stage: Stage) -> None:
    picture = png(120, 80)
    sent = await stage.upload(
        "sendMediaGroup",
        {f"p{number}": (f"{number}.png", picture) for number in (1, 2)},
        chat_id=stage.person,
        media=[{"type": "photo", "media": f"attach://p{number}"} for number in (1, 2)],
    )
    made = stage.door.made(sent)
    stage.check("two pictures are an album", len(made) == 2, sent.description or len(made))
    if len(made) != 2:
        return
    groups = sent.fields(of="media_group_id")
    stage.check("of one number", len(set(groups)) == 1 and None not in groups)
    button = [[{"text": words.ALBUM_BUTTON, "callback_data": "probe:none"}]]
    put = await stage.call(
        "editMessageReplyMarkup", chat_id=stage.person, message_id=made[0], reply_markup={"inline_keyboard": button}
    )
    stage.check("a button can be put under its first", put.is_done, put.description or None)
    if put.is_done:
        await stage.saw("the person sees it", words.SEES_ALBUM_BUTTON)


async def _file_names(stage: Stage) -> None:
    for what, name, expected in (
        ("a name as the bot gives it stays", words.OWN_NAME, words.OWN_NAME),
        ("quotes, dashes and the sign of a number become blanks", words.RAW_NAME, words.CLEANED_NAME),
        ("64 characters and the extension stay", words.LONG_NAME, f"{words.LONG_NAME[:64].rstrip()}.txt"),
    ):
        sent = await stage.upload("sendDocument", {"document": (name, words.FILLER.encode())}, chat_id=stage.person)
        got = sent.field("document", "file_name") or sent.description
        stage.check(what, got == expected, got)
    await stage.saw("the person sees the first name", words.SEES_NAME)


async def _answers(stage: Stage) -> None:
    shown = await stage.show(words.ANSWER_THIS)
    said = await stage.wait(lambda event: event.kind is EventKind.SAID)
    stage.check(
        "the person's answer says to what", said.answers_to == shown, "to nothing" if not said.answers_to else None
    )
    mine = await _answered(stage, said.message)
    stage.check("the bot's answer is one", mine.field("reply_to_message") is not None, mine.description or None)
    if mine.is_done:
        await stage.saw("the person sees it as one", words.SEES_ANSWER)
    gone = await _gone(stage)
    without = await _answered(stage, gone)
    stage.check(
        "an answer to a removed message goes without it",
        without.field("message_id") is not None and without.field("reply_to_message") is None,
        without.description or None,
    )
    refused = await _answered(stage, gone, allow_sending_without_reply=False)
    expected = "message to be replied not found"
    stage.check(f"and if it must not: {expected}", bare(refused.description) == expected, refused.description)
    quoted = await _answered(stage, shown, quote="probe", allow_sending_without_reply=False)
    stage.check(
        "a quote that is not there: QUOTE_TEXT_INVALID",
        bare(quoted.description) == "quote_text_invalid",
        quoted.description,
    )


async def _answered(stage: Stage, message: int | None, **how: Any) -> Any:
    parameters = {"message_id": message, "allow_sending_without_reply": True, **how}
    return await stage.call("sendMessage", chat_id=stage.person, text=words.ANSWERED, reply_parameters=parameters)


async def _gone(stage: Stage) -> int:
    """A message that is not there any more."""
    sent = await stage.call("sendMessage", chat_id=stage.person, text=words.FILLER)
    (message,) = stage.door.made(sent) or (0,)
    await stage.call("deleteMessage", chat_id=stage.person, message_id=message)
    return message


async def _copies(stage: Stage) -> None:
    gone = [await _gone(stage), await _gone(stage)]
    one = await stage.call("copyMessage", chat_id=stage.person, from_chat_id=stage.person, message_id=gone[0])
    stage.check(
        "copyMessage: message to copy not found", bare(one.description) == "message to copy not found", one.description
    )
    many = await stage.call("copyMessages", chat_id=stage.person, from_chat_id=stage.person, message_ids=gone)
    expected = "there are no messages to forward"
    stage.check(f"copyMessages: {expected}", bare(many.description) == expected, many.description or "done")
    kept = await stage.call("sendMessage", chat_id=stage.person, text=words.FILLER)
    (there,) = stage.door.made(kept) or (0,)
    some = await stage.call("copyMessages", chat_id=stage.person, from_chat_id=stage.person, message_ids=[*gone, there])
    stage.check(
        "of three, of which two are gone, one is copied", len(stage.door.made(some)) == 1, some.description or None
    )


PROBES = (
    Probe(
        "rich-table",
        "whether a table is taken, and drawn as one",
        "it is taken and the person sees it",
        _rich_table,
        ("blocks",),
    ),
    Probe("rich-edit", "whether a text becomes a table and the other way round", "both are taken", _rich_edit),
    Probe("button-styles", "whether buttons have colours", "they come back and the person sees them", _styles),
    Probe(
        "commands",
        "whether one chat has commands of its own, and how wrong ones are refused",
        "they are kept, seen, and wrong ones are refused in the known words",
        _commands,
        ("BOT_COMMAND*",),
    ),
    Probe("chat-action", "whether it is seen that the bot is typing", "the person sees it", _chat_action),
    Probe("link-preview", "whether a link can have no preview", "the person sees none", _link_preview),
    Probe("collapsed-quote", "whether a long quotation is collapsed", "the person sees it so", _quote),
    Probe(
        "reactions",
        "whether the bot can react, and how wrong reactions are refused",
        "one is seen; wrong ones are refused in the known words",
        _reaction,
        ("REACTION_*", "REACTIONS_*"),
    ),
    Probe("album-button", "whether an album can have a button", "it is taken and seen", _album),
    Probe("file-names", "what becomes of names of files", "the bot's stay, others are cleaned as known", _file_names),
    Probe(
        "answers",
        "whether answers to messages say to which, when it is there and when it is gone",
        "they do; without the message they go without it",
        _answers,
        ("QUOTE_TEXT_INVALID",),
    ),
    Probe("copies", "what copies of removed messages are refused with", "the known words", _copies),
)
