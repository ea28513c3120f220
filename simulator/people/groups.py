"""The life of groups: made by people, with the bot in or out, upgraded, with topics."""

from simulator.api import topics
from simulator.api.posting import SENDABLE
from simulator.errors import Json, PersonError
from simulator.people.writing import deliver, person_of, place_of
from simulator.world.model import Chat, Message, Person, Topic
from simulator.world.updates import LIVES
from simulator.world.world import World

# what an administrator may do, of those that every administrator has
_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
    "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
    "can_send_welcome_messages",
)  # fmt: skip


def member_json(user: Json, status: str, manage_topics: bool = False) -> Json:
    """As a Bot API ChatMember."""
    body: Json = {"user": user, "status": status}
    if status == "kicked":
        return {**body, "until_date": 0}
    if status == "administrator":
        rights = {**dict.fromkeys(_RIGHTS, True), "can_promote_members": False}
        return {**body, "can_be_edited": False, "is_anonymous": False, **rights, "can_manage_topics": manage_topics}
    return body


def membership(world: World, chat: Chat, person: Person, old: Json, new: Json) -> None:
    """The update about the bot's own place in a chat."""
    payload: Json = {
        "chat": world.chat_json(chat), "from": person.user(), "date": world.timestamp(),
        "old_chat_member": old, "new_chat_member": new,
    }  # fmt: skip
    world.updates.put("my_chat_member", payload, world.timestamp() + LIVES)
    world.events.add("membership", chat.id, old=old["status"], new=new["status"])


def bot_member(world: World, chat: Chat) -> Json:
    """The bot's place in a group now."""
    return member_json(world.bot.user(), chat.bot_status, chat.manage_topics)


def _become(world: World, chat: Chat, status: str, manage_topics: bool = False) -> None:
    old = bot_member(world, chat)
    chat.bot_status, chat.manage_topics = status, manage_topics
    new = bot_member(world, chat)
    if old != new:
        membership(world, chat, person_of(world, chat.members[0]), old, new)


def _group(world: World, chat_id: int) -> Chat:
    chat = world.chats.get(chat_id)
    if chat is None or chat.type == "private" or chat.migrated_to is not None:
        raise LookupError(f"no group {chat_id}")
    return chat


def create_group(
    world: World, title: str, members: list[int], supergroup: bool = False, group_id: int | None = None,
    forum: bool = False, manage_topics: bool | None = None,
) -> int:  # fmt: skip
    """A group of people with the bot in it; the first member adds the bot. A forum is a supergroup; there the bot is
    an administrator that may manage topics, unless `manage_topics` says that it is an ordinary member.
    """
    if not members:
        raise ValueError("a group has at least one member")
    chat = world.add_group(title, members, supergroup or forum, group_id)
    chat.is_forum, chat.bot_status = forum, "left"
    rights = forum if manage_topics is None else manage_topics
    _become(world, chat, "administrator" if rights else "member", rights)
    return chat.id


def bot_rights(world: World, chat_id: int, administrator: bool, manage_topics: bool = False) -> None:
    """Make the bot an administrator, with or without the right to manage topics, or an ordinary member; also takes
    it back into a group it was removed from."""
    _become(world, _group(world, chat_id), "administrator" if administrator else "member", manage_topics)


def remove_bot(world: World, chat_id: int, kicked: bool = True) -> None:
    """Remove the bot from a group; `kicked` False: it has left, or the group let it go without a ban."""
    _become(world, _group(world, chat_id), "kicked" if kicked else "left")


def forbid(world: World, chat_id: int, *what: str) -> None:
    """What ordinary members, the bot among them, may not send from now on (SENDABLE); nothing: they may send all."""
    if unknown := set(what) - SENDABLE.keys():
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}, known: {', '.join(SENDABLE)}")
    _group(world, chat_id).forbidden = frozenset(what)


def slow_mode(world: World, chat_id: int, seconds: int) -> None:
    """How far apart ordinary members may write, in seconds; 0 ends it."""
    chat = _group(world, chat_id)
    if chat.type != "supergroup":
        raise PersonError("only a supergroup has a slow mode: upgrade the group first")
    chat.slow_mode = seconds


def set_forum(world: World, chat_id: int, on: bool) -> None:
    """Turn topics of a supergroup on or off; the messages stay."""
    chat = _group(world, chat_id)
    if chat.type != "supergroup":
        raise PersonError("only a supergroup has topics: upgrade the group first")
    chat.is_forum = on


def upgrade(world: World, chat_id: int, forum: bool = False) -> int:
    """A group becomes a supergroup, as when topics are turned on in it; the new chat's id. The bot hears of it in both
    chats, and the old one refuses it from now on."""
    old = _group(world, chat_id)
    if old.type != "group":
        raise PersonError("it is a supergroup already")
    new = world.add_group(old.title, old.members, supergroup=True)
    new.is_forum, new.bot_status, new.manage_topics = forum, old.bot_status, old.manage_topics
    founder = person_of(world, old.members[0])
    deliver(world, world.new_message(old, founder, service=True, extra={"migrate_to_chat_id": new.id}))
    deliver(world, world.new_message(new, founder, service=True, extra={"migrate_from_chat_id": old.id}))
    old.migrated_to = new.id
    return new.id


def join(world: World, person_id: int, chat_id: int) -> int:
    """A person comes into a group; the id of the service message."""
    chat, person = _group(world, chat_id), person_of(world, person_id)
    if person.id in chat.members:
        raise PersonError("already in the group")
    chat.members.append(person.id)
    return _told(world, chat, person, {"new_chat_members": [person.user()]})


def leave(world: World, person_id: int, chat_id: int) -> int:
    """A person leaves a group; the id of the service message."""
    chat, person = _group(world, chat_id), person_of(world, person_id)
    place_of(world, person, chat_id)
    message_id = _told(world, chat, person, {"left_chat_member": person.user()})
    chat.members.remove(person.id)
    return message_id


def _told(world: World, chat: Chat, person: Person, extra: Json) -> int:
    message = world.new_message(chat, person, service=True, extra=extra)
    deliver(world, message)
    return message.message_id


# topics, as people make them


def _hear(world: World, message: Message) -> None:
    world.updates.put("message", world.message_json(message), message.date + LIVES)


def _topic(world: World, person_id: int, chat_id: int, topic: int) -> tuple[Person, Chat, Topic]:
    person = person_of(world, person_id)
    chat = place_of(world, person, chat_id)
    if topic not in chat.topics:
        raise LookupError(f"no topic {topic} in chat {chat_id}")
    return person, chat, chat.topics[topic]


def create_topic(world: World, person_id: int, chat_id: int, name: str) -> int:
    """A person begins a topic; its id."""
    person = person_of(world, person_id)
    chat = place_of(world, person, chat_id)
    if not chat.is_forum:
        raise PersonError("the group has no topics")
    message = topics.begin(world, chat, person, name, 7322096)
    _hear(world, message)
    return message.message_id


def turn_topic(world: World, person_id: int, chat_id: int, topic: int, closed: bool) -> None:
    """A person closes or reopens a topic."""
    person, chat, subject = _topic(world, person_id, chat_id, topic)
    if subject.closed != closed:
        _hear(world, topics.turn(world, chat, person, subject, closed=closed))


def delete_topic(world: World, person_id: int, chat_id: int, topic: int) -> None:
    """A person deletes a topic with all its messages; the bot is not told."""
    _, chat, subject = _topic(world, person_id, chat_id, topic)
    topics.wipe(world, chat, subject)
