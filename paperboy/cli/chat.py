"""``paperboy chat``: the local chat in the terminal."""

from __future__ import annotations

import asyncio

import click

from adapters.terminal import TerminalChat
from bot.chats import Platform
from bot.commands.registry import offered_on
from paperboy.cli.session import console, pages, run_command
from paperboy.container import Parts, open_parts
from paperboy.settings import Settings
from paperboy.supervisor import stop


@click.command()
def chat() -> None:
    """The local chat in this terminal; beside a running Paperboy it is the same conversation."""
    run_command(_chat)


async def _chat(settings: Settings) -> None:
    async with open_parts(settings, with_platforms=False) as parts:
        sending = parts.sender_lock.take()
        sending_too = [asyncio.create_task(parts.courier.run())] if sending else []
        try:
            await _first_papers(parts)
            await TerminalChat(parts.local, pages, offered_on(Platform.LOCAL)).run()
        finally:
            await stop(sending_too)
            if sending:
                parts.sender_lock.give_back()


async def _first_papers(parts: Parts) -> None:
    async with parts.storage.read() as work:
        archive = await work.papers.archive()
    if archive.papers and not archive.sample:
        return
    with console.status("Reading the newest lists ..."):
        await parts.gatherer.first_start()
