"""Bot API methods that put again what stands in some chat: copies and forwards."""

import itertools
from collections import Counter
from collections.abc import Callable

from simulator.api.params import Params
from simulator.api.posting import Place, hindrance, place, post
from simulator.errors import Json, bad_request
from simulator.world.model import Message
from simulator.world.world import World

# what Telegram copies for nobody, besides service messages
NEVER_COPIED = ("paid_media", "giveaway", "giveaway_winners", "invoice")


def _copyable(message: Message) -> bool:
    """Whether Telegram lets the bot copy it; of a quiz the bot must know the answer."""
    if message.service or message.kind in NEVER_COPIED:
        return False
    poll = message.extra.get("poll")
    return poll is None or poll["type"] != "quiz" or "correct_option_ids" in poll


def _again(world: World, extra: Json) -> Json:
    """What a copy holds: a poll nobody has voted in, a die that is thrown anew."""
    if poll := extra.get("poll"):
        options = [{**option, "voter_count": 0} for option in poll["options"]]
        fresh = {"id": world.poll_id(), "options": options, "total_voter_count": 0, "is_closed": False}
        return {"poll": {**poll, **fresh}}
    if dice := extra.get("dice"):
        return {"dice": {**dice, "value": dice["value"] % 6 + 1}}
    return extra


def _copy(
    world: World, at: Place, original: Message, text: str, entities: list[Json], album: str | None = None
) -> Message:
    """Put a copy: no mark of where it is from, and no buttons of the original."""
    extra = _again(world, original.extra)
    return post(world, at, text, entities, file=original.file, extra=extra, media_group_id=album)


def _original(world: World, params: Params, verb: str) -> Message:
    """What is to be put again. It is looked for before the server looks whom it is for."""
    source = world.known(params.chat("from_chat_id"))
    message = world.find(source, params.message_id())
    if message is None:
        raise bad_request(f"message to {verb} not found")
    return message


def copy_message(world: World, params: Params) -> Json:
    """copyMessage; a caption that is given, were it empty, takes the place of the original's."""
    original = _original(world, params, "copy")
    at = place(world, params)
    # The same words whether nobody could copy it, or it may not be sent there.
    if not _copyable(original) or hindrance(world, at, original.kind):
        raise bad_request("the message can't be copied")
    text, entities = original.text, original.entities
    if original.captioned and params.has("caption"):
        text, entities = params.caption()
    return {"message_id": _copy(world, at, original, text, entities).message_id}


def _originals(world: World, params: Params) -> tuple[Place, list[Message]]:
    """What is to be put again, and where; here whom it is for comes first. Copies too are called forwards."""
    ids = params.message_ids()
    at = place(world, params)
    source = world.known(params.chat("from_chat_id"))
    messages = [message for item in ids if (message := world.find(source, item))]
    if not messages:
        raise bad_request("there are no messages to forward")
    if any(later <= earlier for earlier, later in itertools.pairwise(message.message_id for message in messages)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    return at, messages


def _allowed(world: World, at: Place, messages: list[Message], fits: Callable[[Message], bool]) -> list[Message]:
    """Those that may be put there; the others are left out without a word."""
    allowed = [message for message in messages if fits(message) and not hindrance(world, at, message.kind)]
    if not allowed:
        raise bad_request("messages can't be forwarded")
    return allowed


class _Albums:
    """New ids for the albums of several messages; a piece that is left alone is no album."""

    def __init__(self, world: World, originals: list[Message]) -> None:
        sizes = Counter(message.media_group_id for message in originals if message.media_group_id)
        self._ids = {old: world.album_id() for old, size in sizes.items() if size > 1}

    def of(self, message: Message) -> str | None:
        return self._ids.get(message.media_group_id or "")


def copy_messages(world: World, params: Params) -> list[Json]:
    """copyMessages: what is gone or cannot be copied is left out."""
    at, messages = _originals(world, params)
    originals = _allowed(world, at, messages, _copyable)
    albums, bare = _Albums(world, originals), params.flag("remove_caption")
    copies = []
    for original in originals:
        text, entities = ("", []) if bare and original.captioned else (original.text, original.entities)
        copies.append(_copy(world, at, original, text, entities, albums.of(original)))
    return [{"message_id": copy.message_id} for copy in copies]


def _forwardable(message: Message) -> bool:
    return not (message.protected or message.service or message.kind == "invoice")


def known_to_forwarder(extra: Json) -> Json:
    """What a forwarded message holds: the answer of a quiz stays with its author."""
    poll = extra.get("poll")
    return {"poll": {key: value for key, value in poll.items() if key != "correct_option_ids"}} if poll else extra


def origin_of(message: Message) -> Json:
    """Where a message comes from when it is forwarded."""
    return message.forward_origin or {"type": "user", "date": message.date, "sender_user": message.sender}


def _forward(world: World, at: Place, original: Message, album: str | None = None) -> Message:
    return post(
        world, at, original.text, original.entities, file=original.file, extra=known_to_forwarder(original.extra),
        forward_origin=origin_of(original), media_group_id=album,
    )  # fmt: skip


def forward_message(world: World, params: Params) -> Json:
    """forwardMessage"""
    original = _original(world, params, "forward")
    at = place(world, params)
    if not _forwardable(original) or hindrance(world, at, original.kind):
        raise bad_request("the message can't be forwarded")
    return world.message_json(_forward(world, at, original))


def forward_messages(world: World, params: Params) -> list[Json]:
    """forwardMessages: what is gone or cannot be forwarded is left out."""
    at, messages = _originals(world, params)
    originals = _allowed(world, at, messages, _forwardable)
    albums = _Albums(world, originals)
    return [{"message_id": _forward(world, at, item, albums.of(item)).message_id} for item in originals]
