"""What version 0.1 stored is read and written in the same words, whatever the code calls it by now."""

from __future__ import annotations

import json
import logging
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, make_dataclass
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from bot.deliveries import DeliveryContent, EmptyReason, SelectedPaper
from bot.matching import MatchReason
from bot.views import View
from storage.engine import json_codec
from storage.engine.json_codec import Codec
from storage.stored_types import REQUIRED, TABLE, Json, StoredClass, StoredEnum, StoredField, optional, required
from tests.contracts.stored_values import CHOSEN, VALUES

FIXTURES = Path(__file__).parents[1] / "fixtures"
STORED = FIXTURES / "stored"
DEFAULTS: dict[str, dict[str, dict[str, Json]]] = json.loads((FIXTURES / "stored-defaults.json").read_text())
CLASSES = [each for each in TABLE if isinstance(each, StoredClass)]
ENUMS = [each for each in TABLE if isinstance(each, StoredEnum)]


def written(name: str) -> Any:
    return json.loads((STORED / f"{name}.json").read_text())


def with_entry(entry: StoredClass | StoredEnum) -> Codec:
    """A codec for today's table with another entry of that tag."""
    return Codec([*(each for each in TABLE if each.tag != entry.tag), entry])


# --- as version 0.1 wrote it


@pytest.mark.parametrize("name", VALUES)
def test_what_is_stored_comes_back_equal_and_is_written_the_same(name: str) -> None:
    assert json_codec.decode(written(name)) == VALUES[name]
    assert json_codec.encode(VALUES[name]) == written(name)
    assert list(_types(json_codec.encode(VALUES[name]))) == list(_types(written(name)))


def _types(value: Json) -> Iterator[type]:
    """True is 1 and 1 is 1.0 for ``==``, but not for whoever reads it."""
    yield type(value)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from _types(each)


@pytest.mark.parametrize("stored", CLASSES, ids=lambda stored: stored.tag)
def test_every_field_of_every_class_stands_in_a_file(stored: StoredClass) -> None:
    """None of them at its default, or it would not be written."""
    files = [file.stem for file in STORED.glob("*.json") if file.stem.partition("-")[0] == stored.tag]
    assert {name for file in files for name in written(file)} == stored.names
    assert set(files) <= VALUES.keys()


@pytest.mark.parametrize("stored", ENUMS, ids=lambda stored: stored.tag)
def test_every_member_of_every_enumeration_stands_in_a_file(stored: StoredEnum) -> None:
    assert {each["is"] for each in written(stored.tag)} == set(stored.members.values())


@pytest.mark.parametrize("tag", DEFAULTS)
def test_a_field_that_is_left_out_is_what_it_was_then(tag: str) -> None:
    left_out, written_out = DEFAULTS[tag]["left out"], DEFAULTS[tag]["written out"]
    assert json_codec.decode(left_out) == json_codec.decode(written_out)
    assert json_codec.encode(json_codec.decode(written_out)) == left_out


def test_the_defaults_of_every_class_that_has_some_stand_in_the_file() -> None:
    having = {each.tag for each in CLASSES if any(part.missing is not REQUIRED for part in each.fields)}
    assert having == DEFAULTS.keys()


# --- after a renaming


@dataclass(frozen=True, slots=True)
class Picked:
    """``Chosen`` as a later version might have it: other names, and shown as a title unless it says otherwise."""

    paper: str
    because: tuple[Any, ...]
    whole: bool = False
    rose: bool = False


PICKED = StoredClass(
    "Chosen",
    Picked,
    required("paper_id", now="paper"),
    required("topics", now="because"),
    optional("full", True, now="whole"),
    optional("rose", False),
)


def test_a_class_and_its_fields_may_be_renamed() -> None:
    later = with_entry(PICKED)
    picked = Picked(CHOSEN.paper_id, CHOSEN.topics, whole=CHOSEN.with_summary, rose=CHOSEN.late_match)
    assert later.decode(written("Chosen")) == picked
    assert later.encode(picked) == written("Chosen")
    assert later.decode(written("DigestContent")).selected == (picked,)
    with pytest.raises(json_codec.JsonCodecError, match="SelectedPaper"):
        later.encode(CHOSEN)


def test_a_default_may_change() -> None:
    later = with_entry(PICKED)
    row: dict[str, Json] = {"$": "Chosen", "paper_id": "1", "topics": []}
    assert later.decode(row) == Picked("1", (), whole=True)
    assert later.encode(Picked("1", (), whole=True)) == row
    assert later.encode(Picked("1", ())) == {**row, "full": False}
    assert json_codec.decode({**row, "full": False}) == SelectedPaper("1", (), with_summary=False)


