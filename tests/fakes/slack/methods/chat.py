"""Posting: what may be posted where, and what Slack refuses."""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.fakes.slack import blocks as block_kit
from tests.fakes.slack.block_checks import Json
from tests.fakes.slack.methods.conversations import visible
from tests.fakes.slack.web_api import MethodRequest, SlackRefusal, invalid, method
from tests.fakes.slack.workspace import SlackChannel, SlackMessage

TEXT_LIMIT = 40_000
MARKDOWN_LIMIT = 12_000
METADATA_LIMIT = 16_000
OPTIONS = ("unfurl_links", "unfurl_media", "parse", "link_names", "mrkdwn", "username", "icon_emoji", "icon_url")


@method("chat.postMessage", "channel", scope="chat:write")
def post_message(ask: MethodRequest) -> Json:
    channel = _writable(ask)
    content = checked_content(ask.args)
    if not ask.slack.rate_monitor.allows(channel.id, ask.slack.now()):
        raise SlackRefusal("ratelimited", status=429, retry_after=1)
    thread_ts = _thread(ask, channel)
    message = ask.slack.poster.add(
        channel,
        user=ask.workspace.bot_user,
        from_bot=True,
        thread_ts=thread_ts,
        metadata=_metadata(ask.args),
        options={name: _truth(ask.args[name]) for name in OPTIONS if name in ask.args},
        broadcast=ask.flag("reply_broadcast"),
        **content,
    )
    return {"channel": channel.id, "ts": message.ts, "message": message.as_json()}


@method("chat.postEphemeral", "channel", "user", scope="chat:write")
def post_ephemeral(ask: MethodRequest) -> Json:
    channel = _writable(ask)
    user = str(ask.args["user"])
    content = checked_content(ask.args)
    if user not in channel.members:
        raise SlackRefusal("user_not_in_channel")
    message = ask.slack.poster.add(
        channel, user=ask.workspace.bot_user, from_bot=True, ephemeral_for=user,
        thread_ts=ask.args.get("thread_ts"), **content,
    )  # fmt: skip
    return {"message_ts": message.ts}


@method("chat.update", "channel", "ts", scope="chat:write")
def update(ask: MethodRequest) -> Json:
    channel = visible(ask, str(ask.args["channel"]))
    message = _own(ask, channel)
    if channel.archived:
        raise SlackRefusal("is_archived")
    content = checked_content(ask.args)
    if "text" in ask.args:
        message.text = content["text"]
    if "blocks" in ask.args:
        message.blocks = ask.slack.poster.with_ids(content["blocks"])
    if "metadata" in ask.args:
        message.metadata = _metadata(ask.args)
    message.edits += 1
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.as_json()}


@method("chat.delete", "channel", "ts", scope="chat:write")
def delete(ask: MethodRequest) -> Json:
    channel = visible(ask, str(ask.args["channel"]))
    message = _own(ask, channel, otherwise="cant_delete_message")
    message.deleted = True
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink", "channel", "message_ts")
def permalink(ask: MethodRequest) -> Json:
    channel = visible(ask, str(ask.args["channel"]))
    ts = str(ask.args["message_ts"])
    if channel.find(ts) is None:
        raise SlackRefusal("message_not_found")
    link = f"https://{ask.workspace.domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


@method("chat.unfurl", scope="links:write")
def unfurl(ask: MethodRequest) -> Json:
    unfurls = ask.args.get("unfurls")
    if not isinstance(unfurls, dict) or not unfurls:
        raise SlackRefusal("missing_unfurls")
    if "unfurl_id" in ask.args and not ask.args.get("source"):
        raise invalid("invalid_arguments", ["missing required field: source"])
    message = _unfurled(ask)
    if any(url not in message.text.replace("&amp;", "&") for url in unfurls):
        raise SlackRefusal("cannot_unfurl_url")
    for each in unfurls.values():
        _check_blocks(each.get("blocks", []) if isinstance(each, dict) else [])
    message.unfurls |= copy.deepcopy(unfurls)
    return {}


