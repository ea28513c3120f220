"""Addresses that stand in settings: which can be used, and what of them is secret."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

# What may stand behind the ? of a server's address, and what it may be: asyncpg fails at anything else with words that
# nobody understands.
_OPTIONS = {
    "host": ".+",
    "port": "[0-9]+(,[0-9]+)*",
    "ssl": "disable|allow|prefer|require|verify-ca|verify-full",
    "target_session_attrs": "any|primary|standby|prefer-standby|read-write|read-only",
    "passfile": ".+",
    "command_timeout": "[1-9][0-9]*",
}


def is_loopback(url: str) -> bool:
    """Whether it is of this machine."""
    try:
        return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
    except ValueError:
        return False


def is_server(url: str) -> bool:
    """Whether addresses can be made of it by adding to its end."""
    try:
        parts = urlsplit(url)
        return is_host(parts.hostname) and parts.port != 0 and not re.search(r"[\s?#]", url)
    except ValueError:
        return False


def is_proxy(url: str) -> bool:
    """Whether the way to Telegram may lead through it."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "socks4", "socks5") and is_host(parts.hostname) and bool(parts.port)
    except ValueError:
        return False


def is_host(name: str | None) -> bool:
    """Whether a host can be called so, and a resolver be asked about it."""
    try:
        return bool(name and name.encode("idna"))
    except ValueError:
        return False


def _is_place(url: str) -> bool:
    try:
        parts = urlsplit(url)
        # Reading the port is what checks it: an unquoted @, / or : of a password ends up there.
        return parts.port != 0 and len(parts.path) > 1 and (not parts.hostname or is_host(parts.hostname))
    except ValueError:
        return False


def passwords_of(url: str) -> list[str]:
    """The password of an address, as it is and as it stands there; none if it has none."""
    try:
        password = urlsplit(url).password
    except ValueError:
        return []
    return [*{password, unquote(password)}] if password else []


def checked_database(value: str) -> str:
    """The URL of a database, as it is. Raises ValueError for one that names none."""
    if not value.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
        raise ValueError("must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://")
    path = value.partition(":///")[2]
    if value.startswith("sqlite") and path.partition("?")[0] in ("", ":memory:"):
        raise ValueError("must name a file, for example sqlite+aiosqlite:///data/bot.db")
    if value.startswith("sqlite") and "?" in path:
        raise ValueError("must not have anything behind a ?")
    if value.startswith("postgresql") and not _is_place(value):
        raise ValueError(
            "must look like postgresql+asyncpg://user:password@host:5432/database; in the password @ is written as"
            " %40, : as %3A, / as %2F, # as %23, % as %25"
        )
    if value.startswith("postgresql"):
        _check_options(parse_qs(urlsplit(value).query, keep_blank_values=True))
    return value


def _check_options(options: dict[str, list[str]]) -> None:
    """Raises ValueError for what the driver would not understand."""
    if unknown := sorted(options.keys() - _OPTIONS.keys()):
        ssl = ", which is ssl here" if "sslmode" in unknown else ""
        raise ValueError(f"must not have {', '.join(unknown)} behind its ?{ssl}: there may be {', '.join(_OPTIONS)}")
    for name, values in options.items():
        if not all(re.fullmatch(_OPTIONS[name], value) for value in values):
            raise ValueError(f"must have another {name} behind its ?: {_OPTIONS[name].replace('|', ', ')}")
    hosts, ports = options.get("host", []), options.get("port", [])
    places = _places(hosts, [port for several in ports for port in several.split(",")])
    if places is None:
        raise ValueError(
            "must name the port of each of several hosts: host=ONE:5432&host=TWO:5432, or host=ONE,TWO&port=5432,5432"
        )
    # A folder is that of a socket on this machine.
    names = [re.sub(":[0-9]+$", "", name) for several in hosts for name in several.split(",")]
    if not all(name.startswith("/") or is_host(name) for name in names):
        raise ValueError("must have another host behind its ?: nobody can be asked where this one is")
    if not all(0 < int(port) < 65536 for port in places):
        raise ValueError("must have another port behind its ?: 1 to 65535")


def _places(hosts: list[str], ports: list[str]) -> list[str] | None:
    """The ports that are named; None unless each of several hosts has one, in one way or the other."""
    if len(hosts) > 1:
        pairs = [re.fullmatch(r"[^:]+:([0-9]+)", host) for host in hosts]
        return None if ports or not all(pairs) else [pair[1] for pair in pairs if pair]
    names = hosts[0].split(",") if hosts else ["of the address"]
    fit = len(ports) == len(names) and all(names)
    return ports if fit or (not ports and len(names) == 1) else None
