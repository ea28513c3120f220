"""Words agree with their numbers: every sentence of the program that tells a count, over counts whose forms differ.

`SENTENCES` are read from the program's own text, so that none is forgotten; screens are drawn as well, since what
stands beside a count may come from elsewhere.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.desk.announcement import Addressee, Reach
from bot.domain.desk.digest import Digest, Late
from bot.domain.desk.question import Question
from bot.domain.ledger.control import Counts, Part
from bot.domain.ledger.entered import Change, Entered, SheetRow
from bot.domain.ledger.obligation import Obligation, ObligationState, Round
from bot.domain.people.member import Person, Role, StaffRole
from bot.domain.screen import Screen
from bot.domain.timing.calendar import WorkCalendar
from bot.views.department import digest, panel
from bot.views.department.control import control, entering, together
from bot.views.department.questions import questions, second_thoughts
from bot.views.heads import tasks
from bot.views.words import agreeing, plural
from tests.world import BEGINNING, ROOT, catalog_of

COUNTS = (0, 1, 2, 5, 11, 21, 101)
ZONE = ZoneInfo("Asia/Irkutsk")
CALENDAR = WorkCalendar(ZONE, lambda _: False)
NOW = BEGINNING
# One, two, five; after the number of something, or after «до», «у», «от» and the like.
NOUNS = {
    noun: forms
    for forms in (
        ("организация", "организации", "организаций"),
        ("человек", "человека", "человек"),
        ("запрос", "запроса", "запросов"),
        ("ответ", "ответа", "ответов"),
        ("просьба", "просьбы", "просьб"),
        ("обращение", "обращения", "обращений"),
        ("день", "дня", "дней"),
        ("поручение", "поручения", "поручений"),
        ("приглашение", "приглашения", "приглашений"),
        ("ошибка", "ошибки", "ошибок"),
        ("строка", "строки", "строк"),
        ("запись", "записи", "записей"),
        ("ссылка", "ссылки", "ссылок"),
        ("файл", "файла", "файлов"),
        ("период", "периода", "периодов"),
        ("срок", "срока", "сроков"),
        ("знак", "знака", "знаков"),
        ("тип", "типа", "типов"),
        ("территория", "территории", "территорий"),
        ("тема", "темы", "тем"),
        ("раз", "раза", "раз"),
        ("минута", "минуты", "минут"),
    )
    for noun in forms
}
GENITIVE = ("до", "из", "у", "от", "около")
# What stands before a number and its noun in the nominative, with one and with several.
BEFORE = {
    "внесён": "внесено",
    "получит": "получат",
    "ждёт": "ждут",
    "открыт": "открыто",
    "принят": "принято",
    "остался": "осталось",
    "новый": "новых",
}
AFTER = {"ждёт": "ждут", "открыт": "открыто", "ответила": "ответили", "пишет": "пишут"}
# Words in other cases, which what stands before them asks for: «уйдёт 1 человеку», «отозвать 1 ссылку».
OTHER_CASES = {
    ("человеку", "людям", "людям"),
    ("минуту", "минуты", "минут"),
    ("ссылку", "ссылки", "ссылок"),
    ("сообщении", "сообщениях", "сообщениях"),
    ("организации", "организациях", "организациях"),
    ("организации", "организациям", "организациям"),
}
_COUNTED = re.compile(r"(?:(?P<before>[а-яё]+) )?(?P<count>\d+)[ \u00a0](?P<noun>[а-яё]+)(?=(?: (?P<after>[а-яё]+))?)")
# Whoever gets something: «руководитель получит 5 запросов» is about somebody else.
GETTING = ("человек", "организация")


def is_one(count: int) -> bool:
    """21 and 101, but not 11."""
    return count % 10 == 1 and count % 100 != 11


def faults(text: str) -> list[str]:
    """Where a word does not agree with the number beside it; the words of buttons too."""
    found = []
    for match in _COUNTED.finditer(text.lower()):
        count, noun = int(match["count"]), match["noun"]
        if noun not in NOUNS:
            continue
        one, two, five = NOUNS[noun]
        few = 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14
        form = one if is_one(count) else two if few else five
        if match["before"] in GENITIVE:
            form = two if is_one(count) else five
        if match["before"] in ("в", "по") and is_one(count):
            # «В 1 организации», «по 1 организации»; of several it is another word, which stands in OTHER_CASES.
            form = two
        pairs = [(match["before"], BEFORE), (match["after"], AFTER)]
        if match["before"] in ("получит", "получат") and one not in GETTING:
            pairs = pairs[1:]
        wrong = [word for word, verbs in pairs if word in (verbs.values() if is_one(count) else verbs)]
        if noun != form or wrong:
            found.append(match.group())
    return found


def test_faults_are_seen() -> None:
    for text in (
        "Внесено 1 ответ",
        "внесён 2 ответа",
        "5 человека",
        "до 1 организация",
        "21 запросов",
        "1 запрос ждут",
    ):
        assert faults(text), text
    for text in ("Внесён 21 ответ", "до 1 организации", "11 человек", "2 запроса ждут", "1 организация пишет"):
        assert not faults(text), text


CATALOG = catalog_of()
DIRECTIVE = next(iter(CATALOG.directives.values()))
ROUND = Round(1, DIRECTIVE, "once", "once", "Осень", NOW, NOW + timedelta(days=5), NOW + timedelta(days=19), NOW)
OWED = Obligation(1, ROUND, 1, "Школа", "Школа", ObligationState.OPEN, ROUND.due_at, 0)
ADMIN = Person(1, "Анна", staff_role=StaffRole.ADMIN)


def screens(count: int) -> list[Screen]:
    """The department's screens with that count wherever one is told."""
    counts = Counts(count, count, count, count, count, count, count, count, count)
    people = tuple(Addressee(number, "Иванова Мария", 1, "Школа", "Школа", Role.HEAD) for number in range(count))
    draft = questions.Draft(1, Question("Сколько?", due=(NOW + timedelta(days=count)).date()), CATALOG, NOW, count)
    change = Change(SheetRow("Лист", 2, 1, 0, "Школа"), OWED, None, {})
    later = ROUND.due_at + timedelta(days=count, hours=1)
    told = Digest(
        late=(Late(ROUND, count, ("Школа",)),), answers=count, not_ours=count, unreached=count, unreachable=count,
        registrations=count, missed=count, extensions=count, threads=count,
    )  # fmt: skip
    return [
        panel.panel(ADMIN, panel.Affairs(count, count, count, count, count, count), digest=True),
        digest.digest(told, NOW, ZONE),
        control.running([ROUND], {1: counts}, 0, 1, (count, count), count, NOW, ZONE),
        control.running([ROUND], {1: counts}, 0, 1, (count, count), count, later, ZONE),
        *(control.of_round(ROUND, counts, [], part, 0, 1, NOW, ZONE, ADMIN) for part in Part),
        together.remind(ROUND, count, count, count, None, NOW, NOW, ZONE, again=False),
        together.accept_all(ROUND, count, count, NOW),
        together.excuse_all(ROUND, count, NOW),
        Screen(together.reminded(count, NOW, NOW, ZONE)),
        Screen(together.reminded(count, later, NOW, ZONE)),
        Screen(together.extended(count)),
        questions.confirm(draft, Reach(people), 1),
        questions.asked(draft, ROUND, counts, None, may_end=True, runs=True),
        second_thoughts.confirm_words(draft.question, replace(draft.question, text="Что?"), 1, count, count),
        second_thoughts.close(ROUND, 1, counts),
        second_thoughts.take_back(ROUND, 1, count),
        entering.done(Entered((change,) * count), NOW, NOW, ZONE),
        tasks.unknown(count),
        tasks.history([OWED], count, 0, NOW, CALENDAR),
        tasks.new_requests([OWED] * count, NOW, CALENDAR),
    ]


