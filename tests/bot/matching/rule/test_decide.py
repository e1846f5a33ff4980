"""Which papers belong to a topic, and what is said about why."""

from __future__ import annotations

from typing import Any

import pytest

from bot.matching import MatchLocation, MatchReason, Verdict
from bot.papers import Organization
from tests.bot.matching.decisions import FILLER, decide_reason, decide_verdict


class TestWhereItSays:
    def test_in_the_title(self) -> None:
        assert decide_reason("diffusion", "Faster Diffusion for Everyone") == MatchReason(
            "diffusion", MatchLocation.TITLE, "Diffusion"
        )

    def test_in_the_opening(self) -> None:
        found = decide_reason("diffusion", abstract=f"We train Diffusion models. {FILLER}")
        assert found == MatchReason("diffusion", MatchLocation.OPENING, "Diffusion")

    def test_twice_in_the_abstract(self) -> None:
        found = decide_reason("diffusion", abstract=f"{FILLER} It beats diffusion. No diffusion is needed.")
        assert found == MatchReason("diffusion", MatchLocation.ABSTRACT, "diffusion", 2)

    def test_all_words_with_the_rarest_in_the_title(self) -> None:
        found = decide_reason("protein folding", "Folding by Rules", f"{FILLER} Here. We look at each protein. Done.")
        assert found == MatchReason("protein folding", MatchLocation.WORDS, "Folding")

    def test_where_the_paper_says_what_it_does(self) -> None:
        background = (
            "Long lists of small things are hard to keep in order, and nobody likes to do it by hand at all. " * 2
        )
        stated = f"{background} To help, we introduce a diffusion sampler for them. It is quick."
        assert decide_reason("diffusion", abstract=stated) == MatchReason(
            "diffusion", MatchLocation.STATEMENT, "diffusion"
        )
        assert not decide_verdict(
            "diffusion", abstract=f"{background} We propose a sampler. Unlike diffusion, it is quick."
        ).is_match

    def test_one_late_mention_is_not_enough(self) -> None:
        assert not decide_verdict("diffusion", abstract=f"{FILLER} Unlike diffusion, it is quick.").is_match

    def test_an_everyday_word_is_mentioned_by_nearly_every_paper(self) -> None:
        opening = f"Reasoning is what models do. {FILLER}"
        assert not decide_verdict("reasoning", abstract=opening).is_match
        assert not decide_verdict("reasoning", abstract=f"{opening} It helps reasoning.").is_match
        assert decide_reason("reasoning", abstract=f"{opening} It helps reasoning. So reasoning wins.").count == 3
        assert decide_reason("reasoning", "Reasoning With Care").place is MatchLocation.TITLE
        stated = f"Reasoning is hard. We propose a way to better reasoning. {FILLER}"
        assert decide_reason("reasoning", abstract=stated).place is MatchLocation.STATEMENT

    def test_a_mention_counts_where_the_title_hints_at_it(self) -> None:
        late = f"{FILLER} It is good at math."
        assert not decide_verdict("math", "Fusing Tasks", late).is_match
        assert decide_reason("math", "MathFusion: Fusing Tasks", late) == MatchReason(
            "math", MatchLocation.TITLE, "MathFusion"
        )
        assert decide_reason("math", "Mathematical Tasks", late) == MatchReason(
            "math", MatchLocation.TITLE, "Mathematical"
        )
        assert not decide_verdict("math", "AfterMath: Fusing Tasks").is_match

    def test_a_late_phrase_counts_where_its_rarest_word_is_in_the_title(self) -> None:
        late = f"{FILLER} The result is a world model."
        assert decide_reason("world model", "Worlds That Answer", late) == MatchReason(
            "world model", MatchLocation.ABSTRACT, "world model"
        )
        assert not decide_verdict("world model", "Answers", late).is_match
        assert not decide_verdict("world model", "Real-World Answers", late).is_match

    def test_words_may_stand_apart_a_little_in_either_order(self) -> None:
        assert decide_verdict("image generation", "Generation of High-Quality Images").is_match
        assert decide_verdict("video generation", "Video and Sound Generation").is_match
        assert not decide_verdict("video generation", "Video of People Who Talk About the Next Generation").is_match

    @pytest.mark.parametrize(
        ("topic", "text"),
        [
            ("code models", "Our Models and Code"),
            ("code models", "Code and Models"),
            ("coding models", "Code, Models, Tools"),
            ("image generation", "Generation from Images"),
            ("data generation", "Data for Image Generation"),
            ("task synthesis", "Synthesis as a Task"),
        ],
    )
    def test_words_of_a_list_or_another_sense_are_no_phrase(self, topic: str, text: str) -> None:
        assert not decide_verdict(topic, text).is_match

    @pytest.mark.parametrize(
        ("topic", "text"),
        [
            ("image generation", "Image, Video and Sound Generation"),
            ("vision and language", "Language and Vision"),
            ("vision and language", "Vision and Language"),
            ("agent benchmark", "Benchmarks of Agents"),
        ],
    )
    def test_words_that_share_a_noun_are_one(self, topic: str, text: str) -> None:
        assert decide_verdict(topic, text).is_match

    def test_not_across_sentences(self) -> None:
        assert not decide_verdict(
            "world model", abstract=f"{FILLER} {FILLER} Around the world. Model it twice."
        ).is_match


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
            ("math reasoning", "Mathematical Reasoning"),
            ("data synthesis", "Synthetic Data"),
            ("image editing", "How to Edit Images"),
            ("efficient inference", "Inference Efficiency"),
        ],
    )
    def test_spellings_and_acronyms(self, topic: str, title: str) -> None:
        assert decide_verdict(topic, title).is_match

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
            ("on-policy", "A Policy on Trade"),
            ("text-to-video", "Text and Video"),
            ("image-to-3D", "Images and 3D"),
        ],
    )
    def test_words_that_only_look_alike(self, topic: str, title: str) -> None:
        assert not decide_verdict(topic, title).is_match

    def test_a_compound_is_found_by_all_its_words(self) -> None:
        assert decide_verdict("real-world images", "Denoising Real-World Images").is_match

    def test_an_everyday_word_in_the_title_says_nothing_by_itself(self) -> None:
        scattered = f"{FILLER} The agents are many. Then comes a language. It is large. A model helps."
        assert not decide_verdict("LLM agents", "Agents in Town", scattered).is_match

    def test_the_rarest_word_inside_a_compound_says_nothing(self) -> None:
        scattered = f"{FILLER} We look at each protein. Done."
        assert not decide_verdict("protein folding", "Un-Folding by Rules", scattered).is_match

    def test_the_reason_shows_what_the_paper_says(self) -> None:
        assert decide_reason("retrieval-augmented generation", "RAG for Law").found == "RAG"

    def test_what_goes_without_saying_may_stand_anywhere(self) -> None:
        spoken_of = f"{FILLER} All of them are large language models."
        assert decide_reason("LLM agents", "Agents in Town", spoken_of) == MatchReason(
            "LLM agents", MatchLocation.WORDS, "Agents"
        )
        assert not decide_verdict("LLM agents", "Agents in Town").is_match
        assert not decide_verdict("LLM models", "Models in Town", spoken_of).is_match
        assert not decide_verdict("LLM agents match:strict", "Agents in Town", spoken_of).is_match


