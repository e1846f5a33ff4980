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
from adapters.slack.directory.workspace import Workspace
from adapters.slack.events.command_calls import asked
from adapters.slack.events.events import Inbound, Way
from adapters.slack.events.surface_events import about
from adapters.slack.rendering.renderer import draw
from adapters.slack.rendering.setup_form import ME
from bot.chats import ChatAddress
from bot.errors import DeliveryError
from bot.i18n import say
from bot.ports import Answer, Clock, Records
from bot.views import Line, SmallPrint, View

BLOCKS: Final = 95  # of 100, so that the last line always has room
CHANNELS: Final = 100
WATCHED: Final = timedelta(hours=24)
WATCHERS: Final = 2000

Json = Mapping[str, Any]
log = logging.getLogger(__name__)


class Homes:
    """Publishes Home tabs, and again where what they show has changed, for those who looked at theirs lately."""

    def __init__(
        self, api: SlackApi, workspace: Workspace, members: Memberships, records: Records, clock: Clock
    ) -> None:
        self._api = api
        self._workspace = workspace
        self._members = members
        self._records = records
        self._clock = clock
        self._watching: dict[str, tuple[datetime, frozenset[str]]] = {}

    async def publish(self, user: str, answer: Answer) -> None:
        """Shows the person what is so now. Raises what Slack's refusal means."""
        own = await self._asked(user, ME, "home", answer)
        try:
            places = await self._members.places(user)
        except DeliveryError as problem:
            log.warning("the channels of a Home tab could not be read: %s", problem.reason)
            places = ()
        channels = [place.channel for place in places[:CHANNELS]]
        found = [(channel, await self._followed(user, channel, answer)) for channel in channels]
        shown = [(channel, view) for channel, view in found if view is not None]
        self._watch(user, frozenset(channels))
        await self._api.publish_home(user, _drawn(own, shown))

    async def changed(self, chat: ChatAddress, answer: Answer, but: str = "") -> None:
        """What the chat follows or when is another now; ``but`` has been shown it already."""
        for user, (at, channels) in list(self._watching.items()):
            if user != but and at >= self._since() and (chat.chat == user or chat.chat in channels):
                await self._again(user, answer)

    async def _again(self, user: str, answer: Answer) -> None:
        try:
            await self.publish(user, answer)
        except DeliveryError as problem:
            log.warning("a Home tab could not be brought up to date: %s", problem.reason)

    async def _followed(self, user: str, channel: str, answer: Answer) -> View | None:
        """The channel at a glance, None where nothing is followed there."""
        view = await self._asked(user, channel, "overview", answer)
        return view if _follows(view) else None

    async def _asked(self, user: str, place: str, command: str, answer: Answer) -> View:
        inbound = Inbound(Way.HOME, "", user=user, text=command, target=place)
        question = await asked(inbound, self._workspace, self._records, self._members)
        if question is None or not question.room.member:
            return View(())
        return await answer(question.looking().call)

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
        more = say("{n} more channels: ask there with <code>/papers topics</code>.", n=left)
        blocks += draw(View((Line(more),))).blocks
    return SlackView(type="home", blocks=[block.to_dict() for block in blocks]).to_dict()


def _part(channel: str, view: View) -> list[SlackBlock]:
    """The view's blocks, named so that what is pressed there counts for that chat."""
    blocks = list(draw(view).blocks)
    for number, block in enumerate(blocks):
        block.block_id = about(channel, number)
    return blocks


def _follows(glance: View) -> bool:
    """Whether something is followed there: then the next digest stands below it."""
    return any(isinstance(block, SmallPrint) for block in glance.blocks)