@method("reactions.add", "channel", "name", "timestamp", scope="reactions:write")
def react(ask: MethodRequest) -> Json:
    channel = visible(ask, str(ask.args["channel"]))
    message = channel.find(str(ask.args["timestamp"]))
    if message is None:
        raise SlackRefusal("message_not_found")
    if ask.args["name"] in message.reactions:
        raise SlackRefusal("already_reacted")
    message.reactions.append(str(ask.args["name"]))
    return {}


def checked_content(args: Json) -> Json:
    """`text` and `blocks` of a message, or the refusal that Slack has for them."""
    text = str(args.get("text") or "")
    blocks = args.get("blocks") or []
    if "markdown_text" in args:
        return _markdown(args)
    if not text and not blocks and not args.get("attachments"):
        raise SlackRefusal("no_text")
    if len(text) > TEXT_LIMIT:
        raise SlackRefusal("msg_too_long")
    _check_blocks(blocks)
    return {"text": text, "blocks": copy.deepcopy(blocks)}


def _markdown(args: Json) -> Json:
    if args.get("text") or args.get("blocks"):
        raise SlackRefusal("markdown_text_conflict")
    text = str(args["markdown_text"])
    if not text:
        raise SlackRefusal("no_text")
    if len(text) > MARKDOWN_LIMIT:
        raise SlackRefusal("msg_too_long")
    return {"text": text, "blocks": [{"type": "markdown", "text": text}]}


def _check_blocks(blocks: Any) -> None:
    if not isinstance(blocks, list):
        raise SlackRefusal("invalid_blocks_format")
    wrong = block_kit.check_message(blocks)
    if wrong:
        raise invalid("invalid_blocks", wrong)
    if block_kit.weight(blocks) > block_kit.CHARACTERS_OVER_ALL_BLOCKS:
        raise SlackRefusal("msg_blocks_too_long")


def _metadata(args: Json) -> Json | None:
    metadata = args.get("metadata")
    if metadata is None or metadata == {}:
        return None
    if not isinstance(metadata, dict):
        raise SlackRefusal("invalid_metadata_format")
    payload = metadata.get("event_payload")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(payload, dict):
        raise SlackRefusal("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA_LIMIT:
        raise SlackRefusal("metadata_too_large")
    return copy.deepcopy(metadata)


def _truth(value: Any) -> Any:
    return {"1": True, "true": True, "0": False, "false": False}.get(str(value).lower(), value)


def _writable(ask: MethodRequest) -> SlackChannel:
    """The channel the app may post to; a person's id opens the conversation with them."""
    team, wanted = ask.workspace, str(ask.args["channel"])
    channel = team.dm(wanted) if wanted in team.users else visible(ask, wanted, by_name=True)
    if channel.archived:
        raise SlackRefusal("is_archived")
    if channel.im_with and not ask.slack.messages_tab:
        raise SlackRefusal("messages_tab_disabled")
    if not channel.has_bot and ("chat:write.public" not in team.scopes or channel.is_private):
        raise SlackRefusal("not_in_channel")
    return channel


def _thread(ask: MethodRequest, channel: SlackChannel) -> str | None:
    ts = ask.args.get("thread_ts")
    if ts is None:
        return None
    parent = channel.find(str(ts))
    if parent is None:
        raise SlackRefusal("thread_not_found")
    return parent.thread_ts or parent.ts


def _own(ask: MethodRequest, channel: SlackChannel, *, otherwise: str = "cant_update_message") -> SlackMessage:
    message = channel.find(str(ask.args["ts"]))
    if message is None:
        raise SlackRefusal("message_not_found")
    if message.user != ask.workspace.bot_user:
        raise SlackRefusal(otherwise)
    return message


def _unfurled(ask: MethodRequest) -> SlackMessage:
    if "unfurl_id" in ask.args:
        message = ask.slack.unfurls.get(str(ask.args["unfurl_id"]))
    else:
        channel = ask.workspace.channels.get(str(ask.args.get("channel")))
        message = channel.find(str(ask.args.get("ts"))) if channel else None
    if message is None:
        raise SlackRefusal("cannot_find_message")
    return message
