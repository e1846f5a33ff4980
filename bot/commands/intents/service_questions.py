"""What is asked about the service, not about papers: *how can I stop messages*, *is it free*, *export my list*."""

from __future__ import annotations

import re

from bot.commands.intents.intent import Intent, IntentKnowledge, likely, sure

_HOW = (
    r"(?:how (?:do|can|could|should|would) (?:i|we|one)|how (?:to|i|we)|can (?:i|we)|could i"
    r"|where (?:do|can) (?:i|we)|is there a way to|i (?:want|wanna|need|would like|'d like) to)"
)
_STOP = r"(?:stop|cancel|end|quit|delete|remove|get rid of|turn off|disable|unsubscribe(?: from)?)"
_IT = (
    r"(?:it|this|them|these|everything|(?:all )?(?:my |the |your |these |this )?(?:subscriptions?"
    r"|messages?|e-?mails?|notifications?|digests?|papers?|bot|service|newsletter|updates?"
    r"|membership))"
)
_TOPIC = (
    r"(?:a |an |my |the |one |some |this |new |another )*(?:topics?|subjects?|interests?|keywords?"
    r"|areas?|subscriptions?)"
)
_PAPER = r"(?:a |an |my |the |this |that |these |some )*(?:papers?|articles?|one|it|this)"
_LIST = r"(?:my |the |this )?(?:reading |saved )?(?:list|papers?|bookmarks|favou?rites|library)"
# Each is offered or shown: nothing here changes anything.
_LESS = ("topics", "settings layout titles")
_SHOWN: tuple[tuple[str, str], ...] = (
    (
        rf"(?:{_HOW} )?(?:share|forward|recommend|show|pass on) (?:{_PAPER}|{_TOPIC}|paperboy|this "
        r"bot|you)(?: (?:with|to|among) .+)?",
        "share",
    ),
    (
        rf"(?:{_HOW} )?(?:export|download|back ?up|extract) {_LIST}(?: .*)?",
        "export",
    ),
    (
        rf"(?:{_HOW} )?(?:save|bookmark|keep|store) {_PAPER}(?: for later)?",
        "saved",
    ),
    (
        rf"where (?:are|is) {_LIST}",
        "saved",
    ),
    (
        rf"{_HOW} (?:add|choose|pick|select|follow|find|subscribe(?: to)?) {_TOPIC}",
        "browse",
    ),
    (
        rf"(?:add|choose|pick) {_TOPIC}",
        "browse",
    ),
    (
        rf"{_HOW} (?:edit|change|remove|delete|manage|see|stop|unfollow|mute|rename) {_TOPIC}",
        "topics",
    ),
    (
        rf"(?:edit|change|remove|delete|manage) {_TOPIC}",
        "topics",
    ),
    (
        rf"{_HOW} (?:change|set|adjust|configure) (?:(?:the|my) )?(?:time|hour|schedule|delivery(?"
        r": time)?)(?: .*)?",
        "when",
    ),
    (
        rf"{_HOW} (?:change|set|adjust|configure) (?:(?:the|my|your) )?(?:settings|options|"
        r"preferences|language|layout)",
        "settings",
    ),
    (
        rf"{_HOW} (?:undo|take back|revert).*",
        "undo",
    ),
    (
        rf"{_HOW} (?:use|talk to|start with) (?:you|this|it|paperboy|this bot)",
        "help",
    ),
    (
        r"how often (?:do|does|will|would) (?:you|it|they|the digest|digests?|papers?|messages?) "
        r"(?:send|come|arrive|write|post|deliver|message)(?: .*)?",
        "when",
    ),
    (
        r"how (?:many|much) (?:messages?|e-?mails?) .*",
        "when",
    ),
    (
        r"why (?:did|do|am|was) i (?:get|got|receive|see|getting|sent|shown) (?:this|that|it|the|"
        r"these)(?: (?:paper|papers|one))?",
        "why",
    ),
    (
        r"why (?:this|that) (?:paper|one)",
        "why",
    ),
    (
        r"why did you (?:send|show) (?:me )?(?:this|that|it)(?: paper)?",
        "why",
    ),
    (
        r"(?:is|are) (?:it|this|you|paperboy|the service)(?: really| all)? (?:free|paid|safe|open "
        r"source)(?: .*)?",
        "help",
    ),
    (
        r"(?:what|how much) (?:does|do) (?:it|this|you|paperboy) cost",
        "help",
    ),
    (
        r"how much is (?:it|this)",
        "help",
    ),
    (
        r"who (?:made|built|wrote|runs|created|owns) (?:you|this|paperboy|it|this bot)",
        "help",
    ),
    (
        r"what(?:'s| is| are) (?:the |your )?sources?(?: of .+)?",
        "status",
    ),
    (
        r"where (?:do|does|are) (?:you|the papers|your papers|these papers|they|it|papers)(?: (?"
        r":get|take|find) .+| come from| from)",
        "status",
    ),
    (
        r"how many papers (?:do you (?:have|know)|are there)",
        "status",
    ),
    (
        r"what (?:should|could|can|do) (?:my|our|the) (?:team|group|lab|students?|colleagues?) "
        r"read(?: .*)?",
        "top",
    ),
    (
        r"(?:(?:can|could) i (?:get|have|see) )?(?:only |just )?(?:the )?(?:papers? )?(?:that "
        r"have |with |which have )code(?: only)?",
        "search has:code",
    ),
    (
        r"only papers (?:that have|with|which have) code",
        "search has:code",
    ),
)
_MUCH = r"(?:way |far )?too (?:much|many)(?: papers?| messages?| stuff)?"
_OFFERED: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"(?:stop|quit|delete|remove|unfollow|unsubscribe(?: from)?|cancel|clear) (?:all|every)"
        r"(?: of)?(?: (?:my|our|the))? (?:topics?|subscriptions?|follows|list)|unfollow everything",
        ("unsubscribe all", "pause"),
    ),
    (
        r"(?:stop|quit)(?: (?:sending|(?:e-?)?mailing|messaging|writing(?: to)?|texting|posting|spamming|bothering))"
        r"(?: (?:to )?(?:me|us|here))?(?: (?:papers?|digests?|messages?|anything|(?:e-?)?mails?))?",
        ("pause", "topics"),
    ),
    (
        rf"(?:{_HOW} )?{_STOP}(?: to)?(?: (?:get|getting|receive|receiving|send|sending|have|having)(?: me)?)? {_IT}",
        ("pause", "topics"),
    ),
    (r"(?:(?:send|give|show|bring) (?:me )?)?(?:less|fewer)(?: papers?| messages?| stuff)?", _LESS),
    (rf"(?:(?:i|we) (?:get|got|have|receive)|(?:it|this|that)(?:'s| is)|you send(?: me)?) {_MUCH}(?:[,;] .+)?", _LESS),
    (rf"{_MUCH}|reduce (?:it|the (?:amount|number).*|papers?|messages?)", _LESS),
    (r"skip (?:tomorrow|the next (?:one|digest|day))(?:'s digest)?", ("pause 2 days",)),
    (r"(?:nothing|no (?:digest|papers?)) tomorrow", ("pause 2 days",)),
    (r"skip (?:today|this one)(?:'s digest)?", ("pause 1 day",)),
)


def read_service_question(text: str, knowledge: IntentKnowledge) -> Intent | None:
    """What answers it, or the taps that do it; None for words about papers."""
    if len(text.split()) > 14 or ":" in text:
        return None
    for pattern, command in _SHOWN:
        if re.fullmatch(pattern, text, re.IGNORECASE):
            return sure(command)
    for pattern, commands in _OFFERED:
        if re.fullmatch(pattern, text, re.IGNORECASE) and not _names_topic(text, knowledge):
            return likely(*commands)
    return None


def _names_topic(text: str, knowledge: IntentKnowledge) -> bool:
    """*stop papers* is no topic here, but *delete it* may be one that is followed."""
    return knowledge.find_followed(text.partition(" ")[2]) is not None
