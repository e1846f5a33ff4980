"""A local stand-in for Slack that the real client libraries talk to; see `server`."""

from __future__ import annotations

from .faults import Call, Fault, dropped, held, html, http, refused, slow, too_many
from .modals import View
from .people import Person
from .server import SlackStandIn
from .workspace import Channel, Message, Workspace

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
