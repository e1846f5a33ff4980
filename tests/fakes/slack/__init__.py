"""A local fake for Slack that the real client libraries talk to; see `server`."""

from __future__ import annotations

from tests.fakes.slack.faults import SlackFault, WebApiCall, dropped, held, html, http, refused, slow, too_many
from tests.fakes.slack.modals import SlackView
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.users import SlackUser
from tests.fakes.slack.workspace import SlackChannel, SlackMessage, SlackWorkspace

__all__ = [
    "FakeSlack",
    "SlackChannel",
    "SlackFault",
    "SlackMessage",
    "SlackUser",
    "SlackView",
    "SlackWorkspace",
    "WebApiCall",
    "dropped",
    "held",
    "html",
    "http",
    "refused",
    "slow",
    "too_many",
]
