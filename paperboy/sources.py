"""The sources there are, in their order of precedence. Another one is a folder of adapters and an entry here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import httpx

from adapters.arxiv import capabilities as arxiv
from adapters.huggingface import HuggingFaceSource
from adapters.huggingface import capabilities as huggingface
from adapters.huggingface.api import HuggingFaceApi
from bot.ports import Clock, PaperSource, SourceState
from bot.sources import SourceCapabilities, SourceTable, use_sources
from paperboy.settings import Settings


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One source, as far as it is put together and looked after.

    ``make`` returns None where the settings do not ask for the source. ``remedy`` is what ``doctor`` says of a problem
    that the operator can end, '' for others.
    """

    capabilities: SourceCapabilities
    make: Callable[[Settings, httpx.AsyncClient, Clock], PaperSource | None]
    remedy: Callable[[SourceState], str]


def _make_huggingface(settings: Settings, client: httpx.AsyncClient, clock: Clock) -> PaperSource:
    return HuggingFaceSource(HuggingFaceApi(client, settings.hf_endpoint, clock, settings.hf_token.get_secret_value()))


def _huggingface_remedy(state: SourceState) -> str:
    if "HF_TOKEN" not in state.problem:
        return ""
    return "Set HF_TOKEN to a token of huggingface.co/settings/tokens, or leave it out; lists are read without it."


def _make_arxiv(settings: Settings, client: httpx.AsyncClient, clock: Clock) -> PaperSource | None:
    """arXiv, or None without categories."""
    if not settings.arxiv_categories:
        return None
    from adapters.arxiv import ArxivSource  # most go without it, and its parser of feeds is large

    return ArxivSource(client, settings.arxiv_rss_url, sorted(settings.arxiv_categories), clock)


def _arxiv_remedy(state: SourceState) -> str:
    if "HTTP 404" not in state.problem:
        return ""
    return "It is tried again. Is the name right? ARXIV_CATEGORIES takes names like cs.LG."


SOURCES: Final[tuple[SourceEntry, ...]] = (
    SourceEntry(huggingface.CAPABILITIES, _make_huggingface, _huggingface_remedy),
    SourceEntry(arxiv.CAPABILITIES, _make_arxiv, _arxiv_remedy),
)


def use_source_table(table: Sequence[SourceEntry] = SOURCES) -> SourceTable:
    """From now on the core knows these sources and no others."""
    return use_sources(entry.capabilities for entry in table)


def configured_sources(
    table: Iterable[SourceEntry], settings: Settings, client: httpx.AsyncClient, clock: Clock
) -> list[PaperSource]:
    """Those that the settings ask for."""
    made = (entry.make(settings, client, clock) for entry in table)
    return [source for source in made if source]


def problem_remedy(state: SourceState, table: Iterable[SourceEntry] = SOURCES) -> str:
    """What the operator can do about a source's problem."""
    said = (entry.remedy(state) for entry in table if entry.capabilities.name == state.name)
    return next(filter(None, said), "It is tried again.")
