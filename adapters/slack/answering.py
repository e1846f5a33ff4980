"""Answers, drawn where they belong.

In the person's own conversation with the bot an answer is a message. In a channel it is shown to the one who asked
alone; only a mention, which everybody saw, is answered for everybody, in its thread. A press never changes a message
that others see too.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final

from adapters.slack.api import Posted, SlackApi
from adapters.slack.buttons import with_short_values
from adapters.slack.calling import Asked, asked
from adapters.slack.drawing import draw
from adapters.slack.fitting import Message, fitted
from adapters.slack.forms import form, question_in
from adapters.slack.inbound import Inbound, Way
from adapters.slack.looking_back import find
from adapters.slack.workspace import Workspace
from bot.chats import Receipt
from bot.errors import ChatGone, DeliveryError, OutcomeUnknown, TryLater
from bot.ports import Answer, Clock, Records
from bot.sentences import say
from bot.views import Line, SmallPrint, View

log = logging.getLogger(__name__)

# Longer, and nobody waits for the answer any more.
PATIENCE: Final = timedelta(seconds=12)
UNKNOWN_BUTTON = View((Line(say("This button is too old for me. Ask again for a fresh one.")),), private=True)


Before = Callable[[], Awaitable[None]]


class Answering:
    """Finds the answer to what was asked, and shows it; ``before`` is awaited before each message of an answer."""

    def __init__(self, api: SlackApi, workspace: Workspace, records: Records, before: Before, clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._before = before
        self._workspace = workspace
        self._records = records

    async def asked(self, inbound: Inbound) -> Asked | None:
        return await asked(inbound, self._workspace, self._records)

    async def view(self, question: Asked | None, answer: Answer) -> View:
        if question is None:
            return UNKNOWN_BUTTON
        return question.with_remark(await answer(question.call))

    async def show(self, inbound: Inbound, question: Asked | None, view: View) -> None:
        """Shows the answer; a question opens a form where Slack lets us, a toast is a whisper."""
        if await self._asked_back(inbound, view):
            return
        if not view.blocks and view.toast:
            for message in fitted(draw(View((SmallPrint(view.toast),), language=view.language))):
                await self._whisper(inbound, message)
            return
        messages = fitted(draw(await with_short_values(view, self._records)))
        await self._deliver(inbound, question is not None and question.directly, view, messages)

    async def _asked_back(self, inbound: Inbound, view: View) -> bool:
        question = question_in(view)
        if question is None or not inbound.trigger_id:
            return False
        try:
            await self._api.open_view(inbound.trigger_id, form(question, inbound, view.language))
        except DeliveryError:
            return False  # more than three seconds have passed: it is asked in a message
        return True

    async def _deliver(self, inbound: Inbound, directly: bool, view: View, messages: Sequence[Message]) -> None:
        for position, message in enumerate(messages):
            await self._before()
            key = f"{inbound.event_id} {position}"
            in_place = view.in_place and inbound.way is Way.PRESS and position == 0
            if in_place and inbound.whispered and await self._respond(inbound, message, replace=True):
                continue
            if in_place and directly and not inbound.whispered:
                await self._api.update(Posted(inbound.channel, inbound.message_ts), message)
            elif directly or (inbound.way is Way.MENTION and not view.private):
                await self._posted(inbound, message, key)
            else:
                await self._whispered(inbound, message)

    async def _posted(self, inbound: Inbound, message: Message, key: str) -> None:
        """Posts it; what failed on the way is posted once more, if it is not found to be there."""
        try:
            await self._post(inbound, message, key)
        except TryLater as later:
            await self._pause(later)
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
        found = await find(self._api, inbound.channel, bot.bot_user, key, self._clock.now() - PATIENCE)
        return isinstance(found, Receipt)

    async def _pause(self, later: TryLater) -> None:
        if later.at - self._clock.now() > PATIENCE:
            raise later
        await self._clock.sleep_until(later.at)

    async def _whispered(self, inbound: Inbound, message: Message) -> None:
        """A whisper can't be looked for; one too many does less harm than none."""
        try:
            await self._whisper(inbound, message)
        except TryLater as later:
            await self._pause(later)
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
