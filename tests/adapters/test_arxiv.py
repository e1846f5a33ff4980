"""arXiv's feeds through the real client against the local hub."""

from __future__ import annotations

import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from adapters.arxiv import ArxivSource
from adapters.arxiv.capabilities import ARXIV
from adapters.arxiv.parser import parse_author_names
from bot.errors import SourceUnavailable
from bot.ports import PollFailure
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


@pytest.mark.parametrize(
    "fault", [faults.status(500), faults.html(), faults.drop, faults.half_json, faults.gzip_bomb(megabytes=0)]
)
async def test_what_is_no_feed_is_named_and_costs_no_other_category(
    hub: FakePapersApi, source: ArxivSource, fault: faults.Fault
) -> None:
    hub.fail(fault, times=1)
    gathered = await source.poll([], frozenset())
    assert [failure.part for failure in gathered.failures] == ["cs.LG"]
    assert gathered.papers
    hub.fail(fault)
    with pytest.raises(SourceUnavailable, match=r"cs\.LG: .*; cs\.CL: "):
        await source.poll([], frozenset())


async def test_a_category_that_does_not_exist_is_named_and_the_others_are_read(hub: FakePapersApi) -> None:
    async with httpx.AsyncClient(timeout=2) as client:
        source = ArxivSource(client, hub.url, ["cs.ZZ", "cs.LG"], InstantClock())
        gathered = await source.poll([date(2026, 3, 2)], frozenset())
    assert gathered.failures == (PollFailure("cs.ZZ", "HTTP 404"),)
    assert "9901.00002" in {one.paper.id for one in gathered.papers}
    assert gathered.counts == {date(2026, 3, 2): len(gathered.papers)}


async def test_only_the_category_that_asked_to_wait_is_left_alone(hub: FakePapersApi) -> None:
    clock = InstantClock()
    hub.fail(faults.status(503, retry_after=600), path="/rss/cs.LG", times=1)
    async with httpx.AsyncClient(timeout=2) as client:
        source = ArxivSource(client, hub.url, ["cs.LG", "cs.CL"], clock)
        for _ in range(2):
            assert [one.part for one in (await source.poll([], frozenset())).failures] == ["cs.LG"]
        assert (len(hub.requests_for("/rss/cs.LG")), len(hub.requests_for("/rss/cs.CL"))) == (1, 2)
        clock.moment += timedelta(minutes=11)
        assert (await source.poll([], frozenset())).failures == ()


def feed(*entries: tuple[str, str], date: str = "Mon, 02 Mar 2026 00:00:00 -0500") -> str:
    items = "".join(
        f"<item><title>{title}</title><description>arXiv:9901.{n:05}v1 Announce Type: new \nAbstract: {abstract}"
        "</description><dc:creator>Ada Example</dc:creator></item>"
        for n, (title, abstract) in enumerate(entries, 101)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0">'
    return f"{head}<channel><title>cs.LG</title><pubDate>{date}</pubDate>{items}</channel></rss>"


async def test_angle_brackets_stay(hub: FakePapersApi, source: ArxivSource) -> None:
    written = [
        ("After &lt;turn&gt;: $p&lt;q$ &amp; r&gt;s", "If u&lt;v and sprockets are y&gt;w, &lt;eot&gt; ends."),
        ("Under &lt;i&gt;weight&lt;/i&gt;", "&lt;mask&gt; first, &lt;script&gt;alert(1)&lt;/script&gt; last."),
        ("R&amp;amp;D", "Write R&amp;amp;D or &amp;lt;tag&amp;gt;; &lt;a href=&quot;x/y&quot;&gt;here&lt;/a&gt;."),
    ]
    hub.add_feed("cs.LG", feed(*written))
    papers = [one.paper for one in (await source.poll([], frozenset())).papers if one.paper.id.startswith("9901.001")]
    assert [(paper.title, paper.abstract) for paper in papers] == [
        ("After <turn>: $p<q$ & r>s", "If u<v and sprockets are y>w, <eot> ends."),
        ("Under <i>weight</i>", "<mask> first, <script>alert(1)</script> last."),
        ("R&amp;D", 'Write R&amp;D or &lt;tag&gt;; <a href="x/y">here</a>.'),
    ]


BROKEN = feed(("One", "Whole."), ("Two", "Never closed."))


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (BROKEN[: len(BROKEN) // 2], "cut off"),
        (BROKEN.replace("</title><description>", "<description>"), "malformed"),
        (feed(*[("Again", "Much.")] * 5001), "more than 5000 entries"),
    ],
)
async def test_a_broken_feed_is_a_failed_reading_and_no_empty_list(
    hub: FakePapersApi, source: ArxivSource, xml: str, said: str
) -> None:
    hub.add_feed("cs.LG", xml)
    (failure,) = (await source.poll([], frozenset())).failures
    assert failure.part == "cs.LG"
    assert said in failure.reason


async def test_gigabytes_in_a_few_megabytes_are_refused_at_the_limit(hub: FakePapersApi, source: ArxivSource) -> None:
    hub.fail(faults.gzip_bomb(megabytes=3000, head=feed().encode()), times=1)
    tracemalloc.start()
    try:
        (failure,) = (await source.poll([], frozenset())).failures
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert failure.reason == "answer larger than 10 MB"
    assert peak < 60_000_000


@pytest.mark.parametrize(
    "date_said", ["", "yesterday", "Fri, 31 Dec 9999 23:59:59 -1200", "Mon, 02 Mar 3026 00:00:00 -0500", "9" * 5000]
)
async def test_a_feed_with_an_odd_date_is_todays(hub: FakePapersApi, source: ArxivSource, date_said: str) -> None:
    hub.add_feed("cs.LG", feed(("Sprockets", "Turn."), date=date_said))
    hub.add_feed("cs.CL", feed())
    assert [one.day for one in (await source.poll([], frozenset())).papers] == [date(2026, 3, 4)]


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
