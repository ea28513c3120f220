"""What a name of an organization says: its words, its numbers, and what kind of organization it is.

The words are those of Russian registers: «СОШ» is a «средняя общеобразовательная школа» and the other way round, and
«МБОУ» tells nothing apart.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.people.names import same

# So many names are kept in mind: a region has 50,000.
_KEPT = 65_536

_TOKEN = re.compile(r"№?\d+|[^\W\d_]+")
_SLASHED = re.compile(r"\b([^\W\d_])/(?=[^\W\d_]+\b)")
_SCHOOL_AND_KINDERGARTEN = re.compile(r"\bнш\W*дс\b")
_DOTTED = re.compile(r"\bд\. ?с\b")
# «1-я», «2-ой», «5го».
_ORDINAL = re.compile(r"(?<=\d)-?(?:[аоы]?я|[ыои]?й|[ое]?го|[ое]?му|[ое]?е|у?ю|ей|о?м|ы?х)\b")
_LETTERS = str.maketrans("үөһ", "уох")

_ROMAN = re.compile(r"(х{0,3})(іх|іv|v?і{0,3})")
_ROMAN_DIGITS = {"х": 10, "v": 5, "і": 1}
_CARDINALS = (
    "один|одна два|две три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать"
    " пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать"
)
_ORDINALS = "перв втор трет четверт пят шест седьм восьм девят десят"
_FORMS = "ый|ой|ий|ая|ое|ую|ого|ому|ым|ом|ые|ых|ья|ье|ью|ьего|ьей|ьем"


def _numerals() -> Iterator[tuple[int, str]]:
    ordinals = [*_ORDINALS.split(), *(word.removesuffix("ь") for word in _CARDINALS.split()[10:])]
    for number, (cardinal, ordinal) in enumerate(zip(_CARDINALS.split(), ordinals, strict=True), 1):
        yield number, f"{cardinal}|{ordinal}(?:{_FORMS})"
    yield 30, f"тридцать|тридцат(?:{_FORMS})"
    yield 40, f"сорок|сороков(?:{_FORMS})"


_NUMERAL = re.compile("|".join(f"(?P<n{number}>{forms})" for number, forms in _numerals()))
# Words before which a number is not the organization's: «60-летия», «1 мая».
_OF_TIME = re.compile(
    r"лет\w*|год\w*|г|век\w*|съезд\w*|вида|степен\w*|ступен\w*|категори\w*"
    r"|(?:январ|феврал|апрел|июн|июл|сентябр|октябр|ноябр|декабр)я|марта|августа|мая|корпус\w*|класс\w*"
)
_SAYS_NOTHING = re.compile(
    r"(?:муниципальн|бюджетн|автономн|казенн|государственн|негосударственн|частн|некоммерческ|образовательн"
    r"|общеобразовательн|дошкольн|учрежден|организаци|республик|област|район|округ|комбинированн|общеразвивающ"
    r"|компенсирующ|деревн|поселк)\w*"
    r"|[мгчф]?[бака]?н?[дс]?о?[оу]у|[мг][бак]?у|ано|чдоу|до|дод|удо?|вида|типа|категории|имени|им|номер|ном|поселок"
    r"|пос|пгт|рп|гор|город\w?|дер|сел[оае]|ул|во|на|при|со|по|из|от|для|об|за|или"
)
_KINDERGARTEN_FORM = re.compile(r"[мгчф]?[бак]?н?доу")
_KINDERGARTEN = re.compile(r"сад(?:а|у|ом|е|ы|ов|ами|ах|ик\w*)?|детсад\w*|дс|дсад")
_SCHOOL = re.compile(r"школ(?:а|ы|е|у|ой|ам|ами|ах)?")

_ENDING = re.compile(
    r"(?<=..\w)(?:иями|ями|ами|ого|его|ому|ему|ыми|ими|[оеыи]й|ая|яя|ое|ее|[ыи]е|ую|юю|[ыиое]м|[ыиая]х|[оеё]в|[ая]м"
    r"|и[юяи]|[аяоеуюыиьй])$"
)
# «Ручеёк» and «ручейка», «огонёк» and «огонька», «дворец» and «дворца».
_FLEETING = re.compile(r"(?<=..)(?:[еоийь](?=к$)|е(?=ц$))")


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of organization: how it is cut short, and its words as far as all endings have them."""

    short: tuple[str, ...]
    words: str
    beginnings: tuple[str, ...]
    family: str


