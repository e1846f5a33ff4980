"""When digests come: hour, zone, days, pauses."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chats import EVERY_DAY, WEEKDAYS, ChatSettings
from bot.commands.settings.schedule_parsing import parse_schedule
from bot.commands.ui.timezones import parse_zone, suggested_zones
from bot.errors import InputError
from bot.views import InputErrorBlock
from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.sample_archive import make_paper
from tests.bot.commands.simulated_user import SimulatedUser

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


async def test_an_hour_a_city_and_days_in_one_go(anna: SimulatedUser, world: CommandEnvironment) -> None:
    await anna.says("/subscribe diffusion")
    assert await anna.says("/when 08:30 berlin weekdays") == (
        "✓ Digests come weekdays 08:30 Berlin.\nNext digest: Mon 24 Aug 08:30.\n[Settings][Topics]\n[Undo]"
    )
    chat = await world.chat_of(anna)
    assert chat.settings.zone == "Europe/Berlin"
    assert chat.next_digest_at == datetime(2026, 8, 24, 6, 30, tzinfo=UTC)


async def test_an_hour_without_a_zone_asks_for_the_city(anna: SimulatedUser) -> None:
    assert await anna.says("/when 08:30") == "\n".join(
        [
            "08:30 by which city’s clock? Until you choose one, digests come daily 13:00 UTC.",
            "They begin once a topic is followed.",
            "[08:30 in New York]",
            "[08:30 in London]",
            "[08:30 in Kolkata]",
            "[Settings][Topics]",
            "[Undo]",
        ]
    )
    assert "✓ Digests come daily 08:30 London." in await anna.taps("08:30 in London")


async def test_the_cities_offered_suit_the_language(world: CommandEnvironment) -> None:
    await (reader := world.person(language="de-AT")).says("/when")
    assert "09:00 in Berlin" in reader.labels
    assert all(zone in available_timezones() for language in ("de", "zh", "xx") for zone in suggested_zones(language))


async def test_what_is_set_is_shown_with_what_can_be_chosen(anna: SimulatedUser) -> None:
    await anna.says("/when 09:00 Europe/Berlin")
    assert await anna.says("/when") == "\n".join(
        [
            "Digests come daily 09:00 Berlin. When do you want them?",
            "[07:00][09:00][18:00]",
            "[Another hour][Another city]",
            "[Weekdays][Every day][Weekly]",
            "[When the list is complete]",
        ]
    )
    assert "weekdays 09:00 Berlin" in await anna.taps("Weekdays")
    assert "weekdays, when the list is complete, not before 09:00 Berlin" in await anna.says("/when settled")
    assert "✓ Digests come weekdays 18:00 Berlin." in await anna.says("/when 18:00")


async def test_a_zone_that_does_not_exist_is_answered_with_the_nearest(anna: SimulatedUser) -> None:
    seen = await anna.says("/when 09:00 Berlni")
    assert "I don’t know the time zone Berlni." in seen
    assert "✓ Digests come daily 09:00 Berlin." in await anna.taps("09:00 Europe/Berlin")


@pytest.mark.parametrize(
    ("said", "place", "why"),
    [
        ("25:00", (0, 5), "25:00 is not a time of day."),
        ("berlin 9:75", (7, 11), "9:75 is not a time of day."),
        ("09:00 +02:00", (6, 12), "A difference to UTC changes with summer time."),
        ("09:00 PST", (6, 9), "PST changes with summer time or means several places."),
    ],
)
async def test_what_cannot_be_read_is_shown_in_its_place(
    anna: SimulatedUser, said: str, place: tuple[int, int], why: str
) -> None:
    assert why in await anna.says(f"/when {said}")
    mistake = anna.view.blocks[0]
    assert isinstance(mistake, InputErrorBlock)
    assert (mistake.input, mistake.span) == (said, place)


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        ("10:00 +05:30", ["when 10:00 Asia/Kolkata", "when 10:00 Asia/Colombo"]),
        ("UTC+5:30 10:00", ["when Asia/Kolkata 10:00", "when Asia/Colombo 10:00"]),
        ("10:00 +0545", ["when 10:00 Asia/Kathmandu"]),
        ("10:00 -05:00", ["when 10:00 America/New_York"]),
        ("10:00 +00:01", ["when 10:00 UTC"]),
        ("10:00 +99", ["when 10:00 UTC"]),
    ],
)
def test_a_difference_to_utc_offers_the_zones_that_have_it_now(said: str, offered: list[str]) -> None:
    with pytest.raises(InputError) as raised:
        parse_schedule(said, NOW)
    assert list(raised.value.suggestions)[: len(offered)] == offered


async def test_the_zones_offered_can_be_tapped(anna: SimulatedUser) -> None:
    assert "Asia/Colombo" in await anna.says("/when 10:00 +05:30")
    assert "10:00 Kolkata" in await anna.taps("10:00 Asia/Kolkata")


@pytest.mark.parametrize(
    ("said", "hour", "zone", "days"),
    [
        ("09:00", time(9), None, None),
        ("9am", time(9), None, None),
        ("at 6:30 PM", time(18, 30), None, None),
        ("12 am", time(0), None, None),
        ("7.15", time(7, 15), None, None),
        ("Europe/Berlin 18:00", time(18), "Europe/Berlin", None),
        ("18:00 new york", time(18), "America/New_York", None),
        ("san francisco", None, "America/Los_Angeles", None),
        ("buenos aires 8", time(8), "America/Argentina/Buenos_Aires", None),
        ("UTC", None, "UTC", None),
        ("weekdays", None, None, WEEKDAYS),
        ("every day 10:00", time(10), None, EVERY_DAY),
        ("mon,wed,fri", None, None, frozenset({0, 2, 4})),
        ("mon, wed and fri at 8:00", time(8), None, None),
        ("Mon - Thu", None, None, frozenset({0, 1, 2, 3})),
        ("sat-mon 08:00 tokyo", time(8), "Asia/Tokyo", frozenset({5, 6, 0})),
        ("tuesdays", None, None, frozenset({1})),
    ],
)
def test_a_wish_can_be_said_in_many_ways(
    said: str, hour: time | None, zone: str | None, days: frozenset[int] | None
) -> None:
    wish = parse_schedule(said, NOW)
    assert (wish.hour, wish.zone) == (hour, zone)
    assert days is None or wish.days == days


def test_days_named_apart_add_up() -> None:
    assert parse_schedule("mon wed and fri", NOW).days == frozenset({0, 2, 4})


@given(
    st.permutations(["07:45", "Asia/Tokyo", "mon-fri", "settled"]),
)
def test_the_order_does_not_matter(parts: list[str]) -> None:
    wish = parse_schedule(" ".join(parts), NOW)
    assert wish.apply_to(ChatSettings()) == ChatSettings(
        time(7, 45), "Asia/Tokyo", WEEKDAYS, wait_for_complete_list=True
    )


@given(st.text(max_size=30))
def test_whatever_is_typed_is_read_or_answered_kindly(text: str) -> None:
    try:
        wish = parse_schedule(text, NOW)
    except InputError:
        return
    assert wish.zone is None or wish.zone in available_timezones()


@given(st.sampled_from(sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))))
def test_every_place_is_known_by_its_full_name(zone: str) -> None:
    known = parse_zone(zone) if not zone.startswith(("US/", "Canada/", "Brazil/", "Mexico/", "Chile/")) else zone
    assert known == zone


async def test_a_pause_stops_digests_until_its_day(anna: SimulatedUser, world: CommandEnvironment) -> None:
    await anna.says("/subscribe diffusion")
    await anna.says("/when 09:00 Berlin")
    assert "Paused until Fri 4 Sep; topics and settings are kept." in await anna.says("/pause 2 weeks")
    chat = await world.chat_of(anna)
    assert chat.paused_until == datetime(2026, 9, 3, 22, tzinfo=UTC), "midnight in Berlin"
    assert chat.next_digest_at is None
    assert "It begins again Fri 4 Sep 00:00." in await anna.says("/status")


async def test_a_pause_without_an_end_offers_some(anna: SimulatedUser) -> None:
    assert "Paused. No digest comes until you resume" in await anna.says("/pause")
    assert "Paused until Fri 28 Aug" in await anna.taps("For a week")
    assert "I can’t read last summer as a day to come." in await anna.says("/pause last summer")


async def test_after_a_pause_the_clock_starts_anew_and_what_was_missed_is_a_button(
    anna: SimulatedUser, world: CommandEnvironment
) -> None:
    await anna.says("/subscribe diffusion")
    await anna.says("/pause")
    world.clock.pass_by(days=5)
    await world.list_papers(
        make_paper("2608.09003", "Diffusion in Wells", datetime(2026, 8, 24, tzinfo=UTC).date()),
        make_paper("2608.09004", "Diffusion in Lakes", datetime(2026, 8, 26, tzinfo=UTC).date()),
    )
    assert "✓ Digests come again. Next digest: today 13:00 UTC." in await anna.says("/resume")
    assert (await world.chat_of(anna)).eligible_from == world.clock.now().date()
    assert anna.labels == ["What you missed (2)", "Undo"]
    seen = await anna.taps("What you missed")
    assert "2 papers on your topics since Fri 21 Aug that no digest brought:" in seen
    assert "1 Diffusion Models for Tidal Maps · 21 Aug ▲17\n2 Diffusion in Wells · 24 Aug ▲5" in seen


async def test_resuming_what_runs_changes_nothing(anna: SimulatedUser) -> None:
    await anna.says("/subscribe diffusion")
    assert await anna.says("/resume") == "Nothing is paused. Next digest: today 13:00 UTC."
