"""Which topics alone brought much of a long digest."""

from __future__ import annotations

from bot.commands.papers.explain import brought_alone
from bot.deliveries import Chosen, TopicReasons


def chosen(number: int, *topics: str) -> Chosen:
    return Chosen(f"2608.{number:05}", tuple(TopicReasons(topic, ()) for topic in topics))


def test_what_one_topic_alone_brought_counts() -> None:
    """A paper that two topics bring would come without either of them."""
    digest = [*(chosen(n, "benchmark") for n in range(5)), *(chosen(n, "RAG", "benchmark") for n in range(5, 9))]
    assert brought_alone(digest) == [("benchmark", 5)]


def test_at_most_two_are_named_the_busiest_first() -> None:
    digest = [chosen(n, topic) for n, topic in enumerate("a" * 3 + "b" * 5 + "c" * 4)]
    assert brought_alone(digest) == [("b", 5), ("c", 4)]


def test_a_short_digest_and_single_papers_are_not_too_much() -> None:
    assert brought_alone([chosen(n, "benchmark") for n in range(7)]) == []
    assert brought_alone([chosen(n, f"topic {n}") for n in range(12)]) == []
