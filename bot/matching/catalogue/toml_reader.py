"""Reads a catalogue file, ours or an operator's, and tells what is wrong in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from bot.errors import InputError, PaperboyError
from bot.i18n import LazyText, join_texts, t
from bot.matching.text.acronyms import content_terms
from bot.topics.ast import Subject
from bot.topics.parser import parse
from bot.topics.synonyms import canonical_synonym

MAX_LABEL_LENGTH = 20
LIST_KEYS = ("same", "kinds", "near", "wider")
TEXT_KEYS = ("name", "label", "area")
ENTRY_KEYS = (*TEXT_KEYS, *LIST_KEYS, "replace")
DEFAULT_AREA = "other"

_ENTRY = re.compile(r"^[ \t]*\[\[\s*topic\s*\]\]", re.MULTILINE)
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class CatalogueTopic:
    """A topic that people follow, and what it goes by.

    ``name`` is what it is called and would be typed, ``label`` stands on a button (at most 20 characters), ``area`` is
    the group it is shown in. ``same`` are its other names, whichever of them is typed; ``kinds`` are parts of it that
    nobody would call another subject, and count side by side and in order. Both can be dropped. ``near`` are its
    neighbours, ``wider`` names that hold it and much more: both are offered with their count.
    """

    name: str
    label: str
    area: str
    same: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    wider: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def primary_names(self) -> tuple[str, ...]:
        """What it is called: whoever types one of these means all of it."""
        return (self.name, *self.same)

    @property
    def all_names(self) -> tuple[str, ...]:
        """All names, nearest first."""
        return (*self.primary_names, *self.kinds, *self.near, *self.wider)


class CatalogueError(PaperboyError):
    """A catalogue file can't be read as it is; ``sentence`` names the file, the line (from 1; 0: the whole file) and
    what to do."""

    def __init__(self, file: str, line: int, what: LazyText) -> None:
        super().__init__(what.msgid)
        self.line = line
        where = t("{file}, line {line}", file=file, line=line) if line else t("{file}", file=file)
        self.sentence = t("{where}: {what}", where=where, what=what)


class _EntryError(Exception):
    """Something in one entry; ``near`` is the text to point at, '' for the entry as a whole."""

    def __init__(self, what: LazyText, near: str = "") -> None:
        super().__init__(what.msgid)
        self.what = what
        self.excerpt = near


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """Equal for two names that differ in spelling, number, case, hyphens and function words at most."""
    return "".join(content_terms(name))


def read_topics(
    text: str, file: str, known: Iterable[CatalogueTopic] = (), *, area: str = DEFAULT_AREA, trusted: bool = False
) -> tuple[CatalogueTopic, ...]:
    """The ``known`` topics, added to or replaced by those of the file, then its new ones.

    ``area`` is that of new topics that name none. ``trusted`` entries are taken without a look, which is most of the
    work.

    Raises :class:`CatalogueError`.
    """
    topics = {name_key(topic.name): topic for topic in known}
    called = {name_key(name): topic for topic in topics.values() for name in topic.primary_names}
    for number, entry in enumerate(_entries(text, file)):
        try:
            if not trusted:
                _check_entry(entry)
            before = topics.get(name_key(entry["name"]))
            topic = _to_topic(entry, None if entry.get("replace") else before, area)
            _check_names(topic, called)
        except _EntryError as wrong:
            raise CatalogueError(file, _line_number(text, number, wrong.excerpt), wrong.what) from None
        topics[name_key(topic.name)] = topic
        called |= dict.fromkeys(map(name_key, topic.primary_names), topic)
    return tuple(topics.values())


def _entries(text: str, file: str) -> list[dict[str, Any]]:
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        why = _TOML_PLACE.sub("", str(error))
        remedy = t("this is no TOML ({why}). Names stand in quotation marks, lists in [ ] with commas.", why=why)
        raise CatalogueError(file, line, remedy) from None
    entries = found.pop("topic", [])
    if found or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CatalogueError(file, 1, t("every entry begins with a line <code>[[topic]]</code>, and nothing else."))
    return entries


def _line_number(text: str, number: int, near: str) -> int:
    """The line of the entry of this number, or of ``near`` in it."""
    starts = [match.start() for match in _ENTRY.finditer(text)]
    start = starts[number] if number < len(starts) else 0
    at = text.find(near, start) if near else start
    return text.count("\n", 0, at if at >= 0 else start) + 1


def _check_entry(entry: Mapping[str, Any]) -> None:
    for key, value in entry.items():
        _check_key(key)
        _check_value(key, value)
    if not entry.get("name"):
        raise _EntryError(t('an entry needs a name, such as <code>name = "protein design"</code>.'))
    for name in (entry["name"], *(name for key in LIST_KEYS for name in entry.get(key, ()))):
        if not _is_plain_words(name):
            what = t("<i>{name}</i> is no plain name. Words only, no commas, quotes or operators.", name=name)
            raise _EntryError(what, name)


def _check_key(key: str) -> None:
    if key not in ENTRY_KEYS:
        guess = get_close_matches(key, ENTRY_KEYS, 1)
        remedy = t("Did you mean {key}?", key=guess[0]) if guess else t("It knows {keys}.", keys=join_texts(ENTRY_KEYS))
        raise _EntryError(t("an entry says nothing about <i>{key}</i>. {remedy}", key=key, remedy=remedy), key)


def _check_value(key: str, value: object) -> None:
    if key in LIST_KEYS and not (isinstance(value, list) and all(isinstance(name, str) for name in value)):
        raise _EntryError(t('<i>{key}</i> is a list of names, such as ["one name", "another"].', key=key), key)
    if key == "replace" and not isinstance(value, bool):
        raise _EntryError(t("<i>{key}</i> is true or false, without quotation marks.", key=key), key)
    if key in TEXT_KEYS and not isinstance(value, str):
        raise _EntryError(t("<i>{key}</i> is one text in quotation marks.", key=key), key)


def _is_plain_words(name: str) -> bool:
    """Words only, since a name is written behind ``also:`` and looked for as a topic is."""
    try:
        return name == canonical_synonym(name) and parse(name).expression == Subject(name)
    except InputError:
        return False


def _to_topic(entry: Mapping[str, Any], before: CatalogueTopic | None, area: str) -> CatalogueTopic:
    """What the entry says, with all that ``before`` said already."""
    name = before.name if before else entry["name"]
    lists = {each: (*(getattr(before, each) if before else ()), *entry.get(each, ())) for each in LIST_KEYS}
    topic = CatalogueTopic(
        name,
        entry.get("label") or (before.label if before else name[0].upper() + name[1:]),
        entry.get("area") or (before.area if before else area),
        **_without_duplicates(name, lists),
    )
    if len(topic.label) > MAX_LABEL_LENGTH:
        what = t(
            "<i>{label}</i> is too long for a button. Add a <code>label</code> of at most {n} characters.",
            label=topic.label,
            n=MAX_LABEL_LENGTH,
        )
        raise _EntryError(what, topic.label)
    return topic


def _without_duplicates(name: str, lists: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Each name where it stands first, so that one that is said again in another spelling does no harm."""
    seen = {name_key(name)}
    return {each: tuple(one for one in names if _is_new(name_key(one), seen)) for each, names in lists.items()}


def _is_new(key: str, seen: set[str]) -> bool:
    if key in seen:
        return False
    seen.add(key)
    return True


def _check_names(topic: CatalogueTopic, called: Mapping[str, CatalogueTopic]) -> None:
    """None that another topic is called by already."""
    for name in topic.primary_names:
        other = called.get(name_key(name))
        if other and name_key(other.name) != name_key(topic.name):
            what = t(
                "<i>{name}</i> is a name of the topic <i>{other}</i> already. Add your names to that one instead.",
                name=name,
                other=other.name,
            )
            raise _EntryError(what, name)
