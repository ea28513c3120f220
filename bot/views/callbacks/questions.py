"""One-off questions. `field` is the number of a field of the question."""

from typing import Literal

from bot.views.callbacks import Callback, Number

# What of a question is typed; a field has its own.
Typed = Literal["text", "name", "due"]
# What becomes of a field: some of it is typed, `unitless` takes the unit away.
TypedOfField = Literal["label", "options", "unit"]
AtOnce = Literal["unitless", "required", "fraction", "negative", "up", "remove"]
FieldStep = Literal[TypedOfField, AtOnce]
# Kinds of field that a question can have; the others are for directives alone.
QuestionKind = Literal["yes-no", "whole", "text", "choice", "file"]
# Due dates that are offered: 3 working days from now, or that many days.
# until 15:00 or the end of today, the next working day.
DueChoice = Literal["15", "0", "next", "work3", "7", "14"]


class NewQuestion(Callback, prefix="qn"):
    """Begins a question with its text."""


class OpenQuestion(Callback, prefix="qc"):
    """Opens a question: a draft to go on with, a template, or one that was asked."""

    question: Number


class ListQuestions(Callback, prefix="qi"):
    """Lists templates, or questions that were asked."""

    what: Literal["templates", "sent"]
    page: Number = 0


class Write(Callback, prefix="qk"):
    """Asks for something of the question that is typed."""

    question: Number
    what: Typed


class Kinds(Callback, prefix="qa"):
    """Shows the kinds of field that can be added."""

    question: Number


class AddField(Callback, prefix="qh"):
    """Adds a field of that kind."""

    question: Number
    kind: QuestionKind


class OpenField(Callback, prefix="qf"):
    """Opens a field of the question."""

    question: Number
    field: Number


class ChangeField(Callback, prefix="qx"):
    """Does something to a field, or has it typed."""

    question: Number
    field: Number
    step: FieldStep


class PickDue(Callback, prefix="qd"):
    """Offers due dates; `after` sets one."""

    question: Number
    after: Literal["", DueChoice] = ""


class NextReminding(Callback, prefix="qr"):
    """Goes on to the next way of reminding."""

    question: Number


class More(Callback, prefix="qo"):
    """Shows what is seldom changed of a draft: its text and title, reminders, topic."""

    question: Number


class PickTopic(Callback, prefix="qt"):
    """Offers topics; with `set` chooses one, or none if it is empty."""

    question: Number
    set: bool = False
    topic: str = ""


class ShowSample(Callback, prefix="qp"):
    """Shows the question as a head will see it."""

    question: Number


class Sample(Callback, prefix="qs"):
    """Stands below the sample and does nothing."""


class Confirm(Callback, prefix="qv"):
    """«Отправить»: asks before anything is sent."""

    question: Number


class Ask(Callback, prefix="qg"):
    """Sends the question if it still is as it was `seen`, in milliseconds since 1970."""

    question: Number
    seen: Number


class KeepTemplate(Callback, prefix="qm"):
    """Keeps a question that was asked as a template."""

    question: Number


class Reword(Callback, prefix="qy"):
    """Asks for other words of a question that was asked."""

    question: Number


class Reworded(Callback, prefix="qw"):
    """Gives it the words that were typed and shown; `tell`: whether people hear of it."""

    question: Number
    tell: bool


class CloseQuestion(Callback, prefix="qe"):
    """Ends a question that was asked, now; asks first unless `sure`."""

    question: Number
    sure: bool = False


class TakeBack(Callback, prefix="qj"):
    """Takes a question back from everybody; asks first unless `sure`. `answers`: how many there were on the screen."""

    question: Number
    answers: Number = 0
    sure: bool = False


class CopyQuestion(Callback, prefix="qu"):
    """Makes a new draft from a template, or from a question that was asked."""

    question: Number


class RemoveQuestion(Callback, prefix="qz"):
    """Removes a draft or a template; asks first unless `sure`."""

    question: Number
    sure: bool = False