class TestFurtherNames:
    def test_each_counts_as_the_words_themselves(self) -> None:
        assert decide_reason("diffusion also:SDXL", "Faster SDXL") == MatchReason(
            "diffusion", MatchLocation.TITLE, "SDXL"
        )
        once_each = f"{FILLER} It beats diffusion. It beats flow matching."
        assert decide_reason('diffusion also:"flow matching"', abstract=once_each).count == 2
        assert not decide_verdict("diffusion", abstract=once_each).is_match

    def test_a_long_list_of_names_loses_none(self) -> None:
        names = ", ".join(f"large language model agent{letter}" for letter in "abcdefghijklmnopqrst")
        assert decide_verdict(f'LLM agents also:"{names}"', "LLM AgentT").is_match

    def test_strictly_they_count_for_nothing(self) -> None:
        assert not decide_verdict("diffusion also:SDXL match:strict", "Faster SDXL").is_match

    def test_a_minus_leaves_them_out_too(self) -> None:
        assert not decide_verdict("robotics -(driving also:cars)", "Robotics for Cars").is_match


class TestLevels:
    def test_strict_takes_no_acronyms_and_wants_it_often(self) -> None:
        assert decide_verdict("MoE", "Mixture of Experts").is_match
        assert not decide_verdict("MoE match:strict", "Mixture of Experts").is_match
        assert decide_verdict("mixture of experts match:strict", "Mixtures of Experts").is_match
        twice = f"{FILLER} Diffusion here. Diffusion there."
        assert not decide_verdict("diffusion match:strict", abstract=twice).is_match
        assert decide_verdict("diffusion match:strict", abstract=f"{twice} Diffusion again.").is_match

    def test_wide_takes_a_mention(self) -> None:
        assert decide_verdict("diffusion match:wide", abstract=f"{FILLER} Unlike diffusion, it is quick.").is_match

    def test_wide_takes_no_single_mention_of_an_everyday_word(self) -> None:
        once = f"{FILLER} It is best on one benchmark."
        assert not decide_verdict("benchmark match:wide", abstract=once).is_match
        assert decide_verdict("benchmark match:wide", abstract=f"{once} And on a second benchmark.").is_match


