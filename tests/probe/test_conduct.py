"""A department tries Telegram out: somebody is led in the chat, and the terminal says what was seen."""

import asyncio
import json
from typing import Any

import pytest

from bot.probe.conduct import NOBODY, STOPPED, WHOLE
from bot.probe.door import CannotProbe
from bot.probe.finding import Verdict
from bot.probe.stage import Limits
from bot.probe.telegram.door import CROWDED, DELIVERED, RUNS
from bot.views import probe as words
from simulator import Person, Simulator
from tests.probe.conftest import CODE, TOKEN, Trial, Willing, found, helping, odd

LONG = {"press-death"}


async def left_in(person: Person) -> list[str]:
    return [message["text"] for message in await person.messages(from_bot=None)]


@pytest.mark.slow
async def test_everything_is_tried_and_is_as_assumed(trial: Trial, head: Person, telegram: Simulator) -> None:
    willing = Willing(head)
    async with helping(willing):
        run = await trial.run()
    assert odd(run).keys() == LONG, odd(run)
    assert run.ended == WHOLE
    assert run.left == 0
    assert await left_in(head) == [words.over(0)]
    assert await head.commands() == []
    # Each step was asked once.
    assert len(willing.steps) == len(set(willing.steps)) > 12


@pytest.mark.slow
async def test_the_report_can_be_sent(trial: Trial, head: Person, telegram: Simulator) -> None:
    """It has what is needed to understand it, and nothing of anybody."""
    async with helping(Willing(head, {words.WHICH_CLIENT: "iPhone"})):
        run = await trial.run()
    lines = trial.lines(run)
    report = "\n".join(lines)
    for secret in (
        TOKEN,
        CODE,
        "700123456",
        "Заречная",
        "Мария",
        "zarechnaya",
        telegram.url,
        telegram.world.bot.username,
    ):
        assert secret not in report, secret
    assert words.GREETING not in report
    records = [json.loads(line) for line in lines if line.startswith("{")]
    assert {
        "format",
        "ended_at",
        "client",
        "messenger",
        "server",
        "assumed",
        "python",
        "aiogram",
        "bot_api_of_aiogram",
    } == records[0].keys()
    (styles,) = [record for record in records if record.get("probe") == "button-styles"]
    (call,) = styles["calls"]
    assert call["method"] == "sendMessage"
    assert call["request"]["chat_id"] == "number"
    assert call["request"]["reply_markup"]["inline_keyboard"][0][0]["style"] == "success"
    assert call["code"] == 200
    assert call["seconds"] >= 0
    (buttons,) = [record for record in records if record.get("probe") == "buttons"]
    refused = [call for call in buttons["calls"] if call["code"] == 400]
    assert {call["description"] for call in refused} >= {"Bad Request: BUTTON_DATA_INVALID"}
    assert all("known" in call for call in refused)
    assert records[-1]["ended"] == WHOLE
    # To be read first: a line for each.
    assert [line.split()[0] for line in lines[1 : 1 + len(trial.probes)]] == [probe.name for probe in trial.probes]


async def test_what_is_seen_otherwise_is_said(trial: Trial, head: Person, telegram: Simulator) -> None:
    trial.only("rich-table", "button-styles", "chat-action", "commands")
    await telegram.order_fault("400", method="sendRichMessage", description="tables are for others")
    async with helping(Willing(head, {words.SEES_STYLES: words.NO, words.SEES_COMMAND: words.SKIP})):
        run = await trial.run()
    verdicts = {finding.name: finding.verdict for finding in run.findings}
    assert verdicts == {
        "rich-table": Verdict.OTHERWISE,
        "button-styles": Verdict.OTHERWISE,
        "chat-action": Verdict.AS_ASSUMED,
        # Everything but what nobody has said.
        "commands": Verdict.UNKNOWN,
    }
    report = "\n".join(trial.lines(run))
    assert "tables are for others" in report
    assert "the person sees colours: no" in report


