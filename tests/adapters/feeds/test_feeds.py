"""Feeds as readers take them: Atom by feedparser, JSON Feed by its fields; and what makes an entry unread."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from sqlalchemy import event

from adapters.feeds.visitor_limit import ANSWERS_OF_ONE, MAX_VISITORS, VisitorLimit
from bot.papers import Paper
from storage.database import Database
from tests.adapters.pages.site import ARCHIVE, NASTY, OLD, PUBLIC, SPEECH, TIMETABLES, Site, open_site

ATOM = "{http://www.w3.org/2005/Atom}"
# https://www.jsonfeed.org/version/1.1/: the type of every field of an item that is written here.
ITEM_FIELDS: dict[str, type] = {
    "id": str,
    "url": str,
    "title": str,
    "summary": str,
    "content_html": str,
    "date_published": str,
    "date_modified": str,
    "authors": list,
    "tags": list,
}


@pytest.fixture
async def site(sqlite_storage: Database, tmp_path: Path):
    async with open_site(tmp_path, *ARCHIVE) as opened:
        yield opened


async def parsed(site: Site, path: str = "/feeds/all.atom") -> Any:
    answer = await site.get(path)
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    feed = feedparser.parse(answer.content)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


async def test_a_reader_gets_every_paper_of_the_last_days_newest_first(site: Site) -> None:
    feed = await parsed(site)
    assert [entry.id.rpartition(":")[2] for entry in feed.entries] == [NASTY.id, TIMETABLES.id, SPEECH.id, OLD.id]
    entry = feed.entries[1]
    assert entry.title == TIMETABLES.title
    assert entry.link == TIMETABLES.url
    assert entry.summary == "We propose a diffusion model that draws a week of lessons."
    assert TIMETABLES.abstract in entry.content[0].value
    assert [author.name for author in entry.authors] == ["Mira Aldous", "Tom Brandt"]
    assert entry.published == "2026-08-19T00:00:00Z"
    assert {link.href for link in entry.links if link.rel == "related"} == {
        TIMETABLES.pdf_url,
        TIMETABLES.code_url,
        TIMETABLES.project_url,
    }


async def test_atom_has_all_that_its_specification_asks_for(site: Site) -> None:
    await site.list_papers(replace(SPEECH, title="Bells \x07 and \x0b whistles \ufffe & <tags>", tldr="\x1bShort."))
    root = ElementTree.fromstring((await site.get("/feeds/all.atom")).content)
    links = {each.get("rel"): each.get("href") for each in root.findall(f"{ATOM}link")}
    assert links == {"self": f"{PUBLIC}/feeds/all.atom", "alternate": f"{PUBLIC}/papers"}
    for owner in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (found,) = owner.findall(f"{ATOM}{name}")
            assert (found.text or "").strip()
        assert datetime.fromisoformat(owner.findtext(f"{ATOM}updated", "")).tzinfo == UTC
    ids = [each.text for each in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)
    assert all(str(each).startswith("tag:papers.example.org,2026:") for each in ids)
    assert root.findtext(f"{ATOM}author/{ATOM}name")


async def test_what_a_title_says_stays_text_in_every_form(site: Site) -> None:
    root = ElementTree.fromstring((await site.get("/feeds/all.atom")).content)
    (told,) = [each for each in root.iter(f"{ATOM}entry") if each.findtext(f"{ATOM}id", "").endswith(NASTY.id)]
    assert told.findtext(f"{ATOM}title") == NASTY.title
    assert "&lt;img src=x onerror=alert(1)&gt;" in told.findtext(f"{ATOM}content", "")
    assert "<img" not in told.findtext(f"{ATOM}content", "")
    items = json.loads((await site.get("/feeds/all.json")).text)["items"]
    item = next(each for each in items if each["id"].endswith(NASTY.id))
    assert item["title"] == NASTY.title
    assert "<img" not in item["content_html"]
    assert "&lt;img src=x onerror=alert(1)&gt;" in item["content_html"]


async def test_json_feed_has_the_fields_of_its_specification_and_no_others(site: Site) -> None:
    answer = await site.get("/feeds/topic.json?topic=diffusion")
    assert answer.headers["Content-Type"].startswith("application/feed+json")
    feed = json.loads(answer.text)
    items = feed.pop("items")
    assert feed == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Papers on diffusion",
        "home_page_url": f"{PUBLIC}/papers/search?q=diffusion",
        "feed_url": f"{PUBLIC}/feeds/topic.json?topic=diffusion",
        "language": "en",
    }
    assert [item["title"] for item in items] == [TIMETABLES.title]
    for item in items:
        assert {name: type(value) for name, value in item.items()} == ITEM_FIELDS
        assert all(datetime.fromisoformat(item[name]).tzinfo for name in ("date_published", "date_modified"))
        assert all(set(author) == {"name"} for author in item["authors"])
    atom = await parsed(site, "/feeds/topic.atom?topic=diffusion")
    assert [each["id"] for each in items] == [entry.id for entry in atom.entries]


async def test_votes_make_nothing_unread_and_a_new_summary_does(site: Site) -> None:
    before = await site.get("/feeds/all.atom")
    site.pass_time(hours=3)
    await site.vote(TIMETABLES, 400)
    await site.get("/feeds/all.atom", 304, If_None_Match=before.headers["ETag"])
    await site.get("/feeds/all.atom", 304, If_Modified_Since=before.headers["Last-Modified"])
    assert (await site.get("/feeds/all.atom")).content == before.content
    site.pass_time(hours=1)
    await site.list_papers(replace(TIMETABLES, upvotes=400, tldr="It draws timetables."))
    after = feedparser.parse((await site.get("/feeds/all.atom", If_None_Match=before.headers["ETag"])).content)
    moments = {entry.id: entry.updated for entry in feedparser.parse(before.content).entries}
    changed = [entry for entry in after.entries if entry.updated != moments[entry.id]]
    assert [entry.id.rpartition(":")[2] for entry in changed] == [TIMETABLES.id]
    assert after.feed.updated == changed[0].updated == "2026-08-19T16:00:00Z"


async def test_a_feed_that_is_the_same_costs_one_query(site: Site) -> None:
    paths = ("/feeds/all.atom", "/feeds/all.json", "/feeds/topic.atom?topic=diffusion")
    tags = {path: (await site.get(path)).headers["ETag"] for path in paths}
    assert len(set(tags.values())) == len(paths)
    statements: list[str] = []
    event.listen(
        site.app.storage._reader.sync_engine, "before_cursor_execute", lambda *args: statements.append(args[2])
    )
    for path, tag in tags.items():
        statements.clear()
        await site.get(path, 304, If_None_Match=tag)
        assert len([each for each in statements if each.startswith("SELECT")]) == 1, statements


async def test_a_topic_that_asks_for_votes_follows_them(site: Site) -> None:
    path = "/feeds/topic.atom?topic=diffusion+upvotes%3E%3D20"
    before = await site.get(path)
    assert feedparser.parse(before.content).entries == []
    await site.vote(TIMETABLES, 21)
    after = await site.get(path, If_None_Match=before.headers["ETag"])
    assert [entry.title for entry in feedparser.parse(after.content).entries] == [TIMETABLES.title]


async def test_ids_stay_when_the_address_changes(tmp_path: Path, site: Site) -> None:
    ids = [entry.id for entry in (await parsed(site)).entries]
    async with open_site(tmp_path, public_url="https://moved.example.net") as moved:
        feed = await parsed(moved)
        assert [entry.id for entry in feed.entries] == ids
        assert feed.feed.links[0].href == "https://moved.example.net/feeds/all.atom"
        spoofed = await moved.get("/feeds/all.atom", Host="evil.example", X_Forwarded_Host="evil.example")
        assert "evil.example" not in spoofed.text


async def test_a_feed_is_of_fifty_papers_and_never_cuts_the_newest_list(site: Site) -> None:
    def many(day: int, count: int) -> list[Paper]:
        return [Paper(f"2608.{day}{n:03}", f"Paper {n}", "We show it.", date(2026, 8, day)) for n in range(count)]

    await site.list_papers(*many(17, 60))
    assert len((await parsed(site)).entries) == 50
    site.pass_time(days=1)
    await site.list_papers(*many(20, 70))
    assert len((await parsed(site)).entries) == 70


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/feeds/topic.atom", 400),
        ("/feeds/topic.atom?topic=(", 400),
        (f"/feeds/topic.json?topic={'a' * 4_000}", 400),
        ("/feeds/topic.atom?topic=%00", 400),
        ("/feeds/all.rss", 404),
        ("/feeds/other.atom", 404),
        ("/feeds/", 404),
        ("/feeds/chat/guess.atom", 404),
        ("/feeds/..%2f..%2fetc%2fpasswd", 404),
    ],
)
async def test_guesses_and_mistakes_are_answered_in_a_sentence(site: Site, path: str, status: int) -> None:
    answer = await site.get(path, status)
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert 10 < len(answer.text) < 400


async def test_pages_name_their_feeds(site: Site) -> None:
    html = (await site.get("/papers/2026-08-19?topic=diffusion")).text
    assert 'type="application/atom+xml" title="Papers on diffusion" href="/feeds/topic.atom?topic=diffusion"' in html
    assert '<a class="button" href="/feeds/topic.atom?topic=diffusion">Feed</a>' in html
    assert "1 paper in the last seven days" in html


async def test_until_papers_are_there_a_feed_says_to_come_back(sqlite_storage: Database, tmp_path: Path) -> None:
    async with open_site(tmp_path) as empty:
        assert (await empty.get("/feeds/all.atom", 503)).headers["Retry-After"] == "60"
    async with open_site(tmp_path, public_pages="off") as closed:
        await closed.get("/feeds/all.atom", 404)
    async with open_site(tmp_path, public_url="", caller="203.0.113.9") as elsewhere:
        await elsewhere.get("/feeds/all.atom", 404)


async def test_a_visitor_who_asks_too_often_is_told_when_to_come_back(site: Site) -> None:
    tag = (await site.get("/feeds/all.atom")).headers["ETag"]
    site.pass_time(minutes=20)
    for _ in range(59):
        await site.get("/feeds/all.atom", 304, If_None_Match=tag)
        await site.get("/feeds/guessed.atom", 404)
    refused = await site.get("/feeds/topic.atom?topic=diffusion", 429)
    assert (refused.headers["Retry-After"], refused.headers["Cache-Control"]) == ("2400", "no-store")
    assert (await site.get("/feeds/chat/x.atom", 429)).headers["Cache-Control"] == "no-store"
    await site.get("/papers/2026-08-19")
    site.pass_time(minutes=40)
    await site.get("/feeds/topic.atom?topic=diffusion")
    assert (await site.get("/feeds/all.atom", 429)).headers["Retry-After"] == "1200"


async def test_a_reader_that_sends_back_its_etag_is_never_refused(site: Site) -> None:
    tag = (await site.get("/feeds/all.atom")).headers["ETag"]
    for _ in range(200):
        await site.get("/feeds/all.atom", 304, If_None_Match=tag)


async def test_visitors_behind_a_trusted_proxy_are_told_apart(sqlite_storage: Database, tmp_path: Path) -> None:
    async with open_site(tmp_path, *ARCHIVE, caller="10.0.0.1", trusted_proxies="10.0.0.1") as site:
        for _ in range(60):
            await site.get("/feeds/x.atom", 404, X_Forwarded_For="198.51.100.7")
        await site.get("/feeds/all.atom", 429, X_Forwarded_For="198.51.100.7")
        await site.get("/feeds/all.atom", 429, X_Forwarded_For="203.0.113.200, 198.51.100.7")
        await site.get("/feeds/all.atom", X_Forwarded_For="198.51.100.8")
    async with open_site(tmp_path, *ARCHIVE, caller="10.0.0.1") as site:
        for number in range(70):
            await site.get("/feeds/x.atom", 404, X_Forwarded_For=f"198.51.100.{number}")


async def test_at_ones_own_machine_nobody_is_counted(sqlite_storage: Database, tmp_path: Path) -> None:
    async with open_site(tmp_path, *ARCHIVE, caller="127.0.0.1", public_url="") as site:
        for _ in range(70):
            await site.get("/feeds/all.atom")


def test_the_limit_remembers_a_bounded_number_of_visitors() -> None:
    limit = VisitorLimit(lambda: datetime(2026, 8, 19, tzinfo=UTC))
    for _ in range(ANSWERS_OF_ONE):
        limit.record_answer("first")
    assert limit.wait_seconds("first") == 3600
    for number in range(MAX_VISITORS):
        limit.record_answer(f"visitor {number}")
    assert limit.wait_seconds("first") == 0
