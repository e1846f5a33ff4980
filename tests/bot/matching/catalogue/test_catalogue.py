"""The catalogue of topics: what ships is sound, words lead to topics, and an operator may add to it."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from bot.i18n import Translator
from bot.matching.catalogue.catalogue import CatalogueError, CatalogueTopic, extend_catalogue, load_bundled_catalogue
from bot.matching.catalogue.toml_reader import MAX_LABEL_LENGTH, name_key
from bot.matching.text.lexicon import table_files, table_text
from bot.topics.ast import MatchLevel, Subject, Topic
from bot.topics.parser import parse

FILES = table_files("catalogue")
LISTS = ("same", "kinds", "near", "wider")


def entries() -> Iterator[dict[str, Any]]:
    """Every entry as it stands in its file."""
    for file in FILES:
        yield from tomllib.loads(table_text(file))["topic"]


ENTRIES = list(entries())


def names(entry: dict[str, Any]) -> list[str]:
    return [entry["name"], *(name for each in LISTS for name in entry.get(each, ()))]


def name_of(words: str) -> str | None:
    topic = load_bundled_catalogue().find(words)
    return topic.name if topic else None


class TestWhatShips:
    def test_an_area_is_a_file_and_no_topic_is_lost_on_the_way(self) -> None:
        assert [topic.name for topic in load_bundled_catalogue().topics] == [entry["name"] for entry in ENTRIES]
        assert {topic.area for topic in load_bundled_catalogue().topics} == {
            file.removeprefix("catalogue/").removesuffix(".toml") for file in FILES
        }

    def test_every_name_is_a_plain_subject(self) -> None:
        every = {name for entry in ENTRIES for name in names(entry)}
        assert [name for name in every if parse(name) != Topic(Subject(name), MatchLevel.NORMAL)] == []

    @pytest.mark.parametrize("file", FILES)
    def test_a_file_would_be_taken_from_an_operator(self, file: str) -> None:
        assert (
            extend_catalogue(load_bundled_catalogue(), table_text(file), file).topics == load_bundled_catalogue().topics
        )

    def test_a_topic_says_nothing_but_what_is_read(self) -> None:
        assert {key for entry in ENTRIES for key in entry} <= {"name", "label", *LISTS}

    def test_no_name_leads_to_two_topics(self) -> None:
        called = Counter(
            key for topic in load_bundled_catalogue().topics for key in set(map(name_key, topic.primary_names))
        )
        assert [key for key, count in called.items() if count > 1] == []

    def test_no_name_stands_twice_in_a_topic(self) -> None:
        assert [name for topic in load_bundled_catalogue().topics for name in _twice(topic.all_names)] == []

    def test_what_always_counts_is_not_offered_besides(self) -> None:
        assert [(entry["name"], name) for entry in ENTRIES for name in _contradicted(entry)] == []

    def test_labels_fit_a_button_and_differ(self) -> None:
        labels = [topic.label for topic in load_bundled_catalogue().topics]
        assert [label for label in labels if not 0 < len(label) <= MAX_LABEL_LENGTH] == []
        assert _twice(labels) == []


def _contradicted(entry: dict[str, Any]) -> list[str]:
    """Neighbours and wider names that stand among those that always count."""
    always = {name_key(name) for name in (entry["name"], *entry.get("same", ()), *entry.get("kinds", ()))}
    return [name for each in ("near", "wider") for name in entry.get(each, ()) if name_key(name) in always]


def _twice(every: tuple[str, ...] | list[str]) -> list[str]:
    counts = Counter(map(name_key, every))
    return [name for name in every if counts[name_key(name)] > 1]


class TestFinding:
    @pytest.mark.parametrize("words", ["Diffusion", "diffusion models", "diffusion-model"])
    def test_whatever_the_case_number_and_hyphens(self, words: str) -> None:
        assert name_of(words) == "diffusion"

    @pytest.mark.parametrize(
        "words", ["RAG", "rag", "retrieval augmented generation", "Retrieval-Augmented Generation"]
    )
    def test_by_its_acronym_and_by_what_that_stands_for(self, words: str) -> None:
        assert name_of(words) == name_of("retrieval-augmented generation") is not None

    def test_a_kind_is_no_other_name_for_the_whole(self) -> None:
        whole = load_bundled_catalogue().find("diffusion")
        assert whole is not None
        assert all(load_bundled_catalogue().find(kind) != whole for kind in whole.kinds)

    def test_words_nobody_knows_lead_nowhere(self) -> None:
        assert [name_of(words) for words in ("knitting patterns", "the", "", "???")] == [None] * 4

    def test_every_topic_is_found_by_each_of_its_names(self) -> None:
        catalogue = load_bundled_catalogue()
        assert [
            name for topic in catalogue.topics for name in topic.primary_names if catalogue.find(name) != topic
        ] == []


class TestTyping:
    def test_the_beginning_of_a_name_comes_first(self) -> None:
        offered = [topic.name for topic in load_bundled_catalogue().complete_prefix("diff")]
        assert offered[0] == "diffusion"
        assert "diffusion language models" in offered

    def test_a_word_inside_a_name_is_a_beginning_too(self) -> None:
        assert "computer use" in [topic.name for topic in load_bundled_catalogue().complete_prefix("gui")]

    def test_no_more_than_asked_for_and_nothing_for_nothing(self) -> None:
        assert len(load_bundled_catalogue().complete_prefix("a", limit=3)) == 3
        assert load_bundled_catalogue().complete_prefix("  ") == []
        assert load_bundled_catalogue().complete_prefix("zzz") == []

    @pytest.mark.parametrize("name", [topic.name for topic in load_bundled_catalogue().topics][::7])
    def test_a_topic_is_offered_before_its_name_is_complete(self, name: str) -> None:
        assert name in [topic.name for topic in load_bundled_catalogue().complete_prefix(name[:-1])]


class TestNearest:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [("difusion", "diffusion"), ("robtics", "robotics"), ("reinforcment learning", "reinforcement learning")],
    )
    def test_a_slip_of_the_keys(self, typed: str, meant: str) -> None:
        assert load_bundled_catalogue().nearest_topics(typed)[0].name == meant

    def test_a_part_of_a_topic_leads_to_it(self) -> None:
        topic = next(topic for topic in load_bundled_catalogue().topics if topic.kinds)
        assert topic in load_bundled_catalogue().nearest_topics(topic.kinds[0], limit=20)

    def test_nothing_where_nothing_is_near(self) -> None:
        assert load_bundled_catalogue().nearest_topics("knitting") == []
        assert load_bundled_catalogue().nearest_topics("") == []


class TestAnOperatorsOwn:
    def test_a_new_topic_with_the_least_that_can_be_said(self) -> None:
        topic = extend_catalogue(load_bundled_catalogue(), '[[topic]]\nname = "bird song"', "mine.toml").find(
            "birdsong"
        )
        assert topic == CatalogueTopic("bird song", "Bird song", "other")
        assert load_bundled_catalogue().find("bird song") is None

    def test_names_are_added_to_a_known_topic(self) -> None:
        before = load_bundled_catalogue().find("diffusion")
        after = extend_catalogue(
            load_bundled_catalogue(), '[[topic]]\nname = "Diffusion"\nnear = ["ink in water"]', "mine.toml"
        ).find("diffusion")
        assert before is not None
        assert after == CatalogueTopic(
            before.name,
            before.label,
            before.area,
            before.same,
            (*before.near, "ink in water"),
            before.wider,
            before.kinds,
        )

    def test_or_take_its_place(self) -> None:
        text = '[[topic]]\nname = "diffusion"\narea = "physics"\nreplace = true'
        catalogue = extend_catalogue(load_bundled_catalogue(), text, "mine.toml")
        assert catalogue.find("diffusion") == CatalogueTopic("diffusion", "Diffusion", "physics")
        assert len(catalogue.topics) == len(load_bundled_catalogue().topics)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[[topic]]\nname = bird", "mine.toml, line 2: this is no TOML"),
            ('[topic]\nname = "bird song"', "mine.toml, line 1: every entry begins with a line [[topic]]"),
            ('\n[[topic]]\nlabel = "Birds"', "mine.toml, line 2: an entry needs a name"),
            (
                '[[topic]]\nname = "bird song"\nsmae = []',
                "line 3: an entry says nothing about smae. Did you mean same?",
            ),
            ('[[topic]]\nname = "bird song"\nsame = "ornithology"', "line 3: same is a list of names"),
            ('[[topic]]\nname = "bird song"\nnear = [\n"a, b"]', "line 4: a, b is no plain name."),
            ('[[topic]]\nname = "song OR dance"', "line 2: song OR dance is no plain name."),
            ('[[topic]]\nname = "the songs of the birds"', "line 1: The songs of the birds is too long for a button."),
            (
                '[[topic]]\nname = "ink"\nsame = ["diffusion"]',
                "line 3: diffusion is a name of the topic diffusion already.",
            ),
            ('[[topic]]\nname = "ink"\nreplace = "yes"', "line 3: replace is true or false"),
        ],
    )
    def test_a_mistake_is_told_with_its_place_and_what_to_do(self, text: str, said: str) -> None:
        with pytest.raises(CatalogueError) as mistake:
            extend_catalogue(load_bundled_catalogue(), text, "mine.toml")
        assert said in Translator().plain_text(mistake.value.sentence)
