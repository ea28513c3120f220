"""Words that the reports share; plain text unless a docstring says HTML."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, tzinfo

from bot.domain.brevity import shortened
from bot.domain.fields.field import Field
from bot.domain.file_names import dated
from bot.domain.ledger.obligation import Round
from bot.domain.ledger.report import Execution, Line, Order
from bot.domain.ledger.standing import Standing
from bot.reports.job import Job
from bot.reports.sections import Part, together
from bot.views import territories
from bot.views.reports import answered
from bot.views.words import esc

# Documents that a caption names: it has 1,024 letters.
_SOURCES = 4
# Letters of the title of a picture.
_HEADLINE = 52
# Where territories live by several clocks.
LOCAL = "время ответов местное"
NOTHING = "За этот период запросов не было."
# Signs of standings, for where there is no room for a word: every font has them, and nobody needs colours to tell them
# apart. What came late has an exclamation mark, in print without colours too.
SIGNS = {
    Standing.OVERDUE: "!",
    Standing.RETURNED: "←",
    Standing.OPEN: "…",
    Standing.SEEN: "…",
    Standing.EXTENDED: "→",
    Standing.ANSWERED_LATE: "+!",
    Standing.ANSWERED: "+",
    Standing.NOT_OURS: "×",
    Standing.ACCEPTED_LATE: "✓!",
    Standing.ACCEPTED: "✓",
    Standing.EXCUSED: "–",
}
# Light tints that the colour-blind can tell apart (after Okabe and Ito); dark text is readable on all of them.
TINTS = {
    Standing.OVERDUE: "#F4B9A3",
    Standing.RETURNED: "#F6D7A0",
    Standing.OPEN: "#FFFFFF",
    Standing.SEEN: "#FFFFFF",
    Standing.EXTENDED: "#F0E9B2",
    Standing.ANSWERED_LATE: "#E3C4DC",
    Standing.ANSWERED: "#BFDDF2",
    Standing.NOT_OURS: "#DDDDDD",
    Standing.ACCEPTED_LATE: "#E3C4DC",
    Standing.ACCEPTED: "#B5E0CE",
    Standing.EXCUSED: "#EEEEEE",
}
# Standings by how much they ask for attention: the worst of several rounds stands for all of them.
WORST_FIRST = tuple(SIGNS)
LEGEND = (
    (Standing.ACCEPTED, "исполнено"),
    (Standing.ACCEPTED_LATE, "исполнено с опозданием"),
    (Standing.ANSWERED, "представлено"),
    (Standing.ANSWERED_LATE, "представлено с опозданием"),
    (Standing.OVERDUE, "просрочено"),
    (Standing.RETURNED, "на доработке"),
    (Standing.OPEN, "срок не наступил"),
    (Standing.EXTENDED, "срок продлён"),
    (Standing.NOT_OURS, "не относится"),
    (Standing.EXCUSED, "снято с контроля"),
)


def worst(standings: Counter[Standing]) -> Standing:
    """The standing that asks for attention most; ValueError without any."""
    return min(standings, key=WORST_FIRST.index)


def short_day(on: date) -> str:
    """«05.10.2026»."""
    return f"{on:%d.%m.%Y}"


def local_day(at: datetime, zone: tzinfo) -> str:
    """«05.10.2026» in that time zone."""
    return short_day(at.astimezone(zone).date())


def moment(at: datetime, zone: tzinfo) -> str:
    """«05.10.2026 09:00» in that time zone."""
    return f"{at.astimezone(zone):%d.%m.%Y %H:%M}"


def period(order: Order) -> str:
    """«с 01.09.2026 по 31.10.2026», «за всё время»."""
    parts = [f"с {short_day(order.first)}"] if order.first else []
    parts += [f"по {short_day(order.last)}"] if order.last else []
    return " ".join(parts) or "за всё время"


def made_on(job: Job) -> str:
    """«по состоянию на 05.10.2026 09:00»."""
    return f"по состоянию на {moment(job.now, job.zone)}"


def whose(job: Job) -> str:
    """«Северный район»: the territories that whoever reads it looks after; empty: all, or there are none."""
    known = job.letterhead.territories
    if not known:
        return ""
    return territories.name(job.only, known) if job.only else territories.listed(job.order.limits.territories, known)


def covered(job: Job) -> str:
    """«Северный район, с 01.09.2026 по 31.10.2026»."""
    return ", ".join(filter(None, (whose(job), period(job.order))))


def about(job: Job) -> str:
    """«Северный район, с 01.09.2026 по 31.10.2026, по состоянию на 05.10.2026 09:00»."""
    return f"{covered(job)}, {made_on(job)}"


def titled(title: str, part: Part) -> str:
    """The title of a picture: the document that it is about, where there are several."""
    return shortened(part.heading, _HEADLINE) or title


def period_title(round_: Round) -> str:
    """The round's title as a heading: «Запрос от 2 ноября 2026», «Октябрь 2026»; empty if it has none."""
    return f"{round_.title[:1].upper()}{round_.title[1:]}"


