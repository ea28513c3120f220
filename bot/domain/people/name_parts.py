"""The official name of an organization, taken to pieces: what it is, which one, where, of what legal form.

What is recognized is what Russian registers say of schools and kindergartens; of other names nothing is left out.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum

from bot.domain.people.names import quoted


class _Part(IntEnum):
    """What a name has besides what it cannot do without, by when it is needed to tell it from others."""

    OWN = 0
    PLACE = 1
    SURNAME = 2
    DEDICATION = 3
    DETAIL = 4
    DISTRICT = 5
    FORM = 6


_Piece = tuple[str, _Part]

# --- What it is ---

_BRIEFER = tuple(
    (re.compile(pattern, re.IGNORECASE), brief)
    for pattern, brief in (
        (r"\bсредн\w+\s+общеобразовательн\w+\s+школ\w+", "СОШ"),
        (r"\bосновн\w+\s+общеобразовательн\w+\s+школ\w+", "ООШ"),
        (r"\bначальн\w+\s+общеобразовательн\w+\s+школ\w+", "НОШ"),
        (r"\bобщеобразовательн\w+\s+(школ\w+)", r"\1"),
        (r"\bдетско-юношеск\w+\s+спортивн\w+\s+школ\w+", "ДЮСШ"),
        (r"\bспортивн\w+\s+школ\w+\s+олимпийского\s+резерва\b", "СШОР"),
        (r"\bцентр\w*\s+детского\s+творчества\b", "ЦДТ"),
        (r"\bдом\w*\s+детского\s+творчества\b", "ДДТ"),
        (r"\bцентр\w*\s+развития\s+реб[её]нка\b", "ЦРР"),
        (r"(?:№|\bN[oо°º]?\.?|#)\s*(?=\d)", "№ "),
    )
)
_INSTITUTION = re.compile(
    r"[снов]{1,2}ош|[сно]ш|дюсш|сшор|ц[дтрв]{2}|ддт|дши|школ\w*|сад|сада|лице\w*|(?:про)?гимнази\w*|центр\w*|дом|дома"
    r"|двор[еёц]\w*|станци\w*|интернат\w*|школ\w*-\w+|комплекс\w*|колледж\w*|техникум\w*|училищ\w*|корпус\w*|ясли|яслей"
    r"|клуб\w*|студи\w*|академи\w*|комбинат\w*",
    re.IGNORECASE,
)
# An office is the only one of its district.
_OFFICE = re.compile(r"(?:управлени|отдел|комитет|департамент|министерств)\w*", re.IGNORECASE)
_GENERIC = re.compile(
    r"детск\w*|средн\w*|основн\w*|начальн\w*|вечерн\w*|сменн\w*|филиал\w*|творчества|образования|дополнительного|детей"
    r"|в|и|на|при",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w-]+")

# --- Whose it is: the legal form, in words or in capitals ---

_FORM = re.compile(
    r"\b(?i:(?:муниципальн|государственн|федеральн|областн|краев|республиканск|окружн|районн|городск|частн"
    r"|негосударственн|некоммерческ|автономн|бюджетн|каз[её]нн|обще|образовательн|общеобразовательн|дошкольн"
    r"|профессиональн|оздоровительн|специальн|коррекционн)\w*(?:\s*\([^)]*\))?\s+)+"
    r"(?i:учреждени\w*|организаци\w*)(?i:\s+дополнительного(?:\s+профессионального)?\s+образования)?"
    r"(?i:\s+детей(?=\s*(?:«|$|-)))?"
    r"|\b(?:[МГФЧОНКД][А-ЯЁ]{0,6}У(?:ДОД?|ДПО)?|ОУ|АНОО?)(?:\s+(?:ДОД?|ДПО|СПО))?(?![\w-])"
)

# --- Which one ---

# «П.» of «города П. П. Сидорова» is no place.
_CAPITAL = r"[А-ЯЁ](?!\.)[А-ЯЁа-яё]*(?:-[А-ЯЁа-яё\d]+)*"
# «Героя Советского Союза, лётчика-космонавта А. А. Леонова»: behind other commas stands something else.
_TITLE = (
    r"(?i:(?:дважды|трижды)\s+геро|геро|л[её]тчик|космонавт|гвардии|полковник|подполковник|генерал|маршал|адмирал|майор"
    r"|капитан|лейтенант|сержант|старшин|рядов|поч[её]тн|заслуженн|народн|академик|профессор|кавалер|полн\w+\s+кавалер"
    r"|участник|выпускник|учител|поэт|писател)"
)
_DEDICATION = re.compile(rf"\b(?i:имени|им\.)\s*(?P<whom>[^»№,(]+(?:,\s*{_TITLE}[^»№,(]+)*)")
_SURNAME = re.compile(r"(?P<titles>.*[\s.])(?P<surname>[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?)")
_DETAIL = re.compile(
    r"\b(?i:общеразвивающ\w+|комбинированн\w+|компенсирующ\w+|присмотра\s+и\s+оздоровления)\s+вида\b[^«»№]*"
    r"|\bс\s+(?i:приоритетн\w+|углубл[её]нн\w+)[^«»№]*"
)

# --- Where ---

_OF = r"[А-ЯЁ][\w-]+(?i:ого|его|ой|ему)\s+(?i:муниципальн\w+\s+|городск\w+\s+|автономн\w+\s+)*"
_DISTRICT = re.compile(
    rf"\b(?i:администрации\s+)?{_OF}(?i:район|округ|област|края|крае)\w*(?:\s+«[^»]*»)?"
    r"|\b(?i:администрации\s+)?(?i:муниципальн\w+\s+образовани\w+)\s+(?:«[^»]*»|[А-ЯЁ][\w-]+)(?i:\s+(?:район|округ)\w*)?"
    r"|\b(?i:администрации\s+)?(?i:муниципальн\w+|городск\w+)\s+(?i:район|округ)\w*(?:\s+«[^»]*»|\s+[А-ЯЁ][\w-]+){0,2}"
    r"|\b(?i:администрации)\s+(?i:район|округ|город)\w*|\b(?i:республики)\s+[А-ЯЁ][\w-]+(?:\s+\([^)]*\))?"
)
_SETTLEMENTS = {
    "рабоч": "рп", "рп": "рп", "р.": "рп", "пгт": "пгт", "сел": "с.", "с.": "с.", "дер": "д.", "д.": "д.",
    "город": "г.",
    "г.": "г.",
    "стан": "ст-ца", "ст-": "ст-ца", "ху": "х.", "х.": "х.", "ул": "у.", "у.": "у.", "ау": "аул",
    "ст.": "ст.", "мест": "м.", "п": "п.",
}  # fmt: skip
_TOWN = re.compile(r"типа$")
_PLACE = re.compile(
    r"(?:\b[вн]а?\s+)?\b(?P<settlement>(?i:рабоч(?:его|ем)\s+пос[её]лк[ае]|пос[её]лк[ае]\s+городского\s+типа|сел[ае]"
    r"|деревн[иея]|город[ае]|пос[её]лк[ае]|станиц[ыеа]|ст-ц[аы]|хутор[ае]|улус[ае]|аул[ае]|станции|местечк[ае])\b"
    rf"|р\.\s?п\.|(?:пгт|рп|пос|ст|[сдгпху])\.|(?:пгт|рп)\b)\s*(?P<place>(?:[А-ЯЁ]\.\s?)?{_CAPITAL}(?:\s+{_CAPITAL})?(?:-?\s*№?\s*\d+\b|-[IVX]+\b)?)"
)

# --- How it is written ---

_EMPTY = re.compile(r"«[\s,.;—–-]*»|\([\s,.;]*\)")
_LOOSE = re.compile(r"\s+(?=[,.»)])|(?<=[«(])\s+|^[\s,.;—–-]+|[\s,;—–-]+$")


def briefer(name: str) -> Iterator[str]:
    """The name without all that can be left out, then with one thing more each time, until it is whole."""
    whole = " ".join(quoted(name).split())
    pieces = _pieces(whole)
    parts = {part for text, part in pieces if text.strip()}
    if parts <= {_Part.OWN} and not _is_known(whole):
        yield whole
        return
    says_which = False
    for most in _Part:
        if most is not _Part.OWN and most not in parts:
            continue
        text = _tidy("".join(text if part <= most else " " for text, part in pieces))
        # «Школа» says nothing, even if it is the only one.
        says_which = says_which or _says_which(text)
        if says_which:
            yield text
    yield whole


def _pieces(name: str) -> list[_Piece]:
    for pattern, brief in _BRIEFER:
        name = pattern.sub(brief, name)
    pieces: list[_Piece] = [(name, _Part.OWN)]
    for pattern, split in _SPLITS:
        pieces = [
            piece
            for text, part in pieces
            for piece in (_split(text, pattern, split) if part is _Part.OWN else [(text, part)])
        ]
    if not _is_known("".join(text for text, part in pieces if part is _Part.OWN)):
        # «МБДОУ № 5»: the form is all that says what it is.
        pieces = [(text, _Part.OWN if part is _Part.FORM else part) for text, part in pieces]
    return pieces


def _is_known(name: str) -> bool:
    """Whether it says that it is a school, a kindergarten or an office."""
    return any(_INSTITUTION.fullmatch(word) or _OFFICE.fullmatch(word) for word in _WORD.findall(name))


def _split(text: str, pattern: re.Pattern[str], split: Callable[[re.Match[str]], Iterable[_Piece]]) -> Iterator[_Piece]:
    end = 0
    for match in pattern.finditer(text):
        yield text[end : match.start()], _Part.OWN
        yield from split(match)
        end = match.end()
    yield text[end:], _Part.OWN


def _form(match: re.Match[str]) -> Iterator[_Piece]:
    """The form as it is abbreviated: «МБДОУ», «МБУ ДО»."""
    form = match[0]
    if not form.replace(" ", "").isupper() or len(form) > 15:
        words = [word.casefold() for word in _WORD.findall(re.sub(r"\([^)]*\)", "", form))]
        letters = "".join(f" {word[0]}" if word == "дополнительного" else word[0] for word in words)
        form = letters.upper()
    yield f"{form} ", _Part.FORM


def _dedication(match: re.Match[str]) -> Iterator[_Piece]:
    whom = match["whom"].rstrip()
    person = _SURNAME.fullmatch(whom)
    yield " им. ", _Part.SURNAME
    if person and not any(map(str.isdigit, whom)):
        yield person["titles"], _Part.DEDICATION
        yield f"{person['surname']} ", _Part.SURNAME
    else:
        yield f"{whom} ", _Part.SURNAME


def _place(match: re.Match[str]) -> Iterator[_Piece]:
    settlement = match["settlement"].casefold()
    brief = "пгт" if _TOWN.search(settlement) else ""
    brief = brief or next(brief for begins, brief in _SETTLEMENTS.items() if settlement.startswith(begins))
    yield f" {brief} {match['place']}", _Part.PLACE


def _whole(part: _Part) -> Callable[[re.Match[str]], Iterable[_Piece]]:
    return lambda match: [(f" {match[0]} ", part)]


_SPLITS = (
    (_FORM, _form),
    (_DISTRICT, _whole(_Part.DISTRICT)),
    (_PLACE, _place),
    (_DEDICATION, _dedication),
    (_DETAIL, _whole(_Part.DETAIL)),
)


def _says_which(label: str) -> bool:
    words = _WORD.findall(label)
    said = [word for word in words if not (_INSTITUTION.fullmatch(word) or _GENERIC.fullmatch(word))]
    return bool(said) and (len(words) > 1 or not _FORM.fullmatch(label))


def _tidy(label: str) -> str:
    """The label without what its missing parts have left over, and without quotes around all of it."""
    label = " ".join(_without_quotes(label).split())
    before = ""
    while label != before:
        before = label
        label = _LOOSE.sub("", _EMPTY.sub("", label))
    return label[:1].upper() + label[1:]


def _without_quotes(label: str) -> str:
    """Quotes stay around an own name; those around what it is, and those that lack their other half, go."""
    dropped, opened = set(), []
    for place, character in enumerate(label):
        if character == "«":
            opened.append(place)
        elif character == "»" and opened:
            start = opened.pop()
            before = label[:start]
            inside = re.sub("«.*?»", "", label[start + 1 : place])
            is_first = not any(map(_INSTITUTION.fullmatch, _WORD.findall(before)))
            if is_first and any(map(_INSTITUTION.fullmatch, _WORD.findall(inside))):
                dropped |= {start, place}
        elif character == "»":
            dropped.add(place)
    dropped |= set(opened)
    return "".join(character for place, character in enumerate(label) if place not in dropped)
