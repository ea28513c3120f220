"""Telegram asks for silence (429): the whole process keeps it to the second, over restarts, and records meanwhile."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests import messengers
from tests.forge import Forge
from tests.live import Live, live
from tests.reliability.announcing import arrived, come, copied, copies, district, send_off
from tests.reliability.crowd import SPAN, Head, Witness
from tests.reliability.vitals import in_silences, spoken
from tests.texts.heads import Form

AUTHOR = 900
SILENCE = 3
HOURS = 7200


@pytest.mark.slow
async def test_a_silence_is_kept_to_the_second_over_a_kill(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge, ADMIN_IDS=str(AUTHOR), MESSAGES_PER_SECOND="100") as bot:
        witness = Witness(bot.telegram)
        heads = [Head(person, number, witness) for number, person in enumerate(await bot.seat(5), 1)]
        await district(bot, 100)
        author = await bot.telegram.person("Начальник Анна", id=AUTHOR)
        # From the first call on: a start asks Telegram who it is.
        await bot.telegram.order_fault("429", method="getMe", retry_after=1, count=1)
        await bot.start()
        asked, told, *_ = bot.telegram.record.calls("getMe")
        assert told.arrived >= asked.at + 1
        await asyncio.gather(come(author), *(head.answer() for head in heads))
        await send_off(author)
        await copied(bot, 20)

        mark = bot.telegram.record.total
        await bot.telegram.order_fault("429", method="getUpdates", retry_after=SILENCE, count=1)
        await bot.telegram.order_fault("429", method="copyMessage", retry_after=SILENCE, count=1)
        answering = [asyncio.create_task(head.answer()) for head in heads]
        await _is_held(bot)
        await asyncio.sleep(0.5)
        bot.kill()
        await bot.ended()
        await bot.start()
        await asyncio.gather(*answering)
        await arrived(author)
        await bot.stop()

        lasts = messengers.silence(SILENCE)
        silences, broken = in_silences(spoken(bot.telegram, mark), lasts, grace=0.4)
        assert silences == 1
        assert broken == []
        # It was used to the end: what waited went when it was over, and not much later.
        (silence,) = [call for call in spoken(bot.telegram, mark) if call.code == 429]
        first = min(call.arrived for call in spoken(bot.telegram, mark) if call.arrived > silence.at + lasts)
        assert first < silence.at + lasts + 5
        assert len(copies(bot)) == 105
        ledger = bot.ledger()
        assert all(head.is_in(ledger[head.person.id], at_rest=True) for head in heads)
        assert bot.traces == []


# MAX never says for how long, and its limits are of a second.
@pytest.mark.slow
@pytest.mark.telegram_alone
async def test_in_hours_of_silence_everything_is_recorded_and_said_afterwards(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge) as bot:
        (person,) = await bot.seat(1)
        await bot.start()
        head = Head(person, 1, Witness(bot.telegram))
        await head.answer()
        await head.press(Form.CHANGE, SPAN, Form.ACCEPTED)
        await head.press("Ученики", SPAN)
        await head.sees("", None, Form.NUMBER)
        await person.send(str(SPAN + 1))
        await head.sees(Form.SEND, SPAN + 1)
        mark = bot.telegram.record.total
        await bot.telegram.order_fault("429", method="editMessageText", retry_after=HOURS, count=1)
        await head.press(Form.SEND, SPAN + 1)
        await _is_held(bot)
        # They are not told yet, and it is recorded all the same.
        assert bot.ledger() == {person.id: [SPAN, SPAN + 1]}
        # A stop does not wait for it, and a start does not either.
        await bot.stop()
        await bot.start()
        await bot.telegram.wait_idle()
        kinds = {call.method for call in spoken(bot.telegram, mark)}
        assert kinds <= {"answerCallbackQuery", "editMessageText"}
        assert len([call for call in spoken(bot.telegram, mark) if call.method == "editMessageText"]) == 1
        bot.signal(signal.SIGTERM)
        assert await bot.ended() == 0

        # Two hours later.
        _turn_back(bot)
        await bot.start()
        await head.sees(Form.CHANGE, SPAN + 1, Form.ACCEPTED)
        await bot.stop()
        assert bot.ledger() == {person.id: [SPAN, SPAN + 1]}
        assert bot.rows("SELECT count(*) FROM inbox WHERE finished_at IS NULL") == [(0,)]
        assert bot.traces == []


async def _is_held(bot: Live) -> None:
    """Returns when the silence is in the database: no event tells that, so it is looked at now and then."""
    async with asyncio.timeout(30):
        while not bot.rows("SELECT 1 FROM meta WHERE key = 'post_paused_until'"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def _turn_back(bot: Live) -> None:
    bot.write("UPDATE meta SET value = '2026-01-01T00:00:00+00:00' WHERE key = 'post_paused_until'")
