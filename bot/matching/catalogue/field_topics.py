"""What a whole field is: the topics that the catalogue of this version shows in it."""

from __future__ import annotations

from functools import lru_cache

from bot.matching.catalogue.catalogue import load_bundled_catalogue
from bot.matching.catalogue.toml_reader import CatalogueTopic
from bot.topics.ast import Expression, Subject, SynonymOrigin
from bot.topics.simplify import any_of
from bot.topics.synonyms import with_names


@lru_cache(maxsize=16)
def field_expression(field_name: str) -> Expression:
    """The field's topics with their other names and kinds, one of which is enough. Raises ValueError for a field that
    the catalogue does not have."""
    topics = [topic for topic in load_bundled_catalogue().topics if topic.area == field_name]
    if not topics:
        raise ValueError(f"no topic in the field {field_name!r}")
    return any_of(map(_subject, topics))


def _subject(topic: CatalogueTopic) -> Subject:
    same = ((name, SynonymOrigin.SAME) for name in topic.same)
    kinds = ((name, SynonymOrigin.KIND) for name in topic.kinds)
    return with_names(Subject(topic.name), (*same, *kinds))
