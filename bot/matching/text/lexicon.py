"""The tables that ship with us, so that the same paper gets the same decision on every machine and every day."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

_TABLES = Path(__file__).parents[1] / "tables"


def text_of(name: str) -> str:
    """The whole table, as it stands in its file."""
    return (_TABLES / name).read_text(encoding="utf-8")


def files(folder: str) -> list[str]:
    """The tables of a folder, as :func:`text_of` takes them, in the order of their names."""
    return sorted(f"{folder}/{path.name}" for path in (_TABLES / folder).iterdir())


def lines(name: str) -> Iterator[str]:
    """The lines of a table, without comments (``#``) and empty ones."""
    for line in text_of(name).splitlines():
        if line and not line.startswith("#"):
            yield line


@lru_cache(maxsize=8)
def table(name: str) -> dict[str, str]:
    """A table of two columns, tab between them."""
    return dict(line.split("\t", 1) for line in lines(name))


@lru_cache(maxsize=1)
def _shares() -> dict[str, float]:
    return {word: float(per_mille) / 1000 for word, per_mille in table("shares.tsv").items()}


def share(form: str) -> float:
    """The share of papers (0 to 1) that hold this form of a word; 0 where it is rarer than the table reaches."""
    return _shares().get(form, 0.0)
