"""The check Telegram makes on links of buttons and of text."""

import re
from urllib.parse import urlsplit

_HOST = re.compile(r"^(?=.{1,253}$)([^\s./:@#?\\]{1,63}\.)+[^\s./:@#?\\]{2,63}$")
_IPV4 = re.compile(r"^\d{1,3}(\.\d{1,3}){3}$")
_DEEP_SCHEMES = ("tg", "ton", "tonsite")


class BadUrl(ValueError):
    """The reason Telegram gives when it refuses a link."""


def check_url(url: str) -> str:
    """Return the link in the form Telegram stores it, or raise BadUrl."""
    url = url.strip()
    if not url:
        raise BadUrl("URL is empty")
    if any(char.isspace() for char in url):
        raise BadUrl("Wrong HTTP URL")
    scheme = url.split(":", 1)[0].lower()
    if scheme in _DEEP_SCHEMES and ":" in url:
        return url
    if "://" not in url:
        url = f"http://{url}"
        scheme = "http"
    if scheme not in ("http", "https"):
        raise BadUrl("Unsupported URL protocol")
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - the property raises ValueError when the port is not a number
    except ValueError:
        raise BadUrl("Wrong HTTP URL") from None
    if not host:
        raise BadUrl("URL host is empty")
    if not _HOST.match(host) and not _IPV4.match(host):
        # Telegram refuses names without a dot, "localhost" among them
        raise BadUrl("Wrong HTTP URL")
    if not parts.path and not parts.query:
        url = url if url.endswith("/") else f"{url}/"
    return url
