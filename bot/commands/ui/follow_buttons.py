"""The button that follows a topic, or says that it is followed already."""

from __future__ import annotations

from bot.commands.core.command import CommandContext
from bot.commands.queries.topic_input import find_subscription
from bot.commands.ui.buttons import button, follow_button
from bot.i18n import t
from bot.topics import Topic
from bot.views import Button


async def follow_or_following(context: CommandContext, topic: Topic) -> Button:
    """*Follow diffusion*, or *✓ Following*, which leads to the topics."""
    async with context.services.storage.read() as work:
        subscriptions = await work.subscriptions.of_chat(context.chat.id)
    if find_subscription(subscriptions, topic) is None:
        return follow_button(topic)
    return button(t("✓ Following"), "topics")
