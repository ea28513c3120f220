"""Settings: the only reader of the environment and of the file .env."""

import difflib
import os
import re
import stat
import sys
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.addresses import checked_database, is_host, is_loopback, is_proxy, is_server, passwords_of
from bot.domain.people.messenger import Messenger

# Telegram promises ids of at most 52 significant bits; a longer number would not fit into the database.
_Account = Annotated[int, Field(gt=0, lt=2**52)]
# Groups are negative, and those that became supergroups begin with -100.
_GroupId = Annotated[int, Field(gt=-(2**53), lt=0)]

_ENV = Path(".env")
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
# Telegram takes such a secret; a shorter one can be guessed.
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
_GROUP = re.compile(r"-[0-9]+")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*/?")
# MAX does not say how its tokens look; it goes into a header, which takes no blank.
_MAX_TOKEN = re.compile(r"[!-~]{8,512}")
# What text editors make of a quote; nothing that is set here begins so.
_CURLED = tuple("“”„‟«»‘’‚‛‹›")
# Messengers deliver to these ports alone.
_WEBHOOK_PORTS = {Messenger.TELEGRAM: (443, 80, 88, 8443), Messenger.MAX: (443,)}


class ConfigError(Exception):
    """Some settings cannot be used; the text has a line for each and never shows a value."""


