"""Splits a rendered view into messages.

Slack takes 50 blocks a message (https://docs.slack.dev/reference/block-kit/blocks), and refuses one whose blocks hold
too many characters together; the bound is not documented, messages beyond 13,200 were refused, once one of 11,341
(https://github.com/slackapi/bolt-js/issues/2509).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from slack_sdk.errors import SlackObjectFormationError

from adapters.slack.rendering.mrkdwn import split
from adapters.slack.rendering.renderer import RenderedView

BLOCKS: Final = 50
CHARACTERS: Final = 11_000
OF_A_BLOCK: Final = 50  # what a block counts in addition to its text
PLAIN_TEXT: Final = 12_000

_LINK: Final = re.compile(r"<(https?:[^|>]+)\|([^>]*)>")

Json = dict[str, Any]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """One message as Slack takes it; ``text`` is what a notification shows, ``fallback_text`` what is sent if the
    blocks are refused."""

    blocks: tuple[Json, ...]
    text: str
    fallback_text: str


def split_messages(rendered: RenderedView) -> list[SlackMessage]:
    """The view in as few messages as it needs, each checked by Slack's own models; none for an empty one."""
    try:
        parts = list(_parts([block.to_dict() for block in rendered.blocks]))
    except SlackObjectFormationError as problem:
        log.error("a view could not be drawn as blocks and goes as its summary: %s", problem)
        return [SlackMessage((), rendered.summary, rendered.summary)]
    return [_message(part, _numbered(rendered.summary, n, len(parts))) for n, part in enumerate(parts, 1)]


def _numbered(summary: str, n: int, of: int) -> str:
    return summary if n == 1 else f"{summary} ({n}/{of})"


def _parts(blocks: Sequence[Json]) -> Iterator[list[Json]]:
    """Runs of blocks within the limits; buttons stay with what stands before them."""
    part: list[Json] = []
    for block in blocks:
        if part and not _fits([*part, block]):
            keep = len(part) - 1 if block["type"] == "actions" and len(part) > 1 else len(part)
            yield part[:keep]
            part = part[keep:]
        part.append(block)
    if part:
        yield part


def _fits(blocks: Sequence[Json]) -> bool:
    return len(blocks) <= BLOCKS and sum(_characters(each) + OF_A_BLOCK for each in blocks) <= CHARACTERS


def _characters(value: Any) -> int:
    """The characters of every text in a block."""
    if isinstance(value, list):
        return sum(map(_characters, value))
    if not isinstance(value, dict):
        return 0
    own = value.get("text")
    return (len(own) if isinstance(own, str) else 0) + sum(map(_characters, value.values()))


def _message(blocks: Sequence[Json], text: str) -> SlackMessage:
    fallback = next(split("\n\n".join(_texts(blocks)), PLAIN_TEXT), "")
    return SlackMessage(tuple(blocks), text, fallback or text)


def _texts(blocks: Sequence[Json]) -> Iterator[str]:
    """The blocks' texts, with links as plain addresses."""
    for block in blocks:
        for text in (block.get("text"), *block.get("elements", ())):
            if text and text["type"] == "mrkdwn":
                yield _LINK.sub(r"\2 \1", text["text"])
