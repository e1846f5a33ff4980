"""The platforms whose tokens are set, and how a view looks on each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from adapters.local import LocalChat
from adapters.slack import SlackPlatform
from adapters.slack.rendering.renderer import render
from adapters.slack.rendering.splitting import split_messages
from adapters.telegram import TelegramPlatform
from adapters.telegram.rendering.renderer import render_texts
from bot.chats import Platform
from bot.commands.registry import COMMANDS
from bot.delivery.chat_lifecycle import ChatLifecycle
from bot.ports import Clock, PlatformCapabilities, RateLimiter
from bot.views import View
from paperboy.settings import Settings
from paperboy.slack_oauth_store import make_slack_oauth
from storage.database import Database
from storage.platform_state import StoredPlatformState

CAPABILITIES: Mapping[Platform, PlatformCapabilities] = {
    Platform.LOCAL: LocalChat.capabilities,
    Platform.TELEGRAM: TelegramPlatform.capabilities,
    Platform.SLACK: SlackPlatform.capabilities,
}


def make_telegram(
    settings: Settings, storage: Database, clock: Clock, rate_limiter: RateLimiter
) -> TelegramPlatform | None:
    """Telegram, or None without a token."""
    token = settings.telegram_bot_token.get_secret_value()
    if not token:
        return None
    return TelegramPlatform(
        token,
        clock=clock,
        state=StoredPlatformState(storage, Platform.TELEGRAM, clock),
        chat_events=ChatLifecycle(storage, clock),
        commands=COMMANDS,
        api_url=settings.telegram_api_url,
        public_url=settings.public_url,
        rate_limiter=rate_limiter,
        paid_rate=settings.telegram_paid_rate,
    )


def make_slack(settings: Settings, storage: Database, clock: Clock, rate_limiter: RateLimiter) -> SlackPlatform | None:
    """Slack, or None without a bot token and without what OAuth needs."""
    token = settings.slack_bot_token.get_secret_value()
    oauth = make_slack_oauth(settings, storage)
    if not token and oauth is None:
        return None
    return SlackPlatform(
        token,
        clock=clock,
        state=StoredPlatformState(storage, Platform.SLACK, clock),
        chat_events=ChatLifecycle(storage, clock),
        app_token=settings.slack_app_token.get_secret_value(),
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        api_url=settings.slack_api_url,
        oauth=oauth,
        rate_limiter=rate_limiter,
    )


def receiver_lease_name(settings: Settings, platform: Platform) -> str:
    """The name of the lease for receiving from this platform: each bot has its own, and it tells no secret."""
    match platform:
        case Platform.TELEGRAM:
            return f"receive telegram {settings.telegram_bot_token.get_secret_value().partition(':')[0]}"
        case Platform.SLACK:
            app = settings.slack_client_id or settings.slack_bot_token.get_secret_value()
            return f"receive slack {hashlib.sha256(app.encode()).hexdigest()[:12]}"
    return f"receive {platform.value}"


def render_as_text(platform: Platform, views: Sequence[View]) -> str:
    """What is sent to Telegram or Slack, as text: HTML, or the messages with their blocks as one JSON array."""
    if platform is Platform.TELEGRAM:
        return "\n\n".join(text.html for view in views for text in render_texts(view))
    drawn = [message for view in views for message in split_messages(render(view))]
    return json.dumps([{"text": one.text, "blocks": one.blocks} for one in drawn], ensure_ascii=False, indent=1)
