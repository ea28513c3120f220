"""What is proposed to a territory's department: what its organizations have answered to another directive."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.domain.directives import form
from bot.domain.directives.directive import Directive
from bot.domain.fields.field import Field, Summed
from bot.domain.fields.kinds import rules
from bot.domain.ledger.obligation import UNANSWERED, Obligation, ObligationState
from bot.domain.ledger.sums import Gathered, NotGathered
from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger import directives
from bot.storage.ledger.control import by_territory


async def proposed(tx: Tx, obligation: Obligation, staff_types: Collection[str]) -> dict[str, Gathered | NotGathered]:
    """What is proposed, by the fields of the obligation that sum up others; nothing where it is no department of a
    territory.

    It is of the present: from the newest answers of the round for the same period, or else of the newest round.
    """
    summing = {field: field.sums for field in obligation.round.directive.fields if field.sums is not None}
    if not summing or not obligation.territory or obligation.types.isdisjoint(staff_types):
        return {}
    asked = {its: await _asked(tx, obligation, its) for its in {sums.directive for sums in summing.values()}}
    return {field.id: _gathered(field, sums, asked[sums.directive]) for field, sums in summing.items()}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the territory's organizations were asked; `period`: its title, if it is not the obligation's."""

    directive: Directive
    key: str
    period: str
    # The label of each, the state, the version, its values, and why the directive does not concern it.
    rows: Sequence[Any]


async def _asked(tx: Tx, obligation: Obligation, directive_id: str) -> _Asked | None:
    """None: nobody has been asked yet."""
    own = t.rounds.c
    query = (
        sa.select(own.id, own.key, own.period, own.title, t.directive_versions.c.body)
        .join(t.directive_versions, t.directive_versions.c.id == own.directive_version_id)
        .where(own.directive_id == directive_id, own.opened_at.is_not(None), own.opens_at < obligation.closes_at)
        .order_by(sa.case((own.period == obligation.round.period, 0), else_=1), own.opens_at.desc(), own.id.desc())
        .limit(1)
    )
    its = (await tx.execute(query)).first()
    if its is None:
        return None
    newest = t.replies
    answers = (
        sa.select(
            t.organizations.c.label,
            t.obligations.c.state,
            t.obligations.c.version,
            newest.c["values"].label("given"),
            newest.c.not_ours,
        )
        .select_from(
            t.obligations.join(t.organizations, t.organizations.c.id == t.obligations.c.organization_id).outerjoin(
                newest,
                sa.and_(newest.c.obligation_id == t.obligations.c.id, newest.c.version == t.obligations.c.version),
            )
        )
        .where(
            t.obligations.c.round_id == its.id,
            t.obligations.c.organization_id != obligation.organization_id,
            *by_territory.within(obligation.territory),
        )
        .order_by(*t.ORGANIZATIONS_IN_ORDER)
    )
    period = its.title if its.period != obligation.round.period else ""
    return _Asked(directives.restore(its.body), its.key, period, (await tx.execute(answers)).all())


def _gathered(field: Field, sums: Summed, asked: _Asked | None) -> Gathered | NotGathered:
    if asked is None:
        return NotGathered.NOT_OPENED
    if not asked.rows:
        return NotGathered.NOBODY
    summed = next((each for each in asked.directive.fields if each.id == sums.field), None)
    if (
        summed is None
        or summed.kind not in rules(field.kind).gathers
        or (summed.only_in and asked.key not in summed.only_in)
    ):
        return NotGathered.OTHERWISE
    answers: list[tuple[str, Any]] = []
    unanswered, returned, blank, not_ours = (list[str]() for _ in range(4))
    # Of those that were taken off control nothing is wanted.
    for row in (row for row in asked.rows if row.state != ObligationState.EXCUSED):
        if row.state in UNANSWERED:
            # What is sent back does not hold until it is mended.
            (returned if row.version else unanswered).append(row.label)
        elif row.not_ours is not None:
            not_ours.append(row.label)
        elif (value := form.prune(asked.directive, asked.key, row.given).get(summed.id)) is not None:
            answers.append((row.label, value))
        elif summed in form.applicable(asked.directive, asked.key, row.given):
            blank.append(row.label)
    return Gathered(
        summed, tuple(answers), tuple(unanswered), tuple(returned), tuple(blank), tuple(not_ours), asked.period
    )
