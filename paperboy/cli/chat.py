"""``paperboy chat``: the local chat in the terminal."""

from __future__ import annotations

import asyncio

import click

from adapters.terminal import TerminalChat
from bot.commands.registry import offered_names
from paperboy.cli.session import console, run_command, wrapped_console
from paperboy.container import App, open_app
from paperboy.settings import Settings
from paperboy.supervisor import cancel_and_wait


@click.command()
def chat() -> None:
    """The local chat in this terminal; beside a running Paperboy it is the same conversation."""
    run_command(_run_chat)


async def _run_chat(settings: Settings) -> None:
    async with open_app(settings, with_platforms=False) as parts:
        sending = parts.sender_lock.acquire()
        sending_too = [asyncio.create_task(parts.outbox_dispatcher.run())] if sending else []
        try:
            await _bootstrap_papers(parts)
            await TerminalChat(parts.local_chat, wrapped_console, offered_names(parts.local_chat.capabilities)).run()
        finally:
            await cancel_and_wait(sending_too)
            if sending:
                parts.sender_lock.release()


async def _bootstrap_papers(app: App) -> None:
    async with app.storage.read() as work:
        archive = await work.papers.archive_extent()
    if archive.paper_count and not archive.sample:
        return
    with console.status("Reading the newest lists ..."):
        await app.ingestor.bootstrap()
