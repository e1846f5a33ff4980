"""What a digest gains as a rich message: buttons at each paper, and a way back for readers whose app shows nothing.

No app tells which messages it shows, so the first digests are followed by an ordinary line with the way back. Pure.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from bot.chats import Chat, ChatKind, Look
from bot.i18n import t
from bot.papers import Paper
from bot.ports import PlatformCapabilities
from bot.views import Block, Button, Buttons, PaperList, PaperListItem, PaperSummary, TextBlock, View

DIGESTS_WITH_WAY_BACK: Final = 3
DIGEST_SEPARATOR: Final = " in "


def wants_rich(chat: Chat, capabilities: PlatformCapabilities) -> bool:
    """Whether this chat's digests are rich messages; a channel's never are, since nobody there can say it is blank."""
    return chat.settings.look is Look.RICH and capabilities.rich_messages and chat.kind is not ChatKind.CHANNEL


def rich_digest(view: View, chat: Chat, local_day: date, delivery_id: int, saved: frozenset[str]) -> View:
    """The digest's view with what only a rich message shows; everything else of it stays as it is."""

    def with_actions(block: Block) -> Block:
        match block:
            case PaperSummary(paper=paper):
                return replace(block, actions=paper_actions(paper, chat, delivery_id, saved=paper.id in saved))
            case PaperList() if chat.kind.personal:
                return replace(block, items=tuple(map(with_action, block.items)))
            case Buttons(rows) if not block.plain_only:
                return replace(block, rows=(*rows, (plain_again_button(delivery_id),)))
        return block

    def with_action(item: PaperListItem) -> PaperListItem:
        return replace(item, action=save_action(item.paper, delivery_id, saved=item.paper.id in saved))

    below = way_back(chat, local_day, delivery_id)
    return replace(view, blocks=tuple(map(with_actions, view.blocks)), rich=True, below=below)


def paper_actions(paper: Paper, chat: Chat, delivery_id: int, *, saved: bool) -> tuple[Button, ...]:
    """A paper's own buttons; where several people read it, only what opens in the reader's own chat."""
    like_this = Button(t("More like this"), f"similar {paper.id}", target="here" if chat.kind.personal else "private")
    if not chat.kind.personal:
        return (Button(t("Open"), f"paper {paper.id}", target="private"), like_this)
    less, why = Button(t("Less"), f"less {paper.id}"), Button(t("Why?"), f"why {paper.id}")
    return (save_action(paper, delivery_id, saved=saved), like_this, less, why)


def save_action(paper: Paper, delivery_id: int, *, saved: bool) -> Button:
    """Saves the paper, or takes it off again, and shows so in the digest."""
    place = f"{DIGEST_SEPARATOR}{delivery_id}" if delivery_id else ""
    if saved:
        return Button(t("✓ Saved"), f"unsave {paper.id}{place}", style="primary")
    return Button(t("Save"), f"save {paper.id}{place}")


def plain_again_button(delivery_id: int) -> Button:
    """Back to the plain look; the digest then stands there as text."""
    return Button(t("Plain again"), f"look plain {delivery_id}" if delivery_id else "look plain")


def way_back(chat: Chat, local_day: date, delivery_id: int) -> View | None:
    """The line below the first rich digests, counted by the chat's own days since the look was chosen."""
    since = chat.settings.look_since
    if since is None or _digest_days(chat, since, local_day) > DIGESTS_WITH_WAY_BACK:
        return None
    row = Buttons(((plain_again_button(delivery_id),),))
    return View((TextBlock(t("Blank above? One tap brings the plain digest.")), row))


def _digest_days(chat: Chat, since: date, until: date) -> int:
    span = min((until - since).days, 7 * (DIGESTS_WITH_WAY_BACK + 1))
    return sum((since + timedelta(days=n)).weekday() in chat.settings.days for n in range(1, span + 1))
