"""The operator's own topics, read once at the start."""

from __future__ import annotations

from pathlib import Path

from bot.i18n import say
from bot.matching.catalogue.catalogue import Catalogue, CatalogueMistake, extended, shipped


def catalogue_of(path: Path | None) -> Catalogue:
    """The catalogue that comes with Paperboy, with the topics of this file. Raises :class:`CatalogueMistake`."""
    return extended(shipped(), _text(path), path.name) if path else shipped()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as problem:
        what = say("it can't be read ({why}). Correct the path or take the setting away.", why=problem.strerror or "")
    except UnicodeDecodeError:
        what = say("it is no text in UTF-8. Save it as such.")
    raise CatalogueMistake(str(path), 0, what)
