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
D = "2.10 Клуб"

# (what is replaced, with what, the faults without "directives.yaml:")
DIRECTIVE_FAULTS = [
    # YAML
    ("topics: {sport: Спорт}", "topics: {sport: Спорт", ["6: скобка { не закрыта: поставьте } или пропущенную запятую"]),
    ("    topic: sport", "\ttopic: sport", ["11: отступ сделан табуляцией: замените её пробелами"]),
    ("title: Клуб\n", "title: @Клуб\n", ["10: текст не может начинаться с «@»: возьмите текст в кавычки: 'так' или \"так\""]),
    ("    topic: sport", "    id: again", [f"11: {D}: ключ id повторяется: он уже есть в строке 8", f"8: {D}: не хватает ключа topic"]),
    ("source: резолюции", "---\na: 1\n---", ["3: второй документ YAML: уберите строку «---» посреди файла"]),
    ("Создать клуб", "*text", ["13: поручение № 1, text: «*» в начале имеет особый смысл, а &text выше нет: возьмите текст в кавычки"]),
    ("[Да, Нет]", "&a [Да, *a]", ["16: поручение № 1, поле № 1, options № 2: *a стоит внутри того, что повторяет"]),
    ("Создать клуб", "!!python/name:os.system", ["13: поручение № 1, text: «!» в начале значения имеет особый смысл (tag:yaml.org,2002:python/name:os.system): уберите его или возьмите текст в кавычки"]),
    ("Создать клуб", "[" * 40 + "]" * 40, ["13: вложено глубже 30 уровней"]),
    ("Создать клуб", "a\x07b", ["13: невидимый знак U+0007: удалите его"]),
    ("{title: Школа}", "{? [a]\n: b}", ["3: тип school: ключ должен быть одним словом"]),
    # keys and types
    ("prompt:", "promt:", [f"8: {D}: не хватает ключа prompt", f"14: {D}: лишний ключ promt (может быть, prompt?)"]),
    ("label: Клуб, ", "lable: Клуб, ", [f"16: {D}, поле «club»: не хватает ключа label", f"16: {D}, поле «club»: лишний ключ lable (может быть, label?)"]),
    ("{title: Сад}", "{title: Сад, stuff: true}", ["4: тип garden: лишний ключ stuff (может быть, staff?)"]),
    ("label: Клуб, ", "label: Клуб, секция, ", [f"16: {D}, поле «Клуб»: лишний ключ секция: если это часть текста с запятой, возьмите весь текст в кавычки"]),
    (KIND, f"{KIND}, max: 2,5", [f"18: {D}, поле «План»: лишний ключ 5: дробь пишут с точкой, например 0.5"]),
    ('number: "2.10"', "number: «2.10»", ["9: «2.10» Клуб, number: такие кавычки станут частью номера: поставьте прямые, \"так\", или уберите их"]),
    ("{title: Сад}", "Сад", ["4: тип garden: нужны ключи со значениями (ключ: значение), а здесь текст"]),
    ("{title: Сад}", "{title: Сад, staff: yes}", ["4: тип garden, staff: нужно true или false, а здесь текст"]),
    ("{upper: Старшие классы}", "{upper: Старшие классы, Low: Младшие}", ["5: метка Low: нужно имя из знаков a-z, 0-9, - и _, от 1 до 40"]),
    ("audience: [school, garden]", "audience: school", [f"12: {D}, audience: нужен список, а здесь текст"]),
    ("audience: [school, garden]", "audience: []", [f"12: {D}, audience: список пуст: впишите хотя бы одно"]),
    ("kind: choice", "kind: chioce", [f"16: {D}, поле «Клуб», kind: нет вида «chioce» (может быть, choice?). Есть: choice, multi-choice, yes-no, whole, decimal, date, text, link, file"]),
    ("id: clubs", "id: Клубы", [f"8: {D}, id: нужно имя из знаков a-z, 0-9, - и _, от 1 до 40"]),
    ("id: clubs", "id: " + "c" * 41, [f"8: {D}, id: нужно имя из знаков a-z, 0-9, - и _, от 1 до 40"]),
    ("Создать клуб", "", [f"13: {D}, text: нужен текст, а здесь ничего (то, что после #, — примечание)"]),
    ("Создать клуб", '" "', [f"13: {D}, text: пусто"]),
    ("Создать клуб", '"a\\0b"', [f"13: {D}, text: есть невидимый знак: удалите его"]),
    ("Создать клуб", "a\u202eb", ["13: невидимый знак U+202E: удалите его"]),
    ("Создать клуб", "a\u200bb", ["13: невидимый знак U+200B: удалите его"]),
    ("Создать клуб", '"a\\u202eb"', [f"13: {D}, text: есть невидимый знак: удалите его"]),
    ("title: Клуб\n", 'title: "a\\nb"\n', ["10: 2.10 a b, title: должно быть в одну строку"]),
    ("title: Клуб\n", "title: true\n", ["10: 2.10 clubs, title: нужен текст: возьмите это слово в кавычки"]),
    # lengths: an emoji is 2 UTF-16 units
    ("Создать клуб", "б" * 1501, [f"13: {D}, text: знаков 1501, а поместится не больше 1500"]),
    ("Просим сообщить", "😀" * 751, [f"14: {D}, prompt: знаков 1502, а поместится не больше 1500"]),
    ("title: Клуб\n", f"title: {'К' * 41}\n", ["10: 2.10 ККККККККККККККККККККККККККККККККККККККККК, title: знаков 41, а поместится не больше 40"]),
    ("label: План", f"label: {'П' * 101}", [f"18: {D}, поле «ППППППППППППППППППППППППППППППППППППППППППППППППППППППППППП…», label: знаков 101, а поместится не больше 100"]),
    ("[Да, Нет]", f"[Да, {'н' * 61}]", [f"16: {D}, поле «Клуб», options № 2: знаков 61, а поместится не больше 60"]),
    ("[Да, Нет]", str(["Да", *range(20)]).replace("'", ""), [f"16: {D}, поле «Клуб», options: их 21, а поместится не больше 20"]),
    ("    check:", "".join(f"      - {{id: f{n}, kind: link, label: L{n}}}\n" for n in range(23)) + "    check:", [f"15: {D}, fields: их 26, а поместится не больше 25"]),
    # names that are declared elsewhere
    ("topic: sport", "topic: sprot", [f"11: {D}, topic: нет темы «sprot» (может быть, sport?)"]),
    ("[school, garden]", "[garden, scool]", [f"12: {D}, audience № 2: нет типа организаций «scool» (может быть, school?)"]),
    ("[school, garden]", "\n    - garden\n    - scool", [f"14: {D}, audience № 2: нет типа организаций «scool» (может быть, school?)"]),
    ("[school, garden]", "[school:uper]", [f"12: {D}, audience № 1: нет метки «uper» (может быть, upper?)"]),
    ("[school, garden]", "[school:upper:x]", [f"12: {D}, audience № 1: нужен тип организаций, при желании с метками: тип, тип:метка или тип:метка+метка"]),
    ("[school, garden]", "[school:upper+upper]", [f"12: {D}, audience № 1: метка названа дважды"]),
    ("[school, garden]", "[school, school]", [f"12: {D}, audience № 2: «school» повторяется"]),
    # fields
    ("id: planned, kind", "id: done, kind", [f"18: {D}, поле «План», id: «done» повторяется: так же названо № 2", f"19: {D}, check № 1: нет поля «planned». Есть: club, done"]),
    ("label: План", "label: выполнено", [f"18: {D}, поле «выполнено», label: «выполнено» повторяется: так же названо № 2"]),
    ("[Да, Нет]", "[Да, Нет, нет]", [f"16: {D}, поле «Клуб», options № 3: «нет» повторяется: так же названо № 2"]),
    ("[Да, Нет]", "[Да; Нет]", [f"16: {D}, поле «Клуб», options № 1: между вариантами ставят запятую, а не точку с запятой", f"17: {D}, поле «Выполнено», only_if: у поля club нет варианта «Да». Есть: Да; Нет"]),
    ("[Да, Нет]", "[“Да, конечно”, “Нет”]", [f"16: {D}, поле «Клуб», options № 1: кавычка “ не закрыта: текст с запятой или двоеточием берут в прямые кавычки, \"так\""]),
    (", options: [Да, Нет]", "", [f"16: {D}, поле «Клуб»: не хватает ключа options: он нужен для вида choice"]),
    ("options: [Да, Нет]", "options: []", [f"16: {D}, поле «Клуб», options: список пуст: впишите хотя бы одно"]),
    (KIND, f"{KIND}, options: [a]", [f"18: {D}, поле «План», options: не сочетается с видом whole"]),
    ("label: Клуб, ", "label: Клуб, min: 1, ", [f"16: {D}, поле «Клуб», min: не сочетается с видом choice"]),
    (KIND, f"{KIND}, earliest: 2026-01-01", [f"18: {D}, поле «План», earliest: не сочетается с видом whole"]),
    (KIND, f"{KIND}, max_length: 5", [f"18: {D}, поле «План», max_length: не сочетается с видом whole"]),
    (KIND, f"{KIND}, min: 5, max: 4", [f"18: {D}, поле «План», min: наименьшее 5 больше наибольшего 4"]),
    (KIND, f"{KIND}, min: 0.5", [f"18: {D}, поле «План», min: граница целого числа не целая: 0.5"]),
    (KIND, f"{KIND}, min: '5'", [f"18: {D}, поле «План», min: нужно число, а здесь текст"]),
    (KIND, f'{KIND}, unit: "%", total: true', [f"18: {D}, поле «План», total: проценты не складывают"]),
    (KIND, "kind: date, label: П, earliest: 2027-01-01, latest: 2026-01-01", [f"18: {D}, поле «П», earliest: самая ранняя дата 2027-01-01 позже самой поздней 2026-01-01", f"19: {D}, check № 1: поле planned вида date, а сравнивают числа"]),
    (KIND, f"{KIND}, latest: 2027-02-29", [f"18: {D}, поле «План», latest: нет такого дня: 2027-02-29"]),
    # only_in
    ("only_in: [a]", "only_in: [c]", [f"18: {D}, поле «План», only_in № 1: нет периода «c». Есть: a, b"]),
    ("only_in: [a]", "only_in: []", [f"18: {D}, поле «План», only_in: список пуст: впишите хотя бы одно"]),
    (DATES, "      {every: day, due: 5}\n", [f"18: {D}, поле «План», only_in: у периодов этого расписания нет ключей"]),
    (FIELDS, "      - {id: done, kind: whole, label: D, only_in: [a]}\n      - {id: planned, kind: whole, label: P, only_in: [a]}\n", [f"15: {D}, fields: в периоде b ничего не спрашивают"]),
    # only_if
    ("only_if: {club: Да}", "only_if: {clab: Да}", [f"17: {D}, поле «Выполнено», only_if: нет поля «clab» (может быть, club?)"]),
    ("only_if: {club: Да}", "only_if: {club: Дa}", [f"17: {D}, поле «Выполнено», only_if: у поля club нет варианта «Дa». Есть: Да, Нет"]),
    ("only_if: {club: Да}", "only_if: {club: true}", [f"17: {D}, поле «Выполнено», only_if: на поле club отвечают вариантом: возьмите его в кавычки"]),
    ("only_if: {club: Да}", "only_if: club", [f"17: {D}, поле «Выполнено», only_if: нужно поле и ответы, после которых спрашивать: {{поле: [ответ, ответ]}}"]),
    ("only_if: {club: Да}", "only_if: {club: []}", [f"17: {D}, поле «Выполнено», only_if: назовите хотя бы один ответ"]),
    ("only_if: {club: Да}", "only_if: {done: Да}", [f"17: {D}, поле «Выполнено», only_if: поле done ждёт собственного ответа"]),
    ("only_if: {club: Да}", "only_if: {planned: Да}", [f"17: {D}, поле «Выполнено», only_if: поле planned спрашивают позже: поставьте его выше, чем done", f"17: {D}, поле «Выполнено», only_if: поле planned вида whole, а ждать можно ответа choice, multi-choice или yes-no"]),
    ("options: [Да, Нет]}", "options: [Да, Нет], only_if: {done: Да}}", [f"16: {D}, поле «Клуб», only_if: поля ждут друг друга по кругу: club → done → club", f"16: {D}, поле «Клуб», only_if: поле done вида whole, а ждать можно ответа choice, multi-choice или yes-no"]),
    ("kind: choice, label: Клуб, options: [Да, Нет]", "kind: yes-no, label: Клуб", [f"17: {D}, поле «Выполнено», only_if: на поле club отвечают true или false"]),
    # check
    ("done <= planned", "done <= plan", [f"19: {D}, check № 1: нет поля «plan» (может быть, planned?)"]),
    ("done <= planned", "done < planned", [f"19: {D}, check № 1: проверка пишется так: done <= planned или a + b <= c + d"]),
    ("done <= planned", "done <= done", [f"19: {D}, check № 1: поле названо дважды"]),
    ("[done <= planned]", '[{rule: done <= planned, message: "Сделано {left} из {right}"}]', []),
    ("[done <= planned]", "[{rule: done < planned}]", [f"19: {D}, check № 1: проверка пишется так: done <= planned или a + b <= c + d"]),
    ("[done <= planned]", "[{message: Много}]", [f"19: {D}, check № 1: не хватает ключа rule"]),
    ("[done <= planned]", "[{rule: done <= planned, mesage: Много}]", [f"19: {D}, check № 1: лишний ключ mesage (может быть, message?)"]),
    ("[done <= planned]", '[{rule: done <= planned, message: "Сделано {lef}"}]', [f"19: {D}, check № 1: в message нет подстановки «{{lef}}» (может быть, {{left}}?)"]),
    ("[done <= planned]", '[{rule: done <= planned, message: "Сделано {"}]', [f"19: {D}, check № 1: в message нет подстановки «{{». Есть: {{left}}, {{right}}"]),
    ("[done <= planned]", "[{rule: done <= planned, message: ''}]", [f"19: {D}, check № 1: в message нужен текст в одну строку"]),
    ("[done <= planned]", "[{rule: done <= planned, message: 12}]", [f"19: {D}, check № 1: в message нужен текст в одну строку"]),
    ("[done <= planned]", f"[{{rule: done <= planned, message: {'я' * 201}}}]", [f"19: {D}, check № 1: в message знаков 201, а поместится не больше 200"]),
    ("[done <= planned]", "[[done]]", [f"19: {D}, check № 1: проверка пишется так: done <= planned или a + b <= c + d"]),
    (KIND, "kind: date, label: П, when: pas", [f"18: {D}, поле «П», when: нет значения «pas» (может быть, past?). Есть: any, past, future"]),
    (KIND, "kind: text, label: П, when: past", [f"18: {D}, поле «П», when: не сочетается с видом text", f"19: {D}, check № 1: поле planned вида text, а сравнивают числа"]),
    ("done <= planned", "done <= club", [f"19: {D}, check № 1: поле club вида choice, а сравнивают числа"]),
    ("[done <= planned]", "[]", [f"19: {D}, check: список пуст: впишите хотя бы одно"]),
    # dates
    ("due: 10-15", "due: 10-04", [f"22: {D}, период «Осень», due: срок 10-04 раньше открытия 10-05: учебный год начинается 09-01"]),
    ("due: 04-15", "due: 10-15", [f"23: {D}, период «Весна», due: срок 10-15 раньше открытия 04-05: учебный год начинается 09-01"]),
    ("due: 10-15", "due: 10-32", [f"22: {D}, период «Осень», due: нет такого дня: 10-32 (месяц-день)"]),
    ("due: 10-15", "due: 2026-10-15", [f"22: {D}, период «Осень», due: нужны месяц и день, например 10-05"]),
    ("key: b", "key: a", [f"23: {D}, период «Весна», key: «a» повторяется: так же названо № 1"]),
    ("title: Весна", "title: Осень", [f"23: {D}, период «Осень», title: «Осень» повторяется: так же названо № 1"]),
    ("title: Весна", "titel: Весна", [f"23: {D}, период «b»: не хватает ключа title", f"23: {D}, период «b»: лишний ключ titel (может быть, title?)"]),
    # reminders
    ("before: [3]", "before: [11]", [f"24: {D}, remind, before № 1: за 11 дн. до срока ни один период ещё не открыт"]),
    ("after: [3]", "after: [15]", [f"24: {D}, remind, after № 1: через 15 дн. после срока ответы уже не принимаются (closes: 14)"]),
    ("before: [3]", "before: [3, 3]", [f"24: {D}, remind, before № 2: день 3 повторяется"]),
    ("after: [3]", "after: [0]", [f"24: {D}, remind, after № 1: не меньше 1"]),
]  # fmt: skip

