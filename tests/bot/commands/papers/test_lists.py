"""The lists of days, weeks and months."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.ui.date_parsing import parse_future_day, parse_past_day
from bot.errors import InputError
from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.sample_archive import TODAY
from tests.bot.commands.simulated_user import SimulatedUser


async def test_today_shows_the_newest_list_by_votes(anna: SimulatedUser) -> None:
    seen = await anna.says("/today")
    assert seen.startswith(
        "Fri 21 Aug, the list so far · 7 papers\n"
        "1 Benchmark Number 4: Counting Boats ▲30\n"
        "2 Diffusion Models for Tidal Maps ▲17\n"
    )
    assert seen.endswith("[1][2][3][4][5]\n[6][7]")


async def test_today_on_a_topic_shows_only_its_papers(anna: SimulatedUser) -> None:
    seen = await anna.says("/today diffusion")
    assert "1 paper on diffusion\n1 Diffusion Models for Tidal Maps" in seen
    assert "✓ Following diffusion" in await anna.taps("Follow diffusion")


@pytest.mark.parametrize(
    ("later", "why"),
    [
        ({"days": 1}, "No list on weekends. The newest one:"),
        ({"days": 3}, "Nothing is listed yet today; the list grows until evening (UTC). The newest one:"),
    ],
)
async def test_an_empty_today_says_why_and_shows_the_newest(
    anna: SimulatedUser, world: CommandEnvironment, later: dict[str, float], why: str
) -> None:
    world.clock.pass_by(**later)
    assert (await anna.says("/today")).startswith(f"{why}\nFri 21 Aug · 7 papers\n1 Benchmark")


async def test_a_long_list_turns_its_pages_in_place(anna: SimulatedUser) -> None:
    assert "[Next 8 ›]" in await anna.says("/date tuesday")
    seen = await anna.taps("Next 8")
    assert anna.view.replaces_message
    assert seen.startswith("Tue 18 Aug · 18 papers\n11 Letters from Harbour 2")
    assert seen.endswith("[‹ Previous 10]")
    assert (await anna.taps("‹ Previous")).startswith("Tue 18 Aug · 18 papers\n1 Benchmark")


async def test_a_number_opens_the_card(anna: SimulatedUser) -> None:
    await anna.says("/today")
    assert (await anna.taps("2")).startswith("Diffusion Models for Tidal Maps | ")


@pytest.mark.parametrize("asked", ["yesterday", "2026-08-20", "20 Aug", "aug 20", "20 August 2026", "Thursday", "thu"])
async def test_a_day_can_be_said_in_many_ways(anna: SimulatedUser, asked: str) -> None:
    assert (await anna.says(f"/date {asked}")).startswith("Thu 20 Aug · 8 papers")


async def test_days_without_a_list_say_why(anna: SimulatedUser) -> None:
    assert "Sun 16 Aug was a weekend: Hugging Face makes no list then." in await anna.says("/date sunday")
    assert "No paper was listed on Wed 12 Aug." in await anna.says("/date 12 Aug")
    assert "My archive doesn’t reach back to 2020-01-01; it begins on Tue 2 Jun." in await anna.says("/date 2020-01-01")


async def test_a_day_that_cannot_be_is_answered_kindly(anna: SimulatedUser) -> None:
    assert "2027-01-01 is still to come; lists appear on their day." in await anna.says("/date 2027-01-01")
    assert "I can’t read 2026-02-30 as a day." in await anna.says("/date 2026-02-30")
    assert "Which day?" in await anna.says("/date")
    assert (await anna.taps("yesterday")).startswith("Thu 20 Aug")


async def test_week_month_and_trending_go_by_votes(anna: SimulatedUser) -> None:
    assert (await anna.says("/week")).startswith("The last 7 days · 46 papers\n1 Fast Diffusion Sampling")
    assert (await anna.says("/month")).startswith("The last 30 days · 52 papers\n1 Fast Diffusion Sampling")
    assert (await anna.says("/trending")).startswith("Most votes on the last 7 lists · 52 papers\n1 Fast Diffusion")
    assert "The last 7 days: nothing on pelicans." in await anna.says("/week pelicans")


async def test_an_empty_archive_asks_for_patience(empty_world: CommandEnvironment) -> None:
    early = empty_world.person()
    for asked in ("/today", "/trending", "/top"):
        assert await early.says(asked) == "I am still fetching the first papers. Ask again in a minute."
    assert "The last 7 days: no paper." in await early.says("/week")


@given(st.dates(date(2000, 1, 1), TODAY))
def test_every_written_day_is_read_as_itself(day: date) -> None:
    for written in (f"{day:%Y-%m-%d}", f"{day.day} {day:%B} {day.year}", f"{day:%b} {day.day}, {day.year}"):
        assert parse_past_day(written, TODAY) == day


@given(st.text(max_size=20))
def test_whatever_is_written_a_past_day_is_past_and_a_coming_one_to_come(text: str) -> None:
    with suppress(InputError):
        assert parse_past_day(text, TODAY) <= TODAY
    coming = parse_future_day(text, TODAY)
    assert coming is None or coming > TODAY


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("2 weeks", 14),
        ("a week", 7),
        ("for 3 days", 3),
        ("tomorrow", 1),
        ("until monday", 3),
        ("1 Sep", 11),
        ("friday", 7),
    ],
)
def test_a_pause_can_be_said_in_many_ways(said: str, days: int) -> None:
    assert parse_future_day(said, TODAY) == TODAY + timedelta(days=days)
