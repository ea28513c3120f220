"""An option is typed by the number that it is shown by: MAX has no room for long ones on buttons, and lists them."""

from bot.delivery.numbered import numbered
from bot.domain.fields.field import Field
from bot.domain.fields.numbers import in_line
from bot.domain.ledger import drafting
from bot.domain.ledger.obligation import Obligation
from bot.domain.people.messenger import messenger_of
from bot.domain.screen import Screen
from bot.domain.text import clean
from bot.views.callbacks import Choose
from bot.views.short import short
from handlers.answering import request_form
from handlers.scene import Scene


async def spelled_out(text: str, scene: Scene, obligation: Obligation, field: Field) -> str:
    """The options of the field whose numbers were typed, each in a line; otherwise the text as it is.

    Where an option begins with such a number itself, nobody knows which is meant.
    """
    chosen = _numbers(text) if field.options else []
    if not chosen or any(option.startswith(str(number)) for number in chosen for option in field.options):
        return text
    # Below what was said of a message that did not fit, the form is shorter: what it lists may be less.
    full, shorter = [
        _options(await _form(scene, obligation, field, brief=brief), chosen, scene, obligation, field)
        for brief in (False, True)
    ]
    return "\n".join(full) if full and full == shorter else text


async def _form(scene: Scene, obligation: Obligation, field: Field, *, brief: bool) -> Screen:
    """The form that asks for the field, be it as long gone as what is edited now."""
    draft = await request_form.draft(scene, obligation)
    if draft.field == field.id:
        return await request_form.screen(scene, obligation, brief=brief)
    return await request_form.screen_of(scene, obligation, drafting.go_to(draft, field), brief=brief)


def _numbers(text: str) -> list[int]:
    """«2», «2)», «1,3», «1 3»."""
    said = clean(text).replace(",", ", ")
    pieces = in_line(said) or [said.rstrip(".)")]
    return [int(piece) for piece in pieces] if all(piece.isdecimal() and len(piece) < 3 for piece in pieces) else []


def _options(form: Screen, chosen: list[int], scene: Scene, obligation: Obligation, field: Field) -> list[str]:
    """The options of these numbers; none if one of them has no option."""
    shown = numbered(form, messenger_of(scene.person.id), short)
    place = obligation.round.directive.fields.index(field)
    named = {
        Choose(obligation=obligation.id, field=place, option=at).pack(): text for at, text in enumerate(field.options)
    }
    options = [named.get(shown.get(number, ""), "") for number in chosen]
    return options if all(options) else []
