"""A chat's digests at a secret address: from /feed in the chat to a feed reader, and what those see who guess."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from sqlalchemy import event, select

from adapters.local.capabilities import LOCAL_CHAT
from bot.chats import ChatKind
from storage.database import Database
from storage.tables import chat_feed
from tests.adapters.pages.site import ARCHIVE, OLD, PUBLIC, TIMETABLES, Site, open_site
from tests.bot.commands.simulated_user import SimulatedUser

ADDRESS = re.compile(r"https?://\S+/feeds/chat/[\w-]{22}\.(?:atom|json|opml)")


@pytest.fixture
async def site(sqlite_storage: Database, tmp_path: Path):
    async with open_site(tmp_path, *ARCHIVE) as opened:
        yield opened


def reader_of(site: Site) -> SimulatedUser:
    return SimulatedUser(site.app.command_dispatcher, chat=LOCAL_CHAT, kind=ChatKind.LOCAL)


async def digest_comes(site: Site) -> None:
    """The day's digest is planned, and sent."""
    assert await site.app.jobs.plan_digests(site.clock.now(), early=True) == 1
    assert await site.app.outbox_dispatcher.drain()


async def open_feed(reader: SimulatedUser, typed: str = "/feed") -> dict[str, str]:
    """The paths that the chat is told, by form."""
    said = await reader.says(typed)
    found = ADDRESS.findall(said)
    assert found, said
    return {each.rpartition(".")[2]: each.removeprefix(PUBLIC) for each in found}


@pytest.fixture
async def reader(site: Site) -> SimulatedUser:
    """Somebody who follows two topics and had a digest."""
    somebody = reader_of(site)
    await somebody.says("/subscribe diffusion")
    await somebody.says('/subscribe clustering OR "ferry traffic"')
    await digest_comes(site)
    return somebody


async def parsed(site: Site, path: str) -> Any:
    answer = await site.get(path)
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    feed = feedparser.parse(answer.content)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


async def test_a_feed_reader_gets_what_was_sent_with_its_reasons(site: Site, reader: SimulatedUser) -> None:
    paths = await open_feed(reader)
    assert set(paths) == {"atom", "json", "opml"}
    feed = await parsed(site, paths["atom"])
    assert feed.feed.title == "Your Daily Papers"
    (entry,) = feed.entries
    assert entry.title == TIMETABLES.title
    assert entry.content[0].value.startswith("<p><i>diffusion")
    everybody = feedparser.parse((await site.get("/feeds/all.atom")).content)
    assert entry.id in [each.id for each in everybody.entries], "a paper has one id wherever it is read"
    items = json.loads((await site.get(paths["json"])).text)["items"]
    assert [item["id"] for item in items] == [entry.id]
    assert items[0]["content_html"].startswith("<p><i>diffusion")


async def test_the_topics_are_a_list_of_feeds_that_can_be_read(site: Site, reader: SimulatedUser) -> None:
    answer = await site.get((await open_feed(reader))["opml"])
    assert answer.headers["Content-Type"].startswith("text/x-opml")
    outlines = ElementTree.fromstring(answer.content).findall("./body/outline")
    assert [each.get("text") for each in outlines] == ["diffusion", 'clustering OR "ferry traffic"']
    for each, title in zip(outlines, (TIMETABLES.title, OLD.title), strict=True):
        assert each.get("type") == "rss"
        feed = await parsed(site, str(each.get("xmlUrl")).removeprefix(PUBLIC))
        assert title in [entry.title for entry in feed.entries]
        await site.get(str(each.get("htmlUrl")).removeprefix(PUBLIC))
    await site.get((await open_feed(reader, "/feed new"))["opml"], 304, If_None_Match=answer.headers["ETag"])


async def test_nobody_on_the_way_keeps_it(site: Site, reader: SimulatedUser) -> None:
    paths = await open_feed(reader)
    for path in paths.values():
        answer = await site.get(path)
        again = await site.get(path, 304, If_None_Match=answer.headers["ETag"])
        for each in (answer, again):
            assert each.headers["Cache-Control"] == "private, max-age=900"
            assert each.headers["X-Robots-Tag"] == "noindex"
    await reader.says("/feed off")
    for path, status in ((paths["atom"], 410), ("/feeds/chat/x.atom", 404)):
        assert (await site.get(path, status)).headers["Cache-Control"] == "no-store"


async def test_a_feed_that_is_the_same_costs_one_query(site: Site, reader: SimulatedUser) -> None:
    paths = await open_feed(reader)
    tags = {path: (await site.get(path)).headers["ETag"] for form, path in paths.items() if form != "opml"}
    statements: list[str] = []
    event.listen(
        site.app.storage._reader.sync_engine, "before_cursor_execute", lambda *args: statements.append(args[2])
    )
    for path, tag in tags.items():
        statements.clear()
        await site.get(path, 304, If_None_Match=tag)
        assert len([each for each in statements if each.startswith("SELECT")]) == 1, statements


