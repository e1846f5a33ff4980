"""The form of a word: what is left when spelling, number and case are set aside.

Two words are the same word exactly when their forms are equal: *Behaviours*, *behavior* and *behaviour's* are one,
*cluster* and *clustering* are two. Unlike a stem, a form never joins words of different meaning, which is what lets
the rule tell a GPU cluster from clustering. A form is a key, not a word to be shown: *exercise* becomes *exercize*,
which harms nothing, since it happens on both sides.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from threading import Lock

import snowballstemmer

from bot.matching.text.lexicon import read_table

_IRREGULAR = read_table("irregular.tsv")
_GREEK_LETTER_NAMES = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon phi
    chi psi omega
"""
_GREEK = dict(enumerate(_GREEK_LETTER_NAMES.split(), ord("α")))
_POSSESSIVE = re.compile(r"['’](?:s|S)?$")
# LLMs, VAEs, GPUs, APIs: the plural of what is written in capitals.
_CAPITALS = re.compile(r"[A-Z][A-Za-z0-9]*[A-Z0-9]s")
_SYMBOLS = (("+", "plus"), ("#", "sharp"), (".", "dot"), (",", ""), ("'", ""))
# The first ending that fits decides; None: it is no plural.
_SINGULAR_RULES = (
    (re.compile(r"(?:ss|us|is|ics)$"), None),
    (re.compile(r"(?<=[a-z]{2})ies$"), "y"),
    (re.compile(r"(?<=ss)es$|(?<=sh)es$|(?<=ch)es$|(?<=x)es$|(?<=tz)es$"), ""),
    (re.compile(r"(?<=[a-z]{2}o)es$"), ""),
    (re.compile(r"(?<=[a-z0-9]{2})s$"), ""),
)
_DOUBLED_L = "cance|channe|counse|dia|equa|fue|labe|leve|marve|mode|panne|riva|signa|spira|tota|trave|tria|tunne|unrave"
_AMERICAN_RULES = (
    (re.compile(r"is(e[dr]?|ing|able|ability|ation(?:al)?)$"), r"iz\1"),
    (re.compile(r"(anal|catal|paral)ys(e[dr]?|ing)$"), r"\1yz\2"),
    (re.compile(r"^(behavi|col|endeav|fav|flav|harb|hon|hum|lab|neighb|rum|sav|tum|vap|vig)our"), r"\1or"),
    (re.compile(r"(cent|met|fib|lit|theat|calib|spect)re(d?)$"), r"\1er\2"),
    (re.compile(rf"({_DOUBLED_L})ll(ed|ing|er)$"), r"\1l\2"),
    (re.compile(r"^(anal|catal|dial|epil|homol|monol|prol)ogue"), r"\1og"),
    (re.compile(r"(an|leuk|isch|glyc|sept)aemi"), r"\1emi"),
    (re.compile(r"^(encyclop|orthop|p)aed"), r"\1ed"),
    (re.compile(r"^haem"), "hem"),
    (re.compile(r"^foet"), "fet"),
)


@lru_cache(maxsize=1 << 17)
def normalize(word: str) -> str:
    """The form of one word as it stands in a text, with or without a possessive.

    Made of lower-case letters and digits only: ``c++`` and ``4.1`` are spelt out.
    """
    word = _POSSESSIVE.sub("", word)
    if _CAPITALS.fullmatch(word):
        word = word[:-1]
    plain = fold_word(word)
    if not plain.isalpha():
        for symbol, name in _SYMBOLS:
            plain = plain.replace(symbol, name)
    return _IRREGULAR.get(plain) or _american(_singular(plain))


@lru_cache(maxsize=1 << 17)
def fold_word(word: str) -> str:
    """The word itself, without regard to case and accents, Greek letters by their names (*β* as *beta*)."""
    # Normalised first: a mathematical capital has no small letter of its own.
    word = unicodedata.normalize("NFKC", word).casefold().replace("’", "'")
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word)
    plain = "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", plain.translate(_GREEK))


def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s"):
        return word
    for ending, singular in _SINGULAR_RULES:
        if ending.search(word):
            return word if singular is None else ending.sub(singular, word)
    return word


def _american(word: str) -> str:
    for british, american in _AMERICAN_RULES:
        word = british.sub(american, word, count=1)
    return _IRREGULAR.get(word, word)


# It works on its own fields, so two threads at once get each other's words: the index stems beside the event loop.
_STEMMER = snowballstemmer.stemmer("english")
_STEMMER_LOCK = Lock()


@lru_cache(maxsize=1 << 17)
def stem(term: str) -> str:
    """The stem of a form, for finding candidates: equal forms have equal stems, never the other way round.

    ASCII letters and digits only, so that any tokenizer leaves it as it is.
    """
    with _STEMMER_LOCK:
        stemmed: str = _STEMMER.stemWord(term)
    return stemmed if stemmed.isascii() else "u" + stemmed.encode().hex()
