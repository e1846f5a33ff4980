"""Wishes about when and how digests come: *send it at 8 in the morning*, *stop for two weeks*, *only titles please*."""

from __future__ import annotations

import re

from bot.commands.intents.intent import Intent, likely, sure
from bot.commands.ui.timezones import parse_zone
from bot.errors import InputError

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "a": 1, "an": 1, "a couple of": 2,
}  # fmt: skip
_NUMBER = r"\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
_SPAN = rf"(?P<n>{_NUMBER}) (?P<unit>days?|weeks?|months?)"
_AWAY = (
    r"(?:pause|stop|mute|snooze|take a (?:break|pause)|be quiet|silence|(?:no|stop sending(?: me"
    r"| us)?) (?:papers?|digests?|messages?)"
    r"|(?:stop|pause) (?:it|everything|all|the digests?|sending(?: me)?(?: papers)?)"
    r"|i(?:'m| am|'ll be| will be) (?:on (?:vacation|holidays?|leave)|away|out of office|travell?ing|off)"
    r"|vacation|holidays?)"
)
_PAUSE_FOR = re.compile(rf"{_AWAY} (?:for )?(?:the next )?{_SPAN}", re.IGNORECASE)
_PAUSE_UNTIL = re.compile(rf"{_AWAY} (?:until|till|til) (?P<day>.+)", re.IGNORECASE)
_PAUSE_NEXT = re.compile(rf"{_AWAY} (?:until )?next week", re.IGNORECASE)
_HOURS = r"\d{1,2}(?:[:.]\d{2})?|" + "|".join(name for name in _NUMBERS if not name.startswith("a"))
_CLOCK = re.compile(
    rf"(?:(?P<half>half past|quarter past|quarter to) )?(?P<hour>{_HOURS})(?:h|hrs)?(?: ?o'?clock)?"
    r"(?: ?(?P<half_day>am|pm|a\.m\.?|p\.m\.?)| in the (?P<part>morning|afternoon|evening)| at (?P<night>night))?",
    re.IGNORECASE,
)
_MONTHS = frozenset(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november")
) | {"december"}
_NAMED_HOURS = {"noon": "12:00", "midday": "12:00", "midnight": "00:00", "lunch": "12:00", "lunchtime": "12:00"}
_IT = r"(?:it|them|the (?:digest|papers|list|message)|my (?:digest|papers)|digests?|papers?|everything)"
_SEND = re.compile(
    rf"(?:(?:send|deliver|bring|post|notify|e?-?mail|ping|message|remind|write)(?: (?:me"
    rf"|us))?(?: {_IT})?|(?:i |i'd )?(?:want|get|have|like|prefer) {_IT}"
    rf"|(?:change|set|move|make|shift|put)(?: (?:the|my|delivery))?(?: (?:time|hour|delivery|digest|{_IT}))?)"
    r"(?: (?:to|at|for|on))? (?P<when>.+)",
    re.IGNORECASE,
)
_NOTHING = (
    r"(?:not|never|nothing|no (?:papers|digests?|(?:e-?)?mails?|messages?)|(?:don't|do not|never) (?:send"
    r"|deliver|post|write"
    r"|message|e-?mail)(?: (?:me|us))?(?: (?:it|them|anything|papers|digests?))?)"
)
_DAYS = {
    "weekdays": r"(?:(?:only )?(?:on )?(?:weekdays|workdays|working days|work days)(?: only)?"
    rf"|{_NOTHING} (?:on|at|over) (?:the )?(?:weekends?|saturdays?,? (?:and|or|&) sundays?)"
    r"|no weekends?|(?:from )?monday (?:to|till|until|through) friday)",
    "daily": r"(?:every ?day|daily|each day|every single day)",
    "mon-sat": rf"{_NOTHING} on sundays?",
    "weekends": r"only on (?:the )?weekends?|weekends only",
}
_DAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?"
_NAMED_DAYS = re.compile(
    rf"(?:only |just )?(?:on |every )?(?P<days>{_DAY}(?:(?:,? and |, ?){_DAY})*)(?: only)?", re.IGNORECASE
)
_EVERY = re.compile(r"every (?:day|morning|evening|afternoon|noon|night)", re.IGNORECASE)
_ZONE = re.compile(
    r"(?:i (?:live|work|moved|am based|stay)|i(?:'m| am)(?: (?:living|based|located|now|(?:an? )?(?:phd |master )?"
    r"(?:student|researcher|engineer|professor|developer|postdoc|manager)))?|we(?:'re"
    r"| are)(?: based)?|i(?:'ve| have)? moved)"
    r" (?:in|to|from) (?P<place>.+)",
    re.IGNORECASE,
)
_NAMED_ZONE = re.compile(
    r"(?:(?:set|change) )?(?P<mine>my |the )?(?:time ?zone|city|zone)(?P<is> (?:is|to"
    r"|=))? (?P<place>.+)",
    re.IGNORECASE,
)
_COUNTRIES = {
    "germany": "Europe/Berlin", "france": "Europe/Paris", "japan": "Asia/Tokyo", "china": "Asia/Shanghai",
    "india": "Asia/Kolkata", "korea": "Asia/Seoul", "south korea": "Asia/Seoul", "italy": "Europe/Rome",
    "spain": "Europe/Madrid", "england": "Europe/London", "the uk": "Europe/London", "uk": "Europe/London",
    "switzerland": "Europe/Zurich", "austria": "Europe/Vienna", "the netherlands": "Europe/Amsterdam",
    "netherlands": "Europe/Amsterdam", "poland": "Europe/Warsaw", "turkey": "Europe/Istanbul",
    "israel": "Asia/Jerusalem",
    "taiwan": "Asia/Taipei", "vietnam": "Asia/Ho_Chi_Minh", "california": "America/Los_Angeles",
    "sweden": "Europe/Stockholm",
}  # fmt: skip
_SURE_WORDS: dict[str, str] = {
    r"(?:pause|pause (?:it|the digests?|for now))": "pause",
    r"(?:resume|continue|unpause|i(?:'m| am) back(?: from .+)?|start again|turn (?:it"
    r"|them) (?:back )?on(?: again)?|wake up|go on|carry on|start sending(?: me)?(?: papers)? again)": "resume",
    r"(?:when|what time|at what time|at which hour) (?:do|does|will) (?:you|it|they|the|my|digests?"
    r"|papers?)(?: (?:send|digests?|papers?|deliver|come|arrive|it|me|them|my|the))*": "when",
    r"(?:change|set) (?:the |my )?(?:time|hour|schedule|delivery time)|(?:twice|two times|several times) a day": "when",
    r"(?:change|set) (?:the |my )?(?:time ?zone|city)": "settings zone",
    r"(?:(?:turn|switch) off (?:the )?(?:sound|notifications?)|no sounds?|silent(?:ly)?|without sound|(?:turn"
    r"|switch) (?:the )?sound off|sound off)": "settings sound off",
    r"(?:(?:turn|switch) on (?:the )?(?:sound|notifications?)|with sound|(?:turn"
    r"|switch) (?:the )?sound on|sound on)": "settings sound on",
    r"(?:(?:only|just)(?: the)? titles|titles only|no summaries)": "settings layout titles",
    r"(?:full|longer|all)(?: the)? summaries|everything with summaries": "settings layout full",
    r"(?:no (?:pictures|images|thumbnails)|(?:turn|switch) off (?:the )?(?:pictures|images)"
    r"|without pictures)": "settings pictures off",
    r"(?:(?:show|with) (?:pictures|images|thumbnails)|(?:turn|switch) on (?:the )?(?:pictures"
    r"|images))": "settings pictures on",
    r"(?:don't|do not|never) (?:tell|message|write) me (?:when|if) (?:there is"
    r"|there's) nothing(?: new)?": "settings notes never",
    r"(?:tell|message) me (?:when|if|even if) (?:there is|there's) nothing(?: new)?": "settings notes daily",
    r"wait for the (?:complete|full|whole) list": "settings complete wait",
    r"(?:weekly (?:roundup|summary)|(?:turn|switch) on (?:the )?roundup"
    r"|send me a weekly (?:roundup|summary))": "settings roundup on",
    r"(?:no roundup|(?:turn|switch) off (?:the )?roundup)": "settings roundup off",
    r"(?:(?:show |change |open )?(?:my |the )?(?:settings|preferences|options|configuration)|set+ings)": "settings",
}
_LIKELY_WORDS: dict[str, tuple[str, ...]] = {
    r"(?:take|have|i need) a (?:break|pause)": ("pause",),
    r"(?:i(?:'m| am) (?:on (?:vacation|holidays?)|away))": ("pause",),
    r"(?:weekly|once a week)(?: instead of daily| please)?|(?:only|just) (?:weekly|once a week)"
    r"|weekly (?:digests?|mails?)"
    r"|(?:switch|change) to weekly": ("when weekly",),
    r"(?:make (?:it|them|the digests?) )?(?:shorter|smaller)(?: digests?| messages?)?|shorten (?:it|them"
    r"|the digests?)|too long|(?:it's|this is) too (?:much|long)": ("settings layout titles",),
    r"reset (?:my |the |all )?settings|(?:back to|restore) (?:the )?defaults": ("settings defaults again",),
    r"too many (?:papers|messages)|that's too many": ("topics", "settings layout titles"),
}
_SUMMARIES = re.compile(r"(?:show |send |give )?(?:me )?(?P<n>3|5|7|10) summaries", re.IGNORECASE)
_PAPERS_A_DAY = re.compile(
    r"(?:show |send |give |i want )?(?:me )?(?:only |just |max |at most |no more than )?(?P<n>\d{1,2}"
    r"|three|five|seven|ten)"
    r" (?:papers?|articles?)(?: (?:a|per|each|every) (?:day|digest))?(?: max| only)?",
    re.IGNORECASE,
)


