"""Several files of directives in a folder: a source each, adopted as a whole or not at all."""

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from bot.catalog import folder, sent
from bot.catalog.faults import CatalogError
from bot.catalog.loader import Files, compiled, load, read
from bot.domain.catalog.catalog import Catalog
from bot.domain.directives.directive import AudiencePart
from bot.domain.directives.source import Source
from tests.catalog.small import CALENDAR, DIRECTIVES, NOW, ORGANIZATIONS, ZONE

SHARED = """\
organization_types:
  school: {title: Школа}
  garden: {title: Сад}
tags: {upper: Старшие классы}
topics: {sport: Спорт}
"""
ORDER = """\
source: {title: приказа министерства, number: "12", date: 2026-09-01}
topics: {art: Искусство}
directives:
  - id: choir
    number: "1"
    title: Хор
    topic: art
    audience: ["school:upper"]
    text: Создать хор
    prompt: Просим сообщить
    fields: [{id: choir, kind: yes-no, label: Есть хор}]
    schedule: {every: month, on: 5, due: 7}
"""
RESOLUTION = DIRECTIVES.replace(SHARED, "")
FOLDER = {"00-shared.yaml": SHARED, "10-resolution.yaml": RESOLUTION, "20-order.yml": ORDER}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder with an office's other files."""
    monkeypatch.chdir(tmp_path)
    Path("calendar.yaml").write_text(CALENDAR, encoding="utf-8")
    Path("organizations.yaml").write_text(ORGANIZATIONS, encoding="utf-8")
    Path("directives").mkdir()
    return tmp_path


def write(files: Mapping[str, str]) -> None:
    for name, text in files.items():
        Path("directives", name).write_text(text, encoding="utf-8")


def load_folder(files: Mapping[str, str] | None = None) -> Catalog:
    write(FOLDER if files is None else files)
    return load(Path("directives"), Path("calendar.yaml"), Path("organizations.yaml"), ZONE, NOW)


def faults(files: Mapping[str, str] | None = None) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        load_folder(files)
    return str(caught.value).splitlines()


def test_each_file_has_its_source() -> None:
    assert RESOLUTION.startswith("source: резолюции\ndirectives:")
    catalog = load_folder()
    resolution = Source("резолюции", file="10-resolution.yaml")
    order = Source("приказа министерства", "12", date(2026, 9, 1), file="20-order.yml")
    assert catalog.sources == (resolution, order)
    assert {key: directive.source for key, directive in catalog.directives.items()} == {
        "clubs": resolution,
        "choir": order,
    }
    assert order.name == "приказа министерства от 01.09.2026 № 12"
    assert catalog.source_of(catalog.directives["choir"]) == order.name
    # What is shared stands in one file, and another may add to it.
    assert list(catalog.types) == ["school", "garden"]
    assert catalog.topics == {"sport": "Спорт", "art": "Искусство"}


def test_a_folder_of_one_file_says_what_the_file_said() -> None:
    Path("directives.yaml").write_text(DIRECTIVES, encoding="utf-8")
    alone = load(Path("directives.yaml"), Path("calendar.yaml"), Path("organizations.yaml"), ZONE, NOW)
    within = load_folder({"directives.yaml": DIRECTIVES})
    assert (within.source, within.types, within.tags, within.topics) == (
        alone.source,
        alone.types,
        alone.tags,
        alone.topics,
    )
    assert alone.written.folder is None
    assert alone.written.directives == DIRECTIVES


def test_whoever_has_the_text_makes_the_same() -> None:
    catalog = load_folder()
    assert catalog.written.folder == FOLDER
    made = compiled(catalog.written, NOW)
    assert made == catalog
    assert made.written.digest == catalog.written.digest


