"""A question that was asked is corrected, ended early, or taken back: what each would do, before it does."""

from bot.domain.desk.question import Question
from bot.domain.ledger.control import Counts
from bot.domain.ledger.obligation import Round
from bot.domain.screen import Button, Screen
from bot.views.callbacks.questions import CloseQuestion, OpenQuestion, Reword, Reworded, TakeBack
from bot.views.callbacks.reports import OfRound
from bot.views.department.panel import back
from bot.views.words import esc, plural, screen

# What heads read where it stood.
CLOSED_FOR_HEADS = "Приём ответов закрыт раньше срока."
TAKEN_BACK_FOR_HEADS = "Управление образования отозвало этот вопрос."

CORRECTED, TOLD = "Текст исправлен.", "Текст исправлен, люди узнают об этом."
CLOSED = "Приём ответов закрыт."
TAKEN_BACK = "Вопрос отозван."
SAME = "Текст тот же: исправлять нечего"
ONCE_MORE = "Тем временем ответов стало больше. Проверьте, пожалуйста, ещё раз"
LOST = "Исправление не сохранилось. Напишите его, пожалуйста, ещё раз"


def ask_words(question: Question, question_id: int) -> Screen:
    """Asks for the whole text as it should be."""
    return screen(
        "<b>Как должно быть?</b>",
        f"<blockquote>{esc(question.text)}</blockquote>",
        "Напишите весь текст заново. Что ответить — останется как есть.",
        rows=[_away(question_id)],
    )


def confirm_words(before: Question, after: Question, question_id: int, answered: int, people: int) -> Screen:
    """Shows the change, and asks whether people are to hear of it; `people`: how many have the question."""
    kept = ["", f"Уже ответили: {answered}. Ответы сохранятся."] if answered else []
    tell = Button(f"Исправить и сообщить: {people}", Reworded(question=question_id, tell=True).pack(), style="success")
    return screen(
        "<b>Исправить текст?</b>",
        f"Было: <s>{esc(before.text)}</s>",
        f"Станет: {esc(after.text)}",
        *kept,
        rows=[
            [tell] if people else [],
            [Button("Исправить без сообщения", Reworded(question=question_id, tell=False).pack())],
            [Button("Написать иначе", Reword(question=question_id).pack())],
            _away(question_id),
        ],
    )


def close(round_: Round, question_id: int, counts: Counts) -> Screen:
    """Asks before it ends; who is late stays so."""
    in_time = counts.owing - counts.late
    lines = [f"Ответили {counts.done} из {counts.asked}. Изменить ответ будет нельзя."]
    if in_time:
        lines.append(f"Ответа больше не ждём: {_organizations(in_time)}.")
    if counts.overdue:
        lines.append(f"Останутся не ответившими в срок: {_organizations(counts.overdue)}.")
    if unmended := counts.late - counts.overdue:
        lines.append(f"Останутся на доработке: {_organizations(unmended)}.")
    sure = Button("Закрыть приём", CloseQuestion(question=question_id, sure=True).pack(), style="danger")
    return screen(
        "<b>Закрыть приём ответов?</b>", esc(round_.directive.title), "", *lines, rows=[[sure], _away(question_id)]
    )


def take_back(round_: Round, question_id: int, answers: int) -> Screen:
    """Asks before it is taken back from everybody; `answers` are to be had as a table before."""
    lost = [f"Уже ответили: {answers}. Из отчётов эти ответы пропадут."] if answers else []
    sure = TakeBack(question=question_id, answers=answers, sure=True).pack()
    return screen(
        "<b>Отозвать вопрос?</b>",
        esc(round_.directive.title),
        "",
        "Отвечать будет не нужно никому, из контроля и отчётов он исчезнет. В журнале останется.",
        *lost,
        rows=[
            [Button("Сначала скачать ответы", OfRound(round=round_.id, what="w").pack())] if answers else [],
            [Button("Отозвать", sure, style="danger")],
            _away(question_id),
        ],
    )


def _away(question_id: int) -> list[Button]:
    return back(OpenQuestion(question=question_id).pack())


def _organizations(count: int) -> str:
    return plural(count, "организация", "организации", "организаций")
