"""The first start on a terminal: the token is asked for, tried, and kept in .env."""

import asyncio
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from getpass import getpass
from pathlib import Path

from bot.config import ConfigError, Settings, is_token, is_token_of_max
from bot.config import load as load_settings
from bot.domain.people.messenger import Messenger

_ENV = Path(".env")
_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is said of a messenger's token. `setting`: its name; `whence`: how one gets it; `wanted`: what is typed;
    `right`: who knows better; `form`: how it looks."""

    setting: str
    whence: str
    wanted: str
    right: str
    is_token: Callable[[str], bool]
    form: str


_ASKED = {
    Messenger.TELEGRAM: _Asked(
        "BOT_TOKEN",
        "Get a token from @BotFather",
        "Token of @BotFather",
        "@BotFather shows the right one",
        is_token,
        "it looks like 123456:ABC-DEF",
    ),
    Messenger.MAX: _Asked(
        "MAX_TOKEN",
        "Copy the bot's token at https://business.max.ru/self («Чат-боты», «Настройки»)",
        "Token of the bot in MAX",
        "https://business.max.ru/self shows the right one",
        is_token_of_max,
        "it has no blanks, and is not one of @BotFather",
    ),
}


def with_token(messenger: Messenger) -> Settings:
    """The settings with a token that the messenger knows, as far as it can be asked. Raises ConfigError."""
    asked = _ASKED[messenger]
    if not sys.stdin.isatty():
        raise ConfigError(f"{asked.setting} is not set. {asked.whence} and put it into the file .env.")
    for _ in range(_TRIES):
        token = _typed(asked)
        settings = _settings(asked, token)
        if settings is None or not _is_known(settings):
            continue
        try:
            _keep(asked.setting, token)
        except OSError as error:
            raise ConfigError(f"The file .env cannot be written: {error.strerror}") from None
        return settings
    raise ConfigError(f"{asked.setting} is not set: {messenger.called} knows none of these tokens. {asked.right}.")


def _settings(asked: _Asked, token: str) -> Settings | None:
    """The settings with what was typed; None if that can be no token. Raises ConfigError for the other settings."""
    if not asked.is_token(token):
        print(f"This is no token: {asked.form}. Copy all of it, and try again.")
        return None
    return load_settings(**{asked.setting.lower(): token})


def _typed(asked: _Asked) -> str:
    try:
        return getpass(f"{asked.wanted} (it is not shown, and kept in the file .env): ").strip()
    except (EOFError, KeyboardInterrupt):
        raise ConfigError(f"\n{asked.setting} is not set.") from None


def _is_known(settings: Settings) -> bool:
    """Whether the messenger knows the token, or cannot be reached, which keeps nobody from setting up."""
    called = settings.messenger.called
    print(f"Asking {called} ...", flush=True)
    # The import takes seconds, and whoever types nothing need not wait for it.
    from bot.delivery.client import BadToken, try_token
    from bot.parts.ways import asking

    async def tried() -> str | None:
        return await try_token(asking(settings))

    try:
        name = asyncio.run(tried())
    except BadToken:
        print(f"{called} does not know this token. Copy all of it, and try again.")
        return False
    print(
        f"It is @{name}." if name else f"{called} cannot be reached now; the token is kept without having been tried."
    )
    return True


def _keep(setting: str, token: str) -> None:
    """Puts the token into .env, and leaves everything else there."""
    # Where a link leads, it stays.
    env = _ENV.resolve()
    # The mark at the beginning that Windows' Notepad makes is none in the second line.
    existing = env.read_text(encoding="utf-8-sig") if env.exists() else ""
    # Every way in which a line of .env can set the token; the last such line would win.
    own_line = re.compile(rf"\s*(export\s+)?{setting}\s*=")
    kept = [line for line in existing.splitlines() if not own_line.match(line)]
    # The file is readable by its owner alone from its first byte on, and replaced whole or not at all.
    fresh = env.with_name(f"{env.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join([f"{setting}={token}", *kept]) + "\n")
    fresh.replace(env)
