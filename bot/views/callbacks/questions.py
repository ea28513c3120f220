"""One-off questions. `field` is the number of a field of the question."""

from typing import Literal

from aiogram.filters.callback_data import CallbackData

from bot.views.callbacks import Number

# What is typed next, beside what a field wants.
Typed = Literal["text", "name", "due"]
# What becomes of a field: `label`, `options` and `unit` are typed, `unitless` takes the unit away.
FieldStep = Literal["label", "options", "unit", "unitless", "required", "fraction", "up", "remove"]


class NewQuestion(CallbackData, prefix="qn"):
    """Begins a question."""


class OpenQuestion(CallbackData, prefix="qc"):
    """A question as it stands: a draft to go on with, a template, or one that was asked."""

    question: Number


class ListQuestions(CallbackData, prefix="qi"):
    """Templates, or questions that were asked."""

    what: Literal["templates", "sent"]
    page: Number = 0


class Write(CallbackData, prefix="qk"):
    """Something of the question is to be typed."""

    question: Number
    what: Typed


class Kinds(CallbackData, prefix="qa"):
    """Which kind of field is to be added."""

    question: Number


class AddField(CallbackData, prefix="qh"):
    """Adds a field of that kind."""

    question: Number
    kind: Literal["yes-no", "whole", "text", "choice", "file"]


class OpenField(CallbackData, prefix="qf"):
    """One field."""

    question: Number
    field: Number


class ChangeField(CallbackData, prefix="qx"):
    """Does something to a field, or has it typed."""

    question: Number
    field: Number
    step: FieldStep


class PickDue(CallbackData, prefix="qd"):
    """Due dates to choose from; `after` sets one: that many days from now, or 3 working days."""

    question: Number
    after: Literal["", "work3", "7", "14"] = ""


class NextReminding(CallbackData, prefix="qr"):
    """The next way of reminding."""

    question: Number


class PickTopic(CallbackData, prefix="qt"):
    """Topics to choose from; with `set` that topic, empty: none."""

    question: Number
    set: bool = False
    topic: str = ""


class ShowSample(CallbackData, prefix="qp"):
    """The question as a head will see it."""

    question: Number


class Sample(CallbackData, prefix="qs"):
    """A button of the sample."""


class Confirm(CallbackData, prefix="qv"):
    """«Отправить»: asks whether it is to be."""

    question: Number


class Ask(CallbackData, prefix="qg"):
    """Asks the question as it stood at that moment, in milliseconds."""

    question: Number
    seen: Number


class KeepTemplate(CallbackData, prefix="qm"):
    """Keeps a question that was asked as a template."""

    question: Number


class CopyQuestion(CallbackData, prefix="qu"):
    """A new draft from a template, or from a question that was asked."""

    question: Number


class RemoveQuestion(CallbackData, prefix="qz"):
    """Removes a draft or a template; asks first unless `sure`."""

    question: Number
    sure: bool = False
