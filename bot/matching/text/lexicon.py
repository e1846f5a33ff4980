"""The bundled lexicon: tables that ship with us, so that the same paper gets the same decision on every machine and
every day.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

_TABLES = Path(__file__).parents[1] / "tables"


def table_text(name: str) -> str:
    """The whole table, as it stands in its file."""
    return (_TABLES / name).read_text(encoding="utf-8")


def table_files(folder: str) -> list[str]:
    """The tables of a folder, as :func:`table_text` takes them, in the order of their names."""
    return sorted(f"{folder}/{path.name}" for path in (_TABLES / folder).iterdir())


def table_lines(name: str) -> Iterator[str]:
    """The lines of a table, without comments (``#``) and empty ones."""
    for line in table_text(name).splitlines():
        if line and not line.startswith("#"):
            yield line


@lru_cache(maxsize=8)
def read_table(name: str) -> dict[str, str]:
    """A table of two columns, tab between them."""
    return dict(line.split("\t", 1) for line in table_lines(name))


@lru_cache(maxsize=1)
def _document_frequencies() -> dict[str, float]:
    return {word: float(per_mille) / 1000 for word, per_mille in read_table("shares.tsv").items()}


def document_frequency(term: str) -> float:
    """The share of papers (0 to 1) that hold this form of a word; 0 where it is rarer than the table reaches."""
    return _document_frequencies().get(term, 0.0)
