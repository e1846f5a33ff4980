"""The local chat as a platform: sending is an insert."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from bot.calls import PLAIN_WORDS, CommandCall, split_command
from bot.chats import LOCAL_CHAT, LOCAL_PERSON, Chat, ChatAddress, ChatKind, Platform, Receipt
from bot.ports import Answer, CannotKnow, Clock, Storage, Traits, Utterance
from bot.views import View

LONGEST_LINE = 20_000  # characters kept of what was typed; commands refuse long before


class LocalChat:
    """Implements :class:`bot.ports.ChatPlatform` and :class:`bot.ports.LocalTalk`."""

    platform = Platform.LOCAL
    traits = Traits()

    def __init__(self, storage: Storage, clock: Clock, answer: Answer, zone: str) -> None:
        self._storage = storage
        self._clock = clock
        self._answer = answer
        self._zone = zone
        # Answers come in the order of what was typed, also when a second line is sent while the first is worked on.
        self._one_at_a_time = asyncio.Lock()

    # --- as a platform

    async def send(
        self, chat: Chat, view: View, *, key: str, silent: bool = False, reply_to: Receipt | None = None
    ) -> Receipt:
        async with self._storage.write() as work:
            said = await work.conversation.add(self._clock.now(), view=view, key=key)
            await work.commit()
        return Receipt(str(said.id))

    async def edit(self, chat: Chat, receipt: Receipt, view: View) -> None:
        await self._replace(int(receipt.message), view)

    async def find(
        self, chat: Chat, key: str, since: datetime, reply_to: Receipt | None = None
    ) -> Receipt | CannotKnow | None:
        async with self._storage.read() as work:
            said = await work.conversation.by_key(key)
        return Receipt(str(said.id)) if said else None

    async def turn(self, chat: ChatAddress) -> None:
        """A row has no rate limit."""

    async def check(self) -> str:
        """A row needs no token."""
        return ""

    async def listen(self, answer: Answer) -> None:
        """Nobody has to be asked: the windows call :meth:`say` and :meth:`press`."""
        await asyncio.Event().wait()

    # --- as a conversation

    async def say(self, typed: str) -> list[Utterance]:
        typed = typed.strip()[:LONGEST_LINE]
        if not typed:
            return []
        async with self._one_at_a_time:
            question = await self._add(typed=typed)
            view = await self._answer(self._call(typed))
            return [question, await self._add(view=view)]

    async def press(self, command: str, utterance_id: int) -> View:
        async with self._one_at_a_time:
            view = await self._answer(self._call("/" + command, Receipt(str(utterance_id))))
            if not view.blocks or (view.in_place and await self._replace(utterance_id, view)):
                return view
            await self._add(view=view)
            return replace(view, in_place=False)

    async def newest(self, limit: int = 50) -> list[Utterance]:
        async with self._storage.read() as work:
            return await work.conversation.newest(limit)

    async def since(self, utterance_id: int) -> list[Utterance]:
        async with self._storage.read() as work:
            return await work.conversation.since(utterance_id)

    async def oldest(self) -> int:
        async with self._storage.read() as work:
            return await work.conversation.oldest()

    async def edits(self) -> int:
        async with self._storage.read() as work:
            return await work.conversation.edits()

    def _call(self, typed: str, pressed: Receipt | None = None) -> CommandCall:
        # Both ways of typing work here, so that what is learnt here holds in Telegram and in Slack.
        words = typed.removeprefix("/papers ") if typed.startswith("/papers ") else typed
        slashed = typed.startswith("/")
        name, argument = split_command(words.removeprefix("/")) if slashed else (PLAIN_WORDS, typed)
        return CommandCall(
            name=name,
            argument=argument,
            chat=LOCAL_CHAT,
            kind=ChatKind.LOCAL,
            person=LOCAL_PERSON,
            zone_hint=self._zone,
            pressed=pressed,
        )

    async def _add(self, *, typed: str = "", view: View | None = None) -> Utterance:
        async with self._storage.write() as work:
            said = await work.conversation.add(self._clock.now(), typed=typed, view=view)
            await work.commit()
        return said

    async def _replace(self, utterance_id: int, view: View) -> bool:
        """Whether the message is still there; who had everything erased had that one erased, too."""
        async with self._storage.write() as work:
            there = await work.conversation.replace(utterance_id, view)
            await work.commit()
        return there
