"""Two chats that turn out to be one."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Table, select, update

from bot.chats import Chat
from storage.chat_rows import row_of
from storage.tables import chat, delivery, edition, ledger, subscription
from storage.transaction import Transaction


async def merge_chat(transaction: Transaction, old: Chat, there: Chat) -> None:
    """Gives ``there`` what it lacks of ``old``: topics, deliveries on their way, what was sent, its next digest."""
    await _give(transaction, subscription, old, there, "topic_id")
    await _give(transaction, delivery, old, there, "kind", "key", "part")
    await _give(transaction, edition, old, there, "local_day")
    await _give(transaction, ledger, old, there, "paper_id")
    merged = replace(
        there,
        next_digest_at=there.next_digest_at or old.next_digest_at,
        last_local_day=max(filter(None, (there.last_local_day, old.last_local_day)), default=None),
        counting_from=min(there.counting_from, old.counting_from),
    )
    await transaction.run(update(chat).where(chat.c.id == there.id).values(row_of(merged)))


async def _give(transaction: Transaction, table: Table, old: Chat, there: Chat, *unique: str) -> None:
    """Moves the rows whose ``unique`` values do not stand at ``there`` yet."""
    standing = table.alias("standing")
    same = [standing.c.chat_id == there.id, *(standing.c[name] == table.c[name] for name in unique)]
    lacking = ~select(standing.c.chat_id).where(*same).exists()
    await transaction.run(update(table).where(table.c.chat_id == old.id, lacking).values(chat_id=there.id))
