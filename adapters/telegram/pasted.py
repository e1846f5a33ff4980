"""Papers that a message names by a link under its words, or that stand in the message it answers."""

from __future__ import annotations

from telegram import Message, MessageEntity

from bot.papers import linked_papers


def with_hidden_papers(message: Message) -> str:
    """The text or caption, followed by the addresses of papers that only its links hold."""
    text = message.text or message.caption or ""
    entities = (*message.entities, *message.caption_entities)
    hidden = [each.url for each in entities if each.type == MessageEntity.TEXT_LINK and each.url]
    named = linked_papers(text)
    return " ".join([text, *(url for url in hidden if set(linked_papers(url)) - set(named))]).strip()


def papers_answered(message: Message) -> list[str]:
    """The addresses of the papers in the message that this one answers."""
    answered = message.reply_to_message
    named = linked_papers(with_hidden_papers(answered)) if answered else ()
    return [f"https://arxiv.org/abs/{name}" for name in named]
