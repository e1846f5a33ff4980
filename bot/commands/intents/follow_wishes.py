"""Wishes to follow, to stop and to keep out: *subscribe me to RAG*, *stop sending me stuff about video*."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

from bot.commands.intents.intent import Intent, IntentKnowledge, likely, sure
from bot.commands.intents.topic_phrases import TopicPhrase, find_field, looks_like_name, read_topic
from bot.matching.rule.lab_aliases import is_known_lab

_WHO = r"(?: (?:me|us|this (?:channel|group|chat)|our (?:channel|group|team|chat)|the (?:channel|group)))?"
_PAPERS = r"(?:(?:all |any |the |new )*(?:papers?|everything|anything|news|something|updates?))"
_FOLLOW = re.compile(
    rf"(?:subscribe{_WHO}(?: to| for| on| in)?(?: (?:the |a )?topics?(?: of)?)? (?P<a>.+)"
    r"|sign (?:me|us) up (?:for|to) (?P<b>.+)"
    r"|keep (?:me|us) (?:posted|updated|informed|up to date) (?:on|about|with) (?P<c>.+)"
    rf"|(?:notify|alert|inform|tell|let) (?:me|us)(?: know)? (?:about|of|when(?: there (?:is|are))?"
    rf"|if there (?:is|are)) {_PAPERS} (?:on|about) (?P<d>.+)"
    rf"|send (?:me|us) {_PAPERS} (?:on|about) (?P<e>.+?)(?: (?:every ?day|daily|each day))?"
    r"|add (?P<f>.+) to (?:my|our|the) (?:topics?|list|subscriptions?|digest))",
    re.IGNORECASE,
)
_WEAK_FOLLOW = re.compile(rf"(?P<verb>follow|track|watch|add){_WHO} (?P<what>.+)", re.IGNORECASE)
_UNFOLLOW = re.compile(rf"(?:unsubscribe{_WHO}(?: from| to)?|unfollow|stop following) (?P<what>.+)", re.IGNORECASE)
_STOP = re.compile(
    r"(?:(?:stop|remove|drop|delete|cancel)(?: sending(?: (?:me|us))?)?(?: papers?| stuff| things"
    r"| messages)?(?: (?:about|on|with|from))? (?P<a>.+?)"
    r"(?: from (?:my|our|the) (?:topics?|list|subscriptions?|digest))?"
    r"|i(?:'m| am)? (?:don't|do not|no longer) (?:want|need|care about)(?: to see)? (?P<b>.+?)(?: any ?more"
    r"| any longer)?"
    r"|no more (?P<c>.+))",
    re.IGNORECASE,
)
_KEEP_OUT = re.compile(
    r"(?:mute|hide|ignore|filter out|less|fewer|i hate|(?:i am |i'm )?not interested in|(?:don't"
    r"|do not|never) (?:show|send"
    r"|give) (?:me|us)"
    r"|i(?:'m| am) (?:tired|sick) of)(?: (?:anything|everything|all|any|stuff))? (?P<what>.+)",
    re.IGNORECASE,
)
_LET_IN = re.compile(r"(?:unmute|unhide|unblock) (?P<what>.+)", re.IGNORECASE)
_EVERYTHING = re.compile(
    r"(?:(?:unsubscribe|unfollow)(?: me| us)?(?: from| to)?|stop(?: sending| following)?(?: me| us)?) "
    r"(?:everything|all|all of (?:it|them)|(?:all )?(?:the |these |your )?(?:papers|messages|digests"
    r"|notifications|spam)|it|this|now)"
    r"|leave me alone|go away|shut up|stop it|stop sending(?: (?:me|us))?(?: anything)?",
    re.IGNORECASE,
)
_MOST_VOTED = (
    r"(?:the )?(?:day'?s |daily )?(?:trending|top(?: \d+)?|best|hottest|most[- ](?:voted|upvoted|liked|popular))"
    r"(?: papers?| ones)?(?: of (?:the|each|every) day)?"
)
_DAILY, _WEEKLY = r"(?:every ?day|daily|each day|every morning)", r"(?:every week|weekly|each week|once a week)"
_TRENDING = re.compile(
    rf"(?:(?:subscribe{_WHO}(?: to)?|sign (?:me|us) up (?:for|to)|follow) {_MOST_VOTED}"
    rf"(?: (?:{_DAILY}|(?P<a>{_WEEKLY})))?"
    rf"|(?:(?:send|give|bring|mail|e-?mail|post)(?: (?:me|us))?|(?:i )?want|i'd like) {_MOST_VOTED}"
    rf" (?:{_DAILY}|(?P<b>{_WEEKLY})))",
    re.IGNORECASE,
)
_VERBS = ("subscribe", "unsubscribe", "follow", "unfollow", "unmute")
MAX_WISH_WORDS = 14


def correct_verb(text: str) -> tuple[str, bool]:
    """The sentence with its first word as it was meant (*unsubcribe*), and whether that was another one."""
    first, _, rest = text.partition(" ")
    word = first.casefold()
    if not rest or word in _VERBS or len(word) < 5:
        return text, False
    near = [verb for verb in _VERBS if OSA.distance(word, verb) <= (2 if len(verb) > 7 else 1)]
    return (f"{near[0]} {rest}", True) if near else (text, False)


def read_follow_wish(text: str, knowledge: IntentKnowledge) -> Intent | None:
    """Following, stopping or muting; None for any other sentence."""
    if ":" in text.replace("author:", "").replace("org:", "") or len(text.split()) > MAX_WISH_WORDS:
        return None
    if _EVERYTHING.fullmatch(text):
        return likely("pause", "topics")
    if found := _TRENDING.fullmatch(text):
        return sure("subscribe trending", *(["when weekly"] if found["a"] or found["b"] else []))
    corrected, misspelt = correct_verb(text)
    return (
        _read_following(corrected, knowledge, misspelt=misspelt)
        or _read_stopping(corrected, knowledge, misspelt=misspelt)
        or _read_muting(corrected, knowledge)
    )


def _read_following(text: str, knowledge: IntentKnowledge, *, misspelt: bool) -> Intent | None:
    if found := _FOLLOW.fullmatch(text):
        what = next(filter(None, found.groups()))
        return _follow(what, knowledge, certain=not misspelt)
    found = _WEAK_FOLLOW.fullmatch(text)
    if found is None:
        return None
    return _follow_if_known(found["verb"], found["what"], knowledge, misspelt=misspelt)


def _follow(what: str, knowledge: IntentKnowledge, *, certain: bool) -> Intent | None:
    if (area := find_field(what)) is not None:
        return sure(f"field {area}".strip())
    if both := _two_topics(what, knowledge):
        return likely(*(f"subscribe {topic}" for topic in both))
    topic = read_topic(what, knowledge)
    if topic is None:
        return None
    command = f"subscribe {topic.text}"
    return sure(command) if certain and not topic.corrected else likely(command)


def _follow_if_known(text_verb: str, what: str, knowledge: IntentKnowledge, *, misspelt: bool) -> Intent | None:
    """*Follow the Flow* is a title: what the catalogue does not know is offered at most, and only in small letters."""
    verb = text_verb.casefold()
    if (area := find_field(what)) is not None:
        return sure(f"field {area}".strip())
    if both := _two_topics(what, knowledge):
        return likely(*(f"subscribe {topic}" for topic in both))
    topic = read_topic(what, knowledge)
    if topic is None:
        return None
    if topic.known:
        return _follow(what, knowledge, certain=not misspelt)
    if labs := _labs(what):
        return likely(*(f'subscribe org:"{lab}"' for lab in labs))
    if verb == "follow" and looks_like_name(what):
        return likely(f'subscribe author:"{what}"')
    said_plainly = topic.text == topic.text.casefold() or (text_verb == "follow" and len(topic.text.split()) == 1)
    return likely(f"subscribe {topic.text}") if verb == "follow" and said_plainly else None


def _labs(what: str) -> list[str]:
    """The labs that the words name, where each is one that is known by name."""
    names = re.split(r",? and |, | & ", re.sub(r"^the ", "", what, flags=re.IGNORECASE))
    return names if len(names) <= 4 and any(map(is_known_lab, names)) and _is_capitalized(names) else []


def _is_capitalized(names: list[str]) -> bool:
    return all(name[:1].isupper() for name in names)


def _two_topics(what: str, knowledge: IntentKnowledge) -> list[str]:
    """Both sides of *diffusion and robotics*, where each is a topic and the whole is none."""
    parts = re.split(r",? and |, | & ", what)
    if len(parts) < 2 or len(parts) > 4 or knowledge.find_topic(what):
        return []
    topics = [read_topic(part, knowledge) for part in parts]
    return [topic.text for topic in topics if topic] if all(topic and topic.known for topic in topics) else []


def _read_stopping(text: str, knowledge: IntentKnowledge, *, misspelt: bool) -> Intent | None:
    if found := _UNFOLLOW.fullmatch(text):
        return _stop(read_topic(found["what"], knowledge), knowledge, certain=not misspelt)
    found = _STOP.fullmatch(text)
    topic = read_topic(next(filter(None, found.groups())), knowledge) if found else None
    if topic is None:
        return None
    if followed := knowledge.find_followed(topic.text):
        return sure(f"unsubscribe {followed}")
    return _mute(topic)


def _stop(topic: TopicPhrase | None, knowledge: IntentKnowledge, *, certain: bool) -> Intent | None:
    if topic is None:
        return None
    command = f"unsubscribe {knowledge.find_followed(topic.text) or topic.text}"
    return sure(command) if certain and not topic.corrected else likely(command)


def _read_muting(text: str, knowledge: IntentKnowledge) -> Intent | None:
    if found := _LET_IN.fullmatch(text):
        return likely(f"unmute {found['what']}")
    found = _KEEP_OUT.fullmatch(text)
    topic = read_topic(found["what"], knowledge) if found else None
    return _mute(topic) if topic else None


def _mute(topic: TopicPhrase) -> Intent | None:
    """Offered, never done: what is kept out is not seen again. A title begins with capitals, a wish seldom does."""
    if len(topic.text.split()) > 4 or (not topic.known and topic.text != topic.text.casefold()):
        return None
    return likely(f"mute {topic.text}")
