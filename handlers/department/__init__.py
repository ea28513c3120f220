"""What the department's people do; a module for each conversation, its screens in bot/views/department."""

from aiogram import Router

from handlers.department import audience, journal, panel, reports, threads
from handlers.department.announcements import announcements, composing
from handlers.department.control import answer, control, entering, extensions, missed, on_behalf, returning, together
from handlers.department.directives import directives, reloading
from handlers.department.people import importing, links, moving, people, registrations, staff
from handlers.department.questions import fields, questions, second_thoughts, terms


def setup() -> Router:
    """The router of the department."""
    router = Router(name="department")
    router.include_routers(
        panel.setup(),
        # Before the conversations that take any message: a YAML file brings directives at any time.
        reloading.setup(),
        directives.setup(),
        journal.setup(),
        audience.setup({"a": composing.AUDIENCE, "q": questions.AUDIENCE}),
        announcements.setup(),
        questions.setup(),
        terms.setup(),
        second_thoughts.setup(),
        fields.setup(),
        control.setup(),
        answer.setup(),
        on_behalf.setup(),
        returning.setup(),
        together.setup(),
        extensions.setup(),
        people.setup(),
        registrations.setup(),
        staff.setup(),
        links.setup(),
        moving.setup(),
        # Before the import: of the tables that come unasked it takes the bot's own.
        entering.setup(),
        importing.setup(),
        missed.setup(),
        threads.setup(),
        reports.setup(),
    )
    return router