@pytest.mark.parametrize("count", COUNTS)
def test_words_agree_with_their_numbers(count: int) -> None:
    wrong = []
    for shown in screens(count):
        told = [shown.text, *(button.text for row in shown.rows for button in row)]
        wrong += [fault for text in told for fault in faults(re.sub(r"<[^>]*>", "", text))]
    assert not wrong


# --- every sentence ---

# What stands in a sentence for something that is no count.
_SOMETHING = "■"


def constants(nodes: list[ast.expr]) -> list[str]:
    """The texts among the expressions."""
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def called(node: ast.expr) -> str:
    """What is called, without where it comes from."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


@cache
def inside(node: ast.AST) -> tuple[frozenset[str], frozenset[str]]:
    """The names that are read there, and what is called; looked up once for all counts."""
    parts = list(ast.walk(node))
    names = frozenset(part.id for part in parts if isinstance(part, ast.Name))
    return names, frozenset(called(part) for part in parts if isinstance(part, ast.Call))


@cache
def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions of a program's text, looked up once for all counts, as the two below are."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@cache
def assignments(function: ast.AST) -> list[ast.Assign]:
    """What it gives names to."""
    return [node for node in ast.walk(function) if isinstance(node, ast.Assign)]


@cache
def sentences_of(function: ast.AST) -> list[ast.JoinedStr]:
    """What it puts together."""
    return [node for node in ast.walk(function) if isinstance(node, ast.JoinedStr)]


class Sentences:
    """The sentences of a program's text for one count, which stands wherever a count is told."""

    def __init__(self, trees: list[ast.Module], count: int) -> None:
        self._count = count
        # Functions that do nothing but decline a word.
        self._declining = {
            function.name: constants(result.args)
            for tree in trees
            for function in functions(tree)
            for last in function.body[-1:]
            if isinstance(last, ast.Return)
            and isinstance(result := last.value, ast.Call)
            and called(result) == "plural"
        }

    def of(self, tree: ast.Module) -> Iterator[tuple[int, str]]:
        """Lines and sentences; a sentence with alternatives is told with each."""
        for function in functions(tree):
            known = dict[str, list[str]]()
            for node in assignments(function):
                if isinstance(node.targets[0], ast.Name) and self._counts(node, {}):
                    known[node.targets[0].id] = self._told(node.value, known)
            for sentence in sentences_of(function):
                if self._counts(sentence, known):
                    yield from ((sentence.lineno, text) for text in self._told(sentence, known))

    def _counts(self, node: ast.AST, known: dict[str, list[str]]) -> bool:
        """Whether a count is told there."""
        names, calls = inside(node)
        return not (names.isdisjoint(known) and calls.isdisjoint(("plural", "len", *self._declining)))

    def _told(self, node: ast.AST, known: dict[str, list[str]]) -> list[str]:
        match node:
            case ast.Constant(value=value):
                return [str(value)]
            case ast.JoinedStr(values=parts):
                return self._joined(list(parts), known)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._joined([left, right], known)
            case ast.FormattedValue(value=value):
                return self._told(value, known)
            case ast.IfExp(body=body, orelse=orelse):
                return [*self._told(body, known), *self._told(orelse, known)]
            case ast.Name(id=name) if name in known:
                return known[name]
            case ast.Call(args=arguments):
                return self._called(called(node), arguments, known)
            case _:
                return [_SOMETHING]

    def _called(self, name: str, arguments: list[ast.expr], known: dict[str, list[str]]) -> list[str]:
        match name:
            case "plural":
                one, few, many = constants(arguments)
                return [plural(self._count, one, few, many)]
            case "agreeing":
                singular, several = constants(arguments)
                return [agreeing(self._count, singular, several)]
            case "len":
                return [str(self._count)]
            case "esc":
                return self._told(arguments[0], known)
            case declining if declining in self._declining:
                one, few, many = self._declining[declining]
                return [plural(self._count, one, few, many)]
            case _:
                return [_SOMETHING]

    def _joined(self, parts: list[ast.expr], known: dict[str, list[str]]) -> list[str]:
        told = [""]
        for part in parts:
            told = [before + after for before in told for after in self._told(part, known)]
        return told


