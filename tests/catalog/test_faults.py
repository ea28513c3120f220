"""Every mistake is named with its file, line and place."""

# A table is read across: one mistake a line, however long its message.
# ruff: noqa: E501

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.catalog.faults import CatalogError
from bot.domain.catalog.faults import Fault
from bot.domain.fields.field import FieldKind
from tests.catalog.small import DIRECTIVES, load_here

FaultsOf = Callable[[str, Mapping[str, str]], list[str]]

KIND = "kind: whole, label: План, only_in: [a]"
DATES = DIRECTIVES[DIRECTIVES.index("      dates:") : DIRECTIVES.index("    remind:")]
FIELDS = DIRECTIVES[DIRECTIVES.index("      - {id: club") : DIRECTIVES.index("    check:")]
KINDS = ", ".join(FieldKind)
D = "directives[0]"

# (what is replaced, with what, the faults without "directives.yaml:")
DIRECTIVE_FAULTS = [
    # YAML
    ("topics: {sport: Спорт}", "topics: {sport: Спорт", ["7: broken YAML: did not find expected ',' or '}'"]),
    ("    topic: sport", "\ttopic: sport", ["11: broken YAML: a tab: indent with spaces"]),
    ("title: Клуб\n", "title: @Клуб\n", ["10: broken YAML: text cannot begin with '@': put it in quotes"]),
    ("    topic: sport", "    id: again", [f"11: {D}: duplicate key 'id' (first on line 8)", f"8: {D}: missing key 'topic'"]),
    ("source: резолюции", "---\na: 1\n---", ["3: a second YAML document: one file holds one"]),
    ("Создать клуб", "*text", [f"13: {D}.text: no anchor &text above the alias *text"]),
    ("[Да, Нет]", "&a [Да, *a]", [f"16: {D}.fields[0].options[1]: the alias *a stands inside its own anchor"]),
    ("Создать клуб", "!!python/name:os.system", [f"13: {D}.text: the tag tag:yaml.org,2002:python/name:os.system is not allowed"]),
    ("Создать клуб", "[" * 40 + "]" * 40, ["13: nested deeper than 30 levels"]),
    ("Создать клуб", "a\x07b", ["13: unprintable character U+0007"]),
    ("{title: Школа}", "{? [a]\n: b}", ["3: organization_types.school: a key must be a single word"]),
    # keys and types
    ("prompt:", "promt:", [f"8: {D}: missing key 'prompt'", f"14: {D}: unknown key 'promt' (did you mean 'prompt'?)"]),
    ("label: Клуб, ", "lable: Клуб, ", [f"16: {D}.fields[0]: missing key 'label'", f"16: {D}.fields[0]: unknown key 'lable' (did you mean 'label'?)"]),
    ("{title: Сад}", "{title: Сад, stuff: true}", ["4: organization_types.garden: unknown key 'stuff' (did you mean 'staff'?)"]),
    ("{title: Сад}", "Сад", ["4: organization_types.garden: must be a mapping (key: value), not text"]),
    ("{title: Сад}", "{title: Сад, staff: yes}", ["4: organization_types.garden.staff: must be true or false, not text"]),
    ("{upper: Старшие классы}", "{upper: Старшие классы, Low: Младшие}", ["5: tags.Low: must be an id: 1 to 40 of the characters a-z, 0-9, - and _"]),
    ("audience: [school, garden]", "audience: school", [f"12: {D}.audience: must be a list, not text"]),
    ("audience: [school, garden]", "audience: []", [f"12: {D}.audience: must not be empty"]),
    ("kind: choice", "kind: chioce", [f"16: {D}.fields[0].kind: unknown kind 'chioce' (did you mean 'choice'?): one of {KINDS}"]),
    ("id: clubs", "id: Клубы", [f"8: {D}.id: must be an id: 1 to 40 of the characters a-z, 0-9, - and _"]),
    ("id: clubs", "id: " + "c" * 41, [f"8: {D}.id: must be an id: 1 to 40 of the characters a-z, 0-9, - and _"]),
    ("Создать клуб", "", [f"13: {D}.text: must be text, not nothing"]),
    ("Создать клуб", '" "', [f"13: {D}.text: must not be empty"]),
    ("Создать клуб", '"a\\0b"', [f"13: {D}.text: holds an unprintable character"]),
    ("Создать клуб", "a\u202eb", ["13: unprintable character U+202E"]),
    ("Создать клуб", "a\u200bb", ["13: unprintable character U+200B"]),
    ("Создать клуб", '"a\\u202eb"', [f"13: {D}.text: holds an unprintable character"]),
    ("title: Клуб\n", 'title: "a\\nb"\n', [f"10: {D}.title: must be one line"]),
    ("title: Клуб\n", "title: true\n", [f"10: {D}.title: must be text, not true or false: put it in quotes"]),
    # lengths: an emoji is 2 UTF-16 units
    ("Создать клуб", "б" * 1501, [f"13: {D}.text: is 1501 characters long, at most 1500 fit"]),
    ("Просим сообщить", "😀" * 751, [f"14: {D}.prompt: is 1502 characters long, at most 1500 fit"]),
    ("title: Клуб\n", f"title: {'К' * 41}\n", [f"10: {D}.title: is 41 characters long, at most 40 fit"]),
    ("label: План", f"label: {'П' * 101}", [f"18: {D}.fields[2].label: is 101 characters long, at most 100 fit"]),
    ("[Да, Нет]", f"[Да, {'н' * 61}]", [f"16: {D}.fields[0].options[1]: is 61 characters long, at most 60 fit"]),
    ("[Да, Нет]", str(["Да", *range(20)]).replace("'", ""), [f"16: {D}.fields[0].options: has 21 items, at most 20 fit"]),
    ("    check:", "".join(f"      - {{id: f{n}, kind: link, label: L{n}}}\n" for n in range(23)) + "    check:", [f"15: {D}.fields: has 26 items, at most 25 fit"]),
    # names that are declared elsewhere
    ("topic: sport", "topic: sprot", [f"11: {D}.topic: unknown topic 'sprot' (did you mean 'sport'?)"]),
    ("[school, garden]", "[garden, scool]", [f"12: {D}.audience[1]: unknown organization type 'scool' (did you mean 'school'?)"]),
    ("[school, garden]", "\n    - garden\n    - scool", [f"14: {D}.audience[1]: unknown organization type 'scool' (did you mean 'school'?)"]),
    ("[school, garden]", "[school:uper]", [f"12: {D}.audience[0]: unknown tag 'uper' (did you mean 'upper'?)"]),
    ("[school, garden]", "[school:upper:x]", [f"12: {D}.audience[0]: must be a type such as school, or school:tag, or school:tag+tag"]),
    ("[school, garden]", "[school:upper+upper]", [f"12: {D}.audience[0]: names a tag twice"]),
    ("[school, garden]", "[school, school]", [f"12: {D}.audience[1]: duplicate audience 'school'"]),
    # fields
    ("id: planned, kind", "id: done, kind", [f"18: {D}.fields[2].id: duplicate id 'done' (first at [1])", f"19: {D}.check[0]: unknown field 'planned'"]),
    ("label: План", "label: выполнено", [f"18: {D}.fields[2].label: duplicate label 'выполнено' (first at [1])"]),
    ("[Да, Нет]", "[Да, Нет, нет]", [f"16: {D}.fields[0].options[2]: duplicate option 'нет' (first at [1])"]),
    (", options: [Да, Нет]", "", [f"16: {D}.fields[0]: missing key 'options', which the kind choice needs"]),
    ("options: [Да, Нет]", "options: []", [f"16: {D}.fields[0].options: must not be empty"]),
    (KIND, f"{KIND}, options: [a]", [f"18: {D}.fields[2].options: does not go with the kind whole"]),
    ("label: Клуб, ", "label: Клуб, min: 1, ", [f"16: {D}.fields[0].min: does not go with the kind choice"]),
    (KIND, f"{KIND}, earliest: 2026-01-01", [f"18: {D}.fields[2].earliest: does not go with the kind whole"]),
    (KIND, f"{KIND}, max_length: 5", [f"18: {D}.fields[2].max_length: does not go with the kind whole"]),
    (KIND, f"{KIND}, min: 5, max: 4", [f"18: {D}.fields[2].min: min 5 is greater than max 4"]),
    (KIND, f"{KIND}, min: 0.5", [f"18: {D}.fields[2].min: the bound 0.5 of a whole number is not whole"]),
    (KIND, f"{KIND}, min: '5'", [f"18: {D}.fields[2].min: must be a number, not text"]),
    (KIND, f'{KIND}, unit: "%", total: true', [f"18: {D}.fields[2].total: percentages are never summed"]),
    (KIND, "kind: date, label: П, earliest: 2027-01-01, latest: 2026-01-01", [f"18: {D}.fields[2].earliest: earliest 2027-01-01 comes after latest 2026-01-01", f"19: {D}.check[0]: 'planned' is of the kind date, not a number"]),
    (KIND, f"{KIND}, latest: 2027-02-29", [f"18: {D}.fields[2].latest: there is no day 2027-02-29", ]),
    # only_in
    ("only_in: [a]", "only_in: [c]", [f"18: {D}.fields[2].only_in[0]: unknown period 'c'"]),
    ("only_in: [a]", "only_in: []", [f"18: {D}.fields[2].only_in: must not be empty"]),
    (DATES, "      {every: day, due: 5}\n", [f"18: {D}.fields[2].only_in: the periods of this schedule have no keys"]),
    (FIELDS, "      - {id: done, kind: whole, label: D, only_in: [a]}\n      - {id: planned, kind: whole, label: P, only_in: [a]}\n", [f"15: {D}.fields: nothing is asked in the period 'b'"]),
    # only_if
    ("only_if: {club: Да}", "only_if: {clab: Да}", [f"17: {D}.fields[1].only_if.clab: unknown field 'clab' (did you mean 'club'?)"]),
    ("only_if: {club: Да}", "only_if: {club: Дa}", [f"17: {D}.fields[1].only_if.club: 'club' has no option 'Дa'"]),
    ("only_if: {club: Да}", "only_if: {club: true}", [f"17: {D}.fields[1].only_if.club: 'club' is answered with an option: put it in quotes"]),
    ("only_if: {club: Да}", "only_if: club", [f"17: {D}.fields[1].only_if: must be one field with the answers after which it is asked: {{field: [answer, answer]}}"]),
    ("only_if: {club: Да}", "only_if: {club: []}", [f"17: {D}.fields[1].only_if: must name at least one answer"]),
    ("only_if: {club: Да}", "only_if: {done: Да}", [f"17: {D}.fields[1].only_if.done: 'done' waits for its own answer"]),
    ("only_if: {club: Да}", "only_if: {planned: Да}", [f"17: {D}.fields[1].only_if.planned: 'planned' is asked later: move it above 'done'", f"17: {D}.fields[1].only_if.planned: 'planned' is of the kind whole: wait for a choice, multi-choice or yes-no"]),
    ("options: [Да, Нет]}", "options: [Да, Нет], only_if: {done: Да}}", [f"16: {D}.fields[0].only_if.done: a circle of conditions: club -> done -> club", f"16: {D}.fields[0].only_if.done: 'done' is of the kind whole: wait for a choice, multi-choice or yes-no"]),
    ("kind: choice, label: Клуб, options: [Да, Нет]", "kind: yes-no, label: Клуб", [f"17: {D}.fields[1].only_if.club: 'club' is answered with true or false"]),
    # check
    ("done <= planned", "done <= plan", [f"19: {D}.check[0]: unknown field 'plan' (did you mean 'planned'?)"]),
    ("done <= planned", "done < planned", [f"19: {D}.check[0]: must be written as 'done <= planned' or 'a + b <= c + d'"]),
    ("done <= planned", "done <= done", [f"19: {D}.check[0]: names a field twice"]),
    ("[done <= planned]", '[{rule: done <= planned, message: "Сделано {left} из {right}"}]', []),
    ("[done <= planned]", "[{rule: done < planned}]", [f"19: {D}.check[0]: must be written as 'done <= planned' or 'a + b <= c + d'"]),
    ("[done <= planned]", "[{message: Много}]", [f"19: {D}.check[0]: missing key 'rule'"]),
    ("[done <= planned]", "[{rule: done <= planned, mesage: Много}]", [f"19: {D}.check[0]: unknown key 'mesage' (did you mean 'message'?)"]),
    ("[done <= planned]", '[{rule: done <= planned, message: "Сделано {lef}"}]', [f"19: {D}.check[0]: unknown placeholder '{{lef}}' (did you mean '{{left}}'?)"]),
    ("[done <= planned]", '[{rule: done <= planned, message: "Сделано {"}]', [f"19: {D}.check[0]: unknown placeholder '{{'"]),
    ("[done <= planned]", "[{rule: done <= planned, message: ''}]", [f"19: {D}.check[0]: the message must be one line of text"]),
    ("[done <= planned]", "[{rule: done <= planned, message: 12}]", [f"19: {D}.check[0]: the message must be one line of text"]),
    ("[done <= planned]", f"[{{rule: done <= planned, message: {'я' * 201}}}]", [f"19: {D}.check[0]: the message is 201 characters long, at most 200 fit"]),
    ("[done <= planned]", "[[done]]", [f"19: {D}.check[0]: must be written as 'done <= planned' or 'a + b <= c + d'"]),
    (KIND, "kind: date, label: П, when: pas", [f"18: {D}.fields[2].when: unknown time 'pas' (did you mean 'past'?): one of any, past, future"]),
    (KIND, "kind: text, label: П, when: past", [f"18: {D}.fields[2].when: does not go with the kind text", f"19: {D}.check[0]: 'planned' is of the kind text, not a number"]),
    ("done <= planned", "done <= club", [f"19: {D}.check[0]: 'club' is of the kind choice, not a number"]),
    ("[done <= planned]", "[]", [f"19: {D}.check: must not be empty"]),
    # dates
    ("due: 10-15", "due: 10-04", [f"22: {D}.schedule.dates[0].due: due 10-04 comes before open 10-05 in a school year that begins on 09-01"]),
    ("due: 04-15", "due: 10-15", [f"23: {D}.schedule.dates[1].due: due 10-15 comes before open 04-05 in a school year that begins on 09-01"]),
    ("due: 10-15", "due: 10-32", [f"22: {D}.schedule.dates[0].due: there is no day 10-32 (month-day)"]),
    ("due: 10-15", "due: 2026-10-15", [f"22: {D}.schedule.dates[0].due: must be a month and a day such as 10-05"]),
    ("key: b", "key: a", [f"23: {D}.schedule.dates[1].key: duplicate period 'a' (first at [0])"]),
    ("title: Весна", "title: Осень", [f"23: {D}.schedule.dates[1].title: duplicate title 'Осень' (first at [0])"]),
    ("title: Весна", "titel: Весна", [f"23: {D}.schedule.dates[1]: missing key 'title'", f"23: {D}.schedule.dates[1]: unknown key 'titel' (did you mean 'title'?)"]),
    # reminders
    ("before: [3]", "before: [11]", [f"24: {D}.remind.before[0]: 11 days before the due date every period is not open yet"]),
    ("after: [3]", "after: [15]", [f"24: {D}.remind.after[0]: 15 days after the due date the period is closed (closes: 14)"]),
    ("before: [3]", "before: [3, 3]", [f"24: {D}.remind.before[1]: duplicate day 3"]),
    ("after: [3]", "after: [0]", [f"24: {D}.remind.after[0]: must be at least 1"]),
]  # fmt: skip

