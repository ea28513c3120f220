"""Buttons as MAX shows them."""

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.max.layout import ADVISED, IN_ROW, ROWS, WORD, arranged, numbered
from bot.delivery.outgoing.attempts import keyboard
from bot.domain.screen import Button
from bot.views.short import LABELS, PAIRS, PHRASES, short
from tests.world import ROOT

# Put together by the views of words that stand elsewhere.
_MADE = frozenset({"Пригласить администратора", "Пригласить наблюдателя", "Напомнить:"})


def _markup(*rows: list[str]) -> dict[str, Any] | None:
    return keyboard(tuple(tuple(Button(label, data=label[:40]) for label in row) for row in rows))


def _labels(rows: list[list[dict[str, Any]]]) -> list[list[str]]:
    return [[button["text"] for button in row] for row in rows]


def test_a_row_is_divided_into_rows_that_have_room() -> None:
    """Of two long labels each has its own row; three short ones may share one."""
    _, rows = arranged(
        "Что?", _markup(["Отправить", "Исправить"], ["Не сейчас, позже", "Да"], ["Да", "Нет", "Не знаю"])
    )
    assert _labels(rows) == [["Отправить", "Исправить"], ["Не сейчас, позже"], ["Да"], ["Да", "Нет"], ["Не знаю"]]


def test_a_grid_stays_a_grid() -> None:
    """Days of a month stand below their weekdays."""
    _, rows = arranged("Когда?", _markup(["Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"]))
    assert [len(row) for row in rows] == [7]


def test_long_names_are_numbered_and_told_above() -> None:
    """A label is what MAX shows of it, no two are alike, and the whole stands in the text; so of one alone."""
    names = ["МБОУ «Средняя школа № 1» <г>", "МБОУ «Средняя школа № 2» <г>", "Лицей"]
    html, rows = arranged("Выберите:", _markup(*([name] for name in names)))
    assert html == "Выберите:\n\n1) МБОУ «Средняя школа № 1» &lt;г&gt;\n2) МБОУ «Средняя школа № 2» &lt;г&gt;"
    labels = [row[0]["text"] for row in rows]
    assert all(len(label) <= ADVISED[1] for label in labels)
    assert len(set(labels)) == len(labels)
    assert [label[:3] for label in labels] == ["1) ", "2) ", "Лиц"]
    assert [row[0]["payload"] for row in rows] == [name[:40] for name in names]
    html, rows = arranged("Выберите:", _markup(["ДС «Ручеёк» с. Большое Сосново"], ["Нет в списке"]))
    assert html == "Выберите:\n\n1) ДС «Ручеёк» с. Большое Сосново"
    assert _labels(rows) == [["1) ДС «Ручеёк» с…"], ["Нет в списке"]]


def test_rows_stay_as_they_are_where_divided_ones_would_be_too_many() -> None:
    """MAX takes thirty."""
    wide = [["Средняя школа", "Начальная школа"]] * 20
    _, rows = arranged("Выберите:", _markup(*wide))
    assert len(rows) == 20 <= ROWS


def test_words_under_the_line_are_buttons_below_the_message() -> None:
    """A press on one is delivered as if it had been typed."""
    words = {"keyboard": [[{"text": "Мои запросы"}, {"text": "Написать"}]], "is_persistent": True}
    _, rows = arranged("Готово", words)
    assert [[(button["text"], button["payload"]) for button in row] for row in rows] == [
        [("Мои запросы", f"{WORD}Мои запросы")],
        [("Написать", f"{WORD}Написать")],
    ]
    assert arranged("Готово", {"remove_keyboard": True}) == ("Готово", [])


def test_a_button_that_opens_no_page_of_the_web_is_left_out() -> None:
    """MAX refuses the whole message for it."""
    rows = ((Button("Сайт", url="https://x.ru"), Button("Чат", url="tg://resolve?domain=x")),)
    _, shown = arranged("Ссылки", keyboard(rows))
    assert _labels(shown) == [["Сайт"]]


def test_a_name_that_two_would_have_is_neithers() -> None:
    """A short name is for whoever is alone with it."""
    _, (alone,) = arranged("Куда?", _markup(["Как у других: Северный район"]), short)
    assert alone[0]["text"] == "Как у других…"
    html, rows = arranged("Куда?", _markup(["Как у других: Северный район"], ["Как у других: Южный район"]), short)
    assert html == "Куда?\n\n1) Как у других: Северный район\n2) Как у других: Южный район"
    assert len({label for (label,) in _labels(rows)}) == 2
    # Nothing but the button says where it leads.
    html, _ = arranged("Куда?", _markup(["К запросу «Школьный спортивный клуб»"]), short)
    assert html == "Куда?\n\n1) К запросу «Школьный спортивный клуб»"


def test_two_that_have_room_by_their_short_names_stay_side_by_side() -> None:
    """A phone has room for few rows."""
    _, rows = arranged("Запрос", _markup(["Таблицей в чате", "Excel"], ["Напомнить", "Продлить срок всем"]), short)
    assert _labels(rows) == [["Таблица", "Excel"], ["Напомнить", "Продлить"]]


