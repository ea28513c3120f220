"""Groups: the bot is told what is written there as an administrator alone."""

from simulator.max import Max, MaxPerson
from tests.simulator.max.conftest import Bot, button


async def test_only_an_administrator_reads(bot: Bot, head: MaxPerson, max: Max) -> None:
    _, marker = await bot.poll()
    group = await max.group("Управление", [head], administrator=False)
    member = head.in_group(group)
    await member.send("не для бота")
    await max.bot_rights(group, administrator=True)
    await member.send("для бота")
    added, written = (await bot.poll(marker))[0]
    assert (added["update_type"], added["chat_id"], added["is_channel"]) == ("bot_added", group, False)
    assert added["user"]["user_id"] == 101
    assert written["message"]["body"]["text"] == "для бота"
    assert written["message"]["recipient"] == {"chat_id": group, "chat_type": "chat"}
    assert group < 0


async def test_writing_pressing_and_being_removed(bot: Bot, head: MaxPerson, max: Max) -> None:
    group = await max.group("Управление", [head])
    _, marker = await bot.poll()
    keys = {"type": "inline_keyboard", "payload": {"buttons": [[button("Да")]]}}
    sent = await bot.done("POST", "/messages", {"text": "Готово?", "attachments": [keys]}, chat_id=group)
    await head.in_group(group).press("Да")
    (event,), marker = await bot.poll(marker)
    assert event["message"]["body"]["mid"] == sent["message"]["body"]["mid"]
    assert sent["message"]["body"]["mid"].startswith("mid.ffff")
    assert "user_locale" not in event
    await max.remove_bot(group)
    (event,), _ = await bot.poll(marker)
    assert event["update_type"] == "bot_removed"
    answer = await bot.call("POST", "/messages", {"text": "x"}, chat_id=group)
    assert (answer.status, answer.body["code"]) == (403, "chat.denied")


async def test_what_a_group_is(bot: Bot, head: MaxPerson, max: Max) -> None:
    other = await max.person("Петров Пётр", id=102)
    group = await max.group("Управление", [head])
    _, marker = await bot.poll()
    await other.join(group)
    await max.rename(group, "Отдел")
    await other.leave(group)
    kinds = [event["update_type"] for event in (await bot.poll(marker))[0]]
    assert kinds == ["user_added", "chat_title_changed", "user_removed"]
    chat = await bot.done("GET", f"/chats/{group}")
    assert (chat["title"], chat["type"], chat["participants_count"]) == ("Отдел", "chat", 2)
    me = await bot.done("GET", f"/chats/{group}/members/me")
    assert (me["is_admin"], "read_all_messages" in me["permissions"]) == (True, True)
    assert len((await bot.done("GET", f"/chats/{group}/members"))["members"]) == 2
    assert len((await bot.done("GET", f"/chats/{group}/members/admins"))["members"]) == 2
    await max.bot_rights(group, administrator=False)
    assert (await bot.call("GET", f"/chats/{group}/members/admins")).status == 403
    assert (await bot.done("GET", f"/chats/{group}/members/me"))["permissions"] is None
    await bot.done("POST", f"/chats/{group}/actions", {"action": "typing_on"})
    await bot.done("DELETE", f"/chats/{group}/members/me")
    assert (await bot.call("GET", f"/chats/{group}/members/me")).status == 403
    dialog = await bot.done("GET", f"/chats/{(await bot.send(101, 'x'))['recipient']['chat_id']}")
    assert (dialog["type"], dialog["dialog_with_user"]["user_id"]) == ("dialog", 101)
    assert (await bot.call("GET", "/chats/-5")).body["code"] == "chat.not.found"
