"""A packed paper is the paper that was tokenized: the rule says the same by both, and by every part of it."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from bot.matching.rule.decide import decide, decide_tokenized
from bot.matching.text.packed_text import pack_paper, unpack_paper
from bot.matching.text.tokenizer import TokenizedPaper, TokenizedText, tokenize
from bot.papers import Paper
from bot.topics import Topic
from bot.topics.words import STOP_WORDS
from tests.bot.strategies import papers, topics

PUNCTUATION = set(".,;:!?()[]")
PIECES = [
    "k means",
    "k-means",
    "kmeans",
    "real-world data",
    "x, y",
    "LLMs",
    "don't\nstop. Then",
    "C++ 3.5",
    "naïve Ω",
    "\ud800",
    "¸",
    "e\u0301 \u0327's",
]
texts = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join))


def unpacked(title: str, abstract: str) -> TokenizedPaper:
    return unpack_paper(pack_paper(TokenizedPaper(title, abstract)))


def parts(text: TokenizedText) -> tuple[object, ...]:
    statement = text.statement if text.terms else None
    return text.words, text.terms, text.separators, statement, text.positions, text.compound_members


def indices(terms: list[str]) -> dict[str, tuple[int, ...]]:
    """As the plain definition has it: every term with every place."""
    return {term: tuple(i for i, other in enumerate(terms) if other == term) for term in terms}


def merged_pairs(text: TokenizedText) -> dict[str, tuple[int, ...]]:
    """Two words with a blank or a single mark between them that ends nothing, the first no stop word."""
    pairs: dict[str, tuple[int, ...]] = {}
    for i, gap in enumerate(text.gaps):
        if len(gap) == 1 and gap not in PUNCTUATION and text.terms[i] not in STOP_WORDS:
            both = text.terms[i] + text.terms[i + 1]
            pairs[both] = (*pairs.get(both, ()), i)
    return pairs


@given(texts, texts)
def test_unpacking_gives_back_every_part(title: str, abstract: str) -> None:
    read, again = TokenizedPaper(title, abstract), unpacked(title, abstract)
    assert (parts(again.title), parts(again.abstract)) == (parts(read.title), parts(read.abstract))


@given(texts)
@example("¸")
@example("a \u0301\u0302's x")
def test_every_word_leaves_a_term(text: str) -> None:
    """Accents on no letter are set aside with the accents of letters: such a word would be nothing."""
    assert "" not in tokenize(text).terms


@given(texts)
def test_a_term_is_found_where_it_stands(abstract: str) -> None:
    text = unpacked("", abstract).abstract
    plain, joined = indices(list(text.terms)), merged_pairs(text)
    for term in (*plain, *joined, "kmeans", "absent"):
        assert text.indices_by_term.get(term, ()) == plain.get(term, ())
        assert text.indices_by_merged_pair.get(term, ()) == joined.get(term, ())
    assert set(text.indices_by_term) == set(plain)
    assert set(text.indices_by_merged_pair) == set(joined)


@given(topics, papers)
def test_the_rule_decides_the_same_by_it(topic: Topic, paper: Paper) -> None:
    assert decide_tokenized(topic, paper, unpacked(paper.title, paper.abstract)) == decide(topic, paper)
