"""Reconciles uncertain deliveries with the platform: looked up, sent once more, or left to the operator."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from bot.chats import Chat, MessageRef, Platform
from bot.deliveries import Delivery
from bot.delivery import results
from bot.delivery.attempt import SEND_TIMEOUT_SECONDS, AttemptOutcome, outcome_of_error
from bot.delivery.outbox_queue import OutboxQueue
from bot.errors import ChatIdChanged, ChatUnavailable, DeliveryError
from bot.ports import Clock, Leases, LookupUnsupported, Messenger, Storage

# The platform may still be processing a request that was cut off: looked up too early it would be found missing.
FIRST_LOOKUP_DELAY: Final = timedelta(seconds=5)
LOOKUP_RETRY_INTERVAL: Final = timedelta(minutes=1)
# Longer than the five seconds between two runs, so the process that reconciles goes on reconciling.
RECONCILER_LEASE: Final = "doubts"
RECONCILER_LEASE_DURATION: Final = timedelta(seconds=15)
_MAX_CLOCK_SKEW: Final = timedelta(seconds=5)

# Where the platform gives no way to look up: send once more, silently, or leave it until the operator decides.
UncertainPolicy = Literal["resend", "hold"]

log = logging.getLogger(__name__)


class Reconciler:
    """Resolves uncertain deliveries, those of one workspace one after the other.

    Where ``leases`` are shared, one process reconciles at a time: two would do no harm, but ask Slack twice.
    """

    def __init__(
        self,
        storage: Storage,
        messengers: Mapping[Platform, Messenger],
        clock: Clock,
        outbox: OutboxQueue,
        on_uncertain: UncertainPolicy,
        *,
        leases: Leases | None = None,
        owner: str = "",
    ) -> None:
        self._storage = storage
        self._messengers = messengers
        self._clock = clock
        self._outbox = outbox
        self._on_uncertain = on_uncertain
        self._leases = leases
        self._owner = owner
        self._not_before: dict[int, datetime] = {}

    async def reconcile(self, owner: str = "") -> int:
        """Takes up every uncertain delivery, those with an expired lease included; with ``owner``, at the start of the
        only sender, those of every other owner as well: their processes are gone. Returns how many it looked at."""
        if self._leases is not None and not await self._leases.acquire(
            RECONCILER_LEASE, self._owner, RECONCILER_LEASE_DURATION
        ):
            return 0
        async with self._storage.write() as work:
            uncertain = await work.outbox.mark_expired_leases(self._clock.now(), owner)
            await work.commit()
        self._not_before = {one.id: self._not_before[one.id] for one in uncertain if one.id in self._not_before}
        due = [delivery for delivery in uncertain if self._is_due(delivery)]
        workspaces = defaultdict[tuple[Platform, str], list[Delivery]](list)
        for delivery in due:
            workspaces[delivery.address.platform, delivery.address.workspace].append(delivery)
        await asyncio.gather(*map(self._reconcile_workspace, workspaces.values()))
        return len(due)

    async def _reconcile_workspace(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            self._not_before[delivery.id] = self._clock.now() + LOOKUP_RETRY_INTERVAL
            await self._reconcile_one(delivery)

    def _is_due(self, delivery: Delivery) -> bool:
        since = delivery.sending_at or delivery.created_at
        return self._clock.now() >= max(since + FIRST_LOOKUP_DELAY, self._not_before.get(delivery.id, since))

    async def _reconcile_one(self, delivery: Delivery) -> None:
        messenger = self._messengers.get(delivery.address.platform)
        async with self._storage.read() as work:
            chat = await work.chats.get(delivery.chat_id)
        if messenger is None or chat is None:
            return
        try:
            found = await self._look_up(messenger, chat, delivery)
        except (ChatUnavailable, ChatIdChanged) as problem:
            await self._outbox.record(
                outcome_of_error(problem, delivery, chat, self._clock.now(), messenger.capabilities)
            )
        except (DeliveryError, TimeoutError) as problem:
            log.warning("delivery %s can't be looked up now: %s", delivery.id, type(problem).__name__)
        else:
            await self._record_finding(delivery, found, messenger.capabilities.message_interval(chat.kind))

    async def _look_up(
        self, messenger: Messenger, chat: Chat, delivery: Delivery
    ) -> MessageRef | LookupUnsupported | None:
        since = (delivery.sending_at or delivery.created_at) - _MAX_CLOCK_SKEW
        async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
            return await messenger.find_sent(chat, delivery.client_key, since, delivery.reply_to)

    async def _record_finding(
        self, delivery: Delivery, found: MessageRef | LookupUnsupported | None, interval: timedelta
    ) -> None:
        now = self._clock.now()
        match found:
            case MessageRef():
                result = results.sent(delivery, found, now, interval)
            case None:
                result = results.resend_not_found(delivery, now)
            case _ if delivery.possible_duplicate:
                log.error("delivery %s: outcome unknown twice, not sent a third time", delivery.id)
                result = results.failed(delivery, now, "outcome unknown twice")
            case _ if self._on_uncertain == "resend":
                result = results.resend_once(delivery, now)
            case _:
                return
        await self._outbox.record(AttemptOutcome(result))
