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
from typing import Any, Final, assert_never
from weakref import WeakValueDictionary

from slack_bolt import BoltResponse

from adapters.slack.capabilities import SLACK
from adapters.slack.events.command_calls import ResolvedCall, changes_chat
from adapters.slack.events.event_parser import parse_event
from adapters.slack.events.events import (
    AppInstalled,
    AppMention,
    AppUninstalled,
    BotInvited,
    CommandEvent,
    ConversationAvailable,
    ConversationUnavailable,
    DirectMessage,
    HomeOpened,
    InteractionEvent,
    LinksShared,
    MessageButtonPressed,
    MessageShortcut,
    QuestionAnswered,
    SetupShortcut,
    SetupSubmitted,
    SlackEvent,
    SlashCommand,
    ViewButtonPressed,
    origin_thread,
)
from adapters.slack.events.stored_events import event_from_json, event_to_json
from adapters.slack.events.surface_events import HOME, parse_surface_event
from adapters.slack.rendering.setup_form import CALLBACK as SETUP
from adapters.slack.replies.link_unfurling import parse_link_event
from adapters.slack.replies.question_modal import question_errors
from adapters.slack.replies.setup_modal import submission_errors
from adapters.slack.workspaces.registry import WorkspaceRegistry
from adapters.slack.workspaces.uninstall import UninstallHandler
from adapters.slack.workspaces.workspace_bot import WorkspaceBot
from bot.chats import ChatAddress
from bot.errors import DeliveryError
from bot.fair_turns import FairTurns
from bot.i18n import t
from bot.ports import ChatEvents, CommandHandler, PlatformState
from bot.views import InputErrorBlock, View

# Of the three seconds that Slack gives: how long storing may take before it is acknowledged, and a form's answer then.
STORE_SECONDS: Final = 0.8
FORM_SECONDS: Final = 1.5
STOPPING: Final = 5.0

NOT_NOW: Final = View(
    (
        InputErrorBlock(
            t("I could not find out what I need to know for that. Nothing was changed; please try again soon.")
        ),
    ),
    private=True,
)
NOT_BOTH_THERE: Final = View(
    (
        InputErrorBlock(
            t("One of us is not in that conversation any more. Choose another place, or invite me there first.")
        ),
    ),
    private=True,
)

Json = Mapping[str, Any]
log = logging.getLogger(__name__)


