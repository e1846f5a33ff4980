"""The platforms there are. Another one is a folder of adapters and an entry here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from starlette.routing import BaseRoute

from adapters.email import capabilities as email
from adapters.local import capabilities as local
from adapters.slack import capabilities as slack
from adapters.telegram import capabilities as telegram
from adapters.webhook import WebhookPlatform
from adapters.webhook import capabilities as webhook
from adapters.webhook.body import digest_body
from bot.chats import ChatDefaults, ChatKind, Platform
from bot.commands.registry import COMMANDS
from bot.delivery.chat_lifecycle import ChatLifecycle
from bot.ports import (
    AddressSignup,
    ChatPlatform,
    Clock,
    CommandHandler,
    EndpointPlatform,
    PlatformCapabilities,
    Storage,
)
from bot.views import View
from paperboy import slack_checks
from paperboy.check_result import CheckResult
from paperboy.settings import Settings
from storage.database import Database
from storage.platform_state import StoredPlatformState

# A platform's own modules are imported by its functions here: their libraries take a third of the start and tens of MB,
# and most run one platform.
if TYPE_CHECKING:
    from adapters.email import EmailPlatform
    from adapters.slack import SlackPlatform
    from adapters.telegram import TelegramPlatform


class ConnectedPlatform(ChatPlatform, Protocol):
    """A platform that is reached over a network."""

    def routes(self) -> Sequence[BaseRoute]:
        """What it has the web server answer; nothing for most."""
        ...

    async def close(self) -> None:
        """Ends its connections, after listening was cancelled."""
        ...


@runtime_checkable
class AnswersOnPages(Protocol):
    """A platform whose routes run commands, in every process and not only where it listens."""

    def answer_pages_with(self, handler: CommandHandler) -> None:
        """Commands are answered by this from now on."""
        ...


def find_address_signup(platforms: Iterable[ChatPlatform]) -> AddressSignup | None:
    """The one of the platforms that people join by an address, None where there is none."""
    return next((each for each in platforms if isinstance(each, AddressSignup)), None)


def find_endpoint_platform(platforms: Iterable[ChatPlatform]) -> EndpointPlatform | None:
    """The one of the platforms whose chats are endpoints, None where there is none."""
    return next((each for each in platforms if isinstance(each, EndpointPlatform)), None)


@dataclass(frozen=True, slots=True)
class PlatformEntry:
    """One platform, as far as it is put together and looked after.

    ``make`` is called inside the running loop and returns None where the settings do not ask for the platform.
    ``account`` tells one bot from others without telling a secret; each has a lease for receiving. ``check_connected``
    and ``incomplete_settings`` are what ``doctor`` says. ``render_text`` is what would be sent, for ``paperboy
    preview``, in a chat of ``preview_kind``. ``chats_belong_to_account``: chats are stored under the account, so
    another bot takes them over by ``paperboy move`` only.
    """

    platform: Platform
    capabilities: PlatformCapabilities
    make: Callable[[Settings, Database, Clock], ConnectedPlatform | None]
    account: Callable[[Settings], str]
    check_connected: Callable[[Settings, Storage], Awaitable[CheckResult]]
    incomplete_settings: Callable[[Settings], Iterable[CheckResult]]
    render_text: Callable[[Sequence[View]], str]
    preview_kind: ChatKind = ChatKind.PRIVATE
    chats_belong_to_account: bool = False

    def receiver_lease_name(self, settings: Settings) -> str:
        """The name of the lease for receiving from this platform."""
        return f"receive {self.platform} {self.account(settings)}"


def _make_telegram(settings: Settings, storage: Database, clock: Clock) -> TelegramPlatform | None:
    """Telegram, or None without a token."""
    token = settings.telegram_bot_token.get_secret_value()
    if not token:
        return None
    from adapters.telegram import TelegramPlatform

    return TelegramPlatform(
        token,
        clock=clock,
        state=StoredPlatformState(storage, telegram.TELEGRAM, clock),
        chat_events=ChatLifecycle(storage, clock, telegram.CAPABILITIES),
        commands=COMMANDS,
        api_url=settings.telegram_api_url,
        public_url=settings.public_url,
        rate_limiter=storage.rate_limiter,
        paid_rate=settings.telegram_paid_rate,
        proxies=settings.proxies,
    )


def _make_slack(settings: Settings, storage: Database, clock: Clock) -> SlackPlatform | None:
    """Slack, or None without a bot token and without what OAuth needs."""
    token = settings.slack_bot_token.get_secret_value()
    if not token and not (settings.slack_client_id and settings.slack_client_secret.get_secret_value()):
        return None
    from adapters.slack import SlackPlatform
    from paperboy.slack_oauth_store import make_slack_oauth

    return SlackPlatform(
        token,
        clock=clock,
        state=StoredPlatformState(storage, slack.SLACK, clock),
        chat_events=ChatLifecycle(storage, clock, slack.CAPABILITIES),
        app_token=settings.slack_app_token.get_secret_value(),
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        api_url=settings.slack_api_url,
        oauth=make_slack_oauth(settings, storage),
        rate_limiter=storage.rate_limiter,
        proxies=settings.proxies,
    )


def _make_email(settings: Settings, storage: Database, clock: Clock) -> EmailPlatform | None:
    """Mail, or None without a server, a sender, or a key that can be read where one is named."""
    url = settings.smtp_url.get_secret_value()
    if not url or not settings.mail_from:
        return None
    from adapters.email import EmailConfig, EmailPlatform
    from adapters.email.addresses import parse_sender
    from adapters.email.client.server_url import parse_smtp_url
    from paperboy.mail_checks import read_signer

    signer = read_signer(settings)
    if isinstance(signer, str):
        return None
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    config = EmailConfig(
        parse_smtp_url(url),
        parse_sender(settings.mail_from),
        settings.public_url.rstrip("/") or f"http://{host}:{settings.port}",
        signer=signer,
        rate=settings.mail_rate,
        return_path=settings.mail_return_path,
        footer=settings.mail_footer,
        events_secret=settings.mail_events_secret.get_secret_value(),
        confirm=settings.mail_confirm == "on",
        public=bool(settings.public_url),
        defaults=ChatDefaults(hour=settings.digest_time, zone=settings.timezone),
    )
    return EmailPlatform(config, clock=clock, storage=storage, rate_limiter=storage.rate_limiter)


def _make_webhook(settings: Settings, storage: Database, clock: Clock) -> WebhookPlatform | None:
    """Webhooks, or None where the operator wants none."""
    return WebhookPlatform(storage, clock) if settings.webhooks == "on" else None


async def _webhook_connected(settings: Settings, storage: Storage) -> CheckResult:
    return CheckResult(webhook.WEBHOOK, "ok", "Chats may have their digests posted to public https addresses.")


def _webhook_bodies(views: Sequence[View]) -> str:
    at = datetime.now(UTC)
    return "\n".join(digest_body(view, "example.org", at).decode() for view in views)


def _email_account(settings: Settings) -> str:
    account = f"{settings.mail_from} {settings.smtp_url.get_secret_value()}"
    return hashlib.sha256(account.encode()).hexdigest()[:12]


def _telegram_account(settings: Settings) -> str:
    return settings.telegram_bot_token.get_secret_value().partition(":")[0]


def _slack_account(settings: Settings) -> str:
    app = settings.slack_client_id or settings.slack_bot_token.get_secret_value()
    return hashlib.sha256(app.encode()).hexdigest()[:12]


async def _telegram_connected(settings: Settings, storage: Storage) -> CheckResult:
    return CheckResult(telegram.TELEGRAM, "ok", "The token is accepted.")


def _telegram_incomplete(settings: Settings) -> Iterable[CheckResult]:
    return ()


def _telegram_html(views: Sequence[View]) -> str:
    from adapters.telegram.rendering.renderer import render_texts

    return "\n\n".join(text.html for view in views for text in render_texts(view))


def _slack_json(views: Sequence[View]) -> str:
    """The messages with their blocks as one JSON array."""
    from adapters.slack.rendering.renderer import render
    from adapters.slack.rendering.splitting import split_messages

    drawn = [message for view in views for message in split_messages(render(view))]
    return json.dumps([{"text": one.text, "blocks": one.blocks} for one in drawn], ensure_ascii=False, indent=1)


async def _email_connected(settings: Settings, storage: Storage) -> CheckResult:
    from paperboy.mail_checks import check_connected

    return await check_connected(settings, storage)


def _email_incomplete(settings: Settings) -> Iterable[CheckResult]:
    from paperboy.mail_checks import check_settings

    return check_settings(settings)


def _email_text(views: Sequence[View]) -> str:
    from adapters.email.platform import preview_mail

    return preview_mail(views)


PLATFORMS: Final[tuple[PlatformEntry, ...]] = (
    PlatformEntry(
        telegram.TELEGRAM,
        telegram.CAPABILITIES,
        _make_telegram,
        _telegram_account,
        _telegram_connected,
        _telegram_incomplete,
        _telegram_html,
        chats_belong_to_account=True,
    ),
    PlatformEntry(
        slack.SLACK,
        slack.CAPABILITIES,
        _make_slack,
        _slack_account,
        slack_checks.check_connected,
        slack_checks.incomplete_settings,
        _slack_json,
        preview_kind=ChatKind.CHANNEL,  # that is where teams read
    ),
    PlatformEntry(
        email.EMAIL,
        email.CAPABILITIES,
        _make_email,
        _email_account,
        _email_connected,
        _email_incomplete,
        _email_text,
    ),
    PlatformEntry(
        webhook.WEBHOOK,
        webhook.CAPABILITIES,
        _make_webhook,
        lambda settings: "out",
        _webhook_connected,
        lambda settings: (),
        _webhook_bodies,
        preview_kind=ChatKind.CHANNEL,
    ),
)


def capabilities_of(platforms: Sequence[PlatformEntry]) -> Mapping[Platform, PlatformCapabilities]:
    """Those of these platforms and of the local chat, which is always there."""
    return {local.LOCAL: local.CAPABILITIES, **{each.platform: each.capabilities for each in platforms}}


CAPABILITIES: Final = capabilities_of(PLATFORMS)


def with_tokens(platforms: Mapping[Platform, ChatPlatform]) -> list[Platform]:
    """Those that an account was set up for. The local chat needs none, nor do endpoints, which other chats ask for."""
    return [name for name, each in platforms.items() if name != local.LOCAL and not isinstance(each, EndpointPlatform)]
