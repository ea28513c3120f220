"""The two ways in which MAX refuses: an HTTP error with a code, and HTTP 200 with `success: false`."""

from simulator.errors import Json


class Refused(Exception):
    """HTTP 4xx or 5xx with {code, message}."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message

    def body(self) -> Json:
        """What it says."""
        return {"code": self.code, "message": self.message}


class Unsuccessful(Exception):
    """HTTP 200 with {success: false, message}; since November 2026 with a `code` too."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message

    def body(self, with_code: bool) -> Json:
        """What it says."""
        body: Json = {"success": False, "message": self.message}
        return body | {"code": self.code} if with_code else body


def bad(message: str) -> Refused:
    """400: something is wrong with what was sent."""
    return Refused(400, "proto.payload", message)


def strict(message: str) -> Refused:
    """400 where MAX would keep silent about a mistake, or where its words are not known."""
    return bad(f"simulator: {message}")


def no_dialog() -> Refused:
    """404 of a person who never opened the dialog with the bot, or does not exist."""
    return Refused(404, "chat.not.found", "dialog.not.found")


def no_chat() -> Refused:
    """404 of a chat that the bot is not in."""
    return Refused(404, "chat.not.found", "chat.not.found")


def suspended() -> Refused:
    """403 of a dialog whose person has stopped the bot."""
    return Refused(403, "chat.denied", "error.dialog.suspended")


def too_many() -> Refused:
    """429."""
    return Refused(429, "too.many.requests", "Too many requests")