class EventReceiver:
    """Takes in what Slack tells, and sees to it that each thing is done once.

    What one conversation asks is answered in its order.
    """

    def __init__(
        self, teams: WorkspaceRegistry, records: PlatformState, news: ChatEvents, endings: UninstallHandler
    ) -> None:
        self._teams = teams
        self._records = records
        self._news = news
        self._endings = endings
        self._answer: CommandHandler | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._orders: WeakValueDictionary[tuple[str, str], FairTurns] = WeakValueDictionary()

    async def start(self, answer: CommandHandler) -> None:
        """From now on people are answered; what an earlier run stored and did not finish comes first."""
        left = await self._records.unprocessed_events()
        self._answer = answer  # before this moment nothing new was stored, so nothing is worked on twice
        for event_id, body in left:
            try:
                told = event_from_json(body)
            except (ValueError, TypeError, KeyError):
                await self._records.mark_processed(
                    event_id
                )  # whatever is wrong with it would still be wrong at the next start
                continue
            self._spawn(self._done_after(told, self._handle(told, answer)))

    async def stop(self) -> None:
        """Gives answers that were begun some seconds; the others are taken up at the next start."""
        self._answer = None
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOPPING)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def receive(self, body: Json, team: WorkspaceBot) -> BoltResponse:
        """Takes in a payload that is known to be Slack's, told to this team and not about our own messages; the
        acknowledgement."""

        async def taken(answer: CommandHandler) -> BoltResponse:
            if team.setup_modal.handles(body):
                return await self._filled(body, team, answer)
            return await self._taken(await self._told(body, team), body, answer)

        return await self._acknowledged(taken)

    async def receive_uninstall(self, body: Json, workspace: str) -> BoltResponse:
        """Takes in a payload of a workspace where the token works no more: that it took the app away, nothing else."""

        async def ended(answer: CommandHandler) -> BoltResponse:
            told = parse_event(body, "")
            over = replace(told, team=workspace) if isinstance(told, AppUninstalled) else None
            return await self._taken(over, body, answer)

        return await self._acknowledged(ended)

    async def _acknowledged(self, taking: Callable[[CommandHandler], Awaitable[BoltResponse]]) -> BoltResponse:
        """Without our acknowledgement Slack sends it again."""
        if self._answer is None:
            return BoltResponse(status=503, body="not listening yet")
        try:
            return await taking(self._answer)
        except Exception as problem:
            log.error("something from Slack could not be stored (%s)", type(problem).__name__)
            return BoltResponse(status=500)

    async def _taken(self, told: SlackEvent | None, body: Json, answer: CommandHandler) -> BoltResponse:
        """Stored, acknowledged, then worked on. What Slack tells only once is acknowledged in time even where storing
        it takes longer, and answered even where it can't be stored: nobody would tell it again."""
        if told is None:
            return BoltResponse(status=200)
        storing = asyncio.create_task(self._stored(told))
        told_once = isinstance(told, InteractionEvent)
        await asyncio.wait({storing}, timeout=STORE_SECONDS if told_once else None)
        if not told_once and not await storing:
            return BoltResponse(status=200)
        if storing.done() and not storing.exception() and not storing.result():
            return BoltResponse(status=200)
        if isinstance(told, QuestionAnswered | SetupSubmitted):
            return await self._form(told, body, answer, storing)
        self._spawn(self._done_after(told, self._attend_if_new(told, answer, storing)))
        return BoltResponse(status=200)

    async def _attend_if_new(self, told: SlackEvent, answer: CommandHandler, storing: asyncio.Task[bool]) -> None:
        if await _is_new(storing):
            await self._handle(told, answer)

    async def receive_installation(self, workspace: str, user: str, at: int) -> None:
        """Somebody installed the app: whoever it was is greeted once, by this process or the one that listens next."""
        told = AppInstalled(event_id=f"installed:{workspace}:{user}:{at}", team=workspace, user=user, at=at)
        if await self._stored(told) and self._answer is not None:
            self._spawn(self._done_after(told, self._handle(told, self._answer)))

    async def _stored(self, told: SlackEvent) -> bool:
        """Whether it is new."""
        return await self._records.record_if_new(told.event_id, event_to_json(told))

    @staticmethod
    async def _told(body: Json, team: WorkspaceBot) -> SlackEvent | None:
        """None also for what can't be read: Slack would only send it again."""
        bot = await team.directory.bot_identity()
        try:
            told = parse_event(body, bot.bot_user) or parse_surface_event(body) or parse_link_event(body, bot.bot_user)
            return replace(told, team=bot.workspace) if told else None
        except (LookupError, TypeError, AttributeError, ValueError) as problem:
            log.warning("something from Slack has another form than expected (%s)", type(problem).__name__)
            return None

    async def _filled(self, body: Json, team: WorkspaceBot, answer: CommandHandler) -> BoltResponse:
        """Nothing of a form that is still filled in has to outlive this process."""
        if body.get("type") == "block_actions":
            self._spawn(team.setup_modal.update(body, answer))
        return await team.setup_modal.on_action(body, answer)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _done_after(self, told: SlackEvent, work: Coroutine[Any, Any, None]) -> None:
        """The work in its conversation's order, people in turn; done also where it failed, not where
        it was interrupted."""
        order = self._orders.setdefault((told.team, _ordered_by(told)), FairTurns())
        try:
            async with order.turn_of(getattr(told, "user", "")):
                await work
        except DeliveryError as problem:
            log.warning("an answer in Slack could not be shown: %s", problem.reason)
        except Exception as problem:
            log.error("something from Slack could not be answered (%s)", type(problem).__name__)
        finally:
            work.close()
        try:
            await self._records.mark_processed(told.event_id)
        except Exception as problem:
            log.error("an event could not be marked as done (%s)", type(problem).__name__)

    async def _handle(self, told: SlackEvent, answer: CommandHandler) -> None:
        team = await self._teams.get(told.team)
        match told:
            case AppUninstalled():
                await self._endings.on_event(told.team, datetime.fromtimestamp(told.at, UTC))
            case ConversationUnavailable():
                _forget(told.channel, team)
                await self._news.on_unavailable(await self._address(told.channel, team), told.reason)
            case ConversationAvailable():
                await self._news.on_available(await self._address(told.channel, team))
            case BotInvited():
                _forget(told.channel, team)
                await self._news.on_available(await self._address(told.channel, team))
                if told.user:
                    await self._reply(told, team, answer)
            case LinksShared():
                await team.unfurling.show(told, answer)
            case HomeOpened():
                await team.home_tabs.publish(told.user, answer)
            case (
                SlashCommand()
                | AppMention()
                | DirectMessage()
                | MessageButtonPressed()
                | MessageShortcut()
                | ViewButtonPressed()
                | QuestionAnswered()
                | SetupSubmitted()
                | SetupShortcut()
                | AppInstalled()
            ):
                await self._reply(told, team, answer)
            case _:
                assert_never(told)

    async def _reply(self, told: CommandEvent, team: WorkspaceBot, answer: CommandHandler) -> None:
        await self._show(told, team, *await self._asked_and_answered(told, team, answer), answer)

    async def _show(
        self, told: CommandEvent, team: WorkspaceBot, question: ResolvedCall | None, view: View, answer: CommandHandler
    ) -> None:
        """The answer, and the Home tabs that it changed."""
        on_home = isinstance(told, ViewButtonPressed) and told.surface == HOME and view.replaces_message
        if not on_home:
            await team.replies.show(told, question, view)
        if on_home:
            await team.home_tabs.publish(told.user, answer)
        if question is not None and changes_chat(question.call):
            await team.home_tabs.refresh_watchers(question.call.chat, answer, but=told.user if on_home else "")

    async def _form(
        self, told: QuestionAnswered | SetupSubmitted, body: Json, answer: CommandHandler, storing: asyncio.Task[bool]
    ) -> BoltResponse:
        """A mistake that is found in time is shown at the field; else the form closes and the answer follows."""
        team = await self._teams.get(told.team)

        async def answered() -> tuple[ResolvedCall | None, View] | None:
            return await self._asked_and_answered(told, team, answer) if await _is_new(storing) else None

        answering = asyncio.create_task(answered())
        await asyncio.wait({answering}, timeout=FORM_SECONDS)
        if errors := _errors(body, _view(answering)):
            self._spawn(self._done_after(told, asyncio.sleep(0)))
            return BoltResponse(status=200, body=dict(errors))

        async def show() -> None:
            if found := await answering:
                await self._show(told, team, *found, answer)

        self._spawn(self._done_after(told, show()))
        return BoltResponse(status=200)

    @staticmethod
    async def _asked_and_answered(
        told: CommandEvent, team: WorkspaceBot, answer: CommandHandler
    ) -> tuple[ResolvedCall | None, View]:
        try:
            asked = await team.replies.resolve(told)
        except Exception as problem:
            why = problem.reason if isinstance(problem, DeliveryError) else type(problem).__name__
            log.warning("what somebody asked in Slack could not be made out: %s", why)
            return None, NOT_NOW
        if asked is None and isinstance(told, QuestionAnswered | SetupSubmitted):
            return None, NOT_BOTH_THERE
        return asked, await team.replies.answer_view(asked, answer)

    @staticmethod
    async def _address(channel: str, team: WorkspaceBot) -> ChatAddress:
        return ChatAddress(SLACK, (await team.directory.bot_identity()).workspace, channel)


async def _is_new(storing: asyncio.Task[bool]) -> bool:
    """Whether it was not stored before; what could not be stored is taken to be new."""
    try:
        return await storing
    except Exception as problem:
        log.error("something from Slack could not be stored (%s); it is answered all the same", type(problem).__name__)
        return True


def _ordered_by(told: SlackEvent) -> str:
    """The conversation, or else the person, whose events are worked on one after the other."""
    match told:
        case LinksShared() | ConversationUnavailable() | ConversationAvailable():
            return told.channel
        case HomeOpened():
            return told.user
        case AppUninstalled():
            return ""
    origin = origin_thread(told)
    return origin.channel if origin else told.user


def _forget(channel: str, team: WorkspaceBot) -> None:
    """The bot is in another place now than it was."""
    team.directory.invalidate(channel)
    team.members.invalidate()


def _view(answering: asyncio.Task[tuple[ResolvedCall | None, View] | None]) -> View:
    """The answer as far as there is one by now."""
    found = answering.result() if answering.done() and not answering.exception() else None
    return found[1] if found else View(())


def _errors(body: Json, view: View) -> Json | None:
    return submission_errors(body, view) if body["view"].get("callback_id") == SETUP else question_errors(view)
