"""The reading list: one for each person, wherever they ask."""

from __future__ import annotations

import difflib

from bot.commands.core.command import Asked, Command
from bot.commands.papers.card_view import card, read_paper
from bot.commands.papers.export_formats import FORMATS, exported
from bot.commands.ui.buttons import button, in_rows, number_buttons, page_buttons, page_of, rows
from bot.commands.ui.navigation import origin_of, parted
from bot.errors import UserMistake
from bot.i18n import Link, say, say_n
from bot.ports import SavedPaper
from bot.views import Button, Line, Question, TitleLine, Titles, View

_SPELLINGS = {"bib": "bibtex", "md": "markdown"}


async def save(asked: Asked) -> View:
    """Puts a paper on the reading list."""
    if not asked.argument:
        return _which("save")
    name, origin = parted(asked.argument)
    found = await read_paper(asked, name)
    async with asked.services.storage.write() as work:
        new = await work.people.save_paper(asked.call.person, found.id, asked.now)
        count = len(await work.people.saved(asked.call.person))
        await work.commit()
    toast = say("Saved: {title}", title=found.title) if new else say("It is on your list already.")
    if origin:
        return await card(asked, found, origin, toast)
    title = Link(found.title, found.url)
    line = say("✓ Saved {title}", title=title) if new else say("{title} is on your list already.", title=title)
    return View((Line(line), rows([_list_button(count), button(say("Undo"), f"unsave {found.id}")])), toast=toast)


def _list_button(count: int) -> Button:
    return button(say("Reading list ({n})", n=count), "saved")


def _export_button(count: int) -> Button:
    return button(say("Export all {n}", n=count) if count > 1 else say("Export it"), "export")


async def unsave(asked: Asked) -> View:
    """Takes a paper off the reading list."""
    if not asked.argument:
        return _which("unsave")
    name, origin = parted(asked.argument)
    found = await read_paper(asked, name)
    async with asked.services.storage.write() as work:
        was_there = await work.people.unsave_paper(asked.call.person, found.id)
        await work.commit()
    toast = say("Taken off your list.") if was_there else say("It was not on your list.")
    if origin:
        return await card(asked, found, origin, toast)
    title = Link(found.title, found.url)
    if not was_there:
        return View((Line(say("{title} was not on your list.", title=title)),), toast=toast)
    line = say("Taken off your list: {title}", title=title)
    undo = [button(say("Undo"), f"save {found.id}")]
    return View((Line(line), rows(undo)), toast=toast)


def _which(command: str) -> View:
    return View((Question(say("Which paper? Send its arXiv id or address."), command, say("for example: 2608.16859")),))


async def saved(asked: Asked) -> View:
    """The reading list, newest first."""
    kept = await _saved(asked)
    if not kept:
        return _nothing_saved()
    shown = page_of(asked.page, len(kept))
    papers = [each.paper for each in kept[shown]]
    lines = tuple(TitleLine(paper, number, paper.listed_on) for number, paper in enumerate(papers, shown.start + 1))
    heading = say_n("<b>Your reading list</b> · {n} paper", "<b>Your reading list</b> · {n} papers", len(kept))
    buttons = rows(
        *number_buttons(papers, shown.start + 1, origin_of(asked, "saved")),
        page_buttons(shown, len(kept), "saved"),
        [_export_button(len(kept))],
    )
    return View((Line(heading), Titles(lines), buttons), in_place=asked.page > 1)


async def _saved(asked: Asked) -> list[SavedPaper]:
    async with asked.services.storage.read() as work:
        return await work.people.saved(asked.call.person)


def _nothing_saved() -> View:
    line = say("Your reading list is empty. Save a paper from its card.")
    return View((Line(line), rows([button(say("The newest list"), "today")])))


async def export(asked: Asked) -> View:
    """The reading list as a file."""
    kept = await _saved(asked)
    if not kept:
        return _nothing_saved()
    if not asked.argument:
        taps = [button(say("{format}", format=name), f"export {name}") for name in FORMATS]
        return View((Question(say("In which format?"), "export", say("for example: bibtex")), rows(*in_rows(taps, 3))))
    document = exported(kept, _format(asked.argument))
    said = say_n("Your reading list: {n} paper.", "Your reading list: {n} papers.", len(kept))
    return View((Line(said), document))


def _format(text: str) -> str:
    name = text.casefold().lstrip(".")
    name = _SPELLINGS.get(name, name)
    if name in FORMATS:
        return name
    near = difflib.get_close_matches(name, FORMATS, n=1, cutoff=0.5) or list(FORMATS)
    raise UserMistake(
        say("I can’t write <b>{format}</b>. I can write these:", format=text),
        text=text,
        suggestions=tuple(f"export {each}" for each in near),
    )


COMMANDS = (
    Command(
        "save",
        say("put a paper on your reading list"),
        save,
        argument="ID",
        examples=("save 2608.16859",),
        private=True,
    ),
    Command("unsave", say("take it off again"), unsave, argument="ID", hidden=True, private=True),
    Command("saved", say("your reading list"), saved, private=True),
    Command(
        "export",
        say("your reading list as a file"),
        export,
        argument="FORMAT",
        examples=tuple(f"export {name}" for name in FORMATS),
        private=True,
    ),
)
