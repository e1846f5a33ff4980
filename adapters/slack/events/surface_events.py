"""What is told from Home, forms and shortcuts, read into :mod:`adapters.slack.events.events`. Pure.

https://docs.slack.dev/surfaces/app-home, https://docs.slack.dev/surfaces/modals,
https://docs.slack.dev/interactivity/implementing-shortcuts
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any, Final

from adapters.slack.events.event_parser import dedup_id, plain_input
from adapters.slack.events.events import (
    HomeOpened,
    MessageShortcut,
    SetupShortcut,
    SetupSubmitted,
    SlackEvent,
    ViewButtonPressed,
)
from adapters.slack.events.stored_events import EventKind
from adapters.slack.rendering.private_metadata import ThreadRef, parse_origin
from adapters.slack.rendering.setup_form import CALLBACK as SETUP
from adapters.slack.rendering.setup_form import OWN_CONVERSATION
from adapters.slack.rendering.setup_values import FormValues, parse_submission
from bot.papers import linked_paper_ids

HOME: Final = "home"
MODAL: Final = "modal"
FIND_CALLBACK: Final = "find"
_FOR: Final = "for:"
SEARCHED: Final = 300

Json = Mapping[str, Any]


def parse_surface_event(body: Json) -> SlackEvent | None:
    """What a payload from one of these tells, None for any other."""
    match body.get("type"):
        case "event_callback" if body["event"].get("type") == "app_home_opened":
            return _home(body["event"], str(body["event_id"]))
        case "block_actions" if (body.get("container") or {}).get("type") == "view":
            return _press(body)
        case "view_submission" if body["view"].get("callback_id") == SETUP:
            return _setup(body)
        case "shortcut" if body.get("callback_id") == SETUP:
            return SetupShortcut(
                event_id=dedup_id(EventKind.SHORTCUT, body), user=_user(body), trigger_id=_trigger(body)
            )
        case "message_action" if body.get("callback_id") == FIND_CALLBACK:
            return _message(body)
    return None


def block_id_for(channel: str, number: int) -> str:
    """The name of a block whose buttons count for a conversation ('' for the person's own)."""
    return f"{_FOR}{channel}:{number}"


def _user(body: Json) -> str:
    return str(body["user"]["id"])


def _trigger(body: Json) -> str:
    return str(body.get("trigger_id") or "")


def _home(event: Json, event_id: str) -> HomeOpened | None:
    if event.get("tab") != HOME:
        return None
    return HomeOpened(event_id=event_id, user=str(event["user"]))


def _press(body: Json) -> ViewButtonPressed | None:
    action, view = body["actions"][0], body.get("view") or {}
    value = action.get("value") or (action.get("selected_option") or {}).get("value")
    if not value or view.get("callback_id") == SETUP:
        return None
    return ViewButtonPressed(
        event_id=dedup_id(EventKind.PRESS, body),
        origin=_pressed_for(str(action.get("block_id") or ""), view),
        user=_user(body),
        value=html.unescape(str(value)),
        surface=HOME if view.get("type") == HOME else MODAL,
        view_id=str(view.get("id") or ""),
        trigger_id=_trigger(body),
    )


def _pressed_for(block: str, view: Json) -> ThreadRef | None:
    """The conversation that a block names, or else the view that it stands in."""
    if not block.startswith(_FOR):
        return parse_origin(view)
    channel = block.removeprefix(_FOR).rpartition(":")[0]
    return ThreadRef(channel) if channel else None


def _setup(body: Json) -> SetupSubmitted:
    """What was filled in; a form that can't be read is opened anew."""
    view = body["view"]
    done = parse_submission(view) or FormValues(OWN_CONVERSATION, SETUP)
    return SetupSubmitted(
        event_id=dedup_id(EventKind.FORM, body),
        origin=parse_origin(view),
        user=_user(body),
        command=done.command,
        destination=done.place,
        trigger_id=_trigger(body),
    )


def _message(body: Json) -> MessageShortcut:
    """The paper that a message links to, several, or what comes near its words."""
    message = body.get("message") or {}
    text = str(message.get("text") or "")
    linked = linked_paper_ids(html.unescape(text))
    words = " ".join(plain_input(text).split())[:SEARCHED]
    command = (
        f"paper {linked[0]}" if len(linked) == 1 else f"several {' '.join(linked)}" if linked else f"search {words}"
    )
    channel = str((body.get("channel") or {}).get("id") or "")
    return MessageShortcut(
        event_id=dedup_id(EventKind.SHORTCUT, body),
        origin=ThreadRef(channel, str(message.get("thread_ts") or "")) if channel else None,
        user=_user(body),
        command=command if linked or words else "search",
        response_url=str(body.get("response_url") or ""),
        trigger_id=_trigger(body),
    )
