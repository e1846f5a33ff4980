"""The topic inside a sentence, as the grammar of topics writes it: exclusions, code, authors and labs, whole fields,
names in other languages, and slips of the keys."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.intents.intent import IntentKnowledge
from bot.commands.queries.field_names import find_field as find_field
from bot.commands.queries.phrase_corrections import correct_phrase
from bot.matching.text.lexicon import read_table

MAX_TOPIC_WORDS = 7
_LEADING = re.compile(
    r"(?:(?:the )?(?:topics?|subjects?|field)(?: of)? |(?:some |all |any |new |more |the )*(?:papers?"
    r"|work|research|"
    r"stuff|things|news|everything|anything|something) (?:that (?:is|are) )?(?:about|on|in|regarding|related to) "
    r"|(?:about|on|in|regarding) (?=\S)|(?:the )?latest (?:in|on) )",
    re.IGNORECASE,
)
_TRAILING = re.compile(r" (?:papers?|stuff|research|work|things|news)$", re.IGNORECASE)
_EXCLUSION = re.compile(
    r",? (?:but (?:not|no|without)|without|except(?: for)?|excluding|not)(?: (?:papers )?(?:about|on"
    r"|in))? (.+)$",
    re.I,
)
_WITH_CODE = re.compile(r",? (?:with|that have|having)(?: available| open)? (?:source )?code$", re.IGNORECASE)
_AUTHOR = re.compile(
    r"(?:(?P<about>.+?) )?(?:(?:papers?|work|anything|something|everything|stuff) )?(?:written |published "
    r"|authored )?by "
    r"(?:the )?(?:author |researcher |professor |prof\.? |dr\.? )?(?P<name>.+)",
    re.I,
)
_OF_AUTHOR = re.compile(r"(?:papers?|works?|publications?|articles?) (?:of|with) (?P<name>.+)", re.IGNORECASE)
_PAPER_WORDS = re.compile(
    r"written|published|authored|(?:(?:all|any|the|new|some|more) )*(?:papers?|work|anything|something"
    r"|everything|stuff)",
    re.I,
)
_NAMED_AUTHOR = re.compile(r"(?:the )?(?:author|researcher|professor|prof\.?|dr\.?)s? (?P<name>.+)", re.IGNORECASE)
_NAMED_LAB = re.compile(
    r"(?:papers? (?:from|by) )?(?:the )?(?:lab|group|company|team|organi[sz]ation|university) (?P<name>.+)",
    re.IGNORECASE,
)
_FROM_LAB = re.compile(
    r"(?:(?:papers?|work|anything|something|everything|news|new) )?from (?:the )?(?P<name>.+?)"
    r"(?: (?:about|on) (?P<about>.+))?",
    re.I,
)
_NAME_LIKE = re.compile(r"[A-ZÀ-ÖØ-Þ][\w.'-]*(?: (?:de|van|von|der|la|el|al|bin|[A-ZÀ-ÖØ-Þ][\w.'-]*)){1,3}")
# Areas that are no file of the catalogue: a few of its topics.
GRAPH_TOPICS = ("graph neural networks", "knowledge graphs")


@dataclass(frozen=True, slots=True)
class TopicPhrase:
    """A topic as the grammar writes it; ``known``: the catalogue has it or it is a named condition. ``corrected``: the
    person wrote it otherwise."""

    text: str
    known: bool = False
    corrected: bool = False


def read_topic(words: str, knowledge: IntentKnowledge) -> TopicPhrase | None:
    """The topic that the words name; None where they are no topic: too many words, or none."""
    words = _strip_frame(words)
    if not words or len(words.split()) > MAX_TOPIC_WORDS or len(words) < 2:
        return None
    if code := _WITH_CODE.search(words):
        inner = read_topic(words[: code.start()], knowledge)
        return TopicPhrase(f"{inner.text} has:code", inner.known, inner.corrected) if inner else None
    if (named := _read_name(words, knowledge)) is not None:
        return named
    if excluded := _EXCLUSION.search(words):
        return _excluding(words[: excluded.start()], excluded[1], knowledge)
    return _plain_topic(words, knowledge)


def _strip_frame(words: str) -> str:
    kept = words.strip(" ,.!?\"'")
    while (leading := _LEADING.match(kept)) and leading.end() < len(kept):
        kept = kept[leading.end() :]
    return _TRAILING.sub("", kept)


def _read_name(words: str, knowledge: IntentKnowledge) -> TopicPhrase | None:
    if lab := _NAMED_LAB.fullmatch(words):
        return TopicPhrase(f'org:"{lab["name"]}"', known=True)
    if author := _NAMED_AUTHOR.fullmatch(words):
        return TopicPhrase(f'author:"{author["name"]}"', known=True)
    if named := read_author(words):
        return named
    if (author := _AUTHOR.fullmatch(words)) and len(author["name"].split()) <= 4:
        return _with_about(f'author:"{author["name"]}"', author["about"], knowledge, about_first=True)
    if (lab := _FROM_LAB.fullmatch(words)) and not knowledge.find_topic(lab["name"]):
        return _with_about(f'org:"{lab["name"]}"', lab["about"], knowledge, about_first=False)
    return None


def read_author(words: str) -> TopicPhrase | None:
    """*papers of Hao Li*, where it is written as a name is."""
    found = _OF_AUTHOR.fullmatch(words)
    return TopicPhrase(f'author:"{found["name"]}"', known=True) if found and looks_like_name(found["name"]) else None


def _with_about(name: str, about: str | None, knowledge: IntentKnowledge, *, about_first: bool) -> TopicPhrase | None:
    if not about or _PAPER_WORDS.fullmatch(about):
        return TopicPhrase(name, known=True)
    topic = _plain_topic(_strip_frame(about), knowledge)
    return TopicPhrase(f"{topic.text} {name}" if about_first else f"{name} {topic.text}", topic.known, topic.corrected)


def _excluding(words: str, excluded: str, knowledge: IntentKnowledge) -> TopicPhrase | None:
    wanted = read_topic(words, knowledge)
    out = _strip_frame(excluded)
    if wanted is None or not out or len(out.split()) > 3:
        return None
    return TopicPhrase(
        f'{wanted.text} -"{out}"' if " " in out else f"{wanted.text} -{out}", wanted.known, wanted.corrected
    )


def _plain_topic(words: str, knowledge: IntentKnowledge) -> TopicPhrase:
    if knowledge.find_topic(words):
        return TopicPhrase(words, known=True)
    if named := find_foreign_name(words):
        return TopicPhrase(named, known=True, corrected=True)
    if meant := correct_phrase(words, knowledge.catalogue):
        return TopicPhrase(meant, known=True, corrected=True)
    return TopicPhrase(words)


def looks_like_name(words: str) -> bool:
    """Whether the words are written as a person's name is: *Yann LeCun*."""
    return _NAME_LIKE.fullmatch(words) is not None


def find_foreign_name(words: str) -> str | None:
    """The catalogue's name of a topic that was typed in another language."""
    return read_table("topic-names.tsv").get(" ".join(words.casefold().split()))
