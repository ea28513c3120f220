"""What a spreadsheet program shows of a number: formats such as `0.0%` and `dd.mm.yyyy` (ECMA-376-1, 18.8.30, 18.8.31).

Imported by the reader of workbooks, in a process of its own. Shown is what a Russian program shows. The library
that does this, ssf, has not been kept since 2020.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache, lru_cache

from bot.domain.text import MONTHS, OF_MONTHS

YES, NO = "ИСТИНА", "ЛОЖЬ"
# What has no place in the calendar, as programs show it.
OUTSIDE = "########"

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.(?P<space>)|\*.(?P<fill>)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>general|основной)|(?P<half>am/pm|a/p)|(?P<day>y+|m+|d+|h+|s+(?:\.0+)?)|(?P<exponent>e[+-]0+)"
    r"|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<over>/)|(?P<text>@)|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_CURRENCY = re.compile(r"\$([^-]*)(?:-.*)?")
_BRACKETED = re.compile(r"\(([^()]+)\)")
_DASH = re.compile("[-–—]+")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_HOLDS = {
    "<": lambda number, bound: number < bound,
    "<=": lambda number, bound: number <= bound,
    ">": lambda number, bound: number > bound,
    ">=": lambda number, bound: number >= bound,
    "=": lambda number, bound: number == bound,
    "<>": lambda number, bound: number != bound,
}
_WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
_WEEKDAY = ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс")
# Excel takes 1900 for a leap year: its days before March count from another one.
_EPOCH, _EPOCH_OF_1904, _MARCH = date(1899, 12, 30), date(1904, 1, 1), 60
_LAST_SERIAL = 2_958_466
_SECONDS, _SIZES, _NOON = 86_400, {"h": 3600, "m": 60, "s": 1}, 12
# Digits of the largest double, and as many decimals.
_WIDE = Context(prec=700)

# What a program in Russian means by the numbers of formats that no file spells out.
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "dd.mm.yyyy", 15: "dd.mmm.yy", 16: "dd.mmm", 17: "mmm.yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "dd.mm.yyyy h:mm", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
# XML 2003 calls them by names.
NAMED = {
    "General Number": "General", "General Date": "dd.mm.yyyy h:mm", "Long Date": "d mmmm yyyy",
    "Medium Date": "dd.mmm.yy", "Short Date": "dd.mm.yyyy", "Long Time": "h:mm:ss", "Medium Time": "h:mm AM/PM",
    "Short Time": "h:mm",
    "Currency": '#,##0.00" ₽"', "Euro Currency": '#,##0.00" €"', "Fixed": "0.00", "Standard": "#,##0.00",
    "Percent": "0.00%", "Scientific": "0.00E+00", "Yes/No": '"Да";"Да";"Нет"', "True/False": f'"{YES}";"{YES}";"{NO}"',
    "On/Off": '"Вкл";"Вкл";"Выкл"',
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """How a number looks: `seen` as it is shown, `exact` the same with every digit that is there.

    5.5 as `0%` is «550%» and 550, 2.6 as `0` is «3» and 2.6; a moment is exact if it shows which day it is.
    """

    seen: str
    exact: str


def plain(number: float) -> str:
    """The digits of a number, as many as spreadsheet programs keep: 15, and never an exponent."""
    return f"{Decimal(f'{number:.15g}'):f}"


def trimmed(value: Decimal) -> str:
    """The digits of a value without zeros at their end."""
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def to_decimals(value: Decimal, decimals: int) -> Decimal:
    """The value with so many decimals, halves away from 0, as programs show it."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _WIDE)


def serial(at: datetime) -> float:
    """The number that a moment is to programs that count from 1900."""
    since = at.replace(tzinfo=None) - datetime.combine(_EPOCH, time())
    return since / timedelta(days=1)


@lru_cache(maxsize=10_000)
def look(number: float, code: str, *, is_1904: bool = False) -> Look:
    """How a cell with that number and that format looks. Raises ValueError: it is no number."""
    if not abs(number) < float("inf"):
        raise ValueError(number)
    value = Decimal(f"{number:.15g}")
    section, value = _section(_sections(code), value)
    if section.is_moment:
        return _moment(section, float(value), is_1904=is_1904)
    return _number(section, value, -1 if number < 0 <= value else 1)


@dataclass(slots=True)
class _Section:
    """A part of a format between semicolons."""

    tokens: list[tuple[str, str]] = field(default_factory=list)
    condition: tuple[str, Decimal] | None = None

    @property
    def is_moment(self) -> bool:
        return any(kind in ("day", "elapsed") for kind, _ in self.tokens)

    def holds(self, number: Decimal) -> bool:
        return self.condition is None or bool(_HOLDS[self.condition[0]](number, self.condition[1]))


