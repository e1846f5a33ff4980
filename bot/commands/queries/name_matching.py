"""Names of people and labs: who else goes by one, and who may be meant by one that nobody has. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher

from bot.commands.core.services import Services
from bot.decisions.on_the_fly import SearchBounds, find_matches
from bot.i18n import t
from bot.matching.prefilter.topic_variants import TopicVariant, count_matches
from bot.matching.rule.person_names import same_person
from bot.matching.text.tokenizer import folded_words
from bot.papers import Paper
from bot.topics import And, Expression, Field, Or, Subject, Topic
from bot.topics.ast import FieldName

MAX_NAME_WORDS = 6


async def find_name_variants(
    services: Services, topic: Topic, first: date, last: date, bounds: SearchBounds | None = None
) -> tuple[TopicVariant, ...]:
    """The author and the lab that the topic's words name, each with its papers from ``first`` to ``last``; none where
    the topic is more than words."""
    found = []
    for field in _candidate_fields(topic):
        named = Topic(field)
        if papers := await find_matches(services.storage, services.index, named, first, last, bounds):
            label = t("The author {name}", name=field.value)
            if field.name is FieldName.ORG:
                label = t("The lab {name}", name=field.value)
            found.append(TopicVariant(label, named, len(papers)))
    return tuple(found)


def _candidate_fields(topic: Topic) -> Iterator[Field]:
    if not isinstance(topic.expression, Subject):
        return
    words = topic.expression.words
    if 1 < len(words.split()) <= MAX_NAME_WORDS:
        yield Field(FieldName.AUTHOR, words)
    if len(words.split()) <= MAX_NAME_WORDS:
        yield Field(FieldName.ORG, words)


MIN_LABS_OF_SEVERAL = 3
MAX_LABS, MAX_CO_AUTHORS, MAX_NEAREST = 3, 2, 3
MIN_SIMILARITY = 0.8


@dataclass(frozen=True, slots=True)
class Namesakes:
    """The papers by one name: how many, from how many labs, and forms that tell the people apart."""

    papers: int
    labs: int
    variants: tuple[TopicVariant, ...]

    @property
    def is_several_people(self) -> bool:
        """Whether they are more than one person, as far as labs tell."""
        return self.labs >= MIN_LABS_OF_SEVERAL


def sole_author_field(topic: Topic) -> Field | None:
    """The author's name that the whole topic is."""
    return _sole_field(topic, FieldName.AUTHOR)


def sole_lab_field(topic: Topic) -> Field | None:
    """The lab that the whole topic is."""
    return _sole_field(topic, FieldName.ORG)


def _sole_field(topic: Topic, name: FieldName) -> Field | None:
    expression = topic.expression
    return expression if isinstance(expression, Field) and expression.name is name else None


def asks_for_lab(expression: Expression) -> bool:
    """Whether a lab decides somewhere, so that papers without one are missed."""
    match expression:
        case Field(FieldName.ORG):
            return True
        case And(parts) | Or(parts):
            return any(map(asks_for_lab, parts))
    return False


def count_without_lab(papers: Iterable[Paper]) -> int:
    return sum(paper.organization is None for paper in papers)


def find_namesakes(topic: Topic, found: Sequence[Paper]) -> Namesakes:
    """Who may hide behind an author's name, from the papers by it: the labs with most of them, then co-authors of
    several."""
    author = sole_author_field(topic) or Field(FieldName.AUTHOR, "")
    labs = Counter(paper.organization.display_name for paper in found if paper.organization)
    others = Counter(each.name for paper in found for each in paper.visible_authors)
    co_authors = [
        name for name, papers in others.most_common() if 1 < papers < len(found) and not same_person(author.value, name)
    ]
    parts = [
        *(Field(FieldName.ORG, lab) for lab, _ in labs.most_common(MAX_LABS)),
        *(Field(FieldName.AUTHOR, name) for name in co_authors[:MAX_CO_AUTHORS]),
    ]
    forms = (
        TopicVariant(t("{name}", name=part.value), replace(topic, expression=And((topic.expression, part))), 0)
        for part in parts
    )
    return Namesakes(
        len(found), len(labs), tuple(replace(form, papers=count_matches(form.topic, found)) for form in forms)
    )


def nearest_name_variants(wanted: Field, papers: Iterable[Paper]) -> tuple[TopicVariant, ...]:
    """Authors or labs of the papers whose name is nearest to one that none of them has, with their papers."""
    if wanted.name is FieldName.ORG:
        names = Counter(paper.organization.display_name for paper in papers if paper.organization)
    else:
        names = Counter(author.name for paper in papers for author in paper.visible_authors)
    likeness = {name: _name_similarity(wanted.value, name) for name in names}
    near = sorted(
        (name for name in names if likeness[name] >= MIN_SIMILARITY), key=lambda name: (-likeness[name], -names[name])
    )
    return tuple(
        TopicVariant(t("{name}", name=name), Topic(Field(wanted.name, name)), names[name])
        for name in near[:MAX_NEAREST]
    )


def _name_similarity(wanted: str, name: str) -> float:
    """0 to 1; names that share no word and no beginning are not compared further."""
    asked, there = folded_words(wanted), folded_words(name)
    one, other = "".join(asked), "".join(there)
    if not (set(asked) & set(there) or one[:3] == other[:3]):
        return 0.0
    if set(asked) <= set(there) or set(there) <= set(asked):
        return 0.9
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