def called_plural(node: ast.AST) -> bool:
    """Whether a word is declined there."""
    return isinstance(node, ast.Call) and called(node) == "plural"


def disagreeing(tree: ast.Module, sentences: Sentences) -> list[str]:
    """The faults of a program's text, with their lines."""
    return [f"{line}: {fault}" for line, text in sentences.of(tree) for fault in faults(re.sub(r"<[^>]*>", "", text))]


@cache
def program() -> dict[Path, ast.Module]:
    """The program's own text, as far as it speaks to people."""
    return {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for folder in ("bot/views", "bot/reports", "bot/catalog")
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


def test_faults_of_a_sentence_are_seen() -> None:
    for text in (
        """return f"Получит {plural(people, 'человек', 'человека', 'человек')}" """,
        """return f"{told} на {len(rounds)} запросов" """,
        """count = plural(answers, 'ответ', 'ответа', 'ответов'); return f"Внесено {count}" """,
        """return f"осталось {plural(days, 'день', 'дня', 'дней')}" """,
        """return f"до {plural(places, 'организация', 'организации', 'организаций')}" """,
    ):
        tree = ast.parse(f"def told(people, rounds, answers, days, places):\n    {text}")
        assert any(disagreeing(tree, Sentences([tree], count)) for count in COUNTS), text


@pytest.mark.slow
def test_all_sentences_agree_with_their_numbers() -> None:
    trees = program()
    wrong = []
    for count in COUNTS:
        sentences = Sentences(list(trees.values()), count)
        wrong += [
            f"{path.relative_to(ROOT)}:{fault}"
            for path, tree in trees.items()
            for fault in disagreeing(tree, sentences)
        ]
    assert not wrong, "\n".join(wrong)


def test_every_word_that_is_declined_is_known_here() -> None:
    """A word that nobody knows would agree with anything."""
    unknown = []
    for path, tree in program().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not called_plural(node):
                continue
            forms = tuple(constants(node.args))
            words = (
                [tuple(form.split()[place] for form in forms) for place in range(len(forms[0].split()))]
                if forms
                else []
            )
            if forms not in OTHER_CASES and not any(_declined(word) for word in words):
                unknown.append(f"{path.relative_to(ROOT)}:{node.lineno}: {forms}")
    assert not unknown, "\n".join(unknown)


def _declined(forms: tuple[str, ...]) -> bool:
    one, two, five = NOUNS.get(forms[0], ("", "", ""))
    return forms in ((one, two, five), (two, five, five))