@cache
def _sections(code: str) -> tuple[_Section, ...]:
    sections = [_Section()]
    for match in _TOKEN.finditer(code):
        kind, text = match.lastgroup or "", match[match.lastgroup or 0]
        if kind == "literal" and text == ";":
            sections.append(_Section())
        elif kind == "bracket":
            if condition := _CONDITION.fullmatch(text.replace(" ", "")):
                sections[-1].condition = condition[1], Decimal(condition[2])
            elif currency := _CURRENCY.fullmatch(text):
                sections[-1].tokens.append(("literal", currency[1]))
            elif _ELAPSED.fullmatch(text):
                sections[-1].tokens.append(("elapsed", text.lower()))
        elif kind in ("quoted", "escaped"):
            sections[-1].tokens.append(("literal", text))
        elif kind == "space":
            sections[-1].tokens.append(("literal", " "))
        elif kind != "fill":
            sections[-1].tokens.append((kind, text))
    return tuple(sections)


def _section(sections: Sequence[_Section], number: Decimal) -> tuple[_Section, Decimal]:
    """The part that says how the number looks, and the number as far as it does not write the sign itself."""
    numeric = sections[:3]
    if any(section.condition for section in numeric):
        chosen = next((section for section in numeric if section.holds(number)), numeric[-1])
        # A condition that only negative numbers meet writes its own sign.
        sign, bound = chosen.condition or ("", Decimal(0))
        return chosen, abs(number) if sign in ("<", "<=") and bound <= 0 else number
    if number < 0 and len(numeric) > 1:
        return numeric[1], abs(number)
    if number == 0 and len(numeric) > 2:
        return numeric[2], number
    return numeric[0], number


# --- Numbers ---


def _number(section: _Section, value: Decimal, sign: int) -> Look:
    kinds = [kind for kind, _ in section.tokens]
    places = [place for place, kind in enumerate(kinds) if kind == "digit"]
    rounded = value
    if "general" in kinds or "text" in kinds:
        digits = f"{abs(value):f}".replace(".", ",")
        seen = _joined([digits if kind in ("general", "text") else text for kind, text in section.tokens])
    elif not places:
        # «есть», or nothing at all.
        seen = _joined([text for kind, text in section.tokens if kind == "literal"])
    elif "over" in kinds and places[0] < kinds.index("over"):
        seen = _fraction(section.tokens, kinds.index("over"), value)
    else:
        point = kinds.index("point") if "point" in kinds else len(kinds)
        scale = _scale(kinds, max([each for each in places if each < point], default=-1))
        if places[-1] > point:
            scale += _scale(kinds, places[-1])
        value = value.scaleb(2 * kinds.count("percent") - 3 * scale)
        decimals = sum(place > point for place in places)
        rounded = Decimal(f"{value:.{decimals}e}") if "exponent" in kinds else to_decimals(value, decimals)
        whole, _, fraction = f"{abs(rounded):f}".partition(".")
        seen = _joined([_placed(section.tokens, point, whole, fraction)])
    if rounded < 0 and seen:
        seen = f"-{seen}"
    elif sign < 0 and (bracketed := _BRACKETED.fullmatch(seen)):
        seen = f"-{bracketed[1]}"
    elif not value and not any(map(str.isalnum, seen)):
        # Accounts write a dash for 0.
        seen = _DASH.sub("0", seen, count=1)
    return Look(seen, trimmed(value * sign))


def _scale(kinds: Sequence[str], last: int) -> int:
    """How many commas follow the last digit; each takes thousands off."""
    after = kinds[last + 1 :]
    return next((count for count, kind in enumerate(after) if kind != "comma"), len(after))


def _placed(tokens: Sequence[tuple[str, str]], point: int, whole: str, fraction: str) -> str:
    """The digits where the format wants them, with what it writes between and around."""
    holders = [place for place, (kind, _) in enumerate(tokens) if kind == "digit" and place < point]
    grouped = any(kind == "comma" and holders and holders[0] < at < holders[-1] for at, (kind, _) in enumerate(tokens))
    parts: list[str] = []
    digits = "" if whole == "0" else whole
    for place in range(point - 1, -1, -1):
        kind, text = tokens[place]
        if kind == "digit":
            digit, digits = (digits[-1], digits[:-1]) if digits else ("0" if text == "0" else "", "")
            parts.append(f"{digits}{digit}" if place == holders[0] else digit)
            digits = "" if place == holders[0] else digits
        elif kind not in ("comma", "exponent"):
            parts.append(text)
    before = "".join(reversed(parts))
    if grouped:
        before = re.sub(r"\d{4,}", lambda found: f"{int(found[0]):,}".replace(",", " "), before)
    if point == len(tokens):
        return before
    after, rest = "", list(fraction)
    kept = len(fraction.rstrip("0"))
    written = 0
    for kind, text in tokens[point + 1 :]:
        if kind == "digit":
            digit = rest.pop(0) if rest else ""
            after += digit if text == "0" or written < kept else ""
            written += 1
        elif kind not in ("comma", "exponent", "point"):
            after += text
    if not before.strip() and not digits:
        before += "0"
    return f"{before},{after}" if after[:1].isdecimal() else f"{before}{after}"


