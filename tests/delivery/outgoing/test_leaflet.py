"""The page for heads: one message with the screen, uploaded once; without it the screen comes all the same."""

from pathlib import Path

import pytest

from bot.delivery.outcomes import Fate
from bot.delivery.outgoing.attempts import Words
from bot.delivery.outgoing.leaflet import Leaflet
from bot.delivery.outgoing.speaker import Speaker
from bot.delivery.sayings import Send, dump, load
from bot.domain.screen import Screen
from simulator import Person
from tests.delivery.office import Office

NAME, CONTENT = "Памятка.pdf", b"%PDF-1.4 page"
WELCOME = Screen("<b>Вы</b> с нами", keyboard=(("Мои", "Ещё"),), leaflet=True)


def speaker_with(office: Office, path: Path) -> Speaker:
    async def unreachable(*_: object) -> None:
        raise AssertionError

    words = Words(Screen("—"), leaflet=Leaflet(path, NAME))
    return Speaker(office.bot, office.storage, office.pacer, office.now, unreachable, words)


@pytest.fixture
def speaker(office: Office, tmp_path: Path) -> Speaker:
    path = tmp_path / "page.pdf"
    path.write_bytes(CONTENT)
    return speaker_with(office, path)


async def test_it_is_one_message_with_the_words_and_what_stands_below(speaker: Speaker, head: Person) -> None:
    outcome = await speaker.send(head.id, WELCOME)
    (message,) = await head.messages()
    assert outcome.value == [message["message_id"]]
    assert message["text"] == "Вы с нами"
    assert message["entities"][0]["type"] == "bold"
    assert await head.files() == [(NAME, CONTENT)]
    assert [key["text"] for key in (await head.chat())["keyboard"]["keyboard"][0]] == ["Мои", "Ещё"]


async def test_it_is_uploaded_once(office: Office, speaker: Speaker, head: Person) -> None:
    other = await office.person(6)
    for person in (head, other, head):
        await speaker.send(person.id, WELCOME)
    assert await head.files() == [(NAME, CONTENT)] * 2
    assert await other.files() == [(NAME, CONTENT)]
    assert (await other.chat())["keyboard"] == (await head.chat())["keyboard"]
    # Telegram gives what is uploaded again a name of its own.
    files = [message["media"]["file_id"] for person in (head, other) for message in await person.messages()]
    assert len(set(files)) == 1


async def test_without_the_file_the_words_come(office: Office, head: Person, tmp_path: Path) -> None:
    speaker = speaker_with(office, tmp_path / "nowhere.pdf")
    assert (await speaker.send(head.id, WELCOME)).fate is Fate.DONE
    assert [message["text"] for message in await head.messages()] == ["Вы с нами"]
    assert await head.files() == []
    assert (await head.chat())["keyboard"]


@pytest.mark.parametrize("known", [False, True])
async def test_what_telegram_does_not_take_is_left_out(
    office: Office, speaker: Speaker, head: Person, *, known: bool
) -> None:
    if known:
        await speaker.send(head.id, WELCOME)
    await office.telegram.order_fault(
        "400", method="sendDocument", count=1, description="wrong file identifier/HTTP URL specified"
    )
    assert (await speaker.send(head.id, WELCOME)).fate is Fate.DONE
    assert (await head.last_message())["text"] == "Вы с нами"
    assert len(await head.files()) == known
    # The next one has it again.
    await speaker.send(head.id, WELCOME)
    assert len(await head.files()) == known + 1


async def test_while_telegram_rests_nothing_is_said_in_its_place(
    office: Office, speaker: Speaker, head: Person
) -> None:
    await office.telegram.order_fault("502", method="sendDocument", count=1)
    assert (await speaker.send(head.id, WELCOME)).fate is Fate.LATER
    assert await head.messages() == []


def test_a_restart_does_not_forget_that_it_goes_along() -> None:
    assert load(dump([Send(5, WELCOME)])) == [Send(5, WELCOME)]
