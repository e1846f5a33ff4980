"""How a paper stands in the index: by the same reading as the decision rule.

Equal forms have equal stems, so whatever the rule can find, the index finds, too; and stems are plain letters and
digits, which no tokenizer changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.matching.prefilter.position_constraints import standing_in
from bot.matching.text.normalization import literal, stem
from bot.matching.text.tokenizer import Text, read_paper
from bot.papers import Paper

_SHORTEST_SPELLING = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper as it is indexed.

    ``title`` and ``abstract`` are stems; ``spelt`` are the words of the title as they are written; ``standing`` holds
    the forms of its words by where they stand, a text for each column.
    """

    paper_id: str
    listed_on: date
    title: str
    abstract: str
    spelt: str
    standing: tuple[str, ...]
    spellings: frozenset[str]

    @property
    def stems(self) -> list[str]:
        """Those of title and abstract, as often as they stand there."""
        return [*self.title.split(), *self.abstract.split()]


def entry(paper: Paper) -> Entry:
    """The paper, ready for the index."""
    read = read_paper(paper)
    return Entry(
        paper.id,
        paper.listed_on,
        _stems(read.title),
        _stems(read.abstract),
        " ".join(map(literal, read.title.words)),
        tuple(" ".join(map(token, sorted(forms))) for forms in standing_in(read)),
        frozenset(spellings(read.title, read.abstract)),
    )


def _stems(text: Text) -> str:
    return " ".join(map(stem, text.forms))


def token(form: str) -> str:
    """A form in letters and digits that no tokenizer changes."""
    return form if form.isascii() else "u" + form.encode().hex()


def spellings(*texts: Text) -> set[str]:
    """The words of the texts as they are written, to correct typing mistakes by: letters only, at least three."""
    words = {literal(word).removesuffix("'s") for text in texts for word in text.words}
    return {word for word in words if len(word) >= _SHORTEST_SPELLING and word.isalpha()}
