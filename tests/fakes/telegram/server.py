"""The HTTP side: routes, tokens, scripted faults, and the log of requests."""

from __future__ import annotations

import asyncio
import json
import re
from http import HTTPStatus
from time import monotonic
from typing import Any

from aiohttp import web

from tests.fakes.telegram.ephemeral import as_read, is_new
from tests.fakes.telegram.faults import GARBAGE, TelegramFault, TelegramFaults
from tests.fakes.telegram.methods import METHODS
from tests.fakes.telegram.parameters import NAMES, BotApiCall, check_call, read_call
from tests.fakes.telegram.refusals import (
    TelegramRefusal,
    bad_request,
    invalid_token,
    no_bot_path,
    unauthorized,
    unknown_method,
)
from tests.fakes.telegram.state import BotApiRequest, TelegramState

LARGEST_UPLOAD = 50 * 1024 * 1024
Outcome = tuple[int, dict[str, Any]]


class BotApiServer:
    """Serves one bot on a port of 127.0.0.1; the port is kept over `stop` and `start`."""

    def __init__(self, world: TelegramState, faults: TelegramFaults, token: str) -> None:
        self.world = world
        self.faults = faults
        self.token = token
        self.closed: TelegramRefusal | None = None
        """Set when the token is no longer good."""
        self.port = 0
        self.crashes: list[Exception] = []
        """Mistakes of the fake itself, so that a test does not take them for answers."""
        self._runner: web.AppRunner | None = None
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=LARGEST_UPLOAD)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_route("*", "/{path:.*}", self._serve_elsewhere)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        if self.world.rate_monitor.clock is monotonic:  # a clock of a test's own stands still while nothing happens
            self._watching = asyncio.create_task(self.world.rate_monitor.watch.run())

    async def stop(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
        self.world.updates.end_poll(None)
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _serve_elsewhere(self, request: web.Request) -> web.StreamResponse:
        return _response(_refusal(no_bot_path()))

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        token, method = request.match_info["token"], request.match_info["method"]
        if token != self.token or self.closed is not None:
            return _response(_refusal(self.closed or _bad_token(token)))
        name = NAMES.get(method.lower())
        if name is None or is_new(name, self.world.bot_api):
            return _response(_refusal(unknown_method()))
        try:
            return await self._answer(request, await read_call(request, name))
        except ConnectionResetError:  # the bot hung up: no mistake of the fake's
            raise
        except Exception as crash:
            self.crashes.append(crash)
            raise

    async def _answer(self, request: web.Request, call: BotApiCall) -> web.StreamResponse:
        entry = BotApiRequest(call.method, call.parameters, self.world.now(), unknown=call.unknown)
        self.world.note(entry)
        fault = self.faults.take(call)
        if fault is None:
            return _response(await self._carry_out(call, entry))
        return await self._answer_faulty(request, call, entry, fault)

    async def _answer_faulty(
        self, request: web.Request, call: BotApiCall, entry: BotApiRequest, fault: TelegramFault
    ) -> web.StreamResponse:
        outcome = await self._carry_out(call, entry) if fault.accepted else None
        match fault.what:
            case "hold":
                await fault.hold.wait(fault.seconds)
                return _response(outcome or await self._carry_out(call, entry))
            case "drop":
                return _dropped(request)
            case "cut":
                body = json.dumps((outcome or await self._carry_out(call, entry))[1], ensure_ascii=False)
                return web.Response(text=body[:-2], content_type="application/json")
            case "garbage":
                return web.Response(status=fault.status, text=GARBAGE, content_type="text/html")
            case "refuse" if fault.refusal is not None:
                entry.status, entry.answer = _refusal(fault.refusal)
                return _response((entry.status, entry.answer))
            case _:
                return _response(_server_error(fault.status))

    async def _carry_out(self, call: BotApiCall, entry: BotApiRequest) -> Outcome:
        try:
            outcome: Outcome = (200, {"ok": True, "result": await self._result(call)})
        except TelegramRefusal as refusal:
            outcome = _refusal(refusal)
        entry.status, entry.answer = outcome
        return outcome

    async def _result(self, call: BotApiCall) -> Any:
        method = METHODS.get(call.method)
        if method is None:
            raise bad_request(f"the stand-in does not play {call.method}")
        check_call(call)
        as_read(call, self.world.bot_api, shows_everybody=self.world.shows_everybody)
        return await method(self.world, call)


def _bad_token(token: str) -> TelegramRefusal:
    """What has not even the form of a token is rejected at once."""
    return unauthorized() if re.fullmatch(r"[1-9]\d*:[\w-]{1,64}", token) else invalid_token()


def _refusal(refusal: TelegramRefusal) -> Outcome:
    return refusal.status, refusal.as_json()


def _server_error(status: int) -> Outcome:
    description = "Internal Server Error: restart" if status == 500 else HTTPStatus(status).phrase
    return status, {"ok": False, "error_code": status, "description": description}


def _response(outcome: Outcome) -> web.StreamResponse:
    return web.json_response(outcome[1], status=outcome[0])


def _dropped(request: web.Request) -> web.StreamResponse:
    """The connection is closed without a word; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()
