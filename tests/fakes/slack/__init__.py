"""A local stand-in for Slack that the real client libraries talk to; see `server`."""

from __future__ import annotations

from tests.fakes.slack.faults import Call, Fault, dropped, held, html, http, refused, slow, too_many
from tests.fakes.slack.modals import View
from tests.fakes.slack.server import SlackStandIn
from tests.fakes.slack.users import Person
from tests.fakes.slack.workspace import Channel, Message, Workspace

__all__ = [
    "Call",
    "Channel",
    "Fault",
    "Message",
    "Person",
    "SlackStandIn",
    "View",
    "Workspace",
    "dropped",
    "held",
    "html",
    "http",
    "refused",
    "slow",
    "too_many",
]
