"""Words typed side by side that papers never say together: two subjects, perhaps, and AND would find more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.commands.core.services import Services
from bot.decisions.on_the_fly import matches
from bot.matching.catalogue.catalogue import Catalogue
from bot.matching.text.lexicon import share
from bot.matching.text.normalization import form
from bot.topics import All, MatchLevel, Phrase, Subject, Topic
from bot.topics.words import STOP_WORDS

MOST_WORDS = 4
# AND has to bring half as many papers again, and the words stand together in at most one in ten of them.
CLEARLY_MORE = 1.5
SELDOM = 0.1
# A word in more papers than this (a share) is nobody's subject.
EVERYDAY = 0.1


@dataclass(frozen=True, slots=True)
class Apart:
    """``both`` asks for the two subjects with AND and brings ``papers`` where ``typed`` are about the words as one."""

    both: Topic
    typed: int
    papers: int


async def apart(services: Services, topic: Topic, first: date, last: date) -> Apart | None:
    """The two subjects that may be meant, where they bring clearly more on the list days from ``first`` to ``last``;
    None where the words are one subject as far as papers say."""
    splits = _splits(topic, services.catalogue)
    if not splits:
        return None

    async def count(asked: Topic) -> int:
        return len(await matches(services.storage, services.index, asked, first, last))

    both = max([(await count(split), split) for split in splits], key=_papers)[1]
    whole = (await services.expanded(both, last)).topic
    found = Apart(both, await count(topic), await count(whole))
    together = await count(Topic(Phrase(_words(topic))))
    return found if _clearly_more(found, together) else None


def _papers(split: tuple[int, Topic]) -> int:
    return split[0]


def _clearly_more(found: Apart, together: int) -> bool:
    return found.papers >= max(1, CLEARLY_MORE * found.typed) and together <= SELDOM * found.papers


def _words(topic: Topic) -> str:
    return topic.expression.words if isinstance(topic.expression, Subject) else ""


def _splits(topic: Topic, catalogue: Catalogue) -> list[Topic]:
    """The ways to read the words as two subjects; only those whose both sides the catalogue knows, if there is one."""
    words = _words(topic).split()
    if not 2 <= len(words) <= MOST_WORDS or topic.level is not MatchLevel.NORMAL or catalogue.find(" ".join(words)):
        return []
    cuts = [(_trimmed(words[:at]), _trimmed(words[at:])) for at in range(1, len(words))]
    known = [cut for cut in cuts if all(map(catalogue.find, cut))]
    telling = [cut for cut in cuts if all(map(_telling, cut))]
    return list(dict.fromkeys(Topic(All((Subject(one), Subject(other)))) for one, other in known or telling))


def _trimmed(words: Sequence[str]) -> str:
    """Without the small words at its ends: *and clustering* is *clustering*."""
    telling = [at for at, word in enumerate(words) if word.casefold() not in STOP_WORDS]
    return " ".join(words[telling[0] : telling[-1] + 1]) if telling else ""


def _telling(side: str) -> bool:
    return len(side) > 1 and any(share(form(word)) < EVERYDAY for word in side.split())
