"""What the commands print whose reader is the methodist: `check`, `plan`, `report`, `import-organizations`.

What whoever runs the bot reads (`run`, `backup`, `restore`, settings, logs) is English and stands with each command:
it shares a screen with what make, pip and libraries say, is looked for on the web, and read by scripts.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bot.domain.catalog.catalog import Catalog
from bot.domain.people.messenger import Messenger
from bot.views.words import plain, plural

# What takes long, as its bar is called.
STAGES: Mapping[str, str] = {
    "reading the table": "читаем таблицу",
    "organizations": "организации",
    "organizations that leave": "организации, которых больше нет",
    "requests to them": "запросы к ним",
    "requests": "запросы",
    "rows": "строки",
    "writing the file": "пишем файл",
}

NO_FAULTS = "Ошибок нет."
NOTHING_SERVED = "База данных ещё пуста: первый запущенный бот примет эти файлы."
THESE_SERVED = "Боты работают по этим файлам."
OTHERS_SERVED = (
    "Боты работают не по этим файлам и TIMEZONE: принято другое. Чтобы действовало то, что здесь, пошлите боту /reload;"
    " если файлы здесь устарели, скопируйте сюда принятые с той машины, где их правили."
)
OTHERS_HEAR_OTHERWISE = (
    "У работающих ботов другие WEBHOOK_URL и WEBHOOK_SECRET: с этими бот рядом с ними не запустится. Задайте всем одни"
    " и те же: остановите всех, потом запустите."
)
POLLS_MAX = (
    "WEBHOOK_URL не задан: бот будет опрашивать MAX, а это MAX называет негодным для постоянной работы (docs/max.md)."
)
ENV_IS_OPEN = ".env: его могут читать все на этой машине, а в нём токен и пароли: chmod 600 .env"
NOBODY_TO_ASK = "Ничего не изменилось: спросить некого, это не терминал. Чтобы изменить без вопроса, добавьте --yes."
UNTIL_BEFORE_FROM = "--until не может быть раньше --from."
TOO_LONG = "--until не может быть раньше --from и позже, чем через три года после него."


def no_token(messenger: Messenger) -> str:
    """The bot has none in its messenger."""
    setting = {Messenger.TELEGRAM: "BOT_TOKEN", Messenger.MAX: "MAX_TOKEN"}[messenger]
    return f"{setting} не задан: без него бот спросит о нём при запуске, а без терминала не запустится."


def no_place_for_backups(path: Path, *, is_setting: bool) -> str:
    """A file stands where the folder of backups should be."""
    what = "укажите в BACKUPS_FOLDER папку" if is_setting else "переименуйте его"
    return f"Резервные копии хранить негде: {path} — это файл, а не папка; {what}."


def directives_read(file: Path, catalog: Catalog) -> str:
    """What the directives file holds, or the folder of such files, with a line for each source."""
    counts = (
        plural(len(catalog.directives), "поручение", "поручения", "поручений"),
        plural(len(catalog.types), "тип организаций", "типа организаций", "типов организаций"),
        plural(len(catalog.topics), "тема", "темы", "тем"),
    )
    return "\n".join([f"{file}: {', '.join(counts)}", *_sources_read(file, catalog)])


def _sources_read(folder: Path, catalog: Catalog) -> list[str]:
    own = Counter(directive.source for directive in catalog.directives.values())
    return [
        f"{folder / source.file}: {plural(own[source], 'поручение', 'поручения', 'поручений')} {source.name}"
        for source in catalog.sources
        if source.file
    ]


def organizations_read(file: Path, catalog: Catalog, *, is_there: bool) -> str:
    """What the organizations file holds."""
    if not is_there:
        return f"{file}: файла нет, руководители сами назовут свою организацию"
    return f"{file}: {plural(len(catalog.roster), 'организация', 'организации', 'организаций')}"


def territories_read(file: Path, catalog: Catalog) -> str:
    """Which territories the calendar has, and how many of the roster's organizations are in none."""
    count = plural(len(catalog.territories), "территория", "территории", "территорий")
    without = sum(not entry.territory for entry in catalog.roster)
    return f"{file}: {count}" + (f"; организаций без территории: {without}" if without else "")


