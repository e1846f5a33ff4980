"""The sentence model itself, on its own file: what it finds near, what it reads and forgets, and going without it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.embeddings.lazy_model import LazyModel
from adapters.embeddings.service import EmbeddingService
from bot.papers import Paper
from tests.bot.factories import make_paper

HEART = replace(make_paper(1, "Myocardial Infarction in the Young"), abstract="Why hearts stop, and who survives it.")
LETTERS = replace(make_paper(2, "How Herons Sort Their Letters"), abstract="Birds put the post in order.")
PARSING = replace(make_paper(3, "Parsing at the Speed of Light"), abstract="A compiler reads its grammar once.")
PAPERS = {one.id: one for one in (HEART, LETTERS, PARSING)}
ASKED = "heart attack"


async def texts(paper_ids: Sequence[str]) -> list[Paper]:
    return [PAPERS[paper_id] for paper_id in paper_ids if paper_id in PAPERS]


@pytest.fixture
async def meaning(tmp_path: Path) -> AsyncIterator[EmbeddingService]:
    meaning = EmbeddingService(tmp_path / "meaning.db")
    yield meaning
    await meaning.close()


async def embed_all(meaning: EmbeddingService) -> None:
    await meaning.similarities(ASKED, list(PAPERS))
    await meaning.embed_pending(texts)


async def test_papers_that_came_up_are_read_and_then_near_in_meaning_without_a_common_word(
    meaning: EmbeddingService,
) -> None:
    first = await meaning.similarities(ASKED, list(PAPERS))
    assert first is not None
    assert not first.to_query, "nothing has been read yet"
    await meaning.embed_pending(texts)
    found = await meaning.similarities(ASKED, list(PAPERS))
    assert found is not None
    near = found.to_query
    assert max(near, key=lambda paper_id: near[paper_id]) == HEART.id
    assert near[HEART.id] > 2 * max(near[LETTERS.id], near[PARSING.id])
    assert all(-1 <= cosine <= 1.001 for cosine in near.values())
    assert {paper_id for paper_id, _ in found.neighbours[HEART.id]} == {LETTERS.id, PARSING.id}


async def test_the_nearest_of_all_that_was_read(meaning: EmbeddingService) -> None:
    assert await meaning.nearest(ASKED, 5) == []
    await embed_all(meaning)
    assert [hit.paper_id for hit in await meaning.nearest(ASKED, 5)] == [HEART.id]


async def test_a_paper_with_another_text_is_read_again(
    meaning: EmbeddingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    await embed_all(meaning)
    await meaning.mark_changed([LETTERS])  # its votes moved
    asked: list[str] = []

    async def watched(paper_ids: Sequence[str]) -> list[Paper]:
        asked.extend(paper_ids)
        return await texts(paper_ids)

    await meaning.embed_pending(watched)
    assert asked == []
    other = replace(LETTERS, title="Heart Attacks Among Herons", abstract="")
    monkeypatch.setitem(PAPERS, LETTERS.id, other)
    await meaning.mark_changed([other])
    await meaning.embed_pending(watched)
    assert set(asked) == {LETTERS.id}
    assert {hit.paper_id for hit in await meaning.nearest(ASKED, 5)} == {HEART.id, LETTERS.id}


async def test_a_text_that_becomes_another_while_it_is_read_is_read_again(
    meaning: EmbeddingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    await meaning.similarities(ASKED, list(PAPERS))
    other = replace(LETTERS, title="Heart Attacks Among Herons", abstract="")

    async def changing(paper_ids: Sequence[str]) -> list[Paper]:
        read = await texts(paper_ids)
        monkeypatch.setitem(PAPERS, LETTERS.id, other)
        await meaning.mark_changed([other])
        return read

    await meaning.embed_pending(changing)
    assert {hit.paper_id for hit in await meaning.nearest(ASKED, 5)} == {HEART.id, LETTERS.id}


async def test_a_removed_paper_is_forgotten(meaning: EmbeddingService) -> None:
    await embed_all(meaning)
    await meaning.remove([HEART.id])
    assert await meaning.nearest(ASKED, 5) == []


async def test_what_was_read_outlasts_a_restart(meaning: EmbeddingService, tmp_path: Path) -> None:
    await embed_all(meaning)
    await meaning.close()
    again = EmbeddingService(tmp_path / "meaning.db")
    assert [hit.paper_id for hit in await again.nearest(ASKED, 5)] == [HEART.id]
    await again.close()


async def test_another_file_than_the_published_one_is_not_run(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Search has its words; why there is no meaning is said once, with what to do."""
    meaning = EmbeddingService(tmp_path / "meaning.db", LazyModel(sha256="0" * 64))
    assert await meaning.similarities(ASKED, list(PAPERS)) is None
    assert await meaning.nearest(ASKED, 5) == []
    trouble = await meaning.problem()
    assert trouble is not None
    assert "not the one that was published" in trouble.reason
    assert "pip install" in trouble.remedy
    assert caplog.text.count("words alone") == 1
    await meaning.close()


async def test_a_damaged_file_of_vectors_is_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "meaning.db"
    file.write_bytes(b"no database" * 1000)
    meaning = EmbeddingService(file)
    await embed_all(meaning)
    assert [hit.paper_id for hit in await meaning.nearest(ASKED, 5)] == [HEART.id]
    await meaning.close()
