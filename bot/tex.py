"""TeX in a paper's text as people read it: ``$\\alpha$-VAE`` is shown as *α-VAE*, ``10^{-3}`` as *10⁻³*.

What is matched and stored stays as the source wrote it (see :mod:`bot.matching.text.latex`). Only names that are known
are replaced, each as a whole: authors leave macros of their own in abstracts (``\\ours``), and these stay as they are,
as do braces that nobody closes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from unicodeit.data import COMBININGMARKS, REPLACEMENTS, SUBSUPERSCRIPTS

MAX_NESTING: Final = 6  # braces inside braces; each round reads the innermost ones

_SYMBOLS: Final[Mapping[str, str]] = dict(reversed(REPLACEMENTS))
_ACCENTS: Final[Mapping[str, str]] = dict(COMBININGMARKS)
_SCRIPTS: Final[Mapping[str, str]] = dict(SUBSUPERSCRIPTS)
_FUNCTIONS: Final = frozenset(
    [
        "arg",
        "cos",
        "det",
        "dim",
        "exp",
        "gcd",
        "inf",
        "ker",
        "lim",
        "log",
        "ln",
        "max",
        "min",
        "mod",
        "Pr",
        "sin",
        "sup",
        "tan",
        "tanh",
    ]
)
_STYLES: Final = frozenset(
    [
        "text",
        "textbf",
        "textit",
        "textsc",
        "texttt",
        "textrm",
        "textsf",
        "textnormal",
        "emph",
        "underline",
        "mathrm",
        "mathbf",
        "mathit",
        "mathsf",
        "mathtt",
        "mathcal",
        "mathbb",
        "mathfrak",
        "mathscr",
        "boldsymbol",
        "bm",
        "mbox",
        "operatorname",
    ]
)
_SWITCHES: Final = r"it|bf|em|sc|tt|rm|sf"

_HINT = re.compile(r"[\\$]|\^|_\{|\w--|``|\w~|\d\{")
# Pandoc's rule for dollars, so that sums of money stay: no space inside, and no digit after the second.
_MATH = re.compile(r"(?<![\\$])\$(?=\S)([^$\n]{1,200}?)(?<=[^\s\\])\$(?![\d$])")
_DELIMITERS = re.compile(r"\\[()\[\]]")
_ESCAPE = re.compile(r"\\([%&_#$])")
_SPACE = re.compile(r"\\[,;: ]|\\q?quad(?![A-Za-z])")
_NO_SPACE = re.compile(r"\\!|\\(?:left|right|nobreakdash|displaystyle)(?![A-Za-z])|\{\}(?=\W|$)(?<=[^A-Za-z]\{\})")
_TIE_OR_DASH = re.compile(r"\S*://\S*|(?<=[A-Za-z.])~(?=[\w\\$])|(?<=[\w%])---?(?=[\w\\$])")
_TYPED: Final[Mapping[str, str]] = {"~": " ", "--": "–", "---": "—"}
_QUOTED = re.compile(r"``([^`'\n]{1,200})''")
_GROUPED_DIGITS = re.compile(r"(?<=\d)\{([,.])\}(?=\d)")
_SWITCHED = re.compile(rf"\{{\\(?:{_SWITCHES})\s+([^{{}}]*)\}}")
_FRACTION = re.compile(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\{([^{}]*)\}")
_APPLIED = re.compile(r"\\([A-Za-z]+)\{([^{}]*)\}")
_ACCENTED = re.compile(r"\\([\"'`^~=.])\{?\\?([A-Za-z])\}?|\\([cvHku])\{\\?([A-Za-z])\}")
_NAMED = re.compile(r"\\([A-Za-z]+)")
_SCRIPT = re.compile(r"([\^_])\{([^{}]*)\}|(?<=[\w)\]}])(\^)([+-]?\d+)")
_SHORT_SCRIPT = re.compile(r"([\^_])(?:\{([^{}]*)\}|([A-Za-z0-9+*-]))")
_ACCENT_MARKS: Final = {
    '"': "\u0308",
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "c": "\u0327",
    "v": "\u030c",
    "H": "\u030b",
    "k": "\u0328",
    "u": "\u0306",
}


@lru_cache(maxsize=4096)
def readable_tex(text: str) -> str:
    """The text with its TeX in Unicode, as far as Unicode goes; the rest as it stands."""
    if not _HINT.search(text):
        return text
    text = _MATH.sub(lambda found: _read(found[1], _SHORT_SCRIPT), text)
    text = _read(text, _SCRIPT)
    for pattern, by in _PUNCTUATION:
        text = pattern.sub(by, text)
    return text


def _read(text: str, scripts: re.Pattern[str]) -> str:
    """Commands and scripts, from the innermost braces outwards."""
    text = _NO_SPACE.sub("", _SPACE.sub(" ", _DELIMITERS.sub("", text)))
    text = _ACCENTED.sub(_accented, text)
    for _ in range(MAX_NESTING):
        before = text
        for pattern, by in _COMMANDS:
            text = pattern.sub(by, text)
        text = scripts.sub(_script, text)
        if text == before:
            break
    return text


def _symbol(found: re.Match[str]) -> str:
    name = found[1]
    return name if name in _FUNCTIONS else _SYMBOLS.get("\\" + name, found[0])


def _applied(found: re.Match[str]) -> str:
    """``\\mathbb{R}`` as the one sign it is, ``\\textbf{words}`` as the words, ``\\hat{x}`` with its mark."""
    command, words = found[1], found[2]
    sign = _SYMBOLS.get(f"\\{command}{{{words}}}")
    if sign is not None:
        return sign
    if command in _STYLES:
        return words
    mark = _ACCENTS.get("\\" + command)
    return normalize("NFC", words + mark) if mark and len(words) == 1 else found[0]


def _accented(found: re.Match[str]) -> str:
    return normalize("NFC", (found[2] or found[4]) + _ACCENT_MARKS[found[1] or found[3]])


def _script(found: re.Match[str]) -> str:
    """Raised or lowered where every sign of it can be; else behind its mark, in brackets where it is no plain word."""
    mark, inside = next((found[n], found[n + 1]) for n in range(1, len(found.groups()), 2) if found[n])
    if inside is None:
        inside = found[3]
    signs = [_SCRIPTS.get(mark + sign, "") for sign in inside]
    if inside and all(signs):
        return "".join(signs)
    if "\\" in inside or not inside:
        return found[0]
    return mark + (inside if inside.replace(".", "").isalnum() else f"({inside})")


def _over(found: re.Match[str]) -> str:
    return "/".join(part if part.isalnum() else f"({part})" for part in found.groups())


def _root(found: re.Match[str]) -> str:
    return "√" + (found[1] if len(found[1]) == 1 or found[1].isdigit() else f"({found[1]})")


Replacement = str | Callable[[re.Match[str]], str]
_COMMANDS: Final[tuple[tuple[re.Pattern[str], Replacement], ...]] = (
    (_SWITCHED, r"\1"),
    (_FRACTION, _over),
    (_ROOT, _root),
    (_APPLIED, _applied),
    (_NAMED, _symbol),
)
_PUNCTUATION: Final[tuple[tuple[re.Pattern[str], Replacement], ...]] = (
    (_GROUPED_DIGITS, r"\1"),
    (_TIE_OR_DASH, lambda found: _TYPED.get(found[0], found[0])),  # an address stays as it is
    (_QUOTED, "“\\1”"),
    (_ESCAPE, r"\1"),
)
