"""A paper's page, the search page, and what search engines and other sites read."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from storage.database import Database
from tests.adapters.pages.site import NASTY, OLD, PUBLIC, TIMETABLES, Site, open_site
from tests.adapters.pages.test_list_pages import DAY, titles

PAPER = f"/papers/{TIMETABLES.id}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def linked_data(html: str) -> dict[str, object]:
    (written,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    return json.loads(written)


async def test_a_paper_has_a_page_that_names_where_it_is_discussed(site: Site) -> None:
    html = (await site.get(PAPER)).text
    for said in (TIMETABLES.title, TIMETABLES.abstract, "Mira Aldous, Tom Brandt", f'href="{DAY}"', "q=diffusion"):
        assert said in html, said
    assert '<link rel="canonical" href="https://hf.co/papers/2608.00001">' in html
    assert f'property="og:url" content="{PUBLIC}{PAPER}"' in html
    assert 'property="og:type" content="article"' in html
    assert f'property="og:image" content="{TIMETABLES.thumbnail_url}"' in html
    told = linked_data(html)
    assert (told["@type"], told["headline"], told["datePublished"]) == (
        "ScholarlyArticle",
        TIMETABLES.title,
        "2026-08-17",
    )
    assert [author["name"] for author in told["author"]] == ["Mira Aldous", "Tom Brandt"]  # type: ignore[attr-defined]


async def test_a_paper_that_is_the_same_is_not_sent_again(site: Site) -> None:
    tag = (await site.get(PAPER)).headers["ETag"]
    await site.get(PAPER, 304, If_None_Match=tag)
    await site.vote(TIMETABLES, 18)
    assert (await site.get(PAPER, If_None_Match=tag)).headers["ETag"] != tag


async def test_other_ways_to_write_an_id_lead_to_the_paper(site: Site) -> None:
    for written in ("2608.00001v2", "arXiv:2608.00001"):
        assert (await site.get(f"/papers/{written}", 301)).headers["Location"] == PAPER


@pytest.mark.parametrize(
    "path",
    ["0000.00000", "cs/0112017", "x" * 3_000, "%00", "..%2f..%2fetc", "2608.00001/", "week", "month/", "static/x"],
)
async def test_no_guess_breaks_anything(site: Site, path: str) -> None:
    answer = await site.visitor.get(f"/papers/{path}")
    assert answer.status_code in (301, 307, 404)
    assert "Traceback" not in answer.text


async def test_search_answers_as_in_a_chat(site: Site) -> None:
    answer = await site.get("/papers/search?q=clustering")
    assert titles(answer.text) == [OLD.id]
    assert "1 paper about it" in answer.text
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    mentioned = (await site.get("/papers/search?q=timetables")).text
    assert TIMETABLES.id in titles(mentioned)
    nasty = (await site.visitor.get("/papers/search", params={"q": '"><script>alert(1)</script>'})).text
    assert "<script>alert(1)" not in nasty


async def test_a_search_without_words_asks_for_some(site: Site) -> None:
    for path in ("/papers/search", "/papers/search?q=", "/papers/search?q=+"):
        html = (await site.get(path)).text
        assert "What are you looking for?" in html
        assert "q=mixture+of+experts" in html


async def test_a_slip_of_the_keys_is_mended_by_a_link(site: Site) -> None:
    html = (await site.get("/papers/search?q=clusterng")).text
    assert "Did you mean" in html
    assert 'href="/papers/search?q=clustering"' in html


@pytest.mark.parametrize(
    "query", ["(", "a" * 4_000, "word " * 800, "\x00\x01", "field:nonsense", "-x", "🚀", "é" * 999]
)
async def test_a_query_that_cannot_be_read_is_answered_kindly(site: Site, query: str) -> None:
    answer = await site.visitor.get("/papers/search", params={"q": query})
    assert answer.status_code in (200, 400)
    assert "<html" in answer.text
    assert len(answer.content) < 80_000  # no matter how often a page says what was typed


async def test_a_list_says_to_machines_what_is_on_it(site: Site) -> None:
    html = (await site.get(DAY)).text
    told = linked_data(html)
    items = told["mainEntity"]["itemListElement"]  # type: ignore[index]
    assert [each["item"]["headline"] for each in items] == [NASTY.title, TIMETABLES.title]
    assert 'property="og:title" content="Papers of Wednesday, 19 August 2026"' in html
    assert f'property="og:image" content="{TIMETABLES.thumbnail_url}"' in html


async def test_search_engines_are_told_what_to_keep(site: Site) -> None:
    robots = (await site.get("/robots.txt")).text
    assert "Disallow: /\n" in robots
    assert "Allow: /papers\n" in robots
    assert "Disallow: /papers/search" in robots
    assert f"Sitemap: {PUBLIC}/sitemap.xml" in robots
    tree = ElementTree.fromstring((await site.get("/sitemap.xml")).text)
    assert [each.text for each in tree.iter(f"{SITEMAP}loc")] == [
        f"{PUBLIC}/papers/2026-08-{day}" for day in (19, 18, 14)
    ]


async def test_until_papers_are_there_every_page_says_to_come_back(sqlite_storage: Database, tmp_path) -> None:
    async with open_site(tmp_path) as empty:
        for path in ("/papers/search?q=x", "/papers/search", PAPER, "/papers/9900.00001", "/sitemap.xml"):
            assert (await empty.get(path, 503)).headers["Retry-After"] == "60"
