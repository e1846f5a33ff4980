"""``paperboy restore``: a backup takes the database's place."""

from __future__ import annotations

from pathlib import Path

import click

from adapters.clock import SystemClock
from bot.i18n import t, tn
from paperboy.cli.backup import print_content
from paperboy.cli.session import console, exit_failed, print_sentence, run_command
from paperboy.container import database_file, database_kind
from paperboy.row_count import FILE as ROW_COUNT_FILE
from paperboy.sender_lock import SenderLock
from paperboy.settings import Settings
from storage.backup.backup_file import inspect_backup
from storage.backup.restoring import RestoreOutcome, restore_backup

_DERIVED = ("paperboy-index.db", "paperboy-meaning.db", ROW_COUNT_FILE)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--send-again", is_flag=True, help="Digests that left since the backup come again.")
def restore(file: Path, send_again: bool) -> None:
    """Put the backup FILE in the place of the database; what stands there is put aside.

    What was stopped since the backup stays stopped. Papers of digests that left since count as sent.
    """

    async def work(settings: Settings) -> None:
        database = database_file(settings.database_url)
        lock = SenderLock(database if database is None or database.parent.is_dir() else None)
        if not lock.acquire():
            exit_failed("Paperboy is running on this database. Stop it, then restore; nothing was changed.")
        try:
            await _restore(settings, file, send_again=send_again)
        finally:
            lock.release()

    run_command(work)


async def _restore(settings: Settings, file: Path, *, send_again: bool) -> None:
    place = database_file(settings.database_url) or database_kind(settings.database_url)
    content = inspect_backup(file)
    console.print(f"Restoring {file} over {place}. It brings", markup=False)
    print_content(content)
    now = SystemClock(settings.clock_start).now()
    with console.status("Restoring") as shown:
        outcome = await restore_backup(
            settings.database_url,
            file,
            settings.data_dir,
            now,
            send_again=send_again,
            progress=lambda table, rows: shown.update(f"Copying {table}: {rows}"),
        )
    _remove_derived(settings.data_dir)
    _show(outcome, send_again=send_again)


def _remove_derived(folder: Path) -> None:
    """The index and what else is made from the database is made anew."""
    for name in _DERIVED:
        for suffix in ("", "-wal", "-shm"):
            (folder / f"{name}{suffix}").unlink(missing_ok=True)


def _show(outcome: RestoreOutcome, *, send_again: bool) -> None:
    carried = outcome.carried
    if outcome.put_aside:
        console.print(f"What stood there is now {outcome.put_aside}; delete it when all is well.", markup=False)
    if outcome.history == "same":
        stops = [
            tn("{n} chat paused,", "{n} chats paused,", carried.paused),
            tn("{n} topic unfollowed,", "{n} topics unfollowed,", carried.unfollowed),
            tn("{n} erased", "{n} erased", carried.erased),
        ]
        print_sentence(t("Stopped since the backup, and still so:"), *stops)
    else:
        console.print("What was stopped since the backup is not known and was not carried over: look at it yourself.")
    if send_again:
        console.print("Nothing counts as sent since the backup: what left then comes again.")
    else:
        print_sentence(
            tn("{n} chat had digests since;", "{n} chats had digests since;", carried.caught_up),
            t("their papers count as sent. --send-again would bring them again."),
        )
    console.print("Restored. Start Paperboy as always.")