async def test_every_step_can_be_skipped(trial: Trial, head: Person) -> None:
    async with helping(Willing(head, {words.GREETING: words.BEGIN, "": words.SKIP})):
        run = await trial.run()
    assert run.ended == WHOLE
    assert await left_in(head) == [words.over(0)]
    assert found(run, "press-life").note == "skipped"
    assert found(run, "block").note == "skipped"
    assert found(run, "long-text").verdict is Verdict.AS_ASSUMED


async def test_it_can_be_ended_at_any_step(trial: Trial, head: Person) -> None:
    async with helping(Willing(head, {words.SEES_STYLES: words.END})):
        run = await trial.run()
    assert run.ended == "the person has ended it"
    assert await left_in(head) == [words.over(0)]
    assert found(run, "rich-table").verdict is Verdict.AS_ASSUMED
    assert found(run, "block").note == "not tried: the person has ended it"


@pytest.mark.slow
async def test_who_does_nothing_is_waited_for_no_longer_than_said(trial: Trial, head: Person) -> None:
    trial.only("rich-table", "answers", "button-styles")
    async with helping(Willing(head, {words.SEES_TABLE: "", words.ANSWER_THIS: ""})):
        run = await trial.run(step=1.0)
    assert "no answer in time" in str(odd(run)["rich-table"])
    assert found(run, "answers").note == "the person has not done it in time"
    assert found(run, "button-styles").verdict is Verdict.AS_ASSUMED
    assert await left_in(head) == [words.over(0)]


@pytest.mark.slow
async def test_who_comes_and_does_not_begin(trial: Trial, head: Person) -> None:
    async with helping(Willing(head, {words.GREETING: ""})):
        run = await trial.run(step=1.0)
    assert run.ended == "the person has not begun"
    assert await left_in(head) == [words.over(0)]


async def test_it_ends_by_itself(trial: Trial, head: Person) -> None:
    async with helping(Willing(head)):
        run = await trial.run(whole=-1.0)
    assert run.ended == "out of time"
    assert await left_in(head) == [words.over(0)]


async def test_no_limit_lets_it_go_on_for_ever(trial: Trial) -> None:
    limits = Limits()
    assert limits.whole <= 30 * 60
    assert max(limits.comes, limits.step, limits.away, limits.silence) <= 300


# --- others ---


@pytest.mark.slow
async def test_nobody_comes(trial: Trial, head: Person, telegram: Simulator) -> None:
    await head.send("/start")
    await head.send("/start WRONG234")
    run = await trial.run(comes=1.0)
    assert run.ended == NOBODY
    assert await head.messages() == []
    assert {finding.note for finding in run.findings if finding.name not in LONG} == {f"not tried: {NOBODY}"}
    # What they have sent is for the bot.
    assert (await telegram.stats())["pending_updates"] == 2


async def test_a_stranger_is_ignored_and_nothing_of_theirs_is_lost(
    trial: Trial, head: Person, telegram: Simulator
) -> None:
    """Heads write to the bot while it is stopped; what they write is there when it runs again."""
    trial.only("rich-table", "button-styles", "collapsed-quote")
    stranger = await telegram.person("Чужой Пётр", id=700999999)
    await stranger.send("/start")
    await stranger.send("Учеников 120")

    async def comes_too(step: Any) -> None:
        await stranger.send(f"/start {CODE}")
        await stranger.callback("probe:end", message_id=step["message_id"])
        await head.press(words.YES, message_id=step["message_id"])

    async with helping(Willing(head, {words.SEES_TABLE: comes_too})):
        run = await trial.run()
    assert odd(run) == {}
    assert await stranger.messages() == []
    waiting = telegram.world.updates.waiting()
    theirs = [update for update in waiting if "700999999" in str(update)]
    assert len(theirs) == 4


async def test_what_the_helper_sends_for_the_bot_is_left_for_it(
    trial: Trial, head: Person, telegram: Simulator
) -> None:
    """Whoever is willing may be a head, with an answer on its way."""
    trial.only("rich-table", "button-styles", "answers")
    await head.send("Учеников 120")

    async def says_more(step: Any) -> None:
        await head.send("Учителей 15")
        await head.callback("answer:5:7", message_id=99999)
        await head.press(words.YES, message_id=step["message_id"])

    async with helping(Willing(head, {words.SEES_TABLE: says_more})):
        run = await trial.run()
    assert odd(run) == {}
    waiting = telegram.world.updates.waiting()
    assert [update["message"]["text"] for update in waiting if "message" in update][:1] == ["Учеников 120"]
    assert "Учителей 15" in str(waiting)
    assert "answer:5:7" in str(waiting)
    assert sorted(await left_in(head)) == sorted(["Учеников 120", "Учителей 15", words.over(0)])


