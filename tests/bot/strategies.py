"""Random topics and papers that have a fair chance to meet: both speak a small language with its traps."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from bot.matching.prefilter.position_constraints import position_constraint
from bot.matching.prefilter.topic_index import trigger_terms
from bot.matching.rule.decide import decide
from bot.papers import Author, Organization, Paper
from bot.topics.ast import (
    And,
    Asset,
    AtLeast,
    Expression,
    Field,
    FieldName,
    Has,
    MatchLevel,
    Not,
    Phrase,
    Since,
    Subject,
    SynonymOrigin,
    Topic,
)
from bot.topics.simplify import all_of, any_of
from bot.topics.synonyms import with_names

FIRST_DAY = date(2026, 8, 3)

_WORDS = """
    diffusion model models world real-world clustering cluster clusters k-means kmeans means MoE mixture experts LLM
    LLMs llms agent agents agentic large language flow-matching flow matching flowmatching RAG retrieval-augmented
    generation APIs apis GPUs behaviour behaviors of the for math mathematical 3D 3-D C++ ﬁne-tuning finetuning
    audio/3D
"""
WORDS = _WORDS.split()
SELECTIVE_WORDS = [word for word in WORDS if word not in ("of", "the", "for")]
NAMES = ("Yann LeCun", "Y. LeCun", "Hao Li", "Jun-Yan Zhu", "Zoë Müller")


def _text(most: int) -> st.SearchStrategy[str]:
    piece = st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", " ", " ", ", ", ". ", "-"]))
    return st.lists(piece, max_size=most).map(lambda pieces: "".join(word + gap for word, gap in pieces))


names = st.builds(
    lambda first, others: " ".join([first, *others]),
    st.sampled_from(SELECTIVE_WORDS),
    st.lists(st.sampled_from(WORDS), max_size=3),
)
several_names = st.lists(names, max_size=3, unique=True).map(tuple)
originated_names = st.lists(st.tuples(names, st.sampled_from(SynonymOrigin)), max_size=3)
subjects = st.one_of(
    st.builds(Subject, names, st.one_of(st.none(), several_names)),
    st.builds(with_names, st.builds(Subject, names), originated_names),
)
leaves: st.SearchStrategy[Expression] = st.one_of(
    subjects,
    subjects,
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda words: Phrase(" ".join(words))),
    st.builds(Field, st.just(FieldName.TITLE), st.sampled_from(SELECTIVE_WORDS)),
    st.builds(Field, st.just(FieldName.AUTHOR), st.sampled_from(NAMES)),
    st.builds(Field, st.just(FieldName.ORG), st.sampled_from(["nvidia", "kling team"])),
    st.builds(Field, st.just(FieldName.KEYWORD), st.sampled_from(["rlhf", "world model"])),
    st.builds(Field, st.just(FieldName.SOURCE), st.sampled_from(["arxiv", "huggingface"])),
    st.builds(Field, st.just(FieldName.FIELD), st.just("speech")),
    st.builds(AtLeast, st.integers(0, 30)),
    st.builds(Has, st.sampled_from(Asset)),
    st.builds(Since, st.dates(FIRST_DAY, FIRST_DAY + timedelta(days=6))),
)


def _combined(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(parts, min_size=2, max_size=3)
    narrowed = st.builds(lambda part, left_out: all_of([part, Not(left_out)]), parts, parts)
    return st.one_of(several.map(all_of), several.map(any_of), narrowed)


expressions = st.recursive(leaves, _combined, max_leaves=5)
topics = st.builds(Topic, expressions, st.sampled_from(MatchLevel))

papers = st.builds(
    Paper,
    id=st.integers(0, 99_999).map(lambda number: f"2608.{number:05}"),
    title=_text(8),
    abstract=_text(60),
    listed_on=st.dates(FIRST_DAY, FIRST_DAY + timedelta(days=6)),
    authors=st.lists(st.sampled_from(NAMES).map(Author), max_size=2).map(tuple),
    organization=st.sampled_from([None, Organization("nvidia", "NVIDIA"), Organization("kling", "Kling Team")]),
    keywords=st.sampled_from([(), ("RLHF",), ("world model", "agents")]),
    upvotes=st.integers(0, 30),
    code_url=st.sampled_from(["", "https://github.com/a/b"]),
    project_url=st.sampled_from(["", "https://example.org"]),
    sources=st.sampled_from([frozenset({"huggingface"}), frozenset({"arxiv"})]),
)


def _read_fields_once() -> None:
    """Reading the catalogue and its terms is no part of any example's time."""
    paper = Paper("2608.00001", "Video of speech", "A video of speech.", date(2026, 8, 1))
    for level in MatchLevel:
        whole = Field(FieldName.FIELD, "speech")
        for expression in (whole, And((Subject("video"), Not(whole)))):
            topic = Topic(expression, level)
            decide(topic, paper)
            trigger_terms(topic)
            position_constraint(topic)


_read_fields_once()
