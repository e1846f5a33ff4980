"""Whether learned weights decide better than the rule: a logistic regression over plain features of topic and paper.

Every figure is of topics and sets that the weights have not seen: for each labelled set and each fold of its topics,
the weights are learned from the other sets without the topics of the fold. Nothing of this runs in Paperboy.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.comparison import Comparison, Figure
from benchmarks.relevance import ConfusionCounts, LabelledPapers, relevant_and_ignored
from bot.matching.catalogue.catalogue import load_bundled_catalogue
from bot.matching.catalogue.synonym_expansion import expand_synonyms
from bot.matching.rule.decide import decide
from bot.matching.rule.decision import MatchLocation
from bot.matching.rule.subject_terms import COMMON_WORD_SHARE
from bot.matching.text.acronyms import content_terms
from bot.matching.text.lexicon import document_frequency
from bot.matching.text.stem_families import stem_family
from bot.matching.text.term_indices import term_beginnings
from bot.matching.text.tokenizer import TokenizedText, tokenize_paper
from bot.papers import Paper
from bot.topics.ast import MatchLevel, Subject, Topic

FOLDS = 5
_STEPS = 60
_RIDGE = 1.0
_RAREST_SHARE = 1e-4
_SILVER_TOPICS, _SILVER_PAPERS, _STEM_LENGTH = 150, 15, 5
_DAY = date(2026, 1, 1)
_PLACES = (MatchLocation.TITLE, MatchLocation.OPENING, MatchLocation.STATEMENT, MatchLocation.ABSTRACT)
FEATURES = (
    *(f"{names} {level}" for names in ("typed", "named") for level in MatchLevel),
    *(f"{names} in {place}" for names in ("typed", "named") for place in _PLACES),
    *("typed mentions", "named mentions", "share in title", "share in paper", "words", "common word"),
)
Features = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WeightedPairs:
    """Pairs of a topic and a paper: their features, whether they are wanted, what the rule says, and the topic."""

    features: Features
    wanted: NDArray[np.bool_]
    decided: NDArray[np.bool_]
    topics: Sequence[str]

    def subset(self, kept: Callable[[str], bool]) -> WeightedPairs:
        """The pairs of some topics."""
        mask = np.array([kept(topic) for topic in self.topics], dtype=bool)
        topics = [topic for topic, keep in zip(self.topics, mask, strict=True) if keep]
        return WeightedPairs(self.features[mask], self.wanted[mask], self.decided[mask], topics)


def pairs_of(labels: LabelledPapers) -> WeightedPairs:
    """Every pair that counts; of a topic with a slash the side that says more."""
    return _as_pairs([row for label in labels.topics for row in _rows(label, labels)])


def _as_pairs(rows: Sequence[tuple[list[float], bool, str]]) -> WeightedPairs:
    return WeightedPairs(
        np.array([features for features, *_ in rows]),
        np.array([wanted for _, wanted, _ in rows]),
        np.array([features[FEATURES.index("named normal")] > 0 for features, *_ in rows]),
        [topic for *_, topic in rows],
    )


def _rows(label: str, labels: LabelledPapers) -> Iterator[tuple[list[float], bool, str]]:
    wanted, ignored = set(labels.topics[label]["2"]), set(labels.topics[label].get("1", ()))
    sides = [_forms(side) for side in relevant_and_ignored(label)]
    for paper in labels.papers:
        if paper.id not in ignored:
            yield max((_features(forms, paper) for forms in sides), key=_strength), paper.id in wanted, label


def _strength(features: Sequence[float]) -> float:
    return sum(features[: 2 * len(MatchLevel)]) + features[FEATURES.index("share in paper")]


def _forms(words: str) -> list[Topic]:
    """The subject as typed and with the catalogue's names, at each level."""
    typed = [Topic(Subject(words), level) for level in MatchLevel]
    return typed + [expand_synonyms(topic, load_bundled_catalogue()).topic for topic in typed]


def _features(forms: Sequence[Topic], paper: Paper) -> list[float]:
    decisions = [decide(topic, paper) for topic in forms]
    widest = [decisions[len(MatchLevel) - 1].reasons, decisions[-1].reasons]
    tokenized, words = tokenize_paper(paper), content_terms(_words_of(forms[0]))
    return [
        *(float(decision.is_match) for decision in decisions),
        *(float(any(reason.place is place for reason in reasons)) for reasons in widest for place in _PLACES),
        *(math.log1p(sum(reason.count for reason in reasons)) for reasons in widest),
        _information_share(words, [tokenized.title]),
        _information_share(words, [tokenized.title, tokenized.abstract]),
        float(len(words)),
        float(len(words) == 1 and document_frequency(words[0]) >= COMMON_WORD_SHARE),
    ]


def _words_of(topic: Topic) -> str:
    assert isinstance(topic.expression, Subject), "every form is one subject"
    return topic.expression.words


def _says(text: TokenizedText, forms: frozenset[str]) -> bool:
    return bool(text.distinct_terms.among(forms, term_beginnings(forms)))


def _information_share(words: Sequence[str], texts: Sequence[TokenizedText]) -> float:
    """How much of what the words tell (their rarity) stands in the texts, 0 to 1."""
    rarity = {word: -math.log(max(document_frequency(word), _RAREST_SHARE)) for word in words}
    said = sum(rarity[word] for word in rarity if any(_says(text, frozenset(stem_family(word))) for text in texts))
    return said / (sum(rarity.values()) or 1)


