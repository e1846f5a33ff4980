"""The reading list, and a person's own data."""

from __future__ import annotations

import csv
import io
import json
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.papers.export_formats import FORMATS, export_document
from bot.papers import Author
from bot.ports import SavedPaper
from bot.views import Document
from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.sample_archive import NOW, TODAY, make_paper
from tests.bot.commands.simulated_user import SimulatedUser


def document(somebody: SimulatedUser) -> Document:
    return next(block for block in somebody.view.blocks if isinstance(block, Document))


async def test_a_paper_is_saved_from_its_card_and_taken_off_again(anna: SimulatedUser) -> None:
    """The card stays where it is and shows that it is kept; typed, it is a line."""
    await anna.says("/paper 2608.00001")
    assert "[✓ Saved]" in await anna.taps("Save")
    assert anna.view.replaces_message
    assert "[Save]" in await anna.taps("✓ Saved")
    assert await anna.says("/save 2608.00001") == "✓ Saved Diffusion Models for Tidal Maps\n[Reading list (1)][Undo]"
    assert "[✓ Saved]" in await anna.says("/paper 2608.00001")
    assert "is on your list already." in await anna.says("/save 2608.00001")
    assert "Your reading list · 1 paper\n1 Diffusion Models for Tidal Maps" in await anna.says("/saved")
    assert "Export it" in anna.labels
    assert "Taken off your list" in await anna.says("/unsave 2608.00001")
    assert "Your reading list is empty." in await anna.says("/saved")


async def test_the_list_belongs_to_the_person_not_to_the_group(world: CommandEnvironment, anna: SimulatedUser) -> None:
    await anna.says("/save 2608.00001")
    assert "1 paper" in await world.group(user="1001").says("/saved")
    assert "Your reading list is empty." in await world.group(user="2002").says("/saved")


async def test_the_list_is_exported_in_every_format(anna: SimulatedUser) -> None:
    await anna.says("/save 2608.00001")
    assert "In which format?\n[bibtex][markdown][csv]\n[json][ris]" in await anna.says("/export")
    for name, (extension, media_type, _) in FORMATS.items():
        await anna.says(f"/export {name}")
        assert document(anna).filename == f"paperboy-reading-list.{extension}"
        assert document(anna).media_type == media_type
        assert "Diffusion Models for Tidal Maps" in document(anna).content
    assert "I can’t write pdf." in await anna.says("/export pdf")
    assert document_name(await anna.says("/export bib")) == "<paperboy-reading-list.bib>"


def document_name(seen: str) -> str:
    return seen.splitlines()[-1]


NASTY = make_paper("2608.00099", '=HYPERLINK("http://x") & 100% [of] {braces}\r\nER  - ', TODAY, "We show _nothing_.")


def test_a_nasty_title_breaks_no_format() -> None:
    saved = [SavedPaper(NASTY, NOW)]
    assert r"\& 100\% [of] \textbraceleft{}braces\textbraceright{}" in export_document(saved, "bibtex").content
    assert export_document(saved, "ris").content.count("\r\nER  - ") == 1
    assert r"\[of\]" in export_document(saved, "markdown").content
    row = list(csv.reader(io.StringIO(export_document(saved, "csv").content)))[1]
    assert row[1].startswith("'=HYPERLINK"), "a spreadsheet must not run it"
    assert json.loads(export_document(saved, "json").content)["papers"][0]["title"] == NASTY.title


@pytest.mark.parametrize("title", ["A Title with {", "} and without", "}{"])
def test_a_single_brace_closes_no_bibtex_entry_early(title: str) -> None:
    """BibTeX counts braces also behind a backslash."""
    content = export_document([SavedPaper(make_paper("2608.00095", title, TODAY), NOW)], "bibtex").content
    depths = list(accumulate((character == "{") - (character == "}") for character in content))
    assert min(depths[content.index("{") : content.rindex("}")]) == 1
    assert depths[-1] == 0


def test_a_bibtex_entry_has_a_key_people_can_type() -> None:
    written = make_paper("2608.00098", "Sails", TODAY, author="Zoë Müller-Lüdenscheidt")
    assert export_document([SavedPaper(written, NOW)], "bibtex").content == (
        "@misc{muller_ludenscheidt2026_2608_00098,\n"
        "  title = {{Sails}},\n"
        "  author = {Zoë Müller-Lüdenscheidt and Tom Brandt},\n"
        "  year = {2026},\n"
        "  eprint = {2608.00098},\n"
        "  archiveprefix = {arXiv},\n"
        "  url = {https://arxiv.org/abs/2608.00098},\n"
        "}\n"
    )


@given(st.text(min_size=1, max_size=60), st.sampled_from(sorted(FORMATS)))
def test_any_title_and_name_can_be_exported(text: str, name: str) -> None:
    strange = make_paper("2608.00097", text, TODAY, text, author=text)
    assert export_document([SavedPaper(strange, NOW), SavedPaper(strange, NOW)], name).content


async def test_mydata_holds_everything_and_forget_erases_it(anna: SimulatedUser) -> None:
    await anna.says("/subscribe diffusion")
    await anna.says("/save 2608.00001")
    await anna.says("/mydata")
    data = json.loads(document(anna).content)
    assert [each["id"] for each in data["reading_list"]] == ["2608.00001"]
    assert data["chat"]["topics"] == [{"topic": "diffusion", "since": "2026-08-21"}]
    assert data["chat"]["settings"]["hour"] == "09:00"

    seen = await anna.says("/forget")
    assert "Erase everything I know about you? 1 topic, 1 saved paper, your settings and what was sent to you." in seen
    assert anna.button("Erase").style == "danger"
    assert "Nothing is followed" not in await anna.says("/topics"), "asking erases nothing"
    await anna.says("/forget")
    assert await anna.taps("Erase everything") == "Everything is erased. Nothing comes any more; /start begins anew."
    assert "Nothing is followed here yet." in await anna.says("/topics")
    assert "Your reading list is empty." in await anna.says("/saved")


async def test_mydata_names_the_chats_one_set_up_as_settings_do(world: CommandEnvironment) -> None:
    group = world.group()
    await group.says("/subscribe diffusion")
    await group.says("/mydata")
    assert json.loads(document(group).content)["chats_set_up"] == [f"telegram:{group.chat.chat}"]


async def test_forgetting_in_a_group_leaves_the_groups_topics(world: CommandEnvironment) -> None:
    group = world.group()
    await group.says("/subscribe diffusion")
    await group.says("/save 2608.00001")
    assert "The topics of this group belong to the group and stay." in await group.says("/forget")
    assert await group.taps("Erase everything") == "Your reading list is erased."
    assert ": diffusion" in await group.says("/topics")
    await group.says("/mydata")
    assert "chat" not in json.loads(document(group).content)


@pytest.mark.parametrize("hidden", ["Ann Hidden"])
def test_hidden_authors_stay_hidden(hidden: str) -> None:
    one = make_paper("2608.00096", "Sails", TODAY)
    shy = SavedPaper(type(one)(one.id, one.title, one.abstract, one.listed_on, (Author(hidden, hidden=True),)), NOW)
    assert all(hidden not in export_document([shy], name).content for name in FORMATS)
