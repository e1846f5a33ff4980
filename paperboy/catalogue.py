"""The operator's own topics, read once at the start."""

from __future__ import annotations

from pathlib import Path

from bot.i18n import t
from bot.matching.catalogue.catalogue import Catalogue, CatalogueError, extend_catalogue, load_bundled_catalogue


def load_catalogue(path: Path | None) -> Catalogue:
    """The catalogue that comes with Paperboy, with the topics of this file. Raises :class:`CatalogueMistake`."""
    return extend_catalogue(load_bundled_catalogue(), _read_file(path), path.name) if path else load_bundled_catalogue()


def _read_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as problem:
        what = t("it can't be read ({why}). Correct the path or take the setting away.", why=problem.strerror or "")
    except UnicodeDecodeError:
        what = t("it is no text in UTF-8. Save it as such.")
    raise CatalogueError(str(path), 0, what)