# (the schedule in place of the dates, the faults without "directives.yaml:")
SCHEDULE_FAULTS = [
    ("{}", ["20: {S}: нужно одно из dates, every и cron"]),
    ("{every: week, cron: 0 9 * * 1}", ["20: {S}: нужно одно из dates, every и cron, а есть every и cron"]),
    ("{dates: []}", ["21: {S}, dates: список пуст: впишите хотя бы одно"]),
    ("{every: fortnight, due: 3}", ["21: {S}, every: можно day, week, month или quarter"]),
    ("{every: week, due: 3}", ["20: {S}: не хватает ключа on: он нужен для every: week"]),
    ("{every: day, on: mon, due: 3}", ["21: {S}, on: не сочетается с every: day"]),
    ("{every: week, on: 15, due: 3}", ["21: {S}, on: для every: week нужны дни недели, например [mon, thu]"]),
    ("{every: month, on: mon, due: 3}", ["21: {S}, on: для every: month нужен день, например 15, или last-working-day"]),
    ("{every: week, on: [mno], due: 3}", ["21: {S}, on: нет дня недели «mno» (может быть, mon?). Есть: mon, tue, wed, thu, fri, sat, sun"]),
    ("{every: week, on: [mon, mon], due: 3}", ["21: {S}, on: день назван дважды"]),
    ("{every: month, on: 32, due: 3}", ["21: {S}, on: день месяца: от 1 до 31"]),
    ("{every: month, on: 1, due: 3, months: [13]}", ["21: 2.10 Клуб, months № 1: не больше 12"]),
    ("{every: month, on: 1, due: 3, months: [1, 1]}", ["21: {S}, months: месяц назван дважды"]),
    ("{every: quarter, on: 1, due: 3, months: [1]}", ["21: {S}, months: не сочетается с every: quarter"]),
    ("{every: month, on: 1}", ["20: {S}: не хватает ключа due: он нужен для every: month"]),
    ("{every: month, on: 1, due: 367}", ["21: {S}, due: не больше 366"]),
    ("{every: month, on: 1, due: three}", ["21: {S}, due: нужно целое число, а здесь текст"]),
    ("{cron: 0 9 * *, due: 3}", ["21: {S}, cron: в выражении cron 5 частей через пробел, а здесь 4"]),
    ("{cron: 0 9 * * 1, due: 3, at: 10:00}", ["21: {S}, at: не сочетается с cron"]),
    ("{every: day, due: 3, at: 25:00}", ["21: {S}, at: нужно время, например 10:30"]),
    ("{every: day, due: 3, at: 18:00}", ["21: {S}, at: 18:00 вне рабочего времени 09:00-18:00"]),
    ("{every: day, due: 3, day_off: skip}", ["21: {S}, day_off: нет правила «skip». Есть: next, previous"]),
    ("{cron: 0 9 30 2 *, due: 3}", ["20: {S}: так не спросят никогда: сверьте с летней паузой и каникулами в calendar.yaml"]),
    ("{every: month, on: 10, months: [7], due: 3}", ["20: {S}: так не спросят никогда: сверьте с летней паузой и каникулами в calendar.yaml"]),
    ("{every: month, on: 1, due: 1}", ["24: {R}, before № 1: за 3 дн. до срока ни один период ещё не открыт"]),
    ("{every: month, on: 1, due: 3, closes: 2}", ["24: {R}, after № 1: через 3 дн. после срока ответы уже не принимаются (closes: 2)"]),
]  # fmt: skip

