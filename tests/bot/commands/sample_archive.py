"""A small archive for the tests: three weeks of a summer, with a rare topic, a flooded one and an empty day."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.papers import Author, Organization, Paper, PaperListing

# A Friday noon; the newest list is the Friday's own.
NOW = datetime(2026, 8, 21, 12, 0, tzinfo=UTC)
TODAY = NOW.date()

NOTHING_TO_DO = "We measure how students plan their week and report what helps them to keep the plan."


def make_paper(
    id: str,
    title: str,
    day: date,
    abstract: str = NOTHING_TO_DO,
    *,
    upvotes: int = 5,
    code: bool = False,
    author: str = "Mira Aldous",
    lab: str = "",
) -> Paper:
    return Paper(
        id,
        title,
        abstract,
        day,
        authors=(Author(author), Author("Tom Brandt")),
        organization=Organization(lab.casefold(), lab) if lab else None,
        upvotes=upvotes,
        code_url=f"https://github.com/example/{id}" if code else "",
    )


def _august(day: int) -> date:
    return date(2026, 8, day)


DIFFUSION = (
    make_paper("2608.00001", "Diffusion Models for Tidal Maps", _august(21), upvotes=17, code=True),
    make_paper("2608.00002", "Fast Diffusion Sampling on a Phone", _august(20), upvotes=42),
    make_paper("2608.00003", "Painting Rivers by Diffusion", _august(20), upvotes=3, lab="Delta Lab"),
    make_paper(
        "2608.00004",
        "Rivers Drawn from Noise",
        _august(19),
        "We draw rivers. A diffusion model learns the banks, and a second diffusion model the water between them.",
        upvotes=9,
    ),
)
CLUSTERING = (
    make_paper("2606.00001", "Soft Clustering in Little Memory", date(2026, 6, 12), upvotes=2),
    make_paper("2606.00002", "Clustering of Turkish Word Forms", date(2026, 6, 2), upvotes=1),
)
MENTIONS = (
    make_paper(
        "2608.00010",
        "A Benchmark of Video Knowledge",
        _august(11),
        "We collect questions about videos from twelve sciences, write three answers to each by hand, and let five "
        "people judge which of them a careful student would give. After that the questions were grouped by clustering, "
        "and every group was checked once more by two of the five.",
        upvotes=4,
    ),
)
BENCHMARKS = tuple(
    make_paper(
        f"2608.001{n:02}",
        f"Benchmark Number {n}: Counting Boats",
        _august(17 + n % 5),
        upvotes=30 if n < 6 else 1,
        code=n % 3 == 0,
    )
    for n in range(30)
)
OTHERS = tuple(make_paper(f"2608.002{n:02}", f"Letters from Harbour {n}", _august(18), upvotes=n) for n in range(12))
PEOPLE = tuple(
    make_paper(f"2608.003{n:02}", f"Notes on Sails {n}", _august(14), author="Hao Li", lab=f"Lab {n}") for n in range(5)
)

ARCHIVE = (*DIFFUSION, *CLUSTERING, *MENTIONS, *BENCHMARKS, *OTHERS, *PEOPLE)


def make_listings(papers: tuple[Paper, ...]) -> list[PaperListing]:
    return [PaperListing(each, "huggingface", each.listed_on) for each in papers]
