"""Control: rounds, their organizations, and what is decided about answers.

`r` is a round, `o` an obligation, `v` the version of the answer that was on the screen; `f` and `p` are the list that
the person came from and its page, so that the way back leads there.
"""

from aiogram.filters.callback_data import CallbackData

from bot.domain.ledger.obligation import ObligationState
from bot.storage.ledger.control import Part
from bot.views.callbacks import Number


class Finished(CallbackData, prefix="kf"):
    """Rounds that have closed."""

    page: Number = 0


class InRound(CallbackData, prefix="ko"):
    """A round with its organizations."""

    r: Number
    f: Part = Part.ALL
    p: Number = 0


class Answer(CallbackData, prefix="ka"):
    """What one organization was asked and has answered."""

    o: Number
    f: Part = Part.ALL
    p: Number = 0


class Detail(CallbackData, prefix="kv"):
    """More about it: versions, history; or its files, sent as messages."""

    o: Number
    what: str
    f: Part = Part.ALL
    p: Number = 0


class Accept(CallbackData, prefix="kc"):
    """«Принять»."""

    o: Number
    v: Number
    f: Part = Part.ALL
    p: Number = 0


class Return(CallbackData, prefix="kb"):
    """«Вернуть»: asks for the comment."""

    o: Number
    v: Number
    f: Part = Part.ALL
    p: Number = 0


class ReturnDue(CallbackData, prefix="kt"):
    """Returns the answer with the comment that was typed, due on that day (20261005); 0: as before."""

    o: Number
    v: Number
    d: Number
    f: Part = Part.ALL
    p: Number = 0


class Excuse(CallbackData, prefix="kx"):
    """«Снять с контроля»: asks for the reason unless `sure`."""

    o: Number
    v: Number
    sure: bool
    f: Part = Part.ALL
    p: Number = 0


class Withdraw(CallbackData, prefix="ku"):
    """Takes the decision back that made it that state."""

    o: Number
    s: ObligationState
    f: Part = Part.ALL
    p: Number = 0


class Due(CallbackData, prefix="km"):
    """Another due date for an obligation, or (`o` 0) for all that have not answered.

    `d` is the day (20261005), 0: it is still to be chosen; asks before it moves anything unless `sure`.
    """

    r: Number
    o: Number = 0
    d: Number = 0
    sure: bool = False
    f: Part = Part.ALL
    p: Number = 0


class RemindNow(CallbackData, prefix="kn"):
    """Reminds those who have not answered: asks first unless `sure`.

    `seen`: when they were last reminded as far as the person knows, in milliseconds since 1970; 0: never.
    """

    r: Number
    seen: Number = 0
    sure: bool = False


class Together(CallbackData, prefix="kl"):
    """Accepts all that have answered, or excuses all that have not: asks first unless `at` is given.

    `at`: when the person was asked, in milliseconds since 1970; what came later was not seen.
    """

    r: Number
    what: str
    at: Number = 0