# (the schedule in place of the dates, the faults without "directives.yaml:")
SCHEDULE_FAULTS = [
    ("{}", ["20: {S}: needs exactly one of dates, every and cron"]),
    ("{every: week, cron: 0 9 * * 1}", ["20: {S}: needs exactly one of dates, every and cron, has every and cron"]),
    ("{dates: []}", ["21: {S}.dates: must not be empty"]),
    ("{every: fortnight, due: 3}", ["21: {S}.every: must be 'day', 'week', 'month' or 'quarter'"]),
    ("{every: week, due: 3}", ["20: {S}: missing key 'on', which every: week needs"]),
    ("{every: day, on: mon, due: 3}", ["21: {S}.on: does not go with every: day"]),
    ("{every: week, on: 15, due: 3}", ["21: {S}.on: every: week needs days of the week such as [mon, thu]"]),
    ("{every: month, on: mon, due: 3}", ["21: {S}.on: every: month needs a day such as 15, or last-working-day"]),
    ("{every: week, on: [mno], due: 3}", ["21: {S}.on: unknown day of the week 'mno' (did you mean 'mon'?): one of mon, tue, wed, thu, fri, sat, sun"]),
    ("{every: week, on: [mon, mon], due: 3}", ["21: {S}.on: names a day twice"]),
    ("{every: month, on: 32, due: 3}", ["21: {S}.on: a day of the month is 1 to 31"]),
    ("{every: month, on: 1, due: 3, months: [13]}", ["21: {S}.months[0]: must be at most 12"]),
    ("{every: month, on: 1, due: 3, months: [1, 1]}", ["21: {S}.months: names a month twice"]),
    ("{every: quarter, on: 1, due: 3, months: [1]}", ["21: {S}.months: does not go with every: quarter"]),
    ("{every: month, on: 1}", ["20: {S}: missing key 'due', which every: month needs"]),
    ("{every: month, on: 1, due: 367}", ["21: {S}.due: must be at most 366"]),
    ("{every: month, on: 1, due: three}", ["21: {S}.due: must be a whole number, not text"]),
    ("{cron: 0 9 * *, due: 3}", ["21: {S}.cron: a cron expression has 5 fields, this one has 4"]),
    ("{cron: 0 9 * * 1, due: 3, at: 10:00}", ["21: {S}.at: does not go with cron"]),
    ("{every: day, due: 3, at: 25:00}", ["21: {S}.at: must be a time such as 10:30"]),
    ("{every: day, due: 3, at: 18:00}", ["21: {S}.at: 18:00 is outside the working hours 09:00-18:00"]),
    ("{every: day, due: 3, day_off: skip}", ["21: {S}.day_off: unknown rule 'skip': one of next, previous"]),
    ("{cron: 0 9 30 2 *, due: 3}", ["20: {S}: never fires: check it against the summer pause and the school breaks"]),
    ("{every: month, on: 10, months: [7], due: 3}", ["20: {S}: never fires: check it against the summer pause and the school breaks"]),
    ("{every: month, on: 1, due: 1}", ["24: {R}.before[0]: 3 days before the due date every period is not open yet"]),
    ("{every: month, on: 1, due: 3, closes: 2}", ["24: {R}.after[0]: 3 days after the due date the period is closed (closes: 2)"]),
]  # fmt: skip