CALENDAR_FAULTS = [
    ("public_holidays: RU", "public_holidays: RUS2", ["3: public_holidays: нет страны «RUS2» (может быть, RUS?): нужен код, например RU"]),
    ("ends: 18:00", "ends: 09:00", ["2: work, ends: конец 09:00 не позже начала 09:00"]),
    ("thu, fri]", "thu, thu]", ["2: work, days: день назван дважды"]),
    ("[mon, tue, wed, thu, fri]", "[]", ["2: work, days: список пуст: впишите хотя бы одно"]),
    ("date: 2027-02-08", "date: 08.02.2027", ["6: days_off «Сагаалган», date: нужна дата, например 2026-10-05"]),
    ("date: 2027-02-08", "first: 2027-02-08", ["6: days_off «Сагаалган»: нужно либо date, либо first и last"]),
    ("first: 2026-10-26", "first: 2026-11-26", ["9: school_breaks «Каникулы», first: начало 2026-11-26 позже конца 2026-11-03"]),
    ("last: 2026-11-03", "last: 2027-11-03", ["9: school_breaks «Каникулы», last: здесь 374 дн., а можно не больше 120"]),
    ("[2027-02-20]", "[2027-02-20, 2027-02-20]", ["7: extra_work_days № 2: день 2027-02-20 повторяется"]),
    ("year_begins: 09-01\n", "", ["1: не хватает ключа year_begins"]),
    ("first: 07-01, ", "", ["4: summer: не хватает ключа first"]),
]  # fmt: skip

