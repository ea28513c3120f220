"""Words agree with their numbers: the department's screens over counts whose forms differ."""

import re
from dataclasses import replace
from datetime import timedelta
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
from bot.views import tasks
from bot.views.department import digest, panel
from bot.views.department.control import control, entering, together
from bot.views.department.questions import questions, second_thoughts
from tests.world import BEGINNING, catalog_of

COUNTS = (0, 1, 2, 5, 11, 21, 101)
ZONE = ZoneInfo("Asia/Irkutsk")
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
    )
    for noun in forms
}
GENITIVE = ("до", "из", "у", "от", "около")
# What stands before a number and its noun in the nominative, with one and with several.
BEFORE = {"внесён": "внесено", "получит": "получат", "ждёт": "ждут", "открыт": "открыто", "принят": "принято"}
AFTER = {"ждёт": "ждут", "открыт": "открыто", "ответила": "ответили", "пишет": "пишут"}
_COUNTED = re.compile(r"(?:(?P<before>[а-яё]+) )?(?P<count>\d+)[ \u00a0](?P<noun>[а-яё]+)(?: (?P<after>[а-яё]+))?")


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
        pairs = [(match["before"], BEFORE), (match["after"], AFTER)]
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
        control.running([ROUND], {1: counts}, 0, 1, count, count, count, NOW, ZONE),
        control.running([ROUND], {1: counts}, 0, 1, count, count, count, later, ZONE),
        *(control.of_round(ROUND, counts, [], part, 0, 1, NOW, ZONE, ADMIN) for part in Part),
        together.remind(ROUND, count, count, count, None, NOW, NOW, ZONE, again=False),
        together.accept_all(ROUND, count, count, NOW),
        together.excuse_all(ROUND, count, NOW),
        Screen(together.reminded(count, NOW, NOW, ZONE)),
        Screen(together.reminded(count, later, NOW, ZONE)),
        Screen(together.extended(count)),
        questions.confirm(draft, Reach(people), 1),
        questions.asked(draft, ROUND, counts, None, may_end=True),
        second_thoughts.confirm_words(draft.question, replace(draft.question, text="Что?"), 1, count, count),
        second_thoughts.close(ROUND, 1, counts),
        second_thoughts.take_back(ROUND, 1, count),
        entering.done(Entered((change,) * count), NOW, NOW, ZONE),
        tasks.unknown(count),
        tasks.history([OWED], count, 0, NOW, ZONE),
        tasks.new_requests([OWED] * count, NOW, ZONE),
    ]


@pytest.mark.parametrize("count", COUNTS)
def test_words_agree_with_their_numbers(count: int) -> None:
    wrong = []
    for shown in screens(count):
        told = [shown.text, *(button.text for row in shown.rows for button in row)]
        wrong += [fault for text in told for fault in faults(re.sub(r"<[^>]*>", "", text))]
    assert not wrong
