"""What people do in their MAX. The words are those of the Telegram simulator wherever the deed is the same."""

import base64
import re
from typing import Any

from simulator import whereabouts
from simulator.content.html import utf16_len
from simulator.errors import Json, PersonError
from simulator.labels import abridged, fit, in_full
from simulator.max.errors import Refused
from simulator.max.model import TYPES, Attachment, Chat, Link, Message, Person
from simulator.max.text import LONGEST, from_entities, parse
from simulator.max.world import BOT, World

# A link to the bot with a payload, as people open it: the Telegram simulator's people write it.
_START = re.compile(r"/start(?: (\S{1,512}))?")
ADMINISTRATOR = ["read_all_messages", "write", "pin_message", "delete_message", "edit_message"]
_CHANNEL = -72_000_000_000_000


def person_of(world: World, person_id: int) -> Person:
    """The person, or LookupError."""
    return whereabouts.person_of(world.people, person_id)


def place_of(world: World, person: Person, chat_id: int | None) -> Chat:
    """The chat where the person acts: their dialog with the bot, or a group they are in."""
    return whereabouts.place_of(world.chats, person, chat_id, "has stopped the bot: start it first")


# --- starting and stopping ---


def _begin(world: World, person: Person, payload: str | None = None) -> None:
    """Press Start."""
    person.started, person.blocked = True, False
    extra: dict[str, Any] = {} if payload is None else {"payload": payload}
    chat_id = world.chats[person.id].chat_id
    world.happen(person.id, "bot_started", chat_id=chat_id, user=person.user(world.now_ms()), **extra,
                 user_locale=person.language_code)  # fmt: skip
    world.events.add("membership", person.id, new="started")


def open_link(world: World, person_id: int, payload: str | None = None) -> None:
    """Open a link to the bot, and press Start where there is one to press."""
    person = person_of(world, person_id)
    if person.deactivated:
        raise PersonError(f"{person.first_name} has deleted the account")
    if not person.started or person.blocked or (payload is not None and world.ways.started_again):
        _begin(world, person, payload)


def _stop(world: World, person: Person) -> None:
    person.blocked = True
    chat_id = world.chats[person.id].chat_id
    world.happen(person.id, "bot_stopped", chat_id=chat_id, user=person.user(world.now_ms()),
                 user_locale=person.language_code)  # fmt: skip
    world.events.add("membership", person.id, new="stopped")


def block(world: World, person_id: int) -> None:
    """Stop the bot: it hears of it and can no longer write."""
    person = person_of(world, person_id)
    if not person.blocked:
        _stop(world, person)


def unblock(world: World, person_id: int) -> None:
    """Take the bot back, for which there is only the button Start."""
    person = person_of(world, person_id)
    if person.blocked:
        _begin(world, person)


def delete_chat(world: World, person_id: int) -> None:
    """Delete the dialog: it stops the bot too."""
    person = person_of(world, person_id)
    chat = world.chats[person.id]
    for message in chat.messages.values():
        if not message.deleted:
            message.deleted = True
            world.announce("delete", message)
    if not person.blocked:
        _stop(world, person)
    world.happen(person.id, "dialog_removed", chat_id=chat.chat_id, user=person.user(world.now_ms()),
                 user_locale=person.language_code)  # fmt: skip


def clear_chat(world: World, person_id: int) -> None:
    """Clear the dialog's history on the phone; the bot may go on writing."""
    person = person_of(world, person_id)
    chat = world.chats[person.id]
    for message in chat.messages.values():
        message.deleted = True
    world.happen(person.id, "dialog_cleared", chat_id=chat.chat_id, user=person.user(world.now_ms()),
                 user_locale=person.language_code)  # fmt: skip


# --- writing ---


def _worded(text: str, html: bool, entities: list[Json] | None) -> tuple[str, list[Json]]:
    if html:
        try:
            parsed = parse(text, by_person=True)
        except Refused as refusal:
            raise PersonError(refusal.message) from None
        return parsed.text, parsed.markup
    return text, from_entities(text, entities or [])


