"""The local chat as a platform: sending is an insert."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from adapters.local.capabilities import CAPABILITIES, LOCAL, LOCAL_CHAT, LOCAL_PERSON
from bot.calls import NO_COMMAND, CommandCall, split_command
from bot.chats import Chat, ChatAddress, ChatKind, MessageRef
from bot.ports import ChatMessage, Clock, CommandHandler, LookupUnsupported, Storage
from bot.views import View

MAX_INPUT_LENGTH = 20_000  # characters kept of what was typed; commands refuse long before


class LocalChat:
    """Implements :class:`bot.ports.ChatPlatform` and :class:`bot.ports.LocalTalk`."""

    platform = LOCAL
    capabilities = CAPABILITIES

    def __init__(self, storage: Storage, clock: Clock, answer: CommandHandler, zone: str) -> None:
        self._storage = storage
        self._clock = clock
        self._answer = answer
        self._zone = zone
        # Answers come in the order of what was typed, also when a second line is sent while the first is worked on.
        self._answer_lock = asyncio.Lock()

    # --- as a platform

    async def send(
        self, chat: Chat, view: View, *, key: str, silent: bool = False, reply_to: MessageRef | None = None
    ) -> MessageRef:
        async with self._storage.write() as work:
            said = await work.conversation.add(self._clock.now(), view=view, key=key)
            await work.commit()
        return MessageRef(str(said.id))

    async def edit(self, chat: Chat, message_ref: MessageRef, view: View) -> None:
        await self._replace(int(message_ref.id), view)

    async def find_sent(
        self, chat: Chat, key: str, since: datetime, reply_to: MessageRef | None = None
    ) -> MessageRef | LookupUnsupported | None:
        async with self._storage.read() as work:
            said = await work.conversation.find_by_key(key)
        return MessageRef(str(said.id)) if said else None

    async def wait_turn(self, chat: ChatAddress) -> None:
        """A row has no rate limit."""

    async def check_connection(self) -> str:
        """A row needs no token."""
        return ""

    async def listen(self, handler: CommandHandler) -> None:
        """Nobody has to be asked: the windows call :meth:`say` and :meth:`press`."""
        await asyncio.Event().wait()

    # --- as a conversation

    async def submit(self, typed: str, zone: str = "") -> list[ChatMessage]:
        typed = typed.strip()[:MAX_INPUT_LENGTH]
        if not typed:
            return []
        async with self._answer_lock:
            question = await self._append(typed=typed)
            view = await self._answer(self._build_call(typed, zone))
            return [question, await self._append(view=view)]

    async def press_button(self, command: str, message_id: int, zone: str = "") -> View:
        async with self._answer_lock:
            view = await self._answer(self._build_call("/" + command, zone, MessageRef(str(message_id))))
            if not view.blocks or (view.replaces_message and await self._replace(message_id, view)):
                return view
            await self._append(view=view)
            return replace(view, replaces_message=False)

    async def zone(self) -> str:
        async with self._storage.read() as work:
            chat = await work.chats.find(LOCAL_CHAT)
        return chat.settings.zone if chat else self._zone

    async def latest_messages(self, limit: int = 50) -> list[ChatMessage]:
        async with self._storage.read() as work:
            return await work.conversation.latest_messages(limit)

    async def messages_after(self, message_id: int) -> list[ChatMessage]:
        async with self._storage.read() as work:
            return await work.conversation.messages_after(message_id)

    async def oldest_id(self) -> int:
        async with self._storage.read() as work:
            return await work.conversation.oldest_id()

    async def edit_count(self) -> int:
        async with self._storage.read() as work:
            return await work.conversation.edit_count()

    def _build_call(self, typed: str, zone: str, pressed: MessageRef | None = None) -> CommandCall:
        # Both ways of typing work here, so that what is learnt here holds in Telegram and in Slack.
        words = typed.removeprefix("/papers ") if typed.startswith("/papers ") else typed
        slashed = typed.startswith("/")
        name, argument = split_command(words.removeprefix("/")) if slashed else (NO_COMMAND, typed)
        return CommandCall(
            name=name,
            argument=argument,
            chat=LOCAL_CHAT,
            kind=ChatKind.LOCAL,
            person=LOCAL_PERSON,
            zone_hint=zone if _is_zone(zone) else self._zone,
            pressed_message=pressed,
        )

    async def _append(self, *, typed: str = "", view: View | None = None) -> ChatMessage:
        async with self._storage.write() as work:
            said = await work.conversation.add(self._clock.now(), typed=typed, view=view)
            await work.commit()
        return said

    async def _replace(self, message_id: int, view: View) -> bool:
        """Whether the message is still there; who had everything erased had that one erased, too."""
        async with self._storage.write() as work:
            there = await work.conversation.replace(message_id, view)
            await work.commit()
        return there


def _is_zone(name: str) -> bool:
    """Whether this machine knows an IANA zone of that name: a form may say anything."""
    try:
        return bool(name) and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # "Europe" is a folder
        return False
