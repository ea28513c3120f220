"""What a returned workbook says in the columns that the bot fills in: none of it is entered, and whoever typed it is
told.

What stood there when the workbook was made is not kept, so only what it cannot have been is noticed.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.ledger.obligation import Obligation, ObligationState, Reply
from bot.domain.ledger.standing import Standing
from bot.domain.people.names import same


class Own(StrEnum):
    """The columns, by their headings."""

    STATUS = "Статус"
    AT = "Дата ответа"
    BY = "Кто ответил"
    SAID = "Комментарий организации"
    REMARK = "Замечание управления"


@dataclass(frozen=True, slots=True)
class OwnCells:
    """What an organization's row says in these columns; blank ones are missing. `version` as in `SheetRow`."""

    sheet: str
    row: int
    name: str
    obligation_id: int
    version: int
    texts: dict[Own, str]


# How an organization may have stood before it answered, and before a decision about its answer.
_UNANSWERED = frozenset({Standing.OPEN, Standing.SEEN, Standing.EXTENDED, Standing.OVERDUE})
_UNDECIDED = frozenset({Standing.ANSWERED, Standing.ANSWERED_LATE, Standing.NOT_OURS})
_SINCE = {
    ObligationState.OPEN: _UNANSWERED,
    ObligationState.ANSWERED: _UNDECIDED,
    ObligationState.ACCEPTED: frozenset({Standing.ACCEPTED, Standing.ACCEPTED_LATE}),
    ObligationState.RETURNED: frozenset({Standing.RETURNED}),
    ObligationState.EXCUSED: frozenset({Standing.EXCUSED}),
}


def typed(
    rows: Iterable[OwnCells],
    obligations: Mapping[int, Obligation],
    newest: Mapping[int, Reply],
    commented: Collection[int],
    words: Callable[[Standing], str],
) -> list[tuple[OwnCells, list[Own]]]:
    """The rows in whose own columns somebody has typed, and in which.

    `obligations` and `newest` as for `entered.compare`; `commented`: ids of those beside which something was sent;
    `words` says a standing as its cell does.
    """
    found = []
    for row in rows:
        obligation = obligations.get(row.obligation_id)
        # A row that was made of an older answer says how things stood then.
        if obligation is None or obligation.version != row.version:
            continue
        reply = newest.get(row.obligation_id)
        may_stand = {
            Own.STATUS: _may_have_stood(row.texts.get(Own.STATUS, ""), obligation, words),
            Own.AT: reply is not None,
            Own.BY: reply is not None,
            Own.SAID: row.obligation_id in commented or (reply is not None and reply.not_ours is not None),
            Own.REMARK: bool(obligation.comment),
        }
        if columns := [own for own in row.texts if not may_stand[own]]:
            found.append((row, columns))
    return found


def _may_have_stood(text: str, obligation: Obligation, words: Callable[[Standing], str]) -> bool:
    before = _UNDECIDED if obligation.version else _UNANSWERED
    return same(text) in {same(words(each)) for each in before | _SINCE[obligation.state]}
