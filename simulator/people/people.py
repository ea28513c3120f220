"""What people do in their Telegram besides writing: press, block, delete. Each step makes its update."""

from simulator.errors import Json
from simulator.labels import fit
from simulator.people.groups import member_json, membership
from simulator.people.writing import person_of, place_of, send
from simulator.world.model import Chat, Message, Person
from simulator.world.updates import PRESS_LIVES
from simulator.world.world import World


def _inline_button(chat: Chat, label: str, message_id: int | None) -> tuple[int, Message, Json] | None:
    """The best button of the latest message with a button that fits."""
    for message in reversed(chat.messages.values()):
        if message.deleted or message_id not in (None, message.message_id):
            continue
        fits = [(fit(button["text"], label), button) for button in message.buttons()]
        best = max((degree for degree, _ in fits), default=0)
        if best:
            return best, message, next(button for degree, button in fits if degree == best)
    return None


def labels(chat: Chat, message_id: int | None = None) -> list[str]:
    """Labels of all buttons on the screen, the latest message first, then the reply keyboard."""
    shown = [
        button["text"]
        for message in reversed(chat.messages.values())
        if not message.deleted and message_id in (None, message.message_id)
        for button in message.buttons()
    ]
    return shown if message_id is not None else shown + _keyboard_labels(chat)


def _keyboard_labels(chat: Chat) -> list[str]:
    rows = chat.keyboard["keyboard"] if chat.keyboard else []
    return [button["text"] for row in rows for button in row]


def press(world: World, person_id: int, label: str, message_id: int | None = None, chat_id: int | None = None) -> Json:
    """Press a button by its label; what came of it: a callback, a sent text, or an opened link."""
    person = person_of(world, person_id)
    chat = place_of(world, person, chat_id)
    pressed = _inline_button(chat, label, message_id)
    if message_id is None and (pressed is None or pressed[0] < 2):
        fits = [(fit(text, label), text) for text in _keyboard_labels(chat)]
        best, text = max(fits, key=lambda item: item[0], default=(0, ""))
        # the reply keyboard wins only when it fits better than what stands under a message
        if best > (pressed[0] if pressed else 0):
            return {"kind": "text", "message_id": send(world, person.id, text, None, chat.id)}
    if pressed is None:
        raise LookupError(f"no button {label!r}; on the screen: {labels(chat, message_id)}")
    _, message, button = pressed
    if "callback_data" in button:
        query = _ask(world, person, message.chat_id, button["callback_data"], message, message.message_id)
        return {"kind": "callback", "query_id": query, "message_id": message.message_id}
    for kind in ("url", "copy_text", "web_app", "login_url"):
        if kind in button:
            value = button[kind]
            opened = value if isinstance(value, str) else value.get("text") or value.get("url")
            return {"kind": kind, "value": opened, "message_id": message.message_id}
    raise LookupError(f"the button {button['text']!r} does nothing")


def callback(world: World, person_id: int, data: str, message_id: int | None = None, chat_id: int | None = None) -> str:
    """A press with arbitrary data; a message that is not there arrives as inaccessible. The query's id."""
    person = person_of(world, person_id)
    chat = place_of(world, person, chat_id)
    message = world.find(chat, message_id)
    return _ask(world, person, chat.id, data, message, message_id or 1)


def _ask(world: World, person: Person, chat_id: int, data: str, message: Message | None, message_id: int) -> str:
    query = world.add_query(person, chat_id, message_id, data)
    shown: Json
    if message is not None:
        shown = world.message_json(message)
    else:
        shown = {"chat": world.chat_json(world.chats[chat_id]), "message_id": message_id, "date": 0}
    payload = {
        "id": query.id, "from": person.user(), "message": shown,
        "chat_instance": str(7_000_000_000 + abs(chat_id)), "data": data,
    }  # fmt: skip
    world.updates.put("callback_query", payload, world.timestamp() + PRESS_LIVES)
    world.events.add("press", chat_id, query_id=query.id, data=data)
    return query.id


def _own_place(world: World, person: Person, old: str, new: str) -> None:
    user = world.bot.user()
    membership(world, world.chats[person.id], person, member_json(user, old), member_json(user, new))


def block(world: World, person_id: int) -> None:
    """Block the bot: the bot hears of it and can no longer write."""
    person = person_of(world, person_id)
    if not person.blocked:
        person.blocked = True
        _own_place(world, person, "member", "kicked")


def unblock(world: World, person_id: int) -> None:
    """Unblock the bot. No /start is sent; a person who never started still has not."""
    person = person_of(world, person_id)
    if person.blocked:
        person.blocked = False
        _own_place(world, person, "kicked", "member")


def delete_chat(world: World, person_id: int) -> None:
    """Delete the chat for both sides: every message goes, the bot is not told."""
    chat = world.chats[person_of(world, person_id).id]
    for message in chat.messages.values():
        if not message.deleted:
            message.deleted = True
            world.announce("delete", message)
    chat.keyboard = None
