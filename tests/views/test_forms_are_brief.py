"""A request is read at a glance: every screen of every directive of the data, at every step, counted in words."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.directives import form
from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Check, Field, FieldKind
from bot.domain.fields.kinds import rules
from bot.domain.fields.misfit import Misfit, MisfitReason
from bot.domain.ledger import drafting
from bot.domain.ledger.obligation import Draft, Extension, Obligation, ObligationState, Round
from bot.domain.screen import Screen
from bot.domain.timing.schedule import Dates
from bot.views import common, placing
from bot.views.heads import form as views
from bot.views.heads.card import Card, answer_lines
from bot.views.heads.misfits import broken, explain
from tests.domain.samples import a_directive, a_field
from tests.texts.heads import Form
from tests.world import ZONE, catalog_of, local

# Of the text, without the collapsed quotation; and with the buttons, of which a choice has as many as it has options.
TEXT, WITH_BUTTONS = 45, 45
NOW = local("2026-10-05 10:00")
DIRECTIVES = catalog_of().directives
SCHOOL = "Сосновоозёрская СОШ"
# The largest that a school of the district says.
WORDS = {
    FieldKind.TEXT: "№ 12 от 5 октября",
    FieldKind.LINK: "https://school.ru/page",
    FieldKind.DECIMAL: "12.5",
    FieldKind.DATE: "2026-10-05",
}


def words(screen: Screen) -> tuple[int, int]:
    """Words of the text outside the collapsed quotation, and the same with those on the buttons."""
    text = re.sub(r"<blockquote expandable>.*?</blockquote>", " ", screen.text, flags=re.DOTALL)
    shown = re.sub(r"<[^>]*>", " ", text)
    buttons = " ".join(button.text for row in screen.rows for button in row)
    return count(shown), count(f"{shown} {buttons}")


def count(text: str) -> int:
    return sum(any(map(str.isalnum, word)) for word in text.split())


def periods(directive: Directive) -> list[tuple[str, str]]:
    """Keys and titles of the directive's periods."""
    rule = directive.schedule.rule
    assert isinstance(rule, Dates)
    return [(period.key, period.title) for period in rule.periods]


def a_card(directive: Directive, key: str, title: str) -> Card:
    """A request that came today; it has been answered before, and is not the only one."""
    due = NOW + timedelta(days=10, hours=8)
    opened = Round(1, directive, key, key, title, NOW, due, due + timedelta(days=14), NOW)
    owed = Obligation(1, opened, 1, f"МБОУ «{SCHOOL}»", SCHOOL, ObligationState.OPEN, due, 0)
    return Card(owed, NOW, ZONE, source=catalog_of().source, has_previous=True, others=3)


def answers(field: Field) -> list[Any]:
    """What may be answered: each option, otherwise one value."""
    if field.kind is FieldKind.MULTI_CHOICE:
        return [list(field.options)]
    if options := rules(field.kind).options(field):
        return list(options)
    if field.kind is FieldKind.WHOLE:
        return [int(field.max or 1000)]
    return [WORDS[field.kind]]


def drafts(card: Card, draft: Draft) -> Iterator[Draft]:
    """The draft, and all that may follow it."""
    yield draft
    if draft.field is None:
        return
    field = card.directive.field(draft.field)
    for value in answers(field):
        yield from drafts(card, drafting.onward(card.obligation, drafting.put(draft, field, value)))


def screens(card: Card) -> Iterator[tuple[str, Screen]]:
    """All that somebody may see who fills it in."""
    first = drafting.begin(1, card.obligation, None)
    yield "request", views.request(card)
    yield "reason", views.of_draft(card, drafting.ask_reason(first))
    for draft in drafts(card, first):
        yield f"{draft.step} {draft.field} {draft.values}", views.of_draft(card, draft)
        if draft.field is not None and card.directive.field(draft.field).kind is FieldKind.DATE:
            yield f"calendar {draft.field}", views.of_draft(card, draft, date(2026, 10, 1))


@pytest.mark.parametrize("directive", DIRECTIVES.values(), ids=DIRECTIVES)
def test_no_screen_of_a_form_is_long(directive: Directive) -> None:
    for key, title in periods(directive):
        for what, screen in screens(a_card(directive, key, title)):
            text, with_buttons = words(screen)
            assert text <= TEXT, f"{key}, {what}: {text} words\n{screen.text}"
            if not what.startswith("calendar"):
                assert with_buttons <= WITH_BUTTONS, f"{key}, {what}: {with_buttons} words with buttons\n{screen.text}"


# Why a number alone does not fit.
OF_NUMBERS = (
    MisfitReason.NOT_WHOLE,
    MisfitReason.AMBIGUOUS,
    MisfitReason.UNCLEAR_SIGN,
    MisfitReason.SEVERAL_NUMBERS,
    MisfitReason.SEVERAL_IN_LINE,
    MisfitReason.TOO_MANY_NUMBERS,
    MisfitReason.OTHER_UNIT,
    MisfitReason.UNCLEAR_LABELS,
    MisfitReason.TOO_PRECISE,
)


