"""Filling in: which input a label means, and what a value becomes in a view's state."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tests.fakes.slack import rendered_blocks
from tests.fakes.slack.block_checks import Json

if TYPE_CHECKING:
    from tests.fakes.slack.modals import SlackView

Suggest = Callable[[Json, Json, str], Awaitable[list[Json]]]

REQUIRED = "Please complete this required field."
_SIMPLE = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "rich_text_input": "rich_text_value",
}
_CHOICE = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
}


def state_key(element: Json) -> str | None:
    """Under which key this element's value stands in the state; None: it has none (a button)."""
    return _SIMPLE.get(element["type"]) or _CHOICE.get(element["type"])


def write_initial_values(view: SlackView) -> None:
    """Writes the elements' initial values into the state where the person has not been yet."""
    for block, element in rendered_blocks.elements(view.blocks):
        key = state_key(element)
        if key is None:
            continue
        inside = view.state.setdefault(block["block_id"], {})
        if element["action_id"] not in inside:
            inside[element["action_id"]] = {"type": element["type"], key: _initial(element, key)}


def _initial(element: Json, key: str) -> Any:
    name = "initial_value" if key.endswith("value") else key.replace("selected_", "initial_")
    return element.get(name, [] if key.endswith("s") else None)


def find_input(view: SlackView, label: str) -> tuple[Json, Json]:
    """The block and element that a person means by a label (also: its block id, action id, placeholder).

    Raises AssertionError naming what there is instead.
    """
    offered = []
    for block, element in rendered_blocks.elements(view.blocks):
        names = _names(block, element)
        if label in names and state_key(element) is not None:
            return block, element
        offered += [name for name in names[:1] if state_key(element) is not None]
    raise AssertionError(f"no field {label!r} in {view.title!r}; there are: {offered}")


def _names(block: Json, element: Json) -> list[str]:
    texts = [rendered_blocks.text_of(block.get("label")), rendered_blocks.text_of(block.get("text"))]
    texts.append(rendered_blocks.text_of(element.get("placeholder")))
    return [name for name in [*texts, block["block_id"], element["action_id"]] if name]


async def fill_input(view: SlackView, label: str, value: Any, suggest: Suggest) -> tuple[Json, Json]:
    """Writes a value into the state as Slack's client does, and returns the block and element."""
    block, element = find_input(view, label)
    key = state_key(element)
    assert key is not None
    stored = _ids(value) if element["type"] in _SIMPLE else await _choice(block, element, value, suggest)
    view.state.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], key: stored}
    view.errors.pop(block["block_id"], None)
    return block, element


def _ids(value: Any) -> Any:
    """Channels and people are named by their ids."""
    if isinstance(value, list | tuple):
        return [_ids(each) for each in value]
    return getattr(value, "id", value)


async def _choice(block: Json, element: Json, value: Any, suggest: Suggest) -> Any:
    if value is None:
        return None
    if _CHOICE[element["type"]] == "selected_options":
        wanted = value if isinstance(value, list | tuple) else [value]
        return [await _option(block, element, str(each), suggest) for each in wanted]
    return await _option(block, element, str(value), suggest)


async def _option(block: Json, element: Json, wanted: str, suggest: Suggest) -> Json:
    external = element["type"].endswith("external_select")
    offered = await suggest(block, element, wanted) if external else rendered_blocks.options(element)
    for option in offered:
        if wanted in (rendered_blocks.text_of(option["text"]), option["value"]):
            return {name: option[name] for name in ("text", "value") if name in option}
    labels = [rendered_blocks.text_of(option["text"]) for option in offered]
    raise AssertionError(f"no option {wanted!r} in {element['action_id']!r}; there are: {labels}")


def missing_inputs(view: SlackView) -> dict[str, str]:
    """What Slack's client itself asks for before it submits: block id -> message."""
    missing = {}
    for block in view.blocks:
        if block["type"] == "input" and not block.get("optional"):
            element = block["element"]
            value = view.state.get(block["block_id"], {}).get(element["action_id"], {})
            if value.get(state_key(element) or "") in (None, "", []):
                missing[block["block_id"]] = REQUIRED
    return missing
