"""Directives that were sent as a file: the three ways to write them, and what becomes of them in another catalog."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.catalog import sent
from bot.catalog.faults import CatalogError
from bot.catalog.loader import Files, compiled, load, read
from bot.domain.catalog.catalog import Catalog
from tests.catalog.small import CALENDAR, DIRECTIVES, NOW, ORGANIZATIONS, ZONE, load_here

ONE = """\
id: choir
number: "3.1"
title: Хор
topic: sport
audience: ["school:upper"]
text: Создать хор
prompt: Просим сообщить
fields:
  - {id: club, kind: choice, label: Хор, options: [Да, Нет]}
schedule: {every: month, on: 5, due: 7}
"""


def listed(*items: str) -> str:
    return "".join(f"- {item.rstrip().replace(chr(10), chr(10) + '  ')}\n" for item in items)


WAYS = (ONE, listed(ONE), f"directives:\n{listed(ONE)}", f"tags: {{}}\ndirectives:\n{listed(ONE)}")


@pytest.mark.parametrize("text", WAYS)
def test_three_ways_to_write_one(catalog: Catalog, text: str) -> None:
    (directive,) = sent.read(text.encode(), "хор.yaml", catalog, NOW)
    assert (directive.id, directive.title, directive.audience[0].tags) == ("choir", "Хор", ("upper",))


def test_the_whole_file_of_directives_is_one_too(catalog: Catalog) -> None:
    assert sent.read(DIRECTIVES.encode(), "directives.yaml", catalog, NOW) == tuple(catalog.directives.values())


def test_faults_have_their_lines(catalog: Catalog) -> None:
    spoilt = ONE.replace("choir", "dance").replace("topic: sport", "topic: spotr").replace("on: 5", "on: 32")
    spoilt = listed(ONE, spoilt)
    with pytest.raises(CatalogError) as caught:
        sent.read(spoilt.encode(), "хор.yaml", catalog, NOW)
    assert str(caught.value).splitlines() == [
        "хор.yaml:14: 3.1 Хор, topic: нет темы «spotr» (может быть, sport?)",
        "хор.yaml:20: 3.1 Хор, schedule, on: день месяца: от 1 до 31",
    ]


def test_more_than_anybody_sends(catalog: Catalog) -> None:
    many = listed(*(ONE.replace("choir", f"choir-{number}") for number in range(51)))
    with pytest.raises(CatalogError, match="их 51, а поместится не больше 50"):
        sent.read(many.encode(), "хор.yaml", catalog, NOW)


def test_merged_over_the_files(catalog: Catalog) -> None:
    clubs = ONE.replace("choir", "clubs")
    bodies = {"choir": (both := listed(ONE, clubs)), "clubs": both}
    merged = sent.merge(catalog, bodies, NOW)
    assert [directive.title for directive in merged.catalog.directives.values()] == ["Хор", "Хор"]
    assert list(merged.catalog.directives) == ["clubs", "choir"]
    assert merged.left_out == {}
    # One that does not fit any more is left out, the others are not; an id may be a number.
    number = ONE.replace("choir", "7")
    bodies = {"choir": ONE.replace("topic: sport", "topic: art"), "7": number, "absent": number}
    merged = sent.merge(catalog, bodies, NOW)
    assert list(merged.catalog.directives) == ["clubs", "7"]
    assert [fault.message for fault in merged.left_out["choir"]] == ["нет темы «art». Есть: sport (Спорт)"]
    assert merged.left_out["absent"] == ()


def test_a_catalog_equals_itself_read_again(files: Path) -> None:
    # Otherwise each reading would say that the calendar has changed.
    assert load_here() == load_here()
    other = load_here()
    assert replace(other, source="другой") != load_here()
    (files / "calendar.yaml").write_text(CALENDAR.replace("public_holidays: RU\n", ""), encoding="utf-8")
    assert load_here().calendar != other.calendar


def test_what_was_read_is_told_from_anything_else(files: Path) -> None:
    here = Files(Path("directives.yaml"), Path("calendar.yaml"), Path("organizations.yaml"), ZONE)
    first = read(here, NOW)
    assert first == load(here.directives, here.calendar, here.organizations, ZONE, NOW)
    assert read(here, NOW).written.digest == first.written.digest
    # The same files in another folder say the same.
    (files / "elsewhere").mkdir()
    directives, calendar = (path.rename(files / "elsewhere" / path.name) for path in (here.directives, here.calendar))
    assert read(Files(directives, calendar, here.organizations, ZONE), NOW).written == first.written
    for path in (here.directives, here.calendar):
        (files / "elsewhere" / path.name).rename(path)
    (files / "calendar.yaml").write_text(CALENDAR + "# another byte\n", encoding="utf-8")
    second = read(here, NOW)
    (files / "organizations.yaml").unlink()
    third = read(here, NOW)
    fourth = read(replace(here, zone=ZoneInfo("Europe/Moscow")), NOW)
    assert len({loaded.written.digest for loaded in (first, second, third, fourth)}) == 4


def test_a_catalog_is_made_of_its_text_alone(files: Path) -> None:
    here = load_here()
    for path in files.glob("*.yaml"):
        path.unlink()
    there = compiled(here.written, NOW)
    assert (there, there.written) == (here, here.written)
    # A roster that is written as in another is that one's, unless what it names is gone.
    other = replace(here.written, directives=here.written.directives.replace("title: Клуб\n", "title: Клубы\n"))
    assert compiled(other, NOW, like=here).roster is here.roster
    assert compiled(other, NOW, like=here) == compiled(other, NOW)
    for name, text in (
        ("directives", other.directives),
        ("calendar", other.calendar),
        ("organizations", ORGANIZATIONS),
    ):
        # As some editors save it.
        (files / f"{name}.yaml").write_text(text, encoding="utf-8-sig")
    names = Path("directives.yaml"), Path("calendar.yaml"), Path("organizations.yaml")
    marked = read(Files(*names, ZONE), NOW, like=here)
    assert (marked.roster is here.roster, marked.written) == (True, other)
    moved = replace(here.written, organizations=ORGANIZATIONS.replace("Второй сад", "Третий сад"))
    assert [entry.name for entry in compiled(moved, NOW, like=here).roster] == ["Первая школа", "Третий сад"]
    renamed = replace(here.written, directives=here.written.directives.replace("garden", "kindergarten"))
    with pytest.raises(CatalogError, match="нет типа организаций «garden»"):
        compiled(renamed, NOW, like=here)
    with pytest.raises(CatalogError, match=r"directives\.yaml"):
        compiled(replace(here.written, directives="another: 1"), NOW)
    with pytest.raises(CatalogError, match="нет часового пояса Asia/Nowhere"):
        compiled(replace(here.written, zone="Asia/Nowhere"), NOW)
