"""A MAX on loopback and a bot that is nothing but HTTP."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from simulator.max import Max, MaxPerson

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call was answered."""

    status: int
    body: Any


class Bot:
    """Calls MAX, as the documents say."""

    def __init__(self, session: aiohttp.ClientSession, max: Max) -> None:
        self._session = session
        self._max = max
        self.token = max.token

    async def call(self, method: str, path: str, body: Any = None, **query: Any) -> Answer:
        """A call of the API."""
        url = f"{self._max.url}{path}"
        query = {name: str(value) for name, value in query.items() if value is not None}
        headers = {"Authorization": self.token}
        async with self._session.request(method, url, json=body, params=query, headers=headers) as response:
            return Answer(response.status, await response.json())

    async def done(self, method: str, path: str, body: Any = None, **query: Any) -> Json:
        """A call that succeeds; its answer."""
        answer = await self.call(method, path, body, **query)
        assert answer.status == 200, answer
        assert answer.body.get("success", True), answer
        return dict(answer.body)

    async def send(self, user_id: int, text: str, *rows: list[Json], **body: Any) -> Json:
        """Writes to a person, with rows of buttons; the message."""
        attachments = [*body.pop("attachments", []), *keyboard(*rows)]
        content = {"text": text, **({"attachments": attachments} if attachments else {}), **body}
        return dict((await self.done("POST", "/messages", content, user_id=user_id))["message"])

    async def poll(self, marker: int | None = None, **query: Any) -> tuple[list[Json], int]:
        """What has come, without waiting, and the next marker."""
        body = await self.done("GET", "/updates", marker=marker, **({"timeout": 0} | query))
        return body["updates"], body["marker"]

    async def upload(self, kind: str, content: bytes, name: str = "приказ.pdf", field: str = "data") -> Any:
        """Takes a file up; what the host answers, or for videos and sounds the token."""
        place = await self.done("POST", "/uploads", type=kind)
        answer = await self.put(place["url"], content, name, field)
        return place.get("token", answer)

    async def put(self, url: str, content: bytes, name: str = "приказ.pdf", field: str = "data") -> Any:
        """Takes bytes to an address for uploads."""
        form = aiohttp.FormData(quote_fields=False)
        form.add_field(field, io.BytesIO(content), filename=name, content_type="application/octet-stream")
        async with self._session.post(url, data=form) as response:
            assert response.status == 200
            text = await response.text()
            return await response.json() if text.startswith("{") else text

    async def fetch(self, url: str) -> bytes:
        """Takes a file down."""
        async with self._session.get(url) as response:
            assert response.status == 200
            return await response.read()


def button(text: str, payload: str | None = None) -> Json:
    """A button that calls back."""
    return {"type": "callback", "text": text, "payload": payload or text}


def keyboard(*rows: list[Json]) -> list[Json]:
    """The attachment of such rows; none without rows."""
    return [{"type": "inline_keyboard", "payload": {"buttons": [*rows]}}] if rows else []


@pytest.fixture
async def max() -> AsyncIterator[Max]:
    async with Max() as max:
        # Tests are faster than MAX allows; test_rates.py sees how it defends itself.
        await max.limits()
        yield max


@pytest.fixture
async def bot(max: Max) -> AsyncIterator[Bot]:
    async with aiohttp.ClientSession() as session:
        yield Bot(session, max)


@pytest.fixture
async def head(max: Max) -> MaxPerson:
    """Somebody who has pressed Start, whose start is already read."""
    person = await max.person("Иванова Мария", id=101)
    await person.start()
    assert isinstance(person, MaxPerson)
    return person
