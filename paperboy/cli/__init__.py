"""``paperboy`` on the command line; one module a command."""

from __future__ import annotations

import click

from paperboy.cli.backup import backup
from paperboy.cli.chat import chat
from paperboy.cli.chats_file import apply_file, export, import_file
from paperboy.cli.deliver import deliver
from paperboy.cli.doctor import doctor
from paperboy.cli.fetch import fetch
from paperboy.cli.migrate import migrate
from paperboy.cli.move import move
from paperboy.cli.preview import preview
from paperboy.cli.restore import restore
from paperboy.cli.run import run
from paperboy.cli.search import search
from paperboy.cli.status import status
from paperboy.cli.worker import worker
from paperboy.version import VERSION


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, message="paperboy %(version)s")
@click.pass_context
def paperboy(context: click.Context) -> None:
    """The machine-learning papers you follow, once a day, in the chat you already have open.

    Without a command it runs. Settings are environment variables or lines in .env; see .env.example.
    """
    if context.invoked_subcommand is None:
        context.invoke(run)


COMMANDS = (run, worker, fetch, deliver, search, preview, chat, doctor, status)
KEEPING = (migrate, backup, restore, export, import_file, apply_file, move)
for command in (*COMMANDS, *KEEPING):
    paperboy.add_command(command)
