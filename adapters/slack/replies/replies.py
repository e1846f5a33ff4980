"""Answers, drawn where they belong.

In the person's own conversation with the bot an answer is a message. In a channel it is shown to the one who asked
alone; only a mention, which everybody saw, is answered for everybody, in its thread. A press never changes a message
that others see too.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

from adapters.slack.client.api import SlackApi, SlackMessageRef
from adapters.slack.client.history_search import find_message
from adapters.slack.directory.memberships import Memberships
from adapters.slack.directory.workspace import WorkspaceDirectory
from adapters.slack.events.command_calls import SHARE_PREFIX, ResolvedCall, changes_chat, is_member_of, resolve_call
from adapters.slack.events.events import (
    AppInstalled,
    AppMention,
    BotInvited,
    CommandEvent,
    DirectMessage,
    MessageButtonPressed,
    MessageShortcut,
    QuestionAnswered,
    SetupSubmitted,
    SlashCommand,
    ViewButtonPressed,
    ViewEvent,
    origin_thread,
)
from adapters.slack.events.surface_events import MODAL
from adapters.slack.rendering.answer_modal import build_modal
from adapters.slack.rendering.buttons import with_value_tokens
from adapters.slack.rendering.private_metadata import ThreadRef
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


@dataclass(frozen=True, slots=True)
class ReplyTarget:
    """Where messages for ``user`` are posted, or shown to them alone. By ``response_url`` ('' = none) the latter works
    where the bot is no member, too. ``patience`` is the longest wait that Slack may ask for."""

    thread: ThreadRef
    user: str
    response_url: str
    patience: timedelta


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

    async def resolve(self, event: CommandEvent) -> ResolvedCall | None:
        return await resolve_call(event, self._workspace, self._records, self._members)

    async def answer_view(self, question: ResolvedCall | None, answer: CommandHandler) -> View:
        if question is None:
            return UNKNOWN_BUTTON
        return question.with_remark(await answer(question.call))

    async def show(self, event: CommandEvent, question: ResolvedCall | None, view: View) -> None:
        """Shows the answer; a question opens a form where Slack lets us, a toast is a whisper."""
        await self._post_public_note(event, question, view)
        if await self._asked_back(event, question, view):
            return
        whisper = not view.blocks and view.toast is not None
        if whisper and view.toast:
            view = View((Footer(view.toast),), language=view.language, private=True)
        alone = question is not None and question.is_direct and not whisper
        if not alone and question is not None:
            view = _with_share_button(event, question, view)
        messages = split_messages(render(await with_value_tokens(view, self._records), alone=alone))
        if _answered_in_modal(event) and await self._in_a_window(event, view, messages):
            return
        thread = await self._answerable_thread(event, question)
        target = _target(event, thread or ThreadRef(await self._workspace.direct_channel(event.user)))
        await self._deliver(event, target, alone or thread is None, view, messages)

    async def _post_public_note(self, event: CommandEvent, question: ResolvedCall | None, view: View) -> None:
        """What everybody in the channel that was changed reads; that it can't be said there changes nothing else."""
        if (
            view.public_note is None
            or question is None
            or not question.conversation.bot_is_member
            or question.is_direct
        ):
            return
        there = replace(_target(event, ThreadRef(question.call.chat.chat)), response_url="")
        (message,) = split_messages(render(View((TextBlock(view.public_note),), language=view.language)))
        try:
            await self._acquire()
            await self._posted(there, message, f"{event.event_id} aloud")
        except DeliveryError as problem:
            log.warning("a channel could not be told that it was set up: %s", problem.reason)

    async def _asked_back(self, event: CommandEvent, question: ResolvedCall | None, view: View) -> bool:
        """In a form; where more than three seconds have passed, it is asked in a message."""
        if not _trigger_id(event):
            return False
        origin = origin_thread(event)
        if view.form is not None and question is not None:
            place = OWN_CONVERSATION if question.call.kind.personal else question.call.chat.chat
            # Where the bot is not, nothing can be said later.
            there = origin if question.conversation.bot_is_member else None
            form = await self._filling.build(view.form, event.user, place, view.language, there)
            return await self._opened(event, form)
        wanted = question_in(view)
        return wanted is not None and await self._opened(event, build_question_modal(wanted, origin, view.language))

    async def _in_a_window(self, event: CommandEvent, view: View, messages: Sequence[SlackMessage]) -> bool:
        """Where something was done in a window or on Home, its answer comes in one."""
        if view.post_publicly or not messages:
            return False
        shown = build_modal(messages, origin_thread(event), view.language)
        if (modal := _pressed_modal(event)) and view.replaces_message:
            await self._api.update_view(modal, shown)
            return True
        return await self._opened(event, shown)

    async def _opened(self, event: CommandEvent, shown: Json) -> bool:
        try:
            if _pressed_modal(event):
                await self._api.push_view(_trigger_id(event), shown)
            else:
                await self._api.open_view(_trigger_id(event), shown)
        except DeliveryError:
            return False
        return True

    async def _answerable_thread(self, event: CommandEvent, question: ResolvedCall | None) -> ThreadRef | None:
        """The conversation to answer in. None, so that it is answered in the person's own: for what was done in none,
        and for what a form says to come from one that it can't come from."""
        origin = origin_thread(event)
        if origin is None or (isinstance(event, ViewEvent) and not await self._may_answer(origin, event, question)):
            return None
        return origin

    async def _may_answer(self, origin: ThreadRef, event: ViewEvent, question: ResolvedCall | None) -> bool:
        if question is None or not (await self._workspace.conversation(origin.channel)).bot_is_member:
            return False
        try:
            return await is_member_of(origin.channel, event.user, self._workspace, self._members)
        except DeliveryError:
            return False

    async def _deliver(
        self, event: CommandEvent, target: ReplyTarget, directly: bool, view: View, messages: Sequence[SlackMessage]
    ) -> None:
        for position, message in enumerate(messages):
            await self._acquire()
            key = f"{event.event_id} {position}"
            if position == 0 and await self._replaced(event, target, directly, view, message):
                continue
            if view.post_publicly:
                await self._posted(replace(target, thread=ThreadRef(target.thread.channel)), message, key)
            elif directly or (isinstance(event, AppMention) and not view.private):
                await self._posted(target, message, key)
            else:
                await self._whispered(target, message)

    async def _replaced(
        self, event: CommandEvent, target: ReplyTarget, directly: bool, view: View, message: SlackMessage
    ) -> bool:
        """Whether the message took the place of the one that was pressed, which nobody else sees."""
        if not view.replaces_message or not isinstance(event, MessageButtonPressed) or event.opens_modal:
            return False
        if event.whispered:
            return await self._respond(target, message, replace=True)
        if directly:
            await self._api.update(SlackMessageRef(target.thread.channel, event.message_ts), message)
        return directly

    async def _posted(self, target: ReplyTarget, message: SlackMessage, key: str) -> None:
        """Posts it; what failed on the way is posted once more, if it is not found to be there."""
        post, arrived = partial(self._post, target, message, key), partial(self._is_there, target.thread, key)
        await self._with_one_retry(target, post, arrived)

    async def _post(self, target: ReplyTarget, message: SlackMessage, key: str) -> None:
        try:
            await self._api.post(target.thread.channel, message, key=key, thread_ts=target.thread.thread_ts)
        except ChatUnavailable:
            if not await self._respond(target, message):
                raise

    async def _is_there(self, thread: ThreadRef, key: str) -> bool:
        bot = await self._workspace.bot_identity()
        since = self._clock.now() - PATIENCE
        found = await find_message(self._api, thread.channel, bot.bot_user, key, since, thread.thread_ts)
        return isinstance(found, MessageRef)

    async def _with_one_retry(
        self,
        target: ReplyTarget,
        send: Callable[[], Awaitable[None]],
        arrived: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        """Sends once more: after the pause that Slack asks for, or where nobody knows and ``arrived`` finds nothing."""
        try:
            await send()
        except RetryLater as later:
            await self._pause(later, target)
            await send()
        except OutcomeUnknown:
            if arrived is None or not await arrived():
                await send()

    async def _pause(self, later: RetryLater, target: ReplyTarget) -> None:
        if later.at - self._clock.now() > target.patience:
            raise later
        await self._clock.sleep_until(later.at)

    async def _whispered(self, target: ReplyTarget, message: SlackMessage) -> None:
        """A whisper can't be looked for; one too many does less harm than none."""
        await self._with_one_retry(target, partial(self._send_ephemeral, target, message))

    async def _send_ephemeral(self, target: ReplyTarget, message: SlackMessage) -> None:
        if not await self._respond(target, message):
            thread = target.thread
            await self._api.post_ephemeral(thread.channel, target.user, message, thread_ts=thread.thread_ts)

    async def _respond(self, target: ReplyTarget, message: SlackMessage, *, replace: bool = False) -> bool:
        """By the interaction's own address: it works where the bot is no member, too."""
        if not target.response_url:
            return False
        try:
            return await self._api.respond(
                target.response_url, message, replace=replace, thread_ts=target.thread.thread_ts
            )
        except DeliveryError:
            return False


def _target(event: CommandEvent, thread: ThreadRef) -> ReplyTarget:
    greeting = isinstance(event, AppInstalled | BotInvited)
    return ReplyTarget(thread, event.user, _response_url(event), PATIENCE_OF_A_GREETING if greeting else PATIENCE)


def _response_url(event: CommandEvent) -> str:
    match event:
        case SlashCommand() | MessageButtonPressed() | MessageShortcut():
            return event.response_url
    return ""


def _trigger_id(event: CommandEvent) -> str:
    """What opens a modal, '' where nothing does."""
    match event:
        case AppMention() | DirectMessage() | QuestionAnswered() | AppInstalled() | BotInvited():
            return ""
    return event.trigger_id


def _pressed_modal(event: CommandEvent) -> str:
    """The modal whose button was pressed, '' for whatever else was done."""
    return event.view_id if isinstance(event, ViewButtonPressed) and event.surface == MODAL else ""


def _answered_in_modal(event: CommandEvent) -> bool:
    match event:
        case MessageButtonPressed():
            return event.opens_modal
        case SetupSubmitted():
            return event.origin is None  # with nowhere else to answer, the answer takes the form's place
        case ViewButtonPressed() | MessageShortcut():
            return True
    return False


def _with_share_button(event: CommandEvent, question: ResolvedCall, view: View) -> View:
    """The view; below what one person alone was shown of papers, a button shows it to the others where they may see
    it, too."""
    match event:
        case SlashCommand():
            command = event.text.removeprefix(SHARE_PREFIX)
        case MessageButtonPressed(opens_modal=False):
            command = event.value.removeprefix(SHARE_PREFIX)
        case _:
            return view
    if not question.conversation.bot_is_member or not _may_be_shared(question, view):
        return view
    button = Button(t("Post to channel"), f"{SHARE_PREFIX}{command}")
    return replace(view, blocks=(*view.blocks, Buttons(((button,),))))


def _may_be_shared(question: ResolvedCall, view: View) -> bool:
    placed = view.private or view.post_publicly or view.replaces_message
    about_papers = any(isinstance(block, PaperSummary | PaperCard | PaperList) for block in view.blocks)
    return about_papers and not placed and not changes_chat(question.call)
