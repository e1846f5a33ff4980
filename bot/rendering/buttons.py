"""The buttons under a digest: a number for each paper with its summary, the way to the topics, and why these came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.chats import Chat, Platform
from bot.deliveries import Chosen, DigestContent
from bot.due import shown_hour
from bot.i18n import say, say_n
from bot.papers import Paper
from bot.views import Button, Buttons

NUMBERS_A_ROW = 8
OTHERS = "others"


def digest_buttons(
    content: DigestContent, present: Sequence[Chosen], papers: Mapping[str, Paper], chat: Chat, delivery_id: int
) -> tuple[Buttons, ...]:
    """The numbers in rows of eight at most, the way to the others' summaries, then one row about the digest itself."""
    origin = f" from edition {delivery_id}" if delivery_id and _unfolds(chat) else ""
    numbers = [
        Button(say("{n}", n=number), f"paper {papers[one.paper_id].id}{origin}")
        for number, one in enumerate((one for one in present if one.full), 1)
    ]
    rows = [tuple(numbers[start : start + NUMBERS_A_ROW]) for start in range(0, len(numbers), NUMBERS_A_ROW)]
    return (Buttons((*rows, *_others(content, present, chat, delivery_id), _about(content, chat, delivery_id))),)


def _unfolds(chat: Chat) -> bool:
    """Whether a card may stand in the digest's place: where nobody else reads it. In Slack each paper has a menu."""
    return chat.kind.personal and chat.address.platform is not Platform.SLACK


def _others(
    content: DigestContent, present: Sequence[Chosen], chat: Chat, delivery_id: int
) -> tuple[tuple[Button, ...], ...]:
    """Those that stand there as titles, with their summaries and numbers; elsewhere than in a private chat whoever
    opens them need not be somebody who may see this chat's digests, so the button names the papers."""
    others = [one.paper_id for one in present if not one.full]
    if not others or content.parts > 1:
        return ()
    alone = len(others) == len(present)
    label = say("All {n} with summary", n=len(others)) if alone else say("The other {n} with summaries", n=len(others))
    if delivery_id and _unfolds(chat):
        return ((Button(label, f"edition {delivery_id} {OTHERS}"),),)
    return ((Button(label, f"several {len(present) - len(others) + 1} {' '.join(others)}"),),)


def _about(content: DigestContent, chat: Chat, delivery_id: int) -> tuple[Button, ...]:
    # In Slack that is a form with all of it.
    command = "setup" if chat.address.platform is Platform.SLACK else "topics"
    if not chat.kind.personal:
        return (Button(say("Topics and time"), command), Button(say("Search"), "search"))
    hour = shown_hour(chat.settings)
    label = say_n("⚙ {n} topic · {hour}", "⚙ {n} topics · {hour}", content.topics, hour=hour)
    topics = Button(label, command)
    return (topics, Button(say("Why these?"), f"why digest {delivery_id}")) if delivery_id else (topics,)
