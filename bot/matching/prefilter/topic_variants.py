"""Variants of a topic, each with its count: how many papers of the last seven days it would bring. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.i18n import LazyText, t
from bot.matching.prefilter.raw_text_filter import prefilter
from bot.matching.prefilter.required_terms import required_terms
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.topics import And, AtLeast, Expression, Has, MatchLevel, Not, Or, Subject, Topic
from bot.topics.ast import Asset, SynonymOrigin
from bot.topics.formatter import format_short, format_topic
from bot.topics.lexer import MAX_TOPIC_LENGTH, MAX_TOPIC_WORDS
from bot.topics.simplify import all_of, any_of, without_synonyms
from bot.topics.synonyms import OriginatedName, with_names


def positive_subjects(topic: Topic) -> list[Subject]:
    """What the topic asks for in words, in its order; what it leaves out is none of them."""
    return list(dict.fromkeys(_positive_subjects(topic.expression)))


def _positive_subjects(expression: Expression) -> Iterator[Subject]:
    match expression:
        case Subject():
            yield expression
        case And(parts) | Or(parts):
            for part in parts:
                yield from _positive_subjects(part)


def counted_synonyms(topic: Topic) -> list[str]:
    """Every synonym that counts at the topic's level, each once; strictly they are kept for another level."""
    names = (name for subject in positive_subjects(topic) for name in counted_names(subject, topic.level))
    return list(dict.fromkeys(names))


def counted_names(subject: Subject, level: MatchLevel) -> tuple[str, ...]:
    """The synonyms that count for the subject: neighbours only widely."""
    wide = level is MatchLevel.WIDE
    return tuple(name for name, origin in subject.named_origins if wide or origin is not SynonymOrigin.NEAR)


def with_synonyms(topic: Topic, subject: Subject, also: tuple[str, ...]) -> Topic:
    """The topic with exactly these synonyms of one subject: those that counted as they were, further ones as typed,
    since a person chose them."""
    counted = counted_names(subject, topic.level)
    known = {name: origin for name, origin in subject.named_origins if name in counted}
    return with_originated_names(topic, subject, [(name, known.get(name, SynonymOrigin.TYPED)) for name in also])


def with_originated_names(topic: Topic, subject: Subject, names: Iterable[OriginatedName]) -> Topic:
    """The topic with exactly these synonyms of one subject, each with where it came from."""
    named = with_names(subject, names)
    return replace(topic, expression=_replace_subjects(topic.expression, {subject: named}))


def fits_topic_limits(topic: Topic) -> bool:
    """Whether the topic with all its names is short enough to be stored and typed."""
    text = format_topic(topic)
    return len(text) <= MAX_TOPIC_LENGTH and len(text.split()) <= MAX_TOPIC_WORDS


def suppress_synonyms(topic: Topic) -> Topic:
    """The topic with ``also:none`` wherever a synonym counted."""
    return replace(
        topic,
        expression=_replace_subjects(
            topic.expression, {each: with_names(each, ()) for each in positive_subjects(topic) if each.synonyms}
        ),
    )


def _replace_subjects(expression: Expression, instead: dict[Subject, Subject]) -> Expression:
    match expression:
        case Subject():
            return instead.get(expression, expression)
        case And(parts):
            return all_of(_replace_subjects(part, instead) for part in parts)
        case Or(parts):
            return any_of(_replace_subjects(part, instead) for part in parts)
    return expression


SUGGESTED_MIN_VOTES = 20
MAX_NARROWER = 3
MAX_OFFERS = 2


