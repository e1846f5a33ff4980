"""Slack's mrkdwn as HTML. Pure; https://docs.slack.dev/messaging/formatting-message-text"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from markupsafe import Markup, escape

Names = Mapping[str, str]

_FENCED: Final = re.compile(r"```(.*?)```", re.DOTALL)
_CONTROL: Final = re.compile(r"<([^<>]*)>")
_QUOTED: Final = re.compile(r"(?:^>[^\n]*\n?)+", re.MULTILINE)
_BARE: Final = re.compile(r"(?<![\w>])https?://[^\s<>|]+[^\s<>|.,;:!?)]")
_MARKS: Final = {"*": "b", "_": "i", "~": "s", "`": "code"}


def render_mrkdwn(text: str, names: Names) -> Markup:
    """Slack's three escapes are HTML's own, so what is left after the control sequences can stand as it is.

    Raises LookupError for a control sequence that was never drawn.
    """
    pieces = _FENCED.split(text)
    return Markup().join(
        Markup("<pre>{}</pre>").format(Markup(piece)) if fenced % 2 else _quotes(piece, names)
        for fenced, piece in enumerate(pieces)
        if piece
    )


def _quotes(text: str, names: Names) -> Markup:
    found, end = Markup(), 0
    for quote in _QUOTED.finditer(text):
        found += _line(text[end : quote.start()].removesuffix("\n"), names)
        body = re.sub(r"^>", "", quote[0].rstrip("\n"), flags=re.MULTILINE)
        found += Markup("<blockquote>{}</blockquote>").format(_line(body, names))
        end = quote.end()
    return found + _line(text[end:], names)


def _line(text: str, names: Names) -> Markup:
    html = _CONTROL.sub(lambda match: _control(match[1], names), text)
    html = _BARE.sub(r"<a>\g<0></a>", html)
    for mark, tag in _MARKS.items():
        one = re.escape(mark)
        html = re.sub(rf"(?<![\w{one}]){one}(?=\S)([^\n]+?)(?<=\S){one}(?![\w{one}])", rf"<{tag}>\1</{tag}>", html)
    return Markup(html)


def _control(inside: str, names: Names) -> Markup:
    target, _, label = inside.partition("|")
    if target.startswith(("http://", "https://")):
        return Markup("<a>{}</a>").format(Markup(label or target))
    if target[:1] in ("@", "#"):
        return Markup('<a class="name">{}{}</a>').format(target[0], names[target[1:]])
    if target.startswith("!date^"):
        return escape(label)
    raise LookupError(f"<{inside}> was never drawn")