_KINDS = (
    _Kind((), "детский сад", (" сад ",), "дошкольное"),
    _Kind(("црр",), "центр развития ребенка", (" центр", " развити", " ребенк"), "дошкольное"),
    _Kind((), "школа", (" школа ",), "общее"),
    _Kind(("сош",), "средняя школа", (" средн", " школа "), "общее"),
    _Kind(("оош",), "основная школа", (" основн", " школа "), "общее"),
    _Kind(("нош", "нш"), "начальная школа", (" начальн", " школа "), "общее"),
    _Kind(("ншдс",), "начальная школа детский сад", (" начальн", " школа ", " сад "), "общее и дошкольное"),
    _Kind((), "гимназия", (" гимнази",), "общее"),
    _Kind((), "лицей", (" лице",), "общее"),
    _Kind((), "интернат", (" интернат",), "общее"),
    _Kind(("спортшкола",), "спортивная школа", (" спортивн", " школа "), "спорт"),
    _Kind(("дюсш",), "детско юношеская спортивная школа", (" юношеск", " спортивн", " школа "), "спорт"),
    _Kind(("сшор", "сдюсшор"), "спортивная школа олимпийского резерва", (" спортивн", " школа ", " резерв"), "спорт"),
    _Kind(("дши",), "детская школа искусств", (" школа ", " искусств"), "искусство"),
    _Kind(("дмш", "музшкола"), "детская музыкальная школа", (" музыкальн", " школа "), "искусство"),
    _Kind(("дхш",), "детская художественная школа", (" художественн", " школа "), "искусство"),
    _Kind(("цдт",), "центр детского творчества", (" центр", " детск", " творчеств"), "творчество"),
    _Kind(("ддт",), "дом детского творчества", (" дом", " детск", " творчеств"), "творчество"),
    _Kind(("ддют",), "дворец детского юношеского творчества", (" двор", " творчеств"), "творчество"),
    _Kind(("цдо", "цдод"), "центр дополнительного образования", (" центр", " дополнит", " образов"), "творчество"),
    _Kind(("цвр",), "центр внешкольной работы", (" центр", " внешкольн", " работ"), "творчество"),
    _Kind(("дюц",), "детско юношеский центр", (" детск", " юношеск", " центр"), "творчество"),
    _Kind(("сют",), "станция юных техников", (" станци", " юн", " техник"), "станция"),
    _Kind(("сюн",), "станция юных натуралистов", (" станци", " юн", " натуралист"), "станция"),
    _Kind(("сютур",), "станция юных туристов", (" станци", " юн", " турист"), "станция"),
    _Kind(("уо", "руо", "роо"), "управление образования", (" управлени", " образовани"), "управление"),
)
_BY_SHORT = {short: kind for kind in _KINDS for short in kind.short}
_BEGINNINGS = {beginning for kind in _KINDS for beginning in kind.beginnings}
# «СШ» is either.
_EITHER = {"сш": ("средняя школа", "спортивная школа")}


@dataclass(frozen=True, slots=True)
class Wording:
    """What a name says. Texts have their words between single spaces, so that a word is looked for by `in`.

    `text`: the words that tell it apart, with those that its abbreviations stand for; `stems` the same without endings;
    `every`: those that say nothing, too. `numbers` are the organization's own, `others` those of «60-летия» or of a
    building. `sense`: what spellings of one name have in common, abbreviated or not and in whatever order, as a hash.
    """

    same: str
    text: str
    stems: str
    every: str
    numbers: frozenset[int]
    others: frozenset[int]
    kinds: frozenset[str]
    families: frozenset[str]
    sense: int


