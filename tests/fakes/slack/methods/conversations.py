"""Channels, who is in them and what was said there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from tests.fakes.slack.block_checks import Json
from tests.fakes.slack.web_api import MethodRequest, SlackRefusal, method
from tests.fakes.slack.workspace import SlackChannel, SlackMessage

T = TypeVar("T")

_FAMILY = {"public_channel": "channels", "private_channel": "groups", "im": "im"}


def visible(ask: MethodRequest, wanted: str, *, by_name: bool = False) -> SlackChannel:
    """The channel as far as the app may know of it: private ones only from inside."""
    channels = ask.workspace.channels
    found = channels.get(wanted)
    if found is None and by_name:
        name = wanted.removeprefix("#")
        found = next((c for c in channels.values() if c.name == name and c.kind == "public_channel"), None)
    if found is None or (found.is_private and not found.has_bot):
        raise SlackRefusal("channel_not_found")
    return found


def _readable(ask: MethodRequest, right: str) -> SlackChannel:
    channel = visible(ask, str(ask.args["channel"]))
    ask.require(f"{_FAMILY[channel.kind]}:{right}")
    return channel


@method("conversations.info", "channel")
def info(ask: MethodRequest) -> Json:
    return {"channel": _readable(ask, "read").as_json()}


@method("conversations.members", "channel")
def members(ask: MethodRequest) -> Json:
    channel = _readable(ask, "read")
    found, cursor = _page(ask, sorted(channel.members), default=100)
    return {"members": found, "response_metadata": {"next_cursor": cursor}}


@method("conversations.list")
def list_all(ask: MethodRequest) -> Json:
    return _listing(ask, [c for c in ask.workspace.channels.values() if not c.is_private or c.has_bot])


@method("users.conversations")
def list_own(ask: MethodRequest) -> Json:
    team = ask.workspace
    user = str(ask.args.get("user") or team.bot_user)
    mine = [c for c in team.channels.values() if user in c.members or (user == team.bot_user and c.im_with)]
    return _listing(ask, [c for c in mine if not c.is_private or c.has_bot])


def _listing(ask: MethodRequest, channels: list[SlackChannel]) -> Json:
    kinds = str(ask.args.get("types") or "public_channel").replace(" ", "").split(",")
    for kind in kinds:
        if kind not in (*_FAMILY, "mpim"):
            raise SlackRefusal("invalid_types")
        if kind in _FAMILY:
            ask.require(f"{_FAMILY[kind]}:read")
    wanted = [c for c in channels if c.kind in kinds]
    if ask.flag("exclude_archived"):
        wanted = [c for c in wanted if not c.archived]
    found, cursor = _page(ask, wanted, default=100)
    return {"channels": [c.as_json() for c in found], "response_metadata": {"next_cursor": cursor}}


@method("conversations.open", scope="im:write")
def open_dm(ask: MethodRequest) -> Json:
    if "channel" in ask.args:
        return {"channel": _short(visible(ask, str(ask.args["channel"])))}
    users = ask.args.get("users")
    ids = users if isinstance(users, list) else [u for u in str(users or "").split(",") if u]
    if not ids:
        raise SlackRefusal("users_list_not_supplied")
    if any(user not in ask.workspace.users for user in ids):
        raise SlackRefusal("user_not_found")
    if len(ids) > 1:
        raise SlackRefusal("missing_scope", needed="mpim:write", provided=",".join(sorted(ask.workspace.scopes)))
    return {"channel": _short(ask.workspace.dm(str(ids[0])))}


def _short(channel: SlackChannel) -> Json:
    return {"id": channel.id}


@method("conversations.join", "channel", scope="channels:join")
def join(ask: MethodRequest) -> Json:
    channel = visible(ask, str(ask.args["channel"]))
    if channel.kind != "public_channel":
        raise SlackRefusal("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackRefusal("is_archived")
    if not channel.has_bot:
        channel.members.add(ask.workspace.bot_user)
        ask.slack.soon(ask.slack.events.joined(channel, ask.workspace.bot_user))
    return {"channel": channel.as_json()}


@method("conversations.leave", "channel")
def leave(ask: MethodRequest) -> Json:
    channel = visible(ask, str(ask.args["channel"]))
    if channel.im_with:
        raise SlackRefusal("method_not_supported_for_channel_type")
    channel.members.discard(ask.workspace.bot_user)
    return {}


@method("conversations.history", "channel")
def history(ask: MethodRequest) -> Json:
    channel = _readable(ask, "history")
    if not channel.has_bot:
        raise SlackRefusal("not_in_channel")
    newest_first = [m for m in reversed(channel.messages) if _in_range(ask, m)]
    return _messages(ask, newest_first)


@method("conversations.replies", "channel", "ts")
def replies(ask: MethodRequest) -> Json:
    """Bots may read threads in direct messages only.

    Source: the method's page, "Bot user tokens ... lack sufficient permissions to use this method on public
    and private channels".
    """
    channel = _readable(ask, "history")
    if not channel.im_with:
        raise SlackRefusal("not_allowed_token_type")
    parent = channel.find(str(ask.args["ts"]))
    if parent is None:
        raise SlackRefusal("thread_not_found")
    return _messages(ask, [parent, *(m for m in parent.replies if _in_range(ask, m))])


def _messages(ask: MethodRequest, messages: list[SlackMessage]) -> Json:
    found, cursor = _page(ask, messages, default=100)
    with_metadata = ask.flag("include_all_metadata")
    return {
        "messages": [m.as_json(with_metadata=with_metadata) for m in found],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def _in_range(ask: MethodRequest, message: SlackMessage) -> bool:
    """Between `oldest` and `latest`, the ends themselves only if `inclusive`."""
    ts = float(message.ts)
    oldest = _moment(ask, "oldest", float("-inf"))
    latest = _moment(ask, "latest", float("inf"))
    return oldest < ts < latest or (ask.flag("inclusive") and ts in (oldest, latest))


def _moment(ask: MethodRequest, name: str, default: float) -> float:
    value = ask.args.get(name)
    if value in (None, "", "now"):
        return default
    try:
        return float(str(value))
    except ValueError:
        raise SlackRefusal(f"invalid_ts_{name}") from None


def _page(ask: MethodRequest, items: Sequence[T], *, default: int) -> tuple[Sequence[T], str]:
    """One page and the cursor of the next (empty: none)."""
    cursor = str(ask.args.get("cursor") or "page:0")
    kind, _, start_text = cursor.partition(":")
    if kind != "page" or not start_text.isdigit():
        raise SlackRefusal("invalid_cursor")
    start, limit = int(start_text), min(ask.number("limit", default), 999)
    end = start + limit
    return items[start:end], f"page:{end}" if end < len(items) else ""
