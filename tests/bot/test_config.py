"""Settings: what they mean, and what is said about those that cannot be used."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from python_socks import parse_proxy_url
from sqlalchemy.engine import make_url

from bot.config import ConfigError, Settings, load
from bot.delivery.client import make_bot
from bot.domain.people.messenger import Messenger, account_of, messenger_of

SECRET = "123456:AAH-this_is_a_secret"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and nothing in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path


def faults(monkeypatch: pytest.MonkeyPatch, **values: str) -> list[str]:
    """What is said about these settings of the environment, a line each."""
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        load()
    lines = str(caught.value).splitlines()
    assert all(line.startswith("environment: ") for line in lines)
    return [line.removeprefix("environment: ") for line in lines]


def test_faults_say_where_they_come_from(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text("TICK_SECONDS=0\nLISTEN=nowhere\nBACKUPS_KEEP=-1\n", encoding="utf-8")
    monkeypatch.setenv("LISTEN", "here")
    monkeypatch.setenv("BACKUPS_KEEP", "")
    with pytest.raises(ConfigError) as caught:
        load()
    lines = str(caught.value).splitlines()
    # An empty variable sets nothing; one that is not empty outweighs the file.
    assert [line.split(": ")[:2] for line in lines] == [
        [".env", "TICK_SECONDS"],
        [".env", "BACKUPS_KEEP"],
        ["environment", "LISTEN"],
    ]
    (folder / ".env").write_text("WEBHOOK_URL=https://bot.example.org/telegram\nLISTEN=\n", encoding="utf-8")
    monkeypatch.delenv("LISTEN")
    with pytest.raises(ConfigError, match=r"^\.env: WEBHOOK_URL needs LISTEN"):
        load()


def test_nothing_is_set() -> None:
    settings = load()
    assert settings.bot_token is None
    assert settings.admin_ids == ()
    assert settings.database_url == "sqlite+aiosqlite:///data/bot.db"
    assert settings.timezone == ZoneInfo("Asia/Irkutsk")
    assert settings.registration == "approval"


def test_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"""\
# comment
BOT_TOKEN={SECRET}
ADMIN_IDS=1
REGISTRATION=
export TIMEZONE="Europe/Moscow"
UNKNOWN=whatever
"""
    (folder / ".env").write_text(text.replace("\n", "\r\n"), encoding="utf-8")
    monkeypatch.setenv("ADMIN_IDS", "2")
    settings = load()
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == SECRET
    assert SECRET not in repr(settings)
    # The environment wins; an empty value is no value.
    assert settings.admin_ids == (2,)
    assert settings.registration == "approval"
    assert settings.timezone == ZoneInfo("Europe/Moscow")


def test_a_file_that_is_no_text(folder: Path) -> None:
    (folder / ".env").write_bytes("ИМЯ=Школа".encode("cp1251"))
    with pytest.raises(ConfigError, match=r"\.env: is not UTF-8"):
        load()


@pytest.mark.parametrize(
    "line",
    [
        'ANNOUNCEMENT_APPROVAL="1',
        "ANNOUNCEMENT_APPROVAL: 1",
        "ANNOUNCEMENT_APPROVAL",
        "ANNOUNCEMENT APPROVAL=1",
        'ADMIN_IDS="5","6"',
        SECRET,
    ],
)
def test_a_line_that_sets_nothing_is_told_of(folder: Path, line: str) -> None:
    """It was passed over, with a warning of the library's at most, and consent, say, was needed no more."""
    (folder / ".env").write_text(f"# Ours\nOTHER\n\n\n{line}\nTICK_SECONDS=5\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load()
    said = "cannot be read: a line is NAME=VALUE; a quote before a value needs one behind it"
    assert str(caught.value) == f".env:5: {said}"


def test_what_other_programs_have_there_is_no_fault(folder: Path) -> None:
    (folder / ".env").write_text("\ufeff\nPGPASSWORD\nKEY='of two\nlines'\nTICK_SECONDS=5\n", encoding="utf-8")
    assert load().tick_seconds == 5


@pytest.mark.parametrize("quoted", ["“%s”", "«%s»", "‘%s’"])
@pytest.mark.parametrize("name", ["BACKUPS_FOLDER", "DIRECTIVES_FILE", "TIMEZONE", "BOT_TOKEN"])
def test_quotation_marks_of_a_text_editor_are_told_of(monkeypatch: pytest.MonkeyPatch, name: str, quoted: str) -> None:
    """They were a part of the value: backups went into a folder of another name."""
    assert faults(monkeypatch, **{name: quoted % "data/backups"}) == [
        f"{name}: begins with a curled quotation mark, which is a part of it here: leave both away"
    ]


@pytest.mark.parametrize("name", ["DATABASE_URL", "DIRECTIVES_FILE", "TIMEZONE", "PUBLIC_URL", "BOT_TOKEN"])
def test_a_sign_that_nobody_sees_is_told_of(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Copied from a page: another file was made, or a zone that reads right was not known."""
    value = {"DATABASE_URL": "sqlite+aiosqlite:///data/bot.db"}.get(name, SECRET)
    assert faults(monkeypatch, **{name: f"{value}\u200b"}) == [
        f"{name}: has a sign that cannot be seen (U+200B): type it anew"
    ]


@pytest.mark.parametrize("text", ["-1001234567890_5", "1001234567890", "−1001234567890", "@group", "-100 123"])
def test_no_groups(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """The first is the address of a topic: all of it was taken for the number of another group."""
    assert faults(monkeypatch, DEPARTMENT_CHAT_ID=text) == [
        "DEPARTMENT_CHAT_ID: must be the number of a group alone, such as -1001234567890"
    ]


@pytest.mark.parametrize(
    ("text", "ids"),
    [("1", (1,)), ("1,2; 3", (1, 2, 3)), (" 1 2 ", (1, 2)), (",;", ()), ("5000000000", (5_000_000_000,))],
)
def test_administrators(monkeypatch: pytest.MonkeyPatch, text: str, ids: tuple[int, ...]) -> None:
    monkeypatch.setenv("ADMIN_IDS", text)
    assert load().admin_ids == ids


@pytest.mark.parametrize("text", ["@ivanova", "1_5", "1.5", "-100123", "0", "9" * 30, SECRET])
def test_no_administrators(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (line,) = faults(monkeypatch, ADMIN_IDS=text)
    assert line.startswith("ADMIN_IDS: ")
    assert text not in line or text == "0"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite+aiosqlite:///data/bot.db",
        "sqlite+aiosqlite:////var/lib/bot.db",
        "postgresql+asyncpg://user:p%40ss@db.example:5432/bot",
        "postgresql+asyncpg:///bot?host=/run/postgresql",
        "postgresql+asyncpg://user@/bot?host=one:5432&host=two:5432&target_session_attrs=read-write&ssl=require",
        "postgresql+asyncpg://user@/bot?host=one,two&port=5432,5433",
        "postgresql+asyncpg://user@/bot?host=::1,fd00::2&port=5432,5433",
        "postgresql+asyncpg://user@/bot?host=/run/postgresql&port=5433",
    ],
)
def test_databases(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert load().database_url == url


@pytest.mark.parametrize(
    "url",
    [
        "mysql://user:SECRET@host/db",
        "postgresql://user:SECRET@host/db",
        "postgresql+asyncpg://user:SECRET@host:port/db",
        "postgresql+asyncpg://user:SECRET@host",
        "postgresql+asyncpg://user:pa/SECRET@host:1/db",
        "postgresql+asyncpg://user:SECRET@host/db?sslmode=require",
        "postgresql+asyncpg://user@host/db?password=SECRET",
        "postgresql+asyncpg://user@host/db?ssl=SECRET",
        "postgresql+asyncpg://user@/db?host=one:1&host=two:2&target_session_attrs=writable",
        "postgresql+asyncpg://user@/db?host=one&host=two:5432",
        "postgresql+asyncpg://user@/db?host=one&host=two&port=5432",
        "postgresql+asyncpg://user@/db?host=one:5432&host=two:5432&port=5432,5432",
        "postgresql+asyncpg://user@/db?host=one,two&port=5432",
        "postgresql+asyncpg://user@/db?host=one,two",
        "postgresql+asyncpg://user@/db?host=one,&port=5432,5432",
        "postgresql+asyncpg://user@/db?host=one:5432&host=two:0",
        "postgresql+asyncpg://user@/db?port=5432,5433",
        "postgresql+asyncpg://user@/db?host=one&port=54320000",
        "postgresql+asyncpg://user@host/db?command_timeout=SECRET",
        "sqlite+aiosqlite:///",
        "sqlite+aiosqlite:///:memory:",
        "data/bot.db",
    ],
)
def test_no_databases(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    (line,) = faults(monkeypatch, DATABASE_URL=url)
    assert line.startswith("DATABASE_URL: must")
    assert "SECRET" not in line


def test_what_other_programs_call_ssl(monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = faults(monkeypatch, DATABASE_URL="postgresql+asyncpg://bot@db/bot?sslmode=require")
    assert "sslmode behind its ?, which is ssl here" in line


@pytest.mark.parametrize("name", ["Asia/Irkutks", "Иркутск", "../../etc/passwd", "Asia", "UTC+8", SECRET])
def test_no_time_zones(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert faults(monkeypatch, TIMEZONE=name) == [
        "TIMEZONE: no such time zone; for example Asia/Irkutsk or Europe/Moscow"
    ]


def test_no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    for token in ("hello", "123456", ":abc", "123456:", "123 456:abc", "abc:def", "123:абв"):
        assert faults(monkeypatch, BOT_TOKEN=token) == [
            "BOT_TOKEN: is not a token of BotFather, which looks like 123456:ABC-DEF"
        ]
    monkeypatch.setenv("BOT_TOKEN", f"  {SECRET}\n")
    settings = load()
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == SECRET


def test_every_fault_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = faults(
        monkeypatch,
        ADMIN_IDS=SECRET,
        REGISTRATION=SECRET,
        TIMEZONE=SECRET,
        TELEGRAM_API_URL=SECRET,
        MESSAGES_PER_SECOND=SECRET,
        TICK_SECONDS="nan",
        DATABASE_URL=SECRET,
    )
    assert [line.split(":")[0] for line in lines] == [
        "ADMIN_IDS", "DATABASE_URL", "TIMEZONE", "REGISTRATION", "TELEGRAM_API_URL", "MESSAGES_PER_SECOND",
        "TICK_SECONDS",
    ]  # fmt: skip
    assert "AAH" not in "\n".join(lines)


@pytest.mark.parametrize(
    ("clock", "telegram"),
    [
        ("http://127.0.0.1:8081/clock", ""),
        ("http://127.0.0.1:8081/clock", "https://api.example.com"),
        ("http://clock.example.com/", "http://127.0.0.1:8081"),
        ("http://127.0.0.1.example.com/", "http://127.0.0.1:8081"),
        ("soon", "http://127.0.0.1:8081"),
    ],
)
def test_a_clock_from_outside_is_for_the_demo_alone(monkeypatch: pytest.MonkeyPatch, clock: str, telegram: str) -> None:
    monkeypatch.setenv("CLOCK_URL", clock)
    monkeypatch.setenv("TELEGRAM_API_URL", telegram)
    with pytest.raises(ConfigError, match="CLOCK_URL is for the demo"):
        load()


@pytest.mark.parametrize(
    "place",
    ["8080", ":8080", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:99999", "127.0.0.1:http", "http://127.0.0.1:8080",
     "127.0.0..1:8080"],
)  # fmt: skip
def test_no_places_to_listen(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    assert faults(monkeypatch, LISTEN=place) == ["LISTEN: must be HOST:PORT, for example 127.0.0.1:8080"]


@pytest.mark.parametrize("place", ["127.0.0.1:8080", "0.0.0.0:1", "[::1]:65535", "localhost:9000"])
def test_places_to_listen(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setenv("LISTEN", place)
    assert load().listen == place


@pytest.mark.parametrize(
    "where", ["bot@db..example.org/bot", "bot@/bot?host=db..example.org", "bot@/bot?host=db1,.db2&port=1,2"]
)
def test_a_server_that_nobody_can_be_asked_about(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """The start ended by it with a stack of the library's, and so did `check`."""
    (said,) = faults(monkeypatch, DATABASE_URL=f"postgresql+asyncpg://{where}")
    assert said.startswith("DATABASE_URL: must ")


def test_nothing_stands_behind_the_name_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library passed over some of it, with a warning, and ended by the rest."""
    for options in ("?mode=ro", "?timeout=long", "?"):
        said = faults(monkeypatch, DATABASE_URL=f"sqlite+aiosqlite:///data/bot.db{options}")
        assert said == ["DATABASE_URL: must not have anything behind a ?"]


_NO_PROXY = "TELEGRAM_PROXY: must look like http://HOST:PORT, socks4://HOST:PORT or socks5://USER:PASSWORD@HOST:PORT"


@pytest.mark.parametrize(
    "way", ["localhost:1080", "http://", "socks://proxy:1", "socks5h://proxy:1", "https://proxy:1", "http://proxy",
            "socks5://u:p@proxy:99999", "http://proxy:0", "http://proxy:port", "http://[::1", "прокси"],
)  # fmt: skip
def test_no_ways_through_a_proxy(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """The start ended by them with a stack of the library's, and `check` found no fault."""
    assert faults(monkeypatch, TELEGRAM_PROXY=way) == [_NO_PROXY]


@pytest.mark.parametrize("way", ["http://proxy:3128", "socks4://10.0.0.1:1080", "socks5://u:p%40@[::1]:1080"])
def test_ways_through_a_proxy(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    monkeypatch.setenv("TELEGRAM_PROXY", way)
    assert make_bot(SecretStr("42:TEST"), proxy=load().telegram_proxy).session is not None


@pytest.mark.parametrize(
    "server", ["https://", "https://:8081", "https://x y", "https://x:99999", "https://x:port", "https://[::1",
               "https://x?y=1", "https://x#a", "https://x..y", f"https://{'x' * 64}"],
)  # fmt: skip
def test_no_servers_of_a_messenger(monkeypatch: pytest.MonkeyPatch, server: str) -> None:
    said = "must be the address of a server, such as"
    assert faults(monkeypatch, TELEGRAM_API_URL=server, MAX_API_URL=server) == [
        f"TELEGRAM_API_URL: {said} http://127.0.0.1:8081",
        f"MAX_API_URL: {said} https://platform-api2.max.ru",
    ]


HOOK = {
    "WEBHOOK_URL": "https://bot.example.org/telegram",
    "WEBHOOK_SECRET": "0123456789abcdef",
    "LISTEN": "127.0.0.1:8080",
}


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://bot.example.org/telegram", "/telegram"),
        ("https://bot.example.org:8443/a/b-c_d.e~f/", "/a/b-c_d.e~f/"),
        ("https://bot.example.org", "/"),
        ("http://127.0.0.1:5000/hook", "/hook"),
    ],
)
def test_webhooks(monkeypatch: pytest.MonkeyPatch, url: str, path: str) -> None:
    for name, value in (HOOK | {"WEBHOOK_URL": url}).items():
        monkeypatch.setenv(name, value)
    settings = load()
    assert settings.webhook_path == path
    assert HOOK["WEBHOOK_SECRET"] not in repr(settings)


@pytest.mark.parametrize(
    "url",
    [
        *["bot.example.org/telegram", "http://bot.example.org/telegram", "ftp://127.0.0.1/x", "https:///telegram"],
        *["https://bot.example.org:5000/x", "https://bot.example.org:port/x", "https://bot.example.org/health"],
        *["https://SECRET:SECRET@bot.example.org/x", "https://bot.example.org/x?SECRET", "https://bot.example.org/#x"],
        *["https://bot.example.org/{SECRET}", "https://bot.example.org/%20", "https://bot.example.org/a b", SECRET],
        *["https://bot..example.org/x", "https://bot example.org/x"],
    ],
)
def test_no_webhooks(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    (line,) = faults(monkeypatch, **HOOK | {"WEBHOOK_URL": url})
    assert line.startswith("WEBHOOK_URL: must")
    assert "SECRET" not in line
    assert SECRET not in line


@pytest.mark.parametrize("secret", ["short-secret-15", "a" * 257, "with a space in it", "секретсекретсекр", "a:b" * 9])
def test_no_secrets(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    (line,) = faults(monkeypatch, **HOOK | {"WEBHOOK_SECRET": secret})
    assert line.startswith("WEBHOOK_SECRET: must be 16 to 256")
    assert secret not in line


@pytest.mark.parametrize(
    ("missing", "line"),
    [
        ("LISTEN", "WEBHOOK_URL needs LISTEN, where the bot takes in what is delivered"),
        ("WEBHOOK_SECRET", "WEBHOOK_URL needs WEBHOOK_SECRET, by which the bot knows Telegram"),
    ],
)
def test_a_webhook_needs_a_place_and_a_secret(monkeypatch: pytest.MonkeyPatch, missing: str, line: str) -> None:
    assert faults(monkeypatch, **HOOK | {missing: ""}) == [line]


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("https://bot.example.org", "/calendar"),
        ("https://bot.example.org/", "/calendar"),
        ("https://bot.example.org:8443/office/bot/", "/office/bot/calendar"),
        ("http://127.0.0.1:8080", "/calendar"),
    ],
)
def test_a_public_address(monkeypatch: pytest.MonkeyPatch, url: str, where: str) -> None:
    monkeypatch.setenv("LISTEN", "127.0.0.1:8080")
    monkeypatch.setenv("PUBLIC_URL", url)
    settings = load()
    assert settings.calendar_path == where
    assert settings.calendar_url == f"{url.rstrip('/')}/calendar"


def test_without_a_public_address_nothing_is_answered() -> None:
    assert (load().calendar_url, load().calendar_path) == ("", "")


@pytest.mark.parametrize(
    "url",
    [
        "bot.example.org",
        "http://bot.example.org",
        "webcal://bot.example.org",
        "https://",
        "https://user:password@bot.example.org",
        "https://bot.example.org/?x=1",
        "https://bot.example.org/#x",
        "https://bot.example.org/{token}",
        "https://bot.example.org:0",
        "https://bot.example.org:99999",
        "https://[bot",
        "https://bot..example.org",
        "https://bot example.org",
    ],
)
def test_no_public_address(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    (line,) = faults(monkeypatch, LISTEN="127.0.0.1:8080", PUBLIC_URL=url)
    assert line.startswith("PUBLIC_URL: must")


def test_a_public_address_needs_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    line = "PUBLIC_URL needs LISTEN, where the bot answers what comes by it"
    assert faults(monkeypatch, PUBLIC_URL="https://bot.example.org") == [line]


def test_a_password_may_have_any_signs(folder: Path) -> None:
    lines = [
        "DATABASE_URL=postgresql+asyncpg://bot:a%24b%40c%3A%2F%23%25@db/bot",
        "TELEGRAM_PROXY=socks5://bot:a%24b%40c%3A%2F%23%25@proxy:1080",
    ]
    (folder / ".env").write_text("\n".join(lines), encoding="utf-8")
    settings = load()
    assert make_url(settings.database_url).password == "a$b@c:/#%"
    assert settings.telegram_proxy is not None
    assert parse_proxy_url(settings.telegram_proxy.get_secret_value())[4] == "a$b@c:/#%"


# --- MAX ---

TOKEN_OF_MAX = "f9LHodD0cOL-in_MAX"


def test_max(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"MESSENGER": "max", "MAX_TOKEN": TOKEN_OF_MAX, "ADMIN_IDS": "5,300000007"}.items():
        monkeypatch.setenv(name, value)
    settings = load()
    assert settings.token is not None
    assert settings.token.get_secret_value() == TOKEN_OF_MAX
    assert TOKEN_OF_MAX not in repr(settings)
    assert TOKEN_OF_MAX in settings.secrets()
    assert settings.api_url == "https://platform-api2.max.ru"
    # Nobody in MAX is who has the same number in Telegram.
    assert {account_of(person) for person in settings.administrators} == {5, 300000007}
    assert all(messenger_of(person) is Messenger.MAX for person in settings.administrators)
    assert settings.administrators.isdisjoint(settings.admin_ids)


def test_the_same_without_a_word_of_max(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", SECRET)
    monkeypatch.setenv("ADMIN_IDS", f"5,{2**52 - 1}")
    settings = load()
    assert settings.token == settings.bot_token
    assert settings.administrators == {5, 2**52 - 1}
    assert all(messenger_of(person) is Messenger.TELEGRAM for person in settings.administrators)


def test_a_number_above_telegrams_is_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = faults(monkeypatch, ADMIN_IDS=str(2**52))
    assert line.startswith("ADMIN_IDS: ")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"MESSENGER": "viber"}, "MESSENGER: "),
        ({"MAX_TOKEN": TOKEN_OF_MAX}, "MAX_TOKEN needs MESSENGER=max, or BOT_TOKEN beside it"),
        ({"MAX_TOKEN": "123456:ABC-DEF"}, "MAX_TOKEN: is a token of BotFather, which is Telegram's: BOT_TOKEN"),
        ({"MAX_TOKEN": "two words"}, "MAX_TOKEN: is not a token of MAX"),
        ({"MAX_API_URL": "http://platform-api2.max.ru"}, "MAX_API_URL: must begin with https://: the token goes there"),
        ({"CLOCK_URL": "http://127.0.0.1:1", "MESSENGER": "max"}, "CLOCK_URL is for the demo: it and MAX_API_URL"),
    ],
)
def test_faults_of_max(monkeypatch: pytest.MonkeyPatch, values: dict[str, str], said: str) -> None:
    (line,) = faults(monkeypatch, **values)
    assert line.startswith(said)
    assert TOKEN_OF_MAX not in line


def test_max_delivers_to_one_port(monkeypatch: pytest.MonkeyPatch) -> None:
    hook = HOOK | {"MESSENGER": "max", "MAX_TOKEN": TOKEN_OF_MAX}
    (line,) = faults(monkeypatch, **hook | {"WEBHOOK_URL": "https://bot.example.org:8443/max"})
    assert line == "WEBHOOK_URL: must have port 443: MAX delivers to no other"
    (line,) = faults(monkeypatch, **hook | {"WEBHOOK_URL": "http://bot.example.org/max"})
    assert line == "WEBHOOK_URL: must begin with https://: MAX delivers to nothing else"
    for url in ("https://bot.example.org:443/max", "https://bot.example.org/max"):
        monkeypatch.setenv("WEBHOOK_URL", url)
        assert load().webhook_url == url
    monkeypatch.delenv("WEBHOOK_SECRET")
    with pytest.raises(ConfigError, match="by which the bot knows MAX"):
        load()
