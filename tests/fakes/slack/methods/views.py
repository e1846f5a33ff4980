"""Modals and App Home."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.slack import blocks as block_kit
from tests.fakes.slack.block_checks import Json
from tests.fakes.slack.modals import STACK, SlackView
from tests.fakes.slack.web_api import MethodRequest, SlackRefusal, invalid, method

VIEW_LIMIT = 250_000


@method("views.open", "view")
def open_view(ask: MethodRequest) -> Json:
    view = checked_view(ask.args["view"], kind="modal")
    user = _pulled(ask)
    person = ask.workspace.users[user]
    opened = ask.slack.screens.open(person, view)
    return {"view": opened.as_json()}


@method("views.push", "view")
def push(ask: MethodRequest) -> Json:
    view = checked_view(ask.args["view"], kind="modal")
    person = ask.workspace.users[_pulled(ask)]
    if len(person.modals) >= STACK:
        raise SlackRefusal("push_limit_reached")
    if not person.modals:
        raise SlackRefusal("not_found")
    return {"view": ask.slack.screens.push(person, view).as_json()}


@method("views.update", "view")
def update(ask: MethodRequest) -> Json:
    shown = _find(ask)
    view = checked_view(ask.args["view"], kind=shown.kind)
    if ask.args.get("hash") not in (None, shown.hash):
        raise SlackRefusal("hash_conflict")
    ask.slack.screens.show(shown, view)
    return {"view": shown.as_json()}


@method("views.publish", "user_id", "view")
def publish(ask: MethodRequest) -> Json:
    person = ask.workspace.users.get(str(ask.args["user_id"]))
    if person is None:
        raise invalid("invalid_arguments", ["invalid `user_id`"])
    if not ask.slack.home_tab:
        raise SlackRefusal("not_enabled")
    view = checked_view(ask.args["view"], kind="home")
    if person.home is not None and ask.args.get("hash") not in (None, person.home.hash):
        raise SlackRefusal("hash_conflict")
    return {"view": ask.slack.screens.publish(person, view).as_json()}


def checked_view(view: Any, *, kind: str) -> Json:
    """The view, or Slack's refusal with every fault named."""
    if not isinstance(view, dict):
        raise invalid("invalid_arguments", ["must provide an object [json-pointer:/view]"])
    wrong = block_kit.check_view(view, kind=kind)
    if wrong:
        raise invalid("invalid_arguments", wrong)
    if len(json.dumps(view)) > VIEW_LIMIT:
        raise SlackRefusal("view_too_large")
    return view


def _pulled(ask: MethodRequest) -> str:
    """The person behind the trigger, which works once and for three seconds."""
    trigger = str(ask.args.get("trigger_id") or ask.args.get("interactivity_pointer") or "")
    if not trigger:
        raise invalid("invalid_arguments", ["missing required field: trigger_id"])
    return ask.slack.triggers.pull(ask.workspace, trigger)


def _find(ask: MethodRequest) -> SlackView:
    wanted = (ask.args.get("view_id"), ask.args.get("external_id"))
    if wanted == (None, None):
        raise invalid("invalid_arguments", ["missing required field: view_id"])
    for person in ask.workspace.users.values():
        for view in [*person.modals, *([person.home] if person.home else [])]:
            if view.id == wanted[0] or (wanted[1] and view.json.get("external_id") == wanted[1]):
                return view
    raise SlackRefusal("not_found")