def refused(card: Card, draft: Draft) -> Iterator[Screen]:
    """What is seen when something was typed that does not fit what the form asks."""
    assert draft.field is not None
    field = card.directive.field(draft.field)
    below = views.of_draft(card, draft, brief=True)
    for reason in MisfitReason:
        if reason in OF_NUMBERS and not rules(field.kind).is_numeric:
            continue
        explained = explain(Misfit(reason, field), card.today, draft.field)
        yield views.noticed(common.misfit(explained), below)
        if reason is MisfitReason.UNREADABLE:
            yield views.noticed(placing.or_elsewhere(common.misfit(explained), 1, card.obligation), below)
    if rules(field.kind).is_numeric:
        yield views.noticed(views.is_it_zero(card.obligation, draft, field), below)


@pytest.mark.parametrize("directive", DIRECTIVES.values(), ids=DIRECTIVES)
def test_nor_is_a_form_with_a_refusal_above_it(directive: Directive) -> None:
    for key, title in periods(directive):
        card = a_card(directive, key, title)
        for draft in drafts(card, drafting.begin(1, card.obligation, None)):
            for screen in refused(card, draft) if draft.field is not None else ():
                assert words(screen)[0] <= TEXT, f"{key}: {words(screen)[0]} words\n{screen.text}"
                # An example is said once.
                assert screen.text.count("05.10.2026") <= 1, screen.text


@pytest.mark.parametrize("directive", DIRECTIVES.values(), ids=DIRECTIVES)
def test_a_correction_and_a_request_for_more_time_fit_too(directive: Directive) -> None:
    for key, title in periods(directive):
        card = a_card(directive, key, title)
        until = NOW + timedelta(days=17)
        asked = Extension(1, 1, 1, "Иванова Мария", NOW, until, "Болезнь", None)
        extended = replace(card, has_previous=False, extension=asked)
        assert words(views.request(extended))[0] <= TEXT


def test_what_is_shown_of_the_answer_above_a_question_is_the_last_that_was_said() -> None:
    card = a_card(DIRECTIVES["olympiad"], "school", "Школьный этап")
    draft = drafting.begin(1, card.obligation, None)
    for number in (10, 20, 30):
        draft = drafting.onward(card.obligation, drafting.put(draft, card.directive.field(draft.field or ""), number))
    text = views.of_draft(card, draft).text
    assert text.partition("</blockquote>")[2].count("класс") == 3
    assert "✅ 5–6 классы: <b>20 чел.</b>\n✅ 7–8 классы: <b>30 чел.</b>\n\n4 из 7. <b>9–11 классы, чел.</b>" in text


def test_a_check_that_does_not_hold_is_a_sentence_with_both_sums() -> None:
    card = a_card(DIRECTIVES["olympiad"], "school", "Школьный этап")
    values = {"g4": 10, "g56": 10, "g78": 10, "g911": 15, "winners": 38, "prize": 40, "other": 0}
    draft = drafting.onward(card.obligation, replace(drafting.begin(1, card.obligation, None), values=values))
    shown = views.of_draft(card, draft)
    assert shown.text.startswith(
        "❗️ Победителей и призёров вместе 78, а участников всего 45. Проверьте числа.\n<b>Олимпиада"
    )
    assert words(shown)[0] <= TEXT
    assert Form.SEND not in [button.text for row in shown.rows for button in row]


def test_every_check_of_the_data_speaks_for_itself() -> None:
    checks = [check for directive in DIRECTIVES.values() for check in directive.checks]
    assert checks
    assert all("{left}" in check.message and "{right}" in check.message for check in checks)


def test_sections_are_counted_and_people_keep_their_unit() -> None:
    directive = DIRECTIVES["school-sports-clubs"]
    card = a_card(directive, "autumn", "Сентябрь")
    values = {"club": "Действует", "registered": False, "members": 120, "sections": 3, "events": 2}
    lines = answer_lines(card, values, None)
    assert "• Секций: <b>3</b>" in lines
    assert "• Занимается обучающихся: <b>120 чел.</b>" in lines
    assert not any("ед." in line for line in lines)
    assert form.broken_checks(directive, "autumn", values) == []


def figures() -> dict[str, tuple[int, int]]:
    """The longest screen of each directive, for looking at: text, and with buttons."""
    return {
        directive.number: max(
            words(screen)
            for key, title in periods(directive)
            for what, screen in screens(a_card(directive, key, title))
            if not what.startswith("calendar")
        )
        for directive in DIRECTIVES.values()
    }


ASKED = "Просим сообщить, сколько автобусов исправно"
BUSES = "Сколько автобусов исправно на 2 ноября?"


