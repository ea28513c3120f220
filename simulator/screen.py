"""A chat printed as text, to look at and to read in failing tests."""

from simulator.errors import Json


def _rows(markup: Json | None, key: str) -> list[str]:
    rows = (markup or {}).get(key, [])
    return ["      " + " ".join(f"[ {button['text']} ]" for button in row) for row in rows]


def _message(view: Json) -> list[str]:
    who = "bot" if view["from_bot"] else view["from"]
    marks = [name for name in ("edited", "forwarded") if view[name]]
    if view["reply_to"] is not None:
        marks.append(f"reply to {view['reply_to']}")
    if view["topic"] is not None:
        marks.append(f"topic {view['topic']}")
    marks += view["reactions"]
    head = f"{view['message_id']:>5} {who}" + (f" ({', '.join(marks)})" if marks else "") + ":"
    lines = view["text"].split("\n") if view["text"] else []
    if view["media"]:
        lines = [f"<{view['media']['kind']} {view['media']['name']}, {view['media']['size']} bytes>", *lines]
    elif view["extra"]:
        lines = [f"<{view['kind']}>", *lines]
    return [f"{head} {lines[0] if lines else ''}", *(f"      {line}" for line in lines[1:])]


def render(view: Json) -> str:
    """The transcript of a chat view, without deleted messages."""
    chat = view["chat"]
    title = chat.get("title") or " ".join(chat[key] for key in ("last_name", "first_name") if chat.get(key))
    state = "".join(f", {name}" for name in ("blocked", "deactivated") if view.get(name))
    lines = [f"=== {title} ({chat['id']}{state}) ==="]
    for message in view["messages"]:
        if not message["deleted"]:
            lines += _message(message) + _rows(message["markup"], "inline_keyboard")
    lines += [f"      (popped up) {alert['text']}" for alert in view["alerts"]]
    if view["keyboard"]:
        lines += ["      keyboard:", *_rows(view["keyboard"], "keyboard")]
    return "\n".join(lines)
