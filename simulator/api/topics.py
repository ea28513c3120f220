"""Topics of forums: the Bot API methods, and what people do with topics."""

from simulator.api.params import Params
from simulator.errors import Json, bad_request
from simulator.world.model import Chat, Message, Person, Topic
from simulator.world.world import World

_COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
MAX_NAME = 128


def begin(world: World, chat: Chat, who: Person, name: str, icon_color: int, icon: str = "") -> Message:
    """A new topic: the service message about it, whose id is the topic's."""
    told: Json = {"name": name, "icon_color": icon_color} | ({"icon_custom_emoji_id": icon} if icon else {})
    message = world.new_message(chat, who, service=True, extra={"forum_topic_created": told})
    message.thread = message.message_id
    chat.topics[message.message_id] = Topic(message.message_id, name, icon_color, who is world.bot, icon)
    world.announce("message", message)
    return message


def tell(world: World, chat: Chat, who: Person, topic: Topic, extra: Json) -> Message:
    """A service message in a topic."""
    message = world.new_message(chat, who, service=True, extra=extra, thread=topic.id)
    world.announce("message", message)
    return message


def _forum(world: World, params: Params) -> Chat:
    chat = world.reachable(params.chat())
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    return chat


def _name(params: Params) -> str:
    name = params.text("name").strip()
    if len(name) > MAX_NAME:
        # Telegram would cut it: surely not what the caller meant
        raise bad_request(f"simulator: the name of a topic is at most {MAX_NAME} characters long")
    return name


def create_forum_topic(world: World, params: Params) -> Json:
    """createForumTopic"""
    chat, name = _forum(world, params), _name(params)
    if not chat.manage_topics:
        raise bad_request("not enough rights to create a topic")
    if not name:
        raise bad_request("name must be non-empty")
    given = params.integer("icon_color")
    color = _COLORS[0] if given is None else given
    if color not in _COLORS:
        raise bad_request("invalid icon color specified")
    message = begin(world, chat, world.bot, name, color, params.text("icon_custom_emoji_id"))
    return chat.topics[message.message_id].as_json()


def _own(world: World, params: Params, doing: str = "edit") -> tuple[Chat, Topic]:
    """A topic the bot may change: any with the right to manage topics, else those it began."""
    chat = _forum(world, params)
    topic = chat.topics.get(params.integer("message_thread_id") or 0)
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    if not (topic.by_bot or chat.manage_topics):
        raise bad_request(f"not enough rights to {doing} the topic")
    return chat, topic


def edit_forum_topic(world: World, params: Params) -> bool:
    """editForumTopic; a name left out or empty stays, an icon given empty goes."""
    chat, topic = _own(world, params)
    name = _name(params) or topic.name
    icon = params.text("icon_custom_emoji_id") if params.has("icon_custom_emoji_id") else topic.icon_custom_emoji_id
    if (name, icon) == (topic.name, topic.icon_custom_emoji_id):
        raise bad_request("TOPIC_NOT_MODIFIED")
    told: Json = {"name": name} if name != topic.name else {}
    if icon != topic.icon_custom_emoji_id:
        told["icon_custom_emoji_id"] = icon
    topic.name, topic.icon_custom_emoji_id = name, icon
    tell(world, chat, world.bot, topic, {"forum_topic_edited": told})
    return True


def _turn(world: World, params: Params, *, closed: bool) -> bool:
    chat, topic = _own(world, params, "close or open")
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    turn(world, chat, world.bot, topic, closed=closed)
    return True


def turn(world: World, chat: Chat, who: Person, topic: Topic, *, closed: bool) -> Message:
    """Close or reopen a topic, with the message about it."""
    topic.closed = closed
    return tell(world, chat, who, topic, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})


def close_forum_topic(world: World, params: Params) -> bool:
    """closeForumTopic"""
    return _turn(world, params, closed=True)


def reopen_forum_topic(world: World, params: Params) -> bool:
    """reopenForumTopic"""
    return _turn(world, params, closed=False)


def delete_forum_topic(world: World, params: Params) -> bool:
    """deleteForumTopic, with all its messages."""
    chat, topic = _own(world, params, "delete")
    wipe(world, chat, topic)
    # The server that deletes it knows.
    del chat.gone_topics[topic.id]
    return True


def wipe(world: World, chat: Chat, topic: Topic) -> None:
    """The topic and its messages go; the bot is not told."""
    del chat.topics[topic.id]
    chat.gone_topics[topic.id] = world.now().timestamp()
    for message in chat.messages.values():
        if message.thread == topic.id and not message.deleted:
            message.deleted = True
            world.announce("delete", message)
