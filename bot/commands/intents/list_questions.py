"""Questions that a list or a search answers: *best papers this month*, *papers by Song Han*."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.intents.intent import Intent, IntentKnowledge, sure
from bot.commands.intents.time_ranges import LATELY, TimeRange, split_time_range
from bot.commands.intents.topic_phrases import TopicPhrase, find_field, looks_like_name, read_author, read_topic
from bot.commands.queries.sentence_topics import is_sentence_like, topics_inside
from bot.i18n import LazyText, t
from bot.topics.describe import topic_in_words
from bot.topics.parser import parse

_ASKING = re.compile(
    r"(?:(?:show|give|find|get|send|list|tell|recommend|fetch)(?: (?:me|us))?(?: of)?(?: what(?: (?:came"
    r"|arrived|appeared)(?: in| out)?)?)?"
    r"|search(?: for)?|look up"
    r"|i(?:'m| am) (?:looking|searching) for|i(?:'m| am) interested in|i (?:search|seek|need"
    r"|want)(?: (?:some|related work for my (?:paper|thesis|project)))?"
    r"|i (?:work|do research|am working) (?:on|in)|my research is (?:about|on|in)"
    r"|(?:who(?:'s| is| are)|anyone|people|what are people) (?:working|talking|doing research"
    r"|excited)(?= (?:about|on|in) )"
    r"|what (?:(?:came|comes) (?:out|in)|(?:came|arrived|appeared)(?= |$)|(?:has )?happened|should i read|do you have)"
    r"|what(?:'s| is| are| was| were| about)?(?: there)?"
    r"|which|how about|(?:is|are|was|were) there|(?:do|have) you (?:have|got)|(?:got )?any(?:thing"
    r"|body)?|got|something"
    r")(?= |$)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"(?:the|some|a few|all|any|of|me|us|out|up|anything|something|happening|going on|good|interesting"
    r"|everything|cool|nice|great|exciting|useful|relevant|stuff|things?)(?= |$)",
    re.I,
)
_BY_VOTES = (
    r"best|top(?: \d+)?|most[- ](?:upvoted|voted|liked|popular|discussed|read|starred)|hottest|popular|trending|hot"
    r"|greatest|highest[- ]rated|(?:most )?(?:important|influential|impactful)|most (?:cited"
    r"|interesting|relevant|exciting)"
)
_RANK = re.compile(
    rf"(?:(?P<votes>{_BY_VOTES})|(?P<new>new|newest|latest|news)|(?P<recent>recent|most recent))(?= |$)", re.I
)
_NOUN = re.compile(
    r"(?:papers?|work|works|research|publications?|articles?|list|lists|ones|preprints?"
    r"|(?:an? )?(?:summary|overview|recap)"
    r"|highlights|stuff|surveys?)(?= |$)",
    re.I,
)
_PREPOSITION = re.compile(r"(?:on|about|in|of|regarding|related to|for)(?= )", re.IGNORECASE)
_TRAILING_NOUN = re.compile(
    r"^(?P<topic>.+?) (?:papers?|preprints?|news)(?P<name> (?:by|from|with) .+)?$", re.IGNORECASE
)
_SORTED = re.compile(
    r",? (?:(?:sorted |ordered |ranked )?by (?:votes|upvotes|likes)|with (?:the )?most (?:votes|upvotes))$", re.I
)
_NOW = re.compile(r" (?:right now|at the moment|these days now|now)$", re.IGNORECASE)
_PUBLISHED = re.compile(
    r"what (?:did|has|have) (?P<name>.+?) (?:publish|published|write|written|release|released|post"
    r"|posted|put out|do|done|make|made|upload|uploaded|come up with|bring out)$",
    re.I,
)
_TOP_COUNT = re.compile(r"(?:the )?(?:today's )?top (\d{1,2})(?: papers)?(?: (?:of|for))?", re.IGNORECASE)
_EXCLUDES = re.compile(r"(?: (?:but (?:not|no)|without|except)|, (?:but )?(?:not|no|without)) ", re.IGNORECASE)


@dataclass(slots=True)
class _Question:
    """What the beginning of a sentence asked for, word by word."""

    asked: bool = False
    noun: bool = False
    about: bool = False
    rank: str = ""
    rest: str = ""


_VOTES = re.compile(
    r"(?:(?:only|just) )?(?:(?:papers?|those|ones) )?(?:with |that have )?(?P<least>more than|over|at least"
    r"|min(?:imum)?|>=?)"
    r" ?(?P<n>\d{1,4}) (?:up)?(?:votes|likes)",
    re.IGNORECASE,
)


def read_list_question(text: str, knowledge: IntentKnowledge) -> Intent | None:
    """The list or search that a question or a few words with a time ask for; None where they ask for none."""
    if votes := _VOTES.fullmatch(text):
        more = votes["least"].casefold() in ("more than", "over", ">")
        return sure(f"search upvotes>={int(votes['n']) + more}")
    if published := _PUBLISHED.fullmatch(split_time_range(text, knowledge.today).rest):
        text = text.replace(published[0], f"anything by {published['name']}")
    if (named := read_author(text)) is not None:
        return sure(f"search {named.text}", reading=(topic_in_words(parse(named.text)),))
    timed = split_time_range(_SORTED.sub("", _NOW.sub("", text)), knowledge.today)
    if timed.impossible:
        return sure(f"unreadable-day {timed.impossible}")
    question = _take_beginning(timed.rest)
    if timed.range and timed.range.command == "today" and (count := _TOP_COUNT.fullmatch(timed.rest or "")):
        return sure(f"top {count[1]}")
    if not _is_question(question, timed.range, text):
        return None
    return _answer(question, timed.range, knowledge)


def _take_beginning(text: str) -> _Question:
    question = _Question(rest=text)
    while question.rest:
        for pattern, part in ((_RANK, "rank"), (_ASKING, "asked"), (_NOUN, "noun"), (_ARTICLE, "article")):
            if found := pattern.match(question.rest):
                _note(question, part, found)
                question.rest = question.rest[found.end() :].strip(" ,:")
                break
        else:
            break
    while found := _PREPOSITION.match(question.rest):
        question.about = True
        question.rest = question.rest[found.end() :].strip()
    return question


def _note(question: _Question, part: str, found: re.Match[str]) -> None:
    match part:
        case "rank":
            question.rank = next(name for name in ("votes", "new", "recent") if found[name])
        case "asked":
            question.asked = True
        case "noun":
            question.noun = True


def _is_question(question: _Question, span: TimeRange | None, text: str) -> bool:
    """Titles have colons, and words of time or rank alone; a question has a frame round its topic."""
    if ":" in question.rest.replace("has:", "") or '"' in text:
        return False
    framed = question.asked or question.noun or question.about
    starts_with_name = question.rest.casefold().startswith(("by ", "from ", "written by ", "authored by "))
    if span:
        return True
    if question.rank:
        whole = not question.rest
        return (framed and (question.noun or question.asked or question.rank == "votes")) and (
            question.about or whole or starts_with_name
        )
    if question.noun or question.asked:
        return bool(question.rest) and (question.about or starts_with_name or _is_plain_search(text))
    trailing = _TRAILING_NOUN.match(text)
    return bool(trailing and (starts_with_name or trailing["name"])) or _excludes_something(text)


def _excludes_something(text: str) -> bool:
    """*diffusion but not video*, in small letters: *Calling Without Looking* is a title."""
    found = _EXCLUDES.search(text)
    return found is not None and text[found.end() :] == text[found.end() :].casefold()


def _is_plain_search(text: str) -> bool:
    return text.casefold().startswith(
        ("search for ", "look up ", "i'm looking for", "i am looking for", "i'm interested in ", "i am interested in ",
         "i work on ", "i work in ", "my research is ", "what about ", "how about ", "tell me about ", "find papers")
    )  # fmt: skip


def _answer(question: _Question, span: TimeRange | None, knowledge: IntentKnowledge) -> Intent | None:
    words = question.rest
    if trailing := _TRAILING_NOUN.match(words):
        words = trailing["topic"] + (trailing["name"] or "")
    if words and (area := find_field(words)) is not None:
        return sure(f"field {area}".strip())
    topic = _topic(words, knowledge) if words else None
    if words and topic is None:
        return None
    if span is None and not question.rank:
        return sure(f"search {topic.text}", reading=_reading(topic, None, question)) if topic else None
    command = _list_command(topic.text if topic else "", span, question, knowledge)
    return sure(command, reading=_reading(topic, span, question))


def _topic(words: str, knowledge: IntentKnowledge) -> TopicPhrase | None:
    """A topic; a person's or lab's name with *by* or *from* before it is theirs."""
    topic = read_topic(words, knowledge)
    if topic and not topic.known and looks_like_name(words) and words.casefold().startswith("by "):
        return TopicPhrase(f'author:"{words[3:]}"', known=True)
    if topic and not topic.known and topic.text == words and is_sentence_like(words, knowledge.catalogue):
        inside = topics_inside(words, knowledge.catalogue)
        return TopicPhrase(" AND ".join(inside), known=True, corrected=True) if inside else None
    return topic


def _list_command(topic: str, span: TimeRange | None, question: _Question, knowledge: IntentKnowledge) -> str:
    if span:
        best_today = span.command == "today" and question.rank == "votes" and not topic
        return "top" if best_today else span.list_command(topic)
    match question.rank:
        case "recent":
            first = knowledge.today - LATELY
            return f"between {first.fromordinal(first.toordinal() + 1)} {knowledge.today} {topic}".strip()
        case "new":
            return f"week {topic}".strip() if topic else "today"
    return f"trending {topic}".strip()


def _reading(topic: TopicPhrase | None, span: TimeRange | None, question: _Question) -> tuple[LazyText, ...]:
    parts = [topic_in_words(parse(topic.text))] if topic else []
    if span:
        parts.append(span.said)
    elif question.rank == "recent":
        parts.append(t("the last twelve weeks"))
    elif question.rank == "new":
        parts.append(t("the last 7 days"))
    if span or question.rank:
        parts.append(t("by votes"))
    return tuple(parts)
