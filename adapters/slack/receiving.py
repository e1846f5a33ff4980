"""Receiving: stored first, then acknowledged, then worked on.

Slack wants its acknowledgement within three seconds and sends an event again that got none
(https://docs.slack.dev/apis/events-api#errors); an event that was stored before is acknowledged and left alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from typing import Any, Final
from weakref import WeakValueDictionary

from slack_bolt import BoltResponse

from adapters.slack.answering import Answering
from adapters.slack.calling import Asked
from adapters.slack.forms import errors_at_field
from adapters.slack.inbound import Inbound, Way, inbound
from adapters.slack.workspace import Workspace
from bot.chats import ChatAddress, Platform
from bot.errors import DeliveryError, GoneReason
from bot.ports import Answer, ChatNews, Records
from bot.views import View

FORM_SECONDS: Final = 2.0  # how long a form waits for its answer, of the three seconds Slack gives
STOPPING: Final = 5.0

Json = Mapping[str, Any]
log = logging.getLogger(__name__)


class Receiving:
    """Takes in what Slack tells, and sees to it that each thing is done once.

    What one conversation asks is answered in its order.
    """

    def __init__(self, workspace: Workspace, records: Records, news: ChatNews, answering: Answering) -> None:
        self._workspace = workspace
        self._records = records
        self._news = news
        self._answering = answering
        self._answer: Answer | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._orders: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def begin(self, answer: Answer) -> None:
        """From now on people are answered; what an earlier run stored and did not finish comes first."""
        left = await self._records.unfinished()
        self._answer = answer  # before this moment nothing new was stored, so nothing is worked on twice
        for event_id, body in left:
            try:
                told = Inbound.from_json(body)
            except (ValueError, TypeError, KeyError):
                await self._records.done(event_id)  # whatever is wrong with it would still be wrong at the next start
                continue
            self._soon(self._done_after(told, self._attend(told, answer)))

    async def stop(self) -> None:
        """Gives answers that were begun some seconds; the others are taken up at the next start."""
        self._answer = None
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOPPING)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def take(self, body: Json) -> BoltResponse:
        """Takes in a payload that is known to be Slack's and not about our own messages; the acknowledgement."""
        answer = self._answer
        if answer is None:
            return BoltResponse(status=503, body="not listening yet")
        try:
            told = inbound(body, (await self._workspace.installation()).bot_user)
            if told is None or not await self._records.first_time(told.event_id, told.as_json()):
                return BoltResponse(status=200)
        except Exception as problem:
            # Without our acknowledgement Slack sends it again.
            log.error("something from Slack could not be stored (%s)", type(problem).__name__)
            return BoltResponse(status=500)
        if told.way is Way.FORM:
            return await self._form(told, answer)
        self._soon(self._done_after(told, self._attend(told, answer)))
        return BoltResponse(status=200)

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _done_after(self, told: Inbound, work: Coroutine[Any, Any, None]) -> None:
        """The work in its conversation's order; done also where it failed, not where it was interrupted."""
        order = self._orders.setdefault(told.channel, asyncio.Lock())
        try:
            async with order:
                await work
        except DeliveryError as problem:
            log.warning("an answer in Slack could not be shown: %s", problem.reason)
        except Exception as problem:
            log.error("something from Slack could not be answered (%s)", type(problem).__name__)
        finally:
            work.close()
        try:
            await self._records.done(told.event_id)
        except Exception as problem:
            log.error("an event could not be marked as done (%s)", type(problem).__name__)

    async def _attend(self, told: Inbound, answer: Answer) -> None:
        match told.way:
            case Way.GONE | Way.UNINSTALLED:
                self._workspace.changed(told.channel)
                await self._news.gone(await self._address(told), GoneReason(told.reason))
            case Way.BACK:
                await self._news.back(await self._address(told))
            case Way.INVITED:
                self._workspace.changed(told.channel)
                await self._news.back(await self._address(told))
                if told.user:
                    await self._reply(told, answer)
            case _:
                await self._reply(told, answer)

    async def _reply(self, told: Inbound, answer: Answer) -> None:
        await self._answering.show(told, *await self._asked_and_answered(told, answer))

    async def _form(self, told: Inbound, answer: Answer) -> BoltResponse:
        """A mistake that is found in time is shown at the field; else the form closes and the answer follows."""
        answering = asyncio.create_task(self._asked_and_answered(told, answer))
        await asyncio.wait({answering}, timeout=FORM_SECONDS)
        if answering.done() and not answering.exception() and (errors := errors_at_field(answering.result()[1])):
            await self._records.done(told.event_id)
            return BoltResponse(status=200, body=dict(errors))

        async def show() -> None:
            await self._answering.show(told, *await answering)

        self._soon(self._done_after(told, show()))
        return BoltResponse(status=200)

    async def _asked_and_answered(self, told: Inbound, answer: Answer) -> tuple[Asked | None, View]:
        asked = await self._answering.asked(told)
        return asked, await self._answering.view(asked, answer)

    async def _address(self, told: Inbound) -> ChatAddress:
        return ChatAddress(Platform.SLACK, (await self._workspace.installation()).workspace, told.channel)
