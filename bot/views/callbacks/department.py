"""The doors of the department's sections; what is behind each is in a module of its own."""

from aiogram.filters.callback_data import CallbackData

from bot.views.callbacks import Number


class Panel(CallbackData, prefix="pn"):
    """The desk's first screen."""


class Digest(CallbackData, prefix="pd"):
    """Switches the morning digest."""


class Control(CallbackData, prefix="kr"):
    """Open rounds."""

    page: Number = 0


class Announcements(CallbackData, prefix="al"):
    """What has been announced."""

    page: Number = 0


class Questions(CallbackData, prefix="ql"):
    """One-off questions: a new one, templates, those asked."""

    page: Number = 0


class Directives(CallbackData, prefix="vl"):
    """The directives of the catalog."""

    page: Number = 0


class Roster(CallbackData, prefix="wl"):
    """Organizations and who sits there."""


class Threads(CallbackData, prefix="xl"):
    """What people have written to the department."""

    page: Number = 0


class Journal(CallbackData, prefix="zl"):
    """Who did what, and when."""

    page: Number = 0
