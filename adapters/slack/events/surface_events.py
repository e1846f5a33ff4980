"""What is told from Home, forms and shortcuts, read into :class:`adapters.slack.events.events.Inbound`. Pure.

https://docs.slack.dev/surfaces/app-home, https://docs.slack.dev/surfaces/modals,
https://docs.slack.dev/interactivity/implementing-shortcuts
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any, Final

from adapters.slack.events.events import EventKind, SlackEvent, dedup_id, plain_input
from adapters.slack.rendering.private_metadata import parse_origin
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
            return _from(body, EventKind.SHORTCUT, "setup")
        case "message_action" if body.get("callback_id") == FIND_CALLBACK:
            return _message(body)
    return None


def block_id_for(channel: str, number: int) -> str:
    """The name of a block whose buttons count for a conversation ('' for the person's own)."""
    return f"{_FOR}{channel}:{number}"


def _from(body: Json, way: EventKind, text: str, **more: Any) -> SlackEvent:
    trigger = str(body.get("trigger_id") or "")
    return SlackEvent(way, dedup_id(way, body), user=str(body["user"]["id"]), text=text, trigger_id=trigger, **more)


def _home(event: Json, event_id: str) -> SlackEvent | None:
    if event.get("tab") != HOME:
        return None
    return SlackEvent(EventKind.HOME, event_id, user=str(event["user"]))


def _press(body: Json) -> SlackEvent | None:
    action, view = body["actions"][0], body.get("view") or {}
    value = action.get("value") or (action.get("selected_option") or {}).get("value")
    if not value or view.get("callback_id") == SETUP:
        return None
    surface = HOME if view.get("type") == HOME else MODAL
    channel, thread_ts = parse_origin(view)
    block = str(action.get("block_id") or "")
    if block.startswith(_FOR):
        channel, thread_ts = block.removeprefix(_FOR).rpartition(":")[0], ""
    return _from(
        body,
        EventKind.PRESS,
        html.unescape(str(value)),
        channel=channel,
        thread_ts=thread_ts,
        surface=surface,
        view_id=str(view.get("id") or ""),
    )


def _setup(body: Json) -> SlackEvent:
    """What was filled in; a form that can't be read is opened anew."""
    view = body["view"]
    done = parse_submission(view) or FormValues(OWN_CONVERSATION, SETUP)
    channel, thread_ts = parse_origin(view)
    # With nowhere else to answer, the answer takes the form's place.
    surface = "" if channel else MODAL
    return _from(
        body, EventKind.FORM, done.command, channel=channel, thread_ts=thread_ts, surface=surface, target=done.place
    )


def _message(body: Json) -> SlackEvent:
    """The paper that a message links to, several, or what comes near its words."""
    message = body.get("message") or {}
    text = str(message.get("text") or "")
    linked = linked_paper_ids(html.unescape(text))
    words = " ".join(plain_input(text).split())[:SEARCHED]
    command = (
        f"paper {linked[0]}" if len(linked) == 1 else f"several {' '.join(linked)}" if linked else f"search {words}"
    )
    return _from(
        body,
        EventKind.SHORTCUT,
        command if linked or words else "search",
        channel=str((body.get("channel") or {}).get("id") or ""),
        thread_ts=str(message.get("thread_ts") or ""),
        response_url=str(body.get("response_url") or ""),
        surface=MODAL,
    )
