"""The doors of the department's sections; what is behind each is in a module of its own."""

from bot.views.callbacks import Callback, Number


class Panel(Callback, prefix="pn"):
    """The desk's first screen."""


class Digest(Callback, prefix="pd"):
    """Switches the morning digest."""


class Control(Callback, prefix="kr"):
    """Open rounds."""

    page: Number = 0


class Announcements(Callback, prefix="al"):
    """What has been announced."""

    page: Number = 0


class Questions(Callback, prefix="ql"):
    """One-off questions: a new one, templates, those asked."""

    page: Number = 0


class Directives(Callback, prefix="vl"):
    """The directives of the catalog."""

    page: Number = 0


class Roster(Callback, prefix="wl"):
    """Organizations and who sits there."""


class Threads(Callback, prefix="xl"):
    """What people have written to the department."""

    page: Number = 0


class Journal(Callback, prefix="zl"):
    """Who did what, and when."""

    page: Number = 0