class Why(StrEnum):
    DAY_OFF = "day off"
    HOLIDAY = "holiday"


def test_a_member_of_an_enumeration_may_be_renamed() -> None:
    later = with_entry(StoredEnum("EmptyReason", Why, {Why.DAY_OFF: "weekend", Why.HOLIDAY: "no list"}))
    row = json_codec.encode(EmptyReason.WEEKEND)
    assert later.decode(row) is Why.DAY_OFF
    assert later.encode(Why.DAY_OFF) == row == {"$": "EmptyReason", "is": "weekend"}


@pytest.mark.parametrize("stored", CLASSES, ids=lambda stored: stored.tag)
def test_every_class_may_change_all_its_names_and_defaults(stored: StoredClass) -> None:
    changed = [(f"{part.attribute}_now", Any, field(default=f"another {part.name}")) for part in stored.fields]
    stand_in = make_dataclass("Renamed", changed, frozen=True, slots=True)
    renamed = [StoredField(part.name, f"{part.attribute}_now", part.missing) for part in stored.fields]
    later = with_entry(StoredClass(stored.tag, stand_in, *renamed))
    before = [VALUES[stored.tag]]
    rows = [written(stored.tag)]
    if stored.tag in DEFAULTS:
        before.append(json_codec.decode(DEFAULTS[stored.tag]["written out"]))
        rows.append(DEFAULTS[stored.tag]["left out"])
    for value, row in zip(before, rows, strict=True):
        back = json_codec.decode(later.encode(later.decode(row)))
        assert back == value
        assert later.encode(later.decode(row)) == row


# --- what the table must have


def test_a_table_that_lacks_something_or_has_too_much_is_refused() -> None:
    known = (required("paper_id"), required("topics"), optional("full", True, now="with_summary"))
    for fields_ in (
        known,
        (*known, required("rose", now="late_match"), required("mood")),
        (*known, optional("full", True)),
    ):
        with pytest.raises(TypeError, match="SelectedPaper has"):
            StoredClass("Chosen", SelectedPaper, *fields_)
    with pytest.raises(TypeError, match="one name"):
        StoredClass("Chosen", SelectedPaper, *known, optional("full", False, now="late_match"))
    with pytest.raises(TypeError, match="one name"):
        StoredClass("Chosen", SelectedPaper, *known, optional("rose", False, now="late_match"), gone=("rose",))
    with pytest.raises(TypeError, match="Why has"):
        StoredEnum("EmptyReason", Why, {Why.DAY_OFF: "weekend"})
    with pytest.raises(TypeError, match="one value"):
        StoredEnum("EmptyReason", Why, {Why.DAY_OFF: "weekend", Why.HOLIDAY: "weekend"})


@pytest.mark.parametrize("tag", ["Chosen", "at"])
def test_one_tag_for_two_types_is_refused(tag: str) -> None:
    with pytest.raises(json_codec.JsonCodecError, match="tag"):
        Codec([*TABLE, StoredClass(tag, Picked, *PICKED.fields)])


def _reachable(annotation: Any, found: set[type]) -> set[type]:
    """The dataclasses and enumerations that an annotation speaks of, and theirs."""
    if isinstance(annotation, type):
        if annotation not in found and (is_dataclass(annotation) or issubclass(annotation, Enum)):
            found.add(annotation)
            for hint in get_type_hints(annotation).values() if is_dataclass(annotation) else ():
                _reachable(hint, found)
    elif get_origin(annotation) in (Union, types.UnionType, tuple, frozenset, Mapping):
        for part in get_args(annotation):
            _reachable(part, found)
    return found


def test_every_type_that_can_be_stored_stands_in_the_table() -> None:
    found: set[type] = set()
    for root in (View, DeliveryContent, MatchReason):
        _reachable(root, found)
    assert found == {each.kind for each in TABLE}
    assert all(fields(each.kind) for each in CLASSES)


# --- what a newer version wrote, and an older one


def test_a_field_that_is_not_known_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    fresh = Codec(TABLE)
    row = {**written("Chosen"), "mood": {"$": "Unknown"}}
    with caplog.at_level(logging.WARNING):
        assert fresh.decode([row, row]) == (CHOSEN, CHOSEN)
    (told,) = caplog.messages
    assert "Chosen" in told
    assert "mood" in told


def test_a_field_that_is_gone_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    later = with_entry(StoredClass("Chosen", SelectedPaper, *_entry("Chosen").fields, gone=("mood",)))
    with caplog.at_level(logging.WARNING):
        assert later.decode({**written("Chosen"), "mood": "good"}) == CHOSEN
    assert not caplog.messages


def _entry(tag: str) -> StoredClass:
    return next(each for each in CLASSES if each.tag == tag)
