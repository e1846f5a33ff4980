"""One paper: its card, and its neighbours."""

from __future__ import annotations

from bot.commands.asking_papers import read_paper
from bot.commands.buttons import ROOM, button, number_buttons, rows, short
from bot.commands.command import Asked, Command
from bot.commands.judging import reasons_of_chat
from bot.papers import Paper
from bot.sentences import Link, say, say_n
from bot.views import Button, Line, PaperCard, Question, TitleLine, Titles, View

NEIGHBOURS = 10


async def paper(asked: Asked) -> View:
    """The card: everything about one paper, and why it came if a topic of this chat matches it."""
    if not asked.argument:
        return _which("paper")
    found = await read_paper(asked)
    async with asked.services.storage.read() as work:
        subscriptions = await work.topics.of_chat(asked.chat.id)
        saved = found.id in {each.paper.id for each in await work.people.saved(asked.call.person)}
    why = await reasons_of_chat(found, subscriptions)
    return View((PaperCard(found, why), rows(*_card_buttons(found, saved, bool(why)))), in_place=False)


def _card_buttons(found: Paper, saved: bool, came: bool) -> list[tuple[Button, ...]]:
    save = button(say("✓ Saved"), f"unsave {found.id}") if saved else button(say("Save"), f"save {found.id}")
    return [(save, button(say("More like this"), f"similar {found.id}")), (_why_button(found, came),)]


def _why_button(found: Paper, came: bool) -> Button:
    return button(say("Why is it here?") if came else say("Why not for me?"), f"why {found.id}")


async def similar(asked: Asked) -> View:
    """The papers nearest to one, by the words of its title."""
    if not asked.argument:
        return _which("similar")
    found = await read_paper(asked)
    hits = await asked.services.index.search(found.title, NEIGHBOURS + 1)
    async with asked.services.storage.read() as work:
        near = await work.papers.get([hit.paper_id for hit in hits if hit.paper_id != found.id][:NEIGHBOURS])
    title = Link(found.title, found.url)
    if not near:
        return View((Line(say("Nothing in the archive is near {title}.", title=title)),))
    heading = say_n("{n} paper like {title}:", "{n} papers like {title}:", len(near), title=title)
    lines = tuple(TitleLine(each, number=number, day=each.listed_on) for number, each in enumerate(near, 1))
    back = [button(say("‹ {title}", title=short(found.title, ROOM[1] - 2)), f"paper {found.id}")]
    return View((Line(heading), Titles(lines), rows(*number_buttons(near, 1), back)))


def _which(command: str) -> View:
    return View((Question(say("Which paper? Send its arXiv id or address."), command, say("for example: 2608.16859")),))


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
)
