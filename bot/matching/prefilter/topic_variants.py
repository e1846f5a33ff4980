"""Other forms of a topic, each with its price: how many papers of the last seven days it would bring. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.i18n import Sentence, say
from bot.matching.prefilter.raw_text_filter import sieved
from bot.matching.prefilter.required_terms import needs
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.topics import All, Any, AtLeast, Expression, Has, MatchLevel, Not, Subject, Topic
from bot.topics.ast import Asset
from bot.topics.formatter import named, printed
from bot.topics.lexer import LONGEST, MOST_WORDS
from bot.topics.simplify import all_of, any_of, without_names


def subjects(topic: Topic) -> list[Subject]:
    """What the topic asks for in words, in its order; what it leaves out is none of them."""
    return list(dict.fromkeys(_wanted(topic.expression)))


def _wanted(expression: Expression) -> Iterator[Subject]:
    match expression:
        case Subject():
            yield expression
        case All(parts) | Any(parts):
            for part in parts:
                yield from _wanted(part)


def names(topic: Topic) -> list[str]:
    """Every further name that counts, each once."""
    return list(dict.fromkeys(name for subject in subjects(topic) for name in subject.also or ()))


def with_names(topic: Topic, subject: Subject, also: tuple[str, ...]) -> Topic:
    """The topic with exactly these further names of one subject."""
    return replace(topic, expression=_put(topic.expression, {subject: replace(subject, also=also)}))


def can_be_read_again(topic: Topic) -> bool:
    """Whether the topic with all its names is short enough to be stored and typed."""
    text = printed(topic)
    return len(text) <= LONGEST and len(text.split()) <= MOST_WORDS


def without_any_name(topic: Topic) -> Topic:
    """The topic with ``also:none`` wherever a further name counted."""
    return replace(
        topic,
        expression=_put(topic.expression, {each: replace(each, also=()) for each in subjects(topic) if each.also}),
    )


def _put(expression: Expression, instead: dict[Subject, Subject]) -> Expression:
    match expression:
        case Subject():
            return instead.get(expression, expression)
        case All(parts):
            return all_of(_put(part, instead) for part in parts)
        case Any(parts):
            return any_of(_put(part, instead) for part in parts)
    return expression


VOTES = 20
MOST_NARROWER = 3
MOST_OFFERS = 2


@dataclass(frozen=True, slots=True)
class Form:
    """Another form of a topic, what its button says, and how many papers of the week it would bring.

    ``added`` are the further names that would count in it.
    """

    label: Sentence
    topic: Topic
    papers: int
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamesOf:
    """A subject of a topic with the names that count for it, and groups of names that could."""

    subject: Subject
    counted: tuple[str, ...]
    others: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a minus leaves out, as it would be typed, and how many papers of the week that is."""

    what: str
    papers: int


def price(topic: Topic, papers: Sequence[Paper]) -> int:
    """How many of the papers the topic would bring."""
    return sum(decide(topic, paper).yes for paper in sieved(papers, needs(topic)))


def narrower(topic: Topic, week: Sequence[Paper], *, too_many: bool) -> tuple[Form, ...]:
    """At most three stricter forms that leave something of the topic's own papers of the week. A narrower topic never
    adds papers, so those are all that need deciding."""
    wanted = [(say("Only clear ones"), strict(topic)), *_own_words(topic), *(_conditions(topic) if too_many else ())]
    forms = (Form(label, form, price(form, week)) for label, form in wanted)
    return tuple(form for form in forms if 0 < form.papers < len(week))[:MOST_NARROWER]


def _own_words(topic: Topic) -> Iterator[tuple[Sentence, Topic]]:
    """Without the further names."""
    if not names(topic):
        return
    match topic.expression:
        case Subject(words):
            yield say("Only “{words}”", words=words), without_any_name(topic)
        case _:
            yield say("Without other names"), without_any_name(topic)


def _conditions(topic: Topic) -> Iterator[tuple[Sentence, Topic]]:
    yield say("With code"), _and(topic, Has(Asset.CODE))
    yield say("{votes}+ votes", votes=VOTES), _and(topic, AtLeast(VOTES))


def _and(topic: Topic, part: Expression) -> Topic:
    return replace(topic, expression=all_of((topic.expression, part)))


def strict(topic: Topic) -> Topic:
    """Only where it is plainly the subject; further names count for nothing there."""
    return Topic(without_names(topic.expression), MatchLevel.STRICT)


def wide(topic: Topic) -> Topic:
    """Also where it is only mentioned."""
    return replace(topic, level=MatchLevel.WIDE)


def with_more_names(topic: Topic, known: Sequence[NamesOf], listed: Sequence[Paper]) -> tuple[Form, ...]:
    """The forms with a further group of names that would bring more of the week's papers, at most two."""
    own = price(topic, listed)
    groups = ((each, group) for each in known for group in each.others)
    forms = (Form(_added(group), _with(topic, each, (*each.counted, *group)), 0, group) for each, group in groups)
    priced = (replace(form, papers=price(form.topic, listed)) for form in forms if can_be_read_again(form.topic))
    return tuple(form for form in priced if form.papers > own)[:MOST_OFFERS]


def _added(group: Sequence[str]) -> Sentence:
    return say("+ {names}", names=", ".join(group))


def _with(topic: Topic, of: NamesOf, also: tuple[str, ...]) -> Topic:
    return with_names(topic, of.subject, also)


def toggles(topic: Topic, of: NamesOf, listed: Sequence[Paper]) -> tuple[Form, ...]:
    """One form a name: without it where it counts, with it where it does not; first the names that matter most."""
    own = [paper for paper in listed if decide(topic, paper).yes]
    taken = {paper.id for paper in own}
    others = [paper for paper in listed if paper.id not in taken]
    dropped = (_without(topic, of, name, own) for name in of.counted)
    added = (_with_too(topic, of, name, own, others) for group in of.others for name in group)
    fitting = (form for form in added if can_be_read_again(form.topic))
    return (*sorted(dropped, key=lambda form: form.papers), *fitting)


def _without(topic: Topic, of: NamesOf, name: str, own: Sequence[Paper]) -> Form:
    """Dropping a name takes away papers that say it, so only those need deciding."""
    form = _with(topic, of, tuple(each for each in of.counted if each != name))
    lost = sum(not decide(form, paper).yes for paper in sieved(own, needs(Topic(Subject(name)))))
    return Form(say("✓ {name}", name=name), form, len(own) - lost)


def _with_too(topic: Topic, of: NamesOf, name: str, own: Sequence[Paper], others: Sequence[Paper]) -> Form:
    form = _with(topic, of, (*of.counted, name))
    return Form(say("+ {name}", name=name), form, len(own) + price(form, sieved(others, needs(Topic(Subject(name))))))


def left_out(topic: Topic, listed: Sequence[Paper]) -> tuple[LeftOut, ...]:
    """What each minus of the topic keeps away by itself."""
    if not isinstance(topic.expression, All):
        return ()
    parts = topic.expression.parts
    own = price(topic, listed)
    without = [(part, [other for other in parts if other is not part]) for part in parts if isinstance(part, Not)]
    return tuple(
        LeftOut(named(Topic(part.inner)), price(replace(topic, expression=all_of(others)), listed) - own)
        for part, others in without
        if others
    )
