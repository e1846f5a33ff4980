"""Deliveries of which nobody knows whether they arrived: looked for, sent once more, or left to the operator."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from bot.chats import Chat, Platform, Receipt
from bot.deliveries import Delivery
from bot.delivery import results
from bot.delivery.attempt import SEND_WITHIN, Sender
from bot.errors import ChatGone, ChatMoved, DeliveryError
from bot.ports import CannotKnow, Clock, Leases, Messenger, Storage

# A request that broke off may still be worked on at the other end.
LOOK_AFTER: Final = timedelta(seconds=5)
LOOK_AGAIN_AFTER: Final = timedelta(minutes=1)
# Longer than the five seconds between two looks: the one who looked goes on looking.
LEASE: Final = "doubts"
LEASE_LENGTH: Final = timedelta(seconds=15)
_CLOCKS_DIFFER: Final = timedelta(seconds=5)

# Where nobody can look: send once more, silently, or leave it until the operator decides.
OnUncertain = Literal["resend", "hold"]

log = logging.getLogger(__name__)


class Doubts:
    """Clears up uncertain deliveries, those of one workspace one after the other.

    Where ``leases`` are shared, one process looks at a time: what they do is not wrong, but asks Slack once for each.
    """

    def __init__(
        self,
        storage: Storage,
        messengers: Mapping[Platform, Messenger],
        clock: Clock,
        sender: Sender,
        on_uncertain: OnUncertain,
        *,
        leases: Leases | None = None,
        owner: str = "",
    ) -> None:
        self._storage = storage
        self._messengers = messengers
        self._clock = clock
        self._sender = sender
        self._on_uncertain = on_uncertain
        self._leases = leases
        self._owner = owner
        self._not_before: dict[int, datetime] = {}

    async def clear_up(self, owner: str = "") -> int:
        """Takes up every uncertain delivery, those with an expired lease included; with ``owner``, at the start of the
        only sender, those of every other owner as well: their processes are gone. Returns how many it looked at."""
        if self._leases is not None and not await self._leases.take(LEASE, self._owner, LEASE_LENGTH):
            return 0
        async with self._storage.write() as work:
            uncertain = await work.outbox.overdue(self._clock.now(), owner)
            await work.commit()
        self._not_before = {one.id: self._not_before[one.id] for one in uncertain if one.id in self._not_before}
        ripe = [delivery for delivery in uncertain if self._ripe(delivery)]
        workspaces = defaultdict[tuple[Platform, str], list[Delivery]](list)
        for delivery in ripe:
            workspaces[delivery.address.platform, delivery.address.workspace].append(delivery)
        await asyncio.gather(*map(self._look_one_by_one, workspaces.values()))
        return len(ripe)

    async def _look_one_by_one(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            self._not_before[delivery.id] = self._clock.now() + LOOK_AGAIN_AFTER
            await self._look(delivery)

    def _ripe(self, delivery: Delivery) -> bool:
        since = delivery.sending_at or delivery.created_at
        return self._clock.now() >= max(since + LOOK_AFTER, self._not_before.get(delivery.id, since))

    async def _look(self, delivery: Delivery) -> None:
        messenger = self._messengers.get(delivery.address.platform)
        async with self._storage.read() as work:
            chat = await work.chats.get(delivery.chat_id)
        if messenger is None or chat is None:
            return
        try:
            found = await self._find(messenger, chat, delivery)
        except (ChatGone, ChatMoved) as problem:
            await self._sender.fail(delivery, chat, problem)
        except (DeliveryError, TimeoutError) as problem:
            log.warning("delivery %s can't be looked for now: %s", delivery.id, type(problem).__name__)
        else:
            await self._settle(delivery, chat, found)

    async def _find(self, messenger: Messenger, chat: Chat, delivery: Delivery) -> Receipt | CannotKnow | None:
        since = (delivery.sending_at or delivery.created_at) - _CLOCKS_DIFFER
        async with asyncio.timeout(SEND_WITHIN):
            return await messenger.find(chat, delivery.client_key, since, delivery.reply_to)

    async def _settle(self, delivery: Delivery, chat: Chat, found: Receipt | CannotKnow | None) -> None:
        now = self._clock.now()
        match found:
            case Receipt():
                await self._sender.settle(results.sent(delivery, chat, found, now))
            case None:
                await self._sender.settle(results.not_found(delivery, now))
            case _ if delivery.maybe_repeated:
                log.error("delivery %s: outcome unknown twice, not sent a third time", delivery.id)
                await self._sender.settle(results.failed(delivery, now, "outcome unknown twice"))
            case _ if self._on_uncertain == "resend":
                await self._sender.settle(results.repeated(delivery, now))
