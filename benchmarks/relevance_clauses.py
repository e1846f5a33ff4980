"""How precise a yes is by what carried it: the typed words, a name by its origin, or several names together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.comparison import Comparison, Figure
from benchmarks.relevance import LabelledPapers, relevant_and_ignored
from bot.matching.catalogue.catalogue import load_bundled_catalogue
from bot.matching.catalogue.synonym_expansion import expand_synonyms
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.topics.ast import MatchLevel, Subject, SynonymOrigin, Topic
from bot.topics.synonyms import with_names

JOINT = "joint"
CLAUSES = (*map(str, SynonymOrigin), JOINT)


def carrying_clause(subjects: Sequence[Subject], paper: Paper, level: MatchLevel) -> str | None:
    """The nearest origin of which one name alone is enough; JOINT where only several are; None where it is a no."""
    if not any(decide(Topic(subject, level), paper).is_match for subject in subjects):
        return None
    for origin in SynonymOrigin:
        for subject in subjects:
            words = Subject(subject.words)
            alone = [with_names(words, [each]) for each in subject.named_origins if each[1] is origin]
            tried = [words, *alone] if origin is SynonymOrigin.TYPED else alone
            if any(decide(Topic(form, level), paper).is_match for form in tried):
                return str(origin)
    return JOINT


def count_by_clause(labels: LabelledPapers, level: MatchLevel) -> Counter[tuple[str, bool]]:
    """How many papers each clause brought, wanted (True) and not; borderline ones don't count."""
    found: Counter[tuple[str, bool]] = Counter()
    for label, ids in labels.topics.items():
        subjects = [_expanded(side, level) for side in relevant_and_ignored(label)]
        for paper in labels.papers:
            clause = carrying_clause(subjects, paper, level)
            if clause and paper.id not in ids.get("1", ()):
                found[clause, paper.id in ids["2"]] += 1
    return found


def _expanded(words: str, level: MatchLevel) -> Subject:
    expression = expand_synonyms(Topic(Subject(words), level), load_bundled_catalogue()).topic.expression
    assert isinstance(expression, Subject), "a single subject stays one"
    return expression


def compare_clauses(labels: LabelledPapers, name: str) -> Comparison:
    """Each clause's precision beside that of the typed words, at the normal and the wide level."""
    figures = [figure for level in (MatchLevel.NORMAL, MatchLevel.WIDE) for figure in _figures(labels, level)]
    return Comparison(f"{name}: precision by what carried a yes", "clause", "typed words", figures)


def _figures(labels: LabelledPapers, level: MatchLevel) -> list[Figure]:
    found = count_by_clause(labels, level)
    brought = {clause: (found[clause, True], found[clause, False]) for clause in CLAUSES}
    typed = _precision(*brought[str(SynonymOrigin.TYPED)])
    return [
        Figure(f"{level}: {clause} ({right} right, {wrong} wrong)", _precision(right, wrong), typed)
        for clause, (right, wrong) in brought.items()
        if right + wrong
    ]


def _precision(right: int, wrong: int) -> float:
    return right / (right + wrong or 1)
