"""Slack's events as version 0.1 kept them in its inbox are read as the same events, and written so that it reads them.

The rows are what ``json.dumps(asdict(...))`` of its one class for all events wrote; they are never written anew.
"""

from __future__ import annotations

import json
from typing import Any, Final, get_args

import pytest

from adapters.slack.events.event_parser import parse_event
from adapters.slack.events.events import (
    AppInstalled,
    AppMention,
    AppUninstalled,
    BotInvited,
    ConversationAvailable,
    ConversationUnavailable,
    DirectMessage,
    HomeOpened,
    LinksShared,
    MessageButtonPressed,
    MessageShortcut,
    QuestionAnswered,
    SetupShortcut,
    SetupSubmitted,
    SlackEvent,
    SlashCommand,
    ViewButtonPressed,
)
from adapters.slack.events.stored_events import KEYS, event_from_json, event_to_json
from adapters.slack.rendering.private_metadata import ThreadRef
from bot.errors import UnavailableReason

BLANK: Final[dict[str, Any]] = {
    "channel": "", "user": "", "text": "", "message_ts": "", "thread_ts": "", "response_url": "", "trigger_id": "",
    "whispered": False, "reason": "", "surface": "", "view_id": "", "target": "", "team": "", "at": 0,
}  # fmt: skip

TOLD: Final[dict[str, Any]] = {"event_id": "E1", "team": "T1"}
IN_THREAD: Final = {"channel": "C1", "thread_ts": "1.2", "user": "U1"}
THREAD: Final = ThreadRef("C1", "1.2")
URL: Final = "https://hooks.example/1"
BY_TRIGGER: Final = {"response_url": URL, "trigger_id": "t1"}

ROWS: Final[list[tuple[dict[str, Any], SlackEvent]]] = [
    (
        {"way": "command", **IN_THREAD, **BY_TRIGGER, "text": "today"},
        SlashCommand(**TOLD, thread=THREAD, user="U1", text="today", response_url=URL, trigger_id="t1"),
    ),
    ({"way": "mention", **IN_THREAD, "text": "today"}, AppMention(**TOLD, thread=THREAD, user="U1", text="today")),
    (
        {"way": "direct", "channel": "D1", "user": "U1", "text": "today"},
        DirectMessage(**TOLD, thread=ThreadRef("D1"), user="U1", text="today"),
    ),
    (
        {"way": "press", **IN_THREAD, **BY_TRIGGER, "text": "=abc", "message_ts": "1.1", "whispered": True},
        MessageButtonPressed(
            **TOLD,
            thread=THREAD,
            user="U1",
            value="=abc",
            message_ts="1.1",
            response_url=URL,
            trigger_id="t1",
            whispered=True,
        ),
    ),
    (
        {"way": "press", "channel": "C1", "user": "U1", "text": "why 1", "message_ts": "1.1", "surface": "modal"},
        MessageButtonPressed(
            **TOLD, thread=ThreadRef("C1"), user="U1", value="why 1", message_ts="1.1", opens_modal=True
        ),
    ),
    (
        {"way": "press", **IN_THREAD, "text": "edit", "trigger_id": "t1", "surface": "modal", "view_id": "V1"},
        ViewButtonPressed(
            **TOLD, origin=THREAD, user="U1", value="edit", surface="modal", view_id="V1", trigger_id="t1"
        ),
    ),
    (
        {"way": "press", "user": "U1", "text": "edit", "trigger_id": "t1", "surface": "home", "view_id": "V1"},
        ViewButtonPressed(**TOLD, origin=None, user="U1", value="edit", surface="home", view_id="V1", trigger_id="t1"),
    ),
    (
        {"way": "form", **IN_THREAD, "text": "search a"},
        QuestionAnswered(**TOLD, origin=THREAD, user="U1", command="search a"),
    ),
    (
        {"way": "form", "user": "U1", "text": "search a"},
        QuestionAnswered(**TOLD, origin=None, user="U1", command="search a"),
    ),
    (
        {"way": "form", **IN_THREAD, "text": "setup {}", "trigger_id": "t1", "target": "C2"},
        SetupSubmitted(**TOLD, origin=THREAD, user="U1", command="setup {}", destination="C2", trigger_id="t1"),
    ),
    (
        {"way": "form", "user": "U1", "text": "setup {}", "trigger_id": "t1", "target": "me", "surface": "modal"},
        SetupSubmitted(**TOLD, origin=None, user="U1", command="setup {}", destination="me", trigger_id="t1"),
    ),
    (
        {"way": "shortcut", "user": "U1", "text": "setup", "trigger_id": "t1"},
        SetupShortcut(**TOLD, user="U1", trigger_id="t1"),
    ),
    (
        {"way": "shortcut", **IN_THREAD, **BY_TRIGGER, "text": "paper 2608.00001", "surface": "modal"},
        MessageShortcut(
            **TOLD, origin=THREAD, user="U1", command="paper 2608.00001", response_url=URL, trigger_id="t1"
        ),
    ),
    ({"way": "home", "user": "U1"}, HomeOpened(**TOLD, user="U1")),
    (
        {"way": "links", "channel": "C1", "user": "U1", "text": '{"unfurl_id": "X1", "papers": {"1": "https://a/1"}}'},
        LinksShared(**TOLD, channel="C1", user="U1", unfurl_id="X1", papers={"1": "https://a/1"}),
    ),
    ({"way": "invited", "channel": "C1", "user": "U1"}, BotInvited(**TOLD, channel="C1", user="U1")),
    ({"way": "installed", "user": "U1", "at": 1789387200}, AppInstalled(**TOLD, user="U1", at=1789387200)),
    (
        {"way": "gone", "channel": "C1", "reason": "archived"},
        ConversationUnavailable(**TOLD, channel="C1", reason=UnavailableReason.ARCHIVED),
    ),
    ({"way": "back", "channel": "C1"}, ConversationAvailable(**TOLD, channel="C1")),
    ({"way": "uninstalled", "reason": "uninstalled", "at": 1789387200}, AppUninstalled(**TOLD, at=1789387200)),
]


