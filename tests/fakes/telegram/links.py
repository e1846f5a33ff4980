"""Which addresses Telegram takes for a link, and how it writes them down."""

from __future__ import annotations

import re

ADDRESS = re.compile(
    r"(?:(?P<scheme>[^:/?#]+)://)?(?:[^@/?#]*@)?(?P<host>\[[0-9a-fA-F:.]+\]|[^:/?#]*)"
    r"(?::(?P<port>[^/?#]*))?(?P<rest>.*)",
    re.DOTALL,
)
USER = re.compile(r"tg://user/?\?id=(\d+)$", re.IGNORECASE)
OWN_SCHEMES = ("tg", "ton", "tonsite")


class InvalidLink(ValueError):
    """Not a link; the message is Telegram's reason, such as `Wrong HTTP URL`."""


def mentioned_user(address: str) -> int | None:
    match = USER.match(address)
    return int(match[1]) if match else None


def checked_link(address: str) -> str:
    """The address as Telegram stores it; raises `InvalidLink`.

    `example.org` becomes `http://example.org/`; a host needs a dot, so that `localhost` is refused, as
    measured against the real server.
    """
    match = ADDRESS.fullmatch(address.strip())
    assert match is not None, "every part of the pattern may be empty"
    scheme, host = (match["scheme"] or "http").lower(), match["host"].lower()
    if scheme not in ("http", "https", *OWN_SCHEMES):
        raise InvalidLink("Unsupported URL protocol")
    if not host:
        raise InvalidLink("URL host is empty")
    if match["port"] and not _is_port(match["port"]):
        raise InvalidLink("Wrong port number specified in the URL")
    if scheme in OWN_SCHEMES:
        return f"{scheme}://{host}{match['rest']}"
    if "." not in host and not host.startswith("["):
        raise InvalidLink("Wrong HTTP URL")
    if re.search(r"[\s<>\"'\\^`{}|]", host):
        raise InvalidLink("Disallowed character in URL host")
    port = f":{match['port']}" if match["port"] else ""
    return f"{scheme}://{host}{port}{_path(match['rest'])}"


def _is_port(text: str) -> bool:
    return text.isdigit() and 0 < int(text) < 65536


def _path(rest: str) -> str:
    escaped = re.sub(r"[\x00-\x20]", lambda match: f"%{ord(match[0]):02x}", rest)
    return escaped if escaped.startswith("/") else f"/{escaped}"
