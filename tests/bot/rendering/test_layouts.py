"""How much of its papers a digest shows, as the chat chose: titles, some with their summary, or all with it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chats import ChatSettings, Layout
from bot.deliveries import DigestContent
from bot.planning.edition import DueChat, digest_parts
from bot.planning.selection import choose
from bot.ports import Candidate, Traits
from bot.rendering.digest import compose
from bot.views import PaperEntry, Titles
from tests.bot.factories import TUESDAY, candidate, chat, paper
from tests.bot.plain_renderer import lines


def a_day(n: int) -> list[Candidate]:
    return [candidate(paper(number, votes=100 - number), "diffusion") for number in range(1, n + 1)]


def content(day: Sequence[Candidate], settings: ChatSettings, traits: Traits = Traits()) -> DigestContent:  # noqa: B008 - frozen, so one for all calls
    due = DueChat(chat(settings=settings), (), tuple(day), traits=traits)
    found = digest_parts(due, TUESDAY, {TUESDAY: len(day)})[0].content
    assert isinstance(found, DigestContent)
    return found


@pytest.mark.parametrize(("layout", "entries", "titles"), [("titles", 0, 20), ("compact", 5, 15), ("full", 20, 0)])
def test_each_layout_shows_every_paper(layout: str, entries: int, titles: int) -> None:
    day = a_day(20)
    settings = ChatSettings(layout=Layout(layout))
    view = compose(content(day, settings), {one.paper.id: one.paper for one in day}, chat(settings=settings), 7)
    assert sum(isinstance(block, PaperEntry) for block in view.blocks) == entries
    assert sum(len(block.lines) for block in view.blocks if isinstance(block, Titles)) == titles


def test_titles_alone_are_counted_from_one_and_are_no_more_of_anything() -> None:
    day = [*a_day(3), candidate(paper(9, votes=1), "speech")]
    settings = ChatSettings(layout=Layout.TITLES)
    papers = {one.paper.id: one.paper for one in day}
    shown = lines(compose(content(day, settings), papers, chat(settings=settings), 7))
    assert shown[0] == "4 papers for you · Tue 18 Aug"
    assert [line.split()[0] for line in shown if line[:1].isdigit()][1:] == ["1", "2", "3", "4"]
    assert "diffusion" in shown
    assert "speech" in shown, "a single one is named"
    assert not any("more" in line for line in shown)
    assert "[All 4 with summary]" in shown


def test_where_there_are_threads_they_hold_the_rest_of_a_full_digest() -> None:
    chosen = content(a_day(20), ChatSettings(layout=Layout.FULL), Traits(threads=True)).chosen
    assert sum(one.full for one in chosen) == 5


@given(st.integers(0, 30), st.sampled_from(Layout))
def test_no_layout_drops_a_paper(n: int, layout: Layout) -> None:
    chosen = choose(a_day(n), ChatSettings(layout=layout).summaries)
    assert len({one.paper_id for one in chosen}) == len(chosen) == n
