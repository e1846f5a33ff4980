"""A sentence without its politeness."""

from __future__ import annotations

import re

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " "})
_OPENINGS = re.compile(
    r"(?:(?:hi|hello|hey|ok|okay|so|well|oh|um|great|and|also|actually|maybe)(?: there| paperboy| bot)?[,!. ]+"
    r"|(?:please|pls|plz|kindly)[, ]+"
    r"|(?:can|could|would|will) you (?:please )?"
    r"|(?:can|could|may) i (?:please )?(?=get|have|see)"
    r"|i(?:'d| would) (?:like|love) (?:you )?to "
    r"|i (?:want|need|wish) (?:you )?to |(?:i |we )?(?:wanna|gonna|want|wish) (?=follow|subscribe))",
    re.IGNORECASE,
)
_CLOSINGS = re.compile(
    r"(?:[, ]+(?:please|pls|plz|thanks|thank you|thx|for me|for us|if possible|if you can))$", re.IGNORECASE
)
_END = " .!?,;…🙏🙂😀😊👍"


def collapse_sentence(text: str) -> str:
    """One line with plain quotes and without the punctuation at its end."""
    return " ".join(text.translate(_QUOTES).split()).rstrip(_END)


def strip_politeness(text: str) -> str:
    """*could you please follow robotics for me?* as *follow robotics*; never empty where ``text`` is not."""
    kept = collapse_sentence(text)
    while (opening := _OPENINGS.match(kept)) and opening.end() < len(kept):
        kept = kept[opening.end() :]
    while closing := _CLOSINGS.search(kept):
        if not closing.start():
            break
        kept = kept[: closing.start()].rstrip(_END)
    return kept