def _origin(world: World, origin: Json, text: str, markup: list[Json], attachments: list[Attachment]) -> Link:
    """What a person forwards that was written elsewhere, as the driver describes it."""
    at = world.moment()
    seq = at << 16 | 1
    body: Json = {"mid": f"mid.{_CHANNEL & (2**64 - 1):016x}{seq:016x}", "seq": seq, "text": text}
    if markup:
        body["markup"] = markup
    if attachments:
        shown = Message(0, "", 0, at, BOT, False, attachments=attachments)
        body["attachments"] = world.body_json(shown)["attachments"]
    match origin:
        case {"type": "user", "person_id": int(number)}:
            return Link("forward", person_of(world, number).user(at), body, number ^ BOT)
        case {"type": "hidden_user", "name": str(name)}:
            return Link("forward", Person(at, name).user(at), body, at ^ BOT)
        case {"type": "channel"}:
            return Link("forward", None, body, _CHANNEL)
        case _:
            raise ValueError(f"unknown origin {origin}")


def _put(
    world: World, person_id: int, chat_id: int | None, text: str, markup: list[Json], attachments: list[Attachment],
    reply_to: int | None, origin: Json | None,
) -> int:  # fmt: skip
    """A message of a person; its number. Who writes to a bot for the first time has to press Start before."""
    person = person_of(world, person_id)
    chat = place_of(world, person, chat_id)
    if utf16_len(text) > LONGEST:
        raise PersonError(f"a message is at most {LONGEST} characters long")
    link = None
    if origin is not None:
        link = _origin(world, origin, text, markup, attachments)
        text, markup, attachments = "", [], []
    elif reply_to is not None:
        original = world.find(chat, reply_to)
        if original is None:
            raise LookupError(f"no message {reply_to} to reply to")
        link = world.link_to(original, "reply")
    if chat.is_dialog and not person.started:
        _begin(world, person)
    message = world.new_message(chat, person.id, text=text, markup=markup, attachments=attachments, link=link)
    world.deliver(message)
    return message.seq


def send(
    world: World, person_id: int, text: str, reply_to: int | None = None, chat_id: int | None = None,
    topic: int | None = None, html: bool = False, entities: list[Json] | None = None, origin: Json | None = None,
) -> int:  # fmt: skip
    """Write a message; its number. "/start" of somebody who has not started presses Start, and with a payload it opens
    a link: then there is no message, and the number is 0."""
    _no_topics(topic)
    person = person_of(world, person_id)
    plain = origin is None and reply_to is None and chat_id in (None, person.id)
    if plain and (start := _START.fullmatch(text.strip())):
        place_of(world, person, None)
        if start[1] or not person.started:
            open_link(world, person_id, start[1])
            return 0
    text, markup = _worded(text.strip(), html, entities)
    if not text:
        raise PersonError("a message is not empty")
    return _put(world, person_id, chat_id, text, markup, [], reply_to, origin)


def _no_topics(topic: int | None) -> None:
    if topic is not None:
        raise PersonError("MAX has no topics")


def edit(
    world: World, person_id: int, message_id: int, text: str, chat_id: int | None = None, html: bool = False
) -> None:
    """Edit one's own message."""
    person = person_of(world, person_id)
    message = world.find(place_of(world, person, chat_id), message_id)
    if message is None or message.sender != person.id:
        raise LookupError(f"no own message {message_id} to edit")
    if message.link is not None and message.link.type == "forward":
        raise PersonError("this message cannot be edited")
    message.text, message.markup = _worded(text.strip(), html, None)
    message.edited_at = world.moment()
    world.deliver(message, "message_edited")


def remove(world: World, person_id: int, message_id: int, chat_id: int | None = None) -> None:
    """Delete one's own message for both sides: the bot hears of it."""
    person = person_of(world, person_id)
    chat = place_of(world, person, chat_id)
    message = world.find(chat, message_id)
    if message is None or message.sender != person.id:
        raise LookupError(f"no own message {message_id} to delete")
    message.deleted = True
    world.announce("delete", message)
    world.happen(chat.place, "message_removed", message_id=message.mid, chat_id=chat.chat_id, user_id=person.id)


def send_files(  # noqa: PLR0913, PLR0917 - called with named arguments only
    world: World, person_id: int, files: list[Json], caption: str = "", reply_to: int | None = None,
    chat_id: int | None = None, topic: int | None = None, html: bool = False, entities: list[Json] | None = None,
    origin: Json | None = None,
) -> int:  # fmt: skip
    """Send files in one message, each with `content`, `name`, `mime`, `kind` and the `size` it claims to have."""
    _no_topics(topic)
    place_of(world, person_of(world, person_id), chat_id)
    text, markup = _worded(caption.strip(), html, entities)
    attachments = [_attachment(world, **file) for file in files]
    return _put(world, person_id, chat_id, text, markup, attachments, reply_to, origin)


