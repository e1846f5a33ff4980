"""The yardstick for starting: the least bot that the same libraries make. It says back what it is told, over HTTP.

python -m benchmarks.echo_bot
"""

from __future__ import annotations

import asyncio
import socket
from importlib import import_module

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

# What any bot for both platforms with a schedule and a database loads before it can answer.
LIBRARIES = (
    "telegram.ext",
    "slack_bolt.async_app",
    "sqlmodel",
    "sqlalchemy.ext.asyncio",
    "apscheduler.schedulers.asyncio",
)

said: list[str] = []


async def say(request: Request) -> Response:
    form = await request.form()
    said.append(str(form.get("text", "")))
    return Response(status_code=204)


async def messages(request: Request) -> Response:
    return PlainTextResponse("\n".join(said))


async def main() -> None:
    for library in LIBRARIES:
        import_module(library)
    door = socket.create_server(("127.0.0.1", 0))
    routes = [Route("/say", say, methods=["POST"]), Route("/messages", messages)]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_config=None, access_log=False, lifespan="off"))
    print(f"http://127.0.0.1:{door.getsockname()[1]}/", flush=True)
    await server.serve(sockets=[door])


if __name__ == "__main__":
    asyncio.run(main())
