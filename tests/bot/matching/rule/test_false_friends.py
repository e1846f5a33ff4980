"""Words that mean something else, and the same thing in other letters."""

from __future__ import annotations

import pytest

from bot.matching import MatchLocation
from tests.bot.matching.decisions import FILLER, decide_reason, decide_verdict


class TestAnotherSense:
    @pytest.mark.parametrize(
        ("topic", "text"),
        [
            ("clustering", "Our jobs run on a GPU cluster. The cluster is shared, and each cluster has eight nodes."),
            ("cluster", "Training on a GPU cluster is slow. A GPU cluster is shared by many."),
            ("pruning", "Pruning the search space makes the planner quick. Search space pruning is safe here."),
            ("pruning", "It prunes the search space. With alpha-beta pruning the tree stays small."),
            ("world model", "Real-world data is scarce. A model of the real-world market helps. The model is small."),
            ("attention", "The question has attracted much attention. It has received little attention so far."),
            ("memory", "The memory footprint is small. Peak memory is halved."),
            ("art", "It beats the state of the art. The state-of-the-art result is old."),
            ("role-play", "Small words play a crucial role. They also play a key role later."),
            ("world", "It holds around the world, in the real world and in real-world use."),
        ],
    )
    def test_is_no_match(self, topic: str, text: str) -> None:
        assert not decide_verdict(topic, "A small method", f"{text} {FILLER}").is_match
        assert not decide_verdict(topic, text.partition(".")[0], FILLER).is_match

    @pytest.mark.parametrize(
        ("topic", "title"),
        [
            ("clustering", "Clustering Without Labels"),
            ("GPU cluster", "Scheduling on a GPU Cluster"),
            ("pruning", "Pruning Large Networks in a Search Space"),
            ("search space pruning", "Safe Search Space Pruning"),
            ("attention", "Sparse Attention"),
            ("memory", "Memory for Agents"),
            ("role-play", "Role-Play With Language Models"),
            ("real-world data", "Learning From Real-World Data"),
        ],
    )
    def test_the_sense_that_is_meant(self, topic: str, title: str) -> None:
        assert decide_reason(topic, title).place is MatchLocation.TITLE


class TestMentionedOrAbout:
    def test_a_rival_named_once_is_a_mention(self) -> None:
        compared = f"{FILLER} On three tasks it is better than diffusion."
        assert not decide_verdict("diffusion", "Parts of Meshes", compared).is_match
        assert decide_verdict("diffusion match:wide", "Parts of Meshes", compared).is_match

    @pytest.mark.parametrize("word", ["benchmark", "evaluation", "reasoning"])
    def test_what_every_paper_does_is_a_mention(self, word: str) -> None:
        tested = f"{FILLER} Extensive {word}s on two {word}s show gains."
        assert not decide_verdict(word, "A small method", tested).is_match
        assert decide_verdict(word, f"A New {word.title()}", tested).is_match


class TestAbbreviations:
    @pytest.mark.parametrize(
        ("short", "long"),
        [
            ("MoE", "Mixture-of-Experts"),
            ("RAG", "Retrieval-Augmented Generation"),
            ("VLM", "Vision-Language Models"),
            ("LLM", "Large Language Models"),
            ("RL", "Reinforcement Learning"),
            ("NeRF", "Neural Radiance Fields"),
        ],
    )
    def test_stand_for_their_words_both_ways(self, short: str, long: str) -> None:
        assert decide_verdict(short, f"On {long}").is_match
        assert decide_verdict(short.lower(), f"On {long}").is_match
        assert decide_verdict(long, f"On {short}s").is_match
        assert decide_verdict(long, f"On {short}").is_match

    @pytest.mark.parametrize(
        ("topic", "title"),
        [
            ("mixture of experts", "Moe’s Tavern"),
            ("retrieval-augmented generation", "From Rag to Riches"),
            ("neural radiance field", "Nerf Wars"),
        ],
    )
    def test_are_written_in_capitals(self, topic: str, title: str) -> None:
        assert not decide_verdict(topic, title).is_match

    def test_are_found_inside_made_up_names_that_the_abstract_backs(self) -> None:
        assert decide_verdict("RAG", "GraphRAG for Law", f"{FILLER} It is a kind of RAG.").is_match
        assert decide_verdict("mixture of experts", "RouteMoE", f"{FILLER} MoE layers are routed.").is_match
        assert not decide_verdict("RAG", "GraphRag for Law", f"{FILLER} It is a kind of RAG.").is_match


