"""Digests by mail: handed to a mail server, subscribed to by a form and a link that confirms it."""

from adapters.email.platform import EmailConfig, EmailPlatform

__all__ = ["EmailConfig", "EmailPlatform"]