def _fraction(tokens: Sequence[tuple[str, str]], over: int, value: Decimal) -> str:
    """`# ?/?` and `# ?/8`: «2 3/5»."""
    below = "".join(text for kind, text in tokens[over + 1 :] if kind in ("digit", "literal")).strip()
    fixed = below.isdecimal() and below.strip("0") != ""
    whole, part = divmod(Fraction(abs(value)), 1)
    if fixed:
        part = Fraction(round(part * int(below)), int(below))
        shown = f"{int(part * int(below))}/{below}"
    else:
        part = part.limit_denominator(10 ** max(1, len(below)) - 1)
        shown = f"{part.numerator}/{part.denominator}"
    parts = [str(int(whole))] if whole or not part else []
    return " ".join([*parts, *([shown] if part else [])])


def _joined(parts: Sequence[str]) -> str:
    return " ".join("".join(parts).split())


# --- Days and times ---


def _moment(section: _Section, serial: float, *, is_1904: bool) -> Look:
    if not 0 <= serial < _LAST_SERIAL:
        return Look(OUTSIDE, OUTSIDE)
    seconds = round(serial * _SECONDS, 3)
    at = _at(serial, int(seconds), is_1904=is_1904)
    tokens = _minutes(tuple(section.tokens))
    names = {text for kind, text in tokens if kind == "day"}
    has_day, has_month = bool(names & {"d", "dd"}), any(name.startswith("m") for name in names)
    is_half = any(kind == "half" for kind, _ in tokens)
    parts: list[str] = []
    for kind, text in tokens:
        match kind:
            case "elapsed":
                parts.append(f"{int(seconds) // _SIZES[text[0]]:0{len(text)}}")
            case "day":
                parts.append(_of_moment(text, at, seconds % 1, is_half=is_half, has_day=has_day))
            case "half":
                parts.append("AM" if at.hour < _NOON else "PM")
            case "over":
                parts.append(".")
            case _ if kind != "digit":
                parts.append(text)
    seen = _joined(parts)
    # 0 is no day, and «окт.26» does not say which of October's.
    return Look(seen, f"{at:%Y-%m-%d %H:%M:%S}" if has_day and has_month and serial >= 1 else seen)


def _at(serial: float, seconds: int, *, is_1904: bool) -> datetime:
    first = _EPOCH_OF_1904 if is_1904 else _EPOCH + timedelta(days=1 if serial < _MARCH else 0)
    return datetime.combine(first, time()) + timedelta(seconds=seconds)


@cache
def _minutes(tokens: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """The tokens with their names in small letters; an `m` that is a minute is called `n`."""
    small = [(kind, text.lower() if kind in ("day", "elapsed") else text) for kind, text in tokens]
    named = [place for place, (kind, _) in enumerate(small) if kind in ("day", "elapsed")]
    for before, place, after in zip([-1, *named], named, [*named[1:], -1], strict=False):
        kind, text = small[place]
        is_after_hours = before >= 0 and small[before][1][0] == "h"
        is_before_seconds = after >= 0 and small[after][1][0] == "s"
        if kind == "day" and text[0] == "m" and len(text) < 3 and (is_after_hours or is_before_seconds):
            small[place] = kind, "n" * len(text)
    return small


def _of_moment(name: str, at: datetime, part: float, *, is_half: bool, has_day: bool) -> str:
    """What of the moment a name such as `mm` stands for; `part` of a second."""
    width = len(name)
    match name[0]:
        case "y":
            return f"{at:%Y}" if width > 2 else f"{at:%y}"
        case "m" if width < 3:
            return f"{at.month:0{width}}"
        case "m":
            return (OF_MONTHS if has_day else MONTHS)[at.month - 1][: 3 if width == 3 else None]
        case "d" if width < 3:
            return f"{at.day:0{width}}"
        case "d":
            return (_WEEKDAY if width == 3 else _WEEKDAYS)[at.weekday()]
        case "h":
            return f"{(at.hour % _NOON or _NOON) if is_half else at.hour:0{width}}"
        case "n":
            return f"{at.minute:0{width}}"
        case _:
            clock, _, digits = name.partition(".")
            return f"{at.second:0{len(clock)}}" + (f",{part:.{len(digits)}f}".replace("0.", "") if digits else "")
