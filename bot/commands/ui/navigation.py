"""Where a card was opened from: the command of the list that it stands in the place of, so that one can go back and on.

Typed, it follows the paper: ``paper 2608.16859 from page 2 search diffusion``. A card that stands by itself is opened
``from card``. The list is asked for again with every press, so nothing has to be remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.calls import split_command
from bot.commands.core.command import Command, CommandContext, find_command
from bot.papers import Paper, parse_paper_id
from bot.views import PaperList, PaperSummary, View

STANDALONE_CARD = "card"
LIST_COMMANDS = frozenset(
    {
        "between",
        "date",
        "edition",
        "missed",
        "month",
        "saved",
        "search",
        "several",
        "similar",
        "today",
        "top",
        "trending",
        "week",
    }
)
PAGE_COMMAND = "page"
_ORIGIN_SEPARATOR = " from "


@dataclass(frozen=True, slots=True)
class OriginList:
    """A list as it would be shown, and its papers with their numbers in its order."""

    view: View
    papers: Sequence[tuple[int, Paper]]

    def index_of(self, paper: Paper) -> int | None:
        """Where a paper stands in it, from 0."""
        return next((place for place, (_, each) in enumerate(self.papers) if each.id == paper.id), None)


def split_origin(argument: str) -> tuple[str, str]:
    """What names the paper, and the origin ('' where none is said)."""
    name, _, origin = argument.partition(_ORIGIN_SEPARATOR)
    return (name.strip(), origin.strip()) if origin.strip() and parse_paper_id(name) else (argument, "")


def with_origin(command: str, origin: str) -> str:
    """``paper 2608.16859`` with its origin."""
    return f"{command}{_ORIGIN_SEPARATOR}{origin}" if origin else command


def edits_in_place(context: CommandContext) -> bool:
    """Whether a card may take the place of the list it was opened from: only where nobody else reads that, and the
    platform has no better place for it."""
    return context.personal and context.capabilities.cards_in_place


def origin_of(context: CommandContext, command: str) -> str:
    """The origin of cards opened from a page of this list, '' where cards don't replace their list."""
    if not edits_in_place(context):
        return ""
    return f"{PAGE_COMMAND} {context.page} {command}" if context.page > 1 else command


def list_command(origin: str) -> str:
    """The command that shows the list in the card's place again."""
    return origin if split_command(origin)[0] == PAGE_COMMAND else f"{PAGE_COMMAND} 1 {origin}"


async def load_origin_list(context: CommandContext, origin: str) -> OriginList | None:
    """The list that an origin names; None where it is none, or lists nothing any more."""
    found = _parse_origin(context.commands, origin)
    if found is None:
        return None
    command, argument, page = found
    view = await command.run(
        replace(context, call=replace(context.call, name=command.name, argument=argument), page=page)
    )
    return OriginList(view, tuple(_numbered_papers(view)))


def _parse_origin(commands: tuple[Command, ...], origin: str) -> tuple[Command, str, int] | None:
    name, argument = split_command(origin)
    page = 1
    if name == PAGE_COMMAND:
        number, _, rest = argument.partition(" ")
        page = int(number[:4]) if number.isdecimal() else 1
        name, argument = split_command(rest)
    command = find_command(commands, name)
    return (command, argument, max(1, page)) if command is not None and command.name in LIST_COMMANDS else None


def _numbered_papers(view: View) -> Iterator[tuple[int, Paper]]:
    for block in view.blocks:
        match block:
            case PaperSummary(number, paper):
                yield number, paper
            case PaperList(lines):
                yield from ((line.number, line.paper) for line in lines if line.number)
