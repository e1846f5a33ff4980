"""How a paper stands in the index: by the same reading as the decision rule.

Equal forms have equal stems, so whatever the rule can find, the index finds, too; and stems are plain letters and
digits, which no tokenizer changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.matching.prefilter.name_keys import paper_name_keys
from bot.matching.prefilter.position_constraints import terms_by_region
from bot.matching.text.normalization import fold_word, stem
from bot.matching.text.packed_text import pack_paper
from bot.matching.text.tokenizer import TokenizedText, tokenize_paper
from bot.papers import Paper

_MIN_WORD_LENGTH = 3


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A paper as it is indexed.

    ``title`` and ``abstract`` are stems; ``spelt`` are the words of the title as they are written; ``standing`` holds
    the forms of its words by where they stand, a text for each column; ``name_keys`` are those of its people and lab;
    ``packed_texts`` is what the rule decides by.
    """

    paper_id: str
    listed_on: date
    title: str
    abstract: str
    title_words: str
    position_columns: tuple[str, ...]
    known_words: frozenset[str]
    name_keys: tuple[str, ...] = ()
    packed_texts: bytes = b""

    @property
    def stems(self) -> list[str]:
        """Those of title and abstract, as often as they stand there."""
        return [*self.title.split(), *self.abstract.split()]


def build_entry(paper: Paper) -> IndexEntry:
    """The paper, ready for the index."""
    read = tokenize_paper(paper)
    return IndexEntry(
        paper.id,
        paper.listed_on,
        _stem_text(read.title),
        _stem_text(read.abstract),
        " ".join(map(fold_word, read.title.words)),
        tuple(" ".join(map(form_token, sorted(forms))) for forms in terms_by_region(read)),
        frozenset(correctable_words(read.title, read.abstract)),
        tuple(sorted("".join(key.split()) for key in paper_name_keys(paper))),
        pack_paper(read),
    )


def _stem_text(text: TokenizedText) -> str:
    return " ".join(map(stem, text.terms))


def form_token(form: str) -> str:
    """A form in letters and digits that no tokenizer changes."""
    return form if form.isascii() else "u" + form.encode().hex()


def correctable_words(*texts: TokenizedText) -> set[str]:
    """The words of the texts as they are written, to correct typing mistakes by: letters only, at least three."""
    words = {fold_word(word).removesuffix("'s") for text in texts for word in text.words}
    return {word for word in words if len(word) >= _MIN_WORD_LENGTH and word.isalpha()}
