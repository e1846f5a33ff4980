"""Where the names of an older topic came from, looked up once. Pure.

Topics that were followed before names kept their origin have all of them alike; deciding never asks the catalogue, so
the origin is written into the topic as if it were followed today.
"""

from __future__ import annotations

from dataclasses import replace

from bot.matching.catalogue.catalogue import Catalogue
from bot.matching.catalogue.toml_reader import CatalogueTopic, name_key
from bot.topics.ast import And, Expression, Or, Subject, SynonymOrigin, Topic
from bot.topics.simplify import all_of, any_of
from bot.topics.synonyms import with_names


def with_stored_origins(topic: Topic, catalogue: Catalogue) -> Topic:
    """The topic with the origin of each name that the catalogue knows for its subject; any other stays typed, as do all
    names of a topic in which an origin is said already."""
    return replace(topic, expression=_with_origins(topic.expression, catalogue))


def _with_origins(expression: Expression, catalogue: Catalogue) -> Expression:
    match expression:
        case Subject(origins=()) if expression.synonyms and (entry := catalogue.find(expression.words)):
            known = _origins_by_key(entry)
            names = expression.synonyms
            return with_names(expression, ((name, known.get(name_key(name), SynonymOrigin.TYPED)) for name in names))
        case And(parts):
            return all_of(_with_origins(part, catalogue) for part in parts)
        case Or(parts):
            return any_of(_with_origins(part, catalogue) for part in parts)
    return expression


def _origins_by_key(entry: CatalogueTopic) -> dict[str, SynonymOrigin]:
    """Wider names are none of them: they never counted unless a person chose them."""
    groups = (
        (SynonymOrigin.NEAR, entry.near),
        (SynonymOrigin.KIND, entry.kinds),
        (SynonymOrigin.SAME, entry.primary_names),
    )
    return {name_key(name): origin for origin, names in groups for name in names}
