"""One paper: its card, its neighbours, and putting it before everybody in the chat."""

from __future__ import annotations

from bot.commands.core.command import Command, CommandContext
from bot.commands.papers.card_view import back_to_card_button, paper_card_view, replace_card, resolve_paper
from bot.commands.ui.buttons import button_rows, number_buttons
from bot.commands.ui.navigation import origin_of, split_origin, with_origin
from bot.i18n import LazyText, Link, t, tn
from bot.matching.text.tokenizer import folded_words
from bot.papers import Paper, parse_paper_id
from bot.sources import sources
from bot.tex import readable_tex
from bot.tldr import tldr
from bot.views import PaperList, PaperListItem, PaperSummary, Prompt, TextBlock, View

MAX_SIMILAR = 10


async def paper(context: CommandContext) -> View:
    """The card: everything about one paper, and why it came if a topic of this chat matches it."""
    if not context.argument:
        return _ask_which_paper("paper")
    name, origin = split_origin(context.argument)
    return await paper_card_view(context, await resolve_paper(context, name), origin)


async def similar(context: CommandContext) -> View:
    """The papers nearest to one, by the words of its title."""
    if not context.argument:
        return _ask_which_paper("similar")
    name, origin = split_origin(context.argument)
    found = await _named_paper(context, name)
    hits = await context.services.index.search(found.title, MAX_SIMILAR + 1)
    async with context.services.storage.read() as work:
        near = await work.papers.get([hit.paper_id for hit in hits if hit.paper_id != found.id][:MAX_SIMILAR])
    title, back = Link(readable_tex(found.title), found.url), [back_to_card_button(found, origin)]
    if not near:
        nothing = TextBlock(t("Nothing in the archive is near {title}.", title=title))
        return replace_card(context, View((nothing, button_rows(back))), origin)
    heading = tn("{n} paper like {title}:", "{n} papers like {title}:", len(near), title=title)
    lines = tuple(PaperListItem(each, number=number, day=each.listed_on) for number, each in enumerate(near, 1))
    numbers = number_buttons(near, 1, origin_of(context, with_origin(f"similar {found.id}", origin)))
    return replace_card(context, View((TextBlock(heading), PaperList(lines), button_rows(*numbers, back))), origin)


async def _named_paper(context: CommandContext, name: str) -> Paper:
    """The paper of that id or address, else the one whose title has all these words. Raises InputError."""
    words = set(folded_words(name))
    if parse_paper_id(name) is None and words:
        hits = await context.services.index.search(name, MAX_SIMILAR)
        async with context.services.storage.read() as work:
            near = await work.papers.get([hit.paper_id for hit in hits])
        if titled := [each for each in near if words <= set(folded_words(each.title))]:
            return titled[0]
    return await resolve_paper(context, name)


def _ask_which_paper(command: str) -> View:
    return View(
        (
            Prompt(
                t("Which paper? Send its {archive} id or address.", archive=sources().archive.title),
                command,
                t("for example: 2608.16859"),
            ),
        )
    )


async def discuss(context: CommandContext) -> View:
    """Posts the paper as a message of its own, in the name of whoever asked."""
    if not context.argument:
        return View(
            (Prompt(t("Which paper? Send its {archive} id or address.", archive=sources().archive.title), "discuss"),)
        )
    paper = await resolve_paper(context)
    head = _head(context.call.person_name)
    return View((TextBlock(head), PaperSummary(0, paper, tldr(paper))), summary=head, post_publicly=True)


def _head(name: str) -> LazyText:
    return t("<b>{name}</b> brings up:", name=name) if name else t("Brought up here:")


def _paper_examples() -> tuple[str, ...]:
    number = "2608.16859"
    return f"paper {number}", f"paper {sources().main.paper_page(number)}"


COMMANDS = (
    Command(
        "paper",
        t("everything about one paper"),
        paper,
        argument="ID-or-URL",
        examples=_paper_examples,
    ),
    Command(
        "similar",
        t("papers like this one"),
        similar,
        argument="ID-or-URL",
        examples=("similar 2608.16859",),
    ),
    Command("discuss", t("put one paper before everybody here"), discuss, argument="ID", hidden=True),
)
