"""Decides many papers for many topics.

Topics wait under the rarest word they need, papers call them up by the words they hold; the rule is asked only where
the two meet. Measured with 100 papers and 1,000 topics, that leaves about one pair in a hundred.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.matching.decision import Decision, Verdict
from bot.matching.needs import Need, met, needs, telling_words
from bot.matching.rule import decide
from bot.matching.text import ReadPaper, read_paper
from bot.papers import Paper
from bot.topics.tree import Topic


class FiledTopics:
    """Topics by number, filed under the words that call them up; made once, asked for every paper."""

    def __init__(self, topics: Mapping[int, Topic]) -> None:
        self._topics = topics
        self._needs: dict[int, Need] = {}
        self._under: dict[str, list[int]] = {}
        self._always: list[int] = []
        for number, topic in topics.items():
            need = needs(topic)
            if need is None:
                self._always.append(number)
            else:
                self._needs[number] = need
                for word in telling_words(need):
                    self._under.setdefault(word, []).append(number)

    def called_up_by(self, paper: Paper) -> list[int]:
        """The topics worth deciding for the paper, in their order."""
        if not self._under:
            return list(self._always)
        words = _words(read_paper(paper))
        numbers = {number for word in words.intersection(self._under) for number in self._under[word]}
        return sorted([*self._always, *(number for number in numbers if met(self._needs[number], words))])

    def decide(self, paper: Paper) -> Iterator[tuple[int, Decision]]:
        """YES and NOT YET decisions; every other topic says NO."""
        for number in self.called_up_by(paper):
            decision = decide(self._topics[number], paper)
            if decision.verdict is not Verdict.NO:
                yield number, decision


def decide_all(topics: Mapping[int, Topic], papers: Iterable[Paper]) -> Iterator[tuple[int, str, Decision]]:
    """(topic, paper id, decision) for every YES and NOT YET; equal to deciding each pair by itself.

    It holds the processor: call it in a thread from asyncio.
    """
    filed = FiledTopics(topics)
    for paper in papers:
        for number, decision in filed.decide(paper):
            yield number, paper.id, decision


def _words(read: ReadPaper) -> set[str]:
    texts = (read.title, read.abstract)
    return {word for text in texts for words in (text.where, text.joined) for word in words}
