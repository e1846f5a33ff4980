"""Paperboy in one workspace: what it knows there, how it answers there, and the allowance it sends by."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from adapters.slack.client.api import Posted, SlackApi
from adapters.slack.client.connection import Connection
from adapters.slack.client.error_table import RATE_LIMITS
from adapters.slack.client.history_search import find
from adapters.slack.client.tokens import Token
from adapters.slack.directory.memberships import Memberships
from adapters.slack.directory.workspace import Workspace
from adapters.slack.rendering.buttons import with_short_values
from adapters.slack.rendering.renderer import draw
from adapters.slack.rendering.splitting import Message, fitted
from adapters.slack.replies.home_tab import Homes
from adapters.slack.replies.link_unfurling import Unfurling
from adapters.slack.replies.replies import Answering
from adapters.slack.replies.setup_modal import Filling
from bot.chats import Chat, Receipt
from bot.errors import DeliveryError, NotAuthorised, Refused, Scope, TryLater
from bot.ports import CannotKnow, Clock, Lane, Pace, Records
from bot.rate_limit import Turns
from bot.views import View

log = logging.getLogger(__name__)

#: Digests a second in one workspace. Slack publishes one message a second in a channel and no number for a workspace:
#: https://docs.slack.dev/apis/web-api/rate-limits
TURNS_A_SECOND: Final = 2
#: chat.update is of tier 3, 50 a minute and more.
EDITS_A_SECOND: Final = 0.8
BETWEEN_PARTS: Final = timedelta(seconds=1.1)


class Team:
    """One workspace. ``name`` tells its allowance from others; it is shared by every process that has the same
    ``pace``."""

    def __init__(
        self, token: Token, name: str, connection: Connection, records: Records, clock: Clock, pace: Pace
    ) -> None:
        self.api = SlackApi(token, connection, clock)
        self.workspace = Workspace(self.api, clock)
        self.members = Memberships(self.api, clock)
        self.filling = Filling(self.api, self.workspace, self.members, records)
        self.homes = Homes(self.api, self.workspace, self.members, records, clock)
        self.answering = Answering(
            self.api, self.workspace, self.members, self.filling, records, self._went_before, clock
        )
        self.unfurling = Unfurling(self.api, self.workspace, records)
        self._records = records
        self._clock = clock
        self._pace = pace
        self._lane = Lane(f"slack:{name}", 1 / TURNS_A_SECOND)
        self._turns = Turns(pace, self._lane)
        self._edits = Turns(pace, Lane(f"slack:{name}:edits", 1 / EDITS_A_SECOND))

    async def turn(self) -> None:
        """Waits for the next digest's turn."""
        await self._turns.take()

    async def _went_before(self) -> None:
        """An answer never waits, but takes a turn from the digests."""
        await self._pace.enter(self._lane)

    async def send(self, chat: Chat, view: View, key: str, reply_to: Receipt | None) -> Receipt:
        """Posts a view; what does not fit follows in the thread."""
        await self._check_ours(chat)
        first, *others = await self._messages(chat, view)
        thread = posted(reply_to).ts if reply_to else ""
        try:
            there = await self.api.post(_channel(chat), first, key=key, thread_ts=thread)
        except TryLater as refused:
            if refused.reason in RATE_LIMITS:
                await self._pace.slow_down(self._lane)
            raise
        await self._continued(there, thread or there.ts, others)
        return Receipt(f"{there.channel} {there.ts}")

    async def _messages(self, chat: Chat, view: View) -> list[Message]:
        messages = fitted(draw(await with_short_values(view, self._records), alone=chat.kind.personal))
        if not messages:
            raise Refused("there is nothing to send")
        return messages

    async def _continued(self, there: Posted, thread: str, others: list[Message]) -> None:
        """The rest of a long message. The first part stands there for good, so what fails here must not send it
        again."""
        for message in others:
            await self._clock.sleep_until(self._clock.now() + BETWEEN_PARTS)
            try:
                await self.api.post(there.channel, message, thread_ts=thread)
            except DeliveryError as problem:
                log.error("the end of a long message in Slack is missing: %s", problem.reason)
                return

    async def edit(self, chat: Chat, receipt: Receipt, view: View) -> None:
        """Shows the view where the message stands, as much of it as one message holds, when it is its turn."""
        await self._check_ours(chat)
        await self._edits.take()
        await self.api.update(posted(receipt), (await self._messages(chat, view))[0])

    async def find(
        self, chat: Chat, key: str, since: datetime, reply_to: Receipt | None
    ) -> Receipt | CannotKnow | None:
        """Looks through the channel's history for a message with that key. Besides the answers it may raise TryLater
        and NotAuthorised."""
        await self._check_ours(chat)
        if key in self.api.keyless:
            return CannotKnow.CANNOT_KNOW
        channel = _channel(chat)
        if channel[:1] in "UW":
            channel = await self.workspace.direct_channel(channel)
        bot = await self.workspace.installation()
        return await find(self.api, channel, bot.bot_user, key, since, posted(reply_to).ts if reply_to else "")

    async def _check_ours(self, chat: Chat) -> None:
        if chat.address.workspace != (await self.workspace.installation()).workspace:
            raise NotAuthorised(Scope.WORKSPACE, "this chat is in another workspace than the one whose token is set")


def posted(receipt: Receipt) -> Posted:
    """Where the message of a receipt lies."""
    channel, _, ts = receipt.message.partition(" ")
    return Posted(channel, ts)


def _channel(chat: Chat) -> str:
    """Where to post: a person's id stands for the direct conversation with them."""
    return chat.dm_channel or chat.address.chat