async def test_what_only_the_helper_has_done_does_not_come_to_the_bot(
    trial: Trial, head: Person, telegram: Simulator
) -> None:
    trial.only("button-styles")
    async with helping(Willing(head)):
        await trial.run()
    assert (await telegram.stats())["pending_updates"] == 0


async def test_too_many_strangers_end_it(trial: Trial, telegram: Simulator) -> None:
    for number in range(95):
        await (await telegram.person(f"Чужой {number}", id=700000001 + number)).send("/start")
    with pytest.raises(CannotProbe, match=CROWDED[:20]):
        await trial.run(comes=2.0)
    assert (await telegram.stats())["pending_updates"] == 95


# --- what stands in the way ---


async def poll_for_ever(other: Any) -> None:
    """The bot, which takes what comes."""
    while True:
        await other.call("getUpdates", {"timeout": 20})
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("when", ["before", "amidst"])
async def test_it_refuses_while_the_bot_runs(trial: Trial, head: Person, when: str) -> None:
    other = trial.new_door()
    running: list[asyncio.Task[None]] = []

    async def start(_step: Any = None) -> None:
        running.append(asyncio.create_task(poll_for_ever(other)))
        await asyncio.sleep(0.2)

    try:
        if when == "before":
            await start()
            with pytest.raises(CannotProbe, match="Another process uses the token"):
                await trial.run()
            assert await head.messages() == []
        else:
            async with helping(Willing(head, {words.SEES_STYLES: start})):
                run = await trial.run()
            assert run.ended == RUNS
            assert found(run, "button-styles").verdict is Verdict.UNKNOWN
            assert await left_in(head) == [words.over(0)]
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await other.close()


async def test_it_refuses_where_a_webhook_is_set(trial: Trial, telegram: Simulator) -> None:
    telegram.world.webhook.url = "http://127.0.0.1:1/telegram"
    with pytest.raises(CannotProbe) as refused:
        await trial.run()
    assert str(refused.value) == DELIVERED
    # It is the installation's.
    assert telegram.world.webhook.url


async def test_a_token_that_nobody_knows(trial: Trial, telegram: Simulator) -> None:
    await telegram.order_fault("401", method="getMe")
    with pytest.raises(CannotProbe, match="does not know the token"):
        await trial.run()


async def test_telegram_away_from_the_beginning(trial: Trial, telegram: Simulator) -> None:
    await telegram.order_fault("drop_before", method="**")
    with pytest.raises(CannotProbe, match="cannot be reached"):
        await trial.run()


async def test_a_short_silence_is_kept(trial: Trial, head: Person, telegram: Simulator) -> None:
    trial.only("rich-table", "button-styles", "edit-speed")
    await telegram.order_fault("429", method="sendRichMessage", count=1, retry_after=7)
    await telegram.order_fault("429", method="sendMessage", count=1, retry_after=9)
    await telegram.order_fault("429", method="editMessageText", count=1, retry_after=11)
    async with helping(Willing(head)):
        run = await trial.run()
    assert {7.0, 9.0, 11.0} <= set(trial.clock.slept)
    assert found(run, "rich-table").verdict is Verdict.AS_ASSUMED
    assert found(run, "edit-speed").verdict is Verdict.OTHERWISE
    (told,) = [call for call in found(run, "edit-speed").calls if call.code == 429]
    assert told.retry_after == 11
    assert run.ended == WHOLE


async def test_a_long_silence_ends_it(trial: Trial, head: Person, telegram: Simulator) -> None:
    await telegram.order_fault("429", method="sendRichMessage", count=1, retry_after=900)
    async with helping(Willing(head)):
        run = await trial.run()
    assert run.ended == "the messenger wants 900 s of silence"
    assert await left_in(head) == [words.over(0)]


