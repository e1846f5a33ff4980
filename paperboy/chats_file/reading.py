"""From the file to entries: every mistake is named with its line, and a file with one is refused whole."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from bot.chats import ChatKind
from bot.errors import InputError
from bot.topics import Topic
from bot.topics.formatter import format_topic
from bot.topics.parser import parse
from paperboy.chats_file.addresses import AddressBook
from paperboy.chats_file.checked_yaml import ChatsFileError, Value, refuse
from paperboy.chats_file.entries import FORMAT_VERSION, ChatEntry, FileContent, ReadingListEntry
from paperboy.chats_file.settings_fields import (
    SETTING_NAMES,
    read_moment,
    read_setting,
    read_texts,
    read_truth,
    said_of,
    text_of,
)

_TOP: Final = ("version", "chats", "reading_lists")
_CHAT: Final = ("chat", "kind", "title", "paused", "paused_until", "topics", *SETTING_NAMES)
_LIST: Final = ("person", "papers")
MOST_PROBLEMS: Final = 20

Entry = TypeVar("Entry")


def read_content(root: Value | None, book: AddressBook, now: datetime, max_topics: int) -> FileContent:
    """What a file says, at ``now``. Raises ChatsFileError with every mistake that was found, also where the file names
    nothing: an empty file is a slip, and no wish to lose everything."""
    if root is None or not isinstance(root.content, dict):
        raise ChatsFileError("The file names no chat and no reading list, so there is nothing to follow.")
    top = root.content
    _check_names(top, _TOP)
    version = top.get("version")
    if version is None or text_of(version, "version") != FORMAT_VERSION:
        refuse(version.line if version else root.line, f"The file must say `version: {FORMAT_VERSION}`.")
    reader = _ContentReader(book, now, max_topics)
    chats = reader.each(top.get("chats"), "chats", reader.chat)
    lists = reader.each(top.get("reading_lists"), "reading_lists", reader.reading_list)
    reader.check_once([(each.line, book.chat_text(each.address)) for each in chats])
    reader.check_once([(each.line, book.person_text(each.person)) for each in lists])
    if reader.problems:
        raise ChatsFileError(*_shortened(reader.problems))
    if not chats and not lists:
        raise ChatsFileError("The file names no chat and no reading list, so there is nothing to follow.")
    return FileContent(tuple(chats), tuple(lists), tuple(reader.notices))


def _shortened(problems: Sequence[str]) -> list[str]:
    more = len(problems) - MOST_PROBLEMS
    return [*problems[:MOST_PROBLEMS], *([f"And {more} more."] if more > 0 else [])]


def _check_names(found: dict[str, Value], known: Iterable[str]) -> None:
    for name, value in found.items():
        if name not in known:
            near = difflib.get_close_matches(name, list(known), n=1)
            meant = f" Do you mean {near[0]}?" if near else f" There are: {', '.join(known)}."
            refuse(value.line, f"{name!r} is not understood.{meant}")


class _ContentReader:
    """Reads entries and gathers what is wrong with them."""

    def __init__(self, book: AddressBook, now: datetime, max_topics: int) -> None:
        self._book = book
        self._now = now
        self._max_topics = max_topics
        self.problems: list[str] = []
        self.notices: list[str] = []

    def each(self, value: Value | None, what: str, read: Callable[[int, dict[str, Value]], Entry]) -> list[Entry]:
        """The entries of a list, without those that are wrong."""
        if value is None or value.content == "":
            return []
        if not isinstance(value.content, list):
            refuse(value.line, f"{what} is a list, a dash for each.")
        found = []
        for one in value.content:
            try:
                if not isinstance(one.content, dict):
                    refuse(one.line, f"Each of {what} has names and values, like `{what[:-1]}: ...`.")
                found.append(read(one.line, one.content))
            except ChatsFileError as mistake:
                self.problems.extend(mistake.problems)
        return found

    def check_once(self, names: Sequence[tuple[int, str]]) -> None:
        first: dict[str, int] = {}
        for line, name in names:
            if name in first:
                self.problems.append(f"Line {line}: {name} stands here twice; it is in line {first[name]} already.")
            first.setdefault(name, line)

    def chat(self, line: int, entry: dict[str, Value]) -> ChatEntry:
        """One chat. Raises ChatsFileError."""
        _check_names(entry, _CHAT)
        if "chat" not in entry:
            refuse(line, "Which chat? Write `chat: ...` as `paperboy export` does.")
        address = self._book.find_chat(text_of(entry["chat"], "chat"))
        if isinstance(address, str):
            refuse(entry["chat"].line, address)
        settings: dict[str, Any] = {}
        for name in SETTING_NAMES:
            if name in entry:
                settings |= read_setting(name, entry[name], self._now)
        until = entry.get("paused_until")
        return ChatEntry(
            line,
            address,
            _read_kind(entry["kind"]) if "kind" in entry else None,
            text_of(entry["title"], "title") if "title" in entry else "",
            self._topics(entry["topics"]) if "topics" in entry else None,
            settings,
            read_truth(entry["paused"], "paused") if "paused" in entry else None,
            read_moment(until, "paused_until") if until else None,
        )

    def _topics(self, value: Value) -> tuple[Topic, ...]:
        found: dict[str, Topic] = {}
        for line, text in read_texts(value, "topics"):
            try:
                topic = parse(text)
            except InputError as mistake:
                self.problems.append(f"Line {line}: the topic {text!r} is not understood: {said_of(mistake)}")
                continue
            if format_topic(topic) in found:
                self.notices.append(f"Line {line}: {text!r} is there twice; once is enough.")
            found[format_topic(topic)] = topic
        if len(found) > self._max_topics:
            refuse(value.line, f"A chat can follow {self._max_topics} topics (MAX_TOPICS); here are {len(found)}.")
        return tuple(found.values())

    def reading_list(self, line: int, entry: dict[str, Value]) -> ReadingListEntry:
        """One person's list. Raises ChatsFileError."""
        _check_names(entry, _LIST)
        if "person" not in entry:
            refuse(line, "Whose list? Write `person: ...` as `paperboy export` does.")
        person = self._book.find_person(text_of(entry["person"], "person"))
        if isinstance(person, str):
            refuse(entry["person"].line, person)
        papers = read_texts(entry["papers"], "papers") if "papers" in entry else []
        return ReadingListEntry(line, person, tuple(dict.fromkeys(paper for _, paper in papers)))


def _read_kind(value: Value) -> ChatKind:
    text = text_of(value, "kind").casefold()
    if text not in list(ChatKind):
        refuse(value.line, f"kind is one of {', '.join(ChatKind)}.")
    return ChatKind(text)
