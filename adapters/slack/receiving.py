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
from adapters.slack.calling import Asked, changes
from adapters.slack.filling import Filling, errors
from adapters.slack.forms import errors_at_field
from adapters.slack.home import Homes
from adapters.slack.inbound import Inbound, Way, inbound
from adapters.slack.membership import Memberships
from adapters.slack.setup_form import CALLBACK as SETUP
from adapters.slack.told_surfaces import HOME, told_by_surface
from adapters.slack.unfurling import Unfurling, links_told
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

    def __init__(
        self,
        workspace: Workspace,
        members: Memberships,
        records: Records,
        news: ChatNews,
        answering: Answering,
        filling: Filling,
        homes: Homes,
        unfurling: Unfurling,
    ) -> None:
        self._unfurling = unfurling
        self._workspace = workspace
        self._members = members
        self._filling = filling
        self._homes = homes
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
            if self._filling.concerns(body):
                return await self._filled(body, answer)
            told = self._told(body, (await self._workspace.installation()).bot_user)
            if told is None or not await self._records.first_time(told.event_id, told.as_json()):
                return BoltResponse(status=200)
        except Exception as problem:
            # Without our acknowledgement Slack sends it again.
            log.error("something from Slack could not be stored (%s)", type(problem).__name__)
            return BoltResponse(status=500)
        if told.way is Way.FORM:
            return await self._form(told, body, answer)
        self._soon(self._done_after(told, self._attend(told, answer)))
        return BoltResponse(status=200)

    @staticmethod
    def _told(body: Json, bot_user: str) -> Inbound | None:
        """None also for what can't be read: Slack would only send it again."""
        try:
            return inbound(body, bot_user) or told_by_surface(body) or links_told(body, bot_user)
        except (LookupError, TypeError, AttributeError, ValueError) as problem:
            log.warning("something from Slack has another form than expected (%s)", type(problem).__name__)
            return None

    async def _filled(self, body: Json, answer: Answer) -> BoltResponse:
        """Nothing of a form that is still filled in has to outlive this process."""
        if body.get("type") == "block_actions":
            self._soon(self._filling.after(body, answer))
        return await self._filling.follow(body, answer)

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _done_after(self, told: Inbound, work: Coroutine[Any, Any, None]) -> None:
        """The work in its conversation's order; done also where it failed, not where it was interrupted."""
        order = self._orders.setdefault(told.channel or told.user, asyncio.Lock())
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
                self._members.changed()
                await self._news.gone(await self._address(told), GoneReason(told.reason))
            case Way.BACK:
                await self._news.back(await self._address(told))
            case Way.INVITED:
                self._workspace.changed(told.channel)
                self._members.changed()
                await self._news.back(await self._address(told))
                if told.user:
                    await self._reply(told, answer)
            case Way.LINKS:
                await self._unfurling.show(told, answer)
            case Way.HOME:
                await self._homes.publish(told.user, answer)
            case _:
                await self._reply(told, answer)

    async def _reply(self, told: Inbound, answer: Answer) -> None:
        await self._show(told, *await self._asked_and_answered(told, answer), answer)

    async def _show(self, told: Inbound, question: Asked | None, view: View, answer: Answer) -> None:
        """The answer, and the Home tabs that it changed."""
        on_home = told.surface == HOME and view.in_place
        if not on_home:
            await self._answering.show(told, question, view)
        if on_home:
            await self._homes.publish(told.user, answer)
        if question is not None and changes(question.call):
            await self._homes.changed(question.call.chat, answer, but=told.user if on_home else "")

    async def _form(self, told: Inbound, body: Json, answer: Answer) -> BoltResponse:
        """A mistake that is found in time is shown at the field; else the form closes and the answer follows."""
        answering = asyncio.create_task(self._asked_and_answered(told, answer))
        await asyncio.wait({answering}, timeout=FORM_SECONDS)
        if answering.done() and not answering.exception() and (errors := _errors(body, answering.result()[1])):
            await self._records.done(told.event_id)
            return BoltResponse(status=200, body=dict(errors))

        async def show() -> None:
            await self._show(told, *await answering, answer)

        self._soon(self._done_after(told, show()))
        return BoltResponse(status=200)

    async def _asked_and_answered(self, told: Inbound, answer: Answer) -> tuple[Asked | None, View]:
        asked = await self._answering.asked(told)
        return asked, await self._answering.view(asked, answer)

    async def _address(self, told: Inbound) -> ChatAddress:
        return ChatAddress(Platform.SLACK, (await self._workspace.installation()).workspace, told.channel)


def _errors(body: Json, view: View) -> Json | None:
    return errors(body, view) if body["view"].get("callback_id") == SETUP else errors_at_field(view)
