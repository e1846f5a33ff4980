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
from functools import partial
from typing import Any, Final

from adapters.slack.client.api import SlackApi, SlackMessageRef
from adapters.slack.client.history_search import find_message
from adapters.slack.directory.memberships import Memberships
from adapters.slack.directory.workspace import WorkspaceDirectory
from adapters.slack.events.command_calls import SHARE_PREFIX, ResolvedCall, changes_chat, is_member_of, resolve_call
from adapters.slack.events.events import EventKind, SlackEvent
from adapters.slack.events.surface_events import MODAL
from adapters.slack.rendering.answer_modal import build_modal
from adapters.slack.rendering.buttons import with_value_tokens
from adapters.slack.rendering.renderer import render
from adapters.slack.rendering.setup_form import OWN_CONVERSATION
from adapters.slack.rendering.splitting import SlackMessage, split_messages
from adapters.slack.replies.question_modal import build_question_modal, question_in
from adapters.slack.replies.setup_modal import SetupModal
from bot.chats import MessageRef
from bot.errors import ChatUnavailable, DeliveryError, OutcomeUnknown, RetryLater
from bot.i18n import t
from bot.ports import Clock, CommandHandler, PlatformState
from bot.views import Button, Buttons, Footer, PaperCard, PaperList, PaperSummary, TextBlock, View

log = logging.getLogger(__name__)

# Longer, and nobody waits for the answer any more.
PATIENCE: Final = timedelta(seconds=12)
# A greeting was asked for by nobody, and it is how people learn what to do.
PATIENCE_OF_A_GREETING: Final = timedelta(minutes=5)
UNKNOWN_BUTTON = View((TextBlock(t("This button is too old for me. Ask again for a fresh one.")),), private=True)

Json = Mapping[str, Any]
Acquire = Callable[[], Awaitable[None]]


