"""Writing to the department, and answering. The list of what was written has its door in `callbacks.department`."""

from aiogram.filters.callback_data import CallbackData

from bot.views.callbacks import Number


class Write(CallbackData, prefix="xw"):
    """«Написать в управление»: about request `o`, or from organization `g`; 0: not said yet."""

    o: Number = 0
    g: Number = 0


class Continue(CallbackData, prefix="xo"):
    """The person goes on with a thread of theirs."""

    t: Number


class Cancel(CallbackData, prefix="xc"):
    """Nothing is written after all; back to request `o` if it was about one."""

    o: Number = 0


class Mine(CallbackData, prefix="xm"):
    """What the person has written to the department."""

    page: Number = 0


class Own(CallbackData, prefix="xv"):
    """A thread as its person sees it; `page` 0 is its end."""

    t: Number
    page: Number = 0


class View(CallbackData, prefix="xt"):
    """A thread as the department sees it; `page` 0 is its end, `back` the page of the list."""

    t: Number
    page: Number = 0
    back: Number = 0


class Answer(CallbackData, prefix="xa"):
    """Somebody of the department answers. `here`: on the screen of the thread, not below its card."""

    t: Number
    here: bool = False


class Drop(CallbackData, prefix="xn"):
    """An answer is not written after all. `here` as above."""

    t: Number
    here: bool = False


class Done(CallbackData, prefix="xd"):
    """«Не требует ответа». `here` as above."""

    t: Number
    here: bool = False


class Whole(CallbackData, prefix="xf"):
    """Sends the message of a note as it was written: its file, or a long text."""

    n: Number
