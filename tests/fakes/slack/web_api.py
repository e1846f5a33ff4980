"""The Web API's front: reads a call, checks token, scope and arguments, and hands it to its method.

What a method needs is declared where it is written (`methods/`); unknown arguments are ignored, as by Slack.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.slack.block_checks import Json
from tests.fakes.slack.faults import SlackFault, WebApiCall

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack
    from tests.fakes.slack.workspace import SlackWorkspace

#: Arguments that travel as JSON inside a form, and what Slack calls them when they are none.
STRUCTURED = {
    "blocks": "invalid_blocks_format",
    "attachments": "invalid_arguments",
    "metadata": "invalid_metadata_format",
    "view": "invalid_arguments",
    "files": "invalid_arguments",
    "unfurls": "invalid_arguments",
}


class SlackRefusal(Exception):
    """Slack says no: `error` and whatever else stands in the answer."""

    def __init__(self, error: str, status: int = 200, retry_after: int | None = None, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.retry_after = retry_after
        self.more = more

    def as_json(self) -> Json:
        return {"ok": False, "error": self.error, **self.more}


def invalid(error: str, lines: list[str]) -> SlackRefusal:
    """A refusal that names every fault, as Slack does for blocks, views and arguments."""
    return SlackRefusal(error, errors=lines, response_metadata={"messages": [f"[ERROR] {line}" for line in lines]})


@dataclass(slots=True)
class MethodRequest:
    """One call on its way to its method. `workspace` is that of the token (unset for token-less methods)."""

    slack: FakeSlack
    args: Json
    token: str
    team: SlackWorkspace | None

    @property
    def workspace(self) -> SlackWorkspace:
        assert self.team is not None
        return self.team

    def flag(self, name: str) -> bool:
        return str(self.args.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        value = str(self.args.get(name) or default)
        if not value.isdigit():
            raise SlackRefusal("invalid_limit" if name == "limit" else "invalid_arguments")
        return int(value)

    def require(self, scope: str) -> None:
        """Refuses with `missing_scope` unless the token has this scope."""
        if scope not in self.workspace.scopes:
            provided = ",".join(sorted(self.workspace.scopes))
            raise SlackRefusal("missing_scope", needed=scope, provided=provided)


@dataclass(frozen=True, slots=True)
class Method:
    """How a method wants to be called. `token`: `bot`, `app` (xapp) or `none`."""

    run: Callable[[MethodRequest], Json]
    needs: tuple[str, ...]
    scope: str | None
    token: str


METHODS: dict[str, Method] = {}


def method(
    name: str, *needs: str, scope: str | None = None, token: str = "bot"
) -> Callable[[Callable[[MethodRequest], Json]], Callable[[MethodRequest], Json]]:
    """Registers a Web API method with the arguments it needs."""

    def register(run: Callable[[MethodRequest], Json]) -> Callable[[MethodRequest], Json]:
        METHODS[name] = Method(run, needs, scope, token)
        return run

    return register


class WebApi:
    """Answers `/api/<method>`."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack

    async def handle(self, request: web.Request) -> web.StreamResponse:
        call = await self._read(request)
        self._slack.calls.append(call)
        fault = self._slack.faults.take(call)
        if fault is None:
            return self._settle(call, self._perform(call))
        return await self._go_wrong(request, call, fault)

    async def _read(self, request: web.Request) -> WebApiCall:
        args = await _arguments(request)
        token = _token(request, args)
        team = self._slack.team_of(token)
        name = request.match_info["method"]
        return WebApiCall(name, args, token, team.id if team else None, self._slack.now())

    def _perform(self, call: WebApiCall) -> Json | SlackRefusal:
        try:
            return {"ok": True, **self._dispatch(call)}
        except SlackRefusal as refusal:
            return refusal
        finally:
            self._slack.changed()

    def _dispatch(self, call: WebApiCall) -> Json:
        wanted = METHODS.get(call.method)
        if wanted is None:
            raise SlackRefusal("unknown_method", req_method=call.method)
        team = self._authorise(call, wanted)
        ask = MethodRequest(self._slack, _decoded(call.args), call.token, team)
        if wanted.scope:
            ask.require(wanted.scope)
        missing = [name for name in wanted.needs if ask.args.get(name) in (None, "")]
        if missing:
            raise invalid("invalid_arguments", [f"missing required field: {name}" for name in missing])
        return wanted.run(ask)

    def _authorise(self, call: WebApiCall, wanted: Method) -> SlackWorkspace | None:
        if wanted.token == "none":
            return None
        if not call.token:
            raise SlackRefusal("not_authed")
        if call.token == self._slack.app_token:
            if wanted.token == "app":
                return None
            raise SlackRefusal("not_allowed_token_type")
        return self._bot_team(call.token, wanted)

    def _bot_team(self, token: str, wanted: Method) -> SlackWorkspace:
        team = self._slack.team_of(token)
        if team is None:
            raise SlackRefusal("invalid_auth")
        if wanted.token == "app":
            raise SlackRefusal("not_allowed_token_type")
        if token in team.revoked:
            raise SlackRefusal("token_revoked")
        if not team.installed or token != team.bot_token:
            raise SlackRefusal("account_inactive")
        return team

    def _settle(self, call: WebApiCall, answer: Json | SlackRefusal) -> web.Response:
        if isinstance(answer, SlackRefusal):
            return _respond(call, answer.as_json(), answer.status, answer.retry_after)
        response, team = _respond(call, answer), self._slack.team_of(call.token)
        if team is not None and team.scopes:
            response.headers["X-OAuth-Scopes"] = ",".join(sorted(team.scopes))
        return response

    async def _go_wrong(self, request: web.Request, call: WebApiCall, fault: SlackFault) -> web.StreamResponse:
        answer = self._perform(call) if fault.accepted else None
        fault.reached.set()
        if fault.gate is not None:
            await fault.gate.wait()
        await asyncio.sleep(fault.seconds)
        if fault.answers_normally:
            return self._settle(call, answer if answer is not None else self._perform(call))
        return _broken(request, call, fault)


