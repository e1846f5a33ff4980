"""Help: what there is, and more about each."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from bot.commands.core.command import Asked, Command, named
from bot.commands.ui.buttons import button, rows
from bot.errors import UserMistake
from bot.i18n import Sentence, listing, say
from bot.views import Block, Button, Line, SmallPrint, View

# The order in which a newcomer needs them.
FAMILIES: tuple[tuple[Sentence, tuple[str, ...]], ...] = (
    (say("Following"), ("subscribe", "unsubscribe", "topics", "mute", "share")),
    (say("Reading"), ("today", "date", "week", "month", "trending", "search", "paper", "similar", "why")),
    (say("Your digest"), ("when", "settings", "pause", "resume", "status", "remote")),
    (say("Your reading list"), ("save", "saved", "export")),
    (say("Your data"), ("mydata", "forget")),
    (say("Your workspace"), ("who", "unfurl")),
)
GRAMMAR = (
    ("mixture of experts", say("words side by side are one subject")),
    ('"diffusion policy"', say("exactly these words")),
    ('diffusion also:"flow matching"', say("other names that count for it; also:none for none")),
    ("robotics AND safety", say("both; OR for either")),
    ("robotics -driving", say("leaves out what is about driving")),
    ('author:"Yann LeCun"', say("also org:nvidia, title:agents, keyword:rlhf")),
    ("diffusion has:code", say("also has:project, upvotes>=20, since:2026-11-01")),
    ("clustering match:wide", say("also papers that only mention it; match:strict takes fewer")),
)
TOPICS = "topic"


async def help_command(asked: Asked) -> View:
    """All commands by what they are for; with a name, one of them; ``help topic`` explains how topics are written."""
    wanted = asked.argument.lstrip("/").casefold()
    if not wanted:
        return _in_short() if asked.terse else _all(asked)
    if wanted == TOPICS:
        return _grammar()
    command = named(asked.commands, wanted)
    if command is None:
        raise _unknown(asked, wanted)
    return _one(asked, command)


async def all_commands(asked: Asked) -> View:
    """Every command, wherever it is asked for."""
    return _all(asked)


def _in_short() -> View:
    """Where others read it too: what most ask for, and a way to the rest that nobody else has to scroll past."""
    line = say("I post new AI papers on this group’s topics, once a day.")
    reading = say("Everybody: <code>/today</code> <code>/week</code> <code>/search</code> <code>/paper</code>")
    setting = say("Admins: <code>/subscribe</code> <code>/topics</code> <code>/when</code> <code>/settings</code>")
    further = Button(say("All commands"), "commands", opens="private")
    return View((Line(line), Line(reading), Line(setting), rows([further])))


def _all(asked: Asked) -> View:
    blocks: list[Block] = [
        Line(say("<b>Paperboy</b> brings you the AI papers on your topics, once a day. What you can say:"))
    ]
    for family, names in FAMILIES:
        if present := _present(asked, names):
            blocks.append(Line(say("<b>{family}</b>", family=family)))
            blocks += [Line(_summary(asked, command)) for command in present]
    blocks.append(SmallPrint(_foot(asked)))
    return View((*blocks, rows([button(say("How to write topics"), f"help {TOPICS}")])))


def _present(asked: Asked, names: Iterable[str]) -> list[Command]:
    here = asked.chat.address.platform
    found = (named(asked.commands, name) for name in names)
    return [command for command in found if command is not None and command.only in (None, here)]


def _summary(asked: Asked, command: Command) -> Sentence:
    typed = asked.typed(f"{command.name} {command.argument}".strip())
    return say("<code>{typed}</code> {summary}", typed=typed, summary=command.summary)


def _foot(asked: Asked) -> Sentence:
    if asked.personal:
        return say("Anything else you type is a search. More on one: {example}", example=asked.typed("help subscribe"))
    return say("More on one: {example}", example=asked.typed("help subscribe"))


def _one(asked: Asked, command: Command) -> View:
    blocks: list[Block] = [Line(_summary(asked, command))]
    if command.aliases:
        blocks.append(Line(say("Also: {names}", names=listing(asked.typed(alias) for alias in command.aliases))))
    blocks += [Line(say("<code>{example}</code>", example=asked.typed(example))) for example in command.examples]
    if command.argument.strip("[]") in ("TOPIC", "QUERY"):
        return View((*blocks, rows([button(say("How to write topics"), f"help {TOPICS}")])))
    return View(tuple(blocks))


def _grammar() -> View:
    lines = [Line(say("<code>{form}</code> {meaning}", form=form, meaning=meaning)) for form, meaning in GRAMMAR]
    return View((Line(say("<b>How to write a topic or a search</b>")), *lines))


def _unknown(asked: Asked, wanted: str) -> UserMistake:
    names = [command.name for command in asked.commands if not command.hidden]
    near = difflib.get_close_matches(wanted, names, n=2, cutoff=0.5)
    return UserMistake(
        say("There is no command <b>{name}</b>.", name=wanted),
        text=wanted,
        suggestions=tuple(f"help {name}" for name in near) or ("help",),
    )


COMMANDS = (
    Command(
        "help",
        say("what you can say"),
        help_command,
        argument="[COMMAND]",
        examples=("help when",),
        menu=True,
        private=True,
    ),
    Command("commands", say("every command"), all_commands, hidden=True, private=True),
)
