"""Hugging Face's API through the real client against the local hub: what is read, and what is said when it can't be."""

from __future__ import annotations

import json
import tracemalloc
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
from bot.ports import PollFailure
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


ANOTHER_DAY = date(2026, 3, 2)


@pytest.mark.parametrize("fault", [faults.status(500), faults.html(), faults.drop, faults.huge()])
async def test_a_list_day_that_fails_costs_no_other(
    hub: FakePapersApi, source: HuggingFaceSource, fault: faults.Fault
) -> None:
    hub.fail(fault, date=ODD_DAY.isoformat())
    gathered = await source.poll([NOW.date(), ODD_DAY, ANOTHER_DAY], frozenset())
    assert set(gathered.counts) == {NOW.date(), ANOTHER_DAY}
    assert {one.day for one in gathered.papers} >= {ANOTHER_DAY}
    assert [(failure.part, failure.day) for failure in gathered.failures] == [("2026-03-03", ODD_DAY)]
    assert gathered.retry_at is None


async def test_pages_that_came_before_one_that_fails_are_kept_but_the_day_is_not_read(
    hub: FakePapersApi, source: HuggingFaceSource
) -> None:
    async def fail_second_page(request: web.Request, handler: faults.Handler) -> web.StreamResponse:
        return web.Response(status=500) if request.query.get("p") == "1" else await handler(request)

    hub.add_day(ODD_DAY, [{"paper": {"id": f"9902.{n:05}", "title": f"Paper {n}"}} for n in range(130)])
    hub.fail(fail_second_page)
    gathered = await source.poll([ODD_DAY], frozenset())
    assert (len(gathered.papers), gathered.counts) == (100, {})
    assert [failure.day for failure in gathered.failures] == [ODD_DAY]


async def test_a_used_up_allowance_leaves_the_other_days_for_its_end(
    hub: FakePapersApi, source: HuggingFaceSource
) -> None:
    hub.fail(faults.too_many(retry_after=90), date=ODD_DAY.isoformat())
    gathered = await source.poll([NOW.date(), ODD_DAY, ANOTHER_DAY], frozenset())
    assert [failure.day for failure in gathered.failures] == [ODD_DAY, ANOTHER_DAY]
    assert gathered.retry_at == NOW + timedelta(seconds=90)
    assert not hub.requests_for(date=ANOTHER_DAY.isoformat())


async def test_a_source_that_is_away_is_not_asked_for_every_day(hub: FakePapersApi, source: HuggingFaceSource) -> None:
    hub.fail(faults.status(502))
    with pytest.raises(SourceUnavailable, match="HTTP 502"):
        await source.poll([ODD_DAY - timedelta(days=back) for back in range(20)], frozenset())
    assert len(hub.requests) == 3


@pytest.mark.parametrize("code", [401, 403])
async def test_a_refused_token_is_named_and_the_list_is_read_without_it(
    hub: FakePapersApi, source: HuggingFaceSource, clock: InstantClock, code: int
) -> None:
    hub.fail(faults.refuse_authorization(code))
    for _ in range(2):
        gathered = await source.poll([ODD_DAY], frozenset())
        assert gathered.counts[ODD_DAY] == len(gathered.papers) > 0
        assert gathered.failures == (PollFailure("HF_TOKEN", f"refused (HTTP {code}), read without it"),)
    assert ["Authorization" in request.headers for request in hub.requests] == [True, False, False]
    hub.clear_faults()
    clock.moment += timedelta(hours=1)
    assert (await source.poll([ODD_DAY], frozenset())).failures == ()


async def test_a_refusal_that_is_not_the_tokens_does_not_blame_it(
    hub: FakePapersApi, source: HuggingFaceSource
) -> None:
    hub.fail(faults.status(403))
    with pytest.raises(SourceUnavailable, match=r"^HTTP 403$"):
        await source.poll([ODD_DAY], frozenset())


