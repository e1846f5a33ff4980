"""Slack's mrkdwn as it acts: whom it pings, where it leads, what eyes see.

Source: docs.slack.dev/messaging/formatting-message-text. `<!channel>` is a control sequence; `&lt;!channel&gt;`
is text and stays text: Slack decodes entities for display only, never before parsing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PING = re.compile(r"<(?:!(channel|here|everyone)|@([UW][A-Z0-9]+)|!subteam\^(S[A-Z0-9]+))(?:\|[^<>]*)?>")
_LINK = re.compile(r"<((?:https?://|mailto:|tel:)[^|<>\s]+)(?:\|([^<>]*))?>")
_BARE_LINK = re.compile(r"(?<![<|\w])https?://[^\s<>|]+[^\s<>|.,;:!?)]")
_TYPED_PING = re.compile(r"(?<![\w@])@(channel|here|everyone)\b")
_CONTROL = re.compile(r"<([^<>]*)>")


def _between(mark: str) -> re.Pattern[str]:
    one = re.escape(mark)
    return re.compile(rf"(?<![\w{one}]){one}(?=\S)([^\n]+?)(?<=\S){one}(?![\w{one}])")


_FORMATS = tuple(_between(mark) for mark in "*_~`")


@dataclass(frozen=True, slots=True)
class MrkdwnLink:
    """Something to click: where it leads and what it says."""

    url: str
    label: str


def pings(text: str, *, parse_full: bool = False) -> list[str]:
    """Whom this mrkdwn notifies: `channel`, `here`, `everyone`, a user id, or a group id, in order.

    `parse_full`: the message was posted with `parse=full` or `link_names`, so typed `@channel` counts too.
    """
    found = [next(part for part in match.groups() if part) for match in _PING.finditer(text)]
    if parse_full:
        found += _TYPED_PING.findall(text)
    return found


def links(text: str, *, verbatim: bool = False) -> list[MrkdwnLink]:
    """The links of this mrkdwn; addresses lying bare in the text become links unless `verbatim`."""
    found = [MrkdwnLink(unescape(url), unescape(label or url)) for url, label in _LINK.findall(text)]
    if not verbatim:
        rest = _CONTROL.sub(" ", text)
        found += [MrkdwnLink(unescape(url), unescape(url)) for url in _BARE_LINK.findall(rest)]
    return found


def shown(text: str, names: Mapping[str, str] | None = None) -> str:
    """The text as eyes see it: links as their labels, mentions as names, format marks gone."""
    plain = _CONTROL.sub(lambda match: _control_shown(match.group(1), names or {}), text)
    for pattern in _FORMATS:
        plain = pattern.sub(r"\1", plain)
    return unescape(plain)


def _control_shown(inside: str, names: Mapping[str, str]) -> str:
    target, _, label = inside.partition("|")
    if target.startswith(("@", "#")):
        return target[0] + (label or names.get(target[1:], target[1:]))
    if target.startswith("!date^"):
        return label
    if target.startswith("!"):
        return "@" + (label or target[1:])
    return label or target


def escape(text: str) -> str:
    """What Slack makes of the three control characters in something a person typed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
