"""Slack's events as the inbox keeps them: one JSON object with the keys and words of version 0.1, whatever the code
calls them. A key that an event has no use for is left out. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, Literal, assert_never

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
    NoticeEvent,
    QuestionAnswered,
    SetupShortcut,
    SetupSubmitted,
    SlackEvent,
    SlashCommand,
    ViewButtonPressed,
)
from adapters.slack.rendering.private_metadata import ThreadRef
from bot.errors import UnavailableReason

#: Every key that may stand in a body.
KEYS: Final = {
    *("way", "event_id", "team", "at", "channel", "thread_ts", "user", "text", "message_ts", "response_url"),
    *("trigger_id", "whispered", "reason", "surface", "view_id", "target"),
}

Json = Mapping[str, Any]


class EventKind(StrEnum):
    """How the bot was told: the ``way`` of a stored event, and the beginning of the id of one that Slack gives none."""

    COMMAND = "command"
    MENTION = "mention"
    DIRECT = "direct"
    PRESS = "press"
    FORM = "form"
    SHORTCUT = "shortcut"
    HOME = "home"
    LINKS = "links"
    INVITED = "invited"
    INSTALLED = "installed"
    GONE = "gone"
    BACK = "back"
    UNINSTALLED = "uninstalled"


_NoticeKind = Literal[EventKind.HOME, EventKind.LINKS, EventKind.GONE, EventKind.BACK, EventKind.UNINSTALLED]


def event_to_json(event: SlackEvent) -> str:
    """What :func:`event_from_json` reads, and what version 0.1 read."""
    kind, values = _stored(event)
    return json.dumps({"way": kind.value, "event_id": event.event_id, "team": event.team, **values})


def event_from_json(body: str) -> SlackEvent:
    """Raises ValueError, TypeError or KeyError for what neither :func:`event_to_json` nor version 0.1 ever wrote."""
    values = json.loads(body)
    if unknown := set(values) - KEYS:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    return _read(EventKind(values["way"]), values)


def _stored(event: SlackEvent) -> tuple[EventKind, dict[str, Any]]:
    match event:
        case SlashCommand():
            said = {"response_url": event.response_url, "trigger_id": event.trigger_id}
            return EventKind.COMMAND, _typed(event) | said
        case AppMention():
            return EventKind.MENTION, _typed(event)
        case DirectMessage():
            return EventKind.DIRECT, _typed(event)
        case MessageButtonPressed() | ViewButtonPressed():
            return EventKind.PRESS, _stored_press(event)
        case QuestionAnswered():
            return EventKind.FORM, {"user": event.user, "text": event.command, **_thread_keys(event.origin)}
        case SetupSubmitted():
            return EventKind.FORM, _stored_setup(event)
        case MessageShortcut() | SetupShortcut():
            return EventKind.SHORTCUT, _stored_shortcut(event)
        case AppInstalled():
            return EventKind.INSTALLED, {"user": event.user, "at": event.at}
        case BotInvited():
            return EventKind.INVITED, {"channel": event.channel, "user": event.user}
        case _:
            return _stored_notice(event)


def _stored_notice(event: NoticeEvent) -> tuple[EventKind, dict[str, Any]]:
    match event:
        case HomeOpened():
            return EventKind.HOME, {"user": event.user}
        case LinksShared():
            text = json.dumps({"unfurl_id": event.unfurl_id, "papers": dict(event.papers)})
            return EventKind.LINKS, {"channel": event.channel, "user": event.user, "text": text}
        case ConversationUnavailable():
            return EventKind.GONE, {"channel": event.channel, "reason": event.reason.value}
        case ConversationAvailable():
            return EventKind.BACK, {"channel": event.channel}
        case AppUninstalled():
            return EventKind.UNINSTALLED, {"reason": UnavailableReason.UNINSTALLED.value, "at": event.at}
    assert_never(event)


def _typed(event: SlashCommand | AppMention | DirectMessage) -> dict[str, Any]:
    return {"user": event.user, "text": event.text, **_thread_keys(event.thread)}


def _stored_press(event: MessageButtonPressed | ViewButtonPressed) -> dict[str, Any]:
    pressed = {"user": event.user, "text": event.value, "trigger_id": event.trigger_id}
    if isinstance(event, ViewButtonPressed):
        return pressed | _thread_keys(event.origin) | {"surface": event.surface, "view_id": event.view_id}
    return (
        pressed
        | _thread_keys(event.thread)
        | {
            "message_ts": event.message_ts,
            "response_url": event.response_url,
            "whispered": event.whispered,
            "surface": "modal" if event.opens_modal else "",
        }
    )


def _stored_setup(event: SetupSubmitted) -> dict[str, Any]:
    return {
        "user": event.user,
        "text": event.command,
        "trigger_id": event.trigger_id,
        "surface": "" if event.origin else "modal",
        "target": event.destination,
        **_thread_keys(event.origin),
    }


def _stored_shortcut(event: MessageShortcut | SetupShortcut) -> dict[str, Any]:
    used = {"user": event.user, "trigger_id": event.trigger_id}
    if isinstance(event, SetupShortcut):
        return used | {"text": "setup"}
    found = {"text": event.command, "response_url": event.response_url, "surface": "modal"}
    return used | found | _thread_keys(event.origin)


def _thread_keys(thread: ThreadRef | None) -> dict[str, str]:
    return {"channel": thread.channel, "thread_ts": thread.thread_ts} if thread else {}


def _read(kind: EventKind, stored: Json) -> SlackEvent:
    told: dict[str, Any] = {"event_id": str(stored["event_id"]), "team": str(stored.get("team", ""))}
    match kind:
        case EventKind.COMMAND:
            return SlashCommand(**told, **_read_typed(stored), **_texts(stored, "response_url", "trigger_id"))
        case EventKind.MENTION:
            return AppMention(**told, **_read_typed(stored))
        case EventKind.DIRECT:
            return DirectMessage(**told, **_read_typed(stored))
        case EventKind.PRESS:
            return _read_press(told, stored)
        case EventKind.FORM:
            return _read_form(told, stored)
        case EventKind.SHORTCUT:
            return _read_shortcut(told, stored)
        case EventKind.INSTALLED:
            return AppInstalled(**told, **_texts(stored, "user"), at=int(stored.get("at", 0)))
        case EventKind.INVITED:
            return BotInvited(**told, **_texts(stored, "channel", "user"))
        case _:
            return _read_notice(kind, told, stored)


def _read_notice(kind: _NoticeKind, told: Json, stored: Json) -> NoticeEvent:
    match kind:
        case EventKind.HOME:
            return HomeOpened(**told, **_texts(stored, "user"))
        case EventKind.LINKS:
            said = json.loads(stored["text"])
            return LinksShared(
                **told, **_texts(stored, "channel", "user"), unfurl_id=said["unfurl_id"], papers=said["papers"]
            )
        case EventKind.GONE:
            reason = UnavailableReason(stored["reason"])
            return ConversationUnavailable(**told, **_texts(stored, "channel"), reason=reason)
        case EventKind.BACK:
            return ConversationAvailable(**told, **_texts(stored, "channel"))
        case EventKind.UNINSTALLED:
            return AppUninstalled(**told, at=int(stored.get("at", 0)))
    assert_never(kind)


def _read_typed(stored: Json) -> dict[str, Any]:
    return {"thread": _thread(stored), **_texts(stored, "user", "text")}


def _read_press(told: Json, stored: Json) -> MessageButtonPressed | ViewButtonPressed:
    value, surface = str(stored["text"]), stored.get("surface", "")
    if stored.get("message_ts"):
        return MessageButtonPressed(
            **told,
            **_texts(stored, "user", "message_ts", "response_url", "trigger_id"),
            thread=_thread(stored),
            value=value,
            whispered=bool(stored.get("whispered", False)),
            opens_modal=surface == "modal",
        )
    return ViewButtonPressed(
        **told,
        **_texts(stored, "user", "view_id", "trigger_id"),
        origin=_origin(stored),
        value=value,
        surface="home" if surface == "home" else "modal",
    )


def _read_form(told: Json, stored: Json) -> QuestionAnswered | SetupSubmitted:
    """A question is about no place but the one it was asked in."""
    sent: dict[str, Any] = {**told, "origin": _origin(stored), **_texts(stored, "user"), "command": stored["text"]}
    if destination := str(stored.get("target", "")):
        return SetupSubmitted(**sent, **_texts(stored, "trigger_id"), destination=destination)
    return QuestionAnswered(**sent)


def _read_shortcut(told: Json, stored: Json) -> MessageShortcut | SetupShortcut:
    if not stored.get("surface"):
        return SetupShortcut(**told, **_texts(stored, "user", "trigger_id"))
    used = _texts(stored, "user", "response_url", "trigger_id")
    return MessageShortcut(**told, **used, origin=_origin(stored), command=str(stored["text"]))


def _texts(stored: Json, *keys: str) -> dict[str, Any]:
    return {key: str(stored.get(key, "")) for key in keys}


def _thread(stored: Json) -> ThreadRef:
    return ThreadRef(str(stored["channel"]), str(stored.get("thread_ts", "")))


def _origin(stored: Json) -> ThreadRef | None:
    return _thread(stored) if stored.get("channel") else None
