"""Looks for a message of ours by its key, where it is unknown whether it was posted.

Only the minutes in which it can have been posted are read, since some apps may ask for fifteen messages a minute and no
more. A channel's history shows threads folded, and bots may not read the replies in every conversation
(https://docs.slack.dev/reference/methods/conversations.replies): there, a thread that got a reply of ours since then
leaves the question open.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.slack.client.api import SlackApi
from adapters.slack.client.errors import MISSING_SCOPE
from bot.chats import MessageRef
from bot.errors import ChatUnavailable, MessageRejected, NotAuthorised
from bot.ports import LookupUnsupported

PAGES: Final = 10
CLOCKS_DIFFER: Final = timedelta(seconds=5)
#: One attempt ends within forty seconds; a later message is of another attempt.
ATTEMPT_WINDOW: Final = timedelta(minutes=2)

log = logging.getLogger(__name__)

Json = Mapping[str, Any]
Found = MessageRef | LookupUnsupported | None


async def find_message(
    api: SlackApi, channel: str, bot_user: str, key: str, since: datetime, thread: str = ""
) -> Found:
    """The message's ref, or None if the message is surely not there; ``thread`` is the one it would be a reply in.
    Raises RetryLater and NotAuthorised."""
    since -= CLOCKS_DIFFER
    try:
        if thread:
            return await _in_thread(api, channel, bot_user, key, since, thread)
        messages = await _messages_between(api, channel, since, since + ATTEMPT_WINDOW)
        return LookupUnsupported.UNSUPPORTED if messages is None else _with_key(channel, messages, key)
    except (ChatUnavailable, MessageRejected):
        return LookupUnsupported.UNSUPPORTED
    except NotAuthorised as problem:
        if MISSING_SCOPE in problem.reason or "not_allowed_token_type" in problem.reason:
            log.warning("whether a message arrived can't be looked up: %s", problem.reason)
            return LookupUnsupported.UNSUPPORTED
        raise


async def _messages_between(api: SlackApi, channel: str, since: datetime, until: datetime) -> list[Json] | None:
    """Every message of that time, None if there are too many to read."""
    messages: list[Json] = []
    cursor = ""
    for _ in range(PAGES):
        page = await api.history(channel, _ts(since), _ts(until), cursor)
        messages += page.get("messages") or []
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return messages
    return None


async def _in_thread(api: SlackApi, channel: str, bot_user: str, key: str, since: datetime, thread: str) -> Found:
    """The parent message shows whether we replied since then; only then the replies are read."""
    parents = (await api.history(channel, thread, thread)).get("messages") or []
    if not any(_bot_replied_since(message, bot_user, since) for message in parents):
        return None
    page = await api.replies(channel, thread, _ts(since))
    found = _with_key(channel, page.get("messages") or [], key)
    return LookupUnsupported.UNSUPPORTED if found is None and page.get("has_more") else found


def _with_key(channel: str, messages: list[Json], key: str) -> MessageRef | None:
    with_key = (message for message in messages if _key_of(message) == key)
    return next((MessageRef(f"{channel} {message['ts']}") for message in with_key), None)


def _key_of(message: Json) -> str:
    return str(((message.get("metadata") or {}).get("event_payload") or {}).get("k", ""))


def _bot_replied_since(message: Json, bot_user: str, since: datetime) -> bool:
    """Whether the newest reply is younger than that and one of the replies is ours."""
    return (
        bot_user in (message.get("reply_users") or ()) and float(message.get("latest_reply") or 0) > since.timestamp()
    )


def _ts(moment: datetime) -> str:
    return f"{moment.timestamp():.6f}"
