"""Hands what MAX has told to the intake, with what has to be kept in the same transaction."""

from collections.abc import Awaitable, Callable, Sequence

from bot.delivery.incoming.intake import Intake, is_sound
from bot.delivery.max.door import Door
from bot.delivery.max.events import Told
from bot.storage.engine.database import Tx


async def take(
    intake: Intake, door: Door, all_told: Sequence[Told], also: Callable[[Tx], Awaitable[None]] | None = None
) -> None:
    """Returns when the updates are safe in the inbox. Raises Crowded, DatabaseUnavailable."""
    sound = [each for each in all_told if all(map(is_sound, each.updates))]
    seen = [one for each in sound for one in each.seen]
    updates = [update for each in sound for update in each.updates]
    for update in updates:
        if "edited_message" in update:
            # What was looked up of it to be copied is not true any more.
            door.forget(update["edited_message"])

    async def beside(tx: Tx) -> None:
        # Anybody may take the bot into a group of theirs: of what is said there nothing is kept.
        group = await intake.group(tx) if any(one.where < 0 for one in seen) else None
        await door.names.keep(tx, [one for one in seen if one.where > 0 or one.where == group])
        if also is not None:
            await also(tx)

    # Before handlers hear of them: what they say may be about these.
    door.names.note(seen)
    if updates or also is not None:
        await intake.take(updates, beside)
