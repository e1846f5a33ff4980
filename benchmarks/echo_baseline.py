"""The yardstick for starting and for doing nothing: the least bot that the same libraries make. It says back what it is
told, over HTTP and, where there is a token, in Telegram.

python -m benchmarks.echo_baseline
"""

from __future__ import annotations

import asyncio
import os
import socket
from importlib import import_module
from typing import Any

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

messages_received: list[str] = []


async def receive_message(request: Request) -> Response:
    form = await request.form()
    messages_received.append(str(form.get("text", "")))
    return Response(status_code=204)


async def messages(request: Request) -> Response:
    return PlainTextResponse("\n".join(messages_received))


async def listen(token: str, url: str) -> None:
    """As the library's guide has it."""
    from telegram.ext import ApplicationBuilder, MessageHandler, filters

    async def echo(update: Any, _: Any) -> None:
        await update.message.reply_text(update.message.text)

    application = ApplicationBuilder().token(token).base_url(f"{url}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    await application.initialize()
    await application.start()
    assert application.updater
    await application.updater.start_polling()


async def main() -> None:
    for library in LIBRARIES:
        import_module(library)
    listening_socket = socket.create_server(("127.0.0.1", 0))
    routes = [Route("/say", receive_message, methods=["POST"]), Route("/messages", messages)]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_config=None, access_log=False, lifespan="off"))
    print(f"http://127.0.0.1:{listening_socket.getsockname()[1]}/", flush=True)
    if token := os.environ.get("TELEGRAM_BOT_TOKEN"):
        await listen(token, os.environ["TELEGRAM_API_URL"])
    await server.serve(sockets=[listening_socket])


if __name__ == "__main__":
    asyncio.run(main())
