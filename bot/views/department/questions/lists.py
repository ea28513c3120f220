"""Lists of one-off questions: drafts, templates, those that were asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.domain.desk.question import Question
from bot.domain.ledger.control import Counts
from bot.domain.screen import Button, Screen
from bot.views.callbacks.department import Questions
from bot.views.callbacks.questions import ListQuestions, NewQuestion, OpenQuestion
from bot.views.department.panel import QUESTIONS, back
from bot.views.words import arrows, button_titles, day, esc, screen

PAGE = 8


@dataclass(frozen=True, slots=True)
class Item:
    """A question in a list, with the organizations that have answered and all that were asked."""

    id: int
    question: Question
    at: datetime
    counts: Counts | None = None


def home(drafts: Sequence[Item], page: int, templates: int, sent: int, zone: tzinfo, note: str = "") -> Screen:
    """Lists drafts, and leads to a new question, templates, and those asked. `note`: what has just happened."""
    shown, turn = _page(drafts, page, lambda to: Questions(page=to).pack())
    lines = [f"ℹ️ {note}.", ""] if note else []
    lines += [f"<b>{QUESTIONS}</b>", "Чтобы спросить, напишите вопрос сюда."]
    if drafts:
        lines += ["", f"Черновики: {len(drafts)}"]
    rows = [
        [Button("Новый вопрос", NewQuestion().pack(), style="primary")],
        *_open(shown, zone, "✏️ "),
        turn,
    ]
    kept = []
    if templates:
        kept.append(Button(f"Шаблоны ({templates})", ListQuestions(what="templates").pack()))
    if sent:
        kept.append(Button(f"Отправленные ({sent})", ListQuestions(what="sent").pack()))
    return screen(*lines, rows=[*rows, kept, back()])


def templates(items: Sequence[Item], page: int, zone: tzinfo) -> Screen:
    """Lists templates, each a tap from its card."""
    shown, turn = _page(items, page, lambda to: ListQuestions(what="templates", page=to).pack())
    lines = ["<b>Шаблоны вопросов</b>"] if items else ["Шаблонов пока нет.", "Их сохраняют из отправленных вопросов."]
    return screen(*lines, rows=[*_open(shown, zone), turn, back(Questions().pack())])


def sent(items: Sequence[Item], page: int, now: datetime, zone: tzinfo) -> Screen:
    """Lists questions that were asked, with how many have answered."""
    shown, turn = _page(items, page, lambda to: ListQuestions(what="sent", page=to).pack())
    lines = ["<b>Отправленные вопросы</b>"] if items else ["Отправленных вопросов пока нет."]
    for item in shown:
        done, total = (item.counts.done, item.counts.asked) if item.counts else (0, 0)
        on = day(item.at.astimezone(zone).date(), now.astimezone(zone).date())
        stands = f"ответили {done} из {total}" if item.counts else "отозван"
        lines += ["", f"<b>{esc(item.question.title)}</b>", f"{on}, {stands}"]
    return screen(*lines, rows=[*_open(shown, zone), turn, back(Questions().pack())])


def _page(items: Sequence[Item], page: int, to: Callable[[int], str]) -> tuple[Sequence[Item], list[Button]]:
    """What stands on the page, the last one if there are fewer, and arrows to its neighbours."""
    pages = max(1, -(-len(items) // PAGE))
    page = min(page, pages - 1)
    return items[page * PAGE : (page + 1) * PAGE], arrows(page, pages, to)


def _open(items: Sequence[Item], zone: tzinfo, mark: str = "") -> list[list[Button]]:
    labels = button_titles(
        [f"{mark}{item.question.title}" for item in items],
        [f"{item.at.astimezone(zone):%d.%m %H:%M}" for item in items],
    )
    return [[Button(label, OpenQuestion(question=item.id).pack())] for label, item in zip(labels, items, strict=True)]
