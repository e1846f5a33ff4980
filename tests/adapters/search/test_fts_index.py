"""The search index on its own file: what it finds, and that it mends itself."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.search import fts_index
from adapters.search.fts_index import FtsIndex
from adapters.search.index import index_file
from adapters.search.index.index_file import Step
from adapters.search.index.tokens import IndexEntry
from bot.matching import Verdict
from bot.matching.prefilter.text_filter import texts_may_satisfy
from bot.matching.rule.decide import decide, decide_tokenized
from bot.matching.text.normalization import stem
from bot.matching.text.tokenizer import TokenizedPaper
from bot.papers import Author, Organization, Paper
from bot.topics.ast import Topic
from bot.topics.parser import parse
from tests.bot.strategies import papers, topics

DAY = date(2026, 8, 18)
PAPERS = [
    Paper("2608.00001", "Soft Clustering on Small Machines", "Points are grouped without a plan.", DAY),
    Paper("2608.00002", "A GPU Cluster for Everyone", "How to share many cards fairly.", DAY),
    Paper("2608.00003", "Diffusion Models Draw Maps", "We let flow matching draw maps of towns.", DAY),
    Paper("2608.00004", "Maps of Towns", "A diffusion of ideas, with k-means for the rest.", DAY),
    Paper("2608.00005", "Reading Old Maps", "Towns change. We draw them.", DAY),
]
EXAMPLES = settings().max_examples // 2


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "derived" / "index.db"


@pytest.fixture
def index(path: Path) -> Iterator[FtsIndex]:
    index = FtsIndex(path)
    asyncio.run(index.add(PAPERS, 7))
    yield index
    asyncio.run(index.close())


async def found(index: FtsIndex, query: str, limit: int = 10) -> list[str]:
    return [hit.paper_id[-1] for hit in await index.search(query, limit)]


class TestSearch:
    async def test_papers_with_all_words_come_first_then_those_with_some(self, index: FtsIndex) -> None:
        assert await found(index, "diffusion maps") == ["3", "4", "5"]

    async def test_stems_find_more_than_the_rule(self, index: FtsIndex) -> None:
        assert sorted(await found(index, "clusters")) == ["1", "2"]

    async def test_scores_fall_and_the_limit_holds(self, index: FtsIndex) -> None:
        hits = await index.search("maps of towns", 10)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert await found(index, "maps of towns", 1) == ["4"]
        assert await found(index, "maps", 0) == []

    async def test_common_words_count_only_alone(self, index: FtsIndex) -> None:
        assert sorted(await found(index, "what is the clustering of")) == ["1", "2"]
        assert "1" in await found(index, "without a")

    async def test_nothing_known(self, index: FtsIndex) -> None:
        assert await found(index, "zzyzx") == []
        assert await found(index, "") == []
        assert await found(index, "—!?") == []

    async def test_names_and_inflections_are_no_mistakes(self, index: FtsIndex) -> None:
        await index.add([Paper("2608.00077", "Reinforcement of Yarn", "", DAY)], 9)
        assert await index.nearest_words("yran") == {"yran": "yarn"}
        assert await index.nearest_words("Yann") == {}
        assert await index.nearest_words("reinforcment") == {"reinforcment": "reinforcement"}
        assert await index.nearest_words("reinforcements") == {}

    async def test_typing_mistakes_are_mended_and_named(self, index: FtsIndex) -> None:
        assert sorted(await found(index, "difusion")) == ["3", "4"]
        assert await index.nearest_words("difusion maps") == {"difusion": "diffusion"}
        assert await index.nearest_words("flowmatching") == {"flowmatching": "flow matching"}
        assert await found(index, "flowmatching") == ["3"]

    @pytest.mark.parametrize(
        "query",
        [
            '"',
            "maps OR",
            "NOT maps",
            "title: maps",
            "maps*",
            "maps) OR (1",
            "NEAR(maps, 1)",
            "maps'; DROP TABLE papers;--",
            "^maps",
        ],
    )
    async def test_no_query_is_an_operator(self, index: FtsIndex, query: str) -> None:
        await index.search(query, 10)
        assert await found(index, "soft") == ["1"]

    async def test_a_very_long_query(self, index: FtsIndex) -> None:
        assert await found(index, "maps " * 2000)
        assert await found(index, " ".join(f"unheard{number}of" for number in range(2000))) == []
        topic = parse(" OR ".join(f"averylongword{number}" for number in range(50)))
        assert await index.candidates(topic) == []
        assert await index.candidates(parse(" ".join(f"w{number}ord" for number in range(120)))) == []


class TestKeeping:
    async def test_a_paper_is_replaced_and_removed(self, index: FtsIndex) -> None:
        await index.add([Paper("2608.00001", "About Whales", "They sing.", DAY)], 8)
        assert await found(index, "whales") == ["1"]
        assert await found(index, "clustering") == ["2"]
        assert await index.indexed_revision() == 8
        await index.remove(["2608.00001", "9999.99999"])
        assert await found(index, "whales") == []

    async def test_a_paper_of_which_only_the_punctuation_changed_is_replaced(self, index: FtsIndex) -> None:
        await index.add([Paper("2608.00005", "Reading Old Maps", "Towns change: we, draw them.", DAY)], 8)
        texts = await index.tokenized_texts(["2608.00005", "9999.99999"])
        assert {paper_id: text.abstract.text for paper_id, text in texts.items()} == {
            "2608.00005": "Towns change: we, draw them."
        }
        await index.remove(["2608.00005"])
        assert await index.tokenized_texts(["2608.00005"]) == {}

    async def test_it_is_all_there_after_a_restart(self, index: FtsIndex, path: Path) -> None:
        await index.close()
        again = FtsIndex(path)
        assert await again.indexed_revision() == 7
        assert await found(again, "soft") == ["1"]
        await again.close()

    async def test_two_processes_may_share_it(self, index: FtsIndex, path: Path) -> None:
        other = FtsIndex(path)
        await asyncio.gather(
            *(index.add([Paper(f"2609.{n:05}", f"Whale {n}", "", DAY)], 9 + n) for n in range(10)),
            *(other.add([Paper(f"2610.{n:05}", f"Whale {n}", "", DAY)], 9 + n) for n in range(10)),
        )
        assert len(await index.search("whale", 50)) == 20
        await other.close()


class TestTakingIn:
    """The revision never runs ahead of the papers, whatever happens to the file meanwhile."""

    async def test_it_goes_on_only_from_where_it_was_found(self, index: FtsIndex) -> None:
        whale = [Paper("2608.00009", "About Whales", "They sing.", DAY)]
        assert not await index.add(whale, 9, since=6)
        assert (await index.indexed_revision(), await found(index, "whales")) == (7, [])
        assert await index.add(whale, 9, since=7)
        assert (await index.indexed_revision(), await found(index, "whales")) == (9, ["9"])

    @pytest.mark.parametrize("since", [0, 7])
    async def test_an_index_emptied_between_two_steps_is_not_taken_for_complete(
        self, path: Path, since: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        index, thief = FtsIndex(path), FtsIndex(path)
        if since:
            await index.add(PAPERS, since)
        assert not await self.added_while(index, monkeypatch, lambda: damaged_and_found(thief, path), since=since)
        assert await index.indexed_revision() == 0
        assert await index.add(PAPERS, 8, since=0)
        await asyncio.gather(index.close(), thief.close())

    async def test_who_took_in_newer_papers_meanwhile_is_not_undone(
        self, index: FtsIndex, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = FtsIndex(path)
        newer = [Paper("2608.00005", "Whales", "They sing.", DAY)]
        assert not await self.added_while(index, monkeypatch, lambda: other.add(newer, 9, since=7), since=7)
        assert (await index.indexed_revision(), await found(index, "whales")) == (9, ["5"])
        await other.close()

    async def test_a_dropped_paper_does_not_come_back(
        self, index: FtsIndex, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = FtsIndex(path)
        assert not await self.added_while(index, monkeypatch, lambda: other.remove(["2608.00005"]), since=7)
        assert (await index.indexed_revision(), "5" in await found(index, "maps")) == (7, False)
        await other.close()

    @staticmethod
    async def added_while(
        index: FtsIndex, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], Awaitable[object]], *, since: int
    ) -> bool:
        """Fills the index, two papers a step; the other thing happens between the first step and the second."""
        put, steps = index._index_file.upsert, itertools.count()

        def interrupted(entries: Sequence[IndexEntry], step: Step) -> bool:
            if next(steps) == 1:
                asyncio.run(awaited(meanwhile()))
            return put(entries, step)

        with monkeypatch.context() as patch:
            patch.setattr(fts_index, "_BATCH_SIZE", 2)
            patch.setattr(index._index_file, "upsert", interrupted)
            return await index.add(PAPERS, 8, since=since)


async def test_a_word_as_long_as_a_message_costs_no_more_than_others(index: FtsIndex) -> None:
    """Of 900 letters there are 1,798 halves, and stemming them all took half a second."""
    stem.cache_clear()
    assert await index.candidates(parse("d" * 900)) == []
    assert stem.cache_info().misses < 20


async def test_long_words_that_papers_have_are_found_joined(index: FtsIndex) -> None:
    one, other = "ab" * 60, "cd" * 60
    await index.add([Paper("2608.00009", f"{one} {other}", "Odd words.", DAY)], 8)
    assert await index.candidates(parse(one + other)) == ["2608.00009"]


async def awaited(step: Awaitable[object]) -> None:
    await step


async def damaged_and_found(index: FtsIndex, path: Path) -> None:
    """What a search makes of a damaged file: an empty one."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE stems")
    assert await index.search("maps", 5) == []


