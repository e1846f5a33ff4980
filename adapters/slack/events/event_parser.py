"""What Slack tells the bot, read from its payloads into :mod:`adapters.slack.events.events`.

https://docs.slack.dev/apis/events-api, https://docs.slack.dev/interactivity. Pure.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from adapters.slack.events.events import (
    AppMention,
    AppUninstalled,
    BotInvited,
    ConversationAvailable,
    ConversationUnavailable,
    DirectMessage,
    MessageButtonPressed,
    QuestionAnswered,
    SlackEvent,
    SlashCommand,
)
from adapters.slack.events.stored_events import EventKind
from adapters.slack.rendering.private_metadata import ThreadRef, parse_metadata, parse_origin
from bot.errors import UnavailableReason

Json = Mapping[str, Any]

_MENTION: Final = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^<>]*)?>")
_LINK: Final = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_GONE: Final = {
    "channel_archive": UnavailableReason.ARCHIVED,
    "group_archive": UnavailableReason.ARCHIVED,
    "channel_deleted": UnavailableReason.DELETED,
    "group_deleted": UnavailableReason.DELETED,
    "channel_left": UnavailableReason.KICKED,
    "group_left": UnavailableReason.KICKED,
}
# Of a paper's menu: shown before everything else, and gone when it was read.
_SHOWN_BEFORE: Final = ("paper ", "why ")
_BACK: Final = frozenset({"channel_unarchive", "group_unarchive"})
# What a person writes; every other kind of message tells of changes, joins and the like.
_WRITTEN: Final = frozenset({None, "file_share", "thread_broadcast", "me_message"})


def parse_event(body: Json, bot_user: str) -> SlackEvent | None:
    """What this payload tells, None for what is nothing to Paperboy."""
    if "command" in body:
        return _command(body)
    match body.get("type"):
        case "event_callback":
            return _event(body["event"], str(body["event_id"]), bot_user, int(body.get("event_time") or 0))
        case "block_actions":
            return _press(body)
        case "view_submission":
            return _form(body)
    return None


def dedup_id(way: EventKind, body: Json) -> str:
    """What a payload is known by when it comes again: its trigger, or all of it where it has none."""
    whole = json.dumps(body, sort_keys=True).encode()
    return f"{way.value}:{body.get('trigger_id') or hashlib.sha256(whole).hexdigest()[:32]}"


def plain_input(text: str) -> str:
    """What a person typed, as they saw it: without mentions, addresses bare, entities decoded."""
    text = _LINK.sub(
        lambda found: found[2] if found[1][:1] in "@#!" and found[2] else found[1], _MENTION.sub(" ", text)
    )
    return html.unescape(text).strip()


def _command(body: Json) -> SlashCommand:
    return SlashCommand(
        event_id=dedup_id(EventKind.COMMAND, body),
        thread=ThreadRef(str(body["channel_id"]), str(body.get("thread_ts") or "")),
        user=str(body["user_id"]),
        text=plain_input(str(body.get("text") or "")),
        response_url=str(body.get("response_url") or ""),
        trigger_id=str(body.get("trigger_id") or ""),
    )


def _event(event: Json, event_id: str, bot_user: str, at: int) -> SlackEvent | None:
    match event["type"]:
        case "app_mention":
            thread = str(event.get("thread_ts") or event["ts"])
            return _said(AppMention, event, event_id, thread)
        case "message" if event.get("channel_type") == "im":
            return _said(DirectMessage, event, event_id, str(event.get("thread_ts") or ""))
        case "member_joined_channel" | "member_left_channel" if event.get("user") == bot_user:
            return _moved(event, event_id)
        case "app_uninstalled":
            return AppUninstalled(event_id=event_id, at=at)
        case "tokens_revoked" if event.get("tokens", {}).get("bot"):
            return AppUninstalled(event_id=event_id, at=at)
    return _conversation(event, event_id)


def _said(
    kind: type[AppMention] | type[DirectMessage], event: Json, event_id: str, thread_ts: str
) -> AppMention | DirectMessage | None:
    ours = event.get("bot_id") or event.get("hidden") or "edited" in event
    if ours or not event.get("user") or event.get("subtype") not in _WRITTEN:
        return None
    text = plain_input(str(event.get("text") or ""))
    return kind(event_id=event_id, thread=ThreadRef(event["channel"], thread_ts), user=event["user"], text=text)


def _moved(event: Json, event_id: str) -> BotInvited | ConversationUnavailable:
    channel = str(event["channel"])
    if event["type"] == "member_left_channel":
        return ConversationUnavailable(event_id=event_id, channel=channel, reason=UnavailableReason.KICKED)
    return BotInvited(event_id=event_id, channel=channel, user=str(event.get("inviter") or ""))


def _conversation(event: Json, event_id: str) -> ConversationUnavailable | ConversationAvailable | None:
    kind, channel = event["type"], str(event.get("channel"))
    if kind in _GONE:
        return ConversationUnavailable(event_id=event_id, channel=channel, reason=_GONE[kind])
    return ConversationAvailable(event_id=event_id, channel=channel) if kind in _BACK else None


def _press(body: Json) -> MessageButtonPressed | None:
    action, container = body["actions"][0], body.get("container") or {}
    value = action.get("value") or (action.get("selected_option") or {}).get("value")
    if not value or container.get("type") != "message":
        return None  # a button that opens an address, or one of a form
    return MessageButtonPressed(
        event_id=dedup_id(EventKind.PRESS, body),
        thread=ThreadRef(str(container["channel_id"]), str(container.get("thread_ts") or "")),
        user=str(body["user"]["id"]),
        value=html.unescape(str(value)),
        message_ts=str(container["message_ts"]),
        response_url=str(body.get("response_url") or ""),
        trigger_id=str(body.get("trigger_id") or ""),
        whispered=bool(container.get("is_ephemeral")),
        opens_modal=action.get("type") == "overflow" and str(value).startswith(_SHOWN_BEFORE),
    )


def _form(body: Json) -> QuestionAnswered | None:
    """What was filled in; None for a form that is not ours, or that was tampered with."""
    view = body["view"]
    if view.get("callback_id") != "question":
        return None
    try:
        answered = next(iter(next(iter(view["state"]["values"].values())).values()))
        words = f"{parse_metadata(view).get('command', '')} {answered.get('value') or ''}".strip()
    except (LookupError, TypeError, AttributeError, StopIteration):
        return None
    return QuestionAnswered(
        event_id=dedup_id(EventKind.FORM, body),
        origin=parse_origin(view),
        user=str(body["user"]["id"]),
        command=words,
    )