@pytest.mark.parametrize("action", ["drop_before", "drop_after", "500", "502"])
async def test_one_answer_that_does_not_come(trial: Trial, head: Person, telegram: Simulator, action: str) -> None:
    trial.only("rich-table", "button-styles")
    await telegram.order_fault(action, method="sendRichMessage", count=1, html_body=action == "502")
    async with helping(Willing(head)):
        run = await trial.run()
    assert found(run, "rich-table").note.startswith("no answer")
    assert found(run, "button-styles").verdict is Verdict.AS_ASSUMED
    assert run.ended == WHOLE


async def test_polls_that_fail_are_made_again(trial: Trial, head: Person, telegram: Simulator) -> None:
    trial.only("rich-table", "button-styles")
    await telegram.order_fault("500 502 drop_before drop_after", method="getUpdates", probability=0.3, seed=7)
    async with helping(Willing(head)):
        run = await trial.run()
    assert odd(run) == {}


async def test_telegram_that_goes_away_ends_it(trial: Trial, head: Person, telegram: Simulator) -> None:
    async def falls(step: Any) -> None:
        await head.press(words.YES, message_id=step["message_id"])
        await telegram.order_fault("drop_before")

    async with helping(Willing(head, {words.SEES_STYLES: falls})):
        run = await trial.run()
    assert run.ended == "the messenger does not answer"
    assert run.left > 0
    assert f"could not be removed: {run.left}" in "\n".join(trial.lines(run))


async def test_a_block_in_the_middle_ends_it(trial: Trial, head: Person) -> None:
    async def blocks(_step: Any) -> None:
        await head.block()

    async with helping(Willing(head, {words.SEES_STYLES: blocks})):
        run = await trial.run()
    assert run.ended == "the person has blocked the bot"
    assert run.left > 0
    assert found(run, "button-styles").verdict is Verdict.UNKNOWN


@pytest.mark.slow
async def test_who_blocks_and_never_comes_back(trial: Trial, head: Person) -> None:
    async def blocks(_step: Any) -> None:
        await head.block()

    trial.only("block", "press-life")
    async with helping(Willing(head, {words.BLOCK: blocks})):
        run = await trial.run(away=1.0)
    assert found(run, "block").note == "the person has not done it in time"
    assert [check.as_assumed for check in found(run, "block").checks] == [True] * 5
    assert run.left > 0


async def test_it_can_be_stopped(trial: Trial, head: Person) -> None:
    """Ctrl+C: what was seen until then is told, and the chat is cleaned."""
    task: list[asyncio.Task[Any]] = []

    async def stops(_step: Any) -> None:
        task[0].cancel()

    async with helping(Willing(head, {words.SEES_STYLES: stops})):
        task.append(asyncio.create_task(trial.run()))
        run = await task[0]
    assert run.ended == STOPPED
    assert found(run, "rich-table").verdict is Verdict.AS_ASSUMED
    assert found(run, "button-styles").note == "broken off: stopped"
    assert await left_in(head) == [words.over(0)]


async def test_what_was_there_before_is_there_again(trial: Trial, head: Person, telegram: Simulator) -> None:
    """The department's staff have commands of their own, and whoever is willing may be one of them."""
    own = [{"command": "panel", "description": "Управление"}]
    scope = {"type": "chat", "chat_id": head.id}
    await trial.door.call("setMyCommands", {"commands": own, "scope": scope})
    before = await head.commands()
    trial.only("commands")

    async def stops(_step: Any) -> None:
        assert await head.commands() != before
        task.cancel()

    async with helping(Willing(head, {words.SEES_COMMAND: stops})):
        task = asyncio.create_task(trial.run())
        run = await task
    assert run.ended == STOPPED
    assert await head.commands() == before != []


async def test_a_press_after_a_quarter_of_an_hour(trial: Trial, head: Person) -> None:
    trial.only("press-life", "press-death")
    async with helping(Willing(head)):
        run = await trial.run(patient=True)
    assert odd(run) == {}
    (_, life), (death, after) = found(run, "press-life").checks, found(run, "press-death").checks
    assert life.saw == "60 s"
    assert "query is too old" in str(death.saw)
    assert after.saw == "930 s"
