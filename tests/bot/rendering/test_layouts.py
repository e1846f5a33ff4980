"""How much of its papers a digest shows, as the chat chose: titles, some with their summary, or all with it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chats import ChatSettings, Layout
from bot.deliveries import DigestContent
from bot.planning.edition import DueChat, digest_messages
from bot.planning.selection import select_papers
from bot.ports import Candidate, PlatformCapabilities
from bot.rendering.digest import render_content
from bot.views import PaperList, PaperSummary
from tests.bot.factories import TUESDAY, make_candidate, make_chat, make_paper
from tests.bot.plain_renderer import render_lines

NOTHING_SPECIAL = PlatformCapabilities()
render = partial(render_content, capabilities=NOTHING_SPECIAL)


def a_day(n: int) -> list[Candidate]:
    return [make_candidate(make_paper(number, votes=100 - number), "diffusion") for number in range(1, n + 1)]


def content(
    day: Sequence[Candidate], settings: ChatSettings, traits: PlatformCapabilities = NOTHING_SPECIAL
) -> DigestContent:
    due = DueChat(make_chat(settings=settings), (), tuple(day), capabilities=traits)
    found = digest_messages(due, TUESDAY, {TUESDAY: len(day)})[0].content
    assert isinstance(found, DigestContent)
    return found


@pytest.mark.parametrize(("layout", "entries", "titles"), [("titles", 0, 20), ("compact", 5, 15), ("full", 20, 0)])
def test_each_layout_shows_every_paper(layout: str, entries: int, titles: int) -> None:
    day = a_day(20)
    settings = ChatSettings(layout=Layout(layout))
    view = render(content(day, settings), {one.paper.id: one.paper for one in day}, make_chat(settings=settings), 7)
    assert sum(isinstance(block, PaperSummary) for block in view.blocks) == entries
    assert sum(len(block.items) for block in view.blocks if isinstance(block, PaperList)) == titles


def test_titles_alone_are_counted_from_one_and_are_no_more_of_anything() -> None:
    day = [*a_day(3), make_candidate(make_paper(9, votes=1), "speech")]
    settings = ChatSettings(layout=Layout.TITLES)
    papers = {one.paper.id: one.paper for one in day}
    shown = render_lines(render(content(day, settings), papers, make_chat(settings=settings), 7))
    assert shown[0] == "4 papers for you · Tue 18 Aug"
    assert [line.split()[0] for line in shown if line[:1].isdigit()][1:] == ["1", "2", "3", "4"]
    assert "diffusion" in shown
    assert "speech" in shown, "a single one is named"
    assert not any("more" in line for line in shown)
    assert "[All 4 with summary]" in shown


def test_where_there_are_threads_they_hold_the_rest_of_a_full_digest() -> None:
    chosen = content(a_day(20), ChatSettings(layout=Layout.FULL), PlatformCapabilities(threads=True)).selected
    assert sum(one.with_summary for one in chosen) == 5


@given(st.integers(0, 30), st.sampled_from(Layout))
def test_no_layout_drops_a_paper(n: int, layout: Layout) -> None:
    chosen = select_papers(a_day(n), ChatSettings(layout=layout).summary_count)
    assert len({one.paper_id for one in chosen}) == len(chosen) == n
