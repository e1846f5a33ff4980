"""A paper's card with all that can be done from it."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.core.command import CommandContext
from bot.commands.papers.decisions import chat_match_reasons
from bot.commands.ui.buttons import LABEL_WIDTHS, button, button_rows, truncate
from bot.commands.ui.navigation import (
    STANDALONE_CARD,
    OriginList,
    edits_in_place,
    list_command,
    load_origin_list,
    with_origin,
)
from bot.errors import InputError
from bot.i18n import LazyText, Link, join_texts, t
from bot.papers import Paper, parse_paper_id
from bot.ports import UnitOfWork
from bot.sources import sources
from bot.tex import readable_tex
from bot.views import Button, PaperCard, View


async def resolve_paper(context: CommandContext, text: str = "") -> Paper:
    """The paper that ``text`` (else the argument) names by id or address. Raises InputError where none is named or
    known."""
    text = text or context.argument
    name = parse_paper_id(text)
    if name is None:
        raise InputError(
            t(
                "<b>{text}</b> is not a paper’s id or address. An id looks like <code>2608.16859</code>; to find a "
                "paper by its title, search:",
                text=truncate(text, 80),
            ),
            input=text,
            suggestions=(f"search {truncate(text, 80)}",),
        )
    async with context.services.storage.read() as work:
        return await find_paper(work, name)


async def find_paper(work: UnitOfWork, name: str) -> Paper:
    """The stored paper. Raises InputError with the places where it may be read."""
    found = await work.papers.get([name])
    if found:
        return found[0]
    raise InputError(
        t(
            "I don’t have {id}: as far as my archive reaches it was not on Daily Papers. See {places}.",
            id=name,
            places=join_texts([Link(each.title, each.paper_page(name)) for each in sources().entries], " or "),
        ),
        input=name,
    )


async def paper_card_view(
    context: CommandContext, found: Paper, origin: str = "", toast: LazyText | None = None
) -> View:
    """Everything about one paper, why it came if a topic of this chat matches it, and the way on and back."""
    async with context.services.storage.read() as work:
        subscriptions = await work.subscriptions.of_chat(context.chat.id)
        saved = found.id in {each.paper.id for each in await work.persons.saved_papers(context.call.person)}
    why = await chat_match_reasons(context.services.storage, found, subscriptions, context.today)
    around = await _origin_list(context, origin)
    here = (origin if around else STANDALONE_CARD) if edits_in_place(context) else ""
    buttons = button_rows(
        *_actions(found, saved, bool(why), here),
        _neighbour_buttons(found, around, here),
        [button(back_label(len(around.papers)), list_command(here))] if around else [],
    )
    picture = found.url if context.chat.settings.pictures and not found.sample else ""
    return View((PaperCard(found, why), buttons), replaces_message=bool(origin and here), toast=toast, picture=picture)


async def _origin_list(context: CommandContext, origin: str) -> OriginList | None:
    """The list that the card was opened from; one that can't be shown any more is done without."""
    if not origin or not edits_in_place(context):
        return None
    try:
        return await load_origin_list(context, origin)
    except InputError:
        return None


def _actions(found: Paper, saved: bool, came: bool, here: str) -> list[list[Button]]:
    def about(label: LazyText, command: str) -> Button:
        return button(label, with_origin(f"{command} {found.id}", here))

    keep = about(t("✓ Saved"), "unsave") if saved else about(t("Save"), "save")
    why = about(t("Why is it here?") if came else t("Why not for me?"), "why")
    less = [about(t("Less like this"), "less")] if here else []
    return [[keep, about(t("More like this"), "similar")], [*less, why]]


def _neighbour_buttons(found: Paper, around: OriginList | None, here: str) -> list[Button]:
    """To the card before and the one after, by their numbers."""
    place = around.index_of(found) if around else None
    if around is None or place is None:
        return []
    before = around.papers[place - 1 : place] if place else ()
    after = around.papers[place + 1 : place + 2]
    return [
        *(button(t("‹ {n}", n=n), with_origin(f"paper {each.id}", here)) for n, each in before),
        *(button(t("{n} ›", n=n), with_origin(f"paper {each.id}", here)) for n, each in after),
    ]


def back_label(n: int) -> LazyText:
    """What leads back to a list of so many papers."""
    return t("‹ Back to the {n} papers", n=n) if n > 1 else t("‹ Back")


def back_to_card_button(found: Paper, origin: str) -> Button:
    """From what was opened on a card back to it."""
    label = t("‹ {title}", title=truncate(readable_tex(found.title), LABEL_WIDTHS[1] - 2))
    return button(label, with_origin(f"paper {found.id}", origin))


def replace_card(context: CommandContext, view: View, origin: str) -> View:
    """An answer to a card's button: in the card's place, where cards replace their list."""
    return replace(view, replaces_message=bool(origin) and edits_in_place(context))
