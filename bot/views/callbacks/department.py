"""The doors of the department's sections; a module of its own has what is behind each."""

from bot.views.callbacks import Callback, Number


class Panel(Callback, prefix="pn"):
    """Opens the panel, the department's first screen."""


class Digest(Callback, prefix="pd"):
    """Switches the morning digest."""


class Control(Callback, prefix="kr"):
    """Lists rounds that take answers."""

    page: Number = 0


class Announcements(Callback, prefix="al"):
    """Lists drafts and what has been announced."""

    page: Number = 0


class Questions(Callback, prefix="ql"):
    """Opens the one-off questions: a new one, templates, those asked."""

    page: Number = 0


class Directives(Callback, prefix="vl"):
    """Lists the directives of the catalog."""

    page: Number = 0


class Roster(Callback, prefix="wl"):
    """Opens the organizations and who sits there."""


class Threads(Callback, prefix="xl"):
    """Lists what people have written to the department."""

    page: Number = 0


class Journal(Callback, prefix="zl"):
    """Opens the journal of who did what, and when."""

    page: Number = 0