def _attachment(
    world: World, content: bytes | str, name: str, mime: str = "application/octet-stream", kind: str = "document",
    size: int | None = None,
) -> Attachment:  # fmt: skip
    """`content` is base64 where it comes in a list."""
    if isinstance(content, str):
        content = base64.b64decode(content)
    if kind == "sticker":
        stored = world.add_file("image", "sticker.webp", mime, content)
        url = f"{world.files_url}/{stored.token}/{stored.number}"
        sticker = {"payload": {"url": url, "code": f"sticker{stored.number}"}, "width": 512, "height": 512}
        return Attachment("sticker", json=sticker)
    if kind not in TYPES:
        raise ValueError(f"unknown kind {kind!r}, known: {', '.join((*TYPES, 'sticker'))}")
    return Attachment(TYPES[kind], world.add_file(TYPES[kind], name, mime, content, size))


def send_file(  # noqa: PLR0913, PLR0917 - called with named arguments only
    world: World, person_id: int, content: bytes, name: str, mime: str = "application/octet-stream",
    caption: str = "", kind: str = "document", media_group_id: str | None = None, reply_to: int | None = None,
    size: int | None = None, chat_id: int | None = None, topic: int | None = None, html: bool = False,
    entities: list[Json] | None = None, origin: Json | None = None,
) -> int:  # fmt: skip
    """Send one file. MAX has no albums of several messages: `send_files` sends several in one."""
    if media_group_id is not None:
        raise PersonError("in MAX several files go in one message: send_files")
    file = {"content": content, "name": name, "mime": mime, "kind": kind, "size": size}
    return send_files(world, person_id, [file], caption, reply_to, chat_id, topic, html, entities, origin)


def send_thing(
    world: World, person_id: int, kind: str, value: Json | None = None, reply_to: int | None = None,
    chat_id: int | None = None, topic: int | None = None, origin: Json | None = None,
) -> int:  # fmt: skip
    """Send a place or a contact, told as in the Telegram simulator; MAX knows no polls, dice and the like."""
    _no_topics(topic)
    value = value or {}
    if kind == "location":
        thing: Json = {"latitude": value["latitude"], "longitude": value["longitude"]}
    elif kind == "contact":
        card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nTEL:{value['phone_number']}\r\nFN:{value['first_name']}\r\nEND:VCARD"
        thing = {"payload": {"vcf_info": card, "max_info": None}}
    else:
        raise PersonError(f"MAX has no {kind}")
    return _put(world, person_id, chat_id, "", [], [Attachment(kind, json=thing)], reply_to, origin)


def forward(
    world: World, person_id: int, message_id: int, from_chat: int | None = None, chat_id: int | None = None,
    topic: int | None = None,
) -> int:  # fmt: skip
    """Forward a message of a chat the person is in; its buttons stay behind."""
    _no_topics(topic)
    person = person_of(world, person_id)
    original = world.find(place_of(world, person, from_chat), message_id)
    if original is None:
        raise LookupError(f"no message {message_id} to forward")
    chat = place_of(world, person, chat_id)
    message = world.new_message(chat, person.id, link=world.link_to(original, "forward"))
    world.deliver(message)
    return message.seq


# --- pressing ---


def labels(chat: Chat, message_id: int | None = None) -> list[str]:
    """Labels of all buttons on the screen, the latest message first."""
    return [
        str(button["text"])
        for message in reversed(chat.messages.values())
        if not message.deleted and message_id in (None, message.seq)
        for button in message.buttons()
    ]


def _meant(shown: str, text: str, label: str) -> int:
    """How well a button fits a label, by itself or by what the message says of its number; where it was cut, a bit."""
    return max(fit(shown, label), fit(in_full(shown, text), label), int(abridged(shown, label)))


def press(world: World, person_id: int, label: str, message_id: int | None = None, chat_id: int | None = None) -> Json:
    """Press a button by its label, or by what the message says of its number; what came of it: a callback, a sent text,
    an opened link, a copied text."""
    person = person_of(world, person_id)
    chat = place_of(world, person, chat_id)
    for message in reversed(chat.messages.values()):
        if message.deleted or message_id not in (None, message.seq):
            continue
        fits = [(_meant(button["text"], message.text, label), button) for button in message.buttons()]
        best = max((degree for degree, _ in fits), default=0)
        if best:
            return _pressed(world, person, message, next(button for degree, button in fits if degree == best))
    raise LookupError(f"no button {label!r}; on the screen: {labels(chat, message_id)}")


