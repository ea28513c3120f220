"""Files up by an address of another host, down by a direct one, and not at once."""

from typing import Any

from simulator.max import Max, MaxPerson
from simulator.person import PICTURE
from tests.simulator.max.conftest import Bot, button


def attached(kind: str, token: str) -> dict[str, Any]:
    return {"type": kind, "payload": {"token": token}}


async def test_a_document_up_and_down(bot: Bot, head: MaxPerson, max: Max) -> None:
    uploaded = await bot.upload("file", b"%PDF-1.4")
    message = await bot.send(101, "Приказ", [button("Да")], attachments=[attached("file", uploaded["token"])])
    file, keys = message["body"]["attachments"]
    assert (file["type"], file["filename"], file["size"]) == ("file", "приказ.pdf", 8)
    assert keys["type"] == "inline_keyboard"
    assert not file["payload"]["url"].startswith(max.url)
    assert await bot.fetch(file["payload"]["url"]) == b"%PDF-1.4"
    assert await head.files() == [("приказ.pdf", b"%PDF-1.4")]
    # A token may be sent again.
    await bot.send(101, "Ещё", attachments=[attached("file", uploaded["token"])])


async def test_pictures_and_videos_in_one_message(bot: Bot, head: MaxPerson) -> None:
    photos = (await bot.upload("image", PICTURE))["photos"]
    video = await bot.upload("video", b"video", "a.mp4", field="file")
    images = [{"type": "image", "payload": {"photos": photos}}] * 11
    message = await bot.send(101, "", [button("Да")], attachments=[*images, attached("video", video)])
    assert len(message["body"]["attachments"]) == 13
    assert len(await head.album()) == 12
    too_many = {"attachments": [*images, images[0], attached("video", video)]}
    assert (await bot.call("POST", "/messages", too_many, user_id=101)).status == 400
    file = (await bot.upload("file", b"x"))["token"]
    mixed = {"attachments": [images[0], attached("file", file)]}
    assert "only pictures" in (await bot.call("POST", "/messages", mixed, user_id=101)).body["message"]
    assert (await bot.done("GET", f"/videos/{video}"))["urls"]["mp4_720"]


async def test_the_host_says_200_when_it_refuses(bot: Bot, head: MaxPerson) -> None:
    assert "error_code" in await bot.upload("image", b"no picture")
    assert "error_code" in await bot.upload("file", b"x", field="file")
    place = await bot.done("POST", "/uploads", type="file")
    assert "token" in await bot.put(place["url"], b"x")
    # One file by one address.
    assert "error_code" in await bot.put(place["url"], b"x")
    assert (await bot.call("POST", "/uploads", type="photo")).status == 400


async def test_not_ready_for_some_attempts(bot: Bot, head: MaxPerson, max: Max) -> None:
    await max.ways(not_ready=2)
    body = {"attachments": [attached("file", (await bot.upload("file", b"x"))["token"])]}
    for _ in range(2):
        answer = await bot.call("POST", "/messages", body, user_id=101)
        assert (answer.status, answer.body["code"]) == (400, "attachment.not.ready")
    await bot.done("POST", "/messages", body, user_id=101)
    # Large ones need longer, and what has not come up is never ready.
    await max.ways(not_ready=0)
    body = {"attachments": [attached("file", (await bot.upload("file", b"x" * 2_000_001))["token"])]}
    assert (await bot.call("POST", "/messages", body, user_id=101)).body["code"] == "attachment.not.ready"
    await bot.done("POST", "/messages", body, user_id=101)
    token = (await bot.done("POST", "/uploads", type="video"))["token"]
    body = {"attachments": [attached("video", token)]}
    assert (await bot.call("POST", "/messages", body, user_id=101)).body["code"] == "attachment.not.ready"


async def test_what_people_send(bot: Bot, head: MaxPerson, max: Max) -> None:
    _, marker = await bot.poll()
    await head.send_file(b"%PDF", "справка.pdf", caption="вот")
    await head.send_album(("photo", "video"))
    await head.send_voice()
    await head.send_sticker()
    await head.send_location(52.28, 104.28)
    await head.send_contact("+79990000000", "Мария")
    events, _ = await bot.poll(marker)
    bodies = [event["message"]["body"] for event in events]
    file, album, voice, sticker, place, contact = (body["attachments"] for body in bodies)
    assert bodies[0]["text"] == "вот"
    assert await bot.fetch(file[0]["payload"]["url"]) == b"%PDF"
    # Several files are one message.
    assert [item["type"] for item in album] == ["image", "video"]
    assert album[0]["payload"].keys() == {"photo_id", "url", "token"}
    assert voice[0]["type"] == "audio"
    assert sticker[0]["payload"]["code"]
    assert place == [{"type": "location", "latitude": 52.28, "longitude": 104.28}]
    assert "TEL:+79990000000" in contact[0]["payload"]["vcf_info"]
    # Their tokens can be sent on.
    await bot.send(101, "", attachments=[attached("file", file[0]["payload"]["token"])])
    assert (await head.files())[-1] == ("справка.pdf", b"%PDF")


async def test_a_voice_that_is_not_told_of(bot: Bot, head: MaxPerson, max: Max) -> None:
    await max.ways(untold_voices=True)
    await head.send_voice()
    (event,), _ = await bot.poll()
    assert (event["update_type"], "message" in event) == ("message_created", False)


async def test_an_edit_replaces_all_attachments(bot: Bot, head: MaxPerson) -> None:
    token = (await bot.upload("file", b"x"))["token"]
    mid = (await bot.send(101, "раз", [button("Да")], attachments=[attached("file", token)]))["body"]["mid"]
    # A list with the keyboard alone takes the file away.
    keys = {"type": "inline_keyboard", "payload": {"buttons": [[button("Нет")]]}}
    await bot.done("PUT", "/messages", {"attachments": [keys]}, message_id=mid)
    shown = await head.last_message()
    assert (shown["media"], shown["buttons"]) == (None, ["Нет"])


async def test_nothing_would_be_left(bot: Bot, head: MaxPerson) -> None:
    token = (await bot.upload("file", b"x"))["token"]
    mid = (await bot.send(101, "", attachments=[attached("file", token)]))["body"]["mid"]
    assert (await bot.call("PUT", "/messages", {"attachments": []}, message_id=mid)).status == 400
    assert len(await head.files()) == 1
