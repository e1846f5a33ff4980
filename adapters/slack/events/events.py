"""What Slack tells the bot, read from its payloads into one small value that can be stored.

https://docs.slack.dev/apis/events-api, https://docs.slack.dev/interactivity. Pure.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final

from adapters.slack.rendering.private_metadata import parse_metadata, parse_origin
from bot.errors import UnavailableReason

Json = Mapping[str, Any]


class EventKind(StrEnum):
    """How the bot was told."""

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


@dataclass(frozen=True, slots=True)
class SlackEvent:
    """One thing a person did, or that happened to a conversation.

    ``text`` is what was typed, or the value of the button. ``message_ts`` is the message that was pressed,
    ``thread_ts`` the thread that an answer belongs to. ``whispered``: only that person saw the pressed message.
    ``reason`` is a :class:`bot.errors.GoneReason`. ``surface`` is where it was done, if not in a conversation:
    in ``home`` or a ``modal`` of that ``view_id``, or to be answered in one. ``target`` is the channel it counts for
    where that is another than the one to answer in, ``me`` for the person's own. ``team`` is the workspace it was told
    to ('' = the only one), ``at`` when it happened, in seconds since 1970 UTC (0 = not told).
    """

    way: EventKind
    event_id: str
    channel: str = ""
    user: str = ""
    text: str = ""
    message_ts: str = ""
    thread_ts: str = ""
    response_url: str = ""
    trigger_id: str = ""
    whispered: bool = False
    reason: str = ""
    surface: str = ""
    view_id: str = ""
    target: str = ""
    team: str = ""
    at: int = 0

    @property
    def from_own_view(self) -> bool:
        """Whether the conversation was named by a form or Home of ours, which shows it to whoever is in it alone."""
        return bool(self.view_id) or self.way is EventKind.FORM

    @property
    def not_redelivered(self) -> bool:
        """Whether Slack does not tell it again where it gets no acknowledgement: only events come again."""
        return self.way in (EventKind.COMMAND, EventKind.PRESS, EventKind.FORM, EventKind.SHORTCUT)

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(body: str) -> SlackEvent:
        """Raises ValueError or TypeError for what :meth:`as_json` never wrote."""
        values = json.loads(body)
        return SlackEvent(**(values | {"way": EventKind(values["way"])}))


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
            told = _event(body["event"], str(body["event_id"]), bot_user)
            return replace(told, at=int(body.get("event_time") or 0)) if told else None
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


def _command(body: Json) -> SlackEvent:
    return SlackEvent(
        EventKind.COMMAND,
        dedup_id(EventKind.COMMAND, body),
        channel=str(body["channel_id"]),
        user=str(body["user_id"]),
        text=plain_input(str(body.get("text") or "")),
        response_url=str(body.get("response_url") or ""),
        trigger_id=str(body.get("trigger_id") or ""),
        thread_ts=str(body.get("thread_ts") or ""),
    )


def _event(event: Json, event_id: str, bot_user: str) -> SlackEvent | None:
    kind = event["type"]
    match kind:
        case "app_mention":
            return _said(EventKind.MENTION, event, event_id, str(event.get("thread_ts") or event["ts"]))
        case "message" if event.get("channel_type") == "im":
            return _said(EventKind.DIRECT, event, event_id, str(event.get("thread_ts") or ""))
        case "member_joined_channel" | "member_left_channel" if event.get("user") == bot_user:
            return _moved(event, event_id)
        case "app_uninstalled":
            return SlackEvent(EventKind.UNINSTALLED, event_id, reason=UnavailableReason.UNINSTALLED.value)
        case "tokens_revoked" if event.get("tokens", {}).get("bot"):
            return SlackEvent(EventKind.UNINSTALLED, event_id, reason=UnavailableReason.UNINSTALLED.value)
    return _conversation(event, event_id)


def _said(way: EventKind, event: Json, event_id: str, thread_ts: str) -> SlackEvent | None:
    ours = event.get("bot_id") or event.get("hidden") or "edited" in event
    if ours or not event.get("user") or event.get("subtype") not in _WRITTEN:
        return None
    text = plain_input(str(event.get("text") or ""))
    return SlackEvent(way, event_id, channel=event["channel"], user=event["user"], text=text, thread_ts=thread_ts)


def _moved(event: Json, event_id: str) -> SlackEvent:
    channel = str(event["channel"])
    if event["type"] == "member_left_channel":
        return SlackEvent(EventKind.GONE, event_id, channel=channel, reason=UnavailableReason.KICKED)
    return SlackEvent(EventKind.INVITED, event_id, channel=channel, user=str(event.get("inviter") or ""))


def _conversation(event: Json, event_id: str) -> SlackEvent | None:
    kind, channel = event["type"], event.get("channel")
    if kind in _GONE:
        return SlackEvent(EventKind.GONE, event_id, channel=str(channel), reason=_GONE[kind])
    return SlackEvent(EventKind.BACK, event_id, channel=str(channel)) if kind in _BACK else None


def _press(body: Json) -> SlackEvent | None:
    action, container = body["actions"][0], body.get("container") or {}
    value = action.get("value") or (action.get("selected_option") or {}).get("value")
    if not value or container.get("type") != "message":
        return None  # a button that opens an address, or one of a form
    return SlackEvent(
        EventKind.PRESS,
        dedup_id(EventKind.PRESS, body),
        channel=str(container["channel_id"]),
        user=str(body["user"]["id"]),
        text=html.unescape(str(value)),
        message_ts=str(container["message_ts"]),
        thread_ts=str(container.get("thread_ts") or ""),
        response_url=str(body.get("response_url") or ""),
        trigger_id=str(body.get("trigger_id") or ""),
        whispered=bool(container.get("is_ephemeral")),
        surface="modal" if action.get("type") == "overflow" and str(value).startswith(_SHOWN_BEFORE) else "",
    )


def _form(body: Json) -> SlackEvent | None:
    """What was filled in; None for a form that is not ours, or that was tampered with."""
    view = body["view"]
    if view.get("callback_id") != "question":
        return None
    try:
        answered = next(iter(next(iter(view["state"]["values"].values())).values()))
        words = f"{parse_metadata(view).get('command', '')} {answered.get('value') or ''}".strip()
    except (LookupError, TypeError, AttributeError, StopIteration):
        return None
    channel, thread_ts = parse_origin(view)
    return SlackEvent(
        EventKind.FORM,
        dedup_id(EventKind.FORM, body),
        channel=channel,
        user=str(body["user"]["id"]),
        text=words,
        thread_ts=thread_ts,
    )