class Settings(BaseSettings):
    """The settings of .env.example, checked. An empty value counts as not given."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        str_strip_whitespace=True,
        extra="ignore",
        # A token that was put into the wrong variable must not appear in an error.
        hide_input_in_errors=True,
        frozen=True,
    )

    # The first: what others may be depends on it.
    messenger: Messenger = Messenger.TELEGRAM
    bot_token: SecretStr | None = None
    max_token: SecretStr | None = None
    # Numbers of accounts in that messenger. Comma-separated in the file; the reader's JSON would be a trap for whoever
    # edits it.
    admin_ids: Annotated[tuple[_Account, ...], NoDecode] = ()
    # It may hold a password.
    database_url: str = Field(default="sqlite+aiosqlite:///data/bot.db", repr=False)
    directives_file: Path = Path("data/directives.yaml")
    organizations_file: Path = Path("data/organizations.yaml")
    calendar_file: Path = Path("data/calendar.yaml")
    timezone: ZoneInfo = ZoneInfo("Asia/Irkutsk")
    registration: Literal["approval", "invite", "open"] = "approval"
    announcement_approval: bool = False
    department_chat_id: _GroupId | None = None
    telegram_api_url: str = ""
    telegram_proxy: SecretStr | None = None
    max_api_url: str = "https://platform-api2.max.ru"
    messages_per_second: float = Field(default=25, ge=0, le=1000)
    tick_seconds: float = Field(default=30, ge=0.05, le=3600)
    backups_keep: int = Field(default=14, ge=0, le=3650)
    # Of a database on a server; those of SQLite are beside it.
    backups_folder: Path = Path("data/backups")
    # HOST:PORT at which /health, /metrics and the webhook are answered; empty: nowhere.
    listen: str = ""
    # Where the messenger delivers updates; empty: the bot polls.
    webhook_url: str = ""
    webhook_secret: SecretStr | None = None
    # The address under which the world reaches LISTEN; empty: it does not.
    public_url: str = ""
    log_format: Literal["text", "json"] = "text"
    # For the demo alone: where the bot asks what time it is.
    clock_url: str = ""

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        parts = [part for part in value.replace(";", ",").replace(" ", ",").split(",") if part]
        if not all(part.isascii() and part.isdecimal() for part in parts):
            raise ValueError("must be numbers of people, separated by commas: 123456789, 987654321")
        return parts

    @field_validator("department_chat_id", mode="before")
    @classmethod
    def _group(cls, value: Any) -> Any:
        # Python would take the number of a topic, which Telegram Web puts behind an underscore, for more digits.
        if isinstance(value, str) and not _GROUP.fullmatch(value.strip()):
            raise ValueError("must be the number of a group alone, such as -1001234567890")
        return value

    @field_validator("timezone", mode="before")
    @classmethod
    def _zone(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("no such time zone; for example Asia/Irkutsk or Europe/Moscow") from None

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        return checked_database(value)

    @field_validator("telegram_api_url")
    @classmethod
    def _api(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        if value and not is_server(value):
            raise ValueError("must be the address of a server, such as http://127.0.0.1:8081")
        return value.rstrip("/")

    @field_validator("telegram_proxy")
    @classmethod
    def _proxy(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not is_proxy(value.get_secret_value()):
            raise ValueError("must look like http://HOST:PORT, socks4://HOST:PORT or socks5://USER:PASSWORD@HOST:PORT")
        return value

    @field_validator("max_api_url")
    @classmethod
    def _max_api(cls, value: str) -> str:
        # The token goes along with each call, to whoever is there.
        if not value.startswith("https://") and not (value.startswith("http://") and is_loopback(value)):
            raise ValueError("must begin with https://: the token goes there")
        if not is_server(value):
            raise ValueError("must be the address of a server, such as https://platform-api2.max.ru")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _clock(self) -> Self:
        # A real bot that lives in another time would ask and remind real people at will.
        name = "MAX_API_URL" if self.messenger is Messenger.MAX else "TELEGRAM_API_URL"
        if self.clock_url and not (is_loopback(self.clock_url) and is_loopback(self.api_url)):
            raise ValueError(f"CLOCK_URL is for the demo: it and {name} must be on 127.0.0.1")
        return self

    @field_validator("listen")
    @classmethod
    def _place(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if value and not (
            is_host(host.strip("[]"))
            and "/" not in host
            and port.isascii()
            and port.isdecimal()
            and 0 < int(port) < 65536
        ):
            raise ValueError("must be HOST:PORT, for example 127.0.0.1:8080")
        return value

    @field_validator("webhook_url")
    @classmethod
    def _webhook(cls, value: str, info: ValidationInfo) -> str:
        if not value:
            return value
        # Without one, that is what is wrong, and is told already.
        messenger = info.data.get("messenger", Messenger.TELEGRAM)
        if not is_server(value) or (parts := urlsplit(value)).username is not None:
            raise ValueError("must be an address such as https://bot.example.org/telegram")
        if not _PATH.fullmatch(parts.path) or parts.path in ("/health", "/metrics"):
            raise ValueError("must have a path of letters, digits, -, _, . and ~ that is not /health or /metrics")
        if not is_loopback(value):
            if parts.scheme != "https":
                raise ValueError(f"must begin with https://: {messenger.called} delivers to nothing else")
            ports = [str(one) for one in _WEBHOOK_PORTS[messenger]]
            if parts.port is not None and str(parts.port) not in ports:
                listed = " or ".join(filter(None, (", ".join(ports[:-1]), ports[-1])))
                raise ValueError(f"must have port {listed}: {messenger.called} delivers to no other")
        elif parts.scheme not in ("http", "https"):
            raise ValueError("must begin with https://")
        return value

    @field_validator("public_url")
    @classmethod
    def _public(cls, value: str) -> str:
        if not value:
            return value
        is_address = is_server(value) and (parts := urlsplit(value)).username is None
        if not is_address or not _PATH.fullmatch(parts.path):
            raise ValueError("must be an address such as https://bot.example.org")
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(value)):
            raise ValueError("must begin with https://: whoever sees an address on its way reads the calendar")
        return value.rstrip("/")

    def secrets(self) -> list[str]:
        """What must not be written anywhere: token, webhook's secret, passwords as they are and as in an address."""
        kept = (self.bot_token, self.max_token, self.webhook_secret)
        secrets = [secret.get_secret_value() for secret in kept if secret is not None]
        proxy = self.telegram_proxy.get_secret_value() if self.telegram_proxy is not None else ""
        for url in (self.database_url, proxy):
            secrets += passwords_of(url)
        return secrets

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("must be 16 to 256 letters, digits, - and _; `openssl rand -hex 32` makes one")
        return value

    @model_validator(mode="after")
    def _delivered(self) -> Self:
        if self.webhook_url and not self.listen:
            raise ValueError("WEBHOOK_URL needs LISTEN, where the bot takes in what is delivered")
        if self.webhook_url and self.webhook_secret is None:
            raise ValueError(f"WEBHOOK_URL needs WEBHOOK_SECRET, by which the bot knows {self.messenger.called}")
        if self.public_url and not self.listen:
            raise ValueError("PUBLIC_URL needs LISTEN, where the bot answers what comes by it")
        return self

    @model_validator(mode="after")
    def _own_token(self) -> Self:
        # Otherwise the bot would ask for a token that nobody has.
        if self.max_token is not None and self.bot_token is None and self.messenger is Messenger.TELEGRAM:
            raise ValueError("MAX_TOKEN needs MESSENGER=max, or BOT_TOKEN beside it: the bot serves in Telegram")
        return self

    @property
    def token(self) -> SecretStr | None:
        """By which the messenger knows the bot."""
        return self.max_token if self.messenger is Messenger.MAX else self.bot_token

    @property
    def bot(self) -> str:
        """The messenger, and what tells the bot from others there: of Telegram its number, which outlives a token."""
        token = self.token.get_secret_value() if self.token is not None else ""
        is_max = self.messenger is Messenger.MAX
        return f"{self.messenger} {sha256(token.encode()).hexdigest() if is_max else token.partition(':')[0]}"

    @property
    def arrival(self) -> str:
        """What tells how updates arrive: all that serve a database get them in one way."""
        if not self.webhook_url:
            return "polling"
        secret = self.webhook_secret.get_secret_value() if self.webhook_secret is not None else ""
        return f"webhook {sha256(f'{self.webhook_url} {secret}'.encode()).hexdigest()}"

    @property
    def api_url(self) -> str:
        """Where the messenger is called; empty: Telegram's own server."""
        return self.max_api_url if self.messenger is Messenger.MAX else self.telegram_api_url

    @property
    def administrators(self) -> frozenset[int]:
        """The people of `admin_ids`."""
        return frozenset(map(self.messenger.person, self.admin_ids))

    @property
    def webhook_path(self) -> str:
        """Where on LISTEN updates are delivered."""
        return urlsplit(self.webhook_url).path or "/"

    @property
    def calendar_url(self) -> str:
        """Below which people's own calendars look their deadlines up; empty: nowhere."""
        return f"{self.public_url}/calendar" if self.public_url else ""

    @property
    def calendar_path(self) -> str:
        """Where on LISTEN that is."""
        return urlsplit(self.calendar_url).path

    @field_validator("bot_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not is_token(value.get_secret_value()):
            raise ValueError("is not a token of BotFather, which looks like 123456:ABC-DEF")
        return value

    @field_validator("max_token")
    @classmethod
    def _token_of_max(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return value
        if is_token(value.get_secret_value()):
            raise ValueError("is a token of BotFather, which is Telegram's: BOT_TOKEN")
        if not is_token_of_max(value.get_secret_value()):
            raise ValueError("is not a token of MAX: it has no blanks and 8 signs at least")
        return value

    @field_validator("*", mode="before")
    @classmethod
    def _seen(cls, value: Any) -> Any:
        # Copied from a page or a chat, what reads right names another file or zone. The last one here is asked first.
        if isinstance(value, str) and (hidden := [sign for sign in value.strip() if not sign.isprintable()]):
            raise ValueError(f"has a sign that cannot be seen (U+{ord(hidden[0]):04X}): type it anew")
        if isinstance(value, str) and value.strip().startswith(_CURLED):
            raise ValueError("begins with a curled quotation mark, which is a part of it here: leave both away")
        return value


def is_token(text: str) -> bool:
    """Whether it looks like what BotFather gives."""
    return bool(_TOKEN.fullmatch(text))


def is_token_of_max(text: str) -> bool:
    """Whether it may be what MAX gives."""
    return bool(_MAX_TOKEN.fullmatch(text)) and not is_token(text)


def load(**overrides: Any) -> Settings:
    """The settings of the environment and .env. Raises ConfigError."""
    try:
        if lines := _unreadable_lines():
            raise ConfigError("\n".join(lines))
        return Settings(**overrides)
    except ValidationError as error:
        lines = []
        for fault in error.errors(include_input=False, include_url=False):
            message = fault["msg"].removeprefix("Value error, ")
            # What several settings say together begins with the name of the first.
            name = str(fault["loc"][0]).upper() if fault["loc"] else message.partition(" ")[0]
            lines.append(": ".join(filter(None, (_source(name), name if fault["loc"] else "", message))))
        raise ConfigError("\n".join(dict.fromkeys(lines))) from None
    except UnicodeDecodeError:
        raise ConfigError(".env: is not UTF-8 text") from None
    except OSError as error:
        raise ConfigError(f".env: cannot be read: {error.strerror}") from None


def _bindings() -> list[Binding]:
    """What each line of .env says, whether it can be read or not. Raises OSError and UnicodeDecodeError."""
    if not _ENV.is_file():
        return []
    with _ENV.open(encoding="utf-8") as file:
        return list(parse_stream(file))


def _unreadable_lines() -> list[str]:
    """What is said of lines that set nothing. The reader passes over them, and what they guard would be open."""
    lines = []
    for key, value, original, is_faulty in _bindings():
        # A name alone is what other programs may have there, a setting or a token alone is a slip.
        is_slip = key is not None and value is None and (key.upper() in _known() or not key.isidentifier())
        if is_faulty or is_slip:
            blank = original.string[: len(original.string) - len(original.string.lstrip())]
            place = f".env:{original.line + blank.count(chr(10))}"
            lines.append(f"{place}: cannot be read: a line is NAME=VALUE; a quote before a value needs one behind it")
    return lines


def _known() -> set[str]:
    """The names of all settings."""
    return {name.upper() for name in Settings.model_fields}


def _source(name: str) -> str:
    """What has set the setting: the environment, which outweighs the file, or the file; "" if neither has."""
    if any(key.upper() == name and value.strip() for key, value in os.environ.items()):
        return "environment"
    return ".env" if any(key.upper() == name and value for key, value in dotenv_values(_ENV).items()) else ""


def unknown_keys() -> dict[str, str | None]:
    """Each name in .env that is no setting, and a setting that is nearly called so. Not a fault: the file may serve
    other programs too."""
    known = _known()
    strange = [key for key in dotenv_values(_ENV) if key.upper() not in known]
    return {key: next(iter(difflib.get_close_matches(key.upper(), known, 1)), None) for key in strange}


def repeated_keys() -> list[str]:
    """Each setting that .env has more than once, with other words: the last one counts."""
    said: dict[str, set[str | None]] = {}
    for binding in _bindings():
        if binding.key is not None:
            said.setdefault(binding.key.upper(), set()).add(binding.value)
    return [name for name, values in said.items() if len(values) > 1 and name in _known()]


def is_open() -> bool:
    """Whether anybody on this machine may read .env. On Windows modes say nothing."""
    return sys.platform != "win32" and _ENV.is_file() and bool(_ENV.stat().st_mode & stat.S_IROTH)
