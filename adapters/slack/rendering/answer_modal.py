"""An answer in a window of its own (a modal). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from slack_sdk.models.blocks import PlainTextObject
from slack_sdk.models.views import View as SlackView

from adapters.slack.rendering.private_metadata import ThreadRef, build_metadata
from adapters.slack.rendering.splitting import SlackMessage
from bot.i18n import Translator, t

BLOCKS: Final = 100  # in a view, https://docs.slack.dev/reference/views
CALLBACK: Final = "answer"


def build_modal(messages: Sequence[SlackMessage], origin: ThreadRef | None, language: str) -> dict[str, Any]:
    """The messages' blocks, as many as there is room for; a message without blocks as its text."""
    blocks = [block for message in messages for block in _blocks(message)]
    shown = SlackView(
        type="modal",
        callback_id=CALLBACK,
        title=PlainTextObject(text="Paperboy", emoji=False),
        close=PlainTextObject(text=Translator(language).plain_text(t("Close")), emoji=False),
        private_metadata=build_metadata(origin),
        blocks=blocks[:BLOCKS],
    )
    return shown.to_dict()


def _blocks(message: SlackMessage) -> Sequence[dict[str, Any]]:
    if message.blocks:
        return message.blocks
    return [{"type": "section", "text": {"type": "mrkdwn", "text": message.fallback_text[:3000]}}]