@pytest.mark.parametrize("cap", [20, 50])
async def test_a_hub_that_caps_its_pages_is_read_to_the_end_and_asked_no_more_than_needed(
    hub: FakePapersApi, source: HuggingFaceSource, cap: int
) -> None:
    hub.page_cap = cap
    hub.add_day(ODD_DAY, [{"paper": {"id": f"9902.{n:05}", "title": f"Paper {n}"}} for n in range(70)])
    hub.add_day(ANOTHER_DAY, [{"paper": {"id": f"9903.{n:05}", "title": f"Paper {n}"}} for n in range(cap - 1)])
    gathered = await source.poll([ODD_DAY, ANOTHER_DAY], frozenset())
    assert gathered.counts == {ODD_DAY: 70, ANOTHER_DAY: cap - 1}
    assert len(hub.requests_for(date=ANOTHER_DAY.isoformat())) == 1


async def test_a_hub_that_counts_pages_as_asked_but_hands_out_fewer_rows_is_read_whole(
    hub: FakePapersApi, source: HuggingFaceSource
) -> None:
    async def cut(request: web.Request, handler: faults.Handler) -> web.StreamResponse:
        return web.json_response(json.loads(await faults.true_body(request, handler))[:50])

    hub.add_day(ODD_DAY, [{"paper": {"id": f"9902.{n:05}", "title": f"Paper {n}"}} for n in range(170)])
    hub.fail(cut)
    assert len(await read(source)) == 170


async def test_a_hub_that_ignores_pages_ends(hub: FakePapersApi, source: HuggingFaceSource) -> None:
    rows = [{"paper": {"id": f"9902.{n:05}", "title": f"Paper {n}"}} for n in range(99)]

    async def repeat(request: web.Request, handler: faults.Handler) -> web.StreamResponse:
        return web.json_response([*rows, {"paper": {}}])

    hub.fail(repeat)
    gathered = await source.poll([ODD_DAY], frozenset())
    assert (len(gathered.papers), len(gathered.rejected), len(hub.requests)) == (99, 1, 2)


@pytest.mark.parametrize(
    ("header", "waits"),
    [
        (f'"api";r={"0" * 5000};t=60', False),
        ('"api";r=;t=60', False),
        ('"api";r=-1;t=1e9', False),
        ("r=0;t=60", False),
        (";;;=,,,", False),
        ('"api";r=9;t=60, "pages";r=0;t=60', False),
        ('"api";r=0;t=60, "pages";r=9;t=60', True),
    ],
)
async def test_odd_headers_are_ignored(hub: FakePapersApi, source: HuggingFaceSource, header: str, waits: bool) -> None:
    async def answer(request: web.Request, handler: faults.Handler) -> web.StreamResponse:
        return web.json_response([{"paper": {"id": "9902.00001", "title": "Read"}}], headers={"RateLimit": header})

    hub.fail(answer)
    gathered = await source.poll([ODD_DAY], frozenset())
    assert len(gathered.papers) == 1
    assert (gathered.retry_at is not None) == waits


@pytest.mark.parametrize("retry_after", ["9" * 5000, "0" * 5000 + "7", "Mon", "-5", "Mon, 99 Foo 10000 99:99:99 +9999"])
async def test_an_odd_retry_after_asks_for_an_hour_at_most(
    hub: FakePapersApi, source: HuggingFaceSource, retry_after: str
) -> None:
    hub.fail(faults.status(503, retry_after=retry_after), times=1)
    with pytest.raises(SourceUnavailable, match="HTTP 503") as refusal:
        await source.poll([ODD_DAY], frozenset())
    assert refusal.value.retry_at is None or refusal.value.retry_at <= NOW + timedelta(hours=1)


async def test_a_packed_answer_without_end_is_refused_at_the_limit(
    hub: FakePapersApi, source: HuggingFaceSource
) -> None:
    hub.fail(faults.gzip_bomb(megabytes=3000, head=b"["), times=1)
    tracemalloc.start()
    try:
        with pytest.raises(SourceUnavailable, match="larger than 8 MB"):
            await source.poll([ODD_DAY], frozenset())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50_000_000


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
