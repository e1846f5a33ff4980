"""``paperboy`` on the command line; one module a command, imported when it is called or listed."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

from paperboy.version import VERSION

# The name of each command, in the order of --help, with its module and its name there.
_COMMANDS: Final = {
    "run": "run:run",
    "worker": "worker:worker",
    "fetch": "fetch:fetch",
    "deliver": "deliver:deliver",
    "search": "search:search",
    "preview": "preview:preview",
    "chat": "chat:chat",
    "doctor": "doctor:doctor",
    "status": "status:status",
    "migrate": "migrate:migrate",
    "backup": "backup:backup",
    "restore": "restore:restore",
    "export": "chats_file:export",
    "import": "chats_file:import_file",
    "apply": "chats_file:apply_file",
    "move": "move:move",
}


class LazyGroup(click.Group):
    """Commands that are imported one by one: what only says its version loads no database."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """As the group without this would have listed them: by name."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = _COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, attribute = place.partition(":")
        command: click.Command = getattr(import_module(f"{__name__}.{module}"), attribute)
        return command


@click.group(cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, message="paperboy %(version)s")
@click.pass_context
def paperboy(context: click.Context) -> None:
    """The machine-learning papers you follow, once a day, in the chat you already have open.

    Without a command it runs. Settings are environment variables or lines in .env; see .env.example.
    """
    if context.invoked_subcommand is None:
        from paperboy.cli.run import run

        context.invoke(run)
