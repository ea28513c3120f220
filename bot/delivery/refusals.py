"""What it means that a call is refused: read from the text, by method and by kind of chat."""

import re
from collections.abc import Iterator
from functools import cache

from bot.delivery.refusal_texts import COPIES, MAKES, TABLE, Fate, Refusal

# Who says so, which the library puts before it.
WHO = re.compile(r"(Telegram server|MAX) says - ")
# Before the colon stands the name of the code; TDLib's «Unauthorized: invalid token specified» has a colon of its own.
_PREFIX = re.compile(r"(bad request|forbidden|not found|internal server error|conflict): ", re.IGNORECASE)
# An album is refused with the error of one of its messages.
_OF_ALBUM = re.compile(r'failed to send message #\d+ with the error message "(.*)"', re.IGNORECASE | re.DOTALL)


def bare(text: str) -> str:
    """The text without the code's name, and the one error of an album: what the table has, in lower case."""
    said = _PREFIX.sub("", text.strip(), count=1) if _PREFIX.match(text.strip()) else text.strip()
    if album := _OF_ALBUM.fullmatch(said):
        said = album[1]
    # «Forbidden: Forbidden: ...» is not unheard of.
    return _PREFIX.sub("", said, count=1).casefold() if _PREFIX.match(said) else said.casefold()


def meaning(method: str, text: str, *, in_group: bool) -> Fate | None:
    """What it means that the method was refused with this text; None: nobody knows."""
    said = bare(text)
    having = [*_exactly().get(said, []), *(refusal for pattern, refusal in _patterns() if pattern.fullmatch(said))]
    of_method = next((refusal for refusal in having if method in refusal.methods), None)
    return of_method.means(in_group=in_group) if of_method is not None else None


def is_outside(text: str) -> bool:
    """Whether the text says that the bot is not in the group; otherwise it is there and may not write."""
    said = bare(WHO.sub("", text, count=1))
    return any(
        sign in said for sign in ("bot was kicked", "bot is not a member", "not found", "was deleted", "private")
    )


def guess(method: str, text: str, *, in_group: bool, is_forbidden: bool) -> Fate:
    """What a text that nobody knows most likely means; `is_forbidden`: it came with 403."""
    if is_forbidden:
        # A copy may have been refused for its source, and somebody who was never refused must not count as lost.
        return Fate.GONE if method in COPIES and not in_group else Fate.UNREACHABLE
    speaks_of_rights = any(sign in bare(text) for sign in ("rights", "_forbidden", "_restricted", "admin_required"))
    return Fate.UNREACHABLE if in_group and method in MAKES and speaks_of_rights else Fate.REFUSED


@cache
def _exactly() -> dict[str, list[Refusal]]:
    by_text: dict[str, list[Refusal]] = {}
    for refusal in TABLE:
        for text in refusal.texts:
            if "{}" not in text:
                by_text.setdefault(text.casefold(), []).append(refusal)
    return by_text


@cache
def _patterns() -> list[tuple[re.Pattern[str], Refusal]]:
    return list(_all_patterns())


def _all_patterns() -> Iterator[tuple[re.Pattern[str], Refusal]]:
    for refusal in TABLE:
        for text in refusal.texts:
            if "{}" in text:
                yield re.compile(".*".join(map(re.escape, text.casefold().split("{}"))), re.DOTALL), refusal
