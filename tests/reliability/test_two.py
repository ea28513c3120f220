"""Somebody starts the bot a second time."""

import asyncio
import sys
from pathlib import Path

from tests.live import Forge, live


async def test_a_second_process_on_the_same_database_says_so_and_ends(tmp_path: Path, forge: Forge) -> None:
    async with live(tmp_path, forge) as bot:
        (head,) = await bot.seat(1)
        await bot.start()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", cwd=tmp_path, env=bot.environment, stderr=asyncio.subprocess.PIPE
        )
        _, said = await process.communicate()
        assert process.returncode == 3
        assert "Another process of the bot serves this database" in said.decode()
        # The first one has not noticed.
        await head.wait_for("Сколько учеников?")
        await head.send("7")
        await head.wait_for("Проверьте ответ")