def a_question(prompt: str, title: str, *labels: str) -> Card:
    """A question of the department's own, as a head has it."""
    fields = (a_field(FieldKind.WHOLE, f"f{place}") for place in range(1, len(labels) + 1))
    asked = (replace(field, label=label, unit="ед.") for field, label in zip(fields, labels, strict=True))
    directive = replace(a_directive(*asked), number="", text="", prompt=prompt, title=title)
    return a_card(directive, "once", "запрос от 2 ноября 2026")


@pytest.mark.parametrize(
    ("prompt", "title", "label"),
    [
        (BUSES, BUSES, BUSES),
        (f"Уважаемые коллеги!\n{BUSES}", BUSES, BUSES),
        # A title is cut where it is long, a label loses what stands at its end.
        (f"{ASKED}:", "Просим сообщить, сколько автобусов…", ASKED),
        (BUSES, "Автобусы", BUSES),
    ],
)  # fmt: skip
def test_a_question_of_the_department_is_said_once(prompt: str, title: str, label: str) -> None:
    card = a_question(prompt, title, label)
    shown = views.request(card)
    assert shown.text.count("автобусов") == 1
    assert prompt.splitlines()[-1] in re.sub(r"<[^>]*>", "", shown.text)
    assert words(shown)[0] <= 30
    assert "запрос от" not in shown.text
    draft = drafting.onward(
        card.obligation, drafting.put(drafting.begin(1, card.obligation, None), card.directive.fields[0], 3)
    )
    checked = views.of_draft(card, draft).text
    assert ("Ответ: <b>3</b>" in checked) is (title != "Автобусы" or label == prompt)
    assert checked.count("автобусов") <= 1


def test_where_nothing_folds_a_line_is_not_begun_for_a_word() -> None:
    """What is asked has all the room: of the quotation below it no «Поручение…» is left."""
    prompt = "Просим сообщить о кадрах: сколько учителей прошли курсы, какие, и как школа оценивает их пользу в работе."
    directive = replace(a_directive(a_field(FieldKind.WHOLE, "f1")), prompt=prompt, text="развивать кадры")
    card = replace(a_card(directive, "once", "Осень"), folds=False)
    assert f"<blockquote>{prompt} {Form.IN_FULL}</blockquote>" in views.request(card).text
    longer = replace(card.directive, prompt=f"{prompt} Просим ответить и тех, у кого курсов не было.")
    card = replace(a_card(longer, "once", "Осень"), folds=False)
    assert f"<blockquote>{prompt} Просим… {Form.IN_FULL}</blockquote>" in views.request(card).text


def test_a_value_follows_a_question_mark_without_a_colon() -> None:
    card = a_question("Просим сообщить", "Автобусы", BUSES, "Водителей")
    values = {"f1": 3, "f2": 4}
    assert answer_lines(card, values, None) == [f"• {BUSES} <b>3</b>", "• Водителей: <b>4</b>"]
    draft = replace(drafting.begin(1, card.obligation, None), values=values)
    assert [row[0].text for row in views.fields(card, draft).rows][:2] == [f"{BUSES} 3", "Водителей: 4"]
    field = card.directive.fields[0]
    assert explain(Misfit(MisfitReason.SEVERAL_NUMBERS, field), card.today).startswith(f"<b>{BUSES}</b> — нужно одно")


def test_a_question_of_several_fields_names_each() -> None:
    card = a_question(BUSES, BUSES, BUSES, "Водителей")
    assert f"1 из 2. {Form.NUMBER}. Можно сразу с новой строки: Водителей." in views.request(card).text
    first = drafting.begin(1, card.obligation, None)
    second = drafting.onward(card.obligation, drafting.put(first, card.directive.fields[0], 3))
    text = views.of_draft(card, second).text
    assert "<blockquote" not in text
    assert "2 из 2. <b>Водителей</b>" in text


def test_a_title_that_is_the_first_question_is_not_repeated() -> None:
    card = a_card(DIRECTIVES["school-sports-clubs"], "autumn", "Сентябрь")
    text = re.sub(r"<blockquote expandable>.*?</blockquote>", "", views.request(card).text, flags=re.DOTALL)
    assert text.casefold().count("школьный спортивный клуб") == 1
    assert text.endswith("Выберите ответ.")


def test_a_check_that_says_nothing_of_its_own_names_the_fields() -> None:
    fields = [replace(a_field(FieldKind.DECIMAL, each), label=each.upper()) for each in "abcd"]
    values = {"a": "10.5", "b": "2", "c": "1", "d": "0.5"}

    def said(left: str, right: str) -> str:
        check = Check(tuple(left), tuple(right))
        (found,) = form.broken_checks(a_directive(*fields, checks=(check,)), "", values)
        return broken(found)

    assert said("a", "b") == "«A» — 10,5, а «B» — только 2. Проверьте числа."
    assert said("ab", "c") == "«A» и «B» вместе — 12,5, а «C» — только 1. Проверьте числа."
    assert said("a", "bcd") == "«A» — 10,5, а «B», «C» и «D» вместе — только 3,5. Проверьте числа."
