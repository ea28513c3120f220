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
    """Drops what was to be written; leads back to the request of `obligation` if it was about one."""

    obligation: Number = 0


class Mine(Callback, prefix="xm"):
    """Lists what the person has written to the department."""

    page: Number = 0


class Own(Callback, prefix="xv"):
    """Opens a thread as its person sees it; `page` 0 is its end."""

    thread: Number
    page: Number = 0


class View(Callback, prefix="xt"):
    """Opens a thread as the department sees it; `page` 0 is its end, `back` the page of the list."""

    thread: Number
    page: Number = 0
    back: Number = 0


class Answer(Callback, prefix="xa"):
    """Somebody of the department answers. `here`: on the screen of the thread, not below its card."""

    thread: Number
    here: bool = False


class Drop(Callback, prefix="xn"):
    """Somebody of the department drops an answer. `here` as in `Answer`."""

    thread: Number
    here: bool = False


class Done(Callback, prefix="xd"):
    """«Не требует ответа». `here` as in `Answer`."""

    thread: Number
    here: bool = False


class Whole(Callback, prefix="xf"):
    """Sends the message of a note as it was written: its file, or a long text."""

    note: Number
