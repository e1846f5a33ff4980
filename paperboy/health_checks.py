"""What ``doctor`` finds of the platforms: tokens that are refused, settings that lack their other half, next steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.chats import Platform
from bot.ports import ChatPlatform
from paperboy.container import App
from paperboy.settings import Settings

CheckLevel = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One thing ``doctor`` looked at: what it found, and what to do where that is not well."""

    name: str
    level: CheckLevel
    what: str
    mend: str = ""


RETRY_REMEDY = "Paperboy runs on without it and tries again; .env holds the tokens."
FIRST_STEPS_REMEDY = "In a channel: /invite @Paperboy, then /papers subscribe diffusion. Or open Paperboy’s Home tab."


async def check_platforms(app: App) -> list[CheckResult]:
    """The local chat, each platform that is on, and what is set by half."""
    settings = app.settings
    found = [CheckResult("local chat", "ok", f"http://{settings.host}:{settings.port}/ once Paperboy runs.")]
    talking = [platform for name, platform in app.platforms.items() if name is not Platform.LOCAL]
    found += [await _check_platform(platform, app) for platform in talking]
    half = list(incomplete_settings(settings))
    if not talking and not half:
        found.append(
            CheckResult("platforms", "ok", "No token is set: only the local chat. .env.example shows the names.")
        )
    return found + half


async def _check_platform(platform: ChatPlatform, app: App) -> CheckResult:
    name = platform.platform
    if problem := await platform.check_connection():
        return CheckResult(name.value, "fail", f"{problem}.", RETRY_REMEDY)
    if name is Platform.SLACK:
        return await _check_slack(app)
    return CheckResult(name.value, "ok", "The token is accepted.")


async def _check_slack(app: App) -> CheckResult:
    """Socket Mode tells nobody's name when the app is installed, so the next step is said here."""
    said = "The token is accepted." if app.settings.slack_bot_token.get_secret_value() else "Workspaces can install it."
    async with app.storage.read() as work:
        followed = await work.chats.has_subscribers(Platform.SLACK)
    if followed:
        return CheckResult("slack", "ok", said)
    return CheckResult("slack", "ok", f"{said} Nobody follows anything there yet.", FIRST_STEPS_REMEDY)


def incomplete_settings(settings: Settings) -> Iterator[CheckResult]:
    """Settings that do nothing without others that are missing."""
    client, secret = settings.slack_client_id, settings.slack_client_secret.get_secret_value()
    ways_in = settings.slack_app_token.get_secret_value() or settings.slack_signing_secret.get_secret_value()
    if bool(client) != bool(secret):
        missing = "SLACK_CLIENT_SECRET" if client else "SLACK_CLIENT_ID"
        yield CheckResult(
            "slack", "fail", f"{missing} is not set, so no workspace can install the app.", f"Set {missing}."
        )
    elif client and not settings.public_url:
        what = (
            "PUBLIC_URL is not set, so Slack sends whoever installs the app to the first address of its own settings."
        )
        yield CheckResult("slack", "warn", what, "Set PUBLIC_URL to the https address of this server.")
    elif ways_in and not (client or settings.slack_bot_token.get_secret_value()):
        yield CheckResult(
            "slack",
            "fail",
            "Slack is off: SLACK_BOT_TOKEN is not set.",
            "Set it to the Bot User OAuth Token of the app.",
        )
