"""The papers fake answers as Hugging Face and arXiv do, and goes wrong only as it is told."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import httpx
import pytest
import pytest_asyncio

from tests.fakes import papers_faults as faults
from tests.fakes.papers_api import FakePapersApi

DAY = "2026-03-02"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest_asyncio.fixture
async def hub() -> AsyncIterator[FakePapersApi]:
    async with FakePapersApi() as hub:
        hub.set_now(NOON)
        yield hub


@pytest_asyncio.fixture
async def client(hub: FakePapersApi) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=hub.url, timeout=5, trust_env=False) as client:
        yield client


def rows(count: int) -> list[dict[str, Any]]:
    """Row n has n votes and was published n days into January (modulo 28)."""
    return [{"paper": paper(n)} for n in range(count)]


def paper(n: int) -> dict[str, Any]:
    published = f"2026-01-{n % 28 + 1:02d}T00:00:00.000Z"
    return {"id": f"9902.{n:05d}", "title": f"Paper {n}", "upvotes": n, "publishedAt": published}


def ids(answer: httpx.Response) -> list[str]:
    return [row["paper"]["id"] for row in answer.json()]


async def daily(client: httpx.AsyncClient, **query: Any) -> httpx.Response:
    return await client.get("/api/daily_papers", params=query)


# Lists


async def test_a_day_comes_in_pages_with_most_votes_first(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    hub.add_day(DAY, rows(53))
    first, second, third = [await daily(client, date=DAY, p=page) for page in range(3)]
    assert [len(answer.json()) for answer in (first, second, third)] == [50, 3, 0]
    assert ids(first) + ids(second) == [f"9902.{n:05d}" for n in reversed(range(53))]
    assert len(ids(await daily(client, date=DAY, limit=100))) == 53


async def test_a_day_without_papers_is_an_empty_list(client: httpx.AsyncClient) -> None:
    answer = await daily(client, date="2026-03-01")
    assert (answer.status_code, answer.json()) == (200, [])


@pytest.mark.parametrize(
    "query",
    [
        {"date": "2026-3-2"},
        {"date": "2026-02-30"},
        {"date": "yesterday"},
        {"date": ""},
        {"date": "2026-03-03"},
        {"week": "2026-10"},
        {"week": "2025-W53"},
        {"week": "2026-W11"},
        {"month": "2026-13"},
        {"month": "2026-04"},
        {"limit": "0"},
        {"limit": "101"},
        {"p": "-1"},
        {"p": "two"},
        {"sort": "magic"},
    ],
)
async def test_what_the_api_refuses(client: httpx.AsyncClient, query: dict[str, str]) -> None:
    answer = await daily(client, **query)
    assert answer.status_code == 400
    assert answer.json()["error"]


async def test_the_day_turns_at_midnight_utc(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    hub.set_now(datetime(2026, 3, 3, 0, 0, tzinfo=UTC))
    assert (await daily(client, date="2026-03-03")).status_code == 200


async def test_weeks_months_submitters_and_unknown_parameters(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    hub.set_now(datetime(2026, 3, 5, tzinfo=UTC))
    hub.serve_fixtures()
    hub.add_day("2026-02-27", rows(2))
    assert "9901.00001" in ids(await daily(client, month="2026-03", limit=3, colour="blue"))
    assert ids(await daily(client, week="2026-W09")) == ids(await daily(client, month="2026-02"))
    assert ids(await daily(client, submitter="波止場")) == ["9901.00015"]
    newest = await daily(client, date="2026-02-27", sort="publishedAt")
    assert ids(newest) == ["9902.00001", "9902.00000"]


# Single papers


async def test_one_paper_its_text_and_a_search(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    hub.serve_fixtures()
    answer = (await client.get("/api/papers/9901.00001")).json()
    assert answer["title"].startswith("Tidal Diffusion")
    assert answer["linkedModels"] == []
    assert "numComments" not in answer
    text = (await client.get("/papers/9901.00001.md")).text
    assert text.startswith("# Tidal Diffusion")
    found = (await client.get("/api/papers/search", params={"q": "container terminal", "limit": 1})).json()
    assert [hit["paper"]["id"] for hit in found] == ["9901.00002"]


@pytest.mark.parametrize("path", ["/api/papers/9999.99999", "/papers/9999.99999.md", "/api/nothing", "/rss/xx.YY"])
async def test_what_is_not_there(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.json()["error"]


async def test_a_search_text_has_at_most_250_characters(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/papers/search", params={"q": "x" * 251})).status_code == 400
    assert (await client.get("/api/papers/search", params={"q": "x" * 250})).json() == []


# Fixtures and real days


async def test_the_odd_day_arrives_with_all_its_oddities(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    hub.set_now(datetime(2026, 3, 5, tzinfo=UTC))
    assert hub.serve_fixtures() == [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)]
    answer = await daily(client, date="2026-03-03")
    # The standard parser keeps NUL and lone surrogates, as a client that reads the bytes itself sees them.
    listed = json.loads(answer.content)
    by_id = {row["paper"].get("id"): row["paper"] for row in listed if "paper" in row}
    assert len(listed) == 9
    assert "\n  " in by_id["9901.00011"]["title"]
    assert by_id["9901.00011"]["githubRepo"].endswith("\n")
    assert by_id["9901.00012"]["title"] == "Nothing \x00 Stops This Title \ud83d"
    assert [author["hidden"] for author in by_id["9901.00013"]["authors"]][:2] == [True, False]
    assert by_id["9901.00014"].keys() == {"id", "title"}
    assert "title" not in by_id["9901.00016"]
    assert None in by_id
    assert any("paper" not in row for row in listed)


async def test_an_ordinary_day_is_sent_as_utf_8(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    hub.serve_fixtures()
    assert "Grönvall".encode() in (await daily(client, date=DAY)).content


async def test_real_days_are_served_where_they_are_and_grow_from_capture_to_capture(
    hub: FakePapersApi, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    (tmp_path / "daily_papers").mkdir()
    (tmp_path / "recaptures").mkdir()
    (tmp_path / "daily_papers" / "2026-02-26.json").write_text(json.dumps(rows(2)))
    for moment, count in (("2026-02-27T041609", 1), ("2026-02-27T141527", 3)):
        (tmp_path / "recaptures" / f"2026-02-27__{moment}.json").write_text(json.dumps(rows(count)))
    assert hub.serve_real_days(tmp_path) == [date(2026, 2, 26), date(2026, 2, 27)]
    seen = []
    for hour in (4, 5, 15):
        hub.set_now(datetime(2026, 2, 27, hour, tzinfo=UTC))
        seen.append(len(ids(await daily(client, date="2026-02-27"))))
    assert seen == [0, 1, 3]
    assert len(ids(await daily(client, date="2026-02-26"))) == 2


async def test_without_real_days_nothing_is_served(hub: FakePapersApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAPERBOY_DATA", raising=False)
    assert hub.serve_real_days() == []


# Growing days


async def test_rows_appear_through_the_day_and_votes_rise(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    hub.add_day(DAY, [{"paper": {"id": name, "upvotes": 48}} for name in ("a", "b", "c", "d")])
    hub.grow_day(DAY, until=datetime(2026, 3, 2, 17, tzinfo=UTC), order=["c", "a"])
    seen: dict[int, dict[str, int]] = {}
    for hours in (1, 2, 8, 17, 14 + 24, 50):
        hub.set_now(datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hours))
        answer = await daily(client, date=DAY)
        seen[hours] = {row["paper"]["id"]: row["paper"]["upvotes"] for row in answer.json()}
    whole = ["c", "a", "b", "d"]
    assert list(map(list, seen.values())) == [[], ["c"], ["c", "a"], whole, whole, whole]
    assert [votes["c"] for hours, votes in seen.items() if hours > 1] == [0, 12, 30, 48, 48]
    assert set(seen[50].values()) == {48}


async def test_rows_can_be_revealed_by_number(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    hub.add_day(DAY, [{"paper": {"id": name, "upvotes": 30}} for name in ("a", "b", "c")])
    seen = []
    for until in (0, 1, 2, None):
        hub.grow_day(DAY, until=until)
        seen.append([(row["paper"]["id"], row["paper"]["upvotes"]) for row in (await daily(client, date=DAY)).json()])
    assert seen == [[], [("a", 10)], [("a", 20), ("b", 10)], [("a", 30), ("b", 30), ("c", 30)]]


async def test_a_row_not_yet_listed_is_not_indexed(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    hub.add_day(DAY, rows(2))
    hub.grow_day(DAY, until=1)
    assert (await client.get("/api/papers/9902.00000")).status_code == 200
    assert (await client.get("/api/papers/9902.00001")).status_code == 404


async def test_votes_and_summaries_arrive_late(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    given = rows(2)
    hub.add_day(DAY, given)
    hub.update_paper("9902.00000", upvotes=99, ai_summary="Late, but here.")
    newest = (await daily(client, date=DAY)).json()[0]["paper"]
    assert (newest["id"], newest["upvotes"], newest["ai_summary"]) == ("9902.00000", 99, "Late, but here.")
    assert "ai_summary" not in given[0]["paper"]


# The request allowance


async def test_the_allowance_is_counted_and_refills(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    first = await daily(client)
    assert first.headers["RateLimit"] == '"api";r=499;t=300'
    assert first.headers["RateLimit-Policy"] == '"fixed window";"api";q=500;w=300'
    hub.allowance.anonymous = 4
    answers = [await daily(client) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429]
    hub.set_now(NOON + timedelta(seconds=290))
    refused = await daily(client)
    assert (refused.status_code, refused.headers["RateLimit"]) == (429, '"api";r=0;t=10')
    assert (await client.get("/rss/cs.LG")).status_code == 404
    with_token = await client.get("/api/daily_papers", headers={"Authorization": "Bearer hf_test"})
    assert with_token.headers["RateLimit"] == '"api";r=999;t=300'
    hub.set_now(NOON + timedelta(seconds=300))
    assert (await daily(client)).headers["RateLimit"] == '"api";r=3;t=300'


# arXiv


async def test_arxiv_announces_new_cross_and_replaced_papers(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    hub.serve_fixtures()
    feed = feedparser.parse((await client.get("/rss/cs.LG")).content)
    assert not feed.bozo
    assert [entry["arxiv_announce_type"] for entry in feed.entries] == [
        "new", "new", "cross", "replace", "replace-cross",
    ]  # fmt: skip
    assert "Announce Type: new" in feed.entries[0]["summary"]
    assert "M\\\"uhlbach, Andr\\'e" in feed.entries[1]["author"]


async def test_arxiv_rests_at_the_weekend_of_new_york(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    hub.serve_fixtures()
    entries = []
    for moment in (datetime(2026, 3, 7, 4, tzinfo=UTC), datetime(2026, 3, 7, 6, tzinfo=UTC)):
        hub.set_now(moment)
        entries.append(len(feedparser.parse((await client.get("/rss/cs.CL")).content).entries))
    assert entries == [2, 0]


# Faults


async def test_faults_are_used_up_and_can_be_healed(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    hub.add_day(DAY, rows(1))
    hub.fail(faults.status(503, retry_after=7), times=1)
    hub.fail(faults.status(500), path="/api/daily_papers", date="2026-02-27")
    unavailable = await daily(client, date=DAY)
    assert (unavailable.status_code, unavailable.headers["Retry-After"]) == (503, "7")
    assert (await daily(client, date=DAY)).status_code == 200
    assert [(await daily(client, date="2026-02-27")).status_code for _ in range(2)] == [500, 500]
    hub.clear_faults()
    assert (await daily(client, date="2026-02-27")).status_code == 200


async def test_too_many_with_and_without_a_hint(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    hub.fail(faults.too_many(), times=1)
    hub.fail(faults.too_many(reset=42), times=1)
    bare, hinted = await daily(client), await daily(client)
    assert (bare.status_code, hinted.status_code) == (429, 429)
    assert not {"ratelimit", "retry-after"} & set(bare.headers)
    assert hinted.headers["RateLimit"] == '"api";r=0;t=42'


async def test_answers_that_are_no_json(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    hub.add_day(DAY, rows(3))
    hub.fail(faults.html(), times=1)
    hub.fail(faults.half_json, times=1)
    page, half = await daily(client, date=DAY), await daily(client, date=DAY)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert half.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        half.json()


@pytest.mark.parametrize("fault", [faults.drop, faults.broken_off])
async def test_connections_that_break(hub: FakePapersApi, client: httpx.AsyncClient, fault: faults.Fault) -> None:
    hub.add_day(DAY, rows(3))
    hub.fail(fault, times=1)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await daily(client, date=DAY)
    assert len(ids(await daily(client, date=DAY))) == 3
    assert [request.status for request in hub.requests] == [0, 200]


async def test_a_silent_source_is_left_by_the_clients_patience(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    hub.fail(faults.silence)
    with pytest.raises(httpx.ReadTimeout):
        await client.get("/api/daily_papers", timeout=0.05)


async def test_a_slow_drip_arrives_whole_in_many_pieces(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    hub.add_day(DAY, rows(3))
    hub.fail(faults.drip(pieces=5, pause=0.01))
    async with client.stream("GET", "/api/daily_papers", params={"date": DAY}) as answer:
        pieces = [piece async for piece in answer.aiter_raw()]
    assert len(pieces) > 1
    assert len(json.loads(b"".join(pieces))) == 3


async def test_a_redirect_loop_never_ends(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    hub.fail(faults.redirect_loop, path="/api/")
    with pytest.raises(httpx.TooManyRedirects):
        await client.get("/api/daily_papers", follow_redirects=True)


@pytest.mark.parametrize("announced", [True, False])
async def test_a_huge_answer(hub: FakePapersApi, client: httpx.AsyncClient, announced: bool) -> None:
    hub.fail(faults.huge(announced=announced))
    answer = await daily(client)
    assert len(answer.content) > 10 * 2**20
    assert ("Content-Length" in answer.headers) is announced


# The log


async def test_every_request_is_logged_with_its_end(hub: FakePapersApi, client: httpx.AsyncClient) -> None:
    await client.get("/api/daily_papers", params={"date": DAY}, headers={"Authorization": "Bearer hf_test"})
    await daily(client, date="nonsense")
    [asked] = hub.requests_for(date=DAY)
    assert (asked.status, asked.headers["Authorization"], asked.at) == (200, "Bearer hf_test", NOON)
    assert [request.status for request in hub.requests_for()] == [200, 400]