def unreadable(file: Path, error: OSError) -> str:
    """The table cannot be opened."""
    return _unusable(file, error, "файла нет", "нет прав на чтение файла", "файл не читается")


def unwritable(file: Path, error: OSError) -> str:
    """The report cannot be put there."""
    return _unusable(file, error, "такой папки нет", "нет прав на запись", "файл не записать")


def _unusable(file: Path, error: OSError, absent: str, denied: str, otherwise: str) -> str:
    match error:
        case FileNotFoundError():
            why = absent
        case IsADirectoryError():
            why = "это папка, а не файл"
        case PermissionError():
            why = denied
        case _:
            why = f"{otherwise}: {error.strerror or error}"
    return f"{file}: {why}"


def not_known_what_is_served(error: str) -> str:
    """The database does not answer."""
    return f"База данных не отвечает, поэтому не видно, по этим ли файлам работают боты: {error}"


def suffix(file: Path, known: Iterable[str]) -> str:
    """The name says nothing of the kind of report."""
    return f"{file}: имя должно кончаться на {' или '.join(known)}"


def type_option(known: Iterable[str]) -> str:
    """--types names no type."""
    return f"--types: можно by-name, {', '.join(known)}"


def renamed_option(pair: str) -> str:
    """--renamed names no pair."""
    return f"--renamed: такой пары нет: {pair}"


def heirs_option(pair: str) -> str:
    """--heirs names an organization that neither leaves nor has left, or an heir that will not be there."""
    return f"--heirs: {pair}: слева — код организации, которая отключается, справа — той, которая остаётся в списке"


def parts_option(pair: str) -> str:
    """--split-off names an organization, or a part of it, that will not be there."""
    return f"--split-off: {pair}: слева — код организации, которая остаётся в списке, справа — выделенной из неё"


def no_directive(directive_id: str, near: Sequence[str]) -> str:
    """--directive names none."""
    return f"Нет поручения {directive_id}. " + (
        f"Может быть, {near[0]}?" if near else "Имена поручений (id) — в файле DIRECTIVES_FILE."
    )


def written(file: Path, caption: str) -> str:
    """What the report holds, a line each, and where it is. The caption is HTML."""
    return "\n".join([*(plain(line) for line in caption.splitlines() if line), f"Файл: {file.resolve()}"])


# What the library says of arguments that cannot be used, and what a methodist reads instead.
_REFUSALS: tuple[tuple[str, str], ...] = (
    (r"the following arguments are required: (.+)", r"не хватает: \1"),
    (r"unrecognized arguments: (.+)", r"лишнее: \1"),
    (r"argument (.+): expected (?:one|at least one) argument", r"после \1 нужно значение"),
    (r"argument (.+): ignored explicit argument .+", r"у \1 не бывает значения"),
    (r"argument (.+): not allowed with argument (.+)", r"\1 и \2 вместе не бывают"),
    (r"argument (.+): invalid choice: .+ \(choose from (.+)\)", r"\1: можно \2"),
    (r"ambiguous option: (.+) could match (.+)", r"\1: непонятно, что из этого: \2"),
    (r"argument (.+?): (.+)", r"\1: \2"),
)


def arguments_refused(usage: str, message: str) -> str:
    """The arguments cannot be used: how the command is called, and what is wrong, which the library has said."""
    told = next(
        (match.expand(words) for refusal, words in _REFUSALS if (match := re.fullmatch(refusal, message, re.DOTALL))),
        message,
    )
    return f"{usage.replace('usage: ', 'Вызов: ', 1)}{told}\n"


def no_date(text: str) -> str:
    """What was given for a day is none."""
    return f"«{text}» — не дата. Например: 2026-10-05"


def no_year(text: str, first: int, last: int) -> str:
    """A slip of the finger in a year."""
    return f"«{text}»: годы бывают от {first} до {last}"


def column_option(text: str) -> str:
    """--column is not understood."""
    return f"«{text}»: нужно name, types, tags или code, знак = и заголовок, например name=Школа"


def no_setting(name: str, near: str | None) -> str:
    """.env has a name that is no setting; it may be another program's."""
    return f".env: настройки {name} нет" + (f" (может быть, {near}?)" if near else "")


def set_twice(name: str) -> str:
    """.env sets it in several lines, differently."""
    return f".env: {name} стоит в нескольких строках по-разному, действует последняя"
