"""How a draft of an answer moves from field to field. Pure: each step returns the draft that follows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.domain.directives import form
from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Field, Values
from bot.domain.ledger.obligation import Draft, DraftStep, Obligation, Reply


def begin(person_id: int, obligation: Obligation, newest: Reply | None) -> Draft:
    """A draft at its first field; where an answer has been sent, at the preview of that answer."""
    draft = Draft(
        person_id=person_id,
        obligation_id=obligation.id,
        values=dict(newest.values) if newest else {},
        skipped=(),
        step=DraftStep.FIELDS,
        field=None,
        base_version=obligation.version,
    )
    if newest is not None:
        draft = replace(draft, skipped=_optional_blanks(obligation, draft.values))
    return onward(obligation, draft)


def is_complete(obligation: Obligation, draft: Draft) -> bool:
    """Whether the draft may be sent as its preview shows it."""
    if draft.step is not DraftStep.PREVIEW:
        return False
    if draft.not_ours:
        return True
    directive, key = obligation.round.directive, obligation.round.key
    return not form.missing(directive, key, draft.values) and not form.broken_checks(directive, key, draft.values)


def over_nothing(person_id: int, obligation: Obligation) -> Draft:
    """A draft of somebody who has not seen that there is an answer."""
    return replace(begin(person_id, obligation, None), base_version=0)


def onward(obligation: Obligation, draft: Draft) -> Draft:
    """The draft at its next blank field, or at the preview if there is none."""
    directive, key = obligation.round.directive, obligation.round.key
    values = form.prune(directive, key, draft.values)
    blank = form.next_blank(directive, key, values, draft.skipped)
    return replace(
        draft,
        values=values,
        step=DraftStep.FIELDS if blank else DraftStep.PREVIEW,
        field=blank.id if blank else None,
    )


def checked(obligation: Obligation, draft: Draft) -> Draft:
    """«К проверке»: the draft at its preview, with optional fields left blank that have not been answered; at what is
    missing if anything is."""
    if not form.missing(obligation.round.directive, obligation.round.key, draft.values):
        skipped = dict.fromkeys((*draft.skipped, *_optional_blanks(obligation, draft.values)))
        draft = replace(draft, skipped=tuple(skipped))
    return onward(obligation, draft)


def put(draft: Draft, field: Field, value: object) -> Draft:
    """The draft with that value, still at its field; a value takes «не относится к нам» back."""
    return replace(
        draft,
        values={**draft.values, field.id: value},
        skipped=tuple(field_id for field_id in draft.skipped if field_id != field.id),
        not_ours=None,
    )


def fill(obligation: Obligation, draft: Draft, given: Sequence[tuple[Field, object]]) -> Draft:
    """The draft with values for fields that were asked before it came to where it is; there it stays, unless these
    were what it asks for."""
    filled = draft
    for field, value in given:
        filled = replace(put(filled, field, value), not_ours=draft.not_ours)
    if draft.step is DraftStep.REASON or draft.not_ours is not None:
        return filled
    onto = onward(obligation, filled)
    ids = {field.id for field in form.applicable(obligation.round.directive, obligation.round.key, onto.values)}
    stays = draft.field in ids - {field.id for field, _ in given}
    return replace(filled, values=onto.values) if stays else onto


def toggle(draft: Draft, field: Field, option: str | bool) -> Draft:
    """The draft with an option of a multi-choice added or taken away; options keep the order of the field."""
    chosen = set(draft.values.get(field.id, ()))
    chosen ^= {option}
    if chosen:
        return put(draft, field, [choice for choice in field.options if choice in chosen])
    return clear(draft, field)


def clear(draft: Draft, field: Field) -> Draft:
    """The draft without a value for the field."""
    return replace(draft, values={key: value for key, value in draft.values.items() if key != field.id})


def skip(draft: Draft, field: Field) -> Draft:
    """The draft with an optional field left blank on purpose."""
    return replace(clear(draft, field), skipped=(*draft.skipped, field.id))


def go_to(draft: Draft, field: Field) -> Draft:
    """The draft at that field."""
    return replace(draft, step=DraftStep.FIELDS, field=field.id)


def unchanged(obligation: Obligation, draft: Draft, previous: Values, today: date) -> Draft:
    """«Без изменений»: the draft filled from the previous answer; what does not fit any more is left to ask, and what
    was typed before the press stays."""
    directive, key = obligation.round.directive, obligation.round.key
    values = {**form.carry_over(directive, key, previous, today), **draft.values}
    draft = replace(draft, values=values, not_ours=None, skipped=_optional_blanks(obligation, values))
    return onward(obligation, draft)


def before(directive: Directive, key: str, draft: Draft) -> Field | None:
    """The field that was asked before the present one, None at the first."""
    asked = form.applicable(directive, key, draft.values)
    ids = [field.id for field in asked]
    if draft.field not in ids:
        return None
    position = ids.index(draft.field)
    return asked[position - 1] if position else None


def _optional_blanks(obligation: Obligation, values: Values) -> tuple[str, ...]:
    """Optional fields that were left blank last time, and so are not asked again."""
    asked = form.applicable(obligation.round.directive, obligation.round.key, values)
    return tuple(field.id for field in asked if not field.required and field.id not in values)


def ask_reason(draft: Draft) -> Draft:
    """The draft that waits for the reason of «не относится к нам»."""
    return replace(draft, step=DraftStep.REASON, field=None, not_ours=None)


def give_reason(draft: Draft, reason: str) -> Draft:
    """The draft that says, for that reason, that the directive does not concern the organization."""
    return replace(draft, step=DraftStep.PREVIEW, field=None, not_ours=reason)


def ours(draft: Draft) -> Draft:
    """The draft without «не относится к нам»."""
    return replace(draft, not_ours=None)
