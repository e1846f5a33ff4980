"""A local stand-in for Slack that the real client libraries talk to; see `server`."""

from __future__ import annotations

from tests.standins.slack.faults import Call, Fault, dropped, held, html, http, refused, slow, too_many
from tests.standins.slack.modals import View
from tests.standins.slack.people import Person
from tests.standins.slack.server import SlackStandIn
from tests.standins.slack.workspace import Channel, Message, Workspace

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
