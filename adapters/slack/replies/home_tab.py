"""App Home: what a person follows for themselves and in their channels, always as it is now."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from slack_sdk.models.blocks import Block as SlackBlock
from slack_sdk.models.blocks import DividerBlock
from slack_sdk.models.views import View as SlackView

from adapters.slack.client.api import SlackApi
from adapters.slack.directory.memberships import Memberships
from adapters.slack.directory.workspace import WorkspaceDirectory
from adapters.slack.events.command_calls import resolve_lookup
from adapters.slack.events.surface_events import block_id_for
from adapters.slack.rendering.renderer import render
from adapters.slack.rendering.setup_form import OWN_CONVERSATION
from bot.chats import ChatAddress
from bot.errors import DeliveryError
from bot.i18n import t
from bot.ports import Clock, CommandHandler, PlatformState
from bot.views import Footer, TextBlock, View

BLOCKS: Final = 95  # of 100, so that the last line always has room
CHANNELS: Final = 100
WATCHED: Final = timedelta(hours=24)
WATCHERS: Final = 2000

Json = Mapping[str, Any]
log = logging.getLogger(__name__)


class HomeTabs:
    """Publishes Home tabs, and again where what they show has changed, for those who looked at theirs lately."""

    def __init__(
        self, api: SlackApi, workspace: WorkspaceDirectory, members: Memberships, records: PlatformState, clock: Clock
    ) -> None:
        self._api = api
        self._workspace = workspace
        self._members = members
        self._records = records
        self._clock = clock
        self._watching: dict[str, tuple[datetime, frozenset[str]]] = {}

    async def publish(self, user: str, answer: CommandHandler) -> None:
        """Shows the person what is so now. Raises what Slack's refusal means."""
        own = await self._asked(user, OWN_CONVERSATION, "home", answer)
        try:
            places = await self._members.shared_channels(user)
        except DeliveryError as problem:
            log.warning("the channels of a Home tab could not be read: %s", problem.reason)
            places = ()
        channels = [place.channel for place in places[:CHANNELS]]
        found = [(channel, await self._followed(user, channel, answer)) for channel in channels]
        shown = [(channel, view) for channel, view in found if view is not None]
        self._watch(user, frozenset(channels))
        await self._api.publish_home(user, _drawn(own, shown))

    async def refresh_watchers(self, chat: ChatAddress, answer: CommandHandler, but: str = "") -> None:
        """What the chat follows or when is another now; ``but`` has been shown it already."""
        for user, (at, channels) in list(self._watching.items()):
            if user != but and at >= self._since() and (chat.chat == user or chat.chat in channels):
                await self._again(user, answer)

    async def _again(self, user: str, answer: CommandHandler) -> None:
        try:
            await self.publish(user, answer)
        except DeliveryError as problem:
            log.warning("a Home tab could not be brought up to date: %s", problem.reason)

    async def _followed(self, user: str, channel: str, answer: CommandHandler) -> View | None:
        """The channel at a glance, None where nothing is followed there."""
        view = await self._asked(user, channel, "overview", answer)
        return view if _follows(view) else None

    async def _asked(self, user: str, place: str, command: str, answer: CommandHandler) -> View:
        question = await resolve_lookup(user, place, command, self._workspace)
        return await answer(question.call) if question.conversation.bot_is_member else View(())

    def _watch(self, user: str, channels: frozenset[str]) -> None:
        self._watching.pop(user, None)
        self._watching[user] = (self._clock.now(), channels)
        while len(self._watching) > WATCHERS or self._watching[next(iter(self._watching))][0] < self._since():
            del self._watching[next(iter(self._watching))]

    def _since(self) -> datetime:
        return self._clock.now() - WATCHED


def _drawn(own: View, channels: Sequence[tuple[str, View]]) -> dict[str, Any]:
    """The person's own part, then each channel, or the other way round while they follow nothing for themselves;
    channels for which there is no room are counted."""
    yours, left = _part("", own), 0
    theirs: list[SlackBlock] = []
    for channel, view in channels:
        part = _part(channel, view)
        if left or len(yours) + len(theirs) + len(part) + 1 > BLOCKS:
            left += 1
        else:
            theirs += [DividerBlock(), *part] if theirs else part
    parts = [yours, theirs] if _follows(own) else [theirs, yours]
    blocks = [*parts[0], *([DividerBlock()] if theirs else []), *parts[1]]
    if left:
        more = t("{n} more channels: ask there with <code>/papers topics</code>.", n=left)
        blocks += render(View((TextBlock(more),))).blocks
    return SlackView(type="home", blocks=[block.to_dict() for block in blocks]).to_dict()


def _part(channel: str, view: View) -> list[SlackBlock]:
    """The view's blocks, named so that what is pressed there counts for that chat."""
    blocks = list(render(view).blocks)
    for number, block in enumerate(blocks):
        block.block_id = block_id_for(channel, number)
    return blocks


def _follows(glance: View) -> bool:
    """Whether something is followed there: then the next digest stands below it."""
    return any(isinstance(block, Footer) for block in glance.blocks)
