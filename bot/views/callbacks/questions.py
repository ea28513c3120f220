"""One-off questions. `field` is the number of a field of the question."""

from typing import Literal

from bot.views.callbacks import Callback, Number

# What is typed next, beside what a field wants.
Typed = Literal["text", "name", "due"]
# What becomes of a field: `label`, `options` and `unit` are typed, `unitless` takes the unit away.
FieldStep = Literal["label", "options", "unit", "unitless", "required", "fraction", "up", "remove"]


class NewQuestion(Callback, prefix="qn"):
    """Begins a question."""


class OpenQuestion(Callback, prefix="qc"):
    """A question as it stands: a draft to go on with, a template, or one that was asked."""

    question: Number


class ListQuestions(Callback, prefix="qi"):
    """Templates, or questions that were asked."""

    what: Literal["templates", "sent"]
    page: Number = 0


class Write(Callback, prefix="qk"):
    """Something of the question is to be typed."""

    question: Number
    what: Typed


class Kinds(Callback, prefix="qa"):
    """Which kind of field is to be added."""

    question: Number


class AddField(Callback, prefix="qh"):
    """Adds a field of that kind."""

    question: Number
    kind: Literal["yes-no", "whole", "text", "choice", "file"]


class OpenField(Callback, prefix="qf"):
    """One field."""

    question: Number
    field: Number


class ChangeField(Callback, prefix="qx"):
    """Does something to a field, or has it typed."""

    question: Number
    field: Number
    step: FieldStep


class PickDue(Callback, prefix="qd"):
    """Due dates to choose from; `after` sets one: that many days from now, or 3 working days."""

    question: Number
    after: Literal["", "work3", "7", "14"] = ""


class NextReminding(Callback, prefix="qr"):
    """The next way of reminding."""

    question: Number


class PickTopic(Callback, prefix="qt"):
    """Topics to choose from; with `set` that topic, empty: none."""

    question: Number
    set: bool = False
    topic: str = ""


class ShowSample(Callback, prefix="qp"):
    """The question as a head will see it."""

    question: Number


class Sample(Callback, prefix="qs"):
    """A button of the sample."""


class Confirm(Callback, prefix="qv"):
    """«Отправить»: asks whether it is to be."""

    question: Number


class Ask(Callback, prefix="qg"):
    """Asks the question as it stood at that moment, in milliseconds."""

    question: Number
    seen: Number


class KeepTemplate(Callback, prefix="qm"):
    """Keeps a question that was asked as a template."""

    question: Number


class CopyQuestion(Callback, prefix="qu"):
    """A new draft from a template, or from a question that was asked."""

    question: Number


class RemoveQuestion(Callback, prefix="qz"):
    """Removes a draft or a template; asks first unless `sure`."""

    question: Number
    sure: bool = False