async def test_it_changes_with_a_digest_or_a_text_and_not_with_votes(site: Site, reader: SimulatedUser) -> None:
    path = (await open_feed(reader))["atom"]
    before = await site.get(path)
    site.pass_time(hours=3)
    await site.vote(TIMETABLES, 400)
    await site.get(path, 304, If_None_Match=before.headers["ETag"])
    assert (await site.get(path)).content == before.content
    await site.list_papers(replace(TIMETABLES, upvotes=400, tldr="It draws timetables."))
    changed = await site.get(path, If_None_Match=before.headers["ETag"])
    assert feedparser.parse(changed.content).entries[0].summary == "It draws timetables."
    site.pass_time(hours=24)
    newer = replace(TIMETABLES, id="2608.00009", title="Diffusion of Ferries", listed_on=site.clock.now().date())
    await site.list_papers(newer)
    await digest_comes(site)
    feed = feedparser.parse((await site.get(path, If_None_Match=changed.headers["ETag"])).content)
    assert [entry.title for entry in feed.entries] == [newer.title, TIMETABLES.title]


async def test_a_new_address_ends_the_old_one_and_off_ends_both(site: Site, reader: SimulatedUser) -> None:
    first = await open_feed(reader)
    seen = await reader.says("/feed")
    assert "This chat has a feed since Wed 19 Aug." in seen
    assert not ADDRESS.search(seen)
    second = await open_feed(reader, "/feed new")
    assert set(second.values()).isdisjoint(first.values())
    for path in first.values():
        assert (await site.get(path, 410)).text == "This feed has ended. /feed in the chat makes a new one."
    await site.get(second["atom"])
    assert "The feed has ended" in await reader.says("/feed off")
    await site.get(second["atom"], 410)
    assert "This chat has no feed." in await reader.says("/feed off")
    assert "/feed new" in await reader.says("/feed please")


async def test_only_a_hash_is_kept(site: Site, reader: SimulatedUser) -> None:
    token = (await open_feed(reader))["atom"].rpartition("/")[2].removesuffix(".atom")
    async with site.app.storage.engine.connect() as connection:
        (row,) = (await connection.execute(select(chat_feed))).all()
    assert token not in str(row)
    assert re.fullmatch("[0-9a-f]{64}", row.token_hash)


async def test_guesses_find_nothing(site: Site, reader: SimulatedUser) -> None:
    token = (await open_feed(reader))["atom"].rpartition("/")[2].removesuffix(".atom")
    other = "A" if token[0] != "A" else "B"
    guesses = [
        "x.atom",
        ".atom",
        "",
        token,
        f"{token}.rss",
        f"{token}.",
        f"{token}.atom.atom",
        f"{token}/.atom",
        f"{token[:-1]}.atom",
        f"{token}A.atom",
        f"{other}{token[1:]}.atom",
        f"{token.swapcase()}.atom",
        f"%00{token}.atom",
        "%F0%9F%A6%86.json",
        "%ff%fe.atom",
        "..%2F..%2Fetc%2Fpasswd.opml",
        f"{'a' * 4000}.atom",
        "' OR 1=1 --.atom",
    ]
    for guess in guesses:
        answer = await site.get(f"/feeds/chat/{guess}", 404)
        assert answer.text == "There is no such feed. /feed in the chat makes one."


async def test_a_guess_asks_what_the_right_address_asks(site: Site, reader: SimulatedUser) -> None:
    """The same one query, by a hash: its time says nothing of how near a guess was."""
    path = (await open_feed(reader))["atom"]
    await reader.says("/feed off")
    statements: list[str] = []
    event.listen(
        site.app.storage._reader.sync_engine, "before_cursor_execute", lambda *args: statements.append(args[2])
    )
    asked = []
    for asking, status in ((path, 410), ("/feeds/chat/x.atom", 404), (path.replace(".atom", "x.atom"), 404)):
        statements.clear()
        await site.get(asking, status)
        asked.append([each for each in statements if each.startswith("SELECT")])
    assert len(asked[0]) == 1
    assert asked[0] == asked[1] == asked[2]


async def test_a_chat_that_was_forgotten_has_no_feed(site: Site, reader: SimulatedUser) -> None:
    paths = await open_feed(reader)
    await reader.says("/forget everything")
    for path in paths.values():
        await site.get(path, 404)


async def test_an_ended_feed_is_told_of_for_three_months(site: Site, reader: SimulatedUser) -> None:
    path = (await open_feed(reader))["atom"]
    await reader.says("/feed off")
    await site.app.jobs.housekeeping(site.clock.now() + timedelta(days=89))
    await site.get(path, 410)
    await site.app.jobs.housekeeping(site.clock.now() + timedelta(days=91))
    await site.get(path, 404)


async def test_a_feed_begins_empty_and_valid(site: Site) -> None:
    reader = reader_of(site)
    paths = await open_feed(reader)
    assert (await parsed(site, paths["atom"])).entries == []
    assert json.loads((await site.get(paths["json"])).text)["items"] == []
    assert not ElementTree.fromstring((await site.get(paths["opml"])).content).findall("./body/outline")


async def test_it_is_where_the_operator_says_and_nowhere_else(sqlite_storage: Database, tmp_path: Path) -> None:
    async with open_site(tmp_path, *ARCHIVE, caller="127.0.0.1", public_url="") as site:
        said = await reader_of(site).says("/feed")
        address = ADDRESS.findall(said)[0]
        assert address.startswith("http://127.0.0.1:8080/feeds/chat/")
        await site.get(address, Host="127.0.0.1:8080")
    async with open_site(tmp_path, *ARCHIVE, public_url="") as site:
        await site.get(address, 404)
    async with open_site(tmp_path, *ARCHIVE, public_pages="off") as site:
        assert "its operator has turned them off" in await reader_of(site).says("/feed")