class SlackReplySender:
    """Finds the answer to what was asked, and shows it; ``before`` is awaited before each message of an answer."""

    def __init__(
        self,
        api: SlackApi,
        workspace: WorkspaceDirectory,
        members: Memberships,
        filling: SetupModal,
        records: PlatformState,
        acquire: Acquire,
        clock: Clock,
    ) -> None:
        self._api = api
        self._members = members
        self._filling = filling
        self._clock = clock
        self._acquire = acquire
        self._workspace = workspace
        self._records = records

    async def resolve(self, inbound: SlackEvent) -> ResolvedCall | None:
        return await resolve_call(inbound, self._workspace, self._records, self._members)

    async def answer_view(self, question: ResolvedCall | None, answer: CommandHandler) -> View:
        if question is None:
            return UNKNOWN_BUTTON
        return question.with_remark(await answer(question.call))

    async def show(self, inbound: SlackEvent, question: ResolvedCall | None, view: View) -> None:
        """Shows the answer; a question opens a form where Slack lets us, a toast is a whisper."""
        await self._post_public_note(inbound, question, view)
        if await self._asked_back(inbound, question, view):
            return
        whisper = not view.blocks and view.toast is not None
        if whisper and view.toast:
            view = View((Footer(view.toast),), language=view.language, private=True)
        alone = question is not None and question.is_direct and not whisper
        if not alone and question is not None and _may_be_shared(inbound, question, view):
            view = replace(view, blocks=(*view.blocks, _share_button(inbound)))
        messages = split_messages(render(await with_value_tokens(view, self._records), alone=alone))
        if inbound.surface and await self._in_a_window(inbound, view, messages):
            return
        placed = await self._placed(inbound, question)
        await self._deliver(placed, alone or placed is not inbound, view, messages)

    async def _post_public_note(self, inbound: SlackEvent, question: ResolvedCall | None, view: View) -> None:
        """What everybody in the channel that was changed reads; that it can't be said there changes nothing else."""
        if (
            view.public_note is None
            or question is None
            or not question.conversation.bot_is_member
            or question.is_direct
        ):
            return
        there = replace(inbound, channel=question.call.chat.chat, thread_ts="", response_url="")
        (message,) = split_messages(render(View((TextBlock(view.public_note),), language=view.language)))
        try:
            await self._acquire()
            await self._posted(there, message, f"{inbound.event_id} aloud")
        except DeliveryError as problem:
            log.warning("a channel could not be told that it was set up: %s", problem.reason)

    async def _asked_back(self, inbound: SlackEvent, question: ResolvedCall | None, view: View) -> bool:
        """In a form; where more than three seconds have passed, it is asked in a message."""
        if not inbound.trigger_id:
            return False
        if view.form is not None and question is not None:
            place = OWN_CONVERSATION if question.call.kind.personal else question.call.chat.chat
            # Where the bot is not, nothing can be said later.
            there = inbound if question.conversation.bot_is_member else replace(inbound, channel="", thread_ts="")
            return await self._opened(inbound, await self._filling.build(view.form, there, place, view.language))
        wanted = question_in(view)
        return wanted is not None and await self._opened(inbound, build_question_modal(wanted, inbound, view.language))

    async def _in_a_window(self, inbound: SlackEvent, view: View, messages: Sequence[SlackMessage]) -> bool:
        """Where something was done in a window or on Home, its answer comes in one."""
        if view.post_publicly or not messages:
            return False
        shown = build_modal(messages, inbound.channel, inbound.thread_ts, view.language)
        if inbound.surface == MODAL and inbound.view_id and view.replaces_message:
            await self._api.update_view(inbound.view_id, shown)
            return True
        return await self._opened(inbound, shown)

    async def _opened(self, inbound: SlackEvent, shown: Json) -> bool:
        try:
            if inbound.surface == MODAL and inbound.view_id:
                await self._api.push_view(inbound.trigger_id, shown)
            else:
                await self._api.open_view(inbound.trigger_id, shown)
        except DeliveryError:
            return False
        return True

    async def _placed(self, inbound: SlackEvent, question: ResolvedCall | None) -> SlackEvent:
        """With a conversation to answer in: what was done in none is answered in the person's own, and so is what a
        form says to come from one that it can't come from."""
        if inbound.channel and (not inbound.from_own_view or await self._may_answer(inbound, question)):
            return inbound
        return replace(inbound, channel=await self._workspace.direct_channel(inbound.user), thread_ts="")

    async def _may_answer(self, inbound: SlackEvent, question: ResolvedCall | None) -> bool:
        if question is None or not (await self._workspace.conversation(inbound.channel)).bot_is_member:
            return False
        try:
            return await is_member_of(inbound.channel, inbound.user, self._workspace, self._members)
        except DeliveryError:
            return False

    async def _deliver(self, inbound: SlackEvent, directly: bool, view: View, messages: Sequence[SlackMessage]) -> None:
        for position, message in enumerate(messages):
            await self._acquire()
            key = f"{inbound.event_id} {position}"
            in_place = (
                view.replaces_message and inbound.way is EventKind.PRESS and position == 0 and not inbound.surface
            )
            if in_place and inbound.whispered and await self._respond(inbound, message, replace=True):
                continue
            if in_place and directly and not inbound.whispered:
                await self._api.update(SlackMessageRef(inbound.channel, inbound.message_ts), message)
            elif view.post_publicly:
                await self._posted(replace(inbound, thread_ts=""), message, key)
            elif directly or (inbound.way is EventKind.MENTION and not view.private):
                await self._posted(inbound, message, key)
            else:
                await self._whispered(inbound, message)

    async def _posted(self, inbound: SlackEvent, message: SlackMessage, key: str) -> None:
        """Posts it; what failed on the way is posted once more, if it is not found to be there."""
        post, arrived = partial(self._post, inbound, message, key), partial(self._is_there, inbound, key)
        await self._with_one_retry(inbound, post, arrived)

    async def _post(self, inbound: SlackEvent, message: SlackMessage, key: str) -> None:
        try:
            await self._api.post(inbound.channel, message, key=key, thread_ts=inbound.thread_ts)
        except ChatUnavailable:
            if not await self._respond(inbound, message):
                raise

    async def _is_there(self, inbound: SlackEvent, key: str) -> bool:
        bot = await self._workspace.bot_identity()
        since = self._clock.now() - PATIENCE
        found = await find_message(self._api, inbound.channel, bot.bot_user, key, since, inbound.thread_ts)
        return isinstance(found, MessageRef)

    async def _with_one_retry(
        self,
        inbound: SlackEvent,
        send: Callable[[], Awaitable[None]],
        arrived: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        """Sends once more: after the pause that Slack asks for, or where nobody knows and ``arrived`` finds nothing."""
        try:
            await send()
        except RetryLater as later:
            await self._pause(later, inbound)
            await send()
        except OutcomeUnknown:
            if arrived is None or not await arrived():
                await send()

    async def _pause(self, later: RetryLater, inbound: SlackEvent) -> None:
        greeting = inbound.way in (EventKind.INSTALLED, EventKind.INVITED)
        if later.at - self._clock.now() > (PATIENCE_OF_A_GREETING if greeting else PATIENCE):
            raise later
        await self._clock.sleep_until(later.at)

    async def _whispered(self, inbound: SlackEvent, message: SlackMessage) -> None:
        """A whisper can't be looked for; one too many does less harm than none."""
        await self._with_one_retry(inbound, partial(self._send_ephemeral, inbound, message))

    async def _send_ephemeral(self, inbound: SlackEvent, message: SlackMessage) -> None:
        if not await self._respond(inbound, message):
            await self._api.post_ephemeral(inbound.channel, inbound.user, message, thread_ts=inbound.thread_ts)

    async def _respond(self, inbound: SlackEvent, message: SlackMessage, *, replace: bool = False) -> bool:
        """By the interaction's own address: it works where the bot is no member, too."""
        if not inbound.response_url:
            return False
        try:
            return await self._api.respond(inbound.response_url, message, replace=replace, thread_ts=inbound.thread_ts)
        except DeliveryError:
            return False


def _may_be_shared(inbound: SlackEvent, question: ResolvedCall, view: View) -> bool:
    """What one person was shown of papers, where the others may see it, too."""
    return (
        inbound.way in (EventKind.COMMAND, EventKind.PRESS)
        and question.conversation.bot_is_member
        and bool(view.blocks)
        and not (
            view.private
            or view.post_publicly
            or view.replaces_message
            or inbound.surface
            or changes_chat(question.call)
        )
        and any(isinstance(block, PaperSummary | PaperCard | PaperList) for block in view.blocks)
    )


def _share_button(inbound: SlackEvent) -> Buttons:
    command = inbound.text.removeprefix(SHARE_PREFIX)
    return Buttons(((Button(t("Post to channel"), f"{SHARE_PREFIX}{command}"),),))