CALENDAR_FAULTS = [
    ("public_holidays: RU", "public_holidays: RUS2", ["3: public_holidays: unknown country 'RUS2' (did you mean 'RUS'?): a code such as RU"]),
    ("ends: 18:00", "ends: 09:00", ["2: work.ends: ends 09:00 is not after begins 09:00"]),
    ("thu, fri]", "thu, thu]", ["2: work.days: names a day twice"]),
    ("[mon, tue, wed, thu, fri]", "[]", ["2: work.days: must not be empty"]),
    ("date: 2027-02-08", "date: 08.02.2027", ["6: days_off[0].date: must be a date such as 2026-10-05"]),
    ("date: 2027-02-08", "first: 2027-02-08", ["6: days_off[0]: needs either date, or first and last"]),
    ("first: 2026-10-26", "first: 2026-11-26", ["9: school_breaks[0].first: first 2026-11-26 comes after last 2026-11-03"]),
    ("last: 2026-11-03", "last: 2027-11-03", ["9: school_breaks[0].last: covers 374 days, at most 120 are allowed"]),
    ("[2027-02-20]", "[2027-02-20, 2027-02-20]", ["7: extra_work_days[1]: duplicate day 2027-02-20"]),
    ("year_begins: 09-01\n", "", ["1: missing key 'year_begins'"]),
    ("first: 07-01, ", "", ["4: summer: missing key 'first'"]),
]  # fmt: skip

