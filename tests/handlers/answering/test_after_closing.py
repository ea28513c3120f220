"""A round that has closed takes nothing, by whatever door it comes."""

from collections.abc import Awaitable, Callable

import pytest
import sqlalchemy as sa

from bot.storage import schema as t
from bot.storage.engine.database import Tx
from bot.storage.ledger import decisions, drafts
from bot.views.callbacks import Choose, Day, Edit, NotOurs, Same, Send, Step
from bot.views.callbacks.extending import Extend
from bot.views.callbacks.placing import ToField, ToRequest
from tests.handlers.answering.ledger import fill, mine
from tests.texts.example import Club
from tests.world import Head, World, local

_ID = 1
# What the ledger holds of the request: answers, what was begun, comments and enclosures, requests for more time.
_TABLES = (t.replies, t.drafts, t.remarks, t.extensions)


async def held(world: World) -> list[object]:
    async with world.storage.read() as tx:
        state = (await tx.execute(sa.select(t.obligations.c.state, t.obligations.c.version))).all()
        # What a draft asks next is no answer.
        told = [
            (row._mapping["obligation_id"], row._mapping.get("values"), row._mapping.get("text"))
            for table in _TABLES
            for row in (await tx.execute(sa.select(table))).all()
        ]
        return [state, told]


async def swiped(head: Head, remark: int, card: int) -> None:
    await head.send("125", reply_to=card)


async def swiped_file(head: Head, remark: int, card: int) -> None:
    await head.send_file("фото.jpg", reply_to=card)


async def typed(head: Head, remark: int, card: int) -> None:
    await head.send("125")


async def comment_edited(head: Head, remark: int, card: int) -> None:
    await head.edit(remark, "Клуб закрыт")


def pressed(*buttons: str) -> Callable[[Head, int, int], Awaitable[None]]:
    async def press(head: Head, remark: int, card: int) -> None:
        for button in buttons:
            await head.callback(button, card)

    return press


async def astray(head: Head, remark: int, card: int) -> None:
    """A message of before finds its place by a button that stood there, or by a forged one."""
    kept = await head.send("Примите, пожалуйста")
    await head.callback(ToRequest(message=kept, obligation=_ID).pack())
    await head.callback(ToField(message=kept, obligation=_ID, field=3).pack())


DOORS = {
    "a swipe": swiped,
    "a file by a swipe": swiped_file,
    "a typed value": typed,
    "an edited comment": comment_edited,
    "a stray message": astray,
    "send": pressed(Send(obligation=_ID, version=0).pack(), Send(obligation=_ID, version=1).pack()),
    "change": pressed(Edit(obligation=_ID).pack(), Choose(obligation=_ID, field=0, option=1).pack()),
    "a day": pressed(Day(obligation=_ID, field=6, day=20261001).pack()),
    "the same": pressed(Same(obligation=_ID).pack()),
    "steps": pressed(
        *(Step(obligation=_ID, field=3, step=step).pack() for step in ("nought", "blank", "skip", "done"))
    ),
    "not ours": pressed(NotOurs(obligation=_ID).pack(), Send(obligation=_ID, version=0).pack()),
    "more time": pressed(*(Extend(obligation=_ID, step=step, day=20261230).pack() for step in ("until", "send"))),
}


@pytest.mark.slow
@pytest.mark.parametrize("filled", [True, False], ids=["filled in", "half"])
async def test_whatever_comes_after_the_closing_changes_nothing(world: World, head: Head, *, filled: bool) -> None:
    await world.at("2026-10-05 09:00")
    remark = await head.send("Клуб переехал в новый зал", reply_to=await head.card(Club.TITLE))
    if filled:
        await fill(head)
    else:
        await head.press(Club.WORKS)
    card = await head.card(Club.TITLE)
    await world.at("2026-12-05 09:00")
    before = await held(world)
    for name, door in DOORS.items():
        await door(head, remark, card)
        assert await held(world) == before, name


async def test_what_was_meant_for_it_does_not_become_the_answer_to_another(world: World, head: Head) -> None:
    await world.at("2026-10-05 09:00")
    await head.press(Club.BEING_MADE)
    await world.at("2026-10-06 09:00")
    ids = await mine(world, head)

    async def later(tx: Tx) -> None:
        await decisions.extend(tx, [ids["tap"]], local("2026-12-01 18:00"), world.catalog.calendar, head.id, world.now)

    await world.storage.apply(later)
    await world.at("2026-10-30 09:00")
    before = await held(world)
    # It was the yes or no of the club's form.
    await head.send("да")
    assert f"Приём ответов по запросу «{Club.TITLE}» завершён." in await head.sees()
    assert await held(world) == before
    # That is said once, and nothing is to be written again.
    await head.press("К запросу «Положение утверждено»")
    assert (await drafts_of(world, head, ids["tap"]))["done"] is True
    await head.send("нет")
    assert (await drafts_of(world, head, ids["tap"]))["done"] is False


async def drafts_of(world: World, head: Head, obligation_id: int) -> dict[str, object]:
    async with world.storage.read() as tx:
        draft = await drafts.get(tx, head.id, obligation_id)
    return dict(draft.values) if draft is not None else {}