@dataclass(frozen=True, slots=True)
class Word:
    """A typed word that is looked for. `number`: what it means as a numeral, «первая»."""

    text: str
    stem: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """What is looked for: every word and number, and one of each group of kinds.

    `forms`: the words that say nothing, such as «МБОУ»; `is_empty`: there are no others, so they are what is meant.
    """

    wording: Wording
    words: tuple[Word, ...]
    numbers: frozenset[int]
    kinds: tuple[frozenset[str], ...]
    forms: tuple[str, ...]
    is_empty: bool

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to look for, such as in an emoji."""
        return not (self.words or self.numbers or self.kinds)


@lru_cache(_KEPT)
def wording(name: str) -> Wording:
    """What the name says."""
    return _Reader(name).wording()


def typed_wording(text: str) -> Typed:
    """What is looked for by somebody who types that."""
    reader = _Reader(text)
    said = reader.wording()
    words = tuple(dict.fromkeys(Word(word, stem(word), number_of(word)) for word in reader.telling))
    kinds = [frozenset({kind.words}) for kind in reader.narrowest]
    kinds += [frozenset(_EITHER[word]) for word in reader.either]
    is_empty = not (words or reader.digits or kinds)
    if is_empty:
        words = tuple(Word(word, stem(word)) for word in said.every.split())
    forms = tuple(word for word in dict.fromkeys(reader.empty) if len(word) > 2)
    return Typed(said, words, frozenset(reader.digits), tuple(kinds), forms, is_empty)


@lru_cache(_KEPT)
def stem(word: str) -> str:
    """The word without its ending: «ручейка» and «Ручеёк» have one."""
    return _FLEETING.sub("", _ENDING.sub("", word))


@lru_cache(_KEPT)
def number_of(word: str) -> int | None:
    """The number of a numeral, ordinal or cardinal in any form, or in Roman letters; None: it is none."""
    if said := _NUMERAL.fullmatch(word):
        return int(str(said.lastgroup)[1:])
    # Х alone is a letter.
    if word == "х" or not _ROMAN.fullmatch(word):
        return None
    digits = [_ROMAN_DIGITS[letter] for letter in word]
    return sum(-digit if digit < after else digit for digit, after in zip(digits, [*digits[1:], 0], strict=True))


class _Reader:
    """Reads a name once, token by token."""

    def __init__(self, name: str) -> None:
        self.same = same(name)
        self.own: list[str] = []
        self.meant: list[str] = []
        self.empty: list[str] = []
        self.either: list[str] = []
        self.digits: list[int] = []
        self._signed: list[int] = []
        self._bare: list[int] = []
        self._others: list[int] = []
        text = _SLASHED.sub(r"\1", self.same.translate(_LETTERS))
        text = _ORDINAL.sub(" ", _SCHOOL_AND_KINDERGARTEN.sub("ншдс", _DOTTED.sub("дс", text)))
        tokens = _joined_numerals(_TOKEN.findall(text))
        for before, token, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
            if token[-1].isdecimal():
                self._take_number(token, after)
            else:
                self._take_word(token, before, after)
        begun = frozenset().union(*map(_begun, (*self.own, *self.meant, *self.empty)))
        self.kinds, self.narrowest = _kinds(begun)
        covered = frozenset(beginning for kind in self.narrowest for beginning in kind.beginnings)
        self.telling = [word for word in self.own if not _is_of_kind(word, covered)]

    def _take_number(self, token: str, after: str) -> None:
        # Digits beyond that are no number to anybody, and thousands of them are more than int() takes.
        number = int(token.lstrip("№")[:19])
        self.digits.append(number)
        if token[0] == "№":
            self._signed.append(number)
        else:
            (self._others if _OF_TIME.fullmatch(after) else self._bare).append(number)

    def _take_word(self, word: str, before: str, after: str) -> None:
        own, meant, empty = _taken(word)
        if len(word) == 1 and before[-1:].isdecimal():
            # «Школа № 1 А», but not an initial.
            own, empty = (word,), ()
        self.own += own
        self.meant += meant
        self.empty += empty
        self.either += [word] if word in _EITHER else []
        if (number := number_of(word)) is not None:
            # «Первая школа» is its number, «Семь гномов» is not.
            is_own = after and (_SCHOOL.fullmatch(after) or _KINDERGARTEN.fullmatch(after))
            (self._bare if is_own else self._others).append(number)

    def wording(self) -> Wording:
        numbers = frozenset(self._signed or self._bare)
        others = frozenset(self._others + (self._bare if self._signed else []))
        text = [*self.own, *self.meant]
        either = [words for word in self.either for words in _EITHER[word]]
        return Wording(
            self.same,
            _spaced(text),
            _spaced(map(stem, text)),
            _spaced([*text, *self.empty]),
            numbers,
            others,
            frozenset([*(kind.words for kind in self.kinds), *either]),
            frozenset(part for kind in self.narrowest for part in kind.family.split(" и ")),
            hash((frozenset(map(stem, self.telling)), frozenset(self.narrowest), *self.either, numbers, others)),
        )


@lru_cache(_KEPT)
def _taken(word: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The word as one of those that tell apart, with those that it stands for besides; or as one that says nothing."""
    if _KINDERGARTEN.fullmatch(word):
        return ("сад",) if word.startswith("сад") else ("детский", "сад"), (), ()
    if _SCHOOL.fullmatch(word):
        return ("школа",), (), ()
    if _KINDERGARTEN_FORM.fullmatch(word):
        return (), ("детский", "сад"), (word,)
    if word in _BY_SHORT:
        return (word,), tuple(_BY_SHORT[word].words.split()), ()
    if word in _EITHER:
        return (word,), ("школа",), ()
    if len(word) == 1 or _SAYS_NOTHING.fullmatch(word):
        return (), (), (word,)
    return (word,), (), ()


@lru_cache(_KEPT)
def _begun(word: str) -> frozenset[str]:
    """The beginnings of kinds with which the word begins."""
    spaced = f" {word} "
    return frozenset(beginning for beginning in _BEGINNINGS if spaced.startswith(beginning))


@lru_cache(1024)
def _kinds(begun: frozenset[str]) -> tuple[tuple[_Kind, ...], tuple[_Kind, ...]]:
    """The kinds whose words are all there, and of those the narrowest: of «средняя школа» a school is said already."""
    kinds = tuple(kind for kind in _KINDS if begun.issuperset(kind.beginnings))
    narrowest = [kind for kind in kinds if not any(set(kind.beginnings) < set(other.beginnings) for other in kinds)]
    return kinds, tuple(narrowest)


def _is_of_kind(word: str, covered: frozenset[str]) -> bool:
    is_short = word in _BY_SHORT or word in _EITHER
    return is_short or not covered.isdisjoint(_begun(word)) or (word.startswith("детск") and bool(covered))


def _joined_numerals(tokens: list[str]) -> list[str]:
    """«Двадцать первая» is one number."""
    joined: list[str] = []
    tens = 0
    for token in tokens:
        number = None if token[-1].isdecimal() else number_of(token)
        if tens and number and number < 10:
            joined[-1] = str(tens + number)
        else:
            joined.append(token)
        tens = number if number in (20, 30, 40) else 0
    return joined


def _spaced(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "
