"""The payloads that Slack sends, in the shapes its reference shows.

Source: docs.slack.dev/interactivity (commands, shortcuts, interaction payloads), docs.slack.dev/apis/events-api.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tests.fakes.slack import mrkdwn
from tests.fakes.slack.block_checks import Json

if TYPE_CHECKING:
    from tests.fakes.slack.modals import SlackView
    from tests.fakes.slack.users import SlackUser
    from tests.fakes.slack.workspace import SlackChannel, SlackMessage, SlackWorkspace


def event_callback(team: SlackWorkspace, event: Json) -> Json:
    """An event in its Events API wrapping."""
    slack = team.slack
    return {
        "token": slack.verification_token,
        "team_id": team.id,
        "context_team_id": team.id,
        "api_app_id": slack.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": slack.ids.new("Ev", "EVENT"),
        "event_time": int(slack.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team.id,
                "user_id": team.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": slack.ids.new("4-", "CONTEXT"),
    }


def command(person: SlackUser, channel: SlackChannel, name: str, text: str) -> Json:
    """A slash command; its text comes escaped."""
    team = person.team
    slack = team.slack
    return {
        "token": slack.verification_token,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": _channel_name(channel),
        "user_id": person.id,
        "user_name": person.name.lower(),
        "command": name,
        "text": mrkdwn.escape(text),
        "api_app_id": slack.app_id,
        "is_enterprise_install": "false",
        "response_url": slack.response_urls.new(channel, person.id, None),
        "trigger_id": slack.triggers.new(team, person.id),
    }


def _channel_name(channel: SlackChannel) -> str:
    return {"im": "directmessage", "private_channel": "privategroup"}.get(channel.kind, channel.name)


def _interaction(person: SlackUser, kind: str) -> Json:
    team = person.team
    return {
        "type": kind,
        "token": team.slack.verification_token,
        "team": {"id": team.id, "domain": team.domain},
        "user": {
            "id": person.id,
            "username": person.name.lower(),
            "name": person.name.lower(),
            "team_id": team.id,
        },
        "api_app_id": team.slack.app_id,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _with_trigger(person: SlackUser, body: Json) -> Json:
    return body | {"trigger_id": person.team.slack.triggers.new(person.team, person.id)}


def block_actions(person: SlackUser, where: SlackMessage | SlackView, action: Json) -> Json:
    """Something was pressed. Of an ephemeral message Slack does not send the message along."""
    from tests.fakes.slack.workspace import SlackMessage

    body = _with_trigger(person, _interaction(person, "block_actions")) | {"actions": [action]}
    if isinstance(where, SlackMessage):
        return body | {"state": {"values": _chosen(action)}} | _origin(person, where)
    return body | {"container": {"type": "view", "view_id": where.id}, "view": where.as_json()}


def _chosen(action: Json) -> Json:
    """The state of a message's menus: only what was just chosen, since nobody here fills in several."""
    value = {name: action[name] for name in ("type", "selected_option", "selected_options") if name in action}
    in_menu = len(value) > 1 and action["type"] != "overflow"
    return {action["block_id"]: {action["action_id"]: value}} if in_menu else {}


def _origin(person: SlackUser, message: SlackMessage) -> Json:
    channel = message.channel
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_for is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    body: Json = {
        "container": container,
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        "response_url": person.team.slack.response_urls.new(channel, person.id, message),
    }
    if message.ephemeral_for is None:
        body["message"] = _escaped(message.as_json())
    return body


def _escaped(message: Json) -> Json:
    """Plain texts of a message come back with `&`, `<` and `>` escaped (seen in bolt-python #513)."""
    message = copy.deepcopy(message)
    _escape_plain(message.get("blocks", []))
    return message


def _escape_plain(value: Any) -> None:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict) and value.get("type") == "plain_text":
        value["text"] = mrkdwn.escape(value["text"])
    for each in inside:
        _escape_plain(each)


def suggestions(person: SlackUser, where: SlackMessage | SlackView, block: Json, element: Json, value: str) -> Json:
    """Someone types into a menu whose options the app supplies."""
    from tests.fakes.slack.workspace import SlackMessage

    body = _interaction(person, "block_suggestion") | {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": value,
    }
    if isinstance(where, SlackMessage):
        return body | {"message": where.as_json(), "channel": {"id": where.channel.id}}
    return body | {"container": {"type": "view", "view_id": where.id}, "view": where.as_json()}


def view_submission(person: SlackUser, view: SlackView) -> Json:
    body = _with_trigger(person, _interaction(person, "view_submission"))
    return body | {"view": view.as_json(), "response_urls": []}


def view_closed(person: SlackUser, view: SlackView, *, cleared: bool) -> Json:
    return _interaction(person, "view_closed") | {"view": view.as_json(), "is_cleared": cleared}


def shortcut(person: SlackUser, callback_id: str) -> Json:
    """A global shortcut, picked from the lightning menu or the search."""
    body = _with_trigger(person, _interaction(person, "shortcut"))
    return body | {"callback_id": callback_id, "action_ts": person.team.slack.ids.ts()}


def message_shortcut(person: SlackUser, message: SlackMessage, callback_id: str) -> Json:
    """A shortcut picked from a message's own menu."""
    body = _with_trigger(person, _interaction(person, "message_action"))
    channel = message.channel
    return body | {
        "callback_id": callback_id,
        "action_ts": person.team.slack.ids.ts(),
        "message_ts": message.ts,
        "message": message.as_json(),
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        "response_url": person.team.slack.response_urls.new(channel, person.id, message),
    }
