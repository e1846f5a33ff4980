"""Block Kit's elements (buttons, menus, inputs) with their documented limits.

Source: docs.slack.dev/reference/block-kit/block-elements and composition-objects; the fields are those of
the argument types that Slack publishes with its JavaScript client.
"""

from __future__ import annotations

from typing import Any

from tests.fakes.slack.block_checks import (
    BlockProblems,
    Check,
    Json,
    anything,
    flag,
    many,
    number,
    one_of,
    plain,
    shape,
    string,
    text,
    typed,
    url,
)

ACTION_ID = string(255, 1)
STYLE = one_of("primary", "danger")

CONFIRM = shape(
    {"text": text(300)},
    {"title": plain(100), "confirm": plain(30), "deny": plain(30), "style": STYLE},
)
PLAIN_OPTION = shape({"text": plain(75), "value": string(150, 1)}, {"description": plain(75)})
RICH_OPTION = shape({"text": text(75), "value": string(150, 1)}, {"description": text(75)})
OVERFLOW_OPTION = shape({"text": plain(75), "value": string(150, 1)}, {"description": plain(75), "url": url})
GROUPS = many(shape({"label": plain(75), "options": many(PLAIN_OPTION, 1, 100)}), 1, 100)
FILTER = shape(
    {},
    {
        "include": many(one_of("im", "mpim", "private", "public"), 1),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)
DISPATCH = shape(
    {"trigger_actions_on": many(one_of("on_enter_pressed", "on_character_entered"), 1, 2)},
)


def _element(needs: dict[str, Check], may: dict[str, Check], rule: Check | None = None) -> Check:
    return shape({"type": anything, **needs}, {"action_id": ACTION_ID, **may}, rule)


def _menu(may: dict[str, Check], *, needs: dict[str, Check] | None = None, rule: Check | None = None) -> Check:
    return _element(needs or {}, {"placeholder": plain(150), "confirm": CONFIRM, "focus_on_load": flag, **may}, rule)


def _options_or_groups(value: Json, at: str, found: BlockProblems) -> None:
    if ("options" in value) == ("option_groups" in value):
        found.add(at, "must define either `options` or `option_groups`")
    _initial_among_options(value, at, found)


def _initial_among_options(value: Json, at: str, found: BlockProblems) -> None:
    offered = list(value.get("options") or [])
    for group in value.get("option_groups") or []:
        offered += group.get("options") or []
    chosen: list[Any] = list(value.get("initial_options") or [])
    if "initial_option" in value:
        chosen.append(value["initial_option"])
    if any(option not in offered for option in chosen):
        found.add(at, "initial option must exactly match one of the provided options")


def _with_initials(option: Check) -> dict[str, Check]:
    return {"options": many(option, 1, 100), "option_groups": GROUPS}


_SEVERAL: dict[str, Check] = {"max_selected_items": number(1)}
_ANSWERABLE: dict[str, Check] = {"response_url_enabled": flag}
_CONVERSATION: dict[str, Check] = {"default_to_current_conversation": flag, "filter": FILTER}
_TYPED: dict[str, Check] = {
    "placeholder": plain(150),
    "focus_on_load": flag,
    "dispatch_action_config": DISPATCH,
}
_IMAGE_FIELDS: dict[str, Check] = {"image_url": url, "slack_file": anything}


def _image_source(value: Json, at: str, found: BlockProblems) -> None:
    if ("image_url" in value) == ("slack_file" in value):
        found.add(at, "must define either `image_url` or `slack_file`")


BUTTON = _element(
    {"text": plain(75)},
    {
        "url": url,
        "value": string(2000, 1),
        "style": STYLE,
        "confirm": CONFIRM,
        "accessibility_label": string(75, 1),
    },
)
IMAGE = shape({"type": anything, "alt_text": string(2000, 1)}, _IMAGE_FIELDS, _image_source)
_CHECKED = {"confirm": CONFIRM, "focus_on_load": flag}

ELEMENTS: dict[str, Check] = {
    "button": BUTTON,
    "checkboxes": _element(
        {"options": many(RICH_OPTION, 1, 10)},
        {"initial_options": many(RICH_OPTION, 1), **_CHECKED},
        _initial_among_options,
    ),
    "radio_buttons": _element(
        {"options": many(RICH_OPTION, 1, 10)},
        {"initial_option": RICH_OPTION, **_CHECKED},
        _initial_among_options,
    ),
    "overflow": _element({"options": many(OVERFLOW_OPTION, 2, 5)}, {"confirm": CONFIRM}),
    "static_select": _menu({**_with_initials(PLAIN_OPTION), "initial_option": PLAIN_OPTION}, rule=_options_or_groups),
    "multi_static_select": _menu(
        {**_with_initials(PLAIN_OPTION), "initial_options": many(PLAIN_OPTION, 1), **_SEVERAL},
        rule=_options_or_groups,
    ),
    "external_select": _menu({"initial_option": PLAIN_OPTION, "min_query_length": number(0)}),
    "multi_external_select": _menu(
        {"initial_options": many(PLAIN_OPTION, 1), "min_query_length": number(0), **_SEVERAL}
    ),
    "users_select": _menu({"initial_user": string(least=1)}),
    "multi_users_select": _menu({"initial_users": many(string(least=1)), **_SEVERAL}),
    "conversations_select": _menu({"initial_conversation": string(least=1), **_CONVERSATION, **_ANSWERABLE}),
    "multi_conversations_select": _menu({"initial_conversations": many(string(least=1)), **_CONVERSATION, **_SEVERAL}),
    "channels_select": _menu({"initial_channel": string(least=1), **_ANSWERABLE}),
    "multi_channels_select": _menu({"initial_channels": many(string(least=1)), **_SEVERAL}),
    "datepicker": _menu({"initial_date": string(10, 10)}),
    "timepicker": _menu({"initial_time": string(5, 5), "timezone": string(least=1)}),
    "datetimepicker": _element({}, {"initial_date_time": number(1_000_000_000, 9_999_999_999), **_CHECKED}),
    "plain_text_input": _element(
        {},
        {
            "initial_value": string(3000),
            "multiline": flag,
            "min_length": number(0, 3000),
            "max_length": number(1, 3000),
            **_TYPED,
        },
    ),
    "email_text_input": _element({}, {"initial_value": string(), **_TYPED}),
    "url_text_input": _element({}, {"initial_value": string(), **_TYPED}),
    "number_input": _element(
        {"is_decimal_allowed": flag},
        {"initial_value": string(), "min_value": string(), "max_value": string(), **_TYPED},
    ),
    "rich_text_input": _element({}, {"initial_value": anything, **_TYPED}),
    "file_input": _element({}, {"filetypes": many(string()), "max_files": number(1, 10)}),
    "workflow_button": _element(
        {"text": plain(75), "workflow": anything},
        {"style": STYLE, "accessibility_label": string(75, 1), "confirm": CONFIRM},
    ),
    "image": IMAGE,
    "feedback_buttons": _element({"positive_button": anything, "negative_button": anything}, {}),
    "icon_button": _element(
        {"icon": string(least=1), "text": plain(75)},
        {
            "value": string(2000),
            "confirm": CONFIRM,
            "visible_to_user_ids": many(string()),
            "accessibility_label": string(75, 1),
        },
    ),
}

_SELECTS = (
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
)
_MULTI_SELECTS = tuple(f"multi_{name}" for name in _SELECTS)
_PICKERS = ("datepicker", "timepicker", "checkboxes", "radio_buttons")


def _among(*names: str) -> Check:
    return typed({name: ELEMENTS[name] for name in names})


IN_ACTIONS = _among(
    "button",
    "overflow",
    "datetimepicker",
    "workflow_button",
    "rich_text_input",
    *_PICKERS,
    *_SELECTS,
    *_MULTI_SELECTS,
)
IN_SECTION = _among("button", "overflow", "image", "workflow_button", *_PICKERS, *_SELECTS, *_MULTI_SELECTS)
IN_INPUT = _among(
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
    "datetimepicker",
    *_PICKERS,
    *_SELECTS,
    *_MULTI_SELECTS,
)
IN_CONTEXT = typed({"image": IMAGE, "plain_text": text(3000), "mrkdwn": text(3000)})
IN_CONTEXT_ACTIONS = _among("feedback_buttons", "icon_button")
