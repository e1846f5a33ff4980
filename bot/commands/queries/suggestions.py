"""What may be meant: while somebody types, and when a word brings nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.calls import split_command
from bot.commands.core.services import Services
from bot.commands.queries.phrase_corrections import correct_phrase, correct_words
from bot.commands.queries.topic_input import correct_typos
from bot.matching.catalogue.catalogue import Catalogue
from bot.topics import Subject, Topic
from bot.topics.words import query_words

MIN_CORRECTED_LENGTH = 5
LONG_WORD_LENGTH = 8
_LAST_PART = re.compile(r"(?P<before>.*(?:\b(?:AND|OR|NOT)\s+|[(|]\s*|(?:^|\s)-))?(?P<part>[^()|\"]*)$", re.DOTALL)


def suggest_topics(typed: str, catalogue: Catalogue, limit: int = 8) -> list[str]:
    """Whole topics that ``typed`` may become, best first: its last part is completed from the catalogue. [] where that
    part is empty, quoted or a condition."""
    found = _LAST_PART.match(typed)
    part = found["part"].lstrip() if found else ""
    if not found or not part.strip() or ":" in part or typed.count('"') % 2:
        return []
    before = found["before"] or ""
    return [before + topic.name for topic in catalogue.complete_prefix(part, limit)]


def complete_line(typed: str, catalogue: Catalogue, taking_topics: Sequence[str], limit: int = 8) -> list[str]:
    """The same for a whole line, as it is typed in a chat: ``/subscribe diff`` becomes ``/subscribe diffusion``.

    ``taking_topics`` are the commands whose argument is a topic.
    """
    if not typed.startswith("/"):
        return suggest_topics(typed, catalogue, limit)
    slash, words = ("/papers ", typed[8:]) if typed.startswith("/papers ") else ("/", typed[1:])
    name, argument = split_command(words)
    if name not in taking_topics:
        return []
    return [f"{slash}{name} {topic}" for topic in suggest_topics(argument, catalogue, limit)]


async def suggest_corrections(services: Services, topic: Topic) -> Mapping[str, str]:
    """Words of the topic that no paper says, with those that were surely meant: the catalogue's before the archive's.
    Where the topic is plain words with several slips, or the slip of a topic's whole name, it is corrected as one."""
    words = query_words(topic)
    nearest = await services.index.nearest_words(words)
    if not nearest:
        return {}
    is_phrase = isinstance(topic.expression, Subject)
    if is_phrase and (meant := correct_phrase(words, services.catalogue)):
        return {words: meant}
    known = {wrong: near for wrong, near in nearest.items() if is_likely_typo(wrong, near)}
    named = correct_words(nearest, services.catalogue)
    found = known | {
        wrong: word
        for wrong, word in named.items()
        if wrong not in known or _edit_distance(wrong, word) <= _edit_distance(wrong, known[wrong])
    }
    if is_phrase and len(found) > 1 and (mended := correct_typos(words, found)):
        return {words: mended}
    return found


def is_likely_typo(wrong: str, known: str) -> bool:
    """Whether one word is a slip of the keys of the other: a letter more, less, other or swapped with its neighbour, in
    a long word two. Short words are like too many others."""
    one, other = wrong.casefold(), known.casefold()
    if one == other.replace(" ", ""):
        return True
    if len(one) < MIN_CORRECTED_LENGTH or one[0] != other[0]:
        return False
    return _edit_distance(one, other) <= (2 if len(one) >= LONG_WORD_LENGTH else 1)


def _edit_distance(one: str, other: str) -> int:
    """The restricted edit distance: https://en.wikipedia.org/wiki/Damerau-Levenshtein_distance."""
    before, last = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, there in enumerate(other, 1):
            least = min(last[j] + 1, row[-1] + 1, last[j - 1] + (letter != there))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == there:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        before, last = last, row
    return last[-1]
