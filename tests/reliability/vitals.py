"""What the kernel tells of a running bot, and has it do; and how long Telegram's silences were kept."""

import asyncio
import os
import signal
from pathlib import Path

from simulator import Simulator
from simulator.record import Call

# Nothing of these appears in a chat: a silence is none of theirs.
_FREE = ("get", "deleteWebhook")


def memory(pid: int) -> float:
    """MB that the running process has."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def stand_still(pid: int) -> bool:
    """Stops the process wherever it is just now, until SIGCONT; False if it has ended."""
    try:
        os.kill(pid, signal.SIGSTOP)
        # The name in parentheses may hold anything; the state comes after it.
        while (state := Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]) != "T":
            if state in "ZX":
                return False
            await asyncio.sleep(0.001)
    except (FileNotFoundError, ProcessLookupError):
        return False
    return True


def spoken(telegram: Simulator, after: int = 0) -> list[Call]:
    """Calls that post and speaker have made."""
    return [call for call in telegram.record.calls(after=after) if not call.method.startswith(_FREE)]


def in_silences(calls: list[Call], retry_after: float, grace: float) -> tuple[int, list[Call]]:
    """How many silences there were; the calls that came when one was on, later than `grace` seconds after it began.

    What is on its way when Telegram asks for it cannot be called back.
    """
    asked = [call for call in calls if call.code == 429]
    broken = [
        call for call in calls for silence in asked if silence.at + grace < call.arrived < silence.at + retry_after
    ]
    return len(asked), broken


def unheard(calls: list[Call], patience: float) -> int:
    """How many were done without the bot's hearing of it: the connection was cut, or it had given up waiting."""
    return sum(call.code == 200 and (not call.answered or call.at - call.arrived > patience) for call in calls)
