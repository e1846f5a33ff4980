"""Where a card was opened from: the command of the list that it stands in the place of, so that one can go back and on.

Typed, it follows the paper: ``paper 2608.16859 from page 2 search diffusion``. A card that stands by itself is opened
``from card``. The list is asked for again with every press, so nothing has to be remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.calls import split_command
from bot.chats import Platform
from bot.commands.core.command import Asked, Command, named
from bot.papers import Paper, paper_id
from bot.views import PaperEntry, Titles, View

BY_ITSELF = "card"
LISTS = frozenset(
    {"date", "edition", "missed", "month", "saved", "search", "several", "similar", "today", "top", "trending", "week"}
)
TURNED = "page"
_FROM = " from "


@dataclass(frozen=True, slots=True)
class Shown:
    """A list as it would be shown, and its papers with their numbers in its order."""

    view: View
    papers: Sequence[tuple[int, Paper]]

    def place(self, paper: Paper) -> int | None:
        """Where a paper stands in it, from 0."""
        return next((place for place, (_, each) in enumerate(self.papers) if each.id == paper.id), None)


def parted(argument: str) -> tuple[str, str]:
    """What names the paper, and the origin ('' where none is said)."""
    name, _, origin = argument.partition(_FROM)
    return (name.strip(), origin.strip()) if origin.strip() and paper_id(name) else (argument, "")


def coming_from(command: str, origin: str) -> str:
    """``paper 2608.16859`` with its origin."""
    return f"{command}{_FROM}{origin}" if origin else command


def unfolds(asked: Asked) -> bool:
    """Whether a card may take the place of the list it was opened from: only where nobody else reads that, and not in
    Slack, where a paper of a list has its own menu."""
    return asked.personal and asked.chat.address.platform is not Platform.SLACK


def origin_of(asked: Asked, command: str) -> str:
    """The origin of cards opened from a page of this list, '' where cards don't unfold."""
    if not unfolds(asked):
        return ""
    return f"{TURNED} {asked.page} {command}" if asked.page > 1 else command


def back_to_list(origin: str) -> str:
    """The command that shows the list in the card's place again."""
    return origin if split_command(origin)[0] == TURNED else f"{TURNED} 1 {origin}"


async def shown(asked: Asked, origin: str) -> Shown | None:
    """The list that an origin names; None where it is none, or lists nothing any more."""
    found = _list(asked.commands, origin)
    if found is None:
        return None
    command, argument, page = found
    view = await command.run(replace(asked, call=replace(asked.call, name=command.name, argument=argument), page=page))
    return Shown(view, tuple(_papers(view)))


def _list(commands: tuple[Command, ...], origin: str) -> tuple[Command, str, int] | None:
    name, argument = split_command(origin)
    page = 1
    if name == TURNED:
        number, _, rest = argument.partition(" ")
        page = int(number[:4]) if number.isdecimal() else 1
        name, argument = split_command(rest)
    command = named(commands, name)
    return (command, argument, max(1, page)) if command is not None and command.name in LISTS else None


def _papers(view: View) -> Iterator[tuple[int, Paper]]:
    for block in view.blocks:
        match block:
            case PaperEntry(number, paper):
                yield number, paper
            case Titles(lines):
                yield from ((line.number, line.paper) for line in lines if line.number)
