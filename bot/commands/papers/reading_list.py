"""The reading list: one for each person, wherever they ask."""

from __future__ import annotations

import difflib
from dataclasses import replace

from bot.commands.core.command import Command, CommandContext
from bot.commands.papers.card_view import paper_card_view, resolve_paper
from bot.commands.papers.export_formats import FORMATS, export_document
from bot.commands.papers.past_digests import digest_again
from bot.commands.ui.buttons import button, button_rows, number_buttons, page_buttons, page_slice, split_into_rows
from bot.commands.ui.navigation import edits_in_place, origin_of, split_origin
from bot.errors import InputError
from bot.i18n import Link, t, tn
from bot.ports import SavedPaper
from bot.rendering.rich_digest import DIGEST_SEPARATOR
from bot.sources import sources
from bot.tex import readable_tex
from bot.views import Button, PaperList, PaperListItem, Prompt, TextBlock, View

_FORMAT_ALIASES = {"bib": "bibtex", "md": "markdown"}


async def save(context: CommandContext) -> View:
    """Puts a paper on the reading list."""
    if not context.argument:
        return _ask_which_paper("save")
    name, origin = split_origin(context.argument)
    name, digest = split_digest(name)
    found = await resolve_paper(context, name)
    async with context.services.storage.write() as work:
        new = await work.persons.save_paper(context.call.person, found.id, context.now)
        count = len(await work.persons.saved_papers(context.call.person))
        await work.commit()
    toast = t("Saved: {title}", title=readable_tex(found.title)) if new else t("It is on your list already.")
    if origin:
        return await paper_card_view(context, found, origin, toast)
    if shown := await _digest_where_pressed(context, digest):
        return replace(shown, toast=toast)
    title = Link(readable_tex(found.title), found.url)
    line = t("✓ Saved {title}", title=title) if new else t("{title} is on your list already.", title=title)
    return View(
        (TextBlock(line), button_rows([_list_button(count), button(t("Undo"), f"unsave {found.id}")])), toast=toast
    )


def split_digest(argument: str) -> tuple[str, str]:
    """What names the paper, and the number of the digest in which its button stood, '' for none."""
    name, _, digest = argument.partition(DIGEST_SEPARATOR)
    return (name, digest) if digest.isdecimal() else (argument, "")


async def _digest_where_pressed(context: CommandContext, digest: str) -> View | None:
    """The digest with its buttons as they are now; None where it was not pressed there, or is plain by now."""
    if not digest or context.call.pressed_message is None or not edits_in_place(context):
        return None
    shown = await digest_again(context, digest)
    return shown if shown is not None and shown.rich else None


def _list_button(count: int) -> Button:
    return button(t("Reading list ({n})", n=count), "saved")


def _export_button(count: int) -> Button:
    return button(t("Export all {n}", n=count) if count > 1 else t("Export it"), "export")


async def unsave(context: CommandContext) -> View:
    """Takes a paper off the reading list."""
    if not context.argument:
        return _ask_which_paper("unsave")
    name, origin = split_origin(context.argument)
    name, digest = split_digest(name)
    found = await resolve_paper(context, name)
    async with context.services.storage.write() as work:
        was_there = await work.persons.unsave_paper(context.call.person, found.id)
        await work.commit()
    toast = t("Taken off your list.") if was_there else t("It was not on your list.")
    if origin:
        return await paper_card_view(context, found, origin, toast)
    if shown := await _digest_where_pressed(context, digest):
        return replace(shown, toast=toast)
    title = Link(readable_tex(found.title), found.url)
    if not was_there:
        return View((TextBlock(t("{title} was not on your list.", title=title)),), toast=toast)
    line = t("Taken off your list: {title}", title=title)
    undo = [button(t("Undo"), f"save {found.id}")]
    return View((TextBlock(line), button_rows(undo)), toast=toast)


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


async def saved(context: CommandContext) -> View:
    """The reading list, newest first."""
    kept = await _load_saved(context)
    if not kept:
        return _empty_list_view()
    shown = page_slice(context.page, len(kept))
    papers = [each.paper for each in kept[shown]]
    lines = tuple(PaperListItem(paper, number, paper.listed_on) for number, paper in enumerate(papers, shown.start + 1))
    heading = tn("<b>Your reading list</b> · {n} paper", "<b>Your reading list</b> · {n} papers", len(kept))
    buttons = button_rows(
        *number_buttons(papers, shown.start + 1, origin_of(context, "saved")),
        page_buttons(shown, len(kept), "saved"),
        [_export_button(len(kept))],
    )
    return View((TextBlock(heading), PaperList(lines), buttons), replaces_message=context.page > 1)


async def _load_saved(context: CommandContext) -> list[SavedPaper]:
    async with context.services.storage.read() as work:
        return await work.persons.saved_papers(context.call.person)


def _empty_list_view() -> View:
    line = t("Your reading list is empty. Save a paper from its card.")
    return View((TextBlock(line), button_rows([button(t("The newest list"), "today")])))


async def export(context: CommandContext) -> View:
    """The reading list as a file."""
    kept = await _load_saved(context)
    if not kept:
        return _empty_list_view()
    if not context.argument:
        taps = [button(t("{format}", format=name), f"export {name}") for name in FORMATS]
        return View(
            (Prompt(t("In which format?"), "export", t("for example: bibtex")), button_rows(*split_into_rows(taps, 3)))
        )
    document = export_document(kept, _parse_format(context.argument))
    said = tn("Your reading list: {n} paper.", "Your reading list: {n} papers.", len(kept))
    return View((TextBlock(said), document))


def _parse_format(text: str) -> str:
    name = text.casefold().lstrip(".")
    name = _FORMAT_ALIASES.get(name, name)
    if name in FORMATS:
        return name
    near = difflib.get_close_matches(name, FORMATS, n=1, cutoff=0.5) or list(FORMATS)
    raise InputError(
        t("I can’t write <b>{format}</b>. I can write these:", format=text),
        input=text,
        suggestions=tuple(f"export {each}" for each in near),
    )


COMMANDS = (
    Command(
        "save",
        t("put a paper on your reading list"),
        save,
        argument="ID",
        examples=("save 2608.16859",),
        private=True,
    ),
    Command("unsave", t("take it off again"), unsave, argument="ID", hidden=True, private=True),
    Command("saved", t("your reading list"), saved, private=True),
    Command(
        "export",
        t("your reading list as a file"),
        export,
        argument="FORMAT",
        examples=tuple(f"export {name}" for name in FORMATS),
        private=True,
    ),
)
