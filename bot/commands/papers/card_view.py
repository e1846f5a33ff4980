"""A paper's card with all that can be done from it."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.core.command import Asked
from bot.commands.papers.decisions import reasons_of_chat
from bot.commands.ui.buttons import ROOM, button, rows, short
from bot.commands.ui.navigation import BY_ITSELF, Shown, back_to_list, coming_from, shown, unfolds
from bot.errors import UserMistake
from bot.i18n import Link, Sentence, say
from bot.papers import Paper, paper_id
from bot.ports import UnitOfWork
from bot.views import Button, PaperCard, View


async def read_paper(asked: Asked, text: str = "") -> Paper:
    """The paper that ``text`` (else the argument) names by id or address. Raises UserMistake where none is named or
    known."""
    text = text or asked.argument
    name = paper_id(text)
    if name is None:
        raise UserMistake(
            say(
                "<b>{text}</b> is not a paper’s id or address. An id looks like <code>2608.16859</code>; to find a "
                "paper by its title, search:",
                text=short(text, 80),
            ),
            text=text,
            suggestions=(f"search {short(text, 80)}",),
        )
    async with asked.services.storage.read() as work:
        return await known_paper(work, name)


async def known_paper(work: UnitOfWork, name: str) -> Paper:
    """The stored paper. Raises UserMistake with the places where it may be read."""
    found = await work.papers.get([name])
    if found:
        return found[0]
    raise UserMistake(
        say(
            "I don’t have {id}: as far as my archive reaches it was not on Daily Papers. See {hub} or {arxiv}.",
            id=name,
            hub=Link("Hugging Face", f"https://huggingface.co/papers/{name}"),
            arxiv=Link("arXiv", f"https://arxiv.org/abs/{name}"),
        ),
        text=name,
    )


async def card(asked: Asked, found: Paper, origin: str = "", toast: Sentence | None = None) -> View:
    """Everything about one paper, why it came if a topic of this chat matches it, and the way on and back."""
    async with asked.services.storage.read() as work:
        subscriptions = await work.topics.of_chat(asked.chat.id)
        saved = found.id in {each.paper.id for each in await work.people.saved(asked.call.person)}
    why = await reasons_of_chat(found, subscriptions)
    around = await _around(asked, origin)
    here = (origin if around else BY_ITSELF) if unfolds(asked) else ""
    buttons = rows(
        *_actions(found, saved, bool(why), here),
        _turning(found, around, here),
        [button(back_words(len(around.papers)), back_to_list(here))] if around else [],
    )
    picture = found.url if asked.chat.settings.pictures and not found.sample else ""
    return View((PaperCard(found, why), buttons), in_place=bool(origin and here), toast=toast, picture=picture)


async def _around(asked: Asked, origin: str) -> Shown | None:
    """The list that the card was opened from; one that can't be shown any more is done without."""
    if not origin or not unfolds(asked):
        return None
    try:
        return await shown(asked, origin)
    except UserMistake:
        return None


def _actions(found: Paper, saved: bool, came: bool, here: str) -> list[list[Button]]:
    def about(label: Sentence, command: str) -> Button:
        return button(label, coming_from(f"{command} {found.id}", here))

    keep = about(say("✓ Saved"), "unsave") if saved else about(say("Save"), "save")
    why = about(say("Why is it here?") if came else say("Why not for me?"), "why")
    less = [about(say("Less like this"), "less")] if here else []
    return [[keep, about(say("More like this"), "similar")], [*less, why]]


def _turning(found: Paper, around: Shown | None, here: str) -> list[Button]:
    """To the card before and the one after, by their numbers."""
    place = around.place(found) if around else None
    if around is None or place is None:
        return []
    before = around.papers[place - 1 : place] if place else ()
    after = around.papers[place + 1 : place + 2]
    return [
        *(button(say("‹ {n}", n=n), coming_from(f"paper {each.id}", here)) for n, each in before),
        *(button(say("{n} ›", n=n), coming_from(f"paper {each.id}", here)) for n, each in after),
    ]


def back_words(n: int) -> Sentence:
    """What leads back to a list of so many papers."""
    return say("‹ Back to the {n} papers", n=n) if n > 1 else say("‹ Back")


def back_to_card(found: Paper, origin: str) -> Button:
    """From what was opened on a card back to it."""
    label = say("‹ {title}", title=short(found.title, ROOM[1] - 2))
    return button(label, coming_from(f"paper {found.id}", origin))


def in_place_of_card(asked: Asked, view: View, origin: str) -> View:
    """An answer to a card's button: in the card's place, where cards unfold."""
    return replace(view, in_place=bool(origin) and unfolds(asked))
