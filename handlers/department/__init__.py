"""What the department's people do; a module for each conversation, its screens in bot/views/department."""

from aiogram import Router

from handlers.department import control, missed, panel, registrations


def setup() -> Router:
    """The router of the department."""
    router = Router(name="department")
    router.include_routers(
        panel.setup(),
        control.setup(),
        registrations.setup(),
        missed.setup(),
    )
    return router
