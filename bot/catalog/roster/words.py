"""Types and tags of the catalog, as people name them, and what the name of an organization says of its types."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot.catalog.faults import SIMILARITY
from bot.domain.catalog.catalog import Catalog
from bot.domain.people.names import same

# What names of organizations say, against what the title of a type says: which types there are the catalog decides.
# A sports school is no school: what is supplementary is that alone.
_PRESCHOOL = re.compile(r"\bдетск\w* сад|\bсад(а|ик|ы|ика)?\b|\bясл|\bм?[бак]?д(оу|оо)\b|дошкол|\bнш ?дс\b|\bдс\b")
_SUPPLEMENTARY = re.compile(
    r"\bдоп\w*\b|\b[мг][бак]?о?у до\b|\bдюсш|\bдюц\b|сшор\b|\bсют\w*|\bсюн\b|\b[ргм]?ц(дт|вр|дод?|дют|тт)\b|\bу?дод\b"
    r"|\bоод\b|\bудо\b|\bдд[юи]?т\b|\bд(ш|м|х)ш\b|\bдши\b|творчеств|\bдвор(ец|ца)\b|внешкольн|кванториум|станци\w+ юн"
    r"|юношеск|(спортивн|музыкальн|художественн|воскресн)\w*( \w+)? школ|школ\w* искусств|\bдом пионер"
)
_GENERAL = re.compile(
    r"\b(вне)?школ|\b(про)?гимнази|\bлице[йяе]|\b[мг]?[бак]?[снов]{1,2}ош\b|\b[сно]ош\b|\b[но]ш\b|\bнш ?дс\b"
    r"|общеобразов|интернат|кадетск"
)
_TITLES = ((_PRESCHOOL, "дошкол"), (_SUPPLEMENTARY, "дополнит"), (_GENERAL, "общ"))
_STAFF = re.compile(
    r"\b(управлени|отдел|комитет|департамент|министерств)\w*( \w+)? образовани|\b(руо|роо|гороо|районо)\b"
)
# What law calls types of institutions says nothing of what they teach.
_FORM = re.compile(r"(муниципальн|государственн|бюджетн|казенн|автономн|частн|негосударственн|некоммерческ)\w*")
_OF_FORM = re.compile(rf"({_FORM.pattern}|учреждени[ея]|организаци[яи]|тип)( |$)")
# In a column of types an abbreviation without «Д» is a school's; in a name it may be anybody's.
_SCHOOL = re.compile(r"[мгч]?[бак]?оу")
# An organization has a name of its own, in quotes or by a number; a heading or a title counts them all.
OWN_NAME = re.compile(r"[«»\"“”„№]|\w.*\d")
_OF_MANY = re.compile(r"(список|перечень|реестр|сведения|информация|приложение|данные|таблица|количество|о|об|к)\b")
# As `bot.views.territories` calls it.
OF_NONE = "Без территории"
_NOT_WORDS = re.compile(r"[\W_]+")


class Words:
    """Types, tags or territories, by id and by title."""

    similarity = SIMILARITY

    def __init__(self, titles: Mapping[str, str]) -> None:
        self.ids = {same(title): id for id, title in titles.items()} | {same(title): title for title in titles}
        self._titles = titles

    def title(self, id: str) -> str:
        """The title of that id; empty if there is none."""
        return self._titles.get(id, "")

    def parts(self, text: str) -> list[str]:
        """The words that «и» joins, if each of them is one of these or near to one; a title may hold an «и»."""
        words = text.split(" и ")
        if len(words) < 2 or same(text) in self.ids:
            return [text]
        return words if all(same(word) in self.ids or self.nearest(word) for word in words) else [text]

    def nearest(self, word: str) -> list[str]:
        """Ids of what may have been meant; several if the word is as near to each."""
        typed = _words(word)
        begun = [id for id, title in self._titles.items() if _abbreviates(typed, _words(title))]
        begun += [id for id in self._titles if id not in begun and same(id).startswith(same(word))]
        if begun or len("".join(typed)) < 3:
            return begun
        near = difflib.get_close_matches(same(word), self.ids, n=1, cutoff=self.similarity)
        return [self.ids[near[0]]] if near and self._is_close(typed, near[0]) else []

    def _is_close(self, typed: Sequence[str], near: str) -> bool:
        """Whether all that tells it from the others is there: «высшее образование» is no «общее образование»."""
        shared = Counter(word for title in self._titles.values() for word in set(_words(title)))
        own = [word for word in _words(near) if shared[word] < 2]
        joined = "".join(typed)
        return all(
            difflib.get_close_matches(word, [*typed, joined[: len(word)]], n=1, cutoff=self.similarity) for word in own
        )


class Territories(Words):
    """The territories, by short name, too; what our own tables say of organizations of none."""

    # «Северный» is as near to «Озёрный» as a misprint is: the ends of such names are alike.
    similarity = 0.8

    def __init__(self, catalog: Catalog) -> None:
        super().__init__({each.id: each.name for each in catalog.territories.values()})
        short = {same(each.short): each.id for each in catalog.territories.values()}
        self.ids = {same(OF_NONE): ""} | short | self.ids

    def nearest(self, word: str) -> list[str]:
        """As of any words, and what has all of its words: «Северный муниципальный район»."""
        return super().nearest(word) or [
            id for id, title in self._titles.items() if set(_words(title)) < set(_words(word))
        ]


class Types(Words):
    """The types of organizations."""

    def __init__(self, catalog: Catalog) -> None:
        titles = {type_.id: type_.title for type_ in catalog.types.values()}
        super().__init__(titles)
        self._staff = [type_.id for type_ in catalog.types.values() if type_.staff]
        self._by_stem = {
            stem: ids[0]
            for _, stem in _TITLES
            if len(ids := [id for id, title in titles.items() if same(title).startswith(stem)]) == 1
        }

    def nearest(self, word: str) -> list[str]:
        """As of any words, and what people call such organizations: «СОШ», «детский сад»."""
        if found := super().nearest(word):
            # «Допобразование» looks like «общее образование», and says something else.
            said = self.of_name(word)
            return found if not said or said.intersection(found) else sorted(said)
        if named := sorted(self.of_name(word)):
            return named
        general = self._by_stem.get("общ")
        return [general] if general and _SCHOOL.fullmatch(same(word)) else []

    def of_name(self, name: str) -> frozenset[str]:
        """The types that the name of an organization speaks of; empty if it says nothing."""
        text = " ".join(_words(name))
        if _STAFF.search(text) and len(self._staff) == 1:
            return frozenset(self._staff)
        stems = [stem for pattern, stem in _TITLES if pattern.search(text)]
        # A school may have a kindergarten.
        meant = {"дошкол", "общ"}.intersection(stems) if stems[:1] == ["дошкол"] else stems[:1]
        return frozenset(self._by_stem[stem] for stem in meant if stem in self._by_stem)


def is_of_one(text: str) -> bool:
    """Whether it is what one organization is called, and no heading: «МБОУ СОШ № 1»."""
    words = " ".join(_words(text))
    is_of_school = any(pattern.search(words) for pattern, _ in _TITLES)
    return is_of_school and bool(OWN_NAME.search(text)) and not _OF_MANY.match(words)


def is_form(text: str) -> bool:
    """Whether it is the legal form of an institution: «бюджетное», «муниципальное казённое учреждение»."""
    words = " ".join(_words(text))
    return bool(_FORM.search(words)) and not _OF_FORM.sub("", words)


def _words(text: str) -> list[str]:
    return _NOT_WORDS.sub(" ", same(text)).split()


def _abbreviates(typed: Iterable[str], title: list[str]) -> bool:
    """Whether it is the title cut short: «доп. образование», «общее», «ДО»."""
    words = list(typed)
    if not words:
        return False
    if len(words) == 1 and len(title) > 1 and words[0] == "".join(word[0] for word in title):
        return True
    return len(words) <= len(title) and all(known.startswith(word) for word, known in zip(words, title, strict=False))