class TestExclusions:
    def test_by_the_same_decision(self) -> None:
        mentioned = f"{FILLER} One test is about driving."
        assert decide_verdict("robotics -driving", "Robotics at Home", mentioned).is_match
        assert not decide_verdict("robotics -driving", "Robotics for Driving").is_match
        assert not decide_verdict('robotics -"driving"', "Robotics at Home", mentioned).is_match

    def test_a_word_family_is_left_out_together(self) -> None:
        assert not decide_verdict("reasoning -math", "Mathematical Reasoning").is_match
        assert not decide_verdict("reasoning -mathematics", "Reasoning in Math").is_match

    def test_a_single_word_alone_takes_no_family(self) -> None:
        assert not decide_verdict("math", "Mathematical Objects").is_match


class TestPhrasesAndFields:
    def test_a_phrase_is_exact(self) -> None:
        assert decide_verdict('"diffusion policy"', "A Diffusion Policy").is_match
        assert decide_verdict('"diffusion policy"', abstract=f"{FILLER} We use a diffusion-policy.").is_match
        assert not decide_verdict('"diffusion policy"', "Diffusion Policies").is_match
        assert not decide_verdict('"diffusion policy"', "Diffusion, Policy and Law").is_match

    def test_title(self) -> None:
        assert decide_verdict("title:agents", "Agents at Work").is_match
        assert not decide_verdict("title:agents", "Agent Work", "Agents agents agents").is_match

    def test_source_and_day(self) -> None:
        assert decide_verdict("source:huggingface").is_match
        assert not decide_verdict("source:arxiv").is_match
        assert decide_verdict("since:2026-08-18").is_match
        assert decide_verdict("since:2026-08-19").verdict is Verdict.NO


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
        first = decide_verdict(topic, "Diffusion")
        assert first.verdict is Verdict.NOT_YET
        assert [reason.place for reason in first.reasons] == [MatchLocation.TITLE]
        assert decide_verdict(topic, "Diffusion", **later).is_match

    def test_a_subject_that_fails_will_never_come(self) -> None:
        assert decide_verdict("diffusion upvotes>=20").verdict is Verdict.NO

    def test_or_takes_the_better(self) -> None:
        assert decide_verdict("diffusion OR upvotes>=20", "Diffusion").is_match
        assert decide_verdict("diffusion OR upvotes>=20").verdict is Verdict.NOT_YET

    def test_an_exclusion_is_decided_as_it_stands(self) -> None:
        assert decide_verdict("diffusion -has:code", "Diffusion").is_match
        assert (
            decide_verdict("diffusion -has:code", "Diffusion", code_url="https://github.com/a/b").verdict is Verdict.NO
        )


def test_every_part_that_holds_gives_its_reason() -> None:
    found = decide_verdict(
        "(diffusion OR clustering) has:code org:nvidia", "Diffusion", code_url="x", organization=Organization("nvidia")
    )
    assert [(reason.wanted, reason.place) for reason in found.reasons] == [
        ("diffusion", MatchLocation.TITLE),
        ("has:code", MatchLocation.ASSET),
        ("nvidia", MatchLocation.ORG),
    ]
