"""A server before Telegram, or in its place, that says ok to everything and answers nonsense: nothing ends by it,
nothing is said again and again, and the log has it."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import ClientSession, web
from pydantic import SecretStr

from bot.delivery.client import make_bot, name_of, try_token
from bot.delivery.incoming.files import NotDownloaded, download
from bot.delivery.outcomes import Fate
from bot.delivery.sayings import Edit, Send
from bot.domain.letter import LetterState
from bot.domain.screen import Content, Copy, Pictures, Rendered, Screen, Upload
from simulator import Simulator
from tests.delivery.office import Office, texts
from tests.ports import free_port

Told = Callable[[Any], Any]
# What stands in the place of a whole number that a message has.
NUMBERS = ["12", "двенадцать", 2**70, -1, 1.5, True, None, [7], {"id": 7}]
RESULTS: list[Any] = [None, True, "да", [], {}, [[]], [None], 7]


class Between:
    """Passes a bot's calls on to Telegram, and changes what it answers to some."""

    def __init__(self, telegram: Simulator) -> None:
        self._telegram = telegram
        self.url = f"http://127.0.0.1:{free_port()}"
        # What becomes of the result of a method; and pages that stand in the place of its next answers.
        self.changes: dict[str, Told] = {}
        self.pages: dict[str, list[bytes]] = {}

    async def pass_on(self, request: web.Request) -> web.Response:
        """Answers a call."""
        method = request.path.rpartition("/")[2]
        async with ClientSession() as session:
            head = {"Content-Type": request.headers.get("Content-Type", "application/json")}
            url = self._telegram.url + request.path
            async with session.post(url, data=await request.read(), headers=head) as answer:
                content, status = await answer.read(), answer.status
        if self.pages.get(method):
            return web.Response(body=self.pages[method].pop(0))
        if method in self.changes and status == 200:
            result = self.changes[method](json.loads(content)["result"])
            content = json.dumps({"ok": True, "result": result}).encode()
        return web.Response(body=content, status=status, content_type="application/json")


@asynccontextmanager
async def between(telegram: Simulator) -> AsyncIterator[Between]:
    """The server, on a port of its own."""
    server = Between(telegram)
    app = web.Application(client_max_size=2**24)
    app.router.add_route("*", "/{rest:.*}", server.pass_on)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(server.url.rpartition(":")[2])).start()
    try:
        yield server
    finally:
        await runner.cleanup()


@asynccontextmanager
async def misled(telegram: Simulator, folder: Path, url: str) -> AsyncIterator[tuple[Office, Between]]:
    """An office whose Telegram is behind such a server."""
    async with between(telegram) as server:
        office = Office(telegram, folder, url=url)
        office.bot.session.api = TelegramAPIServer.from_base(server.url)
        try:
            yield office, server
        finally:
            await office.close()


def always(result: Any) -> Told:
    """Has that for a result."""
    return lambda _result: result


def numbered(number: Any, name: str = "message_id") -> Told:
    """Has the message, or each of them, another number."""

    def told(result: Any) -> Any:
        return [{**one, name: number} for one in result] if isinstance(result, list) else {**result, name: number}

    return told


