"""What the server makes of the name of a file that is uploaded (tdutils filesystem.cpp: clean_filename)."""

import unicodedata

MAX_STEM, MAX_EXTENSION = 64, 16
_REFUSED = frozenset("<>:\"/\\|?*&`'")
# Letters, digits and other numbers; beyond ASCII nothing else stays.
_KEPT = ("L", "Nd", "Nl", "No")
# These leave no blank behind: marks upon letters, and what cannot be seen.
_NOTHING = ("Mn", "Me", "Cf")


def _stays(char: str) -> bool:
    if char < "\x7f":
        return char >= " " and char not in _REFUSED
    return unicodedata.category(char).startswith(_KEPT)


def _part(name: str, most: int) -> str:
    kept: list[str] = []
    for char in name:
        if len(kept) >= most:
            break
        if not _stays(char) and (unicodedata.category(char) in _NOTHING or char == "\0"):
            continue
        put = char if _stays(char) else " "
        if kept or put not in " .":
            kept.append(put)
    return "".join(kept).rstrip(" .")


def cleaned_name(name: str) -> str:
    """The name as people see it: quotes, dashes, № and the like are blanks, what is over the limits is cut off."""
    last = name.rpartition("/")[2]
    stem, dot, extension = last.rpartition(".")
    if not dot or not stem:
        # A name that begins with its only dot has no extension.
        stem, extension = last, ""
    cleaned, ending = _part(stem, MAX_STEM), _part(extension, MAX_EXTENSION)
    return f"{cleaned}.{ending}" if cleaned and ending else cleaned or ending
