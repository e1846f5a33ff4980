"""What ``doctor`` finds of the platforms: tokens that are refused, settings that lack their other half, next steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.chats import Platform
from bot.ports import ChatPlatform
from paperboy.container import Parts
from paperboy.settings import Settings

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing ``doctor`` looked at: what it found, and what to do where that is not well."""

    name: str
    level: Level
    what: str
    mend: str = ""


TRIED_AGAIN = "Paperboy runs on without it and tries again; .env holds the tokens."
FIRST_STEPS = "In a channel: /invite @Paperboy, then /papers subscribe diffusion. Or open Paperboy’s Home tab."


async def platform_findings(parts: Parts) -> list[Finding]:
    """The local chat, each platform that is on, and what is set by half."""
    settings = parts.settings
    found = [Finding("local chat", "ok", f"http://{settings.host}:{settings.port}/ once Paperboy runs.")]
    talking = [platform for name, platform in parts.platforms.items() if name is not Platform.LOCAL]
    found += [await _platform(platform, parts) for platform in talking]
    half = list(half_set(settings))
    if not talking and not half:
        found.append(Finding("platforms", "ok", "No token is set: only the local chat. .env.example shows the names."))
    return found + half


async def _platform(platform: ChatPlatform, parts: Parts) -> Finding:
    name = platform.platform
    if problem := await platform.check():
        return Finding(name.value, "fail", f"{problem}.", TRIED_AGAIN)
    if name is Platform.SLACK:
        return await _slack(parts)
    return Finding(name.value, "ok", "The token is accepted.")


async def _slack(parts: Parts) -> Finding:
    """Socket Mode tells nobody's name when the app is installed, so the next step is said here."""
    said = (
        "The token is accepted." if parts.settings.slack_bot_token.get_secret_value() else "Workspaces can install it."
    )
    async with parts.storage.read() as work:
        followed = await work.chats.any_following(Platform.SLACK)
    if followed:
        return Finding("slack", "ok", said)
    return Finding("slack", "ok", f"{said} Nobody follows anything there yet.", FIRST_STEPS)


def half_set(settings: Settings) -> Iterator[Finding]:
    """Settings that do nothing without others that are missing."""
    client, secret = settings.slack_client_id, settings.slack_client_secret.get_secret_value()
    ways_in = settings.slack_app_token.get_secret_value() or settings.slack_signing_secret.get_secret_value()
    if bool(client) != bool(secret):
        missing = "SLACK_CLIENT_SECRET" if client else "SLACK_CLIENT_ID"
        yield Finding("slack", "fail", f"{missing} is not set, so no workspace can install the app.", f"Set {missing}.")
    elif client and not settings.public_url:
        what = (
            "PUBLIC_URL is not set, so Slack sends whoever installs the app to the first address of its own settings."
        )
        yield Finding("slack", "warn", what, "Set PUBLIC_URL to the https address of this server.")
    elif ways_in and not (client or settings.slack_bot_token.get_secret_value()):
        yield Finding(
            "slack",
            "fail",
            "Slack is off: SLACK_BOT_TOKEN is not set.",
            "Set it to the Bot User OAuth Token of the app.",
        )
