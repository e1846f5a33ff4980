"""What is said of the list shown last: *more*, *save 2*, *the second one*, *more like this*. Pure."""

from __future__ import annotations

import re

from bot.commands.intents.intent import Intent, IntentKnowledge, sure
from bot.papers import linked_paper_ids, parse_paper_id

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ONE = (
    r"(?:(?:the |my )?(?:number |no\.? ?|nr\.? ?|paper |#)?(?P<n>[1-9]\d?)"
    rf"|(?:the |my )?(?P<o>{'|'.join(_ORDINALS)}|last)(?: (?:one|paper|result))?"
    r"|(?P<this>it|this|that|these|those|them)(?: (?:one|ones|papers?))?)"
)
_SHOW = (
    r"(?:open|show(?: me)?|read|see|view|details? (?:of|on|about)|(?:the )?(?:abstract|summary|pdf|link|authors?) "
    r"(?:of|for|to)|pdf|abstract|tell me (?:more )?about|more (?:about|on)|who (?:wrote|made|are the authors of)|share)"
)
_LIKE = (
    r"(?:(?:show(?: me)?|find|give me|get) )?(?:more|similar|others?|papers|something|anything|ones)?"
    r"(?: papers?| ones)?"
)
# The action, and what calls it up before what names a paper.
_ACTIONS: tuple[tuple[str, str], ...] = (
    ("unsave", rf"(?:unsave|remove|take|drop) {_ONE}(?: (?:from|off) (?:saved|(?:my |the )?(?:saved|reading )?list))"),
    ("unsave", rf"unsave {_ONE}"),
    ("save", rf"(?:save|bookmark|keep|store) {_ONE}(?: (?:for later|please|paper))?"),
    ("why", rf"why (?:did i get |was i sent )?{_ONE}"),
    ("less", rf"(?:less|fewer|no more|not|nothing)(?: papers?)?(?: (?:like|of|as))? {_ONE}"),
    ("less", r"not (?:interested|interesting|relevant|for me|my (?:thing|topic))|boring|irrelevant"),
    ("similar", rf"{_LIKE} ?(?:like|similar to) {_ONE}|similar(?: papers| ones)?"),
    ("paper", rf"(?:{_SHOW} )?{_ONE}(?: with .+)?"),
)
_MORE = re.compile(
    r"(?:(?:show|give|send|get)(?: me)? |and )?(?:some )?(?:more|the rest|the others|the next (?:ones|10|ten))"
    r"(?: papers?| of (?:it|them|these|those)| results)?|next(?: page| ones?)?|what else|continue the list|go on",
    re.IGNORECASE,
)
_FOLLOW = re.compile(
    r"(?:yes |yeah |yep |ok |okay |sure |then )*(?:subscribe(?: me)?(?: to)?|follow|add|track)"
    r"(?: (?:it|this|that|this one|that one|this topic|that topic))?(?: too)?",
    re.IGNORECASE,
)
_NAMED_LIKE = re.compile(
    rf"(?:{_LIKE} ?(?:like|similar to)|similar(?: papers)? to|papers? (?:related|close|near) to) (?P<what>.+)",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?:it|this|that|these|those|them)(?: .+)?|papers?", re.IGNORECASE)


def read_list_reference(text: str, knowledge: IntentKnowledge) -> Intent | None:
    """What is wished of the list shown last, or of papers like a named one; None for other words."""
    if _MORE.fullmatch(text):
        return sure("listed more")
    if _FOLLOW.fullmatch(text) and text.casefold() not in ("subscribe", "follow", "add", "track"):
        return sure("listed follow")
    for action, pattern in _ACTIONS:
        if (found := re.fullmatch(pattern, text, re.IGNORECASE)) and not (action == "paper" and _BARE.fullmatch(text)):
            return sure(f"listed {action} {_number(found)}".strip())
    return _read_named_like(text, knowledge)


def read_like_link(text: str) -> Intent | None:
    """*papers like 2608.16887*: the papers like it, not it."""
    found = _NAMED_LIKE.fullmatch(text)
    ids = linked_paper_ids(found["what"]) if found else []
    named = parse_paper_id(found["what"]) if found else None
    if named or len(ids) == 1:
        return sure(f"similar {named or ids[0]}")
    return None


def _number(found: re.Match[str]) -> str:
    groups = found.groupdict()
    if groups.get("n"):
        return groups["n"]
    ordinal = (groups.get("o") or "").casefold()
    return ordinal if ordinal in ("", "last") else f"{_ORDINALS.index(ordinal) + 1}."


def _read_named_like(text: str, knowledge: IntentKnowledge) -> Intent | None:
    """*papers like UI-Mate*: a title is one where it is no topic, and said as only speech is."""
    found = _NAMED_LIKE.fullmatch(text)
    if found is None or not re.match(r"(?:show|find|give|get|more|similar|papers?|something|anything) ?", text, re.I):
        return None
    what = found["what"].strip(" \"'")
    if ":" in text[: found.start("what")] or (text[0].isupper() and text.istitle()):
        return None
    return sure(f"search {what}") if knowledge.find_topic(what) else sure(f"similar {what}")
