"""What a form carries along: the conversation that its answers belong to. Pure.

https://docs.slack.dev/surfaces/modals#private_metadata
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

_CONVERSATION: Final = re.compile(r"[CDG][A-Z0-9]{2,30}")
_TS: Final = re.compile(r"[0-9]{1,12}\.[0-9]{1,8}")

Json = Mapping[str, Any]


def build_metadata(channel: str, thread_ts: str, **more: str) -> str:
    """The conversation and its thread as a form carries them, with what else it has to remember."""
    return json.dumps({"channel": channel, "thread_ts": thread_ts, **more})


def parse_metadata(view: Json) -> Json:
    """All that a form carries; nothing where it can't be read."""
    try:
        found = json.loads(view.get("private_metadata") or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def parse_origin(view: Json) -> tuple[str, str]:
    """Channel and thread, each '' where what is there can't be one."""
    found = parse_metadata(view)
    channel, thread = str(found.get("channel", "")), str(found.get("thread_ts", ""))
    if not _CONVERSATION.fullmatch(channel):
        return "", ""
    return channel, thread if _TS.fullmatch(thread) else ""
