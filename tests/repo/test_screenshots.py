"""The pictures show what Paperboy says today, and each of them stands on a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.screenshots import entities
from tests.screenshots.all_scenes import all_shots
from tests.screenshots.blocks import BlockRenderer
from tests.screenshots.shots import FOLDER
from tests.screenshots.telegram_page import chat_page

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
PICTURE = re.compile(r"<img\s[^>]*>|!\[[^\]]*\]\([^)]*\.png\)")
SOURCE = re.compile(r'src="([^"]+)"')
IN_WORDS = re.compile(r'alt="([^"]{20,})"')
KILOBYTES = 1500


def on_pages() -> list[tuple[Path, str]]:
    """The page and the markup of each picture on it."""
    return [(page, found) for page in PAGES for found in PICTURE.findall(page.read_text("utf-8"))]


async def test_the_pictures_show_what_paperboy_says_today(migrated_file: Path) -> None:
    said = {shot.name: shot.transcript for shot in await all_shots(migrated_file)}
    kept = {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.txt")}
    stale = [name for name in sorted(said | kept) if said.get(name) != kept.get(name)]
    assert stale == [], "run make pictures, look at what it took, and commit it"


def test_pictures_and_transcripts_come_in_pairs_and_nothing_else() -> None:
    names = {path.stem for path in FOLDER.iterdir()}
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.{kind}" for name in names for kind in ("png", "txt")}


def test_every_picture_stands_on_a_page_and_every_page_finds_its_pictures() -> None:
    sources = [(page, SOURCE.search(found)) for page, found in on_pages()]
    named = {(page.parent / source[1]).resolve() for page, source in sources if source}
    assert named == {*FOLDER.glob("*.png"), FOLDER.parent / "pages.png"}


def test_every_picture_is_told_in_words_too() -> None:
    assert [found for _, found in on_pages() if not IN_WORDS.search(found)] == []


def test_they_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < KILOBYTES * 1024


@pytest.mark.parametrize(
    "block",
    [
        {"type": "carousel"},
        {"type": "section", "fields": []},
        {"type": "section", "text": {"type": "markdown", "text": "*a*"}},
        {"type": "actions", "elements": [{"type": "datepicker"}]},
        {"type": "section", "text": {"type": "mrkdwn", "text": "<!subteam^S1>"}},
    ],
)
def test_what_was_never_drawn_is_not_left_out_silently(block: dict) -> None:
    with pytest.raises(LookupError):
        BlockRenderer({}).render([block])


@pytest.mark.parametrize("part", [{"photo": []}, {"link_preview_options": {"prefer_large_media": True}}])
def test_a_part_of_a_message_that_was_never_drawn_is_noticed(part: dict) -> None:
    with pytest.raises(LookupError, match="never drawn"):
        chat_page("x", [{"text": "Look", "chat": {"type": "private"}, **part}], me=1)


def test_a_kind_of_letters_that_was_never_drawn_is_noticed() -> None:
    with pytest.raises(LookupError):
        entities.render_entities("A secret", [{"type": "spoiler", "offset": 2, "length": 6}])
