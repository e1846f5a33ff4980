"""Rule N: is the paper about the subject, or does it only mention it?

It is about the subject when it says so in the title, in the opening of the abstract, or twice in the abstract, or when
it holds all its words, the rarest of them in the title. Measured on labelled Daily Papers, the places alone decide
better than any threshold on similarity.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from bot.matching.acronyms import looks_like_acronym
from bot.matching.decision import Place, Reason
from bot.matching.sought import Element, Sought, Wording, sought
from bot.matching.text import ReadPaper, Text
from bot.topics.tree import MatchLevel, Subject

OPENING = 35
WORDS_BETWEEN = 3
TWICE = 2
OFTEN = 3
# A word in more papers than this (a share) says nothing by standing alone in a title.
EVERYDAY = 0.02

Span = tuple[int, int]


def said(subject: Subject, paper: ReadPaper, level: MatchLevel, *, excluded: bool = False) -> Reason | None:
    """The strongest place that makes the paper one about the subject, or None."""
    wanted = sought(subject, level, excluded)
    if in_title := near(paper.title, wanted):
        return Reason(subject.words, Place.TITLE, paper.title.slice(*in_title[0]), len(in_title))
    in_abstract = near(paper.abstract, wanted)
    if level is MatchLevel.STRICT:
        return _counted(subject, paper, in_abstract, OFTEN)
    if opening := [span for span in in_abstract if span[1] <= OPENING]:
        return Reason(subject.words, Place.OPENING, paper.abstract.slice(*opening[0]), len(opening))
    often_enough = _counted(subject, paper, in_abstract, 1 if level is MatchLevel.WIDE else TWICE)
    return often_enough or _scattered(subject, paper, wanted, level)


def _counted(subject: Subject, paper: ReadPaper, found: Sequence[Span], enough: int) -> Reason | None:
    if len(found) < enough:
        return None
    return Reason(subject.words, Place.ABSTRACT, paper.abstract.slice(*found[0]), len(found))


def near(text: Text, wanted: Sought) -> list[Span]:
    """Where a wording stands together: its words with at most three others between, within a sentence.

    Spans of words, in order, not overlapping.
    """
    spans: list[Span] = []
    for wording in wanted.wordings:
        if places := _placed(text, wording, wanted):
            spans += _together(text, places, wanted.small_words)
    apart: list[Span] = []
    for span in sorted(spans) if len(spans) > 1 else spans:
        if not apart or span[0] >= apart[-1][1]:
            apart.append(span)
    return apart


def _placed(text: Text, wording: Wording, wanted: Sought) -> list[list[Span]]:
    """Where each word of the wording stands; [] where one is missing."""
    places = []
    for element in wording:
        spans = _spans(text, element, wanted)
        if not spans:
            return []
        places.append(spans)
    return places


def _together(text: Text, places: list[list[Span]], small_words: int) -> list[Span]:
    """Spans that hold all words close together; of two words, in either order (*generation of images*)."""
    if len(places) == 1:
        return places[0]
    room = WORDS_BETWEEN + small_words
    found = _in_order(text, places, room)
    return found + _in_order(text, places[::-1], room) if len(places) == 2 else found


def _in_order(text: Text, places: Sequence[Sequence[Span]], room: int) -> list[Span]:
    found: list[Span] = []
    for first, end in places[0]:
        last, words = end, end - first
        for spans in places[1:]:
            at = bisect_left(spans, (last, 0))
            if at == len(spans):
                return found
            words += spans[at][1] - spans[at][0]
            last = spans[at][1]
        if text.places[last - 1] - text.places[first] + 1 - words <= room:
            found.append((first, last))
    return found


def _spans(text: Text, element: Element, wanted: Sought) -> list[Span]:
    """Where the element stands, also as two words that make it (*k means* for *kmeans*)."""
    spans = [(i, i + 1) for word in element.forms for i in text.where.get(word, ())]
    if element.capitals:
        spans = [span for span in spans if looks_like_acronym(text.words[span[0]])]
    else:
        spans += [(i, i + 2) for word in element.forms for i in text.joined.get(word, ())]
    if text.bound and spans:
        spans = [span for span in spans if text.bound.get(span[0], wanted.forms) <= wanted.forms]
    return sorted(spans) if len(spans) > 1 else spans


def _scattered(subject: Subject, paper: ReadPaper, wanted: Sought, level: MatchLevel) -> Reason | None:
    """All words somewhere, the rarest of them in the title, free and rare enough to mean something there."""
    for wording, (rarest, share) in zip(wanted.wordings, wanted.rarest, strict=True):
        if len(wording) < 2 or (share >= EVERYDAY and level is not MatchLevel.WIDE):
            continue
        in_title = [span for span in _spans(paper.title, rarest, wanted) if _free(paper.title, span, wanted)]
        if in_title and all(_somewhere(paper, element, wanted) for element in wording):
            return Reason(subject.words, Place.WORDS, paper.title.slice(*in_title[0]), 1)
    return None


def _somewhere(paper: ReadPaper, element: Element, wanted: Sought) -> bool:
    return bool(_spans(paper.title, element, wanted) or _spans(paper.abstract, element, wanted))


def _free(text: Text, span: Span, wanted: Sought) -> bool:
    """Whether the word is no part of a hyphenated compound with words that the subject does not ask for."""
    first, end = span
    before = first in text.linked and text.forms[first - 1] not in wanted.forms
    after = end in text.linked and text.forms[end] not in wanted.forms
    return not (before or after)
