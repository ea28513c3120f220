"""The check of reply markups: inline keyboards, reply keyboards, removal, force reply."""

from typing import Any

from simulator.content.urls import BadUrl, check_url
from simulator.errors import Json, bad_request
from simulator.names import words

_ACTIONS = words(
    "url callback_data web_app login_url switch_inline_query switch_inline_query_current_chat "
    "switch_inline_query_chosen_chat copy_text callback_game pay disabled"
)
_BUTTON_KEYS = _ACTIONS | {"text", "style", "icon_custom_emoji_id"}
_STYLES = ("", "default", "danger", "success", "primary")
_REPLY_ACTIONS = words(
    "request_users request_chat request_managed_bot request_contact request_location request_poll web_app"
)
_REPLY_KEYS = _REPLY_ACTIONS | {"text", "style", "icon_custom_emoji_id"}
_KEYBOARD_KEYS = words(
    "keyboard is_persistent resize_keyboard one_time_keyboard input_field_placeholder selective force_reply"
)
# Telegram's own limits, of which the server knows nothing: from the documents of bots' libraries.
MAX_BUTTONS = 100
MAX_ROW = 8
# What the server looks at; the rest is left out without a word (ReplyMarkup.cpp: get_reply_markup).
LOOKED_AT = 300
LOOKED_AT_IN_ROW = 12


def _unknown(json: Json, known: frozenset[str], where: str) -> None:
    extra = json.keys() - known
    if extra:
        raise bad_request(f"simulator: unknown field {min(extra)} of {where}")


def _label(button: Json, where: str) -> None:
    if "text" not in button:
        raise bad_request(f"can't parse {where}: Can't find field \"text\"")
    if not isinstance(button["text"], str):
        raise bad_request(f'can\'t parse {where}: Field "text" must be of type String')
    style = button.get("style")
    if style is not None and str(style).lower() not in _STYLES:
        raise bad_request(f"can't parse {where}: invalid button style specified")


def _url(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise bad_request(f"can't parse {what}: URL must be of type String")
    try:
        return check_url(value)
    except BadUrl as error:
        raise bad_request(f"{what} URL '{value}' is invalid: {error}") from None


def _inline_button(button: Any) -> Json:
    where = "inline keyboard button"
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    _label(button, where)
    _unknown(button, _BUTTON_KEYS, "an inline keyboard button")
    actions = [key for key in button if key in _ACTIONS]
    if not actions:
        raise bad_request(f"can't parse {where}: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"can't parse {where}: exactly one action field must be used, found {sorted(actions)}")
    action = actions[0]
    value = button[action]
    if action == "callback_data":
        if not isinstance(value, str) or not 1 <= len(value.encode()) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")
        return button
    if action == "url":
        return {**button, "url": _url(value, where)}
    if action in ("web_app", "login_url"):
        address = value.get("url") if isinstance(value, dict) else None
        if not _url(address, where).startswith("https://"):
            raise bad_request(f"{where} URL '{address}' is invalid: Only HTTPS links are allowed")
    elif action == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 1 <= len(text) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    elif action in ("pay", "callback_game"):
        raise bad_request("BUTTON_TYPE_INVALID")
    return button


def _looked_at(rows: list[list[Json]]) -> list[list[Json]]:
    """The buttons that the server takes: those with a text, up to its limits."""
    taken, left = [], LOOKED_AT
    for row in rows:
        kept = [button for button in row if button["text"] or button.get("icon_custom_emoji_id")]
        kept = kept[: min(LOOKED_AT_IN_ROW, left)]
        left -= len(kept)
        if kept:
            taken.append(kept)
    return taken


def _inline(markup: Json) -> Json | None:
    _unknown(markup, frozenset({"inline_keyboard", "force_reply"}), "an inline keyboard")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    checked = _looked_at([[_inline_button(button) for button in row] for row in rows])
    if sum(map(len, checked)) > MAX_BUTTONS or any(len(row) > MAX_ROW for row in checked):
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": checked} if checked else None


def _reply_button(button: Any) -> Json:
    where = "keyboard button"
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise bad_request(f"can't parse {where}: expected an Object")
    _label(button, where)
    _unknown(button, _REPLY_KEYS, "a keyboard button")
    if len(button.keys() & _REPLY_ACTIONS) > 1:
        raise bad_request(f"can't parse {where}: at most one action field must be used")
    return button


def _reply(markup: Json) -> Json | None:
    _unknown(markup, _KEYBOARD_KEYS, "a reply keyboard")
    rows = markup["keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "keyboard" must be an Array of Arrays')
    checked = _looked_at([[_reply_button(button) for button in row] for row in rows])
    if not checked:
        return None
    if len(markup.get("input_field_placeholder") or "") > 64:
        raise bad_request("input field placeholder is too long")
    return {**markup, "keyboard": checked}


def check_markup(raw: Any, *, inline_only: bool = False) -> Json | None:
    """The markup to store, or None when there is nothing to show; ApiError 400 when Telegram refuses it."""
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in raw:
        return _inline(raw)
    if inline_only:
        raise bad_request("inline keyboard expected")
    if "keyboard" in raw:
        return _reply(raw)
    if raw.get("remove_keyboard") is True:
        _unknown(raw, frozenset({"remove_keyboard", "selective"}), "a keyboard removal")
        return raw
    if raw.get("force_reply") is True:
        _unknown(raw, frozenset({"force_reply", "input_field_placeholder", "selective"}), "a force reply")
        return raw
    raise bad_request("simulator: no known kind of markup in it")