ORGANIZATION_FAULTS = [
    ("code: two", "code: one", ["3: организация «Второй сад», code: «one» повторяется: так же названо № 1"]),
    ("Второй сад", "первая  школа", ["3: организация «первая школа», name: «первая  школа» повторяется: так же названо № 1"]),
    ("types: [garden]", "types: [garden], short: Первая школа", ["3: организация «Второй сад», short: «Первая школа» — так же называется «Первая школа»"]),
    ("types: [garden]", "types: [garden], short: ''", ["3: организация «Второй сад», short: пусто"]),
    ("[garden]", "[gardne]", ["3: организация «Второй сад», types № 1: нет типа организаций «gardne» (может быть, garden?)"]),
    ("[garden]", "[garden, garden]", ["3: организация «Второй сад», types № 2: «garden» повторяется"]),
    ("[garden]", "[]", ["3: организация «Второй сад», types: список пуст: впишите хотя бы одно"]),
    ("[upper]", "[lower]", ["2: организация «Первая школа», tags № 1: нет метки «lower». Есть: upper (Старшие классы)"]),
    ("code: two", "code: Школа-2", ["3: организация «Второй сад», code: нужно имя из знаков a-z, 0-9, - и _, от 1 до 40"]),
    (", types: [garden]", "", ["3: организация «Второй сад»: не хватает ключа types"]),
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
    places = {"S": f"{D}, schedule", "R": f"{D}, remind"}
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
        "directives.yaml:25: 2.10 Клуб, id: «clubs» повторяется: так же названо № 1"
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
        "calendar.yaml:1: не хватает ключа year_begins",
        "calendar.yaml:1: work: нужны ключи со значениями (ключ: значение), а здесь число",
        "directives.yaml:8: 2.10 clubs: не хватает ключа title",
        "directives.yaml:10: 2.10 clubs: лишний ключ titel (может быть, title?)",
        "directives.yaml:12: 2.10 clubs, audience № 2: нет типа организаций «gardn» (может быть, garden?)",
        "directives.yaml:17: 2.10 clubs, поле «done»: не хватает ключа label",
        "directives.yaml:17: 2.10 clubs, поле «done»: лишний ключ lable (может быть, label?)",
        "directives.yaml:19: 2.10 clubs, check № 1: нет поля «plan» (может быть, planned?)",
        "directives.yaml:23: 2.10 clubs, период «Весна», due: срок 04-01 раньше открытия 04-05: "
        "учебный год начинается 09-01",
        "organizations.yaml:1: organizations: список пуст: впишите хотя бы одно",
    ]
    assert caught.value.faults[0] == Fault("calendar.yaml", 1, "", "не хватает ключа year_begins")


