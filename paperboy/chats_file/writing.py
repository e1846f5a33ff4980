"""Everything that people set, as one readable file; no token, nothing that was sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import yaml

from bot.chats import Chat, ChatStatus
from bot.ports import Storage
from paperboy.chats_file.addresses import AddressBook
from paperboy.chats_file.entries import FORMAT_VERSION
from paperboy.chats_file.settings_fields import written_settings

_PAGE: Final = 500  # chats read at once
_LINE_WIDTH: Final = 4000  # characters; a topic stays on its line
_HEADER: Final = """\
# The chats of this Paperboy: what they follow, when it comes, and what people saved. No token is in it.
# `paperboy import FILE` adds what is missing; `paperboy apply FILE` makes the chats named here as they stand here.
"""


async def export_text(storage: Storage, book: AddressBook) -> str:
    """The whole file."""
    async with storage.read() as work:
        chats: list[dict[str, Any]] = []
        last = 0
        while page := await work.chats.page(last, _PAGE):
            followed = await work.subscriptions.followed_texts([chat.id for chat in page])
            chats += [_written_chat(chat, [text for _, text in followed[chat.id]], book) for chat in page]
            last = page[-1].id
        lists = [
            {"person": book.person_text(person), "papers": papers}
            for person, papers in await work.persons.reading_lists()
        ]
    content = {"version": int(FORMAT_VERSION), "chats": chats, "reading_lists": lists}
    return _HEADER + str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=_LINE_WIDTH))


def _written_chat(chat: Chat, topics: Sequence[str], book: AddressBook) -> dict[str, Any]:
    paused: dict[str, Any] = {}
    if chat.status is ChatStatus.PAUSED:
        paused = {"paused": True}
        if chat.paused_until:
            paused["paused_until"] = chat.paused_until.isoformat()
    return {
        "chat": book.chat_text(chat.address),
        "kind": str(chat.kind),
        **({"title": chat.title} if chat.title else {}),
        "topics": list(topics),
        **written_settings(chat.settings),
        **paused,
    }