class TestSpellings:
    @pytest.mark.parametrize(
        ("topic", "title"),
        [
            ("graph neural networks", "A Graph Neural Network"),
            ("a world model", "World Models"),
            ("policies", "A Policy"),
            ("fine-tuning", "Finetuning"),
            ("finetuning", "Fine Tuning"),
            ("text-to-image", "Text to Image"),
            ("text to image", "Text-to-Image Models"),
            ("optimisation", "Optimization"),
            ("colour", "Color in Images"),
            ("modeling", "Modelling"),
            ("tumor segmentation", "Tumour Segmentation"),
            ("k-means", "$k$-Means in a Minute"),
            ("kmeans", "K-Means"),
            ("3D", "3D Shapes"),
            ("3d", "3-D Shapes"),
            ("GPT-4", "What GPT-4 Knows"),
            ("GPT4", "What GPT-4 Knows"),
            ("C++", "C++ for All"),
            ("β-VAE", "A beta-VAE"),
            ("beta-VAE", "A β-VAE"),
            ("beta-VAE", r"A $\beta$-VAE"),
            ("alpha divergence", r"$\alpha$-Divergences"),
            ("α-divergence", r"The \(\alpha\)-Divergence"),
            ("muP", "μP at Scale"),
            ("MoE", r"\textsc{MoE} at Scale"),
            ("Tulu", 'T\\"ULU Grows'),
            ("Schrodinger bridge", "Schrödinger Bridges"),
        ],
    )
    def test_of_one_word(self, topic: str, title: str) -> None:
        assert decide_reason(topic, title).place is MatchLocation.TITLE

    @pytest.mark.parametrize(
        ("topic", "title"),
        [
            ("GPT-4", "What GPT-3 Knows"),
            ("C++", "Objective C"),
            ("3D", "2D Shapes"),
            ("k-means", "What the Means Mean"),
            ("alpha divergence", r"$\beta$-Divergences"),
            ("on-policy", "Off-Policy Learning"),
        ],
    )
    def test_of_another(self, topic: str, title: str) -> None:
        assert not decide_verdict(topic, title).is_match


class TestAcronymsOfTheirOwn:
    """A paper that spells an acronym out otherwise means otherwise."""

    @pytest.mark.parametrize(
        ("topic", "abstract"),
        [
            ("speech recognition", "The attack success rate (ASR) rises. ASR stays high."),
            ("ASR", "We lower ASR (attack success rate). ASR stays low."),
            ("information retrieval", "In image restoration (IR) labels are scarce. IR is hard."),
            ("reward models", "Our Reflective Masking (RM) edits text. RM is quick, and RM is small."),
        ],
    )
    def test_count_as_what_the_paper_says(self, topic: str, abstract: str) -> None:
        for level in ("", " match:strict", " match:wide"):
            assert not decide_verdict(topic + level, "A small method", f"{abstract} {FILLER}").is_match

    @pytest.mark.parametrize(
        ("topic", "abstract"),
        [
            ("speech recognition", "Automatic speech recognition (ASR) is hard. ASR fails in noise."),
            ("ASR", "The word error of ASR is high. ASR fails in noise."),
            ("reinforcement learning", "Attack success rate (ASR) falls. RL helps, and RL is cheap."),
            ("out-of-distribution", "Out-of-distribution (OOD) data is rare. OOD data is odd."),
        ],
    )
    def test_count_where_it_says_the_same_or_nothing(self, topic: str, abstract: str) -> None:
        assert decide_verdict(topic, "A small method", f"{abstract} {FILLER}").is_match


