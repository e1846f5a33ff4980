"""The buttons under a digest: a number for each paper with its summary, the way to the topics, and why these came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.chats import Chat
from bot.deliveries import Chosen, DigestContent
from bot.digests.due import shown_hour
from bot.papers import Paper
from bot.sentences import say, say_n
from bot.views import Button, Buttons

NUMBERS_A_ROW = 8


def digest_buttons(
    content: DigestContent, present: Sequence[Chosen], papers: Mapping[str, Paper], chat: Chat, delivery_id: int
) -> tuple[Buttons, ...]:
    """The numbers in rows of eight at most, then one row about the digest itself."""
    numbers = [
        Button(say("{n}", n=number), f"paper {papers[one.paper_id].id}")
        for number, one in enumerate((one for one in present if one.full), 1)
    ]
    rows = [tuple(numbers[start : start + NUMBERS_A_ROW]) for start in range(0, len(numbers), NUMBERS_A_ROW)]
    return (Buttons((*rows, _about(content, chat, delivery_id))),)


def _about(content: DigestContent, chat: Chat, delivery_id: int) -> tuple[Button, ...]:
    if not chat.kind.personal:
        return (Button(say("Topics and time"), "topics"), Button(say("Search"), "search"))
    hour = shown_hour(chat.settings)
    label = say_n("⚙ {n} topic · {hour}", "⚙ {n} topics · {hour}", content.topics, hour=hour)
    topics = Button(label, "topics")
    return (topics, Button(say("Why these?"), f"why digest {delivery_id}")) if delivery_id else (topics,)
