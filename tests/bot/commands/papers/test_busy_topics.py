"""Which topics alone brought much of a long digest."""

from __future__ import annotations

from bot.commands.papers.explain import count_by_sole_topic
from bot.deliveries import SelectedPaper, TopicReasons


def chosen(number: int, *topics: str) -> SelectedPaper:
    return SelectedPaper(f"2608.{number:05}", tuple(TopicReasons(topic, ()) for topic in topics))


def test_what_one_topic_alone_brought_counts() -> None:
    """A paper that two topics bring would come without either of them."""
    digest = [*(chosen(n, "benchmark") for n in range(5)), *(chosen(n, "RAG", "benchmark") for n in range(5, 9))]
    assert count_by_sole_topic(digest) == [("benchmark", 5)]


def test_at_most_two_are_named_the_busiest_first() -> None:
    digest = [chosen(n, topic) for n, topic in enumerate("a" * 3 + "b" * 5 + "c" * 4)]
    assert count_by_sole_topic(digest) == [("b", 5), ("c", 4)]


def test_a_short_digest_and_single_papers_are_not_too_much() -> None:
    assert count_by_sole_topic([chosen(n, "benchmark") for n in range(7)]) == []
    assert count_by_sole_topic([chosen(n, f"topic {n}") for n in range(12)]) == []
