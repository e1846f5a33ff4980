"""What holds for every topic and every paper."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.matching import MatchLocation, Verdict
from bot.matching.prefilter.batch import decide_triggered
from bot.matching.prefilter.required_terms import is_satisfied, required_terms
from bot.matching.prefilter.topic_index import PaperTerms, trigger_terms
from bot.matching.rule.decide import decide
from bot.matching.text.tokenizer import tokenize_paper
from bot.papers import Paper
from bot.topics.ast import Expression, MatchLevel, Not, Subject, SynonymOrigin, Topic
from bot.topics.simplify import all_of, any_of
from bot.topics.synonyms import with_names
from tests.bot.strategies import expressions, names, papers, subjects, topics

RANK = [Verdict.NO, Verdict.NOT_YET, Verdict.YES]


def rank(expression: Expression, paper: Paper, level: MatchLevel = MatchLevel.NORMAL) -> int:
    return RANK.index(decide(Topic(expression, level), paper).verdict)


@given(expressions, expressions, papers)
def test_a_further_condition_never_adds_a_paper(one: Expression, other: Expression, paper: Paper) -> None:
    assert rank(all_of([one, other]), paper) <= rank(one, paper)
    assert rank(all_of([one, Not(other)]), paper) <= rank(one, paper)


@given(expressions, expressions, papers)
def test_a_further_or_never_removes_one(one: Expression, other: Expression, paper: Paper) -> None:
    assert rank(any_of([one, other]), paper) >= rank(one, paper)


@given(subjects, names, papers, st.sampled_from(MatchLevel))
def test_a_further_name_never_removes_a_paper(subject: Subject, name: str, paper: Paper, level: MatchLevel) -> None:
    more = with_names(subject, ((name, SynonymOrigin.TYPED), *subject.named_origins))
    assert rank(more, paper, level) >= rank(subject, paper, level)
    if level is not MatchLevel.STRICT:
        assert rank(more, paper, level) >= rank(Subject(name), paper, level)


@given(subjects, papers)
def test_strictly_no_further_name_counts(subject: Subject, paper: Paper) -> None:
    alone = Topic(Subject(subject.words), MatchLevel.STRICT)
    assert decide(Topic(subject, MatchLevel.STRICT), paper) == decide(alone, paper)


@given(subjects, papers, st.sampled_from(MatchLevel))
def test_no_names_and_nothing_said_about_names_decide_alike(subject: Subject, paper: Paper, level: MatchLevel) -> None:
    nothing_said, none = (Topic(Subject(subject.words, also), level) for also in (None, ()))
    assert decide(nothing_said, paper) == decide(none, paper)


@given(subjects, papers)
def test_levels_widen(subject: Subject, paper: Paper) -> None:
    ranks = [rank(subject, paper, level) for level in (MatchLevel.STRICT, MatchLevel.NORMAL, MatchLevel.WIDE)]
    assert ranks == sorted(ranks)


@given(topics, papers)
def test_a_paper_without_the_needed_words_is_a_no(topic: Topic, paper: Paper) -> None:
    need = required_terms(topic)
    read = tokenize_paper(paper)
    words = {
        word
        for text in (read.title, read.abstract)
        for known in (text.indices_by_term, text.indices_by_merged_pair)
        for word in known
    }
    if need is not None and not is_satisfied(need, words):
        assert decide(topic, paper).verdict is Verdict.NO


@given(st.lists(topics, min_size=1, max_size=6), st.lists(papers, max_size=4, unique_by=lambda paper: paper.id))
def test_deciding_what_is_called_up_is_deciding_each(several: list[Topic], listed: list[Paper]) -> None:
    words = PaperTerms(listed)
    for topic in several:
        each = [(paper.id, decide(topic, paper)) for paper in listed]
        found = list(decide_triggered(topic, words.triggered_by(trigger_terms(topic))))
        assert found == [pair for pair in each if pair[1].verdict is not Verdict.NO]


@given(topics, papers)
def test_reasons_quote_the_paper(topic: Topic, paper: Paper) -> None:
    decision = decide(topic, paper)
    for reason in decision.reasons:
        assert reason.count >= 1
        if reason.place in (MatchLocation.TITLE, MatchLocation.WORDS):
            assert reason.found in " ".join(tokenize_paper(paper).title.text.split())
        if reason.place in (MatchLocation.OPENING, MatchLocation.ABSTRACT):
            assert reason.found in " ".join(tokenize_paper(paper).abstract.text.split())
    assert not (decision.verdict is Verdict.NO and decision.reasons)


@given(topics, papers)
def test_votes_only_ever_help_a_topic_that_leaves_nothing_out(topic: Topic, paper: Paper) -> None:
    popular = replace(paper, upvotes=10_000)
    if "Not(" not in repr(topic):
        assert rank(topic.expression, popular, topic.level) >= rank(topic.expression, paper, topic.level)
