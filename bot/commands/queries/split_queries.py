"""Words typed side by side that papers never say together: two subjects, perhaps, and AND would find more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.commands.core.services import Services
from bot.decisions.on_the_fly import SearchBounds, find_matches
from bot.matching.catalogue.catalogue import Catalogue
from bot.matching.text.lexicon import document_frequency
from bot.matching.text.normalization import normalize
from bot.topics import And, MatchLevel, Phrase, Subject, Topic
from bot.topics.words import STOP_WORDS

MAX_SPLIT_WORDS = 4
# In a chat: where this many are about the words as one subject, nobody looks for another reading of them.
MAX_PAPERS_BESIDE_SPLIT = 10
# AND has to bring half as many papers again, and the words stand together in at most one in ten of them.
MIN_GAIN_RATIO = 1.5
MAX_TOGETHER_RATIO = 0.1
# A word in more papers than this (a share) is nobody's subject.
MAX_INFORMATIVE_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class SplitSuggestion:
    """``split_topic`` asks for the two subjects with AND and brings ``papers_as_two`` where ``papers_as_one`` are about
    the words as one.
    """

    split_topic: Topic
    papers_as_one: int
    papers_as_two: int


async def suggest_split(
    services: Services, topic: Topic, first: date, last: date, bounds: SearchBounds | None = None
) -> SplitSuggestion | None:
    """The two subjects that may be meant, where they bring clearly more on the list days from ``first`` to ``last``;
    None where the words are one subject as far as papers say."""
    splits = _splits(topic, services.catalogue)
    if not splits:
        return None

    async def count(asked: Topic) -> int:
        return len(await find_matches(services.storage, services.index, asked, first, last, bounds))

    both = max([(await count(split), split) for split in splits], key=_papers)[1]
    whole = services.as_followed(both)
    found = SplitSuggestion(both, await count(topic), await count(whole))
    together = await count(Topic(Phrase(_subject_words(topic))))
    return found if _is_clear_gain(found, together) else None


def _papers(split: tuple[int, Topic]) -> int:
    return split[0]


def _is_clear_gain(found: SplitSuggestion, together: int) -> bool:
    return (
        found.papers_as_two >= max(1, MIN_GAIN_RATIO * found.papers_as_one)
        and together <= MAX_TOGETHER_RATIO * found.papers_as_two
    )


def _subject_words(topic: Topic) -> str:
    return topic.expression.words if isinstance(topic.expression, Subject) else ""


def _splits(topic: Topic, catalogue: Catalogue) -> list[Topic]:
    """The ways to read the words as two subjects; only those whose both sides the catalogue knows, if there is one."""
    words = _subject_words(topic).split()
    if (
        not 2 <= len(words) <= MAX_SPLIT_WORDS
        or topic.level is not MatchLevel.NORMAL
        or catalogue.find(" ".join(words))
    ):
        return []
    cuts = [(_trim_stop_words(words[:at]), _trim_stop_words(words[at:])) for at in range(1, len(words))]
    known = [cut for cut in cuts if all(map(catalogue.find, cut))]
    telling = [cut for cut in cuts if all(map(_is_informative, cut))]
    return list(dict.fromkeys(Topic(And((Subject(one), Subject(other)))) for one, other in known or telling))


def _trim_stop_words(words: Sequence[str]) -> str:
    """Without the function words at its ends: *and clustering* is *clustering*."""
    telling = [at for at, word in enumerate(words) if word.casefold() not in STOP_WORDS]
    return " ".join(words[telling[0] : telling[-1] + 1]) if telling else ""


def _is_informative(side: str) -> bool:
    return len(side) > 1 and any(document_frequency(normalize(word)) < MAX_INFORMATIVE_SHARE for word in side.split())
