"""A directive survives as text, whatever its schedule and whatever the age of the text."""

import json
from datetime import date, time
from decimal import Decimal

import pytest

from bot.domain.directives.directive import AudiencePart, Directive
from bot.domain.fields.field import Check, Condition, Field, FieldKind
from bot.domain.timing.schedule import (
    Cron,
    Daily,
    Dates,
    DayOff,
    Ladder,
    Monthly,
    Quarterly,
    Rule,
    Schedule,
    Weekly,
    YearDate,
    YearPeriod,
)
from bot.storage.ledger.directives import RULES, digest, dump, restore

RULES_TO_KEEP: list[Rule] = [
    Dates((YearPeriod("a", "Осень", YearDate(10, 5), YearDate(10, 15)),)),
    Daily(3),
    Weekly((1, 4), 3),
    Monthly(15, 3),
    Monthly(None, 3, (9, 12)),
    Quarterly(5, 3),
    Quarterly(None, 3),
    Cron("0 9 * * 1", 3),
]


def directive(rule: Rule) -> Directive:
    return Directive(
        id="clubs",
        number="2.10",
        title="Клуб",
        text="Создать «клуб»",
        topic="sport",
        prompt="Просим <сообщить>",
        audience=(AudiencePart("school", ("upper",)),),
        fields=(
            Field("open", FieldKind.YES_NO, "Открыт"),
            Field("club", FieldKind.CHOICE, "Клуб", options=("Да", "true"), only_if=Condition("open", (True,))),
            Field("share", FieldKind.DECIMAL, "Доля", min=Decimal("0.10"), max=Decimal(100), unit="%"),
            Field("day", FieldKind.DATE, "Дата", earliest=date(2026, 9, 1), only_in=("a",)),
            Field("why", FieldKind.TEXT, "Причина", only_if=Condition("club", ("true",))),
        ),
        schedule=Schedule(rule, at=time(9, 30), day_off=DayOff.PREVIOUS, in_summer=True),
        checks=(Check(("share",), ("share",)),),
        reminders=Ladder((), (2,)),
    )


@pytest.mark.parametrize("rule", RULES_TO_KEEP, ids=repr)
def test_round_trip(rule: Rule) -> None:
    kept = directive(rule)
    back = restore(dump(kept))
    assert back == kept
    assert type(back.schedule.rule) is type(rule)
    assert back.field("club").only_if == Condition("open", (True,))
    assert dump(back) == dump(kept)
    assert digest(dump(back)) == digest(dump(kept))


def test_every_rule_has_a_name() -> None:
    assert {type(rule) for rule in RULES_TO_KEEP} == set(RULES.values())


def test_the_text_is_canonical() -> None:
    text = dump(directive(Daily(3)))
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert "Создать «клуб»" in text


def test_the_digest_is_sha_256() -> None:
    assert digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_an_older_text_takes_defaults() -> None:
    data = json.loads(dump(directive(Daily(3))))
    del data["reminders"], data["checks"], data["schedule"]["in_breaks"], data["schedule"]["closes_days"]
    for field in data["fields"]:
        del field["total"], field["max_length"]
    back = restore(json.dumps(data))
    assert back.reminders == Ladder()
    assert back.checks == ()
    assert (back.schedule.closes_days, back.schedule.in_breaks) == (14, True)
    assert back.field("why").max_length == 500


def test_a_newer_text_may_have_more_keys() -> None:
    data = json.loads(dump(directive(Monthly(15, 3))))
    for part in (data, data["fields"][0], data["schedule"], data["schedule"]["rule"], data["audience"][0]):
        part["from_the_future"] = {"a": 1}
    assert restore(json.dumps(data)) == directive(Monthly(15, 3))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "5", '{"schedule": {"rule": {}}}', '{"schedule": {"rule": {"kind": "hourly"}}}', "null"],
)
def test_what_is_no_directive_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        restore(text)
