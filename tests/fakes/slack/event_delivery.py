"""How interactions reach the app: over its WebSocket, or as signed POSTs to its address.

Source: docs.slack.dev/apis/events-api (acknowledge within 3 seconds, retries with `X-Slack-Retry-Num` and
`X-Slack-Retry-Reason`), docs.slack.dev/authentication/verifying-requests-from-slack.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

import aiohttp

from tests.fakes.slack.block_checks import Json

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack

Kind = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """How one delivery is sent: a retry, a forged signature, an old timestamp (`age` in seconds)."""

    retry_num: int | None = None
    retry_reason: str = "http_timeout"
    secret: str | None = None
    age: float = 0.0


@dataclass(slots=True, eq=False)
class EventDelivery:
    """One thing handed to the app, and what the app said to it."""

    slack: FakeSlack
    kind: Kind
    payload: Json
    via: Literal["socket", "http", "nowhere"]
    acked: bool = False
    status: int | None = None
    response: Json = field(default_factory=dict)
    body: str = ""
    envelope: Envelope = field(default_factory=Envelope)

    @property
    def event(self) -> Json:
        return dict(self.payload.get("event") or {})

    @property
    def failure(self) -> str | None:
        """What a person is told in Slack's error message; None if all is well."""
        if self.acked:
            return None
        return "operation_timeout" if self.status is None and self.via != "nowhere" else "dispatch_failed"

    async def again(
        self,
        *,
        retry_num: int | None = 1,
        retry_reason: str = "http_timeout",
        secret: str | None = None,
        age: float = 0.0,
    ) -> EventDelivery:
        """The same once more: as Slack's retry, with a wrong `secret`, or signed `age` seconds ago."""
        envelope = Envelope(retry_num, retry_reason, secret, age)
        return await self.slack.deliveries.deliver(self.kind, self.payload, envelope)


class EventDeliveries(list[EventDelivery]):
    """All deliveries in order, and the way there."""

    def __init__(self, slack: FakeSlack) -> None:
        super().__init__()
        self._slack = slack
        #: Where the app listens; None: Socket Mode.
        self.url: str | None = None
        #: Seconds the app has to acknowledge: in earnest three, of which a busy machine may take some.
        self.patience = 30.0

    def of(self, kind: Kind | str) -> list[EventDelivery]:
        """Deliveries of this kind (`slash_commands`, ...), event type (`app_mention`, ...) or payload type."""
        return [d for d in self if kind in (d.kind, d.event.get("type"), d.payload.get("type"))]

    async def deliver(self, kind: Kind, payload: Json, envelope: Envelope | None = None) -> EventDelivery:
        """Hands it over and waits for the acknowledgement, at most `patience` seconds."""
        delivery = EventDelivery(self._slack, kind, payload, self._way(), envelope=envelope or Envelope())
        self.append(delivery)
        await self._hand_over(delivery)
        self._slack.changed()
        return delivery

    def _way(self) -> Literal["socket", "http", "nowhere"]:
        if self.url is not None:
            return "http"
        return "socket" if self._slack.socket.connected else "nowhere"

    async def _hand_over(self, delivery: EventDelivery) -> None:
        if delivery.via == "http" and self.url is not None:
            await self._post(self.url, delivery)
        elif delivery.via == "socket":
            answer = await self._slack.socket.send(delivery, self.patience)
            delivery.acked, delivery.response = answer is not None, answer or {}

    async def _post(self, url: str, delivery: EventDelivery) -> None:
        body, content_type = _encode(delivery.kind, delivery.payload)
        headers = self._headers(body, delivery.envelope) | {"Content-Type": content_type}
        timeout = aiohttp.ClientTimeout(total=self.patience)
        try:
            async with self._slack.http.post(url, data=body, headers=headers, timeout=timeout) as response:
                delivery.status, delivery.body = response.status, await response.text()
        except (TimeoutError, aiohttp.ClientError):
            return
        delivery.acked = delivery.status == 200
        delivery.response = _answer(delivery.body)

    def _headers(self, body: str, envelope: Envelope) -> dict[str, str]:
        headers = signature(envelope.secret or self._slack.signing_secret, body, age=envelope.age)
        if envelope.retry_num is not None:
            headers["X-Slack-Retry-Num"] = str(envelope.retry_num)
            headers["X-Slack-Retry-Reason"] = envelope.retry_reason
        return headers

    async def verify_url(self) -> bool:
        """The check when an address is entered in the app's settings: does it echo the challenge?"""
        challenge = self._slack.ids.new("", "CHALLENGE")
        body = {"type": "url_verification", "token": self._slack.verification_token, "challenge": challenge}
        delivery = await self.deliver("events_api", body)
        return delivery.acked and challenge in delivery.body


def signature(secret: str, body: str, *, age: float = 0.0) -> dict[str, str]:
    """The two headers that sign a request, by the wall clock, `age` seconds ago."""
    timestamp = str(int(time.time() - age))
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def _encode(kind: Kind, payload: Mapping[str, Any]) -> tuple[str, str]:
    form = "application/x-www-form-urlencoded"
    if kind == "slash_commands":
        return urlencode({name: str(value) for name, value in payload.items()}), form
    if kind == "interactive":
        return urlencode({"payload": json.dumps(payload)}), form
    return json.dumps(payload), "application/json"


def _answer(body: str) -> Json:
    """The body of an acknowledgement: JSON, or plain text to show."""
    try:
        found = json.loads(body) if body else {}
    except json.JSONDecodeError:
        return {"text": body}
    return found if isinstance(found, dict) else {"text": str(found)}


async def wait_for_tasks(tasks: set[asyncio.Task[Any]]) -> None:
    """Waits until none of these is under way, new ones included."""
    while tasks:
        await asyncio.wait(tasks)
