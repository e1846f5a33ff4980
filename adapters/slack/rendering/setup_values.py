"""The form that sets up a digest, read as it comes back. Pure.

Whatever a form holds, also one that is not ours, is read without an exception.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters.slack.rendering.setup_form import DAYS, HOUR, PREVIEW, SUMMARIES, TOPICS, WHERE, ZONE, preview_block

_KEPT_KEYS: Final = ("type", "title", "submit", "close", "callback_id", "private_metadata", "blocks")

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FormValues:
    """What was filled in: for which destination, and what differs from its settings, as ``setup`` takes it."""

    place: str
    command: str


def with_preview(view: Json, text: str) -> dict[str, Any]:
    """The form as it stands, with another preview; what is filled in stays, since its fields keep their names."""
    updated = {name: view[name] for name in _KEPT_KEYS if view.get(name)}
    shown = preview_block(text).to_dict()
    updated["blocks"] = [shown if block.get("block_id") == PREVIEW else block for block in view["blocks"]]
    return updated


def place_chosen(view: Json) -> str:
    """The destination chosen by now; '' in a form that is not ours."""
    return str((_field(view, WHERE, WHERE).get("selected_option") or {}).get("value") or "")


def place_drawn(view: Json) -> str:
    """The destination whose values the form was rendered with; '' in a form that is not ours."""
    return field_block(view, TOPICS).partition(":")[2].rpartition(":")[0]


def lines_typed(view: Json) -> tuple[str, ...]:
    """The topics as they stand in the form now, each once."""
    return _lines(_field(view, field_block(view, TOPICS), TOPICS).get("value"))


def lines_added(view: Json) -> tuple[str, ...]:
    """Those of them that were not followed when it was rendered."""
    before = _followed(view)
    return tuple(line for line in lines_typed(view) if line not in before)


def parse_submission(view: Json) -> FormValues | None:
    """What was filled in; None for a form that is not ours, or of an older version."""
    destination = place_drawn(view)
    if not destination:
        return None
    typed = lines_typed(view)

    def field(name: str) -> Json:
        return _field(view, field_block(view, name), name)

    values = {
        "add": list(lines_added(view)),
        "stop": [line for line in _followed(view) if line not in typed],
        "hour": str(field(HOUR).get("selected_time") or ""),
        "zone": str(field(ZONE).get("value") or ""),
        "days": ",".join(str(each.get("value")) for each in field(DAYS).get("selected_options") or ()),
        "summaries": _number((field(SUMMARIES).get("selected_option") or {}).get("value")),
    }
    given = {name: value for name, value in values.items() if value not in (None, "", [])}
    return FormValues(destination, f"setup {json.dumps(given)}")


def field_block(view: Json, field: str) -> str:
    """The block that holds a field, '' where there is none."""
    names = (str(block.get("block_id", "")) for block in view.get("blocks") or ())
    return next((name for name in names if name.partition(":")[0] == field), "")


def _followed(view: Json) -> tuple[str, ...]:
    """The lines that stood in the form at first because they are followed."""
    name = field_block(view, TOPICS)
    known = _number(name.rpartition(":")[2]) or 0
    elements = [block.get("element") or {} for block in view.get("blocks") or () if block.get("block_id") == name]
    return _lines(elements[0].get("initial_value") if elements else "")[:known]


def _field(view: Json, block: str, action: str) -> Json:
    values = (view.get("state") or {}).get("values") or {}
    return (values.get(block) or {}).get(action) or {}


def _lines(text: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(str.strip, str(text or "").splitlines()))))


def _number(text: object) -> int | None:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 4 else None