class TestMending:
    async def test_a_new_index_is_empty(self, path: Path) -> None:
        index = FtsIndex(path)
        assert await index.indexed_revision() == 0
        assert await index.search("maps", 5) == []
        await index.close()

    @pytest.mark.parametrize("content", [b"", b"not a database at all" * 400, b"SQLite format 3\x00" + b"\xff" * 8000])
    def test_a_file_that_is_no_index_is_made_anew(self, path: Path, content: bytes) -> None:
        path.parent.mkdir()
        path.write_bytes(content)
        asyncio.run(self.is_empty_and_usable(path))

    async def test_one_of_an_older_version(self, index: FtsIndex, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        await index.close()
        monkeypatch.setattr(index_file, "INDEX_VERSION", "next")
        await self.is_empty_and_usable(path)

    def test_one_of_somebody_else(self, path: Path) -> None:
        path.parent.mkdir()
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE papers (isbn)")
        connection.close()
        asyncio.run(self.is_empty_and_usable(path))

    async def test_damage_found_while_reading(self, index: FtsIndex, path: Path) -> None:
        thief = sqlite3.connect(path)
        thief.executescript("DROP TABLE stems")
        thief.close()
        assert await index.search("maps", 5) == []
        assert await index.indexed_revision() == 0
        await index.add(PAPERS, 7)
        assert await found(index, "soft") == ["1"]

    def test_a_folder_that_cannot_be_written(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        (tmp_path / "file").write_text("in the way")
        asyncio.run(self.is_empty_and_usable(tmp_path / "file" / "index.db"))
        assert "kept in memory" in caplog.text

    @staticmethod
    async def is_empty_and_usable(path: Path) -> None:
        index = FtsIndex(path)
        assert await index.indexed_revision() == 0
        await index.add(PAPERS, 7)
        assert await index.indexed_revision() == 7
        assert await found(index, "soft") == ["1"]
        await index.close()


class TestCandidates:
    async def test_no_words_no_narrowing(self, index: FtsIndex) -> None:
        assert await index.candidates(parse("upvotes>=2 has:code")) is None
        assert await index.candidates(parse("author:LeCun OR has:code")) is None
        assert await index.candidates(parse("maps OR has:code")) is None

    async def test_only_what_may_fit(self, index: FtsIndex) -> None:
        assert await index.candidates(parse("diffusion -maps has:code")) == ["2608.00004", "2608.00003"]
        assert await index.candidates(parse("kmeans")) == ["2608.00004"]

    async def test_names_are_looked_up(self, index: FtsIndex) -> None:
        people = (Author("Zoë Müller", "zoe-m"), Author("Jun-Yan Zhu", ""))
        lab = Organization("nvidia", "NVIDIA Research")
        named = Paper("2608.00090", "Rivers", "Of water.", DAY, authors=people, organization=lab)
        await index.add([named], 8)
        for query in (
            "author:Mueller",
            "author:zoe-m",
            'author:"J. Zhu"',
            'org:"nvidia research"',
            "org:nvidia has:code",
        ):
            assert await index.candidates(parse(query)) == ["2608.00090"], query
        assert await index.candidates(parse("author:LeCun")) == []
        await index.add([replace(named, authors=people[:1])], 9)
        assert await index.candidates(parse("author:Zhu")) == []
        await index.remove(["2608.00090"])
        assert await index.candidates(parse("org:nvidia")) == []

    async def test_more_than_the_limit_is_everything(self, index: FtsIndex) -> None:
        assert await index.candidates(parse("maps"), limit=2) is None

    @settings(
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        max_examples=EXAMPLES,
        deadline=None,
    )
    @given(
        st.lists(topics, min_size=1, max_size=8),
        st.lists(papers, min_size=1, max_size=8, unique_by=lambda paper: paper.id),
    )
    def test_every_paper_that_the_rule_takes_is_one(self, asked: list[Topic], listed: list[Paper]) -> None:
        async def missed() -> list[tuple[Topic, Paper]]:
            index = FtsIndex(":memory:")
            await index.add(listed, 1)
            missing = []
            for topic in asked:
                candidates = await index.candidates(topic)
                wanted = [paper for paper in listed if decide(topic, paper).verdict is not Verdict.NO]
                missing += [(topic, paper) for paper in wanted if candidates is not None and paper.id not in candidates]
            await index.close()
            return missing

        assert asyncio.run(missed()) == []

    @settings(
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        max_examples=EXAMPLES,
        deadline=None,
    )
    @given(
        st.lists(topics, min_size=1, max_size=8),
        st.lists(papers, min_size=1, max_size=8, unique_by=lambda paper: paper.id),
    )
    def test_what_its_texts_rule_out_is_no_yes(self, asked: list[Topic], listed: list[Paper]) -> None:
        async def read() -> Mapping[str, TokenizedPaper]:
            index = FtsIndex(":memory:")
            await index.add(listed, 1)
            texts = await index.tokenized_texts([paper.id for paper in listed])
            await index.close()
            return texts

        texts = asyncio.run(read())
        for topic in asked:
            for paper in listed:
                assert decide_tokenized(topic, paper, texts[paper.id]) == decide(topic, paper)
                assert texts_may_satisfy(topic, texts[paper.id]) or not decide(topic, paper).is_match


async def test_the_event_loop_goes_on_while_papers_are_added(path: Path) -> None:
    index = FtsIndex(path)
    many = [
        Paper(f"2611.{n:05}", f"Paper {n}", "We draw maps of towns that whales sing about. " * 20, DAY)
        for n in range(400)
    ]
    adding = asyncio.create_task(index.add(many, 1))
    rounds = 0
    while not adding.done():
        await asyncio.sleep(0)
        rounds += 1
    await adding
    await index.close()
    assert rounds > 10
