"""Answer addresses and triggers: what an interaction lets the app do for a while.

Source: docs.slack.dev/interactivity/handling-user-interaction (a `response_url` works five times within 30
minutes; a `trigger_id` once, within three seconds).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from tests.fakes.slack.block_checks import Json
from tests.fakes.slack.web_api import SlackRefusal

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack
    from tests.fakes.slack.workspace import SlackChannel, SlackMessage, SlackWorkspace

USES = 5
LIFETIME = 30 * 60.0
TRIGGER_LIFETIME = 3.0


@dataclass(slots=True)
class _Url:
    channel: SlackChannel
    user: str
    origin: SlackMessage | None
    born: float
    uses: int = 0


class ResponseUrls:
    """Hands the addresses out and answers what is posted there."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self._urls: dict[str, _Url] = {}
        #: What was posted to any of them, in order.
        self.posted: list[Json] = []

    def new(self, channel: SlackChannel, user: str, origin: SlackMessage | None) -> str:
        """An address for answering this person here; `origin`: the message that was pressed."""
        key = self._slack.ids.new("", "ANSWER")
        self._urls[key] = _Url(channel, user, origin, self._slack.now())
        return f"{self._slack.address}/hooks/{key}"

    async def handle(self, request: web.Request) -> web.Response:
        try:
            self._answer(request.match_info["key"], json.loads(await request.text()))
        except SlackRefusal as refusal:
            self._slack.complaints.append(f"response_url: {refusal.error} {refusal.more or ''}".strip())
            return web.json_response(refusal.as_json(), status=refusal.status)
        except json.JSONDecodeError:
            return web.Response(text="invalid_payload", status=400)
        self._slack.changed()
        return web.Response(text="ok")

    def _answer(self, key: str, body: Json) -> None:
        self.posted.append(body)
        url = self._urls.get(key)
        if url is None:
            raise SlackRefusal("no_such_url", status=404)
        if self._slack.now() - url.born > LIFETIME:
            raise SlackRefusal("expired_url", status=404)
        if url.uses >= USES:
            raise SlackRefusal("used_url", status=404)
        url.uses += 1
        self._do(url, body)

    def _do(self, url: _Url, body: Json) -> None:
        if body.get("delete_original") and url.origin is not None:
            url.origin.deleted = True
            return
        try:
            if body.get("replace_original") and url.origin is not None:
                self._slack.poster.rewrite(url.origin, body)
            else:
                self._slack.poster.answer(url.channel, url.user, body, thread_ts=body.get("thread_ts"))
        except SlackRefusal as refusal:
            refusal.status = 400
            raise


@dataclass(slots=True)
class _Trigger:
    team: SlackWorkspace
    user: str
    born: float
    used: bool = False


class Triggers:
    """What lets the app open a modal in front of the person who has just done something."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self._triggers: dict[str, _Trigger] = {}

    def new(self, team: SlackWorkspace, user: str) -> str:
        key = self._slack.ids.new("", "TRIGGER")
        self._triggers[key] = _Trigger(team, user, self._slack.now())
        return key

    def pull(self, team: SlackWorkspace, key: str) -> str:
        """The person behind it; refuses unknown, used and late ones as Slack does."""
        trigger = self._triggers.get(key)
        if trigger is None or trigger.team is not team:
            raise SlackRefusal("invalid_trigger_id")
        if trigger.used:
            raise SlackRefusal("exchanged_trigger_id")
        if self._slack.now() - trigger.born > TRIGGER_LIFETIME:
            raise SlackRefusal("expired_trigger_id")
        trigger.used = True
        return trigger.user
