"""Submitting and closing modals: what the app's acknowledgement does to what a person sees.

Source: docs.slack.dev/surfaces/modals (`response_action`: errors, update, push, clear; none closes).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.fakes.slack import payloads
from tests.fakes.slack.block_checks import BlockProblems, Json, many
from tests.fakes.slack.blocks import check_view
from tests.fakes.slack.elements import PLAIN_OPTION
from tests.fakes.slack.event_delivery import EventDelivery
from tests.fakes.slack.modals import SlackView

if TYPE_CHECKING:
    from tests.fakes.slack.users import SlackUser

TROUBLE = "We had some trouble connecting. Try again?"
OPTIONS = 100


async def submit(person: SlackUser, view: SlackView) -> EventDelivery:
    """Sends the form and does what the app answers; without an answer it stays open and says so."""
    delivery = await person.slack.deliveries.deliver("interactive", payloads.view_submission(person, view))
    if delivery.failure:
        _fail(person, view, delivery.failure)
        return delivery
    action = str(delivery.response.get("response_action") or "close")
    _ACTIONS.get(action, _unknown)(person, view, delivery.response)
    person.slack.changed()
    return delivery


async def close(person: SlackUser, view: SlackView, *, all_of_them: bool) -> EventDelivery | None:
    """Takes the view (or the whole stack) away and tells the app if it asked for that."""
    cleared = all_of_them or bool(view.json.get("clear_on_close"))
    if cleared:
        person.modals.clear()
    else:
        person.modals.remove(view)
    if not view.json.get("notify_on_close"):
        return None
    payload = payloads.view_closed(person, view, cleared=cleared)
    return await person.slack.deliveries.deliver("interactive", payload)


def offered(person: SlackUser, delivery: EventDelivery) -> list[Json]:
    """The options the app supplies for a menu; wrong ones are a complaint and show nothing."""
    response = delivery.response
    options = list(response.get("options") or [])
    for group in response.get("option_groups") or []:
        options += group.get("options") or []
    found = BlockProblems()
    many(PLAIN_OPTION, 0, OPTIONS)(options, "/options", found)
    if delivery.failure or found.lines:
        person.slack.complaints.append(f"block_suggestion: {delivery.failure or found.lines}")
        return []
    return options


def _fail(person: SlackUser, view: SlackView, why: str) -> None:
    view.errors = {"": TROUBLE}
    person.slack.complaints.append(f"view_submission: {why}")
    person.slack.changed()


def _close(person: SlackUser, view: SlackView, response: Json) -> None:
    if view in person.modals:
        person.modals.remove(view)


def _clear(person: SlackUser, view: SlackView, response: Json) -> None:
    person.modals.clear()


def _errors(person: SlackUser, view: SlackView, response: Json) -> None:
    errors = response.get("errors")
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        _fail(person, view, f"errors must name input blocks: {errors}")
        return
    view.errors = {str(block): str(text) for block, text in errors.items()}


def _update(person: SlackUser, view: SlackView, response: Json) -> None:
    if _valid(person, view, response):
        person.slack.screens.show(view, response["view"])


def _push(person: SlackUser, view: SlackView, response: Json) -> None:
    if _valid(person, view, response):
        person.slack.screens.push(person, response["view"])


def _valid(person: SlackUser, view: SlackView, response: Json) -> bool:
    wrong = check_view(response.get("view"), kind="modal")
    if wrong:
        _fail(person, view, "; ".join(wrong))
    return not wrong


def _unknown(person: SlackUser, view: SlackView, response: Json) -> None:
    _fail(person, view, f"unknown response_action: {response}")


_ACTIONS: dict[str, Callable[[SlackUser, SlackView, Json], None]] = {
    "close": _close,
    "clear": _clear,
    "errors": _errors,
    "update": _update,
    "push": _push,
}
