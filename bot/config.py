"""Settings: the only reader of the environment and of the file .env."""

from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class ConfigError(Exception):
    """Settings that cannot be used; its text has a line for each and never shows a value."""


class Settings(BaseSettings):
    """The settings of .env.example, checked. An empty value counts as not given."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        # A token that was put into the wrong variable must not appear in an error.
        hide_input_in_errors=True,
        frozen=True,
    )

    bot_token: SecretStr | None = None
    # Comma-separated in the file; the reader's JSON would be a trap for whoever edits it.
    admin_ids: Annotated[tuple[int, ...], NoDecode] = ()
    database_url: str = "sqlite+aiosqlite:///data/bot.db"
    directives_file: Path = Path("data/directives.yaml")
    organizations_file: Path = Path("data/organizations.yaml")
    calendar_file: Path = Path("data/calendar.yaml")
    timezone: ZoneInfo = ZoneInfo("Asia/Irkutsk")
    registration: Literal["approval", "invite", "open"] = "approval"
    telegram_api_url: str = ""
    telegram_proxy: SecretStr | None = None
    messages_per_second: float = Field(default=25, ge=0, le=1000)
    tick_seconds: float = Field(default=30, ge=0.05, le=3600)

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return [part for part in value.replace(";", ",").replace(" ", ",").split(",") if part]

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
        if not value.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise ValueError("must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://")
        return value

    @field_validator("telegram_api_url")
    @classmethod
    def _api(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("bot_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            number, _, secret = value.get_secret_value().partition(":")
            if not number.isdigit() or not secret:
                raise ValueError("is not a token of BotFather, which looks like 123456:ABC-DEF")
        return value


def load(**overrides: Any) -> Settings:
    """The settings of the environment and .env. Raises ConfigError."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        lines = [
            f"{str(fault['loc'][0]).upper() if fault['loc'] else '.env'}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors(include_input=False, include_url=False)
        ]
        raise ConfigError("\n".join(lines)) from None
    except UnicodeDecodeError:
        raise ConfigError(".env: is not UTF-8 text") from None