def _pressed(world: World, person: Person, message: Message, button: Json) -> Json:
    match button["type"]:
        case "callback":
            query = _ask(world, person, message.place, button["payload"], message, message.seq)
            return {"kind": "callback", "query_id": query, "message_id": message.seq}
        case "message":
            return {"kind": "text", "message_id": send(world, person.id, button["text"], None, message.place)}
        case "link":
            return {"kind": "url", "value": button["url"], "message_id": message.seq}
        case "clipboard":
            return {"kind": "copy_text", "value": button["payload"], "message_id": message.seq}
        case kind:
            raise LookupError(f"the button {button['text']!r} ({kind}) is not played")


def callback(world: World, person_id: int, data: str, message_id: int | None = None, chat_id: int | None = None) -> str:
    """A press with arbitrary payload; on a message that is not there it comes without one. The callback's id."""
    person = person_of(world, person_id)
    chat = place_of(world, person, chat_id)
    return _ask(world, person, chat.place, data, world.find(chat, message_id), message_id)


def _ask(world: World, person: Person, place: int, data: str, message: Message | None, seq: int | None) -> str:
    if place > 0 and not person.started:
        # There is nothing to press before that.
        _begin(world, person)
    asked = world.add_press(person.id, place, seq)
    at = world.moment()
    told = {"timestamp": at, "callback_id": asked.id, "user": person.user(at), "payload": data}
    shown = None if message is None or world.ways.null_messages else world.message_json(message)
    extra: dict[str, Any] = {"user_locale": person.language_code} if place > 0 else {}
    world.happen(place, "message_callback", at, callback=told, message=shown, **extra)
    world.events.add("press", place, query_id=asked.id, data=data)
    return asked.id


# --- groups ---


def _group(world: World, chat_id: int) -> Chat:
    chat = world.chats.get(chat_id)
    if chat is None or chat.is_dialog:
        raise LookupError(f"no group {chat_id}")
    return chat


def _tell(world: World, chat: Chat, kind: str, person_id: int, **extra: Any) -> None:
    user = person_of(world, person_id).user(world.now_ms())
    world.happen(chat.place, kind, chat_id=chat.chat_id, user=user, **extra)


def create_group(
    world: World, title: str, members: list[int], group_id: int | None = None, administrator: bool = True
) -> int:
    """A group of people; the first member owns it and adds the bot, and makes it an administrator unless told
    otherwise: an ordinary member is not told what is written there."""
    if not members:
        raise ValueError("a group has at least one member")
    chat = world.add_group(title, members, group_id)
    bot_rights(world, chat.place, administrator)
    return chat.place


def bot_rights(world: World, chat_id: int, administrator: bool) -> None:
    """Make the bot an administrator or an ordinary member; also takes it back into a group it was removed from."""
    chat = _group(world, chat_id)
    removed = chat.bot_status == "removed"
    chat.bot_status = "administrator" if administrator else "member"
    chat.permissions = [*ADMINISTRATOR] if administrator else []
    if removed:
        _tell(world, chat, "bot_added", chat.members[0], is_channel=False)
        world.events.add("membership", chat.place, new=chat.bot_status)


def remove_bot(world: World, chat_id: int) -> None:
    """Remove the bot from a group."""
    chat = _group(world, chat_id)
    chat.bot_status, chat.permissions = "removed", []
    _tell(world, chat, "bot_removed", chat.members[0], is_channel=False)
    world.events.add("membership", chat.place, new="removed")


def rename(world: World, chat_id: int, title: str) -> None:
    """Give a group another title."""
    chat = _group(world, chat_id)
    chat.title = title
    _tell(world, chat, "chat_title_changed", chat.members[0], title=title)


def join(world: World, person_id: int, chat_id: int) -> None:
    """A person comes into a group."""
    chat, person = _group(world, chat_id), person_of(world, person_id)
    if person.id in chat.members:
        raise PersonError("already in the group")
    chat.members.append(person.id)
    _tell(world, chat, "user_added", person.id, inviter_id=chat.members[0], is_channel=False)


def leave(world: World, person_id: int, chat_id: int) -> None:
    """A person leaves a group."""
    chat, person = _group(world, chat_id), person_of(world, person_id)
    place_of(world, person, chat_id)
    chat.members.remove(person.id)
    _tell(world, chat, "user_removed", person.id, is_channel=False)
