"""The sentence model itself, on its own file: what it finds near, what it reads and forgets, and going without it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.embeddings.lazy_model import ModelOnDemand
from adapters.embeddings.service import MiniLm
from bot.papers import Paper
from tests.bot.factories import paper

HEART = replace(paper(1, "Myocardial Infarction in the Young"), abstract="Why hearts stop, and who survives it.")
LETTERS = replace(paper(2, "How Herons Sort Their Letters"), abstract="Birds put the post in order.")
PARSING = replace(paper(3, "Parsing at the Speed of Light"), abstract="A compiler reads its grammar once.")
PAPERS = {one.id: one for one in (HEART, LETTERS, PARSING)}
ASKED = "heart attack"


async def texts(paper_ids: Sequence[str]) -> list[Paper]:
    return [PAPERS[paper_id] for paper_id in paper_ids if paper_id in PAPERS]


@pytest.fixture
async def meaning(tmp_path: Path) -> AsyncIterator[MiniLm]:
    meaning = MiniLm(tmp_path / "meaning.db")
    yield meaning
    await meaning.close()


async def read_all(meaning: MiniLm) -> None:
    await meaning.closeness(ASKED, list(PAPERS))
    await meaning.read_waiting(texts)


async def test_papers_that_came_up_are_read_and_then_near_in_meaning_without_a_common_word(meaning: MiniLm) -> None:
    first = await meaning.closeness(ASKED, list(PAPERS))
    assert first is not None
    assert not first.to_query, "nothing has been read yet"
    await meaning.read_waiting(texts)
    found = await meaning.closeness(ASKED, list(PAPERS))
    assert found is not None
    near = found.to_query
    assert max(near, key=lambda paper_id: near[paper_id]) == HEART.id
    assert near[HEART.id] > 2 * max(near[LETTERS.id], near[PARSING.id])
    assert all(-1 <= cosine <= 1.001 for cosine in near.values())
    assert {paper_id for paper_id, _ in found.alike[HEART.id]} == {LETTERS.id, PARSING.id}


async def test_the_nearest_of_all_that_was_read(meaning: MiniLm) -> None:
    assert await meaning.nearest(ASKED, 5) == []
    await read_all(meaning)
    assert [hit.paper_id for hit in await meaning.nearest(ASKED, 5)] == [HEART.id]


async def test_a_paper_with_another_text_is_read_again(meaning: MiniLm, monkeypatch: pytest.MonkeyPatch) -> None:
    await read_all(meaning)
    await meaning.changed([LETTERS])  # its votes moved
    asked: list[str] = []

    async def watched(paper_ids: Sequence[str]) -> list[Paper]:
        asked.extend(paper_ids)
        return await texts(paper_ids)

    await meaning.read_waiting(watched)
    assert asked == []
    other = replace(LETTERS, title="Heart Attacks Among Herons", abstract="")
    monkeypatch.setitem(PAPERS, LETTERS.id, other)
    await meaning.changed([other])
    await meaning.read_waiting(watched)
    assert set(asked) == {LETTERS.id}
    assert {hit.paper_id for hit in await meaning.nearest(ASKED, 5)} == {HEART.id, LETTERS.id}


async def test_a_text_that_becomes_another_while_it_is_read_is_read_again(
    meaning: MiniLm, monkeypatch: pytest.MonkeyPatch
) -> None:
    await meaning.closeness(ASKED, list(PAPERS))
    other = replace(LETTERS, title="Heart Attacks Among Herons", abstract="")

    async def changing(paper_ids: Sequence[str]) -> list[Paper]:
        read = await texts(paper_ids)
        monkeypatch.setitem(PAPERS, LETTERS.id, other)
        await meaning.changed([other])
        return read

    await meaning.read_waiting(changing)
    assert {hit.paper_id for hit in await meaning.nearest(ASKED, 5)} == {HEART.id, LETTERS.id}


async def test_a_removed_paper_is_forgotten(meaning: MiniLm) -> None:
    await read_all(meaning)
    await meaning.forget([HEART.id])
    assert await meaning.nearest(ASKED, 5) == []


async def test_what_was_read_outlasts_a_restart(meaning: MiniLm, tmp_path: Path) -> None:
    await read_all(meaning)
    await meaning.close()
    again = MiniLm(tmp_path / "meaning.db")
    assert [hit.paper_id for hit in await again.nearest(ASKED, 5)] == [HEART.id]
    await again.close()


async def test_another_file_than_the_published_one_is_not_run(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Search has its words; why there is no meaning is said once, with what to do."""
    meaning = MiniLm(tmp_path / "meaning.db", ModelOnDemand(sha256="0" * 64))
    assert await meaning.closeness(ASKED, list(PAPERS)) is None
    assert await meaning.nearest(ASKED, 5) == []
    trouble = await meaning.trouble()
    assert trouble is not None
    assert "not the one that was published" in trouble.what
    assert "pip install" in trouble.mend
    assert caplog.text.count("words alone") == 1
    await meaning.close()


async def test_a_damaged_file_of_vectors_is_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "meaning.db"
    file.write_bytes(b"no database" * 1000)
    meaning = MiniLm(file)
    await read_all(meaning)
    assert [hit.paper_id for hit in await meaning.nearest(ASKED, 5)] == [HEART.id]
    await meaning.close()