def test_what_stood_beside_a_name_says_whose_it_is() -> None:
    """«Напомнить» three times, one below the other, would be anybody's."""
    _, rows = arranged("Где?", _markup(["Кедровский: 2", "Напомнить"], ["Озёрный: 3", "Напомнить (2)"]), short)
    # The first has no room for the word, so none has it.
    assert _labels(rows) == [["Кедровский: 2"], ["🔔 Кедровский"], ["Озёрный: 3"], ["🔔 Озёрный"]]
    _, rows = arranged("Где?", _markup(["Озёрный: 33", "Напомнить"], ["Северный: 2", "Напомнить (2)"]), short)
    assert _labels(rows)[1::2] == [["Напомнить: Озёрный"], ["Напомнить: Северный"]]


def test_pages_are_leafed_through_by_arrows_that_stand_together() -> None:
    """The place among many pages has a row of its own if it finds no room."""
    _, rows = arranged("Школы", _markup(["‹", "2 / 12", "›"], ["«", "‹", "22 / 100", "›", "»"]))
    assert _labels(rows) == [["‹", "2/12", "›"], ["«", "‹", "›", "»"], ["22/100"]]


def test_what_the_text_lists_already_is_not_listed_again() -> None:
    """Labels with numbers of their own keep them."""
    names = ["1. ФГОС среднего общего образования", "2. Школьный спортивный клуб"]
    text = "Напоминаем:\n\n1. ФГОС среднего общего образования · Год\n\n2. Школьный спортивный клуб · Сентябрь"
    html, rows = arranged(text, _markup(*([name] for name in names)))
    assert html == text
    assert [label[:6] for (label,) in _labels(rows)] == ["1. ФГО", "2. Шко"]
    assert all(len(label) <= ADVISED[1] for (label,) in _labels(rows))


def test_what_has_a_number_of_its_own_is_told_by_it() -> None:
    """The list has room for what everybody knows shorter."""
    names = ["9. Корректировка программ · Детский сад «Родничок»", "1.10. Корректировка программ · Лицей"]
    html, rows = arranged("История:", _markup(*([name] for name in names)), short)
    assert html == "История:\n\n" + "\n".join(names)
    assert [label.partition(" ")[0] for (label,) in _labels(rows)] == ["9.", "1.10."]
    assert all(len(label) <= ADVISED[1] for (label,) in _labels(rows))


def _labels_in_views() -> set[str]:
    """What views write on buttons that is always the same."""
    found = set()
    for file in (ROOT / "bot/views").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            first = node.args[0] if isinstance(node, ast.Call) and node.args else None
            if named == "Button" and isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.add(first.value)
    return found


@pytest.mark.slow
def test_every_button_that_is_always_the_same_has_a_name_that_fits() -> None:
    """A new one that is longer than MAX shows wants a shorter one in `bot/views/short.py`."""
    labels = _labels_in_views()
    assert len(labels) > 100
    assert not [label for label in labels if len(short(label, ADVISED[1])) > ADVISED[1]]


def test_every_short_name_fits_and_is_of_something() -> None:
    """None is left of a label that is gone, and no two are alike."""
    said = "\n".join(
        file.read_text(encoding="utf-8") for file in (ROOT / "bot/views").rglob("*.py") if file.stem != "short"
    )
    said += "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "data").glob("*.yaml"))
    assert all(len(brief) <= ADVISED[1] < len(label) for label, brief in LABELS.items())
    assert all(len(brief) <= ADVISED[2] < len(label) for label, brief in PAIRS.items())
    assert not [label for label in (*LABELS, *PAIRS) if label not in said and label not in _MADE]
    assert not [phrase for phrase, _ in PHRASES if phrase not in said and phrase not in _MADE]


@pytest.mark.slow
@given(st.lists(st.lists(st.text("абв ", min_size=1, max_size=40), min_size=1, max_size=7), max_size=22))
def test_any_rows_are_shown(rows: list[list[str]]) -> None:
    """All buttons within what MAX takes, in order but for arrows; labels have room in their row, unless rows would be
    too many."""
    _, shown = arranged("Что?", _markup(*rows))
    payloads = [button["payload"] for row in shown for button in row]
    assert sorted(payloads) == sorted(label[:40] for row in rows for label in row)
    assert len(shown) <= ROWS
    for row in shown:
        assert 1 <= len(row) <= IN_ROW
        if sum(map(len, rows)) <= ROWS:
            assert all(len(button["text"]) <= ADVISED[min(len(row), 4)] for button in row)


def test_what_stands_under_its_number_already_is_not_told_again() -> None:
    """A list has the title by its number and the place below; where another thing has the number, the label is told."""
    text = "Открытые запросы\n\n1. <b>Спортивный клуб</b> · Осень\nЛицей\n2. <b>Спортивный клуб</b> · Осень\nГимназия"
    markup = _markup(
        ["1. Спортивный клуб · Лицей"], ["2. Спортивный клуб · Гимназия"], ["2. Столовая · Гимназия посёлка"]
    )
    html, rows = arranged(text, markup)
    assert html == f"{text}\n\n2. Столовая · Гимназия посёлка"
    assert [row[0]["text"][:3] for row in rows] == ["1. ", "2. ", "2. "]


def test_numbers_lead_to_what_they_stand_before() -> None:
    markup = _markup(["Собственная столовая полного цикла"], ["Нет"], ["Готовую еду привозит поставщик"])
    assert numbered("Что?", markup) == {
        1: "Собственная столовая полного цикла",
        2: "Готовую еду привозит поставщик",
    }
    assert numbered("Что?", _markup(["Да"], ["Нет"])) == numbered("Что?", None) == {}
