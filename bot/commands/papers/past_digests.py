"""A digest again in its own place, and the summaries of the papers that it shows as titles only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.commands.core.command import Asked, Command
from bot.commands.papers.card_view import back_words
from bot.commands.ui.buttons import in_rows, page_buttons, page_of, rows
from bot.commands.ui.navigation import coming_from, origin_of
from bot.deliveries import Delivery, DigestContent
from bot.errors import UserMistake
from bot.i18n import Sentence, say, say_n
from bot.papers import paper_id
from bot.rendering.buttons import NUMBERS_A_ROW, OTHERS
from bot.rendering.digest import compose
from bot.rendering.match_reasons import topics_sentence
from bot.tldr import tldr
from bot.views import Block, Button, Line, PaperEntry, View

_DIGITS = 18  # more, and no database has such a number


async def kept_delivery(asked: Asked, number: str) -> tuple[Delivery, DigestContent]:
    """The digest with this number and what it holds, if it is this chat's own. Raises UserMistake."""
    known = number.isascii() and number.isdecimal() and len(number) <= _DIGITS
    async with asked.services.storage.read() as work:
        delivery = await work.outbox.get(int(number)) if known else None
    if delivery is not None and delivery.chat_id == asked.chat.id and isinstance(delivery.content, DigestContent):
        return delivery, delivery.content
    raise UserMistake(
        say("I don’t have that digest any more. Its single papers I can still show and explain."),
        suggestions=("today", "topics"),
    )


MOST = 100
A_PAGE = 7  # with their summaries more would not fit into one message


async def edition(asked: Asked) -> View:
    """``edition 12``: the digest as it was sent; ``edition 12 others``: what it shows as titles, with summaries."""
    number, _, rest = asked.argument.partition(" ")
    delivery, content = await kept_delivery(asked, number)
    async with asked.services.storage.read() as work:
        kept = await work.papers.get([one.paper_id for one in content.chosen])
    papers = {paper.id: paper for paper in kept}
    if rest.strip() != OTHERS:
        return replace(compose(content, papers, asked.chat, delivery.id), in_place=True)
    present = [one for one in content.chosen if one.paper_id in papers]
    entries = [
        PaperEntry(place, papers[one.paper_id], tldr(papers[one.paper_id]), topics_sentence(one.topics))
        for place, one in enumerate(present, content.first_number)
        if not one.full
    ]
    back = Button(back_words(len(present)), f"edition {number}")
    return _summaries(asked, entries, f"edition {number} {OTHERS}", [back])


async def several(asked: Asked) -> View:
    """Papers named by their ids, with summaries: ``several 6 2608.16859 2608.15930`` numbers them from 6."""
    first, names = _named(asked.argument)
    async with asked.services.storage.read() as work:
        known = {paper.id: paper for paper in await work.papers.get(names)}
    found = [known[name] for name in names if name in known]
    entries = [PaperEntry(number, paper, tldr(paper)) for number, paper in enumerate(found, first)]
    return _summaries(asked, entries, f"several {asked.argument}", [], missing=len(names) - len(found))


def _named(argument: str) -> tuple[int, list[str]]:
    """The first number and the ids. Raises UserMistake where there is none."""
    words = argument.split()
    first = int(words.pop(0)) if words and words[0].isdecimal() and len(words[0]) <= 3 else 1
    names = list(dict.fromkeys(filter(None, map(paper_id, words))))[:MOST]
    if names:
        return first, names
    raise UserMistake(
        say("Which papers? Send their arXiv ids or addresses."), text=argument, suggestions=("today", "saved")
    )


def _summaries(
    asked: Asked, entries: Sequence[PaperEntry], command: str, back: Sequence[Button], missing: int = 0
) -> View:
    if not entries:
        return View((Line(say("I have none of these papers.")), rows(back)))
    shown = page_of(asked.page, len(entries), A_PAGE)
    origin = origin_of(asked, command)
    numbers = [
        Button(say("{n}", n=each.number), coming_from(f"paper {each.paper.id}", origin)) for each in entries[shown]
    ]
    buttons = rows(*in_rows(numbers, NUMBERS_A_ROW), page_buttons(shown, len(entries), command, A_PAGE), back)
    blocks: list[Block] = [Line(_heading(entries, shown)), *entries[shown]]
    if missing:
        blocks.append(Line(say_n("{n} more I don’t have.", "{n} more I don’t have.", missing)))
    return View((*blocks, buttons), in_place=bool(asked.page > 1 or back))


def _heading(entries: Sequence[PaperEntry], shown: slice) -> Sentence:
    first, last = entries[shown][0].number, entries[shown][-1].number
    if len(entries) == 1:
        return say("<b>Paper {first}</b>", first=first)
    return say("<b>Papers {first} to {last}</b>", first=first, last=last)


COMMANDS = (
    Command("edition", say("a digest that was sent, again"), edition, argument="N", hidden=True),
    Command(
        "several",
        say("several papers with their summaries"),
        several,
        argument="ID ID ...",
        examples=("several 2608.16859 2608.15930",),
        hidden=True,
    ),
)
