"""Hugging Face's API through the real client against the local hub: what is read, and what is said when it can't be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from aiohttp import web

from adapters.huggingface import HuggingFaceSource
from adapters.huggingface import api as huggingface_api
from adapters.huggingface.api import HuggingFaceApi
from bot.errors import SourceUnavailable
from bot.papers import Paper
from tests.fakes import papers_faults as faults
from tests.fakes.papers_api import FakePapersApi

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
ODD_DAY = date(2026, 3, 3)


class InstantClock:
    """The hub's moment, and no waiting."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment

    async def sleep_until(self, moment: datetime) -> None:
        self.moment = max(self.moment, moment)


@pytest.fixture
def clock() -> InstantClock:
    return InstantClock()


@pytest.fixture
async def hub(clock: InstantClock) -> AsyncIterator[FakePapersApi]:
    async with FakePapersApi(clock.now) as hub:
        hub.serve_fixtures()
        yield hub


@pytest.fixture
async def source(hub: FakePapersApi, clock: InstantClock) -> AsyncIterator[HuggingFaceSource]:
    async with httpx.AsyncClient(timeout=2) as client:
        yield HuggingFaceSource(HuggingFaceApi(client, hub.url + "/", clock, token="hf_secret"))


async def read(source: HuggingFaceSource, day: date = ODD_DAY) -> dict[str, Paper]:
    gathered = await source.poll([day], frozenset())
    return {one.paper.id: one.paper for one in gathered.papers}


async def test_a_row_with_odd_values_is_read_and_nothing_is_stripped(source: HuggingFaceSource) -> None:
    papers = await read(source)
    assert papers["9901.00011"].title == "Wrapped Titles and Where to Find Them"
    assert papers["9901.00012"].title == "Nothing Stops This Title"
    assert [author.name for author in papers["9901.00012"].authors] == ["Zero Byte", "Half Pair"]
    assert "<!channel>" in papers["9901.00015"].title
    assert papers["9901.00014"].title == "The Barest Row"
    assert papers["9901.00014"].abstract == ""


async def test_hidden_and_repeated_authors_are_not_named(source: HuggingFaceSource) -> None:
    names = [author.name for author in (await read(source))["9901.00013"].visible_authors]
    assert "Withheld Person" not in names
    assert names.count("Ravi Menon-Falk") == 1


async def test_addresses_are_whole_or_absent(source: HuggingFaceSource) -> None:
    addresses = [url for paper in (await read(source)).values() for url in (paper.code_url, paper.project_url) if url]
    assert addresses
    assert all(url.startswith("https://") and not url.endswith("/") and " " not in url for url in addresses)
    assert not any("\n" in url for url in addresses)


async def test_bad_rows_are_reported_and_the_rest_of_the_day_is_kept(source: HuggingFaceSource) -> None:
    gathered = await source.poll([ODD_DAY], frozenset())
    assert sorted(row.reason for row in gathered.rejected) == ["no paper.id", "no paper.id", "no title"]
    assert gathered.counts == {ODD_DAY: len(gathered.papers)}
    assert len(gathered.papers) >= 6


async def test_every_page_of_a_busy_day_is_read(hub: FakePapersApi, source: HuggingFaceSource) -> None:
    rows = [{"paper": {"id": f"9902.{n:05}", "title": f"Paper {n}", "upvotes": n}} for n in range(230)]
    hub.add_day("2026-03-04", rows)
    gathered = await source.poll([date(2026, 3, 4)], frozenset())
    assert len(gathered.papers) == 230
    assert [request.query["p"] for request in hub.requests_for(date="2026-03-04")] == ["0", "1", "2"]


async def test_an_empty_weekend_is_no_failure(source: HuggingFaceSource) -> None:
    gathered = await source.poll([date(2026, 2, 28)], frozenset())
    assert gathered.counts == {date(2026, 2, 28): 0}


async def test_the_token_is_sent_and_the_list_day_is_the_day_asked_for(
    hub: FakePapersApi, source: HuggingFaceSource
) -> None:
    gathered = await source.poll([date(2026, 3, 2)], frozenset())
    assert {one.day for one in gathered.papers} == {date(2026, 3, 2)}
    assert hub.requests[0].headers["Authorization"] == "Bearer hf_secret"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (faults.status(500), "HTTP 500"),
        (faults.status(304), "HTTP 304"),  # to a question that had no condition
        (faults.html(), "something else than JSON"),
        (faults.half_json, "something else than JSON"),
        (faults.broken_off, "not reachable"),
        (faults.drop, "not reachable"),
        (faults.redirect_loop, "redirects without end"),
        (faults.huge(), "larger than 8 MB"),
    ],
)
async def test_what_is_no_list_is_named_and_read_again_later(
    hub: FakePapersApi, source: HuggingFaceSource, fault: faults.Fault, said: str
) -> None:
    hub.fail(fault, times=1)
    with pytest.raises(SourceUnavailable, match=said):
        await source.poll([ODD_DAY], frozenset())
    assert await read(source)


