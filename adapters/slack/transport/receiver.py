"""Receiving: stored first, then acknowledged, then worked on.

Slack wants its acknowledgement within three seconds and sends an event again that got none
(https://docs.slack.dev/apis/events-api#errors); an event that was stored before is acknowledged and left alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from weakref import WeakValueDictionary

from slack_bolt import BoltResponse

from adapters.slack.events.command_calls import Asked, changes
from adapters.slack.events.events import Inbound, Way, inbound
from adapters.slack.events.surface_events import HOME, told_by_surface
from adapters.slack.rendering.setup_form import CALLBACK as SETUP
from adapters.slack.replies.link_unfurling import links_told
from adapters.slack.replies.question_modal import errors_at_field
from adapters.slack.replies.setup_modal import errors
from adapters.slack.workspaces.registry import Teams
from adapters.slack.workspaces.uninstall import Endings
from adapters.slack.workspaces.workspace_bot import Team
from bot.chats import ChatAddress, Platform
from bot.errors import DeliveryError, GoneReason
from bot.i18n import say
from bot.ports import Answer, ChatNews, Records
from bot.views import Mistake, View

# Of the three seconds that Slack gives: how long storing may take before it is acknowledged, and a form's answer then.
STORE_SECONDS: Final = 0.8
FORM_SECONDS: Final = 1.5
STOPPING: Final = 5.0

NOT_NOW: Final = View(
    (Mistake(say("I could not find out what I need to know for that. Nothing was changed; please try again soon.")),),
    private=True,
)
NOT_BOTH_THERE: Final = View(
    (Mistake(say("One of us is not in that conversation any more. Choose another place, or invite me there first.")),),
    private=True,
)

Json = Mapping[str, Any]
log = logging.getLogger(__name__)


class Receiving:
    """Takes in what Slack tells, and sees to it that each thing is done once.

    What one conversation asks is answered in its order.
    """

    def __init__(self, teams: Teams, records: Records, news: ChatNews, endings: Endings) -> None:
        self._teams = teams
        self._records = records
        self._news = news
        self._endings = endings
        self._answer: Answer | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._orders: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

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

    async def take(self, body: Json, team: Team) -> BoltResponse:
        """Takes in a payload that is known to be Slack's, told to this team and not about our own messages; the
        acknowledgement."""

        async def taken(answer: Answer) -> BoltResponse:
            if team.filling.concerns(body):
                return await self._filled(body, team, answer)
            return await self._taken(await self._told(body, team), body, answer)

        return await self._acknowledged(taken)

    async def end(self, body: Json, workspace: str) -> BoltResponse:
        """Takes in a payload of a workspace where the token works no more: that it took the app away, nothing else."""

        async def ended(answer: Answer) -> BoltResponse:
            told = inbound(body, "")
            over = told is not None and told.way is Way.UNINSTALLED
            return await self._taken(replace(told, team=workspace) if told and over else None, body, answer)

        return await self._acknowledged(ended)

    async def _acknowledged(self, taking: Callable[[Answer], Awaitable[BoltResponse]]) -> BoltResponse:
        """Without our acknowledgement Slack sends it again."""
        if self._answer is None:
            return BoltResponse(status=503, body="not listening yet")
        try:
            return await taking(self._answer)
        except Exception as problem:
            log.error("something from Slack could not be stored (%s)", type(problem).__name__)
            return BoltResponse(status=500)

    async def _taken(self, told: Inbound | None, body: Json, answer: Answer) -> BoltResponse:
        """Stored, acknowledged, then worked on. What Slack tells only once is acknowledged in time even where storing
        it takes longer, and answered even where it can't be stored: nobody would tell it again."""
        if told is None:
            return BoltResponse(status=200)
        storing = asyncio.create_task(self._stored(told))
        await asyncio.wait({storing}, timeout=STORE_SECONDS if told.told_once else None)
        if not told.told_once and not await storing:
            return BoltResponse(status=200)
        if storing.done() and not storing.exception() and not storing.result():
            return BoltResponse(status=200)
        if told.way is Way.FORM:
            return await self._form(told, body, answer, storing)
        self._soon(self._done_after(told, self._attend_if_new(told, answer, storing)))
        return BoltResponse(status=200)

    async def _attend_if_new(self, told: Inbound, answer: Answer, storing: asyncio.Task[bool]) -> None:
        if await _is_new(storing):
            await self._attend(told, answer)

    async def installed(self, workspace: str, user: str, at: int) -> None:
        """Somebody installed the app: whoever it was is greeted once, by this process or the one that listens next."""
        event_id = f"installed:{workspace}:{user}:{at}"
        told = Inbound(Way.INSTALLED, event_id, user=user, team=workspace, at=at)
        if await self._stored(told) and self._answer is not None:
            self._soon(self._done_after(told, self._attend(told, self._answer)))

    async def _stored(self, told: Inbound) -> bool:
        """Whether it is new."""
        return await self._records.first_time(told.event_id, told.as_json())

    @staticmethod
    async def _told(body: Json, team: Team) -> Inbound | None:
        """None also for what can't be read: Slack would only send it again."""
        bot = await team.workspace.installation()
        try:
            told = inbound(body, bot.bot_user) or told_by_surface(body) or links_told(body, bot.bot_user)
            return replace(told, team=bot.workspace) if told else None
        except (LookupError, TypeError, AttributeError, ValueError) as problem:
            log.warning("something from Slack has another form than expected (%s)", type(problem).__name__)
            return None

    async def _filled(self, body: Json, team: Team, answer: Answer) -> BoltResponse:
        """Nothing of a form that is still filled in has to outlive this process."""
        if body.get("type") == "block_actions":
            self._soon(team.filling.after(body, answer))
        return await team.filling.follow(body, answer)

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _done_after(self, told: Inbound, work: Coroutine[Any, Any, None]) -> None:
        """The work in its conversation's order; done also where it failed, not where it was interrupted."""
        order = self._orders.setdefault((told.team, told.channel or told.user), asyncio.Lock())
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
        team = await self._teams.of(told.team)
        match told.way:
            case Way.UNINSTALLED:
                await self._endings.told(told.team, datetime.fromtimestamp(told.at, UTC))
            case Way.GONE:
                _forget(told, team)
                await self._news.gone(await self._address(told, team), GoneReason(told.reason))
            case Way.BACK:
                await self._news.back(await self._address(told, team))
            case Way.INVITED:
                _forget(told, team)
                await self._news.back(await self._address(told, team))
                if told.user:
                    await self._reply(told, team, answer)
            case Way.LINKS:
                await team.unfurling.show(told, answer)
            case Way.HOME:
                await team.homes.publish(told.user, answer)
            case _:
                await self._reply(told, team, answer)

    async def _reply(self, told: Inbound, team: Team, answer: Answer) -> None:
        await self._show(told, team, *await self._asked_and_answered(told, team, answer), answer)

    async def _show(self, told: Inbound, team: Team, question: Asked | None, view: View, answer: Answer) -> None:
        """The answer, and the Home tabs that it changed."""
        on_home = told.surface == HOME and view.in_place
        if not on_home:
            await team.answering.show(told, question, view)
        if on_home:
            await team.homes.publish(told.user, answer)
        if question is not None and changes(question.call):
            await team.homes.changed(question.call.chat, answer, but=told.user if on_home else "")

    async def _form(self, told: Inbound, body: Json, answer: Answer, storing: asyncio.Task[bool]) -> BoltResponse:
        """A mistake that is found in time is shown at the field; else the form closes and the answer follows."""
        team = await self._teams.of(told.team)

        async def answered() -> tuple[Asked | None, View] | None:
            return await self._asked_and_answered(told, team, answer) if await _is_new(storing) else None

        answering = asyncio.create_task(answered())
        await asyncio.wait({answering}, timeout=FORM_SECONDS)
        if errors := _errors(body, _view(answering)):
            self._soon(self._done_after(told, asyncio.sleep(0)))
            return BoltResponse(status=200, body=dict(errors))

        async def show() -> None:
            if found := await answering:
                await self._show(told, team, *found, answer)

        self._soon(self._done_after(told, show()))
        return BoltResponse(status=200)

    @staticmethod
    async def _asked_and_answered(told: Inbound, team: Team, answer: Answer) -> tuple[Asked | None, View]:
        try:
            asked = await team.answering.asked(told)
        except Exception as problem:
            why = problem.reason if isinstance(problem, DeliveryError) else type(problem).__name__
            log.warning("what somebody asked in Slack could not be made out: %s", why)
            return None, NOT_NOW
        if asked is None and told.way is Way.FORM:
            return None, NOT_BOTH_THERE
        return asked, await team.answering.view(asked, answer)

    @staticmethod
    async def _address(told: Inbound, team: Team) -> ChatAddress:
        return ChatAddress(Platform.SLACK, (await team.workspace.installation()).workspace, told.channel)


async def _is_new(storing: asyncio.Task[bool]) -> bool:
    """Whether it was not stored before; what could not be stored is taken to be new."""
    try:
        return await storing
    except Exception as problem:
        log.error("something from Slack could not be stored (%s); it is answered all the same", type(problem).__name__)
        return True


def _forget(told: Inbound, team: Team) -> None:
    """The bot is in another place now than it was."""
    team.workspace.changed(told.channel)
    team.members.changed()


def _view(answering: asyncio.Task[tuple[Asked | None, View] | None]) -> View:
    """The answer as far as there is one by now."""
    found = answering.result() if answering.done() and not answering.exception() else None
    return found[1] if found else View(())


def _errors(body: Json, view: View) -> Json | None:
    return errors(body, view) if body["view"].get("callback_id") == SETUP else errors_at_field(view)
