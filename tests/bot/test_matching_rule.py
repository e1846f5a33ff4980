"""Which papers belong to a topic, and what is said about why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.matching import Decision, Place, Reason, Verdict
from bot.matching.rule import decide
from bot.papers import Author, Organization, Paper
from bot.topics.parse import parse

FILLER = "We propose a small method and report what it does on many tasks, with care for cost, time and memory. " * 3


def paper(title: str = "A small method", abstract: str = "", **facts: Any) -> Paper:
    return Paper("2608.00001", title, abstract or FILLER, date(2026, 8, 18), **facts)


def decided(topic: str, title: str = "A small method", abstract: str = "", **facts: Any) -> Decision:
    return decide(parse(topic), paper(title, abstract, **facts))


def reason(topic: str, title: str = "A small method", abstract: str = "", **facts: Any) -> Reason:
    (only,) = decided(topic, title, abstract, **facts).reasons
    return only


class TestWhereItSays:
    def test_in_the_title(self) -> None:
        assert reason("diffusion", "Faster Diffusion for Everyone") == Reason("diffusion", Place.TITLE, "Diffusion")

    def test_in_the_opening(self) -> None:
        found = reason("diffusion", abstract=f"We train Diffusion models. {FILLER}")
        assert found == Reason("diffusion", Place.OPENING, "Diffusion")

    def test_twice_in_the_abstract(self) -> None:
        found = reason("diffusion", abstract=f"{FILLER} It beats diffusion. No diffusion is needed.")
        assert found == Reason("diffusion", Place.ABSTRACT, "diffusion", 2)

    def test_all_words_with_the_rarest_in_the_title(self) -> None:
        found = reason("protein folding", "Folding by Rules", f"{FILLER} Here. We look at each protein. Done.")
        assert found == Reason("protein folding", Place.WORDS, "Folding")

    def test_one_late_mention_is_not_enough(self) -> None:
        assert not decided("diffusion", abstract=f"{FILLER} Unlike diffusion, it is quick.").yes

    def test_words_may_stand_apart_a_little_in_either_order(self) -> None:
        assert decided("image generation", "Generation of High-Quality Images").yes
        assert decided("video generation", "Video and Sound Generation").yes
        assert not decided("video generation", "Video of People Who Talk About the Next Generation").yes

    def test_not_across_sentences(self) -> None:
        assert not decided("world model", abstract=f"{FILLER} {FILLER} Around the world. Model it twice.").yes


class TestWhatCountsAsTheWord:
    @pytest.mark.parametrize(
        ("topic", "title"),
        [
            ("flow matching", "Flow-Matching at Scale"),
            ("flow-matching", "FlowMatching at Scale"),
            ("flowmatching", "Flow Matching at Scale"),
            ("k-means", "Fast KMeans"),
            ("kmeans", "Fast k-means"),
            ("3D generation", "3-D Generation"),
            ("behaviour", "Learning Behaviors"),
            ("C++", "Reading C++ with Care"),
            ("LLM agents", "Large Language Model Agents"),
            ("large language model agents", "LLM Agents at Work"),
            ("mixture of experts", "A Quick MoE"),
            ("mixture-of-experts", "MoEs in Practice"),
            ("moe", "Mixture of Experts Revisited"),
            ("retrieval-augmented generation", "RAG for Law"),
            ("RAG", "Retrieval Augmented Generation for Law"),
        ],
    )
    def test_spellings_and_acronyms(self, topic: str, title: str) -> None:
        assert decided(topic, title).yes

    @pytest.mark.parametrize(
        ("topic", "title"),
        [
            ("clustering", "Scheduling on a GPU Cluster"),
            ("diffusion", "Diffuse Light in Rooms"),
            ("MoE", "A Letter to Moe"),
            ("contrastive language-image pre-training", "How to Clip a Video"),
            ("CLIP", "Which Clip Comes Next"),
            ("C++", "Vitamin C and Health"),
            ("world model", "A Real-World Model of Prices"),
            ("art", "A State-of-the-Art Parser"),
        ],
    )
    def test_words_that_only_look_alike(self, topic: str, title: str) -> None:
        assert not decided(topic, title).yes

    def test_a_compound_is_found_by_all_its_words(self) -> None:
        assert decided("real-world images", "Denoising Real-World Images").yes

    def test_an_everyday_word_in_the_title_says_nothing_by_itself(self) -> None:
        scattered = f"{FILLER} The agents are many. Then comes a language. It is large. A model helps."
        assert not decided("LLM agents", "Agents in Town", scattered).yes

    def test_the_rarest_word_inside_a_compound_says_nothing(self) -> None:
        scattered = f"{FILLER} We look at each protein. Done."
        assert not decided("protein folding", "Un-Folding by Rules", scattered).yes

    def test_the_reason_shows_what_the_paper_says(self) -> None:
        assert reason("retrieval-augmented generation", "RAG for Law").found == "RAG"


class TestLevels:
    def test_strict_takes_no_acronyms_and_wants_it_often(self) -> None:
        assert decided("MoE", "Mixture of Experts").yes
        assert not decided("MoE match:strict", "Mixture of Experts").yes
        assert decided("mixture of experts match:strict", "Mixtures of Experts").yes
        twice = f"{FILLER} Diffusion here. Diffusion there."
        assert not decided("diffusion match:strict", abstract=twice).yes
        assert decided("diffusion match:strict", abstract=f"{twice} Diffusion again.").yes

    def test_wide_takes_a_mention(self) -> None:
        assert decided("diffusion match:wide", abstract=f"{FILLER} Unlike diffusion, it is quick.").yes


class TestExclusions:
    def test_by_the_same_decision(self) -> None:
        mentioned = f"{FILLER} One test is about driving."
        assert decided("robotics -driving", "Robotics at Home", mentioned).yes
        assert not decided("robotics -driving", "Robotics for Driving").yes
        assert not decided('robotics -"driving"', "Robotics at Home", mentioned).yes

    def test_a_word_family_is_left_out_together(self) -> None:
        assert not decided("reasoning -math", "Mathematical Reasoning").yes
        assert not decided("reasoning -mathematics", "Reasoning in Math").yes

    def test_families_add_no_papers(self) -> None:
        assert not decided("math", "Mathematical Objects").yes


class TestPhrasesAndFields:
    def test_a_phrase_is_exact(self) -> None:
        assert decided('"diffusion policy"', "A Diffusion Policy").yes
        assert decided('"diffusion policy"', abstract=f"{FILLER} We use a diffusion-policy.").yes
        assert not decided('"diffusion policy"', "Diffusion Policies").yes
        assert not decided('"diffusion policy"', "Diffusion, Policy and Law").yes

    def test_title(self) -> None:
        assert decided("title:agents", "Agents at Work").yes
        assert not decided("title:agents", "Agent Work", "Agents agents agents").yes

    @pytest.mark.parametrize("typed", ["Yann LeCun", "yann lecun", "Y. LeCun", "LeCun, Yann", "LeCun", "Yann A. LeCun"])
    def test_an_author_in_any_writing(self, typed: str) -> None:
        listed = "Yann A. LeCun" if "A." in typed else "Yann LeCun"
        assert decided(f'author:"{typed}"', authors=(Author("Ada Example"), Author(listed))).yes

    @pytest.mark.parametrize(
        ("typed", "listed"),
        [
            ("Jun-Yan Zhu", "Junyan Zhu"),
            ("Junyan Zhu", "Jun-Yan Zhu"),
            ("Zoe Muller", "Zoë Müller"),
            ("Yann LeCun", "Y. LeCun"),
        ],
    )
    def test_names_are_spelt_in_many_ways(self, typed: str, listed: str) -> None:
        assert reason(f'author:"{typed}"', authors=(Author(listed),)).found == listed

    @pytest.mark.parametrize("listed", ["Yann Other", "Hao LeCun", "Y. L."])
    def test_another_person(self, listed: str) -> None:
        assert not decided('author:"Yann LeCun"', authors=(Author(listed),)).yes

    def test_a_hidden_author_is_not_named(self) -> None:
        assert not decided("author:LeCun", authors=(Author("Yann LeCun", hidden=True),)).yes

    @pytest.mark.parametrize("typed", ["nvidia", "NVIDIA", "nvidia-research", '"NVIDIA Research"', '"nvidiaresearch"'])
    def test_a_lab_by_either_name(self, typed: str) -> None:
        lab = Organization("nvidia-research", "NVIDIA Research")
        assert reason(f"org:{typed}", organization=lab).found == "NVIDIA Research"

    def test_another_lab(self) -> None:
        assert not decided("org:meta", organization=Organization("metaphor")).yes
        assert not decided("org:meta").yes

    def test_source_and_day(self) -> None:
        assert decided("source:huggingface").yes
        assert not decided("source:arxiv").yes
        assert decided("since:2026-08-18").yes
        assert decided("since:2026-08-19").verdict is Verdict.NO


class TestWhatCanStillChange:
    @pytest.mark.parametrize(
        ("condition", "later"),
        [
            ("upvotes>=20", {"upvotes": 20}),
            ("has:code", {"code_url": "https://github.com/a/b"}),
            ("has:project", {"project_url": "https://example.org"}),
            ("keyword:rlhf", {"keywords": ("RLHF", "agents")}),
        ],
    )
    def test_not_yet_and_then_yes(self, condition: str, later: dict[str, Any]) -> None:
        topic = f"diffusion {condition}"
        first = decided(topic, "Diffusion")
        assert first.verdict is Verdict.NOT_YET
        assert [reason.place for reason in first.reasons] == [Place.TITLE]
        assert decided(topic, "Diffusion", **later).yes

    def test_a_subject_that_fails_will_never_come(self) -> None:
        assert decided("diffusion upvotes>=20").verdict is Verdict.NO

    def test_or_takes_the_better(self) -> None:
        assert decided("diffusion OR upvotes>=20", "Diffusion").yes
        assert decided("diffusion OR upvotes>=20").verdict is Verdict.NOT_YET

    def test_an_exclusion_is_decided_as_it_stands(self) -> None:
        assert decided("diffusion -has:code", "Diffusion").yes
        assert decided("diffusion -has:code", "Diffusion", code_url="https://github.com/a/b").verdict is Verdict.NO


def test_every_part_that_holds_gives_its_reason() -> None:
    found = decided(
        "(diffusion OR clustering) has:code org:nvidia", "Diffusion", code_url="x", organization=Organization("nvidia")
    )
    assert [(reason.wanted, reason.place) for reason in found.reasons] == [
        ("diffusion", Place.TITLE),
        ("has:code", Place.ASSET),
        ("nvidia", Place.ORG),
    ]
