"""What a sentence is about that no rule knows: the catalogue's topics in it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from bot.matching.catalogue.catalogue import Catalogue
from bot.matching.text.lexicon import read_table
from bot.matching.text.normalization import normalize
from bot.matching.text.tokenizer import folded_words
from bot.topics.words import STOP_WORDS

MAX_TOPICS, MAX_NAME_WORDS = 3, 4
MAX_FOLLOWED_WORDS = 5
# With these a name of three words or more is still a name: *tree of thoughts*, *text to image*, *vision and language*.
_NAME_JOINTS = frozenset(
    {"of", "and", "to", "the", "or", "a", "in", "as", "than", "off", "on", "with", "without", "any"}
)
_FRAME_WORDS = """
    i i'm i'd i've me my mine we us our he she they want wanna wish need like likes please pls plz give gives show shows
    find get gets got search look looking see read reads reading recommend suggest tell know learn understand explain
    help let make makes paper papers article articles publication publications work works working research study stuff
    thing things something anything everything nothing someone people talk talking good best better cool interesting
    nice important great new news newest recent recently latest lately trending popular about related regarding
    concerning compare compared comparison versus vs there here could would should must might just also very really
    only again
    use using used way ways topic topics subject today yesterday week month year send sent sends
    je j'ai nous veux voudrais cherche le la les un une des du de sur suivre articles pour avec
    ich möchte will suche etwas über artikel lesen zu zum zur der die das ein eine einen mit für von
    quiero busco artículos sobre el los las una para con del
"""
FRAME_WORDS = STOP_WORDS | frozenset(_FRAME_WORDS.split())


def is_sentence_like(words: str, catalogue: Catalogue) -> bool:
    """Whether plain words are said rather than the name of a subject: too many, or framed as only speech is."""
    said = folded_words(words)
    if len(said) <= 1 or catalogue.find(words):
        return False
    return len(said) > MAX_FOLLOWED_WORDS or bool(set(said) & (FRAME_WORDS - _NAME_JOINTS)) or _is_framed_place(said)


def _is_framed_place(said: Sequence[str]) -> bool:
    """*fast inference on GPUs*: four words round a word of place."""
    return len(said) >= 4 and bool(set(said[1:-1]) & {"in", "on", "with", "without"})


def topics_inside(words: str, catalogue: Catalogue) -> list[str]:
    """The names of topics that stand in the words, as they were written, from left to right; the longest first where
    several begin at one word, each topic once, at most three."""
    parts, found, at = words.split(), list[str](), 0
    while at < len(parts) and len(found) < MAX_TOPICS:
        name, length = _name_at(parts, at, catalogue)
        if length == 1 and name and (second := _second_word(parts, at + 1, catalogue)):
            name, length = f"{name} {second}", 2
        if name and _is_another(name, found, catalogue):
            found.append(name)
        at += length
    return found


def _is_another(name: str, found: Sequence[str], catalogue: Catalogue) -> bool:
    meant = catalogue.find(name)
    return name not in found and (meant is None or all(catalogue.find(each) is not meant for each in found))


def _second_word(parts: Sequence[str], at: int, catalogue: Catalogue) -> str:
    """*inference* behind *LLM*: a word that names of topics are made of, unless it begins another topic."""
    word = parts[at].strip(",.?!;:\"'()") if at < len(parts) and not parts[at - 1].endswith((",", ";", ":")) else ""
    if word.casefold() in FRAME_WORDS or word.casefold() not in _name_words(catalogue):
        return ""
    return "" if _name_at(parts, at, catalogue)[0] else word


@lru_cache(maxsize=4)
def _name_words(catalogue: Catalogue) -> frozenset[str]:
    """The words in the first names of topics, without those said of everything."""
    words = (word for topic in catalogue.topics for name in topic.primary_names for word in name.casefold().split()[1:])
    return frozenset(words) - {"model", "models", "learning", "language"}


def _name_at(parts: Sequence[str], at: int, catalogue: Catalogue) -> tuple[str, int]:
    """The name that begins at that word and how many words it has; '' and 1 where none does."""
    for length in range(min(MAX_NAME_WORDS, len(parts) - at), 0, -1):
        name = " ".join(parts[at : at + length]).strip(",.?!;:\"'()")
        ends = {parts[at].casefold(), parts[at + length - 1].casefold()}
        if name and not ends & STOP_WORDS and (meant := _name_of_topic(name, catalogue)):
            return meant, length
    return "", 1


def _name_of_topic(name: str, catalogue: Catalogue) -> str:
    if name.casefold() in FRAME_WORDS:
        return ""
    if catalogue.find(name):
        return name
    foreign = read_table("topic-names.tsv").get(name.casefold(), "")
    return foreign if catalogue.find(foreign) else ""


def telling_words(words: str) -> frozenset[str]:
    """The forms of the words that say what is sought."""
    return frozenset(normalize(word) for word in folded_words(words) if word not in FRAME_WORDS and len(word) > 1)