def test_files_go_by_their_names_and_what_editors_leave_is_no_file() -> None:
    names = ["2.yaml", "10.YML", ".hidden.yaml", "2.yaml~", "~$2.yaml", "#2.yaml#", "2.yaml.bak", "readme.md"]
    assert folder.in_order(filter(folder.is_read, reversed(names))) == ["2.yaml", "10.YML"]
    write(dict.fromkeys(names[2:], "{"))
    Path("directives", "notes").mkdir()
    load_folder()


def test_what_is_shared_may_be_said_twice_but_not_otherwise() -> None:
    same = {**FOLDER, "20-order.yml": ORDER.replace("topics: {", "tags: {upper: Старшие классы}\ntopics: {")}
    assert load_folder(same).tags == {"upper": "Старшие классы"}
    otherwise = {**FOLDER, "20-order.yml": ORDER.replace("topics: {", "topics:\n  sport: Физкультура\n  art: И\nx: {")}
    assert faults(otherwise) == [
        "directives/20-order.yml:3: тема sport: тема «sport» уже есть и записана иначе: 00-shared.yaml, строка 5",
        "directives/20-order.yml:5: лишний ключ x",
    ]


def test_an_id_and_a_source_are_there_once() -> None:
    twice = RESOLUTION.replace("source: резолюции", "source: Резолюции  ")
    assert faults({**FOLDER, "30.yaml": twice}) == [
        "directives/30.yaml:1: source: так же назван источник в другом файле; впишите дату и номер документа: "
        "10-resolution.yaml, строка 1",
        "directives/30.yaml:3: 2.10 Клуб, id: id «clubs» уже есть в другом файле: 10-resolution.yaml, строка 3",
    ]
    # Orders of one ministry are told apart by number and date.
    other = ORDER.replace('"12"', '"13"').replace("choir", "band")
    assert len(load_folder({**FOLDER, "30.yaml": other}).sources) == 3


def test_one_broken_file_of_three() -> None:
    assert faults({**FOLDER, "00-shared.yaml": "topics: [", "20-order.yml": ORDER.replace("yes-no", "yes")}) == [
        "directives/00-shared.yaml:1: скобка [ не закрыта",
        "directives/20-order.yml:11: 1 Хор, поле «Есть хор», kind: нет вида «yes» (может быть, yes-no?). Есть: choice, "
        "multi-choice, yes-no, whole, decimal, date, text, link, file",
    ]
    # What it would have declared is not held against the others; what any of them lacks is.
    assert faults({**FOLDER, "20-order.yml": ORDER.replace("topic: art", "topic: arts")}) == [
        "directives/20-order.yml:7: 1 Хор, topic: нет темы «arts» (может быть, art?)"
    ]


def test_a_source_and_its_directives_go_together() -> None:
    assert faults({**FOLDER, "20-order.yml": ORDER.partition("\n")[2], "30.yaml": "source: письма\n"}) == [
        "directives/20-order.yml:1: не хватает ключа source: у каждого файла с поручениями свой источник",
        "directives/30.yaml:1: не хватает ключа directives: у источника нет поручений",
    ]


