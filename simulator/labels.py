"""Which button people mean when they say what they press."""

import re

# Emoji, check marks and spaces, which people do not name.
_ORNAMENT = re.compile(r"^[\W_]+|[\W_]+$")
_NUMBERED = re.compile(r"\d+\. ")


def _bare(label: str) -> str:
    return _ORNAMENT.sub("", label).casefold()


def in_full(shown: str, text: str) -> str:
    """What a button means of which the message above says more: «3. Дошкольн…», and in the list there «3. Дошкольное
    образование»."""
    number = _NUMBERED.match(shown)
    if number is None:
        return shown
    lines = [line.removeprefix(number[0]) for line in text.splitlines() if line.startswith(number[0])]
    return lines[-1] if lines else shown


def abridged(shown: str, label: str) -> bool:
    """Whether that is what is left of the label where there is little room: «Верхнекедр…»."""
    begins, cut, ends = shown.casefold().partition("…")
    begins, whole = _ORNAMENT.sub("", begins), _bare(label)
    return bool(cut and begins) and whole.startswith(begins) and whole.endswith(ends.strip())


def fit(shown: str, label: str) -> int:
    """How well a button fits a label: 2 the same, 1 contains it, 0 not."""
    if shown == label or (_bare(label) and _bare(shown) == _bare(label)):
        return 2
    return 1 if label.casefold() in shown.casefold() or (_bare(label) and _bare(label) in _bare(shown)) else 0
