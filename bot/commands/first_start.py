"""The first start on a terminal: the token is asked for, tried, and kept in .env."""

import asyncio
import os
import re
import sys
from getpass import getpass
from pathlib import Path

from bot.config import ConfigError, Settings, is_token
from bot.config import load as load_settings

_ENV = Path(".env")
# Every way in which a line of .env can set the token; the last such line would win.
_TOKEN_LINE = re.compile(r"\s*(export\s+)?BOT_TOKEN\s*=")
_TRIES = 3


def with_token() -> Settings:
    """The settings with a token that Telegram knows, as far as it can be asked. Raises ConfigError."""
    if not sys.stdin.isatty():
        raise ConfigError("BOT_TOKEN is not set. Get a token from @BotFather and put it into the file .env.")
    for _ in range(_TRIES):
        token = _asked()
        settings = _settings(token)
        if settings is None or not _is_known(settings):
            continue
        try:
            _keep(token)
        except OSError as error:
            raise ConfigError(f"The file .env cannot be written: {error.strerror}") from None
        return settings
    raise ConfigError("BOT_TOKEN is not set: Telegram knows none of these tokens. @BotFather shows the right one.")


def _settings(token: str) -> Settings | None:
    """The settings with what was typed; None if that can be no token. Raises ConfigError for the other settings."""
    if not is_token(token):
        print("This is no token: it looks like 123456:ABC-DEF. Copy all of it, and try again.")
        return None
    return load_settings(bot_token=token)


def _asked() -> str:
    try:
        return getpass("Token of @BotFather (it is not shown, and kept in the file .env): ").strip()
    except (EOFError, KeyboardInterrupt):
        raise ConfigError("\nBOT_TOKEN is not set.") from None


def _is_known(settings: Settings) -> bool:
    """Whether Telegram knows the token, or cannot be reached, which keeps nobody from setting up."""
    print("Asking Telegram ...", flush=True)
    # The import takes seconds, and whoever types nothing need not wait for it.
    from bot.delivery.client import BadToken, make_bot, try_token

    async def tried() -> str | None:
        assert settings.bot_token is not None
        return await try_token(make_bot(settings.bot_token, settings.telegram_api_url, settings.telegram_proxy))

    try:
        name = asyncio.run(tried())
    except BadToken:
        print("Telegram does not know this token. Copy all of it, and try again.")
        return False
    print(f"It is @{name}." if name else "Telegram cannot be reached now; the token is kept without having been tried.")
    return True


def _keep(token: str) -> None:
    """Puts the token into .env, and leaves everything else there."""
    existing = _ENV.read_text(encoding="utf-8") if _ENV.exists() else ""
    kept = [line for line in existing.splitlines() if not _TOKEN_LINE.match(line)]
    # The file is readable by its owner alone from its first byte on, and replaced whole or not at all.
    fresh = Path(".env.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join([f"BOT_TOKEN={token}", *kept]) + "\n")
    fresh.replace(_ENV)
