"""The lists as pages: what a visitor reads, finds on a topic, hears where there is nothing, and need not load again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import event

from adapters.huggingface.sample import load_sample_papers
from bot.papers import Paper
from storage.database import Database
from tests.adapters.pages.site import ARCHIVE, FRIDAY, NASTY, PUBLIC, SPEECH, TIMETABLES, TUESDAY, Site, open_site

DAY = "/papers/2026-08-19"


def titles(html: str) -> list[str]:
    return re.findall(r'<h2><a href="/papers/([^"]+)">', html)


async def test_a_visitor_is_led_to_the_newest_list_and_reads_it(site: Site) -> None:
    led = await site.get("/papers", 302)
    assert led.headers["Location"] == DAY
    html = (await site.get(DAY)).text
    assert titles(html) == [NASTY.id, TIMETABLES.id]  # most votes first
    for said in (
        "Wednesday, 19 August 2026",
        "still growing",
        "We propose a diffusion model that draws a week of lessons.",
        "Timetables are hard.",
        "Mira Aldous, Tom Brandt",
        "The Harbour Lab",
        "4 comments",
        "★ 1200",
        'href="https://hf.co/papers/2608.00001"',
        'href="https://arxiv.org/pdf/2608.00001"',
        'href="https://github.com/paperboy-sample/timetables"',
        'href="https://timetables.example.org/?a=1&amp;b=2"',
        f'href="{DAY}?topic=diffusion"',
        'rel="prev" href="/papers/2026-08-18"',
    ):
        assert said in html, said
    assert "Nobody Else" not in html
    assert 'rel="next"' not in html


async def test_lists_without_papers_are_stepped_over(site: Site) -> None:
    html = (await site.get("/papers/2026-08-18")).text
    assert f'rel="prev" href="/papers/{FRIDAY}"' in html
    assert f'rel="next" href="{DAY}"' in html


async def test_a_list_is_settled_once_it_was_read_after_its_midnight(site: Site) -> None:
    await site.poll(TUESDAY)
    assert "settled" in (await site.get("/papers/2026-08-18")).text
    assert "still growing" in (await site.get(DAY)).text


async def test_nothing_that_a_title_says_is_read_as_html(site: Site) -> None:
    html = (await site.get(DAY)).text
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert html.count("<script") == 1
    assert "\\u003c/script\\u003e" in html


async def test_pictures_come_from_the_source_by_https_only_and_can_be_off(tmp_path: Path, site: Site) -> None:
    answer = await site.get(DAY)
    assert re.findall(r'<img class="picture" src="([^"]+)"', answer.text) == [TIMETABLES.thumbnail_url]
    assert 'loading="lazy"' in answer.text
    async with open_site(tmp_path, thumbnails="off") as without:
        answer = await without.get(DAY)
        assert "pictures.example.org" not in answer.text
        assert "img-src 'self';" in answer.headers["Content-Security-Policy"]


async def test_a_topic_leaves_what_a_subscription_would_bring(site: Site) -> None:
    for topic, expected in (
        ("diffusion", [TIMETABLES.id]),
        ("robotics OR diffusion", [NASTY.id, TIMETABLES.id]),
        ("diffusion -timetables", []),
        ("upvotes>=20 robotics", [NASTY.id]),
        ('org:"The Harbour Lab"', [TIMETABLES.id]),
    ):
        html = (await site.visitor.get(DAY, params={"topic": topic})).text
        assert titles(html) == expected, topic
    assert "Nothing on" in (await site.visitor.get(DAY, params={"topic": "diffusion -timetables"})).text


@pytest.mark.parametrize("topic", ["(", "diffusion AND", "a" * 4_000, "word " * 800, "\x00", "org:", "-x", "\ud800"])
async def test_a_topic_that_cannot_be_read_is_answered_kindly(site: Site, topic: str) -> None:
    params = {"topic": topic.encode("utf-8", "surrogatepass")}
    answer = await site.visitor.get(DAY, params=params)
    assert answer.status_code in (200, 400)
    assert "<html" in answer.text
    assert len(answer.content) < 40_000
    assert "Traceback" not in answer.text


async def test_a_mistake_is_marked_and_can_be_mended_in_place(site: Site) -> None:
    html = (await site.get(f"{DAY}?topic=(diffusion", 400)).text
    assert "<mark>(</mark>diffusion" in html
    assert 'value="(diffusion"' in html
    assert "noindex" in html


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("2026-02-30", "No calendar has 2026-02-30"),
        ("9999-99-99", "No calendar"),
        ("0000-00-00", "No calendar"),
        ("2026-08-16", "was a weekend"),
        ("2026-08-20", "still to come"),
        ("2026-08-13", "does not reach back"),
        ("2026-08-17", "No paper was listed then"),
        ("nonsense", "There is no such page"),
    ],
)
async def test_a_list_that_does_not_exist_is_answered_with_a_way_on(site: Site, path: str, word: str) -> None:
    answer = await site.get(f"/papers/{path}", 404)
    assert word in answer.text
    assert 'href="/papers' in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"


async def test_invented_papers_are_never_shown(sqlite_storage: Database, tmp_path: Path) -> None:
    async with open_site(tmp_path) as empty:
        assert (await empty.get("/papers", 503)).headers["Retry-After"] == "60"
        await empty.get(DAY, 503)
    async with open_site(tmp_path) as pretending:
        await pretending.list_papers(*(each.paper for each in load_sample_papers(pretending.clock.now().date())))
        for path in ("/papers", DAY, "/papers/week/2026-W34", "/papers/month/2026-08"):
            answer = await pretending.get(path, 503)
            assert answer.headers["Retry-After"] == "60"
            assert "9900." not in answer.text


async def test_a_page_that_is_the_same_costs_one_query(site: Site) -> None:
    await site.poll(TUESDAY)
    first = await site.get("/papers/2026-08-18")
    statements: list[str] = []
    engine = site.app.storage._reader.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    for headers in (
        {"If_None_Match": first.headers["ETag"]},
        {"If_None_Match": f'"other", {first.headers["ETag"].removeprefix("W/")}'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": first.headers["Last-Modified"]},
    ):
        statements.clear()
        same = await site.get("/papers/2026-08-18", 304, **headers)
        assert same.content == b""
        assert same.headers["ETag"] == first.headers["ETag"]
        assert same.headers["Cache-Control"] == first.headers["Cache-Control"]
        assert len([each for each in statements if each.startswith(("SELECT", "WITH"))]) == 1, statements
    await site.get("/papers/2026-08-18", 200, If_None_Match='"other"', If_Modified_Since=first.headers["Last-Modified"])
    await site.get("/papers/2026-08-18", 200, If_Modified_Since="yesterday")


async def test_what_changes_on_a_page_changes_its_tag(site: Site) -> None:
    tags = [(await site.get(DAY)).headers["ETag"]]
    assert (await site.get(DAY, 304, If_None_Match=tags[0])).headers["ETag"] == tags[0]
    await site.vote(TIMETABLES, 99)
    tags.append((await site.get(DAY)).headers["ETag"])
    tags.append((await site.get(f"{DAY}?topic=diffusion")).headers["ETag"])
    site.pass_time(days=1)
    await site.poll(TIMETABLES.listed_on)
    tags.append((await site.get(DAY)).headers["ETag"])
    assert len(set(tags)) == len(tags)


async def test_without_a_public_address_only_this_machine_reads_them(sqlite_storage: Database, tmp_path: Path) -> None:
    async with open_site(tmp_path, *ARCHIVE, public_url="", caller="127.0.0.1") as here:
        assert SPEECH.title in (await here.get("/papers/2026-08-18")).text
        await here.get("/papers/2026-08-18", 404, X_Forwarded_For="203.0.113.9")
    async with open_site(tmp_path, public_url="", caller="203.0.113.9") as elsewhere:
        await elsewhere.get("/papers/2026-08-18", 404)
        await elsewhere.get("/papers", 404)


async def test_strangers_at_the_local_chat_are_led_to_the_list(tmp_path: Path, site: Site) -> None:
    assert (await site.get("/", 302)).headers["Location"] == "/papers"
    for path in ("/messages", "/suggest", "/documents/1/1"):
        await site.get(path, 404)
    assert (await site.visitor.post("/say", data={"text": "/forget"})).status_code == 404
    async with open_site(tmp_path, public_pages="off") as closed:
        await closed.get("/", 404)
        await closed.get("/papers", 404)


async def test_no_cookie_and_no_host_changes_a_page(site: Site) -> None:
    plain = await site.get(DAY)
    dressed = await site.get(DAY, Cookie="paperboy_session=1.x.y", Host="evil.example", X_Forwarded_Host="evil.example")
    assert dressed.text == plain.text
    assert "evil.example" not in dressed.text
    assert f'property="og:url" content="{PUBLIC}{DAY}"' in plain.text


async def test_the_week_and_the_month_show_all_their_lists(site: Site) -> None:
    html = (await site.get("/papers/week/2026-W34")).text
    assert titles(html) == [NASTY.id, TIMETABLES.id, SPEECH.id]
    assert "17 to 23 August 2026" in html
    assert 'rel="prev" href="/papers/week/2026-W33"' in html
    html = (await site.get("/papers/month/2026-08?topic=clustering")).text
    assert titles(html) == ["2608.00004"]
    for path in ("week/2026-W99", "week/2026-34", "month/2026-13", "month/0000-01", "week/x", "month/2026-8"):
        await site.get(f"/papers/{path}", 404)


async def test_a_long_list_is_turned_over_by_pages(site: Site) -> None:
    many = [
        Paper(f"2608.1{number:04}", f"Paper {number}", "We show it.", TUESDAY, upvotes=500 - number)
        for number in range(120)
    ]
    await site.list_papers(*many)
    first, second = [titles((await site.get(f"/papers/2026-08-18?page={page}")).text) for page in (1, 2)]
    assert (len(first), len(second)) == (100, 21)
    assert set(first).isdisjoint(second)
    for odd in ("0", "-1", "99", "x", "9" * 400):
        assert titles((await site.get(f"/papers/2026-08-18?page={odd}")).text)
