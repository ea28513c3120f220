"""The journal. Its buttons carry what it is narrowed to, so that no screen forgets it."""

from typing import Annotated, Literal

from pydantic import Field

from bot.views.callbacks import Callback, Number

Span = Literal["a", "d", "w", "m"]


class Page(Callback, prefix="zn"):
    """Opens a page of the journal, or what `to` says: a list that narrows it, or its file.

    `by` -1: anybody's, 0: the bot's own; `org` 0: any; `directive`, `action`: its mark; `span`: all, day, week, month.
    """

    page: Number = 0
    by: Annotated[int, Field(ge=-1, le=2**53)] = -1
    org: Number = 0
    directive: str = ""
    action: str = ""
    span: Span = "a"
    to: Literal["", "p", "o", "d", "a", "s", "f"] = ""
    # A page of the list of people, organizations, directives or actions.
    list: Number = 0
