"""The folder of directives: which of its files are read, and in which order."""

import os
from collections.abc import Iterable
from pathlib import Path

from bot.catalog.faults import CatalogError
from bot.catalog.yaml_lines import MAX_BYTES, content
from bot.domain.catalog.faults import Fault
from bot.domain.people.names import natural

SUFFIXES = (".yaml", ".yml")
# A ministry's orders of some years; more files are somebody's disk.
MAX_FILES = 100
# Of the name of a file: it stands on screens.
_LONGEST = 100


def is_folder(path: Path) -> bool:
    """Whether directives are read from the files in it."""
    return os.path.isdir(path)  # noqa: PTH112 - unlike Path.is_dir, it does not raise where a folder may not be entered


def is_read(name: str) -> bool:
    """Whether the file of that name is one of directives; hidden ones and what editors leave behind are not."""
    return name.lower().endswith(SUFFIXES) and not name.startswith((".", "~", "#"))


def misnamed(name: str) -> str:
    """Why a file cannot be called so; empty: it can."""
    if not is_read(name):
        return "файл с таким именем в папке поручений не читается: нужно имя вида 20-приказ.yaml"
    if not name.isprintable() or "/" in name or "\\" in name:
        return "в имени файла есть знаки, которых не видно или которых в нём быть не может: переименуйте его"
    return f"имя файла длиннее {_LONGEST} знаков: переименуйте его" if len(name) > _LONGEST else ""


def in_order(names: Iterable[str]) -> list[str]:
    """The names as they are read: 2.yaml before 10.yaml."""
    return sorted(names, key=lambda name: (natural(name), name))


def contents(folder: Path) -> tuple[dict[str, bytes | None], list[Fault]]:
    """What the files of the folder hold, by name and in order, and what is wrong with those that cannot be read."""
    try:
        names = _names(folder)
    except OSError as error:
        return {}, [Fault(str(folder), None, "", _unlistable(error))]
    if not names:
        return {}, [Fault(str(folder), None, "", "в папке нет файлов с поручениями (.yaml)")]
    if len(names) > MAX_FILES:
        return {}, [Fault(str(folder), None, "", f"в папке больше {MAX_FILES} файлов .yaml: уберите лишние")]
    read: dict[str, bytes | None] = {}
    size = 0
    faults: list[Fault] = []
    for name in names:
        read[name] = None
        wrong = misnamed(name)
        if wrong:
            shown = name.encode("utf-8", "replace").decode()
            faults.append(Fault(str(folder / shown), None, "", wrong))
            continue
        try:
            read[name] = raw = content(folder / name)
        except CatalogError as error:
            faults += error.faults
            continue
        size += len(raw)
        if size > MAX_BYTES:
            return {}, [Fault(str(folder), None, "", f"файлы папки вместе больше {MAX_BYTES // 1_000_000} МБ")]
    return read, faults


def _names(folder: Path) -> list[str]:
    """The names in order; one more than may be at most is enough to know."""
    names = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if is_read(entry.name):
                names.append(entry.name)
                if len(names) > MAX_FILES:
                    break
    return in_order(names)


def _unlistable(error: OSError) -> str:
    match error:
        case PermissionError():
            return "нет прав на чтение папки"
        case FileNotFoundError():
            return "папки нет"
        case _:
            return f"папка не читается: {error.strerror or error}"