ORGANIZATION_FAULTS = [
    ("code: two", "code: one", ["3: organizations[1].code: duplicate code 'one' (first at [0])"]),
    ("Второй сад", "первая  школа", ["3: organizations[1].name: duplicate name 'первая  школа' (first at [0])"]),
    ("types: [garden]", "types: [garden], short: Первая школа", ["3: organizations[1].short: short name 'Первая школа' is also what [0] is called"]),
    ("types: [garden]", "types: [garden], short: ''", ["3: organizations[1].short: must not be empty"]),
    ("[garden]", "[gardne]", ["3: organizations[1].types[0]: unknown organization type 'gardne' (did you mean 'garden'?)"]),
    ("[garden]", "[garden, garden]", ["3: organizations[1].types[1]: duplicate organization type 'garden'"]),
    ("[garden]", "[]", ["3: organizations[1].types: must not be empty"]),
    ("[upper]", "[lower]", ["2: organizations[0].tags[0]: unknown tag 'lower'"]),
    ("code: two", "code: Школа-2", ["3: organizations[1].code: must be an id: 1 to 40 of the characters a-z, 0-9, - and _"]),
    (", types: [garden]", "", ["3: organizations[1]: missing key 'types'"]),
]  # fmt: skip


def named(file: str, lines: list[str]) -> list[str]:
    return [f"{file}:{line}" for line in lines]


