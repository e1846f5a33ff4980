"""Installing the app by OAuth, as a person's browser walks through it.

Source: docs.slack.dev/authentication/installing-with-oauth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from tests.fakes.slack.users import SlackUser

AUTHORIZE = re.compile(r"https?://[^\"'\s<>]*/oauth/v2/authorize\?[^\"'\s<>]*")


@dataclass(frozen=True, slots=True)
class InstallResult:
    """Where the browser ended: status and page of the app's redirect address."""

    status: int
    page: str


async def install(person: SlackUser, app_url: str, *, cancels: bool = False, state: str | None = None) -> InstallResult:
    """Opens the app's install page, grants (or `cancels`) and is sent back with the code.

    What is granted is what the app asks for. `state`: a forged one. Raises AssertionError if the install page
    leads nowhere or asks for another app.
    """
    slack, team = person.slack, person.team
    async with slack.http.get(f"{app_url}/slack/install", allow_redirects=False) as response:
        found = AUTHORIZE.search(response.headers.get("Location") or unescape(await response.text()))
        cookies = {name: morsel.value for name, morsel in response.cookies.items()}
    assert found, "the install page has no link to Slack"
    asked = {name: values[0] for name, values in parse_qs(urlsplit(found.group()).query).items()}
    assert asked["client_id"] == slack.client_id, f"another app is asked for: {asked['client_id']}"
    back = asked.get("redirect_uri") or f"{app_url}/slack/oauth_redirect"
    answer = {"state": state or asked.get("state", "")}
    if cancels:
        answer["error"] = "access_denied"
    else:
        team.install(set(asked.get("scope", "").split(",")))
        answer["code"] = slack.new_code(team, person.id)
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    async with slack.http.get(back, params=answer, headers={"Cookie": header}) as response:
        return InstallResult(response.status, await response.text())
