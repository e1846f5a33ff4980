"""Slack's Block Kit validator: says of blocks and views what the real one says.

Source of the limits: docs.slack.dev/reference/block-kit/blocks (50 blocks in a message, 100 in a view),
docs.slack.dev/reference/views. Measured by others on the real service (bolt-js #2509 and #2867): a message
is refused as `msg_blocks_too_long` somewhere above 13,200 characters over all blocks, where every block
weighs some characters too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.fakes.slack.block_checks import (
    BlockProblems,
    Check,
    Json,
    anything,
    flag,
    many,
    one_of,
    plain,
    shape,
    string,
    text,
    typed,
    url,
)
from tests.fakes.slack.elements import BUTTON, IMAGE, IN_ACTIONS, IN_CONTEXT, IN_CONTEXT_ACTIONS, IN_INPUT, IN_SECTION

BLOCKS_IN_A_MESSAGE = 50
BLOCKS_IN_A_VIEW = 100
CHARACTERS_OVER_ALL_BLOCKS = 13_200
WEIGHT_OF_A_BLOCK = 45

_BLOCK_ID = string(255, 1)


def _block(needs: dict[str, Check], may: dict[str, Check] | None = None, rule: Check | None = None) -> Check:
    return shape({"type": anything, **needs}, {"block_id": _BLOCK_ID, **(may or {})}, rule)


def _text_or_fields(value: Json, at: str, found: BlockProblems) -> None:
    if "text" not in value and "fields" not in value:
        found.add(at, "must define either `text` or `fields`")


def _unique_actions(value: Json, at: str, found: BlockProblems) -> None:
    elements = value.get("elements")
    ids = [e.get("action_id") for e in elements if isinstance(e, dict)] if isinstance(elements, list) else []
    for action_id, times in Counter(ids).items():
        if action_id is not None and times > 1:
            found.add(at, f"action_id `{action_id}` already exists")


def _card_shows_something(value: Json, at: str, found: BlockProblems) -> None:
    if not {"hero_image", "title", "actions", "body"} & value.keys():
        found.add(at, "must define at least one of `hero_image`, `title`, `actions`, `body`")


_CARD = _block(
    {},
    {
        "icon": IMAGE,
        "hero_image": IMAGE,
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "actions": many(BUTTON, 1),
    },
    _card_shows_something,
)

_EVERYWHERE: dict[str, Check] = {
    "section": _block(
        {},
        {
            "text": text(3000),
            "fields": many(text(2000), 1, 10),
            "accessory": IN_SECTION,
            "expand": flag,
        },
        _text_or_fields,
    ),
    "actions": _block({"elements": many(IN_ACTIONS, 1, 25)}, rule=_unique_actions),
    "context": _block({"elements": many(IN_CONTEXT, 1, 10)}),
    "context_actions": _block({"elements": many(IN_CONTEXT_ACTIONS, 1, 5)}, rule=_unique_actions),
    "divider": _block({}),
    "header": _block({"text": plain(150)}),
    "image": _block({"alt_text": string(2000, 1)}, {"image_url": url, "slack_file": anything, "title": plain(2000)}),
    "input": _block(
        {"label": plain(2000), "element": IN_INPUT},
        {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "rich_text": _block({"elements": many(anything, 1)}),
    "video": _block(
        {"alt_text": string(2000), "title": plain(200), "video_url": url, "thumbnail_url": url},
        {
            "title_url": url,
            "description": plain(200),
            "author_name": string(50),
            "provider_name": string(),
            "provider_icon_url": url,
        },
    ),
    "alert": _block({"text": text(3000)}, {"level": one_of("default", "info", "warning", "error", "success")}),
}


def _inner(value: Any, at: str, found: BlockProblems) -> None:
    typed(_EVERYWHERE)(value, at, found)


_MESSAGES_ONLY: dict[str, Check] = {
    "markdown": _block({"text": string(12_000, 1)}),
    "file": _block({"external_id": string(least=1), "source": one_of("remote")}),
    "table": _block({"rows": many(many(anything, 1, 20), 1, 100)}, {"column_settings": many(anything, 0, 20)}),
    "data_table": _block(
        {"caption": string(least=1), "rows": many(anything, 1)},
        {"page_size": anything, "row_header_column_index": anything},
    ),
    "card": _CARD,
    "carousel": _block({"elements": many(typed({"card": _CARD}), 1, 10)}),
    "container": _block(
        {"child_blocks": many(_inner, 1, 10), "title": plain(150)},
        {
            "subtitle": text(150),
            "icon": IMAGE,
            "width": one_of("narrow", "standard", "wide", "full"),
            "is_collapsible": flag,
            "default_collapsed": flag,
            "has_header_divider": flag,
            "rich_text_title": anything,
        },
    ),
    "plan": _block({"title": string(least=1)}, {"tasks": many(anything)}),
    "task_card": _block(
        {
            "task_id": string(least=1),
            "title": string(least=1),
            "status": one_of("pending", "in_progress", "complete", "error"),
        },
        {"details": anything, "output": anything, "sources": many(anything)},
    ),
}

IN_MESSAGES = typed({**_EVERYWHERE, **_MESSAGES_ONLY})
IN_VIEWS = typed(_EVERYWHERE)


def _unique_blocks(blocks: Any, at: str, found: BlockProblems) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks if isinstance(blocks, list) else []):
        block_id = block.get("block_id") if isinstance(block, dict) else None
        if block_id in seen:
            found.add(f"{at}/{index}/block_id", f"block_id `{block_id}` already exists")
        if block_id:
            seen.add(block_id)


def check_message(blocks: Any) -> list[str]:
    """What Slack finds wrong with the blocks of a message, one line each; an empty list is fine."""
    found = BlockProblems()
    many(IN_MESSAGES, 0, BLOCKS_IN_A_MESSAGE)(blocks, "/blocks", found)
    _unique_blocks(blocks, "/blocks", found)
    return found.lines


def weight(blocks: list[Json]) -> int:
    """How much the blocks weigh against `CHARACTERS_OVER_ALL_BLOCKS`, in characters."""
    return sum(len(each) for each in _strings(blocks)) + WEIGHT_OF_A_BLOCK * len(blocks)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _strings(inner)


_VIEW_FIELDS: dict[str, Check] = {
    "type": anything,
    "blocks": many(IN_VIEWS, 0, BLOCKS_IN_A_VIEW),
}
_VIEW_MAY: dict[str, Check] = {
    "callback_id": string(255),
    "private_metadata": string(3000),
    "external_id": string(255),
}


def _submit_for_inputs(view: Json, at: str, found: BlockProblems) -> None:
    blocks = view.get("blocks")
    kinds = {b.get("type") for b in blocks if isinstance(b, dict)} if isinstance(blocks, list) else set()
    if "input" in kinds and "submit" not in view:
        found.add(at, "submit is required when an input block is within the blocks array")


_VIEWS = typed(
    {
        "modal": shape(
            {**_VIEW_FIELDS, "title": plain(24)},
            {
                **_VIEW_MAY,
                "submit": plain(24),
                "close": plain(24),
                "clear_on_close": flag,
                "notify_on_close": flag,
                "submit_disabled": flag,
            },
            _submit_for_inputs,
        ),
        "home": shape(_VIEW_FIELDS, _VIEW_MAY),
    }
)


def check_view(view: Any, *, kind: str) -> list[str]:
    """What Slack finds wrong with a view of this kind (`modal` or `home`), one line each."""
    found = BlockProblems()
    _VIEWS(view, "/view", found)
    if isinstance(view, dict):
        if view.get("type") in ("modal", "home") and view["type"] != kind:
            found.add("/view/type", f"must be a {kind} view")
        _unique_blocks(view.get("blocks"), "/view/blocks", found)
        _one_focus(view.get("blocks"), found)
    return found.lines


def _one_focus(blocks: Any, found: BlockProblems) -> None:
    elements = [b.get("element") for b in blocks if isinstance(b, dict)] if isinstance(blocks, list) else []
    if sum(1 for e in elements if isinstance(e, dict) and e.get("focus_on_load") is True) > 1:
        found.add("/view/blocks", "only one element can have focus_on_load set to true")
