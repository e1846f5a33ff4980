"""The buttons under a digest: a number for each paper with its summary, the way to the topics, and why these came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.chats import Chat
from bot.deliveries import DigestContent, SelectedPaper
from bot.due import digest_hour
from bot.i18n import t, tn
from bot.papers import Paper
from bot.ports import PlatformCapabilities
from bot.rendering.rich_digest import wants_rich
from bot.views import Button, Buttons

MAX_NUMBERS_PER_ROW = 8
OTHERS_ARGUMENT = "others"


def digest_buttons(
    content: DigestContent,
    present: Sequence[SelectedPaper],
    papers: Mapping[str, Paper],
    chat: Chat,
    delivery_id: int,
    capabilities: PlatformCapabilities,
) -> tuple[Buttons, ...]:
    """The numbers in rows of eight at most, the way to the others' summaries, then one row about the digest itself.

    In a rich message each paper has its own buttons instead of the numbers.
    """
    origin = f" from edition {delivery_id}" if delivery_id and _card_replaces_digest(chat, capabilities) else ""
    numbers = [
        Button(t("{n}", n=number), f"paper {papers[one.paper_id].id}{origin}")
        for number, one in enumerate((one for one in present if one.with_summary), 1)
    ]
    rows = [
        tuple(numbers[start : start + MAX_NUMBERS_PER_ROW]) for start in range(0, len(numbers), MAX_NUMBERS_PER_ROW)
    ]
    others = _other_papers_rows(content, present, chat, delivery_id, capabilities)
    about = _digest_row(content, chat, delivery_id, capabilities)
    if wants_rich(chat, capabilities):
        return (Buttons(tuple(rows), plain_only=True), Buttons((*others, about)))
    return (Buttons((*rows, *others, about)),)


def _card_replaces_digest(chat: Chat, capabilities: PlatformCapabilities) -> bool:
    """Whether a card may stand in the digest's place: where nobody else reads it."""
    return chat.kind.personal and capabilities.cards_in_place


def _other_papers_rows(
    content: DigestContent,
    present: Sequence[SelectedPaper],
    chat: Chat,
    delivery_id: int,
    capabilities: PlatformCapabilities,
) -> tuple[tuple[Button, ...], ...]:
    """Those that stand there as titles, with their summaries and numbers; elsewhere than in a private chat whoever
    opens them need not be somebody who may see this chat's digests, so the button names the papers."""
    others = [one.paper_id for one in present if not one.with_summary]
    if not others or content.message_count > 1:
        return ()
    alone = len(others) == len(present)
    label = t("All {n} with summary", n=len(others)) if alone else t("The other {n} with summaries", n=len(others))
    if delivery_id and _card_replaces_digest(chat, capabilities):
        return ((Button(label, f"edition {delivery_id} {OTHERS_ARGUMENT}"),),)
    return ((Button(label, f"several {len(present) - len(others) + 1} {' '.join(others)}"),),)


def _digest_row(
    content: DigestContent, chat: Chat, delivery_id: int, capabilities: PlatformCapabilities
) -> tuple[Button, ...]:
    command = "setup" if capabilities.setup_form else "topics"
    if not chat.kind.personal:
        return (Button(t("Topics and time"), command), Button(t("Search"), "search"))
    hour = digest_hour(chat.settings)
    label = tn("⚙ {n} topic · {hour}", "⚙ {n} topics · {hour}", content.topic_count, hour=hour)
    topics = Button(label, command)
    return (topics, Button(t("Why these?"), f"why digest {delivery_id}")) if delivery_id else (topics,)
