"""Tokens, people, installations and the link for Socket Mode."""

from __future__ import annotations

from tests.fakes.slack.block_checks import Json
from tests.fakes.slack.web_api import MethodRequest, SlackRefusal, method
from tests.fakes.slack.workspace import SlackWorkspace


@method("api.test", token="none")
def api_test(ask: MethodRequest) -> Json:
    return {"args": ask.args}


@method("auth.test")
def auth_test(ask: MethodRequest) -> Json:
    team = ask.workspace
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.domain,
        "user": team.bot_name,
        "team_id": team.id,
        "user_id": team.bot_user,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }


@method("auth.revoke")
def auth_revoke(ask: MethodRequest) -> Json:
    if not ask.flag("test"):
        ask.workspace.revoked.add(ask.token)
    return {"revoked": not ask.flag("test")}


@method("apps.connections.open", token="app")
def apps_connections_open(ask: MethodRequest) -> Json:
    return {"url": ask.slack.socket.new_link()}


@method("apps.uninstall", "client_id", "client_secret")
def apps_uninstall(ask: MethodRequest) -> Json:
    _check_client(ask)
    ask.workspace.installed = False
    return {}


@method("users.info", "user", scope="users:read")
def users_info(ask: MethodRequest) -> Json:
    user = ask.workspace.user_json(str(ask.args["user"]))
    if user is None:
        raise SlackRefusal("user_not_found")
    return {"user": user}


@method("users.list", scope="users:read")
def users_list(ask: MethodRequest) -> Json:
    team = ask.workspace
    members = [team.user_json(user) for user in [*team.users, team.bot_user]]
    return {"members": members, "response_metadata": {"next_cursor": ""}}


@method("team.info")
def team_info(ask: MethodRequest) -> Json:
    team = ask.workspace
    return {"team": {"id": team.id, "name": team.domain, "domain": team.domain}}


@method("bots.info", scope="users:read")
def bots_info(ask: MethodRequest) -> Json:
    team = ask.workspace
    if ask.args.get("bot") not in (None, team.bot_id):
        raise SlackRefusal("bot_not_found")
    return {"bot": {"id": team.bot_id, "name": team.bot_name, "user_id": team.bot_user, "app_id": ask.slack.app_id}}


@method("oauth.v2.access", "client_id", "client_secret", token="none")
def oauth_v2_access(ask: MethodRequest) -> Json:
    _check_client(ask)
    if ask.args.get("grant_type") == "refresh_token":
        return _refreshed(ask)
    grant = ask.slack.take_code(str(ask.args.get("code") or ""))
    if grant is None:
        raise SlackRefusal("invalid_code")
    team, installer = grant
    return {
        "app_id": ask.slack.app_id,
        "authed_user": {"id": installer},
        "scope": ",".join(sorted(team.scopes)),
        "token_type": "bot",
        "access_token": team.bot_token,
        "bot_user_id": team.bot_user,
        "team": {"id": team.id, "name": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        **_rotation(team),
    }


def _refreshed(ask: MethodRequest) -> Json:
    """docs.slack.dev/authentication/using-token-rotation: a refresh token can be used once."""
    given = str(ask.args.get("refresh_token") or "")
    team = next((each for each in ask.slack.workspaces.values() if given and each.refresh_token == given), None)
    if team is None:
        raise SlackRefusal("invalid_refresh_token")
    team.rotate()
    return {
        "access_token": team.bot_token,
        "token_type": "bot",
        "scope": ",".join(sorted(team.scopes)),
        "bot_user_id": team.bot_user,
        "app_id": ask.slack.app_id,
        "team": {"id": team.id, "name": team.domain},
        "enterprise": None,
        **_rotation(team),
    }


def _rotation(team: SlackWorkspace) -> Json:
    """Twelve hours, or what is left of them."""
    if not team.refresh_token:
        return {}
    return {"refresh_token": team.refresh_token, "expires_in": team.token_lasts}


def _check_client(ask: MethodRequest) -> None:
    if ask.args["client_id"] != ask.slack.client_id:
        raise SlackRefusal("invalid_client_id")
    if ask.args["client_secret"] != ask.slack.client_secret:
        raise SlackRefusal("bad_client_secret")
