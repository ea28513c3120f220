"""Which button people mean when they say what they press."""

import re

# Emoji, check marks and spaces, which people do not name.
_ORNAMENT = re.compile(r"^[\W_]+|[\W_]+$")
# «3) », which stands for what a list says, and «3. », which the label has of its own.
_MARK, _NUMBER = re.compile(r"\d+\) "), re.compile(r"\d+\. ")


def _bare(label: str) -> str:
    return _ORNAMENT.sub("", label).casefold()


def in_full(shown: str, text: str) -> str:
    """What a button means of which the message above says more: «3) Дошкольн…», and in the list there «3) Дошкольное
    образование»."""
    mark = _MARK.match(shown)
    begins = mark[0] if mark is not None else shown.partition("…")[0]
    if mark is None and not ("…" in shown and _NUMBER.match(shown)):
        return shown
    lines = [line for line in text.splitlines() if line.startswith(begins)]
    return lines[-1].removeprefix(mark[0] if mark is not None else "") if lines else shown


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