def fit_weights(pairs: WeightedPairs, importance: float = 1.0) -> Features:
    """Ridge logistic regression by Newton's method; the last weight is the constant."""
    matrix, target = _with_constant(pairs.features), pairs.wanted.astype(float)
    weights = np.zeros(matrix.shape[1])
    penalty = np.full(matrix.shape[1], _RIDGE)
    penalty[-1] = 0.0
    for _ in range(_STEPS):
        chance = _chance(matrix, weights)
        gradient = importance * matrix.T @ (chance - target) + penalty * weights
        curvature = importance * (matrix * (chance * (1 - chance))[:, None]).T @ matrix + np.diag(penalty + 1e-6)
        step = np.linalg.solve(curvature, gradient)
        weights = weights - step
        if float(np.abs(step).max()) < 1e-6:
            break
    return weights


def score_pairs(pairs: WeightedPairs, weights: Features) -> Features:
    """The chance that each pair is wanted, 0 to 1."""
    return _chance(_with_constant(pairs.features), weights)


def _with_constant(features: Features) -> Features:
    return np.hstack([features, np.ones((len(features), 1))])


def _chance(matrix: Features, weights: Features) -> Features:
    chance: Features = 1 / (1 + np.exp(-np.clip(matrix @ weights, -30, 30)))
    return chance


def best_threshold(pairs: WeightedPairs, weights: Features) -> float:
    """The chance from which on a yes gives the highest F1 on these pairs."""
    scores = score_pairs(pairs, weights)
    return max(np.arange(0.2, 0.8, 0.02), key=lambda least: confusion(pairs.wanted, scores >= least).f1)


def confusion(wanted: NDArray[np.bool_], said: NDArray[np.bool_]) -> ConfusionCounts:
    return ConfusionCounts(int((wanted & said).sum()), int((~wanted & said).sum()), int((wanted & ~said).sum()))


def joined(parts: Sequence[WeightedPairs]) -> WeightedPairs:
    """Several sets as one."""
    return WeightedPairs(
        np.vstack([part.features for part in parts]),
        np.hstack([part.wanted for part in parts]),
        np.hstack([part.decided for part in parts]),
        [topic for part in parts for topic in part.topics],
    )


def left_out(sets: Mapping[str, WeightedPairs], name: str, silver: WeightedPairs | None = None) -> ConfusionCounts:
    """What the weights decide on a set when neither it nor the topics of the fold were learned from."""
    names = list(dict.fromkeys(sets[name].topics))
    others = joined([pairs for other, pairs in sets.items() if other != name])
    counts = []
    for fold in range(FOLDS):
        tested = set(names[fold::FOLDS])
        learned = others.subset(frozenset(others.topics).difference(tested).__contains__)
        weights = fit_weights(joined([learned, silver]) if silver else learned)
        pairs = sets[name].subset(tested.__contains__)
        counts.append(confusion(pairs.wanted, score_pairs(pairs, weights) >= best_threshold(learned, weights)))
    return ConfusionCounts(
        sum(one.true_positives for one in counts),
        sum(one.false_positives for one in counts),
        sum(one.false_negatives for one in counts),
    )


def silver_pairs(folder: Path) -> WeightedPairs:
    """Keywords of papers as topics: a paper that has the keyword is wanted; others that hold its words are not."""
    rows, dice = [], random.Random(3)
    papers = {row["id"]: Paper(row["id"], row["title"], row["abstract"], _DAY) for row in _lines(folder / "docs.jsonl")}
    texts = {id_: f"{paper.title} {paper.abstract}".lower() for id_, paper in papers.items()}
    wanted: dict[str, set[str]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        query, document, _ = line.split()
        wanted.setdefault(query, set()).add(document)
    queries = {row["id"]: row["text"] for row in _lines(folder / "queries.jsonl")}
    for query in dice.sample(sorted(queries), _SILVER_TOPICS):
        forms, tagged = _forms(queries[query]), sorted(wanted.get(query, ()))[:_SILVER_PAPERS]
        starts = [word[:_STEM_LENGTH] for word in queries[query].split()]
        alike = [id_ for id_ in papers if id_ not in wanted.get(query, ()) and all(s in texts[id_] for s in starts)]
        for id_ in (*tagged, *dice.sample(alike, min(_SILVER_PAPERS, len(alike)))):
            rows.append((_features(forms, papers[id_]), id_ in tagged, queries[query]))
    return _as_pairs(rows)


def _lines(file: Path) -> Iterator[dict[str, str]]:
    return map(json.loads, file.read_text(encoding="utf-8").splitlines())


def compare_weights(sets: Mapping[str, LabelledPapers], silver: WeightedPairs | None) -> Iterator[Comparison]:
    """Learned weights beside the rule on each set, without and with the silver pairs."""
    pairs = {name: pairs_of(labels) for name, labels in sets.items()}
    for name, own in pairs.items():
        rule = confusion(own.wanted, own.decided)
        figures = []
        for learned_from, more in (("labels", None), ("labels and keywords", silver)):
            learned = left_out(pairs, name, more)
            figures += [
                Figure(f"from {learned_from}: precision", learned.precision, rule.precision),
                Figure(f"from {learned_from}: recall", learned.recall, rule.recall),
                Figure(f"from {learned_from}: F1", learned.f1, rule.f1),
            ]
        yield Comparison(f"{name}: learned weights, set and topics left out", "learned", "the rule", figures)
