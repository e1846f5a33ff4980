"""Orders what was found for a query. It blocks."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from adapters.search.index.match_expressions import near_query, quote_phrase
from adapters.search.query.spelling import ParsedQuery, count_papers_with
from adapters.search.query.title_bonus import title_bonus
from adapters.search.ranking.bm25 import CollectionStats, IndexedPaper, WeightedQuery, bm25_score, padded
from adapters.search.ranking.candidate_pool import StemSequence, collect_candidates, count_expressions, sufficient_count
from adapters.search.ranking.relevance_feedback import expansion_terms, rescore
from adapters.search.ranking.scores import EMPTY_RANKING, RankedPaper, Ranking
from bot.matching.rule.subject_terms import subject_names
from bot.matching.text.normalization import stem
from bot.topics.ast import MatchLevel, Subject

_POOL_SIZE = 100
# Neighbours say one thing in a topic; in a question they mostly don't.
_QUESTION_PAIR_WEIGHT = 0.3
_ALTERNATIVE_WEIGHT = 0.3
# What more of the found papers say word by word is a topic, not a title that somebody remembers.
_COMMON_PHRASE_PAPERS = 3


def rank_papers(connection: sqlite3.Connection, query: ParsedQuery, limit: int) -> Ranking:
    """The best ``limit`` papers for the query, best first."""
    collection = _load_stats(connection)
    wordings = _alternative_weights(connection, query, collection)
    if not query.document_counts and not wordings:
        return EMPTY_RANKING
    found = collect_candidates(connection, query, list(wordings), collection, max(limit, _POOL_SIZE))
    weighted = WeightedQuery(_phrase_weights(connection, query, collection), wordings)
    scores = {paper: bm25_score(paper, weighted, collection) for paper in found}
    if not query.is_topic:
        scores = _with_feedback(connection, scores, collection)
    return Ranking.of(_with_titles(connection, query, scores), len(query.words), limit)


def _load_stats(connection: sqlite3.Connection) -> CollectionStats:
    totals = dict(connection.execute("SELECT what, total FROM totals").fetchall())
    papers = totals.get("papers", 0)
    return CollectionStats(papers, totals["words"] / papers if papers else 1.0)


def _alternative_weights(
    connection: sqlite3.Connection, query: ParsedQuery, collection: CollectionStats
) -> dict[StemSequence, float]:
    """What else says all the words of a topic, an acronym or what one stands for, and what each tells."""
    others = list(_alternative_stems(query)) if query.is_topic else []
    holding = count_papers_with(connection, [stem for other in others for stem in other]) if others else {}
    most = int(sufficient_count(collection))
    telling = {near_query(other): other for other in others if 0 < min(holding.get(stem, 0) for stem in other) <= most}
    counted = count_expressions(connection, list(telling), most)
    return {telling[each]: _ALTERNATIVE_WEIGHT * collection.idf(papers) for each, papers in counted.items() if papers}


def _alternative_stems(query: ParsedQuery) -> Iterator[StemSequence]:
    typed = tuple(stem for word in query.words for stem in word.stems)
    for name in subject_names(Subject(query.text), MatchLevel.NORMAL, excluded=False):
        for wording in name.wordings:
            stems = tuple(stem(element.forms[0]) for element in wording if not element.function_word)
            if stems != typed:
                yield stems


def _phrase_weights(
    connection: sqlite3.Connection, query: ParsedQuery, collection: CollectionStats
) -> dict[str, float]:
    """The words and their neighbours, with what each tells."""
    asked = Counter(stem for word in query.words for stem in word.stems if stem in query.document_counts)
    words = {stem: times * collection.idf(query.document_counts[stem]) for stem, times in asked.items()}
    together = dict.fromkeys(query.neighbour_pairs())
    neighbours = {pair: _QUESTION_PAIR_WEIGHT * sum(words.get(stem, 0.0) for stem in pair.split()) for pair in together}
    if query.is_topic:
        counted = count_expressions(connection, list(map(quote_phrase, together)), int(sufficient_count(collection)))
        neighbours = {
            pair: collection.idf(counted[quote_phrase(pair)]) for pair in together if counted[quote_phrase(pair)]
        }
    return {padded(stems): tells for stems, tells in (words | neighbours).items()}


def _with_feedback(
    connection: sqlite3.Connection, scores: Mapping[IndexedPaper, float], collection: CollectionStats
) -> dict[IndexedPaper, float]:
    in_order = sorted(scores, key=lambda paper: (-scores[paper], -paper.number))
    holding = count_papers_with(connection, expansion_terms(in_order))
    return rescore({paper: scores[paper] for paper in in_order}, holding, collection)


def _with_titles(
    connection: sqlite3.Connection, query: ParsedQuery, scores: Mapping[IndexedPaper, float]
) -> dict[int, RankedPaper]:
    """The papers by number, with their ids and what their titles add."""
    asked = "SELECT number, id, title FROM papers WHERE number IN (SELECT value FROM json_each(?))"
    rows = connection.execute(asked, (json.dumps([paper.number for paper in scores]),))
    named = {number: (paper_id, title) for number, paper_id, title in rows}
    is_said = query.is_topic and _count_containing(list(scores), padded(query.exact_phrase())) > _COMMON_PHRASE_PAPERS
    bonuses = (
        {}
        if is_said
        else {
            paper: title_bonus(query.as_typed, named[paper.number][1].split(), paper.title.split()) for paper in scores
        }
    )
    return {
        paper.number: RankedPaper(named[paper.number][0], words, bonuses.get(paper, 0.0))
        for paper, words in scores.items()
    }


def _count_containing(papers: Sequence[IndexedPaper], words: str) -> int:
    return sum(paper.weighted_count(words) > 0 for paper in papers)
