"""What stands in an index file, and how papers are put in and taken out. All of this blocks.

A paper's number begins with its list day: the newest come first, and a range of days is a range of numbers.

``standing`` keeps no texts of its own, since they would be the largest part of the file and are never read. From such a
table nothing can be deleted (SQLite before 3.43), so the number of a removed paper stays taken, by nobody.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import date

from adapters.search.index.tokens import IndexEntry

SCHEMA = """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE totals (what TEXT PRIMARY KEY, total INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE papers (number INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT NOT NULL, names TEXT NOT NULL);
    CREATE TABLE texts (number INTEGER PRIMARY KEY, packed BLOB NOT NULL);
    CREATE TABLE names (key TEXT, number INTEGER, PRIMARY KEY (key, number)) WITHOUT ROWID;
    CREATE TABLE spellings (word TEXT PRIMARY KEY, papers INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE frequencies (stem TEXT PRIMARY KEY, papers INTEGER NOT NULL) WITHOUT ROWID;
    CREATE VIRTUAL TABLE stems USING fts5 (title, abstract, tokenize = 'ascii');
    CREATE VIRTUAL TABLE standing USING fts5 (
        title, told, other, tokenize = 'ascii', content = '', detail = 'column', columnsize = 0
    );
"""
# "vocabulary" is of an older version.
TABLE_NAMES = (
    "vocabulary",
    "standing",
    "stems",
    "frequencies",
    "spellings",
    "names",
    "texts",
    "papers",
    "totals",
    "meta",
)
# All but the full-text tables, which are too large to be read at every start and tell of damage when they are asked.
CHECKED_TABLES = ("meta", "totals", "papers", "names", "spellings", "frequencies")

_PAPERS_A_DAY = 1 << 20


def first_number(day: date) -> int:
    """No paper of this day or a later one has a smaller number."""
    return day.toordinal() * _PAPERS_A_DAY


def end_number(day: date) -> int:
    """Every paper of this day or an earlier one has a smaller number."""
    return (day.toordinal() + 1) * _PAPERS_A_DAY


def upsert_papers(connection: sqlite3.Connection, entries: Sequence[IndexEntry]) -> None:
    """Adds or replaces papers. One whose texts and day are unchanged (most: their votes moved) is left alone."""
    latest = {entry.paper_id: entry for entry in entries}.values()
    before = {entry.paper_id: _select_texts(connection, entry.paper_id) for entry in latest}
    changed = [entry for entry in latest if before[entry.paper_id] != _entry_texts(entry)]
    delete_papers(connection, [entry.paper_id for entry in changed if before[entry.paper_id]])
    # Rising numbers spare the full-text tables a flush for each paper.
    for entry in sorted(changed, key=lambda entry: (entry.listed_on, entry.paper_id)):
        _insert(connection, entry)
    _update_totals(connection, [entry.stems for entry in changed], 1)
    _count_spellings(connection, [entry for entry in changed if not before[entry.paper_id]])


def delete_papers(connection: sqlite3.Connection, paper_ids: Sequence[str]) -> None:
    """Takes papers out; ids that are not there are passed over."""
    for paper_id in paper_ids:
        found = connection.execute("SELECT number, names FROM papers WHERE id = ?", (paper_id,)).fetchone()
        if found:
            row, names = found[:1], (found[0], json.dumps(found[1].split()))
            texts = connection.execute("SELECT title, abstract FROM stems WHERE rowid = ?", row).fetchone()
            connection.execute("DELETE FROM stems WHERE rowid = ?", row)
            connection.execute("DELETE FROM names WHERE number = ? AND key IN (SELECT value FROM json_each(?))", names)
            connection.execute("DELETE FROM texts WHERE number = ?", row)
            connection.execute("UPDATE papers SET id = NULL, title = '', names = '' WHERE number = ?", row)
            _update_totals(connection, [" ".join(texts).split()] if texts else [], -1)


_IndexedTexts = tuple[int, str, str, str, str, bytes]


def _entry_texts(entry: IndexEntry) -> _IndexedTexts:
    """What decides whether a paper has to be indexed anew: its day, the words of its title, both texts, and its
    people and lab."""
    names = " ".join(entry.name_keys)
    return (entry.listed_on.toordinal(), entry.title_words, entry.title, entry.abstract, names, entry.packed_texts)


def _select_texts(connection: sqlite3.Connection, paper_id: str) -> _IndexedTexts | None:
    row: _IndexedTexts | None = connection.execute(
        "SELECT papers.number / ?, papers.title, stems.title, stems.abstract, papers.names, texts.packed"
        " FROM papers JOIN stems ON stems.rowid = papers.number JOIN texts ON texts.number = papers.number"
        " WHERE papers.id = ?",
        (_PAPERS_A_DAY, paper_id),
    ).fetchone()
    return row


def _insert(connection: sqlite3.Connection, entry: IndexEntry) -> None:
    number = _next_number(connection, entry.listed_on)
    names = " ".join(entry.name_keys)
    connection.execute("INSERT INTO papers VALUES (?, ?, ?, ?)", (number, entry.paper_id, entry.title_words, names))
    connection.execute("INSERT INTO texts VALUES (?, ?)", (number, entry.packed_texts))
    connection.executemany("INSERT INTO names VALUES (?, ?)", ((key, number) for key in entry.name_keys))
    connection.execute(
        "INSERT INTO stems (rowid, title, abstract) VALUES (?, ?, ?)", (number, entry.title, entry.abstract)
    )
    connection.execute(
        "INSERT INTO standing (rowid, title, told, other) VALUES (?, ?, ?, ?)", (number, *entry.position_columns)
    )


def _next_number(connection: sqlite3.Connection, day: date) -> int:
    first = first_number(day)
    (last,) = connection.execute(
        "SELECT max(number) FROM papers WHERE number >= ? AND number < ?", (first, first + _PAPERS_A_DAY)
    ).fetchone()
    return first if last is None else int(last) + 1


def _count_spellings(connection: sqlite3.Connection, entries: Sequence[IndexEntry]) -> None:
    spelt = Counter(word for entry in entries for word in entry.known_words)
    connection.executemany(
        "INSERT INTO spellings VALUES (?, ?) ON CONFLICT DO UPDATE SET papers = papers + excluded.papers", spelt.items()
    )


def _update_totals(connection: sqlite3.Connection, texts: Sequence[Sequence[str]], sign: int) -> None:
    """Counts papers, their words, and the papers that hold each stem; ``sign`` -1 takes them off again."""
    holding = Counter(stem for stems in texts for stem in set(stems))
    connection.executemany(
        "INSERT INTO frequencies VALUES (?, ?) ON CONFLICT DO UPDATE SET papers = papers + excluded.papers",
        [(stem, sign * papers) for stem, papers in holding.items()],
    )
    connection.executemany(
        "INSERT INTO totals VALUES (?, ?) ON CONFLICT DO UPDATE SET total = total + excluded.total",
        [("papers", sign * len(texts)), ("words", sign * sum(map(len, texts)))],
    )