async def test_a_slow_drip_ends(hub: FakePapersApi, source: HuggingFaceSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_api, "RESPONSE_TIMEOUT_SECONDS", 0.2)
    hub.fail(faults.drip(pieces=100, pause=0.05), times=1)
    with pytest.raises(SourceUnavailable, match="no whole answer"):
        await source.poll([ODD_DAY], frozenset())


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (faults.too_many(reset=55), 55),
        (faults.too_many(retry_after=7), 7),
        (faults.too_many(), 60),
        (faults.status(503, retry_after="Wed, 04 Mar 2026 12:02:00 GMT"), 120),
    ],
)
async def test_a_refusal_says_when_to_come_back(
    hub: FakePapersApi, source: HuggingFaceSource, fault: faults.Fault, seconds: int
) -> None:
    hub.fail(fault, times=1)
    with pytest.raises(SourceUnavailable) as refusal:
        await source.poll([ODD_DAY], frozenset())
    assert refusal.value.retry_at == NOW + timedelta(seconds=seconds)


async def test_a_used_up_allowance_is_not_tried(
    hub: FakePapersApi, source: HuggingFaceSource, clock: InstantClock
) -> None:
    hub.allowance.with_token = 2
    hub.allowance.anonymous = 2
    await read(source)
    await read(source)
    asked = len(hub.requests)
    with pytest.raises(SourceUnavailable, match="used up") as refusal:
        await read(source)
    assert len(hub.requests) == asked
    assert refusal.value.retry_at
    clock.moment = refusal.value.retry_at + timedelta(seconds=1)
    assert await read(source)


async def test_every_row_of_the_real_days_is_read(
    hub: FakePapersApi, source: HuggingFaceSource, clock: InstantClock
) -> None:
    days = hub.serve_real_days() or hub.serve_fixtures()
    clock.moment = datetime.combine(days[-1] + timedelta(days=2), datetime.min.time(), UTC)
    gathered = await source.poll(days[-20:], frozenset())
    assert sum(gathered.counts.values()) == len(gathered.papers) > 0
    assert all(one.paper.title and one.paper.id for one in gathered.papers)


async def test_absurd_values_cost_a_row_at_most(hub: FakePapersApi, source: HuggingFaceSource) -> None:
    """A count no database keeps would cost the whole day; an id stands in addresses and buttons."""
    absurd = {"id": "9901.00901", "title": "Counted", "upvotes": 10**30, "githubStars": 10**19}
    ids = ["../../etc", "x" * 41, "a b", "<b>", "9901.00902|x"]
    hub.add_day(ODD_DAY, [{"paper": absurd}, *({"paper": {"id": each, "title": "Odd"}} for each in ids)])
    gathered = await source.poll([ODD_DAY], frozenset())
    assert [one.paper.upvotes for one in gathered.papers] == [2**31 - 1]
    assert {row.reason for row in gathered.rejected} == {"an odd paper.id"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "99999999999999999999"},
        {"Retry-After": "Fri, 31 Dec 9999 23:59:59 -1200"},
        {"Retry-After": "²"},
        {"RateLimit": '"api";r=0;t=99999999999999999999'},
    ],
)
async def test_no_answer_shuts_the_source_for_good(
    hub: FakePapersApi, source: HuggingFaceSource, headers: dict[str, str]
) -> None:
    async def refuse(request: web.Request, handler: faults.Handler) -> web.StreamResponse:
        return web.Response(status=429, headers=headers)

    hub.fail(refuse, times=1)
    with pytest.raises(SourceUnavailable) as refusal:
        await source.poll([ODD_DAY], frozenset())
    assert refusal.value.retry_at
    assert refusal.value.retry_at <= NOW + timedelta(hours=1)


async def test_json_that_is_only_brackets_is_none(hub: FakePapersApi, source: HuggingFaceSource) -> None:
    async def nest(request: web.Request, handler: faults.Handler) -> web.StreamResponse:
        return web.Response(text="[" * 200_000)

    hub.fail(nest, times=1)
    with pytest.raises(SourceUnavailable, match="else than JSON"):
        await source.poll([ODD_DAY], frozenset())
