"""``paperboy move``: another bot takes over, with every chat."""

from __future__ import annotations

import sys
from functools import partial

import click

from bot.i18n import t, tn
from paperboy.cli.session import EXIT_WRONG_USE, console, exit_failed, exit_refused, print_sentence, run_command
from paperboy.container import database_file
from paperboy.platforms import PLATFORMS, PlatformEntry
from paperboy.sender_lock import SenderLock
from paperboy.settings import Settings
from storage.moving import BotInUse, MoveOutcome, known_bots, move_bot


@click.command()
@click.option("--from", "old", required=True, metavar="BOT_ID", help="The old bot: the number before the colon.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
def move(old: str, yes: bool) -> None:
    """Give all chats of the bot BOT_ID to the bot whose token is set now: after a token leaked or a bot was deleted.

    Paperboy has to be stopped. Nothing that was sent comes again. A chat goes on at the first word somebody writes to
    the new bot there, a group or a channel when the new bot is added.
    """

    async def work(settings: Settings) -> int:
        entry, new = _account(settings)
        if new == old:
            exit_refused(f"The token is still that of the bot {old}. Set the new bot's token first.")
        database = database_file(settings.database_url)
        lock = SenderLock(database if database is None or database.parent.is_dir() else None)
        if not lock.acquire():
            exit_failed("Paperboy is running on this database. Stop it, then move; nothing was changed.")
        try:
            return _move(settings, entry, old, new, yes=yes)
        except BotInUse as refusal:
            exit_refused(f"{refusal.reason} {refusal.remedy} Nothing was changed.")
        finally:
            lock.release()

    run_command(work)


def _account(settings: Settings) -> tuple[PlatformEntry, str]:
    accounts = ((entry, entry.account(settings)) for entry in PLATFORMS if entry.chats_belong_to_account)
    found = next(((entry, account) for entry, account in accounts if account), None)
    return found or exit_refused("No token of the new bot is set. Put it into TELEGRAM_BOT_TOKEN first.")


def _move(settings: Settings, entry: PlatformEntry, old: str, new: str, *, yes: bool) -> int:
    known = known_bots(settings.database_url, entry.platform)
    if old not in known:
        console.print(f"No chat here belongs to the bot {old}; bots that have some: {', '.join(known) or 'none'}.")
        return EXIT_WRONG_USE
    carry_out = partial(move_bot, settings.database_url, entry.platform, old, new)
    _show(carry_out(dry_run=True), old, new)
    if not yes and not (sys.stdin.isatty() and click.confirm("Do it?", default=False)):
        console.print("Nothing was changed. `--yes` does it without asking.")
        return EXIT_WRONG_USE
    carry_out()
    console.print("Moved. Start Paperboy, and tell people the new bot's name: it may not write to them first.")
    return 0


def _show(plan: MoveOutcome, old: str, new: str) -> None:
    print_sentence(
        t("From the bot {old} to the bot {new}:", old=old, new=new),
        tn("{n} chat,", "{n} chats,", plan.chats),
        tn("{n} reading list.", "{n} reading lists.", plan.persons),
    )
    print_sentence(tn("{n} waits for a first word there.", "{n} wait for a first word there.", plan.waiting))
    if plan.expired:
        print_sentence(tn("{n} message is not sent again.", "{n} messages are not sent again.", plan.expired))
