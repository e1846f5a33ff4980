"""The words for why a paper came."""

from __future__ import annotations

import pytest

from bot.deliveries import TopicReasons
from bot.i18n import Translator
from bot.matching import MatchLocation, MatchReason
from bot.rendering.match_reasons import match_reasons_text, reason_text, topic_label

say = Translator().plain_text


def said(*topics: tuple[str, MatchReason]) -> str:
    return say(match_reasons_text([TopicReasons(topic, (reason,)) for topic, reason in topics]))


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (MatchReason("diffusion", MatchLocation.TITLE, "Diffusion"), "diffusion"),
        (MatchReason("GUI agents", MatchLocation.TITLE, "GUI agent"), "GUI agents"),
        (MatchReason("text-to-speech", MatchLocation.TITLE, "text to speech"), "text-to-speech"),
        (MatchReason("VLM", MatchLocation.TITLE, "MLLM"), "VLM (“MLLM”)"),
        (MatchReason("LLM agents", MatchLocation.ABSTRACT, "agentic", 3), "LLM agents (“agentic”), 3× in the abstract"),
        (MatchReason("diffusion", MatchLocation.ABSTRACT, "diffusion", 2), "diffusion, twice in the abstract"),
        (MatchReason("diffusion", MatchLocation.OPENING, "diffusion"), "diffusion, in the opening"),
        (MatchReason("diffusion", MatchLocation.STATEMENT, "diffusion"), "diffusion, where it says what it does"),
        (MatchReason("mixture of experts", MatchLocation.WORDS, "experts"), "mixture of experts, all its words"),
        (MatchReason("Yann LeCun", MatchLocation.AUTHOR, "Yann Le Cun"), "Yann LeCun, author"),
        (MatchReason("nvidia", MatchLocation.ORG, "NVIDIA"), "nvidia, lab"),
    ],
)
def test_a_topic_says_where_it_stands_if_the_title_does_not_show_it(reason: MatchReason, words: str) -> None:
    assert said((reason.wanted, reason)) == words


def test_a_further_name_is_quoted_beside_the_topics_own() -> None:
    flow = MatchReason("diffusion", MatchLocation.TITLE, "Flow Matching")
    assert said(('diffusion also:"flow matching"', flow)) == "diffusion (“Flow Matching”)"


def test_several_topics_are_joined_and_three_are_named() -> None:
    title = {name: (name, MatchReason(name, MatchLocation.TITLE, name)) for name in ("a", "b", "c", "d")}
    assert said(title["a"], title["b"]) == "a + b"
    assert said(*title.values()) == "a + b + c + 1 more"


def test_both_halves_of_an_and_are_told() -> None:
    both = TopicReasons(
        "robotics AND safety",
        (
            MatchReason("robotics", MatchLocation.TITLE, "robotics"),
            MatchReason("safety", MatchLocation.ABSTRACT, "safety", 2),
        ),
    )
    assert say(match_reasons_text([both])) == "robotics + safety, twice in the abstract"


def test_conditions_alone_are_the_topic_itself() -> None:
    votes = TopicReasons("upvotes>=20 has:code", (MatchReason("upvotes>=20", MatchLocation.UPVOTES, "24"),))
    assert say(match_reasons_text([votes])) == "upvotes>=20 has:code"


def test_beside_a_topic_that_is_named_already_only_the_place_is_said() -> None:
    assert say(reason_text(MatchReason("diffusion", MatchLocation.ABSTRACT, "diffusion", 2))) == "twice in the abstract"
    assert say(reason_text(MatchReason("diffusion", MatchLocation.TITLE, "flow matching"))) == "flow matching"
    assert (
        say(reason_text(MatchReason("LLM agents", MatchLocation.ABSTRACT, "agentic", 1)))
        == "“agentic”, in the abstract"
    )


def test_a_topic_is_named_without_its_machinery_and_never_at_length() -> None:
    assert topic_label('"diffusion policy"') == "diffusion policy"
    assert topic_label("diffusion match:strict") == "diffusion"
    assert topic_label('diffusion also:"flow matching, DiT"') == "diffusion"
    assert topic_label('diffusion also:"flow matching" AND robotics also:none match:wide') == "diffusion AND robotics"
    assert topic_label("(what could not be read") == "(what could not be read"
    assert topic_label('"a" OR "b"') == '"a" OR "b"'
    assert len(topic_label("word " * 40)) <= 40