def test_days_off_that_join_to_more_than_a_year(faults_of: FaultsOf) -> None:
    """Each is no longer than a summer; with the weekends between them nobody would ever work again."""
    ranges = [
        "{first: 2027-01-01, last: 2027-04-30, title: Зима}",
        "{first: 2027-05-03, last: 2027-08-27, title: Лето}",
        "{first: 2027-08-30, last: 2027-12-24, title: Осень}",
        "{first: 2027-12-20, last: 2028-01-07, title: Праздники}",
    ]
    off = "".join(f"\n  - {each}" for each in ranges)
    spoiled = {"days_off:": f"days_off:{off}", "[2027-02-20]": "[]"}
    [fault] = faults_of("calendar.yaml", spoiled)
    assert fault == "calendar.yaml:9: days_off «Праздники»: с 2026-12-31 дольше 366 дней подряд никто не работает"


def test_one_worked_saturday_in_a_year_of_days_off_is_enough(faults_of: FaultsOf) -> None:
    ranges = "".join(
        f"\n  - {{first: 2027-{first}, last: 2027-{last}, title: Отдых}}"
        for first, last in (("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31"))
    )
    assert faults_of("calendar.yaml", {"days_off:": f"days_off:{ranges}"}) == []


def test_a_day_off_that_is_worked(faults_of: FaultsOf) -> None:
    spoiled = {"date: 2027-02-08": "date: 2027-02-20"}
    said = "в extra_work_days сказано, что в этот день работают"
    assert faults_of("calendar.yaml", spoiled) == [f"calendar.yaml:6: days_off «Сагаалган»: {said}"]
    # One of several is what such a day is for.
    assert faults_of("calendar.yaml", {"date: 2027-02-08": "first: 2027-02-19, last: 2027-02-20"}) == []


def test_a_type_that_there_is_not_offers_those_there_are(faults_of: FaultsOf) -> None:
    there_are = "Есть: school (Школа), garden (Сад)"
    for wrong in ("школа", "schools"):
        [fault] = faults_of("directives.yaml", {"[school, garden]": f"[{wrong}]"})
        assert fault.startswith(f"directives.yaml:12: 2.10 Клуб, audience № 1: нет типа организаций «{wrong}»")
        assert there_are in fault or "может быть, school?" in fault


def test_a_type_of_an_organization_that_there_is_not(faults_of: FaultsOf) -> None:
    there_are = "Есть: school (Школа), garden (Сад)"
    [fault] = faults_of("organizations.yaml", {"[garden]": "[Детский сад]"})
    assert (
        fault
        == f"organizations.yaml:3: организация «Второй сад», types № 1: нет типа организаций «Детский сад». {there_are}"
    )


def test_a_number_without_quotes_still_names_the_directive(faults_of: FaultsOf) -> None:
    [fault] = faults_of("directives.yaml", {'"2.10"': "2.4", "topic: sport": "topic: art"})
    assert fault == "directives.yaml:11: 2.4 Клуб, topic: нет темы «art». Есть: sport (Спорт)"
