"""What platforms keep over a restart: events they took in, commands too long for a button, what they learned."""

from __future__ import annotations

import logging

from sqlalchemy.exc import SQLAlchemyError

from bot.chats import PersonAddress, Platform
from bot.ports import Clock, ManagedChat, Storage

log = logging.getLogger(__name__)


class StoredPlatformState:
    """One platform's records in the application's database; each call is a transaction of its own."""

    def __init__(self, storage: Storage, platform: Platform, clock: Clock) -> None:
        self._storage = storage
        self._platform = platform
        self._clock = clock

    async def record_if_new(self, event_id: str, body: str) -> bool:
        """Stores an event (JSON) before it is acknowledged; False if it was stored before."""
        async with self._storage.write() as work:
            first = await work.inbox.record_if_new(self._platform, event_id, self._clock.now(), body)
            await work.commit()
        return first

    async def mark_processed(self, event_id: str) -> None:
        """The event was worked on; it is not taken up again."""
        async with self._storage.write() as work:
            await work.inbox.mark_processed(self._platform, event_id)
            await work.commit()

    async def unprocessed_events(self) -> list[tuple[str, str]]:
        """(event id, body) of events that were stored but not done, oldest first."""
        async with self._storage.read() as work:
            return await work.inbox.unprocessed_events(self._platform)

    async def store_callback(self, command: str) -> str:
        """A token of at most 24 characters for a command; '' while nothing can be kept (a full disk): the answer may
        still be given, without that button."""
        try:
            async with self._storage.write() as work:
                token = await work.inbox.store_callback(command, self._clock.now())
                await work.commit()
        except SQLAlchemyError as problem:
            log.warning("a long command can't be kept for its button now (%s)", type(problem).__name__)
            return ""
        return token

    async def resolve_callback(self, token: str) -> str | None:
        """The command of a token, None for an unknown one."""
        async with self._storage.read() as work:
            return await work.inbox.resolve_callback(token)

    async def managed_chat(self, person: PersonAddress) -> ManagedChat | None:
        """The chat that the person manages from the own one at the moment."""
        async with self._storage.read() as work:
            return await work.persons.managed_chat(person)

    async def set_managed_chat(self, person: PersonAddress, managed: ManagedChat | None) -> None:
        """From now on that one; None: none."""
        async with self._storage.write() as work:
            await work.persons.set_managed_chat(person, managed)
            await work.commit()

    async def get_setting(self, workspace: str, name: str) -> str:
        """What was remembered under ``name``, '' for nothing."""
        async with self._storage.read() as work:
            return await work.workspace_settings.get_setting(self._platform, workspace, name)

    async def set_setting(self, workspace: str, name: str, value: str) -> None:
        """Remembers it; '' forgets it."""
        async with self._storage.write() as work:
            await work.workspace_settings.set_setting(self._platform, workspace, name, value)
            await work.commit()
