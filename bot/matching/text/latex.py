"""Abstracts come with bits of LaTeX; what it draws is what counts: ``$\\beta$-VAE`` is *beta-VAE*."""

from __future__ import annotations

import re

_STYLE = re.compile(r"\\(?:text(?:bf|it|sc|tt|rm|sf)?|emph|math(?:bf|rm|cal|bb|sf|it|tt|scr)|bm|boldsymbol|mbox)\b\s*")
_ACCENT = re.compile(r"\\[\"'`^~=.]\s*\{?([A-Za-z])\}?|\\[cvHku]\s*\{([A-Za-z])\}")
_NAME = re.compile(r"\\([A-Za-z]+)")
_ESCAPED = re.compile(r"\\([%&_#$])")
_DROPPED_CHARACTERS = str.maketrans("", "", "${}")


def strip_latex(text: str) -> str:
    """The text without commands, dollar signs and braces; Greek letters and symbols by their names.

    An accent is dropped: it makes no difference to a word.
    """
    if "\\" not in text and "$" not in text:
        return text
    text = _ESCAPED.sub(r" \1 ", _ACCENT.sub(r"\1\2", _STYLE.sub("", text)))
    return _NAME.sub(r"\1", text.translate(_DROPPED_CHARACTERS))
