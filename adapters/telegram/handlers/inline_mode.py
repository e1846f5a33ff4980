"""Inline mode: ``@paperboy diffusion`` in any chat gives papers to pick from, without anything; the newest list.

What is picked stands in a chat with other readers, so it is rendered in English for everybody, and Telegram may keep
the results for everyone who types the same. Only what depends on the person is kept for the person alone.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.helpers import create_deep_linked_url

from adapters.telegram.client.errors import safe_cause
from adapters.telegram.events.events import ChatRef, InlineQueried
from adapters.telegram.rendering.keyboard import deep_link_payload
from adapters.telegram.rendering.renderer import render_texts, translator_for
from adapters.telegram.replies.sender import Bot
from bot.calls import AskedFrom, CommandCall
from bot.chats import ChatKind
from bot.i18n import t
from bot.ports import CommandHandler, PlatformState
from bot.rendering.paper_facts import visible_facts
from bot.tex import readable_tex
from bot.tldr import tldr
from bot.views import Banner, InputErrorBlock, PaperCard, View

log = logging.getLogger(__name__)

A_PAGE: Final = 10
KEPT: Final = 300  # seconds; the list of a day grows every quarter of an hour
KEPT_EMPTY: Final = 10
DESCRIPTION: Final = 160
BUTTON: Final = 60
MOST_PAGES: Final = 50


class InlineModeHandler:
    """Answers inline queries."""

    def __init__(self, bot: Bot, state: PlatformState) -> None:
        self._bot = bot
        self._state = state

    async def handle(self, event: InlineQueried, answer: CommandHandler) -> None:
        """Looks up what was typed and gives it back; nothing of it is kept here."""
        view = await answer(self._call(event))
        papers = [block for block in view.blocks if isinstance(block, PaperCard)]
        mistake = next((block for block in view.blocks if isinstance(block, InputErrorBlock)), None)
        personal = not all(isinstance(block, PaperCard | Banner) for block in view.blocks)
        try:
            await self._bot.answer_inline_query(
                event.query_id,
                [await self._article(card) for card in papers],
                next_offset=_next_offset(event, papers),
                cache_time=KEPT if papers else KEPT_EMPTY,
                is_personal=personal,
                button=await self._button(event, mistake),
            )
        except TelegramError as error:
            log.info("an inline query could not be answered: %s", safe_cause(error))

    def _call(self, event: InlineQueried) -> CommandCall:
        """Asked by somebody who may never have talked with the bot: no chat of theirs is registered for it."""
        chat = ChatRef(event.actor.id, ChatKind.PRIVATE)
        return CommandCall(
            name="lookup",
            argument=f"{event.page} {event.words}".strip(),
            chat=chat.address(self._bot.id),
            kind=chat.kind,
            person=event.actor.address(self._bot.id),
            asked_from=AskedFrom.ELSEWHERE,
        )

    async def _article(self, card: PaperCard) -> InlineQueryResultArticle:
        paper = card.paper
        (text, *_) = render_texts(View((card,)))
        facts = visible_facts(paper)
        about = " · ".join(filter(None, (f"▲{facts.upvotes}", facts.attribution, tldr(paper))))
        return InlineQueryResultArticle(
            id=paper.id,
            title=readable_tex(paper.title),
            description=about[:DESCRIPTION],
            input_message_content=InputTextMessageContent(
                text.html, parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
            ),
            reply_markup=await self._card_keyboard(f"paper {paper.id}"),
        )

    async def _card_keyboard(self, command: str) -> InlineKeyboardMarkup | None:
        payload = await deep_link_payload(command, self._state.store_callback)
        if not payload:
            return None
        link = create_deep_linked_url(self._bot.username, payload)
        label = translator_for("en").plain_text(t("Save it, or more like it"))
        return InlineKeyboardMarkup([[InlineKeyboardButton(label, url=link)]])

    async def _button(self, event: InlineQueried, mistake: InputErrorBlock | None) -> InlineQueryResultsButton | None:
        """Above the results: what was wrong, or the way to follow what was looked for; both open the private chat."""
        words = translator_for(event.actor.language)
        if mistake is not None:
            return InlineQueryResultsButton(words.plain_text(mistake.message)[:BUTTON], start_parameter="help")
        if not event.words or event.page > 1:
            return None
        payload = await deep_link_payload(f"preview {event.words}", self._state.store_callback)
        label = words.plain_text(t("Follow {topic}", topic=event.words))
        return InlineQueryResultsButton(label[:BUTTON], start_parameter=payload) if payload else None


def _next_offset(event: InlineQueried, papers: Sequence[PaperCard]) -> str:
    """Where the next page begins, '' after the last."""
    return str(event.page + 1) if len(papers) == A_PAGE and event.page < MOST_PAGES else ""