class TestNamesAsTheyStand:
    @pytest.mark.parametrize(
        ("topic", "title", "abstract"),
        [
            ("scene generation", "Scene Graph Generation With Transformers", ""),
            ("video generation", "From Clicks to Graphs", "Video Scene Graph Generation is hard."),
            ("unit test generation", "Unit Test Rewards for Code Models", "Such models generate code."),
            ("any-to-any", "Segment Any Point", "It segments any object."),
            ('machine translation also:"kinds: translation quality"', "Judges", "Translation in terms of quality."),
            ("optimizers", "Policy Optimization", "Optimization of policies is hard. Our optimization is not."),
            ("on-policy distillation", "On-Policy Learning", "On-policy learning with distillation is slow."),
            ("dataset distillation", "Distillation of Reasoning", "Distillation needs no dataset."),
            ("reward models", "Better Steps", "Learning from rewards (RLVR) improves language-model reasoning."),
        ],
    )
    def test_other_things_beside_the_words_are_other_things(self, topic: str, title: str, abstract: str) -> None:
        assert not decide_verdict(topic, title, f"{abstract} {FILLER}").is_match

    @pytest.mark.parametrize(
        ("topic", "title"),
        [
            ("scene graph generation", "Scene Graph Generation With Transformers"),
            ("unit test generation", "Generating Unit Tests"),
            ("any-to-any", "Any-to-Any Generation"),
            ("agents for games", "Multi-Agent Games"),
            ("mixture of experts", "A Mixture-of-Experts Layer"),
            ("equivariant networks", "Equivariance of Networks"),
            ("optimizers", "An Optimizer for Large Batches"),
        ],
    )
    def test_the_thing_itself_is_found(self, topic: str, title: str) -> None:
        assert decide_verdict(topic, title).is_match

    def test_a_rare_word_is_found_in_every_form_of_its_family(self) -> None:
        assert decide_reason("equivariance", "Equivariant Networks").found == "Equivariant"
        assert not decide_verdict("synthesis", "Synthetic Data").is_match


class TestLongPhrases:
    """The words that carry the meaning are enough."""

    @pytest.mark.parametrize(
        ("topic", "title"),
        [
            ("efficient sparse attention mechanisms", "Native Sparse Attention at Scale"),
            ("novel view synthesis methods", "View Synthesis in One Step"),
            ("joint audio-video generation", "Audio-Video Generation From Text"),
            ("world models for embodied AI", "Embodied World Models"),
            ("diffusion language models", "A Language Model of Three Modes, One of Them Diffusion"),
        ],
    )
    def test_are_found_by_what_they_say(self, topic: str, title: str) -> None:
        assert decide_verdict(topic, title).is_match
        assert not decide_verdict(f"{topic} match:strict", title).is_match or topic in title.lower()

    def test_what_it_is_for_may_stand_in_the_abstract(self) -> None:
        said = f"{FILLER} It helps embodied agents."
        assert decide_verdict("world models for embodied AI", "A World Model of Kitchens", said).is_match
        assert not decide_verdict("world models for embodied AI", "A World Model of Kitchens").is_match

    @pytest.mark.parametrize(
        ("topic", "title"),
        [
            ("efficient inference", "Inference of Trees"),
            ("efficient sparse attention mechanisms", "Efficient Mechanisms"),
            ("joint audio-video generation", "Joint Video Generation"),
            ("foundation model evaluation", "Foundations of Evaluation"),
        ],
    )
    def test_keep_what_carries_the_meaning(self, topic: str, title: str) -> None:
        assert not decide_verdict(topic, title).is_match
