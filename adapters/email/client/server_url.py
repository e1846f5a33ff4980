"""``SMTP_URL``: where mail is handed over, and how well that way has to be protected."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final
from urllib.parse import unquote, urlsplit

_SUBMISSION_PORT: Final = 587
_DEFAULT_PORTS: Final = {"smtp": 25, "smtps": 465}


class Protection(Enum):
    """TLS from the start (RFC 8314), STARTTLS or nothing is sent, or STARTTLS where it is offered."""

    TLS = auto()
    STARTTLS = auto()
    OPPORTUNISTIC = auto()


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server as the operator named it."""

    host: str
    port: int
    protection: Protection
    user: str = ""
    password: str = field(default="", repr=False)


def parse_smtp_url(text: str) -> SmtpServer:
    """``smtp://user:password@host:587``, parts percent-encoded. Raises ValueError without repeating the text."""
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise ValueError("is no address of a mail server") from None
    if url.scheme not in _DEFAULT_PORTS or not url.hostname:
        raise ValueError("is no address of a mail server; write it like smtps://user:password@mail.example.org")
    port = port or _DEFAULT_PORTS[url.scheme]
    user, password = unquote(url.username or ""), unquote(url.password or "")
    if bool(user) != bool(password):
        raise ValueError("names a user without a password, or a password without a user")
    return SmtpServer(url.hostname, port, _protection(url.scheme, port, user), user, password)


def _protection(scheme: str, port: int, user: str) -> Protection:
    if scheme == "smtps":
        return Protection.TLS
    return Protection.STARTTLS if user or port == _SUBMISSION_PORT else Protection.OPPORTUNISTIC
