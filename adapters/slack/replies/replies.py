"""Answers, drawn where they belong.

In the person's own conversation with the bot an answer is a message. In a channel it is shown to the one who asked
alone; only a mention, which everybody saw, is answered for everybody, in its thread. A press never changes a message
that others see too.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from adapters.slack.client.api import Posted, SlackApi
from adapters.slack.client.history_search import find
from adapters.slack.directory.memberships import Memberships
from adapters.slack.directory.workspace import Workspace
from adapters.slack.events.command_calls import SHARED, Asked, asked, changes, theirs
from adapters.slack.events.events import Inbound, Way
from adapters.slack.events.surface_events import MODAL
from adapters.slack.rendering.answer_modal import window
from adapters.slack.rendering.buttons import with_short_values
from adapters.slack.rendering.renderer import draw
from adapters.slack.rendering.setup_form import ME
from adapters.slack.rendering.splitting import Message, fitted
from adapters.slack.replies.question_modal import form, question_in
from adapters.slack.replies.setup_modal import Filling
from bot.chats import Receipt
from bot.errors import ChatGone, DeliveryError, OutcomeUnknown, TryLater
from bot.i18n import say
from bot.ports import Answer, Clock, Records
from bot.views import Button, Buttons, Line, PaperCard, PaperEntry, SmallPrint, Titles, View

log = logging.getLogger(__name__)

# Longer, and nobody waits for the answer any more.
PATIENCE: Final = timedelta(seconds=12)
# A greeting was asked for by nobody, and it is how people learn what to do.
PATIENCE_OF_A_GREETING: Final = timedelta(minutes=5)
UNKNOWN_BUTTON = View((Line(say("This button is too old for me. Ask again for a fresh one.")),), private=True)

Json = Mapping[str, Any]
Before = Callable[[], Awaitable[None]]


class Answering:
    """Finds the answer to what was asked, and shows it; ``before`` is awaited before each message of an answer."""

    def __init__(
        self,
        api: SlackApi,
        workspace: Workspace,
        members: Memberships,
        filling: Filling,
        records: Records,
        before: Before,
        clock: Clock,
    ) -> None:
        self._api = api
        self._members = members
        self._filling = filling
        self._clock = clock
        self._before = before
        self._workspace = workspace
        self._records = records

    async def asked(self, inbound: Inbound) -> Asked | None:
        return await asked(inbound, self._workspace, self._records, self._members)

    async def view(self, question: Asked | None, answer: Answer) -> View:
        if question is None:
            return UNKNOWN_BUTTON
        return question.with_remark(await answer(question.call))

    async def show(self, inbound: Inbound, question: Asked | None, view: View) -> None:
        """Shows the answer; a question opens a form where Slack lets us, a toast is a whisper."""
        await self._say_aloud(inbound, question, view)
        if await self._asked_back(inbound, question, view):
            return
        whisper = not view.blocks and view.toast is not None
        if whisper and view.toast:
            view = View((SmallPrint(view.toast),), language=view.language, private=True)
        alone = question is not None and question.directly and not whisper
        if not alone and question is not None and _may_be_shared(inbound, question, view):
            view = replace(view, blocks=(*view.blocks, _share_button(inbound)))
        messages = fitted(draw(await with_short_values(view, self._records), alone=alone))
        if inbound.surface and await self._in_a_window(inbound, view, messages):
            return
        placed = await self._placed(inbound, question)
        await self._deliver(placed, alone or placed is not inbound, view, messages)

    async def _say_aloud(self, inbound: Inbound, question: Asked | None, view: View) -> None:
        """What everybody in the channel that was changed reads; that it can't be said there changes nothing else."""
        if view.aloud is None or question is None or not question.room.member or question.directly:
            return
        there = replace(inbound, channel=question.call.chat.chat, thread_ts="", response_url="")
        (message,) = fitted(draw(View((Line(view.aloud),), language=view.language)))
        try:
            await self._before()
            await self._posted(there, message, f"{inbound.event_id} aloud")
        except DeliveryError as problem:
            log.warning("a channel could not be told that it was set up: %s", problem.reason)

    async def _asked_back(self, inbound: Inbound, question: Asked | None, view: View) -> bool:
        """In a form; where more than three seconds have passed, it is asked in a message."""
        if not inbound.trigger_id:
            return False
        if view.form is not None and question is not None:
            place = ME if question.call.kind.personal else question.call.chat.chat
            # Where the bot is not, nothing can be said later.
            there = inbound if question.room.member else replace(inbound, channel="", thread_ts="")
            return await self._opened(inbound, await self._filling.form(view.form, there, place, view.language))
        wanted = question_in(view)
        return wanted is not None and await self._opened(inbound, form(wanted, inbound, view.language))

    async def _in_a_window(self, inbound: Inbound, view: View, messages: Sequence[Message]) -> bool:
        """Where something was done in a window or on Home, its answer comes in one."""
        if view.shared or not messages:
            return False
        shown = window(messages, inbound.channel, inbound.thread_ts, view.language)
        if inbound.surface == MODAL and inbound.view_id and view.in_place:
            await self._api.update_view(inbound.view_id, shown)
            return True
        return await self._opened(inbound, shown)

    async def _opened(self, inbound: Inbound, shown: Json) -> bool:
        try:
            if inbound.surface == MODAL and inbound.view_id:
                await self._api.push_view(inbound.trigger_id, shown)
            else:
                await self._api.open_view(inbound.trigger_id, shown)
        except DeliveryError:
            return False
        return True

    async def _placed(self, inbound: Inbound, question: Asked | None) -> Inbound:
        """With a conversation to answer in: what was done in none is answered in the person's own, and so is what a
        form says to come from one that it can't come from."""
        if inbound.channel and (not inbound.carried or await self._may_answer(inbound, question)):
            return inbound
        return replace(inbound, channel=await self._workspace.direct_channel(inbound.user), thread_ts="")

    async def _may_answer(self, inbound: Inbound, question: Asked | None) -> bool:
        if question is None or not (await self._workspace.room(inbound.channel)).member:
            return False
        try:
            return await theirs(inbound.channel, inbound.user, self._workspace, self._members)
        except DeliveryError:
            return False

    async def _deliver(self, inbound: Inbound, directly: bool, view: View, messages: Sequence[Message]) -> None:
        for position, message in enumerate(messages):
            await self._before()
            key = f"{inbound.event_id} {position}"
            in_place = view.in_place and inbound.way is Way.PRESS and position == 0 and not inbound.surface
            if in_place and inbound.whispered and await self._respond(inbound, message, replace=True):
                continue
            if in_place and directly and not inbound.whispered:
                await self._api.update(Posted(inbound.channel, inbound.message_ts), message)
            elif view.shared:
                await self._posted(replace(inbound, thread_ts=""), message, key)
            elif directly or (inbound.way is Way.MENTION and not view.private):
                await self._posted(inbound, message, key)
            else:
                await self._whispered(inbound, message)

    async def _posted(self, inbound: Inbound, message: Message, key: str) -> None:
        """Posts it; what failed on the way is posted once more, if it is not found to be there."""
        try:
            await self._post(inbound, message, key)
        except TryLater as later:
            await self._pause(later, inbound)
            await self._post(inbound, message, key)
        except OutcomeUnknown:
            if not await self._is_there(inbound, key):
                await self._post(inbound, message, key)

    async def _post(self, inbound: Inbound, message: Message, key: str) -> None:
        try:
            await self._api.post(inbound.channel, message, key=key, thread_ts=inbound.thread_ts)
        except ChatGone:
            if not await self._respond(inbound, message):
                raise

    async def _is_there(self, inbound: Inbound, key: str) -> bool:
        bot = await self._workspace.installation()
        since = self._clock.now() - PATIENCE
        found = await find(self._api, inbound.channel, bot.bot_user, key, since, inbound.thread_ts)
        return isinstance(found, Receipt)

    async def _pause(self, later: TryLater, inbound: Inbound) -> None:
        greeting = inbound.way in (Way.INSTALLED, Way.INVITED)
        if later.at - self._clock.now() > (PATIENCE_OF_A_GREETING if greeting else PATIENCE):
            raise later
        await self._clock.sleep_until(later.at)

    async def _whispered(self, inbound: Inbound, message: Message) -> None:
        """A whisper can't be looked for; one too many does less harm than none."""
        try:
            await self._whisper(inbound, message)
        except TryLater as later:
            await self._pause(later, inbound)
            await self._whisper(inbound, message)
        except OutcomeUnknown:
            await self._whisper(inbound, message)

    async def _whisper(self, inbound: Inbound, message: Message) -> None:
        if not await self._respond(inbound, message):
            await self._api.whisper(inbound.channel, inbound.user, message, thread_ts=inbound.thread_ts)

    async def _respond(self, inbound: Inbound, message: Message, *, replace: bool = False) -> bool:
        """By the interaction's own address: it works where the bot is no member, too."""
        if not inbound.response_url:
            return False
        try:
            return await self._api.respond(inbound.response_url, message, replace=replace, thread_ts=inbound.thread_ts)
        except DeliveryError:
            return False


def _may_be_shared(inbound: Inbound, question: Asked, view: View) -> bool:
    """What one person was shown of papers, where the others may see it, too."""
    return (
        inbound.way in (Way.COMMAND, Way.PRESS)
        and question.room.member
        and bool(view.blocks)
        and not (view.private or view.shared or view.in_place or inbound.surface or changes(question.call))
        and any(isinstance(block, PaperEntry | PaperCard | Titles) for block in view.blocks)
    )


def _share_button(inbound: Inbound) -> Buttons:
    command = inbound.text.removeprefix(SHARED)
    return Buttons(((Button(say("Post to channel"), f"{SHARED}{command}"),),))
