"""What the journal's file tells beside who did what."""

from zoneinfo import ZoneInfo

import pytest

from bot.views.department.journal_details import Known, numbers, words

KNOWN = Known(
    ZoneInfo("Asia/Irkutsk"),
    {"clubs": "2.1. Спортивные клубы", "ball": "2.2. Мяч"},
    {"general": "Школы", "sport": "Спорт", "north": "Северный район", "": "", "upper": "10–11 классы"},
    {3: "Осень"},
    {12: "октябрь 2026"},
)


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ({"obligation": 12, "version": 2}, "период: октябрь 2026; версия 2"),
        ({"obligation": 13, "version": 2}, "версия 2"),
        (
            {"obligation": 13, "version": 2, "comment": "Нет приказа", "due": "2026-10-22T10:00:00+00:00"},
            "версия 2; «Нет приказа»; до 22.10.2026 18:00",
        ),
        (
            {"due": "2026-10-22T10:00:00+00:00", "was": "2026-10-15T10:00:00+00:00"},
            "до 22.10.2026 18:00; было до 15.10.2026 18:00",
        ),
        ({"was": "Сколько <b>клубов</b>?", "round": 3}, "период: Осень; было: «Сколько клубов?»"),
        ({"was": "МБОУ «Лицей»", "tags": ["upper"], "territory": "north", "short": "Лицей"},
         "метки: 10–11 классы; территория: Северный район; краткое название: Лицей; было: «МБОУ «Лицей»»"),
        ({"tags": [], "territory": "", "short": ""}, "меток нет; территория: нет; краткое название: нет"),
        ({"state": "accepted"}, "ответ был принят"),
        ({"person": 7, "role": "curator", "types": ["general"], "topics": ["sport", "gone"]},
         "куратор; типы: Школы; темы: Спорт, gone"),
        ({"role": "deputy", "person": 7}, "заместитель"),
        ({"until": "2026-10-22"}, "до 22.10.2026"),
        ({"scope": "topic", "value": "sport"}, "тема; Спорт"),
        ({"kind": "execution"}, "справка (Word)"),
        ({"which": "closings"}, "свод по запросу"),
        ({"round": 3, "period": "2026-2027/autumn", "territories": ["", "north"]},
         "территории: остальные, Северный район; период: Осень"),
        ({"answered": 2}, "2 ответа"),
        ({"organizations": 21}, "21 организация"),
        ({"added": ["clubs"], "changed": [], "removed": ["ball", "old"]},
         "новые: 2.1. Спортивные клубы; убраны: 2.2. Мяч, old"),
        ({"heirs": [3, 5], "handed": True}, "запросы переданы"),
        ({"heirs": [3, 5], "handed": False}, ""),
        ({"name": "МБОУ «Лицей»"}, "МБОУ «Лицей»"),
        ({}, ""),
    ],
)  # fmt: skip
def test_what_can_be_said_is_said_in_words(detail: dict[str, object], said: str) -> None:
    assert words(detail, KNOWN) == said


def test_the_rest_are_numbers_for_whoever_looks_into_the_database() -> None:
    detail = {"person": 7, "obligation": 12, "version": 2, "heirs": [3, 5], "round": 4}
    assert numbers(detail) == "obligation 12, heirs 3+5, round 4"
    assert numbers({"round": 3, "period": "2026-2027/autumn"}) == "round 3, period 2026-2027/autumn"
    assert numbers({"person": 7, "comment": "Нет приказа"}) == ""
