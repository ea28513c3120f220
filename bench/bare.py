"""python -m bench.bare loop|press|echo: what the bot is compared with: aiogram as its documentation shows it.

loop: `bot.send_message` to each of so many chats, 25 of them in flight, kept nowhere.
press: a handler that reads a row and writes a row of SQLite by aiosqlite, commits, edits the message and answers the
press: the least that an answer to a request can be. SQLite keeps what is committed as the bot has it (WAL, FULL).
echo: a bot that says what it hears.
"""

import asyncio
import os
import sys
from itertools import count

import aiosqlite
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

TEXT = (
    "<b>Школьный спортивный клуб</b>\n\nПросим сообщить, сколько учеников занимается в школьном спортивном клубе.\n"
    "Срок: 10 октября 2026 года."
)
KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text="Да", callback_data="fc:1:0:1"), InlineKeyboardButton(text="Нет", callback_data="x")]
    ]
)
_IN_FLIGHT = 25
_FIRST = 10_001


def bot() -> Bot:
    """A client of the server that the environment names."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["TELEGRAM_API_URL"]))
    return Bot(os.environ["BOT_TOKEN"], session=session, default=DefaultBotProperties(parse_mode="HTML"))


async def loop(messages: int) -> None:
    """Sends that many messages."""
    sender, chats = bot(), count(_FIRST)

    async def one_after_another() -> None:
        while (chat := next(chats)) < _FIRST + messages:
            await sender.send_message(chat, TEXT, reply_markup=KEYBOARD)

    await asyncio.gather(*(one_after_another() for _ in range(_IN_FLIGHT)))
    await sender.session.close()


async def press() -> None:
    """Answers presses until it is killed."""
    dispatcher = Dispatcher()
    async with aiosqlite.connect(os.environ["DATABASE"]) as database:
        await database.execute("PRAGMA journal_mode=WAL")
        await database.execute("PRAGMA synchronous=FULL")
        await database.execute("CREATE TABLE IF NOT EXISTS answers (person INTEGER PRIMARY KEY, answer TEXT)")

        @dispatcher.callback_query()
        async def pressed(query: CallbackQuery) -> None:
            assert isinstance(query.message, Message)
            async with database.execute("SELECT answer FROM answers WHERE person = ?", [query.from_user.id]) as cursor:
                await cursor.fetchone()
            await database.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", [query.from_user.id, query.data])
            await database.commit()
            await query.message.edit_text(TEXT, reply_markup=KEYBOARD)
            await query.answer()

        await dispatcher.start_polling(bot(), handle_signals=False)


async def echo() -> None:
    """Says what it hears until it is killed."""
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def heard(message: Message) -> None:
        await message.answer(message.text or "")

    await dispatcher.start_polling(bot(), handle_signals=False)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["loop", messages]:
            asyncio.run(loop(int(messages)))
        case ["press"]:
            asyncio.run(press())
        case ["echo"]:
            asyncio.run(echo())
        case _:
            sys.exit(f"unknown: {sys.argv[1:]}")
