"""Control: rounds, their organizations, and what is decided about answers.

`version` is that of the answer that was on the screen; `part` and `page` are the list that the person came from, so
that the way back leads there.
"""

from typing import Literal

from bot.domain.ledger.control import Part
from bot.domain.ledger.obligation import ObligationState
from bot.views.callbacks import Callback, Number

# What more there is to an answer.
Details = Literal["versions", "history", "files"]


class Finished(Callback, prefix="kf"):
    """Lists rounds that have closed."""

    page: Number = 0


class InRound(Callback, prefix="ko"):
    """Opens a round with its organizations."""

    round: Number
    part: Part = Part.ALL
    page: Number = 0


class InTerritory(Callback, prefix="kg"):
    """Lists a round's organizations of one territory, by `bot.domain.ledger.control.key`."""

    round: Number
    territory: str
    part: Part = Part.ALL
    page: Number = 0


class Shares(Callback, prefix="kk"):
    """Shows what share of each territory has answered a round."""

    round: Number
    page: Number = 0


class Answer(Callback, prefix="ka"):
    """Shows what an organization was asked and has answered."""

    obligation: Number
    part: Part = Part.ALL
    page: Number = 0


class OnBehalf(Callback, prefix="ke"):
    """«Ответить за организацию»: opens its form for somebody of the department; `leave`: forgets what was begun."""

    obligation: Number
    leave: bool = False
    part: Part = Part.ALL
    page: Number = 0


class Detail(Callback, prefix="kv"):
    """Shows more about an answer; or sends its files as messages."""

    obligation: Number
    what: Details
    part: Part = Part.ALL
    page: Number = 0


class Accept(Callback, prefix="kc"):
    """«Принять»: the obligation is fulfilled."""

    obligation: Number
    version: Number
    part: Part = Part.ALL
    page: Number = 0


class Return(Callback, prefix="kb"):
    """«Вернуть»: asks for the comment."""

    obligation: Number
    version: Number
    part: Part = Part.ALL
    page: Number = 0


class ReturnDue(Callback, prefix="kt"):
    """Returns the answer with the comment that was typed, due on that day (20261005); 0: as before."""

    obligation: Number
    version: Number
    day: Number
    part: Part = Part.ALL
    page: Number = 0


class Excuse(Callback, prefix="kx"):
    """«Снять с контроля»: asks for the reason unless `sure`."""

    obligation: Number
    version: Number
    sure: bool
    part: Part = Part.ALL
    page: Number = 0


class Withdraw(Callback, prefix="ku"):
    """Takes back the decision that led to `state`."""

    obligation: Number
    state: ObligationState
    part: Part = Part.ALL
    page: Number = 0


class Due(Callback, prefix="km"):
    """Sets another due date for an obligation, or (`obligation` 0) for all that have not answered.

    `day` (20261005) is 0 while it is still to be chosen. Nothing moves before the person is `sure`.
    """

    round: Number
    obligation: Number = 0
    day: Number = 0
    sure: bool = False
    part: Part = Part.ALL
    page: Number = 0


class RemindNow(Callback, prefix="kn"):
    """Reminds those who have not answered; asks first unless `sure`.

    `seen`: when they were last reminded as far as the person knows, in milliseconds since 1970; 0: never.
    """

    round: Number
    seen: Number = 0
    sure: bool = False


class Together(Callback, prefix="kl"):
    """Accepts all that have answered, or excuses all that have not; asks first unless `at` is given.

    `at`: when the person was asked, in milliseconds since 1970; what came later was not seen.
    """

    round: Number
    what: Literal["accept", "excuse"]
    at: Number = 0


class RemindIn(RemindNow, prefix="kh"):
    """The same in one territory; `seen`: when those who owe there were last reminded."""

    territory: str


class TogetherIn(Together, prefix="ki"):
    """The same in one territory."""

    territory: str