@pytest.mark.parametrize(("old", "new", "expected"), DIRECTIVE_FAULTS)
def test_directives(faults_of: FaultsOf, old: str, new: str, expected: list[str]) -> None:
    assert sorted(faults_of("directives.yaml", {old: new})) == sorted(named("directives.yaml", expected))


@pytest.mark.parametrize(("schedule", "expected"), SCHEDULE_FAULTS)
def test_schedules(faults_of: FaultsOf, schedule: str, expected: list[str]) -> None:
    # Comments keep the lines below where they were.
    faults = faults_of("directives.yaml", {DATES: f"      {schedule}\n#\n#\n", ", only_in: [a]": ""})
    places = {"S": f"{D}.schedule", "R": f"{D}.remind"}
    assert faults == named("directives.yaml", [line.format(**places) for line in expected])


@pytest.mark.parametrize(("old", "new", "expected"), CALENDAR_FAULTS)
def test_calendar(faults_of: FaultsOf, old: str, new: str, expected: list[str]) -> None:
    assert faults_of("calendar.yaml", {old: new}) == named("calendar.yaml", expected)


@pytest.mark.parametrize(("old", "new", "expected"), ORGANIZATION_FAULTS)
def test_organizations(faults_of: FaultsOf, old: str, new: str, expected: list[str]) -> None:
    assert faults_of("organizations.yaml", {old: new}) == named("organizations.yaml", expected)


