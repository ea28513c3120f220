"""What the department's people do; a module for each conversation, its screens in bot/views/department."""

from aiogram import Router

from handlers.department import (
    announcements,
    answer,
    audience,
    control,
    directives,
    entering,
    extensions,
    importing,
    journal,
    missed,
    panel,
    people,
    question_fields,
    questions,
    registrations,
    reloading,
    reports,
    returning,
    staff,
    threads,
    together,
)


def setup() -> Router:
    """The router of the department."""
    router = Router(name="department")
    router.include_routers(
        panel.setup(),
        # Before the conversations that take any message: a YAML file is a directive at any time.
        reloading.setup(),
        directives.setup(),
        journal.setup(),
        audience.setup(),
        announcements.setup(),
        questions.setup(),
        question_fields.setup(),
        control.setup(),
        answer.setup(),
        returning.setup(),
        together.setup(),
        extensions.setup(),
        people.setup(),
        registrations.setup(),
        staff.setup(),
        # Before the import: of the tables that come out of the blue it knows the bot's own.
        entering.setup(),
        importing.setup(),
        missed.setup(),
        threads.setup(),
        reports.setup(),
    )
    return router
