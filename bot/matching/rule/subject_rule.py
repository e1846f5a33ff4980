"""Rule N: is the paper about the subject, or does it only mention it?

It is about the subject when it says so in the title, in the opening of the abstract, or twice in the abstract, or when
it holds all its words, the rarest of them in the title. Measured on labelled Daily Papers, the places alone decide
better than any threshold on similarity.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter

from bot.matching.rule.decision import Place, Reason
from bot.matching.rule.subject_terms import Element, Name, Names, Wanted, Wording, wanted
from bot.matching.text.acronyms import looks_like_acronym
from bot.matching.text.stem_families import family
from bot.matching.text.tokenizer import ReadPaper, Span, Text
from bot.topics.ast import MatchLevel, Subject
from bot.topics.words import STOP_WORDS

OPENING = 35
WORDS_BETWEEN = 3
TWICE = 2
OFTEN = 3
_JOINING = frozenset(("and", "or"))
_IN_LISTS = frozenset(",;:&")
_HARMLESS = frozenset(["a", "an", "and", "in", "its", "more", "of", "on", "or", "our", "over", "the", "their", "your"])
_SAY_OTHERWISE = STOP_WORDS - _HARMLESS | {"using"}
# A word in more papers than this (a share) says nothing by standing alone in a title.
COMMON = 0.02


def said(subject: Subject, paper: ReadPaper, level: MatchLevel, *, excluded: bool = False) -> Reason | None:
    """The strongest place that makes the paper one about the subject, or None."""
    looked_for = wanted(subject, level, excluded)
    if in_title := _apart([span for _, span in near(paper.title, looked_for.names)]):
        return Reason(subject.words, Place.TITLE, paper.title.slice(*in_title[0]), len(in_title))
    near_here = near(paper.abstract, looked_for.names)
    found = _apart([span for _, span in near_here])
    if level is MatchLevel.STRICT:
        return _counted(subject, paper, found, OFTEN)
    rare = _apart([span for name, span in near_here if not name.everyday])
    return (
        _told(subject, paper, found, rare)
        or _hinted(subject, paper, near_here)
        or _unsaid(subject, paper, looked_for)
        or _scattered(subject, paper, looked_for.names, level)
        or (_mentioned(subject, paper, found, rare) if level is MatchLevel.WIDE else None)
    )


def _told(subject: Subject, paper: ReadPaper, found: list[Span], rare: list[Span]) -> Reason | None:
    """In the opening, twice, or where the paper says what it does; an everyday word has to be there once more."""
    if opening := [span for span in rare if span[1] <= OPENING]:
        return Reason(subject.words, Place.OPENING, paper.abstract.slice(*opening[0]), len(opening))
    if counted := _counted(subject, paper, rare, TWICE) or _counted(subject, paper, found, OFTEN):
        return counted
    first, end = paper.abstract.statement if rare or len(found) >= TWICE else (0, 0)
    stated = [span for span in (found if len(found) >= TWICE else rare) if first <= span[0] < end]
    return Reason(subject.words, Place.STATEMENT, paper.abstract.slice(*stated[0]), len(stated)) if stated else None


def _mentioned(subject: Subject, paper: ReadPaper, found: list[Span], rare: list[Span]) -> Reason | None:
    return _counted(subject, paper, rare, 1) or _counted(subject, paper, found, TWICE)


def _counted(subject: Subject, paper: ReadPaper, found: Sequence[Span], enough: int) -> Reason | None:
    if len(found) < enough:
        return None
    return Reason(subject.words, Place.ABSTRACT, paper.abstract.slice(*found[0]), len(found))


def _hinted(subject: Subject, paper: ReadPaper, mentions: Sequence[tuple[Name, Span]]) -> Reason | None:
    """Mentioned, and the title holds the rarest word in some form, or as a part of a made-up name (*MathFusion*)."""
    for name, mention in mentions:
        hints = [hint for element, _ in name.rarest for hint in _hints(paper.title, element, name)]
        if hints and len(name.wordings[0]) == 1:
            return Reason(subject.words, Place.TITLE, paper.title.slice(*hints[0]))
        if hints:
            return Reason(subject.words, Place.ABSTRACT, paper.abstract.slice(*mention))
    return None


def _hints(title: Text, rarest: Element, name: Name) -> list[Span]:
    """Where the title holds the word, free, in any form of its family."""
    made_up = [(place, part) for word in family(rarest.forms[0]) for place, part in title.parts.get(word, ())]
    if rarest.capitals:
        return [(place, place + 1) for place, part in made_up if looks_like_acronym(part)]
    places = [*(i for word in family(rarest.forms[0]) for i in title.where.get(word, ())), *(i for i, _ in made_up)]
    return [span for i in places if _free(title, span := (i, i + 1), name) and _unbound(title, span, name)]


def _unsaid(subject: Subject, paper: ReadPaper, looked_for: Wanted) -> Reason | None:
    """What is left without the usual words stands in the title, and the paper speaks of them somewhere."""
    for at, wording in looked_for.left.called_up_by(paper.title.present) if looked_for.unsaid else ():
        left, somewhere = looked_for.unsaid[at].left, looked_for.unsaid[at].somewhere
        in_title = [span for span in _spans_of(paper.title, left, wording) if _free(paper.title, span, left)]
        if in_title and all(near(paper.title, usual) or near(paper.abstract, usual) for usual in somewhere):
            return Reason(subject.words, Place.WORDS, paper.title.slice(*in_title[0]))
    return None


def near(text: Text, names: Names) -> list[tuple[Name, Span]]:
    """Where a name stands: the words of a wording with at most three others between, within a sentence."""
    return [
        (names.names[at], span)
        for at, wording in names.called_up_by(text.present)
        for span in _spans_of(text, names.names[at], wording)
    ]


def _apart(spans: list[Span]) -> list[Span]:
    """Spans that don't overlap, in order, as many as there can be: whichever ends first leaves the most, and a further
    name never makes them fewer."""
    if len(spans) < 2:
        return spans
    apart: list[Span] = []
    for span in sorted(spans, key=itemgetter(1)):
        if not apart or span[0] >= apart[-1][1]:
            apart.append(span)
    return apart


def _spans_of(text: Text, name: Name, number: int) -> list[Span]:
    """Where this wording of the name stands together."""
    wording, places = name.wordings[number], []
    for element in wording:
        spans = _spans(text, element, name)
        if not spans:
            return []
        places.append(spans)
    return _together(text, wording, places, name.small_words)


def _together(text: Text, wording: Wording, places: list[list[Span]], small_words: int) -> list[Span]:
    """Spans that hold all words close together; of two words, in either order (*generation of images*)."""
    if len(places) == 1:
        return places[0]
    room = WORDS_BETWEEN + small_words
    found = [span for span in _in_order(text, places, room) if _one_thing(text, wording, span, small_words)]
    if len(places) == 2 and not wording[0].small:
        found += [span for span in _in_order(text, places[::-1], room) if _turned(text, span, small_words)]
    return found


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


def _one_thing(text: Text, wording: Wording, span: Span, small_words: int) -> bool:
    """Whether the words name one thing: neither items of a list (*code and models*), nor joined by a word that says
    otherwise (*data for image generation*)."""
    first, end = span
    forms, gaps = text.forms[first:end], text.gaps[first : end - 1]
    if any(element.small for element in wording):
        return _small_words_in_place(forms, wording)
    if small_words or end - first == len(wording):
        return small_words > 0 or _IN_LISTS.isdisjoint("".join(gaps))
    if forms[-2] in _JOINING or not _IN_LISTS.isdisjoint(gaps[-1]):
        return False
    joined = not _JOINING.isdisjoint(forms)
    return _SAY_OTHERWISE.isdisjoint(forms) and (joined or _IN_LISTS.isdisjoint("".join(gaps)))


def _small_words_in_place(forms: Sequence[str], wording: Wording) -> bool:
    """Whether each small word stands right before the word it belongs to."""
    return all(
        any(before in element.forms and after in following.forms for before, after in pairwise(forms))
        for element, following in pairwise(wording)
        if element.small
    )


def _turned(text: Text, span: Span, small_words: int) -> bool:
    """Whether two words the other way round still say the same: *generation of images*, not *from images*; *and* only
    where the name has a small word too (*vision and language*)."""
    between = text.forms[span[0] + 1 : span[1] - 1]
    fitting = small_words > 0 or _JOINING.isdisjoint(between)
    return fitting and _SAY_OTHERWISE.isdisjoint(between) and text.unbroken(*span)


def _spans(text: Text, element: Element, wanted: Name) -> list[Span]:
    """Where the element stands, also as two words that make it (*k means* for *kmeans*)."""
    spans = [(i, i + 1) for word in element.forms for i in text.where.get(word, ())]
    if element.capitals:
        spans = [span for span in spans if looks_like_acronym(text.words[span[0]])]
    else:
        spans += [(i, i + 2) for i in text.joined.get(element.forms[0], ())]
    spans = [span for span in spans if _unbound(text, span, wanted)] if text.bound and spans else spans
    return sorted(spans) if len(spans) > 1 else spans


def _unbound(text: Text, span: Span, wanted: Name) -> bool:
    """Whether the word is no part of a fixed compound with words that the subject does not ask for."""
    return text.bound.get(span[0], wanted.forms) <= wanted.forms


def _scattered(subject: Subject, paper: ReadPaper, names: Names, level: MatchLevel) -> Reason | None:
    """All words somewhere, the rarest of them in the title, free and rare enough to mean something there."""
    for at, number in names.called_up_by(paper.title.present):
        name = names.names[at]
        wording, (rarest, share) = name.wordings[number], name.rarest[number]
        if len(wording) < 2 or (share >= COMMON and level is not MatchLevel.WIDE):
            continue
        in_title = [span for span in _spans(paper.title, rarest, name) if _free(paper.title, span, name)]
        if in_title and all(_somewhere(paper, element, name) for element in wording):
            return Reason(subject.words, Place.WORDS, paper.title.slice(*in_title[0]), 1)
    return None


def _somewhere(paper: ReadPaper, element: Element, wanted: Name) -> bool:
    return bool(_spans(paper.title, element, wanted) or _spans(paper.abstract, element, wanted))


def _free(text: Text, span: Span, wanted: Name) -> bool:
    """Whether the word is no part of a hyphenated compound with words that the subject does not ask for."""
    first, end = span
    before = first in text.linked and text.forms[first - 1] not in wanted.forms
    after = end in text.linked and text.forms[end] not in wanted.forms
    return not (before or after)
