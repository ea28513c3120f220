"""What holds for every screen."""

from bot.domain.screen import Button
from bot.views.words import screen


def test_no_two_buttons_of_a_screen_look_the_same_and_do_different_things() -> None:
    rows = [[Button("Лицей", "a"), Button("Лицей", "b")], [Button("Лицей", "a"), Button("Лицей (2)", "c")], []]
    shown = screen("Кому?", rows=rows).rows
    assert [[button.text for button in row] for row in shown] == [["Лицей", "Лицей (3)"], ["Лицей", "Лицей (2)"]]
    assert [[button.data for button in row] for row in shown] == [["a", "b"], ["a", "c"]]
    # An option of 60 characters stays as it is.
    long = "я" * 60
    assert [row[0].text for row in screen("?", rows=[[Button(long, "a")], [Button(long, "b")]]).rows] == [
        long,
        f"{long} (2)",
    ]
