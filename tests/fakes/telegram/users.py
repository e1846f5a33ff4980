"""People, and what they do outside a chat."""

from __future__ import annotations

import asyncio

from tests.fakes.telegram.chats import Account, ChatMember, ChatState
from tests.fakes.telegram.state import InlineAnswer, Query, TelegramState


class TelegramUser:
    """Someone with a Telegram account."""

    def __init__(self, world: TelegramState, account: Account) -> None:
        self.world = world
        self.account = account

    @property
    def id(self) -> int:
        return self.account.id

    @property
    def name(self) -> str:
        return self.account.first_name

    @property
    def room(self) -> ChatState:
        """The private chat with the bot, opened or not."""
        known = self.world.chats.get(self.id)
        return known or self.world.keep(ChatState(self.id, "private", person=self.account, started=False))

    def block(self) -> None:
        """Block the bot; it is told so by my_chat_member."""
        self._stand("member", "kicked")

    def unblock(self) -> None:
        self._stand("kicked", "member")

    def delete_account(self) -> None:
        self.account.deleted = True

    async def inline(self, words: str, *, offset: str = "", timeout: float = 60) -> InlineAnswer:
        """Type `@bot words` in some chat and wait for the results."""
        query_id = str(next(self.world.query_ids))
        query: Query[InlineAnswer] = Query(asyncio.get_running_loop().create_future())
        self.world.inline_queries[query_id] = query
        payload = {"id": query_id, "from": self.account.as_json(), "query": words, "offset": offset}
        self.world.updates.add("inline_query", payload)
        try:
            async with asyncio.timeout(timeout):
                return await query.answered
        except TimeoutError:
            raise AssertionError(f"no inline results for {words!r}{self.world.trouble()}") from None

    def _stand(self, old: str, new: str) -> None:
        self.room.blocked = new == "kicked"
        before, after = (
            ChatMember(self.world.bot, "kicked" if status == "kicked" else "member") for status in (old, new)
        )
        self.world.status_changed(self.room, self.account, before.as_json(), after.as_json())