async def test_a_message_without_a_number_ends_no_post_and_is_not_sent_again(
    telegram: Simulator, tmp_path: Path, migrated_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The post ended by what the database does not take, and by it again after each start."""
    async with misled(telegram, tmp_path, migrated_url) as (office, server):
        head, other = await office.person(101), await office.person(102)
        wrong = [*map(numbered, NUMBERS), *map(always, RESULTS)]
        for place, told in enumerate(wrong):
            server.changes["sendMessage"] = told
            await office.write(f"письмо {place}", head.id)
            await office.courier.deliver()
        del server.changes["sendMessage"]
        await office.write("после", other.id)
        await office.courier.deliver()
        assert await office.courier.deliver() == 0

        assert texts(await head.messages()) == [f"письмо {place}" for place in range(len(wrong))]
        assert texts(await other.messages()) == ["после"]
        assert await office.states() == [*[LetterState.FAILED] * len(wrong), LetterState.SENT]
        assert len([line for line in caplog.messages if "the answer cannot be read" in line]) == len(wrong)


async def test_so_of_copies_files_pictures_and_topics(
    telegram: Simulator, tmp_path: Path, migrated_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with misled(telegram, tmp_path, migrated_url) as (office, server):
        head, other = await office.person(101), await office.person(102)
        first = await head.send("источник")
        second = await head.send("и ещё")
        picture = (Path(__file__).parents[2] / "docs" / "pictures" / "digest.png").read_bytes()
        shown = Upload("снимок.png", picture)
        posts: list[tuple[str, Content]] = [
            ("copyMessage", Copy(head.id, (first,))),
            ("copyMessages", Copy(head.id, (first, second))),
            ("sendDocument", Upload("свод.txt", b"1")),
            ("sendPhoto", Pictures((shown,))),
            ("sendMediaGroup", Pictures((shown, shown))),
        ]
        for method, content in posts:
            office.render = always(Rendered(content))
            for number in (2**70, "двенадцать", None):
                server.changes[method] = numbered(number)
                await office.write(method, other.id)
                assert await office.courier.deliver() == 1
            calls = await telegram.calls(method)
            assert [call["code"] for call in calls] == [200, 200, 200], method
        assert set(await office.states()) == {LetterState.FAILED}

        forum = await telegram.group("Управление", [head], forum=True)
        server.changes["createForumTopic"] = numbered(2**70, "message_thread_id")
        assert (await office.speaker.make_topic(forum, "Запрос")).fate is Fate.REFUSED
    # What stands in an answer is somebody's: the log has what is wrong with it, and where.
    assert "message_id: int_parsing" in caplog.text
    assert "двенадцать" not in caplog.text


async def test_an_answer_to_a_press_without_a_number_is_said_once(
    telegram: Simulator, tmp_path: Path, migrated_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with misled(telegram, tmp_path, migrated_url) as (office, server):
        head = await office.person(101)
        for told in (*map(numbered, NUMBERS), *map(always, RESULTS)):
            server.changes["sendMessage"] = told
            await office.speaker.say(head.id, [Send(head.id, Screen("форма"), about=1)])
            await office.speaker.say(head.id, [Edit(head.id, 4_000, Screen("вместо неё"), about=1)])
        assert texts(await head.messages()) == ["форма", "вместо неё"] * (len(NUMBERS) + len(RESULTS))
        assert "refused Send: done, but the answer cannot be read" in caplog.text


async def test_a_group_that_moves_to_no_number_goes_nowhere(
    telegram: Simulator, tmp_path: Path, migrated_url: str
) -> None:
    async with misled(telegram, tmp_path, migrated_url) as (office, server):
        head = await office.person(101)
        for number in (2**70, -(2**70), 5):
            moved = {"ok": False, "error_code": 400, "description": "Bad Request: group chat was upgraded"}
            said = json.dumps({**moved, "parameters": {"migrate_to_chat_id": number}})
            server.pages["sendMessage"] = [said.encode()]
            assert (await office.speaker.send(-100, Screen("письмо"))).fate is Fate.REFUSED
        await office.write("после", head.id)
        await office.courier.deliver()
        assert texts(await head.messages()) == ["после"]


@pytest.mark.usefixtures("quick")
async def test_what_is_no_list_of_updates_is_asked_for_again_after_a_while(
    telegram: Simulator, tmp_path: Path, migrated_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with misled(telegram, tmp_path, migrated_url) as (office, server):
        head = await office.person(101)
        await head.send("привет")
        wrong: list[Any] = [None, True, "нет", 7, {"update_id": 1}, [None], [7], ["да"], [[]], [{"update_id": 2**70}]]
        for result in wrong:
            server.changes["getUpdates"] = always(result)
            assert await office.receiver.poll(0) is Fate.LATER, result
        assert "in place of a list of updates" in caplog.text
        # Beside what can be read the rest is passed over.
        server.changes["getUpdates"] = lambda result: [None, "да", {"update_id": 2**70}, {}, *result]
        await office.settle()
        assert "эхо: привет" in texts(await head.messages())


@pytest.mark.usefixtures("quick")
async def test_a_page_in_the_place_of_an_answer_is_waited_out_at_a_start(
    telegram: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """A bot that was started while a page stood before Telegram ended as by a fault of its own."""
    pages = [b"<html>\nWait</html>", b"", b"[]", b'{"ok": true}', b'{"ok": true, "result": {"id": "x"}}']
    async with between(telegram) as server:
        server.pages["getMe"] = list(pages)
        bot = make_bot(SecretStr(telegram.token), server.url)
        assert await name_of(bot) == telegram.world.bot.username
        await bot.session.close()
        server.pages["getMe"] = pages[:1]
        # Whoever types a token in is told that it could not be tried.
        assert await try_token(make_bot(SecretStr(telegram.token), server.url)) is None
    assert [line for line in caplog.messages if "reached" in line] == [
        f"Telegram cannot be reached yet: no answer of the messenger's: {words}"
        for words in ("<html> Wait</html>", "", "[]", "{'ok': True}", "{'ok': True, 'result': {'id': 'x'}}")
    ]


async def test_a_file_that_cannot_be_had_is_told_of_as_such(telegram: Simulator) -> None:
    async with between(telegram) as server:
        bot = make_bot(SecretStr(telegram.token), server.url)
        for page in (b"<html>Wait</html>", b'{"ok": true}', b'{"ok": true, "result": [1]}'):
            server.pages["getFile"] = [page]
            with pytest.raises(NotDownloaded):
                await download(bot, "file", 100)
        await bot.session.close()