@dataclass(frozen=True, slots=True)
class TopicVariant:
    """A variant of a topic, what its button says, and how many papers of the week it would bring.

    ``added`` are the synonyms that would count in it.
    """

    label: LazyText
    topic: Topic
    papers: int
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SubjectSynonyms:
    """A subject of a topic with the names that count for it, and groups of names that could."""

    subject: Subject
    counted: tuple[str, ...]
    others: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What a minus leaves out, as it would be typed, and how many papers of the week that is."""

    what: str
    papers: int


def count_matches(topic: Topic, papers: Sequence[Paper]) -> int:
    """How many of the papers the topic would bring."""
    return sum(decide(topic, paper).is_match for paper in prefilter(papers, required_terms(topic)))


def narrower_variants(topic: Topic, week: Sequence[Paper], *, too_many: bool) -> tuple[TopicVariant, ...]:
    """At most three stricter forms that leave something of the topic's own papers of the week. A narrower topic never
    adds papers, so those are all that need deciding."""
    wanted = [
        (t("Only clear ones"), as_strict(topic)),
        *_without_synonyms(topic),
        *(_with_conditions(topic) if too_many else ()),
    ]
    forms = (TopicVariant(label, form, count_matches(form, week)) for label, form in wanted)
    return tuple(form for form in forms if 0 < form.papers < len(week))[:MAX_NARROWER]


def _without_synonyms(topic: Topic) -> Iterator[tuple[LazyText, Topic]]:
    """Without the synonyms."""
    if not counted_synonyms(topic):
        return
    match topic.expression:
        case Subject(words):
            yield t("Only “{words}”", words=words), suppress_synonyms(topic)
        case _:
            yield t("Without other names"), suppress_synonyms(topic)


def _with_conditions(topic: Topic) -> Iterator[tuple[LazyText, Topic]]:
    yield t("With code"), _narrowed_by(topic, Has(Asset.CODE))
    yield t("{votes}+ votes", votes=SUGGESTED_MIN_VOTES), _narrowed_by(topic, AtLeast(SUGGESTED_MIN_VOTES))


def _narrowed_by(topic: Topic, part: Expression) -> Topic:
    return replace(topic, expression=all_of((topic.expression, part)))


def as_strict(topic: Topic) -> Topic:
    """Only where it is plainly the subject; synonyms count for nothing there."""
    return Topic(without_synonyms(topic.expression), MatchLevel.STRICT)


def as_wide(topic: Topic) -> Topic:
    """Also where it is only mentioned."""
    return replace(topic, level=MatchLevel.WIDE)


def wider_variants(topic: Topic, known: Sequence[SubjectSynonyms], listed: Sequence[Paper]) -> tuple[TopicVariant, ...]:
    """The forms with a further group of names that would bring more of the week's papers, at most two."""
    own = count_matches(topic, listed)
    groups = ((each, group) for each in known for group in each.others)
    forms = (
        TopicVariant(_added_label(group), _with_synonyms(topic, each, (*each.counted, *group)), 0, group)
        for each, group in groups
    )
    priced = (
        replace(form, papers=count_matches(form.topic, listed)) for form in forms if fits_topic_limits(form.topic)
    )
    return tuple(form for form in priced if form.papers > own)[:MAX_OFFERS]


def _added_label(group: Sequence[str]) -> LazyText:
    return t("+ {names}", names=", ".join(group))


def _with_synonyms(topic: Topic, of: SubjectSynonyms, also: tuple[str, ...]) -> Topic:
    return with_synonyms(topic, of.subject, also)


def synonym_toggles(topic: Topic, of: SubjectSynonyms, listed: Sequence[Paper]) -> tuple[TopicVariant, ...]:
    """One form a name: without it where it counts, with it where it does not; first the names that matter most."""
    own = [paper for paper in listed if decide(topic, paper).is_match]
    taken = {paper.id for paper in own}
    others = [paper for paper in listed if paper.id not in taken]
    dropped = (_without_name(topic, of, name, own) for name in of.counted)
    added = (_with_added_name(topic, of, name, own, others) for group in of.others for name in group)
    fitting = (form for form in added if fits_topic_limits(form.topic))
    return (*sorted(dropped, key=lambda form: form.papers), *fitting)


def _without_name(topic: Topic, of: SubjectSynonyms, name: str, own: Sequence[Paper]) -> TopicVariant:
    """Dropping a name takes away papers that say it, so only those need deciding."""
    form = _with_synonyms(topic, of, tuple(each for each in of.counted if each != name))
    lost = sum(not decide(form, paper).is_match for paper in prefilter(own, required_terms(Topic(Subject(name)))))
    return TopicVariant(t("✓ {name}", name=name), form, len(own) - lost)


def _with_added_name(
    topic: Topic, of: SubjectSynonyms, name: str, own: Sequence[Paper], others: Sequence[Paper]
) -> TopicVariant:
    form = _with_synonyms(topic, of, (*of.counted, name))
    return TopicVariant(
        t("+ {name}", name=name),
        form,
        len(own) + count_matches(form, prefilter(others, required_terms(Topic(Subject(name))))),
    )


def count_exclusions(topic: Topic, listed: Sequence[Paper]) -> tuple[Exclusion, ...]:
    """What each minus of the topic keeps away by itself."""
    if not isinstance(topic.expression, And):
        return ()
    parts = topic.expression.parts
    own = count_matches(topic, listed)
    without = [(part, [other for other in parts if other is not part]) for part in parts if isinstance(part, Not)]
    return tuple(
        Exclusion(
            format_short(Topic(part.inner)), count_matches(replace(topic, expression=all_of(others)), listed) - own
        )
        for part, others in without
        if others
    )
