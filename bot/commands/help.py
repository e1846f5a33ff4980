"""Help: what there is, and more about each."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from bot.commands.core.command import Command, CommandContext, find_command
from bot.commands.subscriptions import by_address, endpoint
from bot.commands.ui.buttons import button, button_rows
from bot.errors import InputError
from bot.i18n import LazyText, join_texts, t
from bot.views import Block, Button, Footer, TextBlock, View

# The order in which a newcomer needs them.
COMMAND_GROUPS: tuple[tuple[LazyText, tuple[str, ...]], ...] = (
    (t("Following"), ("subscribe", "unsubscribe", "topics", "mute", "share")),
    (t("Reading"), ("today", "date", "week", "month", "trending", "search", "paper", "similar", "why")),
    (
        t("Your digest"),
        ("when", "settings", "pause", "resume", "status", "remote", by_address.COMMAND, "feed", endpoint.COMMAND),
    ),
    (t("Your reading list"), ("save", "saved", "export")),
    (t("Your data"), ("mydata", "forget")),
    (t("Your workspace"), ("who", "unfurl")),
)
TOPIC_EXAMPLES = (
    ("mixture of experts", t("words side by side are one subject")),
    ('"diffusion policy"', t("exactly these words")),
    ('diffusion also:"flow matching"', t("other names that count for it; also:none for none")),
    ("robotics AND safety", t("both; OR for either")),
    ("robotics -driving", t("leaves out what is about driving")),
    ('author:"Yann LeCun"', t("also org:nvidia, title:agents, keyword:rlhf")),
    ("diffusion has:code", t("also has:project, upvotes>=20, since:2026-11-01")),
    ("clustering match:wide", t("also papers that only mention it; match:strict takes fewer")),
)
TOPIC_HELP = "topic"


async def help_command(context: CommandContext) -> View:
    """All commands by what they are for; with a name, one of them; ``help topic`` explains how topics are written.

    Raises InputError with commands that are near for a name that none has.
    """
    wanted = context.argument.lstrip("/").casefold()
    if not wanted:
        return _compact_help() if context.compact else _full_help(context)
    if wanted == TOPIC_HELP:
        return _topic_help()
    command = find_command(context.commands, wanted)
    if command is None:
        raise _unknown_command_error(context, wanted)
    return _command_help(context, command)


async def all_commands(context: CommandContext) -> View:
    """Every command, wherever it is asked for."""
    return _full_help(context)


def _compact_help() -> View:
    """Where others read it too: what most ask for, and a way to the rest that nobody else has to scroll past."""
    line = t("I post new AI papers on this group’s topics, once a day.")
    reading = t("Everybody: <code>/today</code> <code>/week</code> <code>/search</code> <code>/paper</code>")
    setting = t("Admins: <code>/subscribe</code> <code>/topics</code> <code>/when</code> <code>/settings</code>")
    further = Button(t("All commands"), "commands", target="private")
    return View((TextBlock(line), TextBlock(reading), TextBlock(setting), button_rows([further])))


def _full_help(context: CommandContext) -> View:
    blocks: list[Block] = [
        TextBlock(t("<b>Paperboy</b> brings you the AI papers on your topics, once a day. What you can say:"))
    ]
    for family, names in COMMAND_GROUPS:
        if present := _available_commands(context, names):
            blocks.append(TextBlock(t("<b>{family}</b>", family=family)))
            blocks += [TextBlock(_summary(context, command)) for command in present]
    blocks.append(Footer(_footer(context)))
    return View((*blocks, button_rows([button(t("How to write topics"), f"help {TOPIC_HELP}")])))


def _available_commands(context: CommandContext, names: Iterable[str]) -> list[Command]:
    found = (find_command(context.commands, name) for name in names)
    return [command for command in found if command is not None and command.is_offered(context.capabilities)]


def _summary(context: CommandContext, command: Command) -> LazyText:
    typed = context.usage(f"{command.name} {command.argument}".strip())
    return t("<code>{typed}</code> {summary}", typed=typed, summary=command.summary)


def _footer(context: CommandContext) -> LazyText:
    if context.personal:
        return t("Anything else you type is a search. More on one: {example}", example=context.usage("help subscribe"))
    return t("More on one: {example}", example=context.usage("help subscribe"))


def _command_help(context: CommandContext, command: Command) -> View:
    blocks: list[Block] = [TextBlock(_summary(context, command))]
    if command.aliases:
        blocks.append(
            TextBlock(t("Also: {names}", names=join_texts(context.usage(alias) for alias in command.aliases)))
        )
    blocks += [
        TextBlock(t("<code>{example}</code>", example=context.usage(example))) for example in command.example_lines()
    ]
    if command.argument.strip("[]") in ("TOPIC", "QUERY"):
        return View((*blocks, button_rows([button(t("How to write topics"), f"help {TOPIC_HELP}")])))
    return View(tuple(blocks))


def _topic_help() -> View:
    lines = [
        TextBlock(t("<code>{form}</code> {meaning}", form=form, meaning=meaning)) for form, meaning in TOPIC_EXAMPLES
    ]
    return View((TextBlock(t("<b>How to write a topic or a search</b>")), *lines))


def _unknown_command_error(context: CommandContext, wanted: str) -> InputError:
    names = [command.name for command in context.commands if not command.hidden]
    near = difflib.get_close_matches(wanted, names, n=2, cutoff=0.5)
    return InputError(
        t("There is no command <b>{name}</b>.", name=wanted),
        input=wanted,
        suggestions=tuple(f"help {name}" for name in near) or ("help",),
    )


COMMANDS = (
    Command(
        "help",
        t("what you can say"),
        help_command,
        argument="[COMMAND]",
        examples=("help when",),
        menu=True,
        private=True,
    ),
    Command("commands", t("every command"), all_commands, hidden=True, private=True),
)