def test_a_source_may_be_for_some_territories_alone() -> None:
    order = ORDER.replace("2026-09-01}", "2026-09-01, territories: [north]}")
    told = "нет территории «north»: их перечисляют в calendar.yaml (territories)"
    assert faults({**FOLDER, "20-order.yml": order}) == [f"directives/20-order.yml:1: source, territories № 1: {told}"]
    territories = "territories: {north: {name: Северный район}, south: {name: Южный район}}\n"
    Path("calendar.yaml").write_text(CALENDAR + territories, encoding="utf-8")
    catalog = load_folder({**FOLDER, "20-order.yml": order})
    assert catalog.directives["choir"].audience == (AudiencePart("school", ("upper",), ("north",)),)
    assert catalog.directives["clubs"].audience == (AudiencePart("school"), AudiencePart("garden"))
    assert compiled(catalog.written, NOW) == catalog
    # Also where there is but one file, and a directive of it is sent alone.
    alone = DIRECTIVES.replace("source: резолюции", "source: {title: резолюции, territories: [south]}")
    Path("directives.yaml").write_text(alone, encoding="utf-8")
    one = load(Path("directives.yaml"), Path("calendar.yaml"), Path("organizations.yaml"), ZONE, NOW)
    south = (AudiencePart("school", (), ("south",)), AudiencePart("garden", (), ("south",)))
    assert one.directives["clubs"].audience == south
    (sent_alone,) = sent.read(RESOLUTION.partition("\n")[2].encode(), "clubs.yaml", one, NOW)
    assert sent_alone.audience == south
    # Who is asked elsewhere alone would be asked nothing.
    away = RESOLUTION.partition("\n")[2].replace("[school, garden]", "[school@north, garden]")
    with pytest.raises(CatalogError, match="audience № 1: документ — только для территорий south"):
        sent.read(away.encode(), "clubs.yaml", one, NOW)
    [found] = faults({**FOLDER, "20-order.yml": order.replace("school:upper", "school:upper@south")})
    assert found.endswith("audience № 1: документ — только для территорий north")
    twice = ORDER.replace("2026-09-01}", "2026-09-01, territories: [north, north, notrh]}")
    assert faults({**FOLDER, "20-order.yml": twice}) == [
        "directives/20-order.yml:1: source, territories № 2: «north» повторяется",
        "directives/20-order.yml:1: source, territories № 3: нет территории «notrh» (может быть, north?)",
    ]


def test_what_nobody_says() -> None:
    order = ORDER.replace("topics:", "tags: {upper: Старшие классы}\ntopics:")
    assert faults({"20-order.yml": order}) == ["directives: ни в одном файле папки нет ключа organization_types"]


def test_faults_of_the_folder() -> None:
    assert faults({}) == ["directives: в папке нет файлов с поручениями (.yaml)"]
    many = {f"{number}.yaml": "{}" for number in range(101)}
    assert faults(many) == ["directives: в папке больше 100 файлов .yaml: уберите лишние"]
    for name in many:
        Path("directives", name).unlink()
    assert faults({f"{number}.yaml": "#" * 3_000_000 for number in range(2)}) == [
        "directives: файлы папки вместе больше 5 МБ"
    ]


def test_links_are_followed_and_what_is_no_file_is_told() -> None:
    # So are files handed to a container: a link to a hidden folder.
    Path("directives", "..data").mkdir()
    Path("directives", "..data", "x").write_text(ORDER, encoding="utf-8")
    Path("directives", "20-order.yml").symlink_to("..data/x")
    shared = {name: text for name, text in FOLDER.items() if name != "20-order.yml"}
    assert len(load_folder(shared).sources) == 2
    Path("directives", "30.yaml").symlink_to("nowhere")
    Path("directives", "40.yaml").symlink_to("40.yaml")
    Path("directives", "50.yaml").mkdir()
    os.mkfifo("directives/60.yaml")
    Path("directives", "70\n.yaml").touch()
    assert faults(shared) == [
        "directives/30.yaml: ссылка ведёт туда, где файла нет",
        "directives/40.yaml: ссылка ведёт туда, где файла нет",
        "directives/50.yaml: это папка, а не файл",
        "directives/60.yaml: это не файл",
        "directives/70",
        ".yaml: в имени файла есть знаки, которых не видно или которых в нём быть не может: переименуйте его",
    ]


def test_a_folder_that_may_not_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    # Whoever runs the tests may be allowed everything.
    monkeypatch.setattr(os, "scandir", denied)
    assert faults() == ["directives: нет прав на чтение папки"]


def test_what_was_read_is_told_from_anything_else() -> None:
    load_folder()
    files = Files(Path("directives"), Path("calendar.yaml"), Path("organizations.yaml"), ZONE)
    first = read(files, NOW)
    assert read(files, NOW, first).roster is first.roster
    Path("directives", "20-order.yml").rename("directives/05-order.yml")
    second = read(files, NOW)
    assert second.written.digest != first.written.digest
    assert list(second.directives) == ["choir", "clubs"]
