"""Names that are meant to deceive whoever decides: in the cards and lists of administrators."""

import pytest

from bot.domain.text import mixes_alphabets
from tests import messengers
from tests.texts.department import Applications
from tests.texts.example import Organizations, Types
from tests.texts.heads import Registration
from tests.world import Head, World, on_button

UNSEEN = "\u202e\u202d\u202a\u2066\u2067\u2069\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"


async def applies(world: World, name: str, id: int) -> Head:
    """Asks to be the head of the school."""
    person = await world.person(name, id)
    await person.send("/start")
    await person.press(Registration.AGREE, Types.GENERAL, Registration.DONE, Organizations.SCHOOL, Registration.HEAD)
    return person


async def everything(admin: Head) -> str:
    """All that the administrator can read, buttons too."""
    said = await admin.phone.messages()
    return "\n".join([one["text"] + "\n".join(one["buttons"]) for one in said])


async def test_a_name_turns_no_text_round_and_hides_nothing(approving: World, admin: Head) -> None:
    await applies(approving, f"\u202eИва{UNSEEN}нова <b>Мария</b>\u2067", 101)
    await admin.send("/panel")
    await admin.press(f"{Applications.LIST}: 1")
    shown = await everything(admin)
    assert "Иванова <b>Мария</b>" in shown or "Мария</b> Иванова" in shown
    assert not set(UNSEEN) & set(shown)


async def test_two_of_one_name_are_told_apart(approving: World, admin: Head) -> None:
    await applies(approving, "Иванова Мария", 101)
    first = await admin.sees()
    await applies(approving, "Иванова Мари\u200bя", 7_000_000_102)
    second = await admin.sees()
    assert "Мария Иванова" in first
    assert "Мария Иванова" in second
    assert f"Номер в {messengers.chosen().called}: 101" in first
    assert f"Номер в {messengers.chosen().called}: 7000000102" in second
    assert Applications.ALIEN_LETTERS not in first + second
    # A Latin "a" among Russian letters.
    await applies(approving, "Ивaнова Мария", 103)
    assert Applications.ALIEN_LETTERS in await admin.sees()


async def test_an_organization_of_a_look_alike_name_is_pointed_out(approving: World, admin: Head) -> None:
    person = await approving.person("Петров Олег", 104)
    await person.send("/start")
    await person.press(Registration.AGREE, Types.GENERAL, Registration.DONE, Registration.NOT_LISTED)
    await person.send(f"МБОУ «Тихо{UNSEEN}рeченская школа»\u202e")
    # It looks like one that is there, and whoever insists is looked at.
    assert on_button(Organizations.SCHOOL) in await person.buttons()
    await person.press(Registration.NOT_MINE, Registration.HEAD)
    card = await admin.sees()
    assert "Название введено вручную" in card
    assert Applications.ALIEN_LETTERS in card
    assert not set(UNSEEN) & set(card)


@pytest.mark.parametrize(
    ("name", "mixed"),
    [
        ("Иванова Мария", False),
        ("Maria Иванова", False),
        ("МБОУ «СОШ № 5» IT-класс", False),
        ("Ивaнова", True),
        ("Ηванова", True),
        ("школа1A", False),
        ("", False),
    ],
)
def test_letters_of_two_alphabets_in_one_word(name: str, mixed: bool) -> None:
    assert mixes_alphabets(name) is mixed
