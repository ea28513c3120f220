"""The person a letter is to; None: they may not have it any more, or not now."""

from datetime import datetime

from bot.domain.desk.announcement import Announcement
from bot.domain.letter import Letter
from bot.domain.people.member import Person
from bot.storage.desk import matters
from bot.storage.engine.database import Tx
from bot.storage.people import people


async def listening(tx: Tx, letter: Letter, now: datetime) -> Person | None:
    """Somebody who is not on vacation and has not stopped the messages."""
    person = await people.get(tx, letter.person_id)
    return None if person is None or person.is_quiet(now) else person


async def staff(tx: Tx, letter: Letter) -> Person | None:
    """Somebody of the department."""
    person = await people.get(tx, letter.person_id)
    return person if person is not None and person.is_staff else None


async def curator(tx: Tx, letter: Letter) -> Person | None:
    """Somebody who may decide."""
    person = await people.get(tx, letter.person_id)
    return person if person is not None and person.may_curate else None


async def announcer(tx: Tx, letter: Letter, announcement: Announcement) -> Person | None:
    """Somebody who may act on that announcement."""
    person = await curator(tx, letter)
    return person if person is not None and await matters.is_theirs(tx, announcement, person) else None


async def manager(tx: Tx, letter: Letter) -> Person | None:
    """Somebody who says who sits where, at organizations that they manage."""
    person = await people.get(tx, letter.person_id)
    return person if person is not None and person.may_manage else None


async def admin(tx: Tx, letter: Letter) -> Person | None:
    """Somebody who may do everything."""
    person = await people.get(tx, letter.person_id)
    return person if person is not None and person.is_admin else None
