"""Three invented list days with an archive day before them: some papers match, some only mention, some come twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tests.fakes.papers_api import FakePapersApi

Row = dict[str, Any]

WEDNESDAY, THURSDAY, FRIDAY, MONDAY = (date(2026, 9, day) for day in (9, 10, 11, 14))

# More words than the opening of an abstract has, about nothing that anybody follows.
BEFORE = (
    "Towns keep many small records that nobody reads twice. We collect three years of them from a harbour, a bakery "
    "and a bus depot, and ask which of them still tell something about the next morning, and to whom."
)


def make_row(number: int, title: str, abstract: str, votes: int) -> Row:
    paper = {
        "id": f"2609.{number:05}",
        "title": title,
        "summary": abstract,
        "upvotes": votes,
        "publishedAt": "2026-09-08T00:00:00.000Z",
        "authors": [{"name": "Mira Aldous", "hidden": False}, {"name": "Tom Brandt", "hidden": False}],
    }
    return {"paper": paper, "title": title, "summary": abstract, "numComments": 0}


KNITTING = make_row(11, "Diffusion Models for Knitting Patterns", f"{BEFORE} We present patterns that hold.", 40)
LIGHTHOUSES = make_row(2, "Spectral Clustering of Lighthouse Signals", f"{BEFORE} We present a map of flashes.", 31)
CLOCKLESS = make_row(24, "Diffusion Without a Clock", f"{BEFORE} We show that steps need no numbers.", 12)

ARCHIVE = [
    make_row(1, "Diffusion on Wet Paper", f"{BEFORE} We present ink that knows its way.", 22),
    LIGHTHOUSES,
    make_row(3, "A Baker’s Forecast", f"{BEFORE} We present bread that is ready on time.", 8),
    make_row(4, "Ferry Timetables by Vote", f"{BEFORE} One of nine baselines uses diffusion.", 3),
]

# Each day's rows appear every two hours, from 02:00 to 16:00 UTC.
DAYS = {
    THURSDAY: [
        make_row(10, "Clustering Postcards by Handwriting", f"{BEFORE} We present a sorter for old mail.", 18),
        KNITTING,
        make_row(12, "Letters That Sort Themselves", f"{BEFORE} Clustering helps. We show where clustering ends.", 9),
        make_row(13, "Rain Gauges That Talk", f"{BEFORE} A baseline with clustering comes third.", 50),
        make_row(14, "Sketching Harbours from Memory", f"With diffusion we draw quays unseen. {BEFORE}", 7),
        make_row(15, "Why Crows Queue", f"{BEFORE} Diffusion is future work.", 33),
        make_row(16, "A Late Ferry: Diffusion over Tide Tables", f"{BEFORE} We present arrivals.", 5),
        make_row(17, "Soft Clustering for Market Stalls", f"{BEFORE} We present stalls that share.", 4),
    ],
    FRIDAY: [
        KNITTING,
        LIGHTHOUSES,
        make_row(22, "Diffusion Helps Clustering of Bird Calls", f"{BEFORE} We present a quiet morning.", 25),
        make_row(23, "Night Buses and Their Drivers", f"{BEFORE} We present a roster.", 2),
        CLOCKLESS,
        make_row(25, "Counting Sheep on GPU Clusters", f"{BEFORE} Our cluster has 64 GPUs, no other cluster has.", 6),
        make_row(26, "Clustering Grocery Lists", f"{BEFORE} We present shelves in order.", 3),
        make_row(27, "Slow Diffusion in Cold Kitchens", f"{BEFORE} We present patience.", 1),
    ],
    MONDAY: [
        make_row(
            30, "Recipes as Graphs", f"{BEFORE} Clustering them, then clustering cooks, is better clustering.", 14
        ),
        CLOCKLESS,
        make_row(32, "Diffusion for Very Small Gardens", f"{BEFORE} We present beds that fill up.", 11),
        make_row(33, "Ladders and Who Holds Them", f"{BEFORE} We present a second pair of hands.", 0),
        make_row(34, "The Price of a Window Seat", f"{BEFORE} Neither clustering nor prices moved.", 0),
        make_row(35, "Old Maps, New Puddles", f"{BEFORE} We present boots.", 0),
        make_row(36, "Bells by Ear", f"{BEFORE} We present a peal.", 0),
        make_row(37, "Diffusion after Dinner", f"{BEFORE} We present dessert.", 0),
    ],
}


def publish_lists(hub: FakePapersApi) -> None:
    hub.add_day(WEDNESDAY, ARCHIVE)
    for day, rows in DAYS.items():
        hub.add_day(day, rows)
        hub.grow_day(day, hour(day, 16), since=hour(day, 2))


def hour(day: date, at: int) -> datetime:
    return datetime(day.year, day.month, day.day, at, tzinfo=UTC)
