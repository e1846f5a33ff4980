"""Orders what was found for a query. It blocks."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from adapters.search.index.match_expressions import close_together, phrase
from adapters.search.query.spelling import Understood, papers_holding
from adapters.search.query.title_bonus import bonus
from adapters.search.ranking.bm25 import Collection, Stored, Weighted, score, spaced
from adapters.search.ranking.candidate_pool import Wording, enough, papers_saying, pool
from adapters.search.ranking.relevance_feedback import said_by_best, sharpened
from adapters.search.ranking.scores import NOTHING, Found, Ranking
from bot.matching.rule.subject_terms import sought
from bot.matching.text.normalization import stem
from bot.topics.ast import MatchLevel, Subject

_POOL = 100
# Neighbours say one thing in a topic; in a question they mostly don't.
_NEIGHBOURS_IN_QUESTION = 0.3
_OTHER_WORDING = 0.3
# What more of the found papers say word by word is a topic, not a title that somebody remembers.
_SAID_BY_MANY = 3


def ordered(connection: sqlite3.Connection, wanted: Understood, limit: int) -> Ranking:
    """The best ``limit`` papers for the query, best first."""
    collection = _collection(connection)
    wordings = _wordings(connection, wanted, collection)
    if not wanted.holding and not wordings:
        return NOTHING
    found = pool(connection, wanted, list(wordings), collection, max(limit, _POOL))
    weighted = Weighted(_said(connection, wanted, collection), wordings)
    scores = {paper: score(paper, weighted, collection) for paper in found}
    if not wanted.is_topic:
        scores = _sharpened(connection, scores, collection)
    return Ranking.of(_named(connection, wanted, scores), len(wanted.words), limit)


def _collection(connection: sqlite3.Connection) -> Collection:
    totals = dict(connection.execute("SELECT what, total FROM totals").fetchall())
    papers = totals.get("papers", 0)
    return Collection(papers, totals["words"] / papers if papers else 1.0)


def _wordings(connection: sqlite3.Connection, wanted: Understood, collection: Collection) -> dict[Wording, float]:
    """What else says all the words of a topic, an acronym or what one stands for, and what each tells."""
    others = list(_other_wordings(wanted)) if wanted.is_topic else []
    holding = papers_holding(connection, [stem for other in others for stem in other]) if others else {}
    most = int(enough(collection))
    telling = {
        close_together(other): other for other in others if 0 < min(holding.get(stem, 0) for stem in other) <= most
    }
    counted = papers_saying(connection, list(telling), most)
    return {telling[each]: _OTHER_WORDING * collection.idf(papers) for each, papers in counted.items() if papers}


def _other_wordings(wanted: Understood) -> Iterator[Wording]:
    typed = tuple(stem for word in wanted.words for stem in word.stems)
    for name in sought(Subject(wanted.text), MatchLevel.NORMAL, excluded=False):
        for wording in name.wordings:
            stems = tuple(stem(element.forms[0]) for element in wording if not element.small)
            if stems != typed:
                yield stems


def _said(connection: sqlite3.Connection, wanted: Understood, collection: Collection) -> dict[str, float]:
    """The words and their neighbours, with what each tells."""
    asked = Counter(stem for word in wanted.words for stem in word.stems if stem in wanted.holding)
    words = {stem: times * collection.idf(wanted.holding[stem]) for stem, times in asked.items()}
    together = dict.fromkeys(wanted.side_by_side())
    neighbours = {
        pair: _NEIGHBOURS_IN_QUESTION * sum(words.get(stem, 0.0) for stem in pair.split()) for pair in together
    }
    if wanted.is_topic:
        counted = papers_saying(connection, list(map(phrase, together)), int(enough(collection)))
        neighbours = {pair: collection.idf(counted[phrase(pair)]) for pair in together if counted[phrase(pair)]}
    return {spaced(stems): tells for stems, tells in (words | neighbours).items()}


def _sharpened(
    connection: sqlite3.Connection, scores: Mapping[Stored, float], collection: Collection
) -> dict[Stored, float]:
    in_order = sorted(scores, key=lambda paper: (-scores[paper], -paper.number))
    holding = papers_holding(connection, said_by_best(in_order))
    return sharpened({paper: scores[paper] for paper in in_order}, holding, collection)


def _named(connection: sqlite3.Connection, wanted: Understood, scores: Mapping[Stored, float]) -> dict[int, Found]:
    """The papers by number, with their ids and what their titles add."""
    asked = "SELECT number, id, title FROM papers WHERE number IN (SELECT value FROM json_each(?))"
    rows = connection.execute(asked, (json.dumps([paper.number for paper in scores]),))
    named = {number: (paper_id, title) for number, paper_id, title in rows}
    is_said = wanted.is_topic and _said_by(list(scores), spaced(wanted.whole())) > _SAID_BY_MANY
    bonuses = (
        {}
        if is_said
        else {paper: bonus(wanted.typed, named[paper.number][1].split(), paper.title.split()) for paper in scores}
    )
    return {
        paper.number: Found(named[paper.number][0], words, bonuses.get(paper, 0.0)) for paper, words in scores.items()
    }


def _said_by(papers: Sequence[Stored], words: str) -> int:
    return sum(paper.times(words) > 0 for paper in papers)
