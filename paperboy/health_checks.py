"""What ``doctor`` finds of the platforms: tokens that are refused, settings that lack their other half, next steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.ports import ChatPlatform
from paperboy.check_result import CheckResult
from paperboy.container import App
from paperboy.platforms import PLATFORMS, PlatformEntry, with_tokens
from paperboy.settings import Settings

CLOSED_REMEDY = "Set WEB_PASSWORD, or use `paperboy chat` in a terminal on this machine."
RETRY_REMEDY = "Paperboy runs on without it and tries again; .env holds the tokens."


async def check_platforms(app: App) -> list[CheckResult]:
    """The local chat, each platform that is on, and what is set by half."""
    settings = app.settings
    found = list(check_local_chat(settings))
    connected = [(each, app.platforms[each.platform]) for each in app.platform_table if each.platform in app.platforms]
    found += [await _check_platform(entry, platform, app) for entry, platform in connected]
    half = list(incomplete_settings(settings, app.platform_table))
    if not with_tokens(app.platforms) and not half:
        found.append(
            CheckResult("platforms", "ok", "No token is set: only the local chat. .env.example shows the names.")
        )
    return found + half


def check_local_chat(settings: Settings) -> Iterator[CheckResult]:
    """Where it is, who may use it, and whether visitors behind a proxy can be told apart."""
    if closed := settings.local_chat_closed_because:
        yield CheckResult("local chat", "warn", closed, CLOSED_REMEDY)
    else:
        yield CheckResult("local chat", "ok", f"http://{settings.host}:{settings.port}/ once Paperboy runs.")
    if settings.public_url and not settings.trusted_proxies:
        what = "TRUSTED_PROXIES is not set, so limits can't tell the visitors behind a proxy apart."
        yield CheckResult("proxy", "warn", what, "Set it to the proxy's address, such as 127.0.0.1.")


async def _check_platform(entry: PlatformEntry, platform: ChatPlatform, app: App) -> CheckResult:
    if problem := await platform.check_connection():
        return CheckResult(entry.platform, "fail", f"{problem}.", RETRY_REMEDY)
    return await entry.check_connected(app.settings, app.storage)


def incomplete_settings(settings: Settings, platforms: Sequence[PlatformEntry] = PLATFORMS) -> Iterator[CheckResult]:
    """Settings that do nothing without others that are missing."""
    for each in platforms:
        yield from each.incomplete_settings(settings)
