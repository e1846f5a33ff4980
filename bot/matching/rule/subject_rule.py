"""The subject rule: is the paper about the subject, or does it only mention it?

It is about the subject when it says so in the title, in the opening of the abstract, or twice in the abstract, or when
it holds all its words, the rarest of them in the title. Measured on labelled Daily Papers, the places alone decide
better than any threshold on similarity.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from operator import itemgetter

from bot.matching.rule.decision import MatchLocation, MatchReason
from bot.matching.rule.subject_terms import (
    COMMON_WORD_SHARE,
    CompiledSubject,
    NameIndex,
    SubjectName,
    TermForms,
    Wording,
    compile_subject,
)
from bot.matching.text.acronyms import looks_like_acronym, redefined_acronyms
from bot.matching.text.lexicon import document_frequency
from bot.matching.text.stem_families import stem_family
from bot.matching.text.tokenizer import TokenizedPaper, TokenizedText, WordSpan
from bot.topics.ast import MatchLevel, Subject
from bot.topics.words import STOP_WORDS

OPENING_WORDS = 35
MAX_WORDS_BETWEEN = 3
# So many words in one title are no accident.
MIN_LONG_NAME = 3
MIN_MENTIONS = 2
MIN_COMMON_WORD_MENTIONS = 3
_CONJUNCTIONS = frozenset(("and", "or"))
_LIST_PUNCTUATION = frozenset(",;:&")
_NEUTRAL_WORDS = frozenset(
    ["a", "an", "and", "in", "its", "more", "of", "on", "or", "our", "over", "the", "their", "your"]
)
_MEANING_CHANGING_WORDS = STOP_WORDS - _NEUTRAL_WORDS | {"using"}
# Words that a hyphen ties to the next one without making another thing of it: *multi-agent*, *mixture-of-experts*.
_UNTIED_WORDS = STOP_WORDS | {"co", "inter", "meta", "multi", "non", "post", "pre", "self", "semi", "sub", "super"}
# A word in more papers than this (a share) says nothing by standing alone in a title.
MAX_SCATTERED_WORD_SHARE = 0.02


def match_subject(
    subject: Subject, paper: TokenizedPaper, level: MatchLevel, *, excluded: bool = False
) -> MatchReason | None:
    """The strongest place that makes the paper one about the subject, or None."""
    looked_for = compile_subject(subject, level, excluded)
    if looked_for.acronyms and (redefined := looked_for.acronyms & redefined_acronyms(paper)):
        looked_for = compile_subject(subject, level, excluded, redefined)
    if in_title := _without_overlaps([span for _, span in occurrences(paper.title, looked_for.names)]):
        return MatchReason(subject.words, MatchLocation.TITLE, paper.title.slice(*in_title[0]), len(in_title))
    near_here = occurrences(paper.abstract, looked_for.names)
    found = _without_overlaps([span for _, span in near_here])
    if level is MatchLevel.STRICT:
        return _mentioned_often(subject, paper, found, MIN_COMMON_WORD_MENTIONS)
    rare = _without_overlaps([span for name, span in near_here if not name.is_common_word])
    return (
        _stated(subject, paper, found, rare)
        or _title_hint(subject, paper, near_here)
        or _ellipsis(subject, paper, looked_for)
        or _all_terms(subject, paper, looked_for.names, level)
        or (_mentioned(subject, paper, found, rare) if level is MatchLevel.WIDE else None)
    )


def _stated(subject: Subject, paper: TokenizedPaper, found: list[WordSpan], rare: list[WordSpan]) -> MatchReason | None:
    """In the opening, twice, or where the paper says what it does; an common word has to be there once more."""
    if opening := [span for span in rare if span[1] <= OPENING_WORDS]:
        return MatchReason(subject.words, MatchLocation.OPENING, paper.abstract.slice(*opening[0]), len(opening))
    if counted := _mentioned_often(subject, paper, rare, MIN_MENTIONS) or _mentioned_often(
        subject, paper, found, MIN_COMMON_WORD_MENTIONS
    ):
        return counted
    first, end = paper.abstract.statement if rare or len(found) >= MIN_MENTIONS else (0, 0)
    stated = [span for span in (found if len(found) >= MIN_MENTIONS else rare) if first <= span[0] < end]
    return (
        MatchReason(subject.words, MatchLocation.STATEMENT, paper.abstract.slice(*stated[0]), len(stated))
        if stated
        else None
    )


def _mentioned(
    subject: Subject, paper: TokenizedPaper, found: list[WordSpan], rare: list[WordSpan]
) -> MatchReason | None:
    return _mentioned_often(subject, paper, rare, 1) or _mentioned_often(subject, paper, found, MIN_MENTIONS)


def _mentioned_often(
    subject: Subject, paper: TokenizedPaper, found: Sequence[WordSpan], enough: int
) -> MatchReason | None:
    if len(found) < enough:
        return None
    return MatchReason(subject.words, MatchLocation.ABSTRACT, paper.abstract.slice(*found[0]), len(found))


def _title_hint(
    subject: Subject, paper: TokenizedPaper, mentions: Sequence[tuple[SubjectName, WordSpan]]
) -> MatchReason | None:
    """Mentioned, and the title holds the rarest word in some form, or as a part of a coined name (*MathFusion*)."""
    for name, mention in (each for each in mentions if not each[0].side_by_side):
        hints = [hint for element, _ in name.rarest for hint in _hint_spans(paper.title, element, name)]
        if hints and len(name.wordings[0]) == 1:
            return MatchReason(subject.words, MatchLocation.TITLE, paper.title.slice(*hints[0]))
        if hints:
            return MatchReason(subject.words, MatchLocation.ABSTRACT, paper.abstract.slice(*mention))
    return None


def _hint_spans(title: TokenizedText, rarest: TermForms, name: SubjectName) -> list[WordSpan]:
    """Where the title holds the word, free, in any form of its family."""
    made_up = [
        (place, part) for word in stem_family(rarest.forms[0]) for place, part in title.coined_word_parts.get(word, ())
    ]
    if rarest.requires_capitals:
        return [(place, place + 1) for place, part in made_up if looks_like_acronym(part)]
    places = [
        *(i for word in stem_family(rarest.forms[0]) for i in title.indices_by_term.get(word, ())),
        *(i for i, _ in made_up),
    ]
    return [
        span
        for i in places
        if _is_unhyphenated(title, span := (i, i + 1), name) and _is_outside_compound(title, span, name)
    ]


def _ellipsis(subject: Subject, paper: TokenizedPaper, looked_for: CompiledSubject) -> MatchReason | None:
    """The remaining terms, without the generic words, stand in the title, and the paper speaks of them somewhere."""
    for at, wording in looked_for.remaining.lookup(paper.title.distinct_terms) if looked_for.optional_terms else ():
        left, somewhere = looked_for.optional_terms[at].remaining, looked_for.optional_terms[at].required_anywhere
        in_title = [
            span for span in _wording_spans(paper.title, left, wording) if _is_unhyphenated(paper.title, span, left)
        ]
        if in_title and all(
            occurrences(paper.title, usual) or occurrences(paper.abstract, usual) for usual in somewhere
        ):
            return MatchReason(subject.words, MatchLocation.WORDS, paper.title.slice(*in_title[0]))
    return None


def occurrences(text: TokenizedText, names: NameIndex) -> list[tuple[SubjectName, WordSpan]]:
    """Where a name stands: the words of a wording with at most three others between, within a sentence."""
    return [
        (names.names[at], span)
        for at, wording in names.lookup(text.distinct_terms)
        for span in _wording_spans(text, names.names[at], wording)
    ]


def _without_overlaps(spans: list[WordSpan]) -> list[WordSpan]:
    """Spans that don't overlap, in order, as many as there can be: whichever ends first leaves the most, and a further
    name never makes them fewer."""
    if len(spans) < 2:
        return spans
    apart: list[WordSpan] = []
    for span in sorted(spans, key=itemgetter(1)):
        if not apart or span[0] >= apart[-1][1]:
            apart.append(span)
    return apart


def _wording_spans(text: TokenizedText, name: SubjectName, number: int) -> list[WordSpan]:
    """Where this wording of the name stands together."""
    wording, places = name.wordings[number], []
    for element in wording:
        spans = _term_spans(text, element, name)
        if not spans:
            return []
        places.append(spans)
    if name.side_by_side:
        return _adjacent_spans(text, wording, places, name.function_word_count)
    return _phrase_spans(text, wording, places, name.function_word_count)


def _adjacent_spans(
    text: TokenizedText, wording: Wording, places: list[list[WordSpan]], small_words: int
) -> list[WordSpan]:
    """Spans of the words in order with nothing between but the function words of the name."""
    if len(places) == 1:
        return places[0]
    return [span for span in _in_order(text, places, small_words) if _names_one_thing(text, wording, span, small_words)]


def _phrase_spans(
    text: TokenizedText, wording: Wording, places: list[list[WordSpan]], small_words: int
) -> list[WordSpan]:
    """Spans that hold all words close together; of two words, in either order (*generation of images*)."""
    if len(places) == 1:
        return places[0]
    room = MAX_WORDS_BETWEEN + small_words
    found = [span for span in _in_order(text, places, room) if _names_one_thing(text, wording, span, small_words)]
    if len(places) == 2 and not wording[0].function_word:
        found += [span for span in _in_order(text, places[::-1], room) if _is_valid_reversal(text, span, small_words)]
    return found


def _in_order(text: TokenizedText, places: Sequence[Sequence[WordSpan]], room: int) -> list[WordSpan]:
    found: list[WordSpan] = []
    for first, end in places[0]:
        last, words = end, end - first
        for spans in places[1:]:
            at = bisect_left(spans, (last, 0))
            if at == len(spans):
                return found
            words += spans[at][1] - spans[at][0]
            last = spans[at][1]
        if text.positions[last - 1] - text.positions[first] + 1 - words <= room:
            found.append((first, last))
    return found


def _names_one_thing(text: TokenizedText, wording: Wording, span: WordSpan, small_words: int) -> bool:
    """Whether the words name one thing: neither items of a list (*code and models*), nor joined by a word that says
    otherwise (*data for image generation*)."""
    first, end = span
    forms, gaps = text.terms[first:end], text.gaps[first : end - 1]
    if any(element.function_word for element in wording):
        return _small_words_in_place(forms, wording) and _MEANING_CHANGING_WORDS.isdisjoint(_others(forms, wording))
    if small_words or end - first == len(wording):
        return small_words > 0 or _LIST_PUNCTUATION.isdisjoint("".join(gaps))
    if forms[-2] in _CONJUNCTIONS or not _LIST_PUNCTUATION.isdisjoint(gaps[-1]):
        return False
    if not _has_free_end(text, wording, end):
        return False
    joined = not _CONJUNCTIONS.isdisjoint(forms)
    return _MEANING_CHANGING_WORDS.isdisjoint(forms) and (joined or _LIST_PUNCTUATION.isdisjoint("".join(gaps)))


def _others(forms: Sequence[str], wording: Wording) -> Iterator[str]:
    """The words that are no function words of the name."""
    own = {element.forms[0] for element in wording if element.function_word}
    return (form for form in forms if form not in own)


def _has_free_end(text: TokenizedText, wording: Wording, end: int) -> bool:
    """Whether no hyphen ties the last word to another one: "rewards improve language-model training" names no reward
    model, but *multi-agent* is a kind of agent."""
    before = text.terms[end - 2]
    return end - 1 not in text.hyphenated or before in wording[-2].forms or before in _UNTIED_WORDS


def _small_words_in_place(forms: Sequence[str], wording: Wording) -> bool:
    """Whether each function word stands right before the word it belongs to."""
    return all(
        any(before in element.forms and after in following.forms for before, after in pairwise(forms))
        for element, following in pairwise(wording)
        if element.function_word
    )


def _is_valid_reversal(text: TokenizedText, span: WordSpan, small_words: int) -> bool:
    """Whether two words the other way round still say the same: *generation of images*, not *from images*; *and* only
    where the name has a function word too (*vision and language*)."""
    between = text.terms[span[0] + 1 : span[1] - 1]
    fitting = small_words > 0 or _CONJUNCTIONS.isdisjoint(between)
    return fitting and _MEANING_CHANGING_WORDS.isdisjoint(between) and text.has_no_punctuation(*span)


def _term_spans(text: TokenizedText, element: TermForms, wanted: SubjectName) -> list[WordSpan]:
    """Where the element stands, also as two words that make it (*k means* for *kmeans*)."""
    spans = [(i, i + 1) for word in element.forms for i in text.indices_by_term.get(word, ())]
    if element.requires_capitals:
        spans = [span for span in spans if looks_like_acronym(text.words[span[0]])]
    else:
        spans += [(i, i + 2) for i in text.indices_by_merged_pair.get(element.forms[0], ())]
    spans = (
        [span for span in spans if _is_outside_compound(text, span, wanted)]
        if text.compound_members and spans
        else spans
    )
    return sorted(spans) if len(spans) > 1 else spans


def _is_outside_compound(text: TokenizedText, span: WordSpan, wanted: SubjectName) -> bool:
    """Whether the word is no part of a fixed compound with words that the subject does not ask for."""
    return text.compound_members.get(span[0], wanted.forms) <= wanted.forms


def _all_terms(subject: Subject, paper: TokenizedPaper, names: NameIndex, level: MatchLevel) -> MatchReason | None:
    """All words somewhere, the rarest of them in the title, free and rare enough to mean something there; or all words
    of a long name in the title, in whatever order."""
    for at, number in names.lookup(paper.title.distinct_terms):
        name = names.names[at]
        wording, (rarest, share) = name.wordings[number], name.rarest[number]
        if name.side_by_side or len(wording) < 2 or not _may_be_scattered(wording):
            continue
        in_title = _free_spans(paper.title, rarest, name)
        rare = share < MAX_SCATTERED_WORD_SHARE or level is MatchLevel.WIDE
        if in_title and (
            (rare and all(_occurs_anywhere(paper, element, name) for element in wording))
            or _title_holds_all(paper, wording, name)
        ):
            return MatchReason(subject.words, MatchLocation.WORDS, paper.title.slice(*in_title[0]), 1)
    return None


def _may_be_scattered(wording: Wording) -> bool:
    """Whether the words say something apart from each other; small ones (*on-policy*, *any-to-any*) never do."""
    return not any(element.function_word or element.forms[0] in STOP_WORDS for element in wording)


def _title_holds_all(paper: TokenizedPaper, wording: Wording, name: SubjectName) -> bool:
    return len(wording) >= MIN_LONG_NAME and all(_free_spans(paper.title, element, name) for element in wording)


def _free_spans(text: TokenizedText, element: TermForms, name: SubjectName) -> list[WordSpan]:
    return [span for span in _term_spans(text, element, name) if _is_unhyphenated(text, span, name)]


def _occurs_anywhere(paper: TokenizedPaper, element: TermForms, wanted: SubjectName) -> bool:
    """Whether the word stands somewhere; of an everyday word its family says nothing ("models generate" for
    *generation*)."""
    everyday = document_frequency(element.forms[0]) >= COMMON_WORD_SHARE
    exact = replace(element, forms=element.forms[:1]) if everyday else element
    return bool(_term_spans(paper.title, exact, wanted) or _term_spans(paper.abstract, exact, wanted))


def _is_unhyphenated(text: TokenizedText, span: WordSpan, wanted: SubjectName) -> bool:
    """Whether the word is no part of a hyphenated compound with words that the subject does not ask for."""
    first, end = span
    before = first in text.hyphenated and text.terms[first - 1] not in wanted.forms
    after = end in text.hyphenated and text.terms[end] not in wanted.forms
    return not (before or after)
