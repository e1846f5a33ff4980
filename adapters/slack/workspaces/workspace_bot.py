"""Paperboy in one workspace: what it knows there, how it answers there, and the allowance it sends by."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from adapters.slack.client.api import SlackApi, SlackMessageRef
from adapters.slack.client.connection import Connection
from adapters.slack.client.error_table import RATE_LIMIT_ERRORS
from adapters.slack.client.history_search import find_message
from adapters.slack.client.tokens import BotToken
from adapters.slack.directory.memberships import Memberships
from adapters.slack.directory.workspace import WorkspaceDirectory
from adapters.slack.rendering.buttons import with_value_tokens
from adapters.slack.rendering.renderer import render
from adapters.slack.rendering.splitting import SlackMessage, split_messages
from adapters.slack.replies.home_tab import HomeTabs
from adapters.slack.replies.link_unfurling import LinkUnfurler
from adapters.slack.replies.replies import SlackReplySender
from adapters.slack.replies.setup_modal import SetupModal
from bot.chats import Chat, MessageRef
from bot.errors import DeliveryError, ErrorScope, MessageRejected, NotAuthorised, RetryLater
from bot.ports import Clock, LookupUnsupported, PlatformState, RateLimit, RateLimiter
from bot.rate_limit import PriorityTurnQueue
from bot.views import View

log = logging.getLogger(__name__)

#: Digests a second in one workspace. Slack publishes one message a second in a channel and no number for a workspace:
#: https://docs.slack.dev/apis/web-api/rate-limits
TURNS_A_SECOND: Final = 2
#: chat.update is of tier 3, 50 a minute and more.
EDITS_A_SECOND: Final = 0.8
BETWEEN_PARTS: Final = timedelta(seconds=1.1)


class WorkspaceBot:
    """One workspace. ``name`` tells its allowance from others; it is shared by every process that has the same
    ``pace``."""

    def __init__(
        self,
        token: BotToken,
        name: str,
        connection: Connection,
        records: PlatformState,
        clock: Clock,
        pace: RateLimiter,
    ) -> None:
        self.api = SlackApi(token, connection, clock)
        self.directory = WorkspaceDirectory(self.api, clock)
        self.members = Memberships(self.api, clock)
        self.setup_modal = SetupModal(self.api, self.directory, self.members, records)
        self.home_tabs = HomeTabs(self.api, self.directory, self.members, records, clock)
        self.replies = SlackReplySender(
            self.api, self.directory, self.members, self.setup_modal, records, self._acquire, clock
        )
        self.unfurling = LinkUnfurler(self.api, self.directory, records)
        self._records = records
        self._clock = clock
        self._pace = pace
        self._lane = RateLimit(f"slack:{name}", 1 / TURNS_A_SECOND)
        self._turns = PriorityTurnQueue(pace, self._lane)
        self._edits = PriorityTurnQueue(pace, RateLimit(f"slack:{name}:edits", 1 / EDITS_A_SECOND))

    async def turn(self) -> None:
        """Waits for the next digest's turn."""
        await self._turns.wait_turn()

    async def _acquire(self) -> None:
        """An answer never waits, but takes a turn from the digests."""
        await self._pace.try_acquire(self._lane)

    async def send(self, chat: Chat, view: View, key: str, reply_to: MessageRef | None) -> MessageRef:
        """Posts a view; what does not fit follows in the thread."""
        await self._check_ours(chat)
        first, *others = await self._messages(chat, view)
        thread = message_ref(reply_to).ts if reply_to else ""
        try:
            there = await self.api.post(_channel(chat), first, key=key, thread_ts=thread)
        except RetryLater as refused:
            if refused.reason in RATE_LIMIT_ERRORS:
                await self._pace.throttle(self._lane)
            raise
        await self._continued(there, thread or there.ts, others)
        return MessageRef(f"{there.channel} {there.ts}")

    async def _messages(self, chat: Chat, view: View) -> list[SlackMessage]:
        messages = split_messages(render(await with_value_tokens(view, self._records), alone=chat.kind.personal))
        if not messages:
            raise MessageRejected("there is nothing to send")
        return messages

    async def _continued(self, there: SlackMessageRef, thread: str, others: list[SlackMessage]) -> None:
        """The rest of a long message. The first part stands there for good, so what fails here must not send it
        again."""
        for message in others:
            await self._clock.sleep_until(self._clock.now() + BETWEEN_PARTS)
            try:
                await self.api.post(there.channel, message, thread_ts=thread)
            except DeliveryError as problem:
                log.error("the end of a long message in Slack is missing: %s", problem.reason)
                return

    async def edit(self, chat: Chat, receipt: MessageRef, view: View) -> None:
        """Shows the view where the message stands, as much of it as one message holds, when it is its turn."""
        await self._check_ours(chat)
        await self._edits.wait_turn()
        await self.api.update(message_ref(receipt), (await self._messages(chat, view))[0])

    async def find(
        self, chat: Chat, key: str, since: datetime, reply_to: MessageRef | None
    ) -> MessageRef | LookupUnsupported | None:
        """Looks through the channel's history for a message with that key. Besides the answers it may raise RetryLater
        and NotAuthorised."""
        await self._check_ours(chat)
        if key in self.api.rejected_keys:
            return LookupUnsupported.UNSUPPORTED
        channel = _channel(chat)
        if channel[:1] in "UW":
            channel = await self.directory.direct_channel(channel)
        bot = await self.directory.bot_identity()
        return await find_message(
            self.api, channel, bot.bot_user, key, since, message_ref(reply_to).ts if reply_to else ""
        )

    async def _check_ours(self, chat: Chat) -> None:
        if chat.address.workspace != (await self.directory.bot_identity()).workspace:
            raise NotAuthorised(
                ErrorScope.WORKSPACE, "this chat is in another workspace than the one whose token is set"
            )


def message_ref(receipt: MessageRef) -> SlackMessageRef:
    """Where the message of a receipt lies."""
    channel, _, ts = receipt.id.partition(" ")
    return SlackMessageRef(channel, ts)


def _channel(chat: Chat) -> str:
    """Where to post: a person's id stands for the direct conversation with them."""
    return chat.dm_channel or chat.address.chat
