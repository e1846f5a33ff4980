"""What is posted, as JSON: its form is described in docs/webhooks.md and only ever grows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from bot.i18n import Translator
from bot.papers import Paper
from bot.views import Footer, PaperCard, PaperList, PaperListItem, PaperSummary, TextBlock, View

MAX_BYTES: Final = 20_000  # Standard Webhooks asks receivers for no more


def ping_body(at: datetime) -> bytes:
    """What tests an endpoint."""
    return _encoded("ping", at, {"text": "Paperboy can reach this address."})


def digest_body(view: View, chat: str, at: datetime) -> bytes:
    """A digest, or a notice without papers. Beyond the size summaries give way, the last first; no paper does."""
    say = Translator(view.language).plain_text
    papers = list(_papers(view, say))
    texts = [say(block.text) for block in view.blocks if isinstance(block, TextBlock | Footer)]
    data: dict[str, Any] = {
        "chat": chat,
        "summary": say(view.summary) if view.summary else next(iter(texts), ""),
        "texts": texts,
        "papers": papers,
        "possible_duplicate": view.possible_duplicate,
    }
    kind = "digest.sent" if papers else "notice.sent"
    body = _encoded(kind, at, data)
    excess = len(body) - MAX_BYTES
    for each in reversed(papers):
        if excess <= 0:
            break
        excess -= len(json.dumps(each["tldr"], ensure_ascii=False).encode()) - 2
        each["tldr"] = ""
    return _encoded(kind, at, data)


def _papers(view: View, say: Any) -> Iterator[dict[str, Any]]:
    for block in view.blocks:
        match block:
            case PaperSummary():
                notes = [say(note) for note in block.notes]
                yield _paper(block.paper, block.tldr, say(block.topics) if block.topics else "", notes)
            case PaperCard():
                yield _paper(block.paper, block.paper.tldr, "; ".join(map(say, block.reasons)), [])
            case PaperList():
                heading = say(block.heading) if block.heading else ""
                yield from (_listed(item, heading, say) for item in block.items)


def _listed(item: PaperListItem, heading: str, say: Any) -> dict[str, Any]:
    return _paper(item.paper, item.paper.tldr, say(item.note) if item.note else heading, [])


def _paper(paper: Paper, tldr: str, why: str, notes: list[str]) -> dict[str, Any]:
    return {
        "id": paper.id,
        "title": paper.title,
        "url": paper.url,
        "tldr": tldr,
        "why": why,
        "notes": notes,
        "listed_on": paper.listed_on.isoformat(),
        "upvotes": paper.upvotes,
        "organization": paper.organization.display_name if paper.organization else "",
        "code_url": paper.code_url,
        "project_url": paper.project_url,
    }


def _encoded(kind: str, at: datetime, data: dict[str, Any]) -> bytes:
    moment = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    event = {"type": kind, "timestamp": moment, "data": data}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
