"""From what Slack tells to the call that is answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from adapters.slack.capabilities import SLACK
from adapters.slack.directory.memberships import Memberships
from adapters.slack.directory.workspace import SlackConversation, WorkspaceDirectory
from adapters.slack.events.events import EventKind, SlackEvent
from adapters.slack.rendering.buttons import resolve_command
from adapters.slack.rendering.setup_form import OWN_CONVERSATION
from bot.calls import NO_COMMAND, CommandCall, split_command
from bot.chats import ChatAddress, ChatKind, MessageRef, PersonAddress
from bot.commands.registry import get_command
from bot.i18n import LazyText, t
from bot.ports import PlatformState
from bot.views import TextBlock, View

SLASH: Final = "/papers"
NOTHING_TYPED: Final = "start"
INSTALLED: Final = "welcome"
SHARE_PREFIX: Final = "share-here "  # before the command of a button that shows its answer to everybody
OWN: Final = SlackConversation(ChatKind.PRIVATE, "", bot_is_member=True)
# Asked without saying which topic: where a form can be opened, that is the whole form.
_WHICH_TOPIC: Final = ("subscribe", "follow")


@dataclass(frozen=True, slots=True)
class ResolvedCall:
    """A call and the conversation it came from; ``bot_name`` is how the bot is invited there. ``shared``: everybody in
    it shall see the answer."""

    call: CommandCall
    conversation: SlackConversation
    bot_name: str
    shared: bool = False

    @property
    def is_direct(self) -> bool:
        """In the person's own conversation with the bot, where everything may stand."""
        return self.conversation.kind is ChatKind.PRIVATE and self.conversation.bot_is_member

    def without_registration(self) -> ResolvedCall:
        """The same from somebody who only looks: no chat is registered for it."""
        return replace(self, call=replace(self.call, without_registration=True))

    def with_remark(self, view: View) -> View:
        """The view, headed by where it counts if that is not where it was asked, and by whoever shares it."""
        if self.shared and view.blocks:
            return replace(
                view, blocks=(TextBlock(_shares(self.call)), *view.blocks), post_publicly=True, private=False
            )
        if self.conversation.bot_is_member or not view.blocks or not changes_chat(self.call):
            return view
        return replace(view, blocks=(TextBlock(_counts_elsewhere(self.conversation, self.bot_name)), *view.blocks))


async def resolve_call(
    inbound: SlackEvent, workspace: WorkspaceDirectory, records: PlatformState, members: Memberships
) -> ResolvedCall | None:
    """The call; None for a button that is not known any more, or of a conversation that the person is not in.

    Where the bot is no member no digest can arrive: what is asked there counts for the person's own conversation with
    the bot. Members of a channel may change what it follows.
    """
    words = await _words(inbound, records)
    if words is None or (inbound.way is EventKind.PRESS and get_command(words[0]) is None):
        return None
    bot, room = await workspace.bot_identity(), await _room(inbound, workspace)
    channel = inbound.target or inbound.channel
    if (
        inbound.from_own_view
        and channel not in ("", OWN_CONVERSATION)
        and not await is_member_of(channel, inbound.user, workspace, members)
    ):
        return None
    said_in = inbound.channel
    if (
        inbound.from_own_view
        and said_in not in ("", channel)
        and not await is_member_of(said_in, inbound.user, workspace, members)
    ):
        said_in = ""
    profile = await workspace.profile(inbound.user)
    own = room.kind is ChatKind.PRIVATE or not room.bot_is_member
    name, argument = words
    call = CommandCall(
        name=name,
        argument=argument,
        chat=ChatAddress(SLACK, bot.workspace, inbound.user if own else channel),
        kind=ChatKind.PRIVATE if own else room.kind,
        person=PersonAddress(SLACK, bot.workspace, inbound.user),
        person_name=profile.name,
        chat_title=profile.name if own else room.name,
        zone_hint=profile.zone,
        workspace_admin=profile.admin,
        pressed_message=MessageRef(f"{inbound.channel} {inbound.message_ts}")
        if inbound.way is EventKind.PRESS
        else None,
        dm_channel=said_in if room.bot_is_member and own and said_in.startswith("D") else "",
    )
    return ResolvedCall(call, room, bot.bot_name, shared=await _shared(inbound, records))


async def is_member_of(channel: str, user: str, workspace: WorkspaceDirectory, members: Memberships) -> bool:
    """Whether a conversation that a form or Home carries along is one that the person is in, too."""
    room = await workspace.conversation(channel)
    if not room.bot_is_member:
        return True  # nothing is changed or posted there
    if room.kind is ChatKind.PRIVATE and channel.startswith("D"):
        return channel == await workspace.direct_channel(user)
    return await members.is_member(user, channel)


async def _words(inbound: SlackEvent, records: PlatformState) -> tuple[str, str] | None:
    """The command and its argument; plain words are left to the answer."""
    match inbound.way:
        case EventKind.MENTION | EventKind.DIRECT:
            return NO_COMMAND, _without_slash(inbound.text)
        case EventKind.INVITED:
            return NOTHING_TYPED, ""
        case EventKind.INSTALLED:
            return INSTALLED, str(inbound.at)
        case EventKind.PRESS:
            command = await resolve_command(inbound.text, records)
            return _whole_form(inbound, split_command(command.removeprefix(SHARE_PREFIX))) if command else None
    return _whole_form(inbound, split_command(inbound.text)) if inbound.text else (NOTHING_TYPED, "")


def _whole_form(inbound: SlackEvent, words: tuple[str, str]) -> tuple[str, str]:
    name, argument = words
    return ("setup", "") if name in _WHICH_TOPIC and not argument and inbound.trigger_id else words


async def _shared(inbound: SlackEvent, records: PlatformState) -> bool:
    return inbound.way is EventKind.PRESS and (await resolve_command(inbound.text, records) or "").startswith(
        SHARE_PREFIX
    )


def _shares(call: CommandCall) -> LazyText:
    return t("<b>{name}</b> shares:", name=call.person_name) if call.person_name else t("Shared here:")


def _without_slash(text: str) -> str:
    """``/papers today`` pasted into a message means ``today``."""
    words = text.removeprefix(SLASH) if text.startswith(f"{SLASH} ") else text
    return words.strip().removeprefix("/")


async def _room(inbound: SlackEvent, workspace: WorkspaceDirectory) -> SlackConversation:
    if inbound.target == OWN_CONVERSATION or not (inbound.target or inbound.channel):
        return OWN
    if inbound.from_own_view:
        return await workspace.conversation(inbound.target or inbound.channel)
    if inbound.way is EventKind.DIRECT or (inbound.way is EventKind.PRESS and inbound.channel.startswith("D")):
        return (
            SlackConversation(ChatKind.PRIVATE, "", bot_is_member=True)
            if not inbound.whispered
            else await workspace.conversation(inbound.channel)
        )
    return await workspace.conversation(inbound.target or inbound.channel)


def changes_chat(call: CommandCall) -> bool:
    """Whether it changes what the chat follows, or when."""
    command = get_command(call.name)
    return command is not None and command.changes_chat(call.argument)


def _counts_elsewhere(room: SlackConversation, bot_name: str) -> LazyText:
    if room.kind is ChatKind.PRIVATE:
        return t("I am not in this conversation, so this counts for you alone, in our direct messages.")
    return t(
        "I am not in this channel, so this counts for you alone, in our direct messages. For the channel, type "
        "<code>{invite}</code> and ask again.",
        invite=f"/invite @{bot_name}",
    )
