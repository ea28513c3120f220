"""Files the bot sends: uploads and file identifiers, with the size limits of the Bot API."""

import mimetypes
import struct

from simulator.api.params import Params, Upload
from simulator.content.filenames import cleaned_name
from simulator.content.text import caption_text
from simulator.errors import ApiError, Json, bad_request
from simulator.names import words
from simulator.world.model import StoredFile
from simulator.world.world import World

MAX_UPLOAD = 50 * 1024 * 1024
MAX_PHOTO = 10 * 1024 * 1024
MAX_DOWNLOAD = 20 * 1024 * 1024
_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF")
_GROUP_KEYS = {
    "document": words("type media thumbnail caption parse_mode caption_entities disable_content_type_detection"),
    "audio": words("type media thumbnail caption parse_mode caption_entities duration performer title"),
    "photo": words("type media caption parse_mode caption_entities show_caption_above_media has_spoiler"),
    "video": words(
        "type media thumbnail cover start_timestamp caption parse_mode caption_entities "
        "show_caption_above_media width height duration supports_streaming has_spoiler"
    ),
}


def _dimensions(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG; a usual size for other formats."""
    if content.startswith(_MAGIC[0]) and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    return 1280, 720


def _check_photo(content: bytes) -> tuple[int, int]:
    if len(content) > MAX_PHOTO:
        raise bad_request(
            f"file of size {len(content)} bytes is too big for a photo; the maximum size is {MAX_PHOTO} bytes"
        )
    if not content.startswith(_MAGIC):
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = _dimensions(content)
    if width + height > 10_000 or not width or not height or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height


def _store(world: World, kind: str, upload: Upload) -> StoredFile:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > MAX_UPLOAD:
        raise ApiError(413, "Request Entity Too Large")
    size = _check_photo(upload.content) if kind == "photo" else (1280, 720)
    mime = mimetypes.guess_type(upload.name)[0] or upload.mime or "application/octet-stream"
    return world.add_file(kind, cleaned_name(upload.name), mime, upload.content, dimensions=size)


def resolve(world: World, params: Params, kind: str, value: str) -> StoredFile:
    """The file a parameter stands for: an upload or the identifier of a known file."""
    if not value:
        raise bad_request(f"there is no {kind} in the request")
    if value.startswith("attach://"):
        upload = params.uploads.get(value.removeprefix("attach://"))
        if upload is None:
            raise bad_request(f"there is no {kind} in the request")
        return _store(world, kind, upload)
    if "://" in value:
        raise bad_request("failed to get HTTP URL content")
    stored = world.files.get(value)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if stored.kind != kind:
        raise bad_request(f"can't use file of type {stored.kind.capitalize()} as {kind.capitalize()}")
    return stored


def group_items(world: World, params: Params) -> list[tuple[StoredFile, str, list[Json]]]:
    """The checked items of sendMediaGroup: file, caption, entities."""
    media = params.json("media")
    if not isinstance(media, list) or not all(isinstance(item, dict) for item in media):
        raise bad_request("can't parse media JSON object")
    if len(media) > 10:
        raise bad_request("too many messages to send as an album")
    if not media:
        raise bad_request("there are no messages to send")
    kinds = [str(item.get("type")) for item in media]
    if set(kinds) - _GROUP_KEYS.keys():
        raise bad_request(f"can't parse InputMedia: invalid media type {kinds}")
    for alone in ("document", "audio"):
        if alone in kinds and len(set(kinds)) > 1:
            raise bad_request(f"{alone} can't be mixed with other media types")
    checked = []
    for kind, item in zip(kinds, media, strict=True):
        if extra := item.keys() - _GROUP_KEYS[kind]:
            raise bad_request(f"simulator: unknown field {min(extra)} of an album's item")
        text, entities = caption_text(
            item.get("caption") or "", item.get("parse_mode") or "", item.get("caption_entities")
        )
        checked.append((kind, str(item.get("media") or ""), text, entities))
    # captions are all checked before the first upload is kept
    return [(resolve(world, params, kind, value), text, entities) for kind, value, text, entities in checked]
