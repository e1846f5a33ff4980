"""``paperboy backup``: everything in one file, while Paperboy runs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click
from rich.status import Status

from bot.i18n import tn
from paperboy.cli.session import console, print_sentence, run_command
from paperboy.container import database_file
from paperboy.settings import Settings
from storage.backup.backup_file import BackupContent
from storage.backup.snapshot import partial_file, write_backup

_MEGABYTE = 1_000_000  # bytes
_LOOK_EVERY_SECONDS = 0.5


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write everything into FILE, while Paperboy runs; `paperboy restore FILE` brings it back.

    FILE holds every chat and every token of a workspace: it is for you alone, keep it so.
    """

    async def work(settings: Settings) -> None:
        console.print(f"Copying the database to {file}", markup=False)
        with console.status("Copying") as shown:
            watching = asyncio.create_task(_show_growth(shown, file, database_file(settings.database_url)))
            try:
                content = await write_backup(
                    settings.database_url, file, lambda table, rows: shown.update(f"Copying {table}: {rows}")
                )
            finally:
                watching.cancel()
        print_content(content)
        console.print(f"Whole and checked: {file}, {_megabytes(file)} MB", markup=False)

    run_command(work)


def print_content(content: BackupContent) -> None:
    """What a backup holds, in one line."""
    print_sentence(
        tn("{n} chat,", "{n} chats,", content.chats),
        tn("{n} topic,", "{n} topics,", content.topics),
        tn("{n} paper", "{n} papers", content.papers),
    )


async def _show_growth(shown: Status, file: Path, database: Path | None) -> None:
    """Only SQLite has a file to compare with."""
    while database is not None:
        shown.update(f"Copying: {_megabytes(partial_file(file))} of at most {_megabytes(database)} MB")
        await asyncio.sleep(_LOOK_EVERY_SECONDS)


def _megabytes(file: Path) -> str:
    return f"{file.stat().st_size / _MEGABYTE:.1f}" if file.is_file() else "0"
