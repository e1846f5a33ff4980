"""From a sentence to its intent: each kind of sentence is read by one module, in an order in which the surer comes
first. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.commands.intents.follow_wishes import read_follow_wish
from bot.commands.intents.intent import Certainty, Intent, IntentKnowledge, sure
from bot.commands.intents.list_questions import read_list_question
from bot.commands.intents.list_references import read_like_link, read_list_reference
from bot.commands.intents.pasted_links import read_pasted
from bot.commands.intents.phrasing import collapse_sentence, strip_politeness
from bot.commands.intents.schedule_wishes import read_schedule_wish
from bot.commands.intents.service_questions import read_service_question
from bot.commands.intents.small_talk import read_small_talk
from bot.commands.intents.topic_phrases import find_field, find_foreign_name
from bot.commands.queries.phrase_corrections import correct_phrase
from bot.commands.queries.sentence_topics import topics_inside

MAX_SENTENCE_WORDS = 30
_GRAMMAR = re.compile(
    r"\b(?:author|org|title|keyword|has|since|match|also|source|field):|\b(?:AND|OR|NOT)\b|upvotes ?[>≥]|(?:^"
    r"|\s)-\w|[()|\"]"
)
_FOREIGN_LETTER = re.compile(r"[\u0370-\u1fff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_FOREIGN_SPEECH = re.compile(
    r"(?:je |j'|montre|cherche |ich |zeig|suche |gibt es |quiero |busco |muéstrame |me (?:gusta"
    r"|interesa)|hay |eu quero "
    r"|quero |mostre|vorrei |voglio |cerco |mostra)",
    re.IGNORECASE,
)
_QUESTION_WORDS = re.compile(
    r"(?:how (?:do|can|does|to)(?: i| we| you| one)?|why (?:do|does|is|are)|what (?:is|are)|can (?:i|we|you)"
    r"|explain)(?: (?:make|do|use|get|build|train))?(?: (?:the|a|an))? ",
    re.IGNORECASE,
)


def understand(text: str, knowledge: IntentKnowledge) -> Intent | None:
    """What the whole message means; None for words that no rule knows, which stay a search."""
    if like := read_like_link(strip_politeness(text)):
        return like
    if pasted := read_pasted(text):
        return pasted
    whole = collapse_sentence(text) or text.strip()
    if small := (
        read_small_talk(whole) or read_list_reference(whole, knowledge) or read_service_question(whole, knowledge)
    ):
        return small
    if len(whole.split()) > MAX_SENTENCE_WORDS or _GRAMMAR.search(whole):
        return None
    words = strip_politeness(whole)
    return _read_sentence(words, knowledge) or _read_two_wishes(words, knowledge) or _read_name(words, knowledge)


def as_typed(text: str, intent: Intent | None) -> Intent | None:
    """Sure where what is likely is just what was typed: a command that only lacks its slash (*unmute speech*)."""
    if intent is None or intent.commands != (text.strip(),):
        return intent
    return replace(intent, certainty=Certainty.SURE)


def _read_sentence(words: str, knowledge: IntentKnowledge) -> Intent | None:
    return (
        read_small_talk(words)
        or read_list_reference(words, knowledge)
        or read_service_question(words, knowledge)
        or _read_field(words)
        or read_schedule_wish(words)
        or _single_wish(words, knowledge)
        or _impossible_day(words)
        or read_list_question(words, knowledge)
    )


def _single_wish(words: str, knowledge: IntentKnowledge) -> Intent | None:
    """A wish, unless it is two of them."""
    return None if _read_two_wishes(words, knowledge) else read_follow_wish(words, knowledge)


def _read_field(words: str) -> Intent | None:
    area = find_field(words)
    return None if area is None else sure(f"field {area}".strip())


def _read_two_wishes(words: str, knowledge: IntentKnowledge) -> Intent | None:
    """*follow robotics and send it at 8*: both, as surely as the less sure of them."""
    one, joined, other = (
        re.split(r",? (and|then|but) ", words, maxsplit=1, flags=re.I)
        if re.search(r" (?:and|then|but) ", words, re.I)
        else ("", "", "")
    )
    first, second = (_read_wish(strip_politeness(part), knowledge) if joined else None for part in (one, other))
    if first is None or second is None:
        return None
    certain = first.certainty is second.certainty is Certainty.SURE
    return Intent((*first.commands, *second.commands), Certainty.SURE if certain else Certainty.LIKELY)


def _read_wish(words: str, knowledge: IntentKnowledge) -> Intent | None:
    return read_schedule_wish(words) or read_follow_wish(words, knowledge)


def _impossible_day(words: str) -> Intent | None:
    if re.fullmatch(
        r"yesterday's tomorrow|tomorrow's yesterday|(?:the day (?:after|before) )?tomorrow|next (?:week"
        r"|month|year)",
        words,
        re.I,
    ):
        return sure(f"unreadable-day {words}")
    found = re.fullmatch(
        r"(?:papers (?:of|from|on) )?(?:the )?last ((?:january|february|march|april|may|june|july|august"
        r"|september|october|november|december) \d{1,2})",
        words,
        re.I,
    )
    return sure(f"unreadable-day {found[1]}") if found else None


def _read_name(words: str, knowledge: IntentKnowledge) -> Intent | None:
    """A topic's name in another language or with a slip of the keys; a question with a topic inside."""
    if named := find_foreign_name(words):
        return sure(f"field {find_field(named)}".strip()) if find_field(named) is not None else sure(f"search {named}")
    if meant := correct_phrase(words, knowledge.catalogue):
        return sure(f"search {meant}")
    if _FOREIGN_SPEECH.match(words):
        return _read_foreign(words, knowledge)
    if _FOREIGN_LETTER.search(words) and len(_FOREIGN_LETTER.findall(words)) > len(words) / 2:
        return sure(f"language {words}")
    return _topic_inside(words, knowledge)


def _read_foreign(words: str, knowledge: IntentKnowledge) -> Intent:
    """*je veux suivre la vision par ordinateur*: the one topic or field in it, else that papers are in English."""
    parts = words.rstrip(".!? ").split()
    for length in range(min(5, len(parts)), 0, -1):
        for at in range(len(parts) - length, -1, -1):
            named = find_foreign_name(" ".join(parts[at : at + length]).strip(",.;"))
            if named and find_field(named) is not None:
                return sure(f"field {find_field(named)}".strip())
            if named:
                return sure(f"search {named}")
    found = topics_inside(words, knowledge.catalogue)
    return sure(f"search {' AND '.join(found)}") if found else sure(f"language {words}")


def _topic_inside(words: str, knowledge: IntentKnowledge) -> Intent | None:
    """The catalogue's topics named in a question, joined with AND; longest names first, at most three."""
    asked = _QUESTION_WORDS.match(words)
    if asked is None or len(words.split()) > 14 or re.search(r"[?:] ", words):
        return None
    found = topics_inside(words[asked.end() :], knowledge.catalogue)
    return sure(f"search {' AND '.join(found)}") if found else None
