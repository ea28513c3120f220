"""Writing to the department, and answering. The list of what was written has its door in `callbacks.department`."""

from bot.views.callbacks import Callback, Number


class Write(Callback, prefix="xw"):
    """«Написать в управление»: about the request of `obligation`, or from `organization`; 0: not said yet."""

    obligation: Number = 0
    organization: Number = 0


class Continue(Callback, prefix="xo"):
    """The person goes on with a thread of theirs."""

    thread: Number


class Cancel(Callback, prefix="xc"):
    """Nothing is written after all; back to the request of `obligation` if it was about one."""

    obligation: Number = 0


class Mine(Callback, prefix="xm"):
    """What the person has written to the department."""

    page: Number = 0


class Own(Callback, prefix="xv"):
    """A thread as its person sees it; `page` 0 is its end."""

    thread: Number
    page: Number = 0


class View(Callback, prefix="xt"):
    """A thread as the department sees it; `page` 0 is its end, `back` the page of the list."""

    thread: Number
    page: Number = 0
    back: Number = 0


class Answer(Callback, prefix="xa"):
    """Somebody of the department answers. `here`: on the screen of the thread, not below its card."""

    thread: Number
    here: bool = False


class Drop(Callback, prefix="xn"):
    """An answer is not written after all. `here` as above."""

    thread: Number
    here: bool = False


class Done(Callback, prefix="xd"):
    """«Не требует ответа». `here` as above."""

    thread: Number
    here: bool = False


class Whole(Callback, prefix="xf"):
    """Sends the message of a note as it was written: its file, or a long text."""

    note: Number