def read_schedule_wish(text: str) -> Intent | None:
    """Hour, zone, days, pausing and the other settings; None for any other sentence."""
    if len(text.split()) > 14:
        return None
    return _read_pause(text) or _read_setting(text) or _read_zone(text) or _read_when(text)


def _read_pause(text: str) -> Intent | None:
    if found := _PAUSE_FOR.fullmatch(text):
        n = _NUMBERS.get(found["n"].casefold()) or int(found["n"])
        unit = found["unit"].casefold().rstrip("s")
        return sure(f"pause {n} {unit}{'s' if n > 1 else ''}")
    if found := _PAUSE_UNTIL.fullmatch(text):
        first = "1 " if found["day"].casefold() in _MONTHS else ""
        return sure(f"pause {first}{found['day']}")
    return sure("pause 1 week") if _PAUSE_NEXT.fullmatch(text) else None


def _read_setting(text: str) -> Intent | None:
    if found := _SUMMARIES.fullmatch(text):
        return sure(f"settings summaries {found['n']}")
    if found := _PAPERS_A_DAY.fullmatch(text):
        wanted = _NUMBERS.get(found["n"].casefold()) or int(found["n"])
        return likely(f"settings summaries {min((3, 5, 7, 10), key=lambda each: abs(each - wanted))}")
    for pattern, command in _SURE_WORDS.items():
        if re.fullmatch(pattern, text, re.IGNORECASE):
            return sure(command)
    return next(
        (likely(*offers) for pattern, offers in _LIKELY_WORDS.items() if re.fullmatch(pattern, text, re.I)), None
    )