def _row(said: dict[str, Any]) -> dict[str, Any]:
    return {**BLANK, **TOLD, **said}


@pytest.mark.parametrize(("said", "event"), ROWS, ids=[type(event).__name__ for _, event in ROWS])
def test_a_row_of_version_0_1_is_this_event(said: dict[str, Any], event: SlackEvent) -> None:
    assert event_from_json(json.dumps(_row(said))) == event


@pytest.mark.parametrize(("said", "event"), ROWS, ids=[type(event).__name__ for _, event in ROWS])
def test_the_event_is_written_as_version_0_1_reads_it(said: dict[str, Any], event: SlackEvent) -> None:
    assert BLANK | json.loads(event_to_json(event)) == _row(said)


def test_every_kind_of_event_is_here() -> None:
    assert {type(event) for _, event in ROWS} == set(get_args(SlackEvent))
    assert {*BLANK, "way", "event_id"} == KEYS


def test_the_moment_that_every_event_of_the_events_api_carried_is_not_needed() -> None:
    said = _row({"way": "direct", "channel": "D1", "user": "U1", "text": "topics", "at": 1789387200})
    assert event_from_json(json.dumps(said)) == DirectMessage(**TOLD, thread=ThreadRef("D1"), user="U1", text="topics")


@pytest.mark.parametrize("body", ["", "[]", "3", "{}", '{"way": "dance", "event_id": "1"}', '{"way": "mention"}'])
def test_what_was_never_written_is_refused(body: str) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        event_from_json(body)


def test_a_key_that_is_not_known_is_refused_and_not_lost() -> None:
    with pytest.raises(ValueError, match="flavour"):
        event_from_json(json.dumps(_row({"way": "home", "user": "U1", "flavour": "sweet"})))


def test_an_id_begins_with_the_word_that_it_began_with() -> None:
    """An interaction that comes again after an update is known."""
    body = {"command": "/papers", "channel_id": "C1", "user_id": "U1", "trigger_id": "1.2.3"}
    event = parse_event(body, "B1")
    assert event is not None
    assert event.event_id == "command:1.2.3"
