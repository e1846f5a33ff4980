"""``paperboy migrate``: brings the database up to this version."""

from __future__ import annotations

import click

from paperboy.cli.session import console, run_command
from paperboy.container import open_database
from paperboy.settings import Settings
from paperboy.sources import use_source_table


@click.command()
def migrate() -> None:
    """Bring the database up to this version; safe to repeat."""
    run_command(_migrate)


async def _migrate(settings: Settings) -> None:
    use_source_table()  # migrations read topics
    database = open_database(settings)
    try:
        await database.migrate()
        await database.start()
    finally:
        await database.close()
    console.print("The database is up to date.")
