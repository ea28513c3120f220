"""A question that heads have got was corrected: what it says now, and that answers are kept."""

from dataclasses import replace

from bot.domain.screen import Button, Screen
from bot.views.callbacks import Open
from bot.views.heads.card import Card, title
from bot.views.words import esc, fit, screen, shorten

# Characters of what was asked before.
_WAS = 500


def asked(form: Screen, was: str) -> Screen:
    """The form, and what it said before."""
    return replace(form, text=fit("\n".join([*_corrected(was), "", form.text])))


def answered(card: Card, was: str) -> Screen:
    """The answer counts; it can be changed."""
    return _without_form(card, was, "Открыть ответ", "", "Ваш ответ сохранён. Если он теперь другой, измените его.")


def aside(card: Card, was: str) -> Screen:
    """Whoever is in the middle of something else opens the form when that is done."""
    return _without_form(card, was, "Открыть запрос")


def _without_form(card: Card, was: str, button: str, *below: str) -> Screen:
    return screen(
        *_corrected(was),
        "",
        *title(card),
        f"Стало: {esc(shorten(card.directive.prompt, _WAS))}",
        *below,
        rows=[[Button(button, Open(obligation=card.obligation.id).pack())]],
    )


def _corrected(was: str) -> list[str]:
    return ["✏️ <b>Управление исправило запрос</b>", f"Было: <s>{esc(shorten(was, _WAS))}</s>"]
