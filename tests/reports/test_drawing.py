"""Names in pictures."""

from bot.reports.drawing import labels

OFFICIAL = "Муниципальное бюджетное дошкольное образовательное учреждение «Детский сад «Ручеёк»"


def test_names_have_two_lines_and_no_two_are_alike() -> None:
    names = [f"{OFFICIAL} села Большое Сосново № {number}" for number in range(1, 40)]
    for drawn in (labels(names, 42), labels(names, 24), labels(["Лицей", "Лицей"], 24)):
        assert len(set(drawn)) == len(drawn)
    assert all(len(line) <= 42 for name in labels(names, 42) for line in name.split("\n"))
    assert all(name.count("\n") < 2 for name in labels(names, 24))
    assert labels(["Школа № 1"], 24) == ["Школа № 1"]
