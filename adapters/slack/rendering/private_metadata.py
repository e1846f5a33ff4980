"""What a form carries along: the conversation that its answers belong to. Pure.

https://docs.slack.dev/surfaces/modals#private_metadata
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_CONVERSATION: Final = re.compile(r"[CDG][A-Z0-9]{2,30}")
_TS: Final = re.compile(r"[0-9]{1,12}\.[0-9]{1,8}")

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ThreadRef:
    """A conversation, and the thread in it that an answer belongs to ('' = none)."""

    channel: str
    thread_ts: str = ""


def build_metadata(origin: ThreadRef | None, **more: str) -> str:
    """The conversation and its thread as a form carries them, with what else it has to remember."""
    channel, thread_ts = (origin.channel, origin.thread_ts) if origin else ("", "")
    return json.dumps({"channel": channel, "thread_ts": thread_ts, **more})


def parse_metadata(view: Json) -> Json:
    """All that a form carries; nothing where it can't be read."""
    try:
        found = json.loads(view.get("private_metadata") or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def parse_origin(view: Json) -> ThreadRef | None:
    """The conversation that the form was opened from; None where what is there can't be one."""
    found = parse_metadata(view)
    channel, thread = str(found.get("channel", "")), str(found.get("thread_ts", ""))
    if not _CONVERSATION.fullmatch(channel):
        return None
    return ThreadRef(channel, thread if _TS.fullmatch(thread) else "")