def test_two_directives_with_one_id(faults_of: FaultsOf) -> None:
    again = DIRECTIVES[DIRECTIVES.index("  - id: clubs") :]
    assert faults_of("directives.yaml", {again: again + again}) == [
        "directives.yaml:25: directives[1].id: duplicate id 'clubs' (first at [0])"
    ]


def test_all_faults_of_all_files_come_at_once(files: Path) -> None:
    text = DIRECTIVES
    for old, new in {
        "title: Клуб\n": "titel: Клуб\n",  # the shape ...
        "[school, garden]": "[school, gardn]",  # ... and what the parts that are fine refer to
        "label: Выполнено": "lable: Выполнено",
        "done <= planned": "done <= plan",
        "due: 04-15": "due: 04-01",
    }.items():
        text = text.replace(old, new)
    (files / "directives.yaml").write_text(text, encoding="utf-8")
    (files / "calendar.yaml").write_text("work: 5\n", encoding="utf-8")
    (files / "organizations.yaml").write_text("organizations: []\n", encoding="utf-8")
    with pytest.raises(CatalogError) as caught:
        load_here()
    assert str(caught.value).splitlines() == [
        "calendar.yaml:1: missing key 'year_begins'",
        "calendar.yaml:1: work: must be a mapping (key: value), not a number",
        "directives.yaml:8: directives[0]: missing key 'title'",
        "directives.yaml:10: directives[0]: unknown key 'titel' (did you mean 'title'?)",
        "directives.yaml:12: directives[0].audience[1]: unknown organization type 'gardn' (did you mean 'garden'?)",
        "directives.yaml:17: directives[0].fields[1]: missing key 'label'",
        "directives.yaml:17: directives[0].fields[1]: unknown key 'lable' (did you mean 'label'?)",
        "directives.yaml:19: directives[0].check[0]: unknown field 'plan' (did you mean 'planned'?)",
        "directives.yaml:23: directives[0].schedule.dates[1].due: due 04-01 comes before open 04-05 "
        "in a school year that begins on 09-01",
        "organizations.yaml:1: organizations: must not be empty",
    ]
    assert caught.value.faults[0] == Fault("calendar.yaml", 1, "", "missing key 'year_begins'")


def test_a_calendar_without_working_days(faults_of: FaultsOf) -> None:
    ranges = "".join(
        f"\n  - {{first: {year}-{first}, last: {year}-{last}, title: Отдых}}"
        for year in range(2026, 2033)
        for first, last in (("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31"))
    )
    [fault] = faults_of("calendar.yaml", {"days_off:": f"days_off:{ranges}", "[2027-02-20]": "[]"})
    assert fault.startswith("directives.yaml:20: directives[0].schedule: the calendar has no working day")
