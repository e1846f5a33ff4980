"""What one question of a person may cost, counted in steps rather than in time: the same on every machine.

Planning, the preview of the command line and what machines read are never under it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.matching.catalogue.field_topics import field_expression
from bot.matching.text.tokenizer import folded_words
from bot.topics import And, Expression, Field, Not, Or, Phrase, Subject, Topic
from bot.topics.ast import FieldName

# No query of `benchmarks/search.py` is cut by it, at 10,000 papers.
MAX_STEPS: Final = 20_000
# Up to so many words a name costs no more than the paper around it; beyond them it costs by the square.
_PLAIN_WORDS: Final = 8


@dataclass(slots=True)
class StepBudget:
    """Steps that are left; a step is deciding on one paper for a topic of a few words.

    ``looked_through`` is how many papers, newest first, were decided on where the steps did not suffice; None while
    they do.
    """

    steps: int = MAX_STEPS
    looked_through: int | None = None

    @property
    def is_spent(self) -> bool:
        """Whether something was left out for it."""
        return self.looked_through is not None

    def spend(self, steps: int) -> bool:
        """Takes the steps; False, taking none, where there are not as many."""
        if steps > self.steps:
            return False
        self.steps -= steps
        return True

    def stop_after(self, papers: int) -> None:
        """Notes that so many papers were looked through, and no further; the first time counts."""
        if self.looked_through is None:
            self.looked_through = papers
        self.steps = 0


def decision_steps(topic: Topic) -> int:
    """What deciding on one paper costs, in steps; at least 1."""
    return max(1, sum(_part_steps(topic.expression)))


def _part_steps(expression: Expression) -> list[int]:
    match expression:
        case Subject(words, synonyms):
            return [max(_name_steps(name) for name in (words, *(synonyms or ())))]
        case Phrase(words):
            return [_name_steps(words)]
        case Field(FieldName.FIELD, name):
            return _part_steps(field_expression(name))
        case Field(value=value):
            return [_name_steps(value)]
        case Not(inner):
            return _part_steps(inner)
        case And(parts) | Or(parts):
            return [steps for part in parts for steps in _part_steps(part)]
    return []


def _name_steps(name: str) -> int:
    return max(1, (len(folded_words(name)) // _PLAIN_WORDS) ** 2)
