"""What ``doctor`` says about the environment that Paperboy was started in."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.proxies import shown_proxy
from paperboy.check_result import CheckResult
from paperboy.package_conflicts import check_package_conflicts
from paperboy.settings import Settings, read_env_lines, read_environment
from paperboy.settings_warnings import settings_warnings


def check_environment(settings: Settings) -> Iterator[CheckResult]:
    """The settings that do not do what they look like, packages in the way of ours, and the proxies in use."""
    for each in settings_warnings(settings, read_env_lines(), read_environment()):
        yield CheckResult("settings", "warn", each.what, each.remedy)
    yield from check_package_conflicts()
    yield from _check_proxies(settings)


def _check_proxies(settings: Settings) -> Iterator[CheckResult]:
    routes = settings.proxies
    if not routes.proxies:
        return
    ways = []
    for name in ("hf_endpoint", "telegram_api_url", "slack_api_url"):
        proxy = routes.proxy_for(getattr(settings, name))
        ways.append(f"{name.upper()} {f'by {shown_proxy(proxy)}' if proxy else 'without (NO_PROXY)'}")
    yield CheckResult("proxy", "ok", f"{'; '.join(ways)}.")
