"""What ``doctor`` finds of Slack: settings that lack their other half, and the next step."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.slack.capabilities import SLACK
from bot.ports import Storage
from paperboy.check_result import CheckResult
from paperboy.settings import Settings

FIRST_STEPS_REMEDY = "In a channel: /invite @Paperboy, then /papers subscribe diffusion. Or open Paperboy’s Home tab."


async def check_connected(settings: Settings, storage: Storage) -> CheckResult:
    """Socket Mode tells nobody's name when the app is installed, so the next step is said here."""
    said = "The token is accepted." if settings.slack_bot_token.get_secret_value() else "Workspaces can install it."
    async with storage.read() as work:
        followed = await work.chats.has_subscribers(SLACK)
    if followed:
        return CheckResult(SLACK, "ok", said)
    return CheckResult(SLACK, "ok", f"{said} Nobody follows anything there yet.", FIRST_STEPS_REMEDY)


def incomplete_settings(settings: Settings) -> Iterator[CheckResult]:
    """Settings that do nothing without others that are missing."""
    client, secret = settings.slack_client_id, settings.slack_client_secret.get_secret_value()
    is_on = bool(client or settings.slack_bot_token.get_secret_value())
    ways_in = settings.slack_app_token.get_secret_value() or settings.slack_signing_secret.get_secret_value()
    if is_on and settings.proxies.needs_socks(settings.slack_api_url):
        yield CheckResult(
            SLACK,
            "fail",
            "Slack can't be reached through a SOCKS proxy.",
            "Set HTTPS_PROXY to an http:// proxy, or name slack.com in NO_PROXY.",
        )
    if bool(client) != bool(secret):
        missing = "SLACK_CLIENT_SECRET" if client else "SLACK_CLIENT_ID"
        yield CheckResult(
            SLACK, "fail", f"{missing} is not set, so no workspace can install the app.", f"Set {missing}."
        )
    elif client and not settings.public_url:
        what = (
            "PUBLIC_URL is not set, so Slack sends whoever installs the app to the first address of its own settings."
        )
        yield CheckResult(SLACK, "warn", what, "Set PUBLIC_URL to the https address of this server.")
    elif ways_in and not is_on:
        yield CheckResult(
            SLACK,
            "fail",
            "Slack is off: SLACK_BOT_TOKEN is not set.",
            "Set it to the Bot User OAuth Token of the app.",
        )
