"""Digests for other programs: one signed POST each, as Standard Webhooks describes it."""

from adapters.webhook.platform import WebhookPlatform

__all__ = ["WebhookPlatform"]
