"""Under which keys a paper's people and lab are filed, and where to look for a name: a superset of what the rule takes
(:mod:`bot.matching.rule.fields`).

People are found by any part of their name that is written out, in every spelling that counts as it; labs by their first
word or by their name without spaces, as they and what else they are called.
"""

from __future__ import annotations

from bot.matching.rule.lab_aliases import compact_key, lab_alias_keys
from bot.matching.rule.person_names import name_parts
from bot.matching.text.tokenizer import folded_words
from bot.papers import Paper
from bot.topics.ast import And, Expression, Field, FieldName, Or, Topic

_PERSON, _LAB, _WHOLE_LAB = "@", "#", "="


def paper_name_keys(paper: Paper) -> frozenset[str]:
    """Every key of the paper; none holds a space."""
    people = {key for author in paper.visible_authors for key in _person_keys(author.name, author.user)}
    lab = paper.organization
    names = [name for name in (lab.name, lab.full_name) if name] if lab else []
    words = {_LAB + word for name in names for word in folded_words(name)}
    return frozenset(people | words | {_WHOLE_LAB + compact_key(name) for name in names})


def topic_name_keys(topic: Topic) -> frozenset[str] | None:
    """The keys of which a paper has at least one for a YES or NOT YET; None where it need have none."""
    return _expression_keys(topic.expression)


def _expression_keys(expression: Expression) -> frozenset[str] | None:
    match expression:
        case Field(FieldName.AUTHOR, value):
            return frozenset(_person_keys(value, value.strip().removeprefix("@")))
        case Field(FieldName.ORG, value):
            whole = {_WHOLE_LAB + key for key in lab_alias_keys(value) if key}
            return frozenset(whole | {_LAB + word for word in folded_words(value)[:1]})
        case And(parts):
            known = [keys for part in parts if (keys := _expression_keys(part)) is not None]
            return min(known, key=len, default=None)
        case Or(parts):
            each = [_expression_keys(part) for part in parts]
            return None if None in each else frozenset[str]().union(*(keys for keys in each if keys))
    return None


def _person_keys(name: str, account: str) -> set[str]:
    """Two names agree only where a part of more than one letter is the same in both."""
    parts = {part for spelling in name_parts(name) for part in spelling if len(part) > 1}
    keys = {_PERSON + part for part in parts}
    return keys | {_PERSON + _PERSON + account.casefold()} if account else keys
