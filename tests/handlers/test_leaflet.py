"""The page for heads comes with the welcome, whichever way somebody has come."""

import pytest

from bot.domain.people.member import Role
from bot.storage.people import invitations
from tests.demo.pictures.leaflet import LEAFLETS
from tests.handlers.registering import apply, id_of
from tests.messengers import chosen
from tests.texts.department import Applications
from tests.texts.example import Organizations, Types
from tests.texts.heads import Registration
from tests.world import Head, World


async def has_the_page(head: Head) -> None:
    """The one about the messenger that it comes by."""
    assert [content for _, content in await head.phone.files()] == [LEAFLETS[chosen()].read_bytes()]
    message = await head.phone.find(Registration.REGISTERED)
    assert message["media"]["name"] == "Памятка руководителю.pdf"
    assert (await head.phone.chat())["keyboard"] is not None


@pytest.mark.both_messengers
async def test_whoever_is_seated_at_once(world: World, head: Head) -> None:
    await head.join(Types.GENERAL, Organizations.SCHOOL)
    await has_the_page(head)


async def test_whoever_is_confirmed(approving: World, admin: Head) -> None:
    head = await apply(approving, "Доржиева Оюна", 501)
    assert await head.phone.files() == []
    await admin.press(Applications.CONFIRM)
    await has_the_page(head)


async def test_whoever_comes_by_a_link(world: World, head: Head) -> None:
    school = await id_of(world, Organizations.SCHOOL)
    token = await world.storage.apply(lambda tx: invitations.create(tx, school, Role.HEAD, None, world.now))
    await head.send(f"/start inv_{token}")
    await head.press(Registration.AGREE)
    await has_the_page(head)
