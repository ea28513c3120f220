"""Somebody of the department answers for an organization that has phoned, by its own form."""

from dataclasses import replace

from bot.domain.ledger.obligation import Obligation
from bot.domain.screen import Button, Screen
from bot.views.callbacks.control import OnBehalf
from bot.views.callbacks.extending import More
from bot.views.words import fit, official

ENTERED = "Ответ внесён. Руководителю сообщим"
NOT_TAKEN = "Ответ уже принят или снят с контроля. Сначала отмените решение"


def form(obligation: Obligation, shown: Screen) -> Screen:
    """The head's form, with whose answer it is, and without what only a head can do."""
    asks = More(obligation=obligation.id).pack()
    rows = [tuple(button for button in row if button.data != asks) for row in shown.rows]
    leave = Button("‹ Не отвечать", OnBehalf(obligation=obligation.id, leave=True).pack())
    # The form says the short name; whole it is said once.
    name = official(obligation)
    heading = "Ответ за организацию" if name in shown.text else f"Ответ за организацию: {name}"
    text = f"✍️ <b>{heading}</b>\n\n{shown.text}"
    return replace(shown, text=fit(text), rows=(*(row for row in rows if row), (leave,)))
