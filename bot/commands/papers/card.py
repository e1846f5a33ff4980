"""One paper: its card, its neighbours, and putting it before everybody in the chat."""

from __future__ import annotations

from bot.commands.core.command import Asked, Command
from bot.commands.papers.card_view import back_to_card, card, in_place_of_card, read_paper
from bot.commands.ui.buttons import number_buttons, rows
from bot.commands.ui.navigation import coming_from, origin_of, parted
from bot.i18n import Link, Sentence, say, say_n
from bot.tldr import tldr
from bot.views import Line, PaperEntry, Question, TitleLine, Titles, View

NEIGHBOURS = 10


async def paper(asked: Asked) -> View:
    """The card: everything about one paper, and why it came if a topic of this chat matches it."""
    if not asked.argument:
        return _which("paper")
    name, origin = parted(asked.argument)
    return await card(asked, await read_paper(asked, name), origin)


async def similar(asked: Asked) -> View:
    """The papers nearest to one, by the words of its title."""
    if not asked.argument:
        return _which("similar")
    name, origin = parted(asked.argument)
    found = await read_paper(asked, name)
    hits = await asked.services.index.search(found.title, NEIGHBOURS + 1)
    async with asked.services.storage.read() as work:
        near = await work.papers.get([hit.paper_id for hit in hits if hit.paper_id != found.id][:NEIGHBOURS])
    title, back = Link(found.title, found.url), [back_to_card(found, origin)]
    if not near:
        nothing = Line(say("Nothing in the archive is near {title}.", title=title))
        return in_place_of_card(asked, View((nothing, rows(back))), origin)
    heading = say_n("{n} paper like {title}:", "{n} papers like {title}:", len(near), title=title)
    lines = tuple(TitleLine(each, number=number, day=each.listed_on) for number, each in enumerate(near, 1))
    numbers = number_buttons(near, 1, origin_of(asked, coming_from(f"similar {found.id}", origin)))
    return in_place_of_card(asked, View((Line(heading), Titles(lines), rows(*numbers, back))), origin)


def _which(command: str) -> View:
    return View((Question(say("Which paper? Send its arXiv id or address."), command, say("for example: 2608.16859")),))


async def discuss(asked: Asked) -> View:
    """Posts the paper as a message of its own, in the name of whoever asked."""
    if not asked.argument:
        return View((Question(say("Which paper? Send its arXiv id or address."), "discuss"),))
    paper = await read_paper(asked)
    head = _head(asked.call.person_name)
    return View((Line(head), PaperEntry(0, paper, tldr(paper))), summary=head, shared=True)


def _head(name: str) -> Sentence:
    return say("<b>{name}</b> brings up:", name=name) if name else say("Brought up here:")


COMMANDS = (
    Command(
        "paper",
        say("everything about one paper"),
        paper,
        argument="ID-or-URL",
        examples=("paper 2608.16859", "paper https://huggingface.co/papers/2608.16859"),
    ),
    Command(
        "similar",
        say("papers like this one"),
        similar,
        argument="ID-or-URL",
        examples=("similar 2608.16859",),
    ),
    Command("discuss", say("put one paper before everybody here"), discuss, argument="ID", hidden=True),
)
