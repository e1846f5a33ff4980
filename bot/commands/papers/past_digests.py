"""A digest again in its own place, and the summaries of the papers that it shows as titles only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.commands.core.command import Command, CommandContext
from bot.commands.papers.card_view import back_label
from bot.commands.ui.buttons import button_rows, page_buttons, page_slice, split_into_rows
from bot.commands.ui.navigation import origin_of, with_origin
from bot.deliveries import Delivery, DigestContent
from bot.errors import InputError
from bot.i18n import LazyText, t, tn
from bot.papers import Paper, parse_paper_id
from bot.ports import SavedPaper
from bot.rendering.buttons import MAX_NUMBERS_PER_ROW, OTHERS_ARGUMENT
from bot.rendering.digest import render_content
from bot.rendering.match_reasons import match_reasons_text
from bot.rendering.rich_digest import wants_rich
from bot.sources import sources
from bot.tldr import tldr
from bot.views import Block, Button, PaperSummary, TextBlock, View

_MAX_DIGITS = 18  # more, and no database has such a number


async def find_sent_digest(context: CommandContext, number: str) -> tuple[Delivery, DigestContent]:
    """The digest with this number and what it holds, if it is this chat's own. Raises InputError."""
    known = number.isascii() and number.isdecimal() and len(number) <= _MAX_DIGITS
    async with context.services.storage.read() as work:
        delivery = await work.outbox.get(int(number)) if known else None
    if delivery is not None and delivery.chat_id == context.chat.id and isinstance(delivery.content, DigestContent):
        return delivery, delivery.content
    raise InputError(
        t("I don’t have that digest any more. Its single papers I can still show and explain."),
        suggestions=("today", "topics"),
    )


MAX_PAPERS = 100
PAGE_SIZE = 7  # with their summaries more would not fit into one message


async def edition(context: CommandContext) -> View:
    """``edition 12``: the digest as it was sent; ``edition 12 others``: what it shows as titles, with summaries."""
    number, _, rest = context.argument.partition(" ")
    delivery, content = await find_sent_digest(context, number)
    async with context.services.storage.read() as work:
        kept = await work.papers.get([one.paper_id for one in content.selected])
    papers = {paper.id: paper for paper in kept}
    if rest.strip() != OTHERS_ARGUMENT:
        return await _digest_in_place(context, delivery.id, content, papers)
    present = [one for one in content.selected if one.paper_id in papers]
    entries = [
        PaperSummary(place, papers[one.paper_id], tldr(papers[one.paper_id]), match_reasons_text(one.topics))
        for place, one in enumerate(present, content.first_number)
        if not one.with_summary
    ]
    back = Button(back_label(len(present)), f"edition {number}")
    return _summaries_view(context, entries, f"edition {number} {OTHERS_ARGUMENT}", [back])


async def _digest_in_place(
    context: CommandContext, number: int, content: DigestContent, papers: Mapping[str, Paper]
) -> View:
    """The digest where it stood, with what the reader has saved of it since where nobody else reads it."""
    kept: list[SavedPaper] = []
    if context.personal and wants_rich(context.chat, context.capabilities):
        async with context.services.storage.read() as work:
            kept = await work.persons.saved_papers(context.call.person)
    saved = frozenset(each.paper.id for each in kept)
    view = render_content(content, papers, context.chat, number, capabilities=context.capabilities, saved=saved)
    return replace(view, replaces_message=True, below=None)


async def digest_again(context: CommandContext, number: str) -> View | None:
    """The digest with this number in its own place, None where there is none any more."""
    try:
        return await edition(replace(context, call=replace(context.call, argument=number)))
    except InputError:
        return None


async def several(context: CommandContext) -> View:
    """Papers named by their ids, with summaries: ``several 6 2608.16859 2608.15930`` numbers them from 6."""
    first, names = _parse_ids(context.argument)
    async with context.services.storage.read() as work:
        known = {paper.id: paper for paper in await work.papers.get(names)}
    found = [known[name] for name in names if name in known]
    entries = [PaperSummary(number, paper, tldr(paper)) for number, paper in enumerate(found, first)]
    return _summaries_view(context, entries, f"several {context.argument}", [], missing=len(names) - len(found))


def _parse_ids(argument: str) -> tuple[int, list[str]]:
    """The first number and the ids. Raises InputError where there is none."""
    words = argument.split()
    first = int(words.pop(0)) if words and words[0].isdecimal() and len(words[0]) <= 3 else 1
    names = list(dict.fromkeys(filter(None, map(parse_paper_id, words))))[:MAX_PAPERS]
    if names:
        return first, names
    raise InputError(
        t("Which papers? Send their {archive} ids or addresses.", archive=sources().archive.title),
        input=argument,
        suggestions=("today", "saved"),
    )


def _summaries_view(
    context: CommandContext, entries: Sequence[PaperSummary], command: str, back: Sequence[Button], missing: int = 0
) -> View:
    if not entries:
        return View((TextBlock(t("I have none of these papers.")), button_rows(back)))
    shown = page_slice(context.page, len(entries), PAGE_SIZE)
    origin = origin_of(context, command)
    numbers = [
        Button(t("{n}", n=each.number), with_origin(f"paper {each.paper.id}", origin)) for each in entries[shown]
    ]
    buttons = button_rows(
        *split_into_rows(numbers, MAX_NUMBERS_PER_ROW), page_buttons(shown, len(entries), command, PAGE_SIZE), back
    )
    blocks: list[Block] = [TextBlock(_heading(entries, shown)), *entries[shown]]
    if missing:
        blocks.append(TextBlock(tn("{n} more I don’t have.", "{n} more I don’t have.", missing)))
    return View((*blocks, buttons), replaces_message=bool(context.page > 1 or back))


def _heading(entries: Sequence[PaperSummary], shown: slice) -> LazyText:
    first, last = entries[shown][0].number, entries[shown][-1].number
    if len(entries) == 1:
        return t("<b>Paper {first}</b>", first=first)
    return t("<b>Papers {first} to {last}</b>", first=first, last=last)


COMMANDS = (
    Command("edition", t("a digest that was sent, again"), edition, argument="N", hidden=True),
    Command(
        "several",
        t("several papers with their summaries"),
        several,
        argument="ID ID ...",
        examples=("several 2608.16859 2608.15930",),
        hidden=True,
    ),
)
