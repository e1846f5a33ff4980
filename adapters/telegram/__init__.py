"""Telegram: private chats, groups, channels and forum topics, through python-telegram-bot."""

from adapters.telegram.platform import TelegramPlatform

__all__ = ["TelegramPlatform"]
