"""What benchmarks share in one run: a folder, the data that was pointed to, and one archive, made when first needed."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from pathlib import Path

from adapters.huggingface.capabilities import HUGGING_FACE
from adapters.search.fts_index import FtsIndex
from benchmarks import synthetic_papers
from bot.ingest.index_sync import IndexSynchronizer
from bot.papers import Paper, PaperListing
from bot.ports import PollRecord
from storage.database import Database

PAPERS = 10_000
NOW = datetime(2026, 8, 18, 14, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SampleArchive:
    """A folder with a database of papers and its search index, as a running Paperboy leaves them."""

    folder: Path
    papers: Sequence[Paper]

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.folder / 'paperboy.db'}"

    @property
    def index_file(self) -> Path:
        return self.folder / "paperboy-index.db"


@dataclass(frozen=True)
class Harness:
    """``folder`` is empty at first and goes with the run; ``data`` is what PAPERBOY_DATA names, None without."""

    folder: Path
    data: Path | None

    @cached_property
    def archive(self) -> SampleArchive:
        """10,000 papers over the weekdays up to :data:`NOW`."""
        archive = SampleArchive(
            self.folder, synthetic_papers.generate_papers(PAPERS, NOW.date(), real_texts(self.data))
        )
        asyncio.run(_store(archive))
        return archive


def data_folder() -> Path | None:
    """The folder that PAPERBOY_DATA names."""
    named = os.environ.get("PAPERBOY_DATA")
    return Path(named) if named else None


def real_texts(data: Path | None) -> Path | None:
    """The real titles and abstracts to start from, where there are any."""
    file = data / "collections" / "hf_kw" / "docs.jsonl" if data else None
    return file if file and file.exists() else None


async def _store(archive: SampleArchive) -> None:
    database, index = Database(archive.database_url), FtsIndex(archive.index_file)
    await database.start(migrate=True)
    await store_listed_papers(database, archive.papers)
    await IndexSynchronizer(database, index).sync()
    await index.close()
    await database.close()


async def store_listed_papers(database: Database, papers: Iterable[Paper]) -> None:
    """Stores papers as polls a minute before :data:`NOW` would have."""
    at = NOW - timedelta(minutes=1)
    listed = sorted((PaperListing(paper, HUGGING_FACE, paper.listed_on) for paper in papers), key=_day)
    days = Counter(one.day for one in listed)
    async with database.write() as work:
        for _, page in groupby(enumerate(listed), key=lambda numbered: numbered[0] // 1000):
            await work.papers.upsert([one for _, one in page], at)
        await work.papers.record_polls([PollRecord(HUGGING_FACE, day, at, rows, rows) for day, rows in days.items()])
        await work.commit()


def _day(listed: PaperListing) -> date:
    return listed.day
