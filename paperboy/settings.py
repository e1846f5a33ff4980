"""What the operator set; the only reader of the environment.

Each setting is an environment variable of the same name in capitals, or a line in ``.env``. The names are a contract:
they may be added to, never renamed.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from dotenv.parser import Binding, parse_stream
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from adapters.email.addresses import parse_sender
from adapters.email.client.server_url import parse_smtp_url
from adapters.proxies import ProxyRoutes, parse_bypass, parse_proxy
from bot.commands.ui.timezones import parse_zone
from bot.errors import InputError

ENV_FILE: Final = ".env"


@dataclass(frozen=True, slots=True)
class EnvLine:
    """An entry of ``.env`` that begins in line ``number``; ``name`` '' where not even that can be read."""

    number: int
    name: str
    readable: bool


def _names(value: object) -> object:
    if isinstance(value, str):
        return frozenset(name for name in re.split(r"[,\s]+", value) if name)
    return value


def _zone(value: str) -> str:
    """The zone that is meant, as people name zones in a chat."""
    if not value or value in available_timezones():
        return value
    try:
        return parse_zone(value)
    except InputError as mistake:
        near = " or ".join(suggestion.removeprefix("when ") for suggestion in mistake.suggestions)
        raise ValueError(f"is no time zone that is known; take one like {near or 'Europe/Berlin or UTC'}") from mistake


def _utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if not 2000 <= value.year < 2200:
        raise ValueError("is no moment to rehearse; write it like 2026-08-18T09:00:00Z")
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


def _web_address(value: str) -> str:
    if value and not (value.startswith(("https://", "http://")) and urlsplit(value).hostname):
        raise ValueError("is no web address; it begins with https:// (or http://)")
    return value


def _time(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"\d{1,2}:\d{2}", value):
        raise ValueError("is no time of day; write it like 09:00")
    return value.zfill(5) if isinstance(value, str) else value


def _token(value: object) -> object:
    """Without the line end that copying adds; any other character that no header carries is a slip of copying."""
    if not isinstance(value, str):
        return value
    token = value.strip()
    if not re.fullmatch(r"[!-~]*", token):
        raise ValueError("holds a character that no token has (a blank, an ellipsis, a line end); copy it again")
    return token


def _smtp_url(value: SecretStr) -> SecretStr:
    if text := value.get_secret_value():
        parse_smtp_url(text)
    return value


def _mail_sender(value: str) -> str:
    if value:
        parse_sender(value)
    return value


def _return_path(value: str) -> str:
    if value:
        parse_sender(value if "@" in value else f"bounce@{value}")
    return value


Token = Annotated[SecretStr, BeforeValidator(_token)]
Proxy = Annotated[str, AfterValidator(parse_proxy)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Names = Annotated[frozenset[str], NoDecode, BeforeValidator(_names)]


class Settings(BaseSettings):
    """Every setting with its default; a wrong value is told with its name and what would be right."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True, str_strip_whitespace=True
    )

    database_url: str = "sqlite:///paperboy.db"
    data_dir: Path = Path()
    catalogue: Path | None = None

    hf_endpoint: WebAddress = "https://huggingface.co"
    hf_token: Token = SecretStr("")
    arxiv_rss_url: WebAddress = "https://rss.arxiv.org"
    arxiv_categories: Names = frozenset()

    telegram_bot_token: Token = SecretStr("")
    telegram_api_url: WebAddress = "https://api.telegram.org"
    telegram_paid_rate: int = Field(0, ge=0, le=1000)

    slack_bot_token: Token = SecretStr("")
    slack_app_token: Token = SecretStr("")
    slack_signing_secret: Token = SecretStr("")
    slack_client_id: str = ""
    slack_client_secret: Token = SecretStr("")
    slack_api_url: WebAddress = "https://slack.com/api/"

    smtp_url: Annotated[SecretStr, AfterValidator(_smtp_url)] = SecretStr("")
    mail_from: Annotated[str, AfterValidator(_mail_sender)] = ""
    mail_rate: float = Field(10, gt=0, le=1000)
    mail_dkim_key: Path | None = None
    mail_dkim_selector: str = Field("paperboy", pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$")
    mail_events_secret: SecretStr = SecretStr("")
    mail_return_path: Annotated[str, AfterValidator(_return_path)] = ""
    mail_footer: str = Field("", max_length=500)
    mail_confirm: Literal["on", "off"] = "on"

    public_url: WebAddress = ""
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    web_password: SecretStr = SecretStr("")
    trusted_proxies: Names = frozenset()
    metrics_token: SecretStr = SecretStr("")
    public_pages: Literal["on", "off"] = "on"
    thumbnails: Literal["on", "off"] = "on"
    webhooks: Literal["on", "off"] = "on"

    meaning: Literal["on", "off"] = "on"

    digest_time: Annotated[time, BeforeValidator(_time)] = time(9, 0)
    timezone: Annotated[str, AfterValidator(_zone)] = ""
    poll_minutes: int = Field(15, ge=1, le=24 * 60)
    admin_chats: Names = frozenset()
    allowed_chats: Names = frozenset()
    max_topics: int = Field(50, ge=1)
    on_uncertain: Literal["resend", "hold"] = "resend"
    clock_start: Annotated[datetime | None, AfterValidator(_utc)] = None

    http_proxy: Proxy = ""
    https_proxy: Proxy = ""
    all_proxy: Proxy = ""
    no_proxy: str = ""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"

    @model_validator(mode="after")
    def _confirmed_in_public(self) -> Self:
        if self.mail_confirm == "off" and (self.public_url or self.host not in ("127.0.0.1", "::1", "localhost")):
            raise ValueError("MAIL_CONFIRM=off is for one machine: without PUBLIC_URL and with HOST on loopback")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone or "UTC")

    @property
    def local_chat_closed_because(self) -> str:
        """Why nobody finds the local chat in a browser, as a sentence; '' where those at this machine do."""
        if self.public_url and not self.web_password.get_secret_value():
            return "PUBLIC_URL is set and WEB_PASSWORD is not, so the local chat answers nobody in a browser (404)."
        return ""

    @property
    def proxies(self) -> ProxyRoutes:
        """The way to every server."""
        return ProxyRoutes(
            self.http_proxy or self.all_proxy, self.https_proxy or self.all_proxy, parse_bypass(self.no_proxy)
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret that is set, the database's password too, for the log's filter."""
        values = (getattr(self, name) for name in type(self).model_fields)
        found = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        proxies = (self.http_proxy, self.https_proxy, self.all_proxy)
        for address in (self.database_url, *proxies, self.smtp_url.get_secret_value()):
            if password := re.search(r"://[^/:@]*:(.+)@", address):
                found += [password[1], unquote(password[1])]
        return tuple(filter(None, found))


def read_env_lines() -> list[EnvLine]:
    """Every entry of ``.env``, also what can't be read; none without that file."""
    try:
        with open(ENV_FILE, encoding="utf-8") as file:
            entries = list(parse_stream(file))
    except OSError:
        return []
    return [
        EnvLine(_line_number(entry), entry.key or _first_word(entry), not entry.error and entry.value is not None)
        for entry in entries
        if entry.key or entry.error
    ]


def read_environment() -> dict[str, str]:
    """Every variable of the environment, of whatever program."""
    return dict(os.environ)


def _line_number(entry: Binding) -> int:
    """An entry begins with the empty lines before it."""
    text = entry.original.string
    return entry.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _first_word(entry: Binding) -> str:
    found = re.match(r"\s*(?:export\s+)?([A-Za-z_]\w*)", entry.original.string)
    return found[1] if found else ""
