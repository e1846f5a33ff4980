"""The platforms whose tokens are set, and how a view looks on each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from adapters.local import LocalChat
from adapters.slack import SlackPlatform
from adapters.slack.drawing import draw
from adapters.slack.fitting import fitted
from adapters.telegram import TelegramPlatform
from adapters.telegram.drawing import texts
from bot.chats import Platform
from bot.commands import COMMANDS
from bot.digests.chat_news import StoredChatNews
from bot.ports import Clock, Pace, Storage, Traits
from bot.views import View
from paperboy.settings import Settings
from storage.records import PlatformRecords

TRAITS: Mapping[Platform, Traits] = {
    Platform.LOCAL: LocalChat.traits,
    Platform.TELEGRAM: TelegramPlatform.traits,
    Platform.SLACK: SlackPlatform.traits,
}


def telegram(settings: Settings, storage: Storage, clock: Clock, pace: Pace) -> TelegramPlatform | None:
    """Telegram, or None without a token."""
    token = settings.telegram_bot_token.get_secret_value()
    if not token:
        return None
    return TelegramPlatform(
        token,
        clock=clock,
        records=PlatformRecords(storage, Platform.TELEGRAM, clock),
        news=StoredChatNews(storage, clock),
        commands=COMMANDS,
        api_url=settings.telegram_api_url,
        public_url=settings.public_url,
        pace=pace,
        paid_rate=settings.telegram_paid_rate,
    )


def slack(settings: Settings, storage: Storage, clock: Clock, pace: Pace) -> SlackPlatform | None:
    """Slack, or None without a bot token."""
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        return None
    return SlackPlatform(
        token,
        clock=clock,
        records=PlatformRecords(storage, Platform.SLACK, clock),
        news=StoredChatNews(storage, clock),
        app_token=settings.slack_app_token.get_secret_value(),
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        api_url=settings.slack_api_url,
    )


def receiving(settings: Settings, platform: Platform) -> str:
    """The name of the lease for receiving from this platform: each bot has its own, and it tells no secret."""
    match platform:
        case Platform.TELEGRAM:
            return f"receive telegram {settings.telegram_bot_token.get_secret_value().partition(':')[0]}"
        case Platform.SLACK:
            token = settings.slack_bot_token.get_secret_value().encode()
            return f"receive slack {hashlib.sha256(token).hexdigest()[:12]}"
    return f"receive {platform.value}"


def draw_as(platform: Platform, views: Sequence[View]) -> str:
    """What is sent to Telegram or Slack, as text: HTML, or the messages with their blocks as one JSON array."""
    if platform is Platform.TELEGRAM:
        return "\n\n".join(text.html for view in views for text in texts(view))
    drawn = [message for view in views for message in fitted(draw(view))]
    return json.dumps([{"text": one.text, "blocks": one.blocks} for one in drawn], ensure_ascii=False, indent=1)
