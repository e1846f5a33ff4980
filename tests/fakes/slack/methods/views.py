"""Modals and App Home."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.slack import blocks as block_kit
from tests.fakes.slack.block_checks import Json
from tests.fakes.slack.modals import STACK, View
from tests.fakes.slack.web_api import Ask, Refusal, invalid, method

VIEW_LIMIT = 250_000


@method("views.open", "view")
def open_view(ask: Ask) -> Json:
    view = checked_view(ask.args["view"], kind="modal")
    user = _pulled(ask)
    person = ask.workspace.people[user]
    opened = ask.slack.screens.open(person, view)
    return {"view": opened.as_json()}


@method("views.push", "view")
def push(ask: Ask) -> Json:
    view = checked_view(ask.args["view"], kind="modal")
    person = ask.workspace.people[_pulled(ask)]
    if len(person.modals) >= STACK:
        raise Refusal("push_limit_reached")
    if not person.modals:
        raise Refusal("not_found")
    return {"view": ask.slack.screens.push(person, view).as_json()}


@method("views.update", "view")
def update(ask: Ask) -> Json:
    shown = _find(ask)
    view = checked_view(ask.args["view"], kind=shown.kind)
    if ask.args.get("hash") not in (None, shown.hash):
        raise Refusal("hash_conflict")
    ask.slack.screens.show(shown, view)
    return {"view": shown.as_json()}


@method("views.publish", "user_id", "view")
def publish(ask: Ask) -> Json:
    person = ask.workspace.people.get(str(ask.args["user_id"]))
    if person is None:
        raise invalid("invalid_arguments", ["invalid `user_id`"])
    if not ask.slack.home_tab:
        raise Refusal("not_enabled")
    view = checked_view(ask.args["view"], kind="home")
    if person.home is not None and ask.args.get("hash") not in (None, person.home.hash):
        raise Refusal("hash_conflict")
    return {"view": ask.slack.screens.publish(person, view).as_json()}


def checked_view(view: Any, *, kind: str) -> Json:
    """The view, or Slack's refusal with every fault named."""
    if not isinstance(view, dict):
        raise invalid("invalid_arguments", ["must provide an object [json-pointer:/view]"])
    wrong = block_kit.check_view(view, kind=kind)
    if wrong:
        raise invalid("invalid_arguments", wrong)
    if len(json.dumps(view)) > VIEW_LIMIT:
        raise Refusal("view_too_large")
    return view


def _pulled(ask: Ask) -> str:
    """The person behind the trigger, which works once and for three seconds."""
    trigger = str(ask.args.get("trigger_id") or ask.args.get("interactivity_pointer") or "")
    if not trigger:
        raise invalid("invalid_arguments", ["missing required field: trigger_id"])
    return ask.slack.triggers.pull(ask.workspace, trigger)


def _find(ask: Ask) -> View:
    wanted = (ask.args.get("view_id"), ask.args.get("external_id"))
    if wanted == (None, None):
        raise invalid("invalid_arguments", ["missing required field: view_id"])
    for person in ask.workspace.people.values():
        for view in [*person.modals, *([person.home] if person.home else [])]:
            if view.id == wanted[0] or (wanted[1] and view.json.get("external_id") == wanted[1]):
                return view
    raise Refusal("not_found")
