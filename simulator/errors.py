"""The two kinds of refusal: of the bot's call (as Telegram words it) and of a person's step."""

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """A Bot API call that Telegram would refuse: an HTTP code and Telegram's own description."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def body(self) -> Json:
        """The JSON body Telegram answers with."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


class PersonError(Exception):
    """A step a person cannot take in a real Telegram client, such as writing to a bot they blocked."""


def bad_request(text: str) -> ApiError:
    """400 with Telegram's prefix."""
    return ApiError(400, f"Bad Request: {text}")


def forbidden(text: str) -> ApiError:
    """403 with Telegram's prefix."""
    return ApiError(403, f"Forbidden: {text}")
