"""The one web server: health, metrics, the local chat's page and what the platforms call."""

from __future__ import annotations

import contextlib
import hmac
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from adapters.web import is_local_visitor
from paperboy.connection_limits import ACCEPT_BURST, LimitedProtocol
from paperboy.metrics import CONTENT_TYPE, render_metrics
from paperboy.process_metrics import ProcessMetrics
from paperboy.request_limits import RequestBodyLimit

StatusReporter = Callable[[], Awaitable[dict[str, object]]]
SHUTDOWN_SECONDS: Final = 5
IDLE_SECONDS: Final = 5  # between two requests of one connection
KERNEL_BACKLOG: Final = 128  # connections that the kernel keeps until they are accepted


def make_web_app(
    routes: Sequence[BaseRoute],
    ready: Callable[[], Awaitable[bool]],
    report: StatusReporter,
    *,
    may_read_metrics: Callable[[Request], bool] = is_local_visitor,
    process_metrics: ProcessMetrics | None = None,
) -> Starlette:
    """Mounts the routes that adapters hand over beside ``/healthz`` (the process lives), ``/readyz`` (the database
    answers and keeps what it is given) and ``/metrics`` (Prometheus text, see :mod:`paperboy.metrics`)."""

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(request: Request) -> Response:
        if await ready():
            return PlainTextResponse("ready")
        return PlainTextResponse("the database does not answer, or keeps nothing", 503)

    async def metrics(request: Request) -> Response:
        if not may_read_metrics(request):
            return PlainTextResponse("METRICS_TOKEN, please.", 401, {"WWW-Authenticate": "Bearer"})
        return Response(render_metrics(await report(), process_metrics), media_type=CONTENT_TYPE)

    async def broken(request: Request, error: Exception) -> Response:
        text = "Something went wrong here. The log of Paperboy says more; `paperboy doctor` looks at everything."
        if "application/json" in request.headers.get("Accept", ""):
            return JSONResponse({"error": text}, 500)
        return PlainTextResponse(text, 500)

    own = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    return Starlette(
        routes=[*own, *routes], middleware=[Middleware(RequestBodyLimit)], exception_handlers={500: broken}
    )


def metrics_access(public_url: str, token: str) -> Callable[[Request], bool]:
    """Who may read ``/metrics``: whoever would need no password for the local chat, or sends the token (RFC 6750)."""

    def may_read(request: Request) -> bool:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        has_token = bool(token) and hmac.compare_digest(given.strip().encode(), token.encode())
        return is_local_visitor(request, public_url) or (has_token and scheme.lower() == "bearer")

    return may_read


class WebServer(uvicorn.Server):
    """uvicorn inside our own loop; the signals are ours (it would take SIGTERM and send it on afterwards)."""

    def __init__(self, app: ASGIApp, protocol: type[LimitedProtocol] = LimitedProtocol) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=protocol,
                ws="none",  # nothing here speaks it, and its library has limits of its own
                backlog=ACCEPT_BURST,
                proxy_headers=False,  # who is behind a proxy is decided in one place, see adapters.web
                timeout_keep_alive=IDLE_SECONDS,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or []:
            listening.listen(KERNEL_BACKLOG)  # uvicorn knows one number for this and for what is accepted at once

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