def _read_zone(text: str) -> Intent | None:
    if (found := _NAMED_ZONE.fullmatch(text)) and (found["mine"] or found["is"] or _is_zone(found["place"])):
        return sure(f"when {found['place']}")
    found = _ZONE.fullmatch(text)
    if found is None:
        return None
    place = found["place"]
    if place.casefold() in _COUNTRIES:
        return likely(f"when {_COUNTRIES[place.casefold()]}")
    return sure(f"when {place}") if _is_zone(place) else None


def _is_zone(place: str) -> bool:
    try:
        return bool(parse_zone(place))
    except InputError:
        return False


def _read_when(text: str) -> Intent | None:
    sent = _SEND.fullmatch(text)
    words = sent["when"] if sent else text
    parts = _schedule_parts(words)
    if parts is None or not parts:
        return None
    # A bare number is a search or a page, not an hour, unless something is to be sent.
    return sure(f"when {' '.join(parts)}") if sent or _says_hour(words) or not re.search(r"\d", words) else None


def _says_hour(words: str) -> bool:
    return bool(
        re.search(
            r"\d ?(?:am|pm|a\.m|p\.m|o'?clock)|:\d\d|in the (?:morning|evening|afternoon)|\b(?:at|past|morning"
            r"|evening)\b",
            words,
            re.I,
        )
    )