def _broken(request: web.Request, call: WebApiCall, fault: SlackFault) -> web.StreamResponse:
    call.status = fault.status
    if fault.drop:
        call.status = 0
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    if fault.html:
        page = "<html><body><h1>Something went wrong</h1></body></html>"
        return web.Response(text=page, content_type="text/html", status=fault.status)
    return _respond(call, {"ok": False, "error": fault.error}, fault.status, fault.retry_after)


def _respond(call: WebApiCall, answer: Json, status: int = 200, retry_after: int | None = None) -> web.Response:
    call.answer, call.status = answer, status
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return web.json_response(answer, status=status, headers=headers)


async def _arguments(request: web.Request) -> Json:
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except json.JSONDecodeError:
            return args | {"!": "invalid_json"}
        return args | (body if isinstance(body, dict) else {"!": "json_not_object"})
    if request.method == "POST":
        args |= dict(await request.post())
    return args


def _token(request: web.Request, args: Json) -> str:
    header = request.headers.get("Authorization", "")
    if header.startswith("Basic "):
        pair = base64.b64decode(header.removeprefix("Basic ")).decode()
        args["client_id"], _, args["client_secret"] = pair.partition(":")
    bearer = header.removeprefix("Bearer ") if header.startswith("Bearer ") else ""
    return bearer or str(args.get("token") or "")


def _decoded(args: Mapping[str, Any]) -> Json:
    """The arguments with JSON inside a form unpacked; None counts as not given."""
    if "!" in args:
        raise SlackRefusal(str(args["!"]))
    return {name: _unpacked(name, value) for name, value in args.items() if value is not None}


def _unpacked(name: str, value: Any) -> Any:
    if name not in STRUCTURED or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        raise SlackRefusal(STRUCTURED[name]) from None
