"""arXiv's feeds through the real client against the local hub."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import httpx
import pytest

from adapters.arxiv import ArxivSource
from adapters.arxiv.parser import parse_author_names
from bot.errors import SourceUnavailable
from bot.papers import ARXIV
from tests.adapters.test_huggingface import InstantClock
from tests.fakes import papers_faults as faults
from tests.fakes.papers_api import FakePapersApi


@pytest.fixture
async def hub() -> AsyncIterator[FakePapersApi]:
    async with FakePapersApi() as hub:
        hub.serve_fixtures()
        yield hub


@pytest.fixture
async def source(hub: FakePapersApi) -> AsyncIterator[ArxivSource]:
    async with httpx.AsyncClient(timeout=2) as client:
        yield ArxivSource(client, hub.url, ["cs.LG", "cs.CL"], InstantClock())


async def test_new_and_cross_listed_papers_come_once_and_replacements_do_not(source: ArxivSource) -> None:
    gathered = await source.poll([], frozenset())
    ids = [one.paper.id for one in gathered.papers]
    assert len(ids) == len(set(ids))
    assert "9901.00002" in ids
    assert all(one.paper.sources == {ARXIV} and one.source == ARXIV for one in gathered.papers)
    assert all(one.paper.abstract and not one.paper.abstract.startswith("arXiv:") for one in gathered.papers)
    assert sum(gathered.counts.values()) == len(ids)


async def test_papers_are_listed_on_the_feeds_own_day(source: ArxivSource) -> None:
    gathered = await source.poll([], frozenset())
    assert {one.day for one in gathered.papers} == {date(2026, 3, 2)}


async def test_an_empty_weekend_is_no_failure(hub: FakePapersApi, source: ArxivSource) -> None:
    hub.set_now(datetime(2026, 3, 7, 12, tzinfo=UTC))
    assert (await source.poll([date(2026, 3, 7)], frozenset())).papers == ()


@pytest.mark.parametrize("fault", [faults.status(500), faults.html(), faults.drop])
async def test_what_is_no_feed_is_named(hub: FakePapersApi, source: ArxivSource, fault: faults.Fault) -> None:
    hub.fail(fault, times=1)
    with pytest.raises(SourceUnavailable, match=r"cs\.LG"):
        await source.poll([], frozenset())


def test_names_are_read_out_of_tex() -> None:
    tex = r"Mich\`ele Dupont, J\"urgen M{\"u}ller, {\L}ukasz Nowak, Fran\c{c}ois Roy, S{\o}ren Ek, Ho\v{r}ava, {\'E}ric"
    assert parse_author_names(tex) == [
        "Michèle Dupont",
        "Jürgen Müller",
        "Łukasz Nowak",
        "François Roy",
        "Søren Ek",
        "Hořava",
        "Éric",
    ]