def continued(title: str) -> str:
    """«Октябрь 2026 (продолжение)»."""
    return f"{title or 'Запрос'} (продолжение)"


def volume(number: int, of: int, first: str, last: str) -> str:
    """«Часть 2 из 5: с «1.1 Санитарные правила» по «2.4 Кадры»»: which sheets a file of several has."""
    inside = f"«{first}»" if first == last else f"с «{first}» по «{last}»"
    return f"Часть {number} из {of}: {inside}"


def heading(field: Field) -> str:
    """The heading of a field's column: «Число участников, чел.»."""
    return f"{field.label}, {field.unit}" if field.unit else field.label


def author(line: Line) -> str:
    """Who gave the answer: «Иванова Мария», «Петрова Анна (управление)»; empty if nobody knows."""
    if not line.entered:
        return line.by_name or ""
    return f"{line.by_name} (управление)" if line.by_name else "Управление"


def names(organizations: list[str], most: int) -> str:
    """«Школа № 1, Школа № 2 и ещё 341»."""
    shown = ", ".join(organizations[:most])
    return f"{shown} и ещё {len(organizations) - most}" if len(organizations) > most else shown


def silence(execution: Execution, reported: list[str], silent: list[str], most: int) -> str:
    """Who has not answered in time: everybody, or the shorter of two lists; empty if there is nobody.

    «Не представил никто», «Не представили: Школа № 1», «Представили: Школа № 2; не представили остальные (11)».
    """
    if not silent:
        return ""
    # Whoever still has time, or has to mend an answer, belongs to neither list.
    others = execution.pending + execution.returned
    if not reported and not others:
        return "Не представил никто"
    if not others and len(reported) < len(silent):
        return f"Представили: {names(reported, most)}; не представили остальные ({len(silent)})"
    return f"Не представили: {names(silent, most)}"


def caption(title: str, job: Job, parts: Iterable[Part]) -> str:
    """The caption of a file; HTML."""
    lines = [f"<b>{esc(title)}</b>"]
    if not job.order.rounds:
        lines.append(f"Период: {period(job.order)}")
    parts = list(parts)
    whole = together(parts)
    apart = [part for part in parts if part.group]
    for part in [*([whole] if whole else []), *(part for part in parts if not part.group)]:
        what = "Разовых вопросов" if part.is_questions else "По поручениям"
        lines.append(f"{'' if job.order.rounds else f'{what}: {part.requests}. '}{answered(part.total)}.")
        if part is whole:
            lines += [_line(its) for its in apart[:_SOURCES]]
            lines += [f"• и ещё источников: {len(apart) - _SOURCES}"] if len(apart) > _SOURCES else []
    return "\n".join(lines)


def _line(part: Part) -> str:
    """What came of one document's directives; HTML."""
    told = answered(part.total)
    return f"• {esc(shortened(part.heading, 80))}: {told[:1].lower()}{told[1:]}"


def present(standings: Iterable[Standing]) -> list[str]:
    """The legend of these standings: «✓ исполнено»."""
    signs = {SIGNS[standing] for standing in standings}
    return [f"{SIGNS[standing]} {text}" for standing, text in LEGEND if SIGNS[standing] in signs]


def file_name(title: str, job: Job, suffix: str) -> str:
    """A name that every system takes, and that Telegram leaves whole: «Свод 01.09.2026-31.10.2026.xlsx»."""
    days = [short_day(day) for day in (job.order.first, job.order.last) if day]
    return dated("-".join(days) or short_day(job.today), title, suffix)