def _schedule_parts(words: str) -> list[str] | None:
    """Days, hour and zone in *every day at 8 in the morning Berlin time*; None where something else is said, too."""
    parts, rest = list[str](), words.strip()
    for _ in range(4):
        if not rest:
            return parts
        taken = _take_days(rest) or _take_hour(rest) or _take_place(rest, first=not parts)
        if taken is None:
            return None
        part, rest = taken
        parts += [part] if part else []
    return parts if not rest else None


def _take_days(rest: str) -> tuple[str, str] | None:
    for name, pattern in _DAYS.items():
        if found := re.match(rf"(?:{pattern})(?=$|[ ,])", rest, re.IGNORECASE):
            return name, rest[found.end() :].strip(" ,")
    if found := re.match(rf"(?:{_NAMED_DAYS.pattern})(?=$|[ ,])", rest, re.IGNORECASE):
        names = re.split(r",? and |, ?", found["days"].casefold())
        return ",".join(name.rstrip("s") for name in names), rest[found.end() :].strip(" ,")
    found = _EVERY.match(rest)
    return ("", rest[found.end() :].strip()) if found and found.end() < len(rest) else None


def _take_hour(rest: str) -> tuple[str, str] | None:
    rest = re.sub(r"^(?:to|at|for|around|by) ", "", rest, flags=re.IGNORECASE)
    first = rest.partition(" ")[0].casefold()
    if first in _NAMED_HOURS:
        return _NAMED_HOURS[first], rest[len(first) :].strip()
    found = _CLOCK.match(rest)
    if found is None or (found.end() < len(rest) and rest[found.end()] not in " ,"):
        return None
    return _hour_text(found), rest[found.end() :].strip(" ,")


def _hour_text(found: re.Match[str]) -> str:
    """``HH:MM``; an hour there is not stays as it was said, so that it can be pointed at."""
    said = found["hour"].casefold()
    hours, _, minutes = said.replace(".", ":").partition(":")
    hour, minute = _NUMBERS.get(hours) or int(hours), int(minutes or 0)
    shift = {"half past": (0, 30), "quarter past": (0, 15), "quarter to": (-1, 45)}.get(
        (found["half"] or "").casefold()
    )
    if shift:
        hour, minute = hour + shift[0], shift[1]
    late = (found["half_day"] or "").casefold().startswith("p") or (found["part"] or "") in ("afternoon", "evening")
    early = (found["half_day"] or "").casefold().startswith("a")
    if 1 <= hour <= 12 and (late or early or found["night"]):
        hour = hour % 12 + (12 if late or found["night"] else 0)
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else f"{hours}:{minutes or '00'}"


def _take_place(rest: str, *, first: bool) -> tuple[str, str] | None:
    """*Berlin time*, *in Tokyo*: only behind an hour or days."""
    place = re.sub(r"^(?:in|by) | (?:time|clock|timezone)$", "", rest, flags=re.IGNORECASE)
    return (place, "") if not first and _is_zone(place) else None
