"""Names and titles that are longer than their place: shortened in the middle, never so that two become equal."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count

_DOTS = "…"
# How much of what is kept stands before the dots: names differ at their end, and titles are known by their beginning.
NAME, TITLE = 0.6, 1.0
_SHARES = (NAME, 0.3, 0.85, 0.1)


def shortened(text: str, width: int) -> str:
    """At most that many characters: the beginning and the end, by whole words where that keeps most of them."""
    return _cut(text, width, NAME)


def told_apart(texts: Sequence[str], width: int, details: Sequence[str] = (), *, kept: float = NAME) -> list[str]:
    """What is shown together, each of at most that many characters, and no two alike.

    `details`, one for each text, are what equal texts are told apart by: an organization, a time. Where they are equal
    too, or there are none, texts get a number. `kept`: how much of what remains of a long one is its beginning, as
    far as that tells it from the others.
    """
    whole = _numbered(_detailed(texts, details, width, kept), width, kept)
    fitting = {text for text in whole if len(text) <= width}
    chosen: dict[int, str] = {place: text for place, text in enumerate(whole) if text in fitting}
    waiting = [place for place in range(len(whole)) if place not in chosen]
    taken = set(fitting)
    for cut in _cuts([whole[place] for place in waiting], width, kept):
        made = {place: cut(whole[place]) for place in waiting}
        times = Counter(made.values())
        for place in waiting:
            if times[made[place]] == 1 and made[place] not in taken:
                chosen[place] = made[place]
        taken |= {chosen[place] for place in waiting if place in chosen}
        waiting = [place for place in waiting if place not in chosen]
        if not waiting:
            break
    for place in waiting:
        chosen[place] = next(
            text for number in count(1) if (text := _mark(whole[place], number, width, kept)) not in taken
        )
        taken.add(chosen[place])
    return [chosen[place] for place in range(len(whole))]


def _detailed(texts: Sequence[str], details: Sequence[str], width: int, kept: float) -> list[str]:
    times = Counter(texts)
    shown = [
        detail if times[text] > 1 else "" for text, detail in zip(texts, details or [""] * len(texts), strict=True)
    ]
    # Two gardens of one name differ by their villages: what tells them apart is not to be cut off.
    apart = list(dict.fromkeys(filter(None, shown)))
    brief = dict(zip(apart, told_apart(apart, width // 2), strict=True)) if apart else {}
    return [
        _with(text, f" · {brief[detail]}", width, kept) if detail else text
        for text, detail in zip(texts, shown, strict=True)
    ]


def _numbered(texts: Sequence[str], width: int, kept: float) -> list[str]:
    """The first of equal texts stays as it is; none of the others becomes what another is."""
    taken, seen = set(texts), set[str]()
    numbered = []
    for text in texts:
        label = text
        if text in seen:
            label = next(made for number in count(2) if (made := _mark(text, number, width, kept)) not in taken)
            taken.add(label)
        seen.add(label)
        numbered.append(label)
    return numbered


def _mark(text: str, number: int, width: int, kept: float) -> str:
    return _with(text, f" ({number})", width, kept)


def _with(text: str, end: str, width: int, kept: float) -> str:
    return f"{_cut(text, width - len(end), kept)}{end}"


def _cuts(texts: Sequence[str], width: int, kept: float) -> list[Callable[[str], str]]:
    """Ways to cut, the best first: the last ones show what stands where the texts begin to differ."""
    first = min(texts, key=len, default="")
    same = next((place for place in range(len(first)) if len({text[place] for text in texts}) > 1), len(first))
    return [
        *(partial(_cut, width=width, share=share) for share in dict.fromkeys((kept, *_SHARES))),
        partial(_from, width=width, start=same),
    ]


def _cut(text: str, width: int, share: float) -> str:
    if len(text) <= width:
        return text
    if share == TITLE:
        end = width - len(_DOTS)
        return f"{_head(text[:end], text[end : end + 1], 0.8)}{_DOTS}"
    room = width - len(_DOTS) - 1
    before = int(room * share)
    return _joined(text[:before], text[before : before + 1], text[before - room :], text[before - room - 1])


def _from(text: str, width: int, start: int) -> str:
    """A few letters of the beginning, and what stands from there on."""
    if len(text) <= width:
        return text
    before = width // 4
    start = min(max(start - width // 4, before), len(text) - (width - before - len(_DOTS)))
    rest = text[start : start + width - before - len(_DOTS)]
    return f"{text[:before]}{_DOTS}{rest}"


def _joined(head: str, after: str, tail: str, before: str) -> str:
    """Words that are cut are left out, unless little would be left."""
    space = tail.find(" ")
    is_whole = before == " "
    if not is_whole and 0 <= space < len(tail) * 0.4:
        tail, is_whole = tail[space + 1 :], True
    return f"{_head(head, after, 0.6)}{_DOTS}{' ' if is_whole else ''}{tail.lstrip()}"


def _head(head: str, after: str, left: float) -> str:
    """A beginning without the word of which it has only a part, if more of it is `left` than that share."""
    space = head.rfind(" ")
    if after not in (" ", "") and space > len(head) * left:
        head = head[:space]
    return head.rstrip(" ,.;:—–-«(")
