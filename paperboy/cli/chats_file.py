"""``paperboy export``, ``import`` and ``apply``: chats and topics as one readable file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot.i18n import tn
from paperboy.chats_file.addresses import AddressBook
from paperboy.chats_file.checked_yaml import ChatsFileError, read_yaml
from paperboy.chats_file.entries import FileContent
from paperboy.chats_file.following import FileFollower, FilePlan
from paperboy.chats_file.reading import read_content
from paperboy.chats_file.writing import export_text
from paperboy.cli.session import EXIT_WRONG_USE, console, exit_failed, exit_refused, print_sentence, run_command
from paperboy.container import App, open_app
from paperboy.settings import Settings
from storage.backup.backup_file import make_private_file

_FILE = click.argument("file", type=click.Path(path_type=Path))
_MOST_UNKNOWN = 5


@click.command()
@_FILE
def export(file: Path) -> None:
    """Write chats, topics, settings and reading lists into FILE, to read, to change, or to take along."""

    async def work(settings: Settings) -> None:
        async with open_app(settings, with_platforms=False) as parts:
            text = await export_text(parts.storage, await _address_book(parts))
        _write_new(file, text)
        console.print(f"Written to {file}. It names chats and people, so only you may read it.", markup=False)

    run_command(work)


def _write_new(file: Path, text: str) -> None:
    try:
        make_private_file(file)
        file.write_text(text, encoding="utf-8")
    except FileExistsError:
        exit_failed(f"{file} is there already and stays as it is. Name a file that is not there yet.")
    except OSError as error:
        exit_failed(f"{file} can't be written: {error.strerror}.")


@click.command("import")
@_FILE
def import_file(file: Path) -> None:
    """Add the chats, topics and reading lists of FILE that are missing here; nothing that is here is changed."""

    async def work(settings: Settings) -> None:
        async with open_app(settings, with_platforms=False) as parts:
            follower, content, book = await _open_file(parts, file, only_add=True)
            try:
                done = await follower.follow(content)
            except ChatsFileError as mistake:
                exit_refused(_refusal(mistake))
        _show_plan(done, content, book)
        console.print("Nothing was missing." if done.is_empty else "Done.")

    run_command(work)


@click.command("apply")
@_FILE
@click.option("--yes", is_flag=True, help="Do it without asking.")
def apply_file(file: Path, yes: bool) -> None:
    """Make the chats named in FILE as they stand there. The plan is shown first; chats that are not named stay."""

    async def work(settings: Settings) -> int:
        async with open_app(settings, with_platforms=False) as parts:
            follower, content, book = await _open_file(parts, file, only_add=False)
            try:
                plan = await follower.plan(content)
            except ChatsFileError as mistake:
                exit_refused(_refusal(mistake))
            _show_plan(plan, content, book)
            if plan.is_empty:
                console.print("Everything is as the file says.")
                return 0
            if not yes and not _confirmed():
                console.print("Nothing was changed. `--yes` does it without asking.")
                return EXIT_WRONG_USE
            await follower.follow(content)
        console.print("Done.")
        return 0

    run_command(work)


def _confirmed() -> bool:
    return sys.stdin.isatty() and click.confirm("Do it?", default=False)


async def _open_file(parts: App, file: Path, *, only_add: bool) -> tuple[FileFollower, FileContent, AddressBook]:
    book, now = await _address_book(parts), parts.clock.now()
    defaults = parts.services.defaults
    try:
        content = read_content(read_yaml(file), book, now, defaults.max_topics)
    except ChatsFileError as mistake:
        exit_refused(_refusal(mistake))
    return FileFollower(parts.storage, book, defaults, now, only_add=only_add), content, book


def _refusal(mistake: ChatsFileError) -> str:
    return "\n".join((*mistake.problems, "Nothing was changed."))


async def _address_book(parts: App) -> AddressBook:
    """The workspaces that are known here: that of the token, then those of the chats."""
    accounts = {entry.platform: entry.account(parts.settings) for entry in parts.platform_table}
    capabilities = parts.services.capabilities
    known = {name: list(filter(None, [accounts[name]])) if name in accounts else [""] for name in capabilities}
    async with parts.storage.read() as work:
        for platform, workspace in await work.chats.workspaces():
            known.setdefault(platform, []).append(workspace)
    return AddressBook(capabilities, known)


def _show_plan(plan: FilePlan, content: FileContent, book: AddressBook) -> None:
    for notice in content.notices:
        console.print(notice, markup=False)
    for change in plan.chats:
        console.print(book.chat_text(change.after.address), markup=False)
        for line in change.describe():
            console.print(f"  {line}", markup=False)
    if plan.saved:
        print_sentence(tn("{n} paper for reading lists", "{n} papers for reading lists", plan.saved))
    if unknown := plan.unknown_papers:
        named = ", ".join(unknown[:_MOST_UNKNOWN]) + (" ..." if len(unknown) > _MOST_UNKNOWN else "")
        console.print(
            f"Not in the archive yet, so not saved: {named}. Import the file again when they are here.", markup=False
        )
