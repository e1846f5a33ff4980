"""The law of stored values: everything that can be stored comes back equal, and nothing else is stored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.deliveries import DeliveryContent, DigestContent, SelectedPaper
from bot.i18n import JoinedText, LazyText, Link, t, tn
from bot.matching import MatchReason
from bot.papers import Author, Organization, Paper
from bot.views import Block, Button, Buttons, View
from storage.engine import json_codec
from storage.stored_types import TABLE, Json

TEXT = some.text(some.characters(exclude_categories=["Cs"]), max_size=12)
DAYS = some.dates(date(2020, 1, 1), date(2040, 1, 1))
# An hour that a clock leaps over is no moment: it equals nothing, not even itself in another zone.
MOMENTS = some.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - no zone is what is tried
    datetime(2040, 1, 1),  # noqa: DTZ001 - likewise
    timezones=some.timezones(),
    allow_imaginary=False,
)
LEAVES = TEXT | some.integers(-(2**53), 2**53) | DAYS | some.times() | MOMENTS | some.builds(Link, TEXT, TEXT)


def sentences(values: some.SearchStrategy) -> some.SearchStrategy:
    return some.builds(LazyText, TEXT, some.dictionaries(TEXT, values, max_size=3), TEXT)


VALUES = some.recursive(
    LEAVES,
    lambda inner: sentences(inner) | some.builds(JoinedText, some.lists(inner, max_size=3).map(tuple), TEXT),
    max_leaves=4,
)
some.register_type_strategy(LazyText, sentences(VALUES))
some.register_type_strategy(str, TEXT)
some.register_type_strategy(datetime, MOMENTS)
some.register_type_strategy(
    Paper,
    some.builds(
        Paper,
        some.just("2608.00001"),
        TEXT,
        TEXT,
        DAYS,
        authors=some.lists(some.builds(Author), max_size=2).map(tuple),
        organization=some.none() | some.builds(Organization),
        sources=some.frozensets(TEXT, max_size=2),
        published_on=some.none() | DAYS,
    ),
)
STORED = some.from_type(View) | some.from_type(DeliveryContent) | some.from_type(MatchReason)  # type: ignore[arg-type]  # unions count as types here


def there_and_back(value: object) -> object:
    return json_codec.decode(json.loads(json.dumps(json_codec.encode(value))))


@settings(max_examples=settings().max_examples * 3 // 5, deadline=None)
@given(STORED)
def test_what_is_stored_comes_back_equal(value: object) -> None:
    assert there_and_back(value) == value


@given(MOMENTS)
def test_moments_keep_the_zone_they_are_drawn_in(moment: datetime) -> None:
    back = there_and_back(moment)
    assert isinstance(back, datetime)
    assert back.isoformat() == moment.astimezone(UTC).astimezone(moment.tzinfo).isoformat()


@pytest.mark.parametrize("kind", [*get_args(Block), *get_args(DeliveryContent), View, MatchReason])
def test_every_block_and_content_is_known(kind: type) -> None:
    assert kind in {each.kind for each in TABLE}


def test_defaults_are_left_out_and_types_are_named() -> None:
    view = View((Buttons(((Button(t("Follow"), "subscribe diffusion"),),)),))
    assert json_codec.encode(view) == {
        "$": "View",
        "blocks": [
            {
                "$": "Buttons",
                "rows": [
                    [{"$": "Button", "label": {"$": "Sentence", "msgid": "Follow"}, "command": "subscribe diffusion"}]
                ],
            }
        ],
    }


def test_rows_from_before_a_field_was_added_and_after_one_was_removed_are_read() -> None:
    old: Json = {"$": "Chosen", "paper_id": "2608.00001", "topics": [], "mood": {"$": "Unknown"}}
    assert json_codec.decode(old) == SelectedPaper("2608.00001", ())


def test_a_count_keeps_its_values() -> None:
    sentence = tn("one", "many", 3, day=date(2026, 8, 18), hour=time(9, 0))
    assert there_and_back(sentence) == sentence


@dataclass(frozen=True)
class UnstoredType:
    name: str


class Mood(Enum):
    GOOD = "good"


@pytest.mark.parametrize(
    "value",
    [UnstoredType("?"), Mood.GOOD, [1, 2], {1, 2}, b"bytes", object(), datetime(2026, 8, 18), (UnstoredType("?"),)],  # noqa: DTZ001 - likewise
)
def test_a_type_that_is_not_stored_is_refused_by_name(value: object) -> None:
    with pytest.raises(json_codec.JsonCodecError, match=r"UnstoredType|Mood|list|set|bytes|object|zone"):
        json_codec.encode(value)


@pytest.mark.parametrize(
    "written",
    [{"$": "Stranger"}, {"no": "type"}, {"$": "Chosen"}, {"$": "EmptyReason", "is": "a mood"}, {"$": 3}],
)
def test_json_that_nothing_wrote_is_refused(written: Json) -> None:
    with pytest.raises(json_codec.JsonCodecError):
        json_codec.decode(written)


def test_a_digest_of_a_busy_day_stays_small() -> None:
    chosen = tuple(SelectedPaper(f"2608.{n:05}", (), with_summary=n < 5) for n in range(40))
    content = DigestContent(date(2026, 8, 18), chosen, topic_count=3)
    assert len(json.dumps(json_codec.encode(content))) < 4000


def test_zones_without_a_name_keep_their_offset() -> None:
    moment = datetime.fromisoformat("2026-08-18T09:00:00+05:30")
    assert there_and_back(moment) == moment
    assert there_and_back(datetime(2026, 8, 18, tzinfo=ZoneInfo("UTC"))) == datetime(2026, 8, 18, tzinfo=UTC)
