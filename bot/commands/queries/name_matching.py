"""Names of people and labs: who else goes by one, and who may be meant by one that nobody has. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher

from bot.commands.core.services import Services
from bot.decisions.on_the_fly import matches
from bot.i18n import say
from bot.matching.prefilter.topic_variants import Form, price
from bot.matching.rule.person_names import same_person
from bot.matching.text.tokenizer import literal_words
from bot.papers import Paper
from bot.topics import All, Any, Expression, Field, Subject, Topic
from bot.topics.ast import FieldName

MOST_WORDS = 6


async def names_meant(services: Services, topic: Topic, first: date, last: date) -> tuple[Form, ...]:
    """The author and the lab that the topic's words name, each with its papers from ``first`` to ``last``; none where
    the topic is more than words."""
    found = []
    for field in _fields(topic):
        named = Topic(field)
        if papers := await matches(services.storage, services.index, named, first, last):
            label = say("The author {name}", name=field.value)
            if field.name is FieldName.ORG:
                label = say("The lab {name}", name=field.value)
            found.append(Form(label, named, len(papers)))
    return tuple(found)


def _fields(topic: Topic) -> Iterator[Field]:
    if not isinstance(topic.expression, Subject):
        return
    words = topic.expression.words
    if 1 < len(words.split()) <= MOST_WORDS:
        yield Field(FieldName.AUTHOR, words)
    if len(words.split()) <= MOST_WORDS:
        yield Field(FieldName.ORG, words)


MANY_LABS = 3
LABS, CO_AUTHORS, NEAREST = 3, 2, 3
ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Namesakes:
    """The papers by one name: how many, from how many labs, and forms that tell the people apart."""

    papers: int
    labs: int
    forms: tuple[Form, ...]

    @property
    def several(self) -> bool:
        """Whether they are more than one person, as far as labs tell."""
        return self.labs >= MANY_LABS


def author_of(topic: Topic) -> Field | None:
    """The author's name that the whole topic is."""
    return _alone(topic, FieldName.AUTHOR)


def lab_of(topic: Topic) -> Field | None:
    """The lab that the whole topic is."""
    return _alone(topic, FieldName.ORG)


def _alone(topic: Topic, name: FieldName) -> Field | None:
    expression = topic.expression
    return expression if isinstance(expression, Field) and expression.name is name else None


def asks_for_lab(expression: Expression) -> bool:
    """Whether a lab decides somewhere, so that papers without one are missed."""
    match expression:
        case Field(FieldName.ORG):
            return True
        case All(parts) | Any(parts):
            return any(map(asks_for_lab, parts))
    return False


def without_lab(papers: Iterable[Paper]) -> int:
    return sum(paper.organization is None for paper in papers)


def namesakes(topic: Topic, found: Sequence[Paper]) -> Namesakes:
    """Who may hide behind an author's name, from the papers by it: the labs with most of them, then co-authors of
    several."""
    author = author_of(topic) or Field(FieldName.AUTHOR, "")
    labs = Counter(paper.organization.shown for paper in found if paper.organization)
    others = Counter(each.name for paper in found for each in paper.visible_authors)
    co_authors = [
        name for name, papers in others.most_common() if 1 < papers < len(found) and not same_person(author.value, name)
    ]
    parts = [
        *(Field(FieldName.ORG, lab) for lab, _ in labs.most_common(LABS)),
        *(Field(FieldName.AUTHOR, name) for name in co_authors[:CO_AUTHORS]),
    ]
    forms = (
        Form(say("{name}", name=part.value), replace(topic, expression=All((topic.expression, part))), 0)
        for part in parts
    )
    return Namesakes(len(found), len(labs), tuple(replace(form, papers=price(form.topic, found)) for form in forms))


def nearest_names(wanted: Field, papers: Iterable[Paper]) -> tuple[Form, ...]:
    """Authors or labs of the papers whose name is nearest to one that none of them has, with their papers."""
    if wanted.name is FieldName.ORG:
        names = Counter(paper.organization.shown for paper in papers if paper.organization)
    else:
        names = Counter(author.name for paper in papers for author in paper.visible_authors)
    likeness = {name: _likeness(wanted.value, name) for name in names}
    near = sorted((name for name in names if likeness[name] >= ALIKE), key=lambda name: (-likeness[name], -names[name]))
    return tuple(
        Form(say("{name}", name=name), Topic(Field(wanted.name, name)), names[name]) for name in near[:NEAREST]
    )


def _likeness(wanted: str, name: str) -> float:
    """0 to 1; names that share no word and no beginning are not compared further."""
    asked, there = literal_words(wanted), literal_words(name)
    one, other = "".join(asked), "".join(there)
    if not (set(asked) & set(there) or one[:3] == other[:3]):
        return 0.0
    if set(asked) <= set(there) or set(there) <= set(asked):
        return 0.9
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
