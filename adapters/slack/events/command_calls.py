"""From what Slack tells to the call that is answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, assert_never

from adapters.slack.capabilities import SLACK
from adapters.slack.directory.memberships import Memberships
from adapters.slack.directory.workspace import SlackConversation, WorkspaceDirectory
from adapters.slack.events.events import (
    AppInstalled,
    AppMention,
    BotInvited,
    CommandEvent,
    DirectMessage,
    MessageButtonPressed,
    MessageShortcut,
    QuestionAnswered,
    SetupShortcut,
    SetupSubmitted,
    SlashCommand,
    ViewButtonPressed,
    ViewEvent,
    origin_thread,
)
from adapters.slack.rendering.buttons import resolve_command
from adapters.slack.rendering.setup_form import OWN_CONVERSATION
from bot.calls import NO_COMMAND, AskedFrom, CommandCall, Permission, split_command
from bot.chats import ChatAddress, ChatKind, MessageRef, PersonAddress
from bot.commands.registry import get_command, get_typed_command
from bot.i18n import LazyText, t
from bot.ports import PlatformState
from bot.tex import readable_tex
from bot.views import PaperCard, PaperList, PaperSummary, TextBlock, View

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
        return replace(self, call=replace(self.call, asked_from=AskedFrom.ELSEWHERE))

    def with_remark(self, view: View) -> View:
        """The view, headed by where it counts if that is not where it was asked, and by whoever shares it."""
        if self.shared and view.blocks:
            blocks = (TextBlock(_shares(self.call)), *view.blocks)
            return replace(view, blocks=blocks, summary=_shared_title(view), post_publicly=True, private=False)
        if self.conversation.bot_is_member or not view.blocks or not changes_chat(self.call):
            return view
        return replace(view, blocks=(TextBlock(_counts_elsewhere(self.conversation, self.bot_name)), *view.blocks))


@dataclass(frozen=True, slots=True)
class _Asked:
    """The command's name and argument, who asked, for which channel it counts ('' for the person's own conversation)
    and in which it was asked ('' for none)."""

    words: tuple[str, str]
    user: str
    channel: str
    asked_in: str = ""
    pressed: MessageRef | None = None


async def resolve_call(
    event: CommandEvent, workspace: WorkspaceDirectory, records: PlatformState, members: Memberships
) -> ResolvedCall | None:
    """The call; None for a button that is not known any more, or of a conversation that the person is not in.

    Where the bot is no member no digest can arrive: what is asked there counts for the person's own conversation with
    the bot. Members of a channel may change what it follows.
    """
    words = await _words(event, records)
    if words is None:
        return None
    channel, asked_in = _channels(event)
    if isinstance(event, ViewEvent):
        if channel and not await is_member_of(channel, event.user, workspace, members):
            return None
        if asked_in not in ("", channel) and not await is_member_of(asked_in, event.user, workspace, members):
            asked_in = ""
    room = OWN if _is_own(event) else await _room(channel, workspace)
    asked = _Asked(words, event.user, channel, asked_in, _pressed_message(event))
    return replace(await _resolved(asked, room, workspace), shared=await _shared(event, records))


async def resolve_lookup(user: str, destination: str, command: str, workspace: WorkspaceDirectory) -> ResolvedCall:
    """The call that looks up what a form or Home shows of a place: a channel that the person is known to be in, or
    their own conversation. No chat is registered for it."""
    channel = _named(destination)
    asked = _Asked(split_command(command), user, channel)
    return (await _resolved(asked, await _room(channel, workspace), workspace)).without_registration()


async def _resolved(asked: _Asked, room: SlackConversation, workspace: WorkspaceDirectory) -> ResolvedCall:
    bot, profile = await workspace.bot_identity(), await workspace.profile(asked.user)
    own = room.kind is ChatKind.PRIVATE or not room.bot_is_member
    name, argument = asked.words
    call = CommandCall(
        name=name,
        argument=argument,
        chat=ChatAddress(SLACK, bot.workspace, asked.user if own else asked.channel),
        kind=ChatKind.PRIVATE if own else room.kind,
        person=PersonAddress(SLACK, bot.workspace, asked.user),
        person_name=profile.name,
        chat_title=profile.name if own else room.name,
        zone_hint=profile.zone,
        permission=Permission.ADMINISTER_WORKSPACE if profile.admin else Permission.CHANGE_CHAT,
        pressed_message=asked.pressed,
        dm_channel=asked.asked_in if room.bot_is_member and own and asked.asked_in.startswith("D") else "",
    )
    return ResolvedCall(call, room, bot.bot_name)


async def is_member_of(channel: str, user: str, workspace: WorkspaceDirectory, members: Memberships) -> bool:
    """Whether a conversation that a form or Home carries along is one that the person is in, too."""
    room = await workspace.conversation(channel)
    if not room.bot_is_member:
        return True  # nothing is changed or posted there
    if room.kind is ChatKind.PRIVATE and channel.startswith("D"):
        return channel == await workspace.direct_channel(user)
    return await members.is_member(user, channel)


async def _words(event: CommandEvent, records: PlatformState) -> tuple[str, str] | None:
    """The command and its argument, None for a button that is not known any more; plain words are left to the
    answer."""
    match event:
        case AppMention() | DirectMessage():
            return NO_COMMAND, _without_slash(event.text)
        case BotInvited():
            return NOTHING_TYPED, ""
        case AppInstalled():
            return INSTALLED, str(event.at)
        case MessageButtonPressed() | ViewButtonPressed():
            return await _button_words(event, records)
        case SetupShortcut():
            return "setup", ""
        case SlashCommand():
            return _typed_words(event.text, event.trigger_id)
        case SetupSubmitted() | MessageShortcut():
            return _typed_words(event.command, event.trigger_id)
        case QuestionAnswered():
            return _typed_words(event.command, "")
    assert_never(event)


async def _button_words(
    event: MessageButtonPressed | ViewButtonPressed, records: PlatformState
) -> tuple[str, str] | None:
    command = await resolve_command(event.value, records)
    if not command:
        return None
    words = _whole_form(split_command(command.removeprefix(SHARE_PREFIX)), event.trigger_id)
    return words if get_command(words[0]) is not None else None


def _typed_words(text: str, trigger_id: str) -> tuple[str, str]:
    return _whole_form(split_command(text), trigger_id) if text else (NOTHING_TYPED, "")


def _whole_form(words: tuple[str, str], trigger_id: str) -> tuple[str, str]:
    name, argument = words
    return ("setup", "") if name in _WHICH_TOPIC and not argument and trigger_id else words


def _channels(event: CommandEvent) -> tuple[str, str]:
    """The channel that it counts for and the one that it was asked in, each '' for none."""
    origin = origin_thread(event)
    asked_in = origin.channel if origin else ""
    return _named(event.destination) if isinstance(event, SetupSubmitted) else asked_in, asked_in


def _named(destination: str) -> str:
    """The channel of a destination as forms name them, '' for the person's own conversation."""
    return "" if destination == OWN_CONVERSATION else destination


def _pressed_message(event: CommandEvent) -> MessageRef | None:
    match event:
        case MessageButtonPressed():
            return MessageRef(f"{event.thread.channel} {event.message_ts}")
        case ViewButtonPressed():
            return MessageRef(f"{event.origin.channel if event.origin else ''} ")
    return None


async def _shared(event: CommandEvent, records: PlatformState) -> bool:
    return isinstance(event, MessageButtonPressed | ViewButtonPressed) and (
        await resolve_command(event.value, records) or ""
    ).startswith(SHARE_PREFIX)


def _shared_title(view: View) -> LazyText | None:
    """What a notification of something shared begins with: the first paper's title, where there is one."""
    alone = [block.paper for block in view.blocks if isinstance(block, PaperCard | PaperSummary)]
    listed = [item.paper for block in view.blocks if isinstance(block, PaperList) for item in block.items]
    first = next(iter([*alone, *listed]), None)
    return t("{title}", title=readable_tex(first.title)) if first else view.summary


def _shares(call: CommandCall) -> LazyText:
    return t("<b>{name}</b> shares:", name=call.person_name) if call.person_name else t("Shared here:")


def _without_slash(text: str) -> str:
    """``/papers today`` pasted into a message means ``today``."""
    words = text.removeprefix(SLASH) if text.startswith(f"{SLASH} ") else text
    return words.strip().removeprefix("/")


async def _room(channel: str, workspace: WorkspaceDirectory) -> SlackConversation:
    return await workspace.conversation(channel) if channel else OWN


def _is_own(event: CommandEvent) -> bool:
    """Whether it was done where only the person and the bot are. A whisper may stand in somebody else's conversation,
    where the bot answered by the interaction's own address."""
    match event:
        case DirectMessage():
            return True
        case MessageButtonPressed():
            return event.thread.channel.startswith("D") and not event.whispered
    return False


def changes_chat(call: CommandCall) -> bool:
    """Whether it changes what the chat follows, or when."""
    command = get_typed_command(call.name)
    return command is not None and command.changes_chat(call.argument)


def _counts_elsewhere(room: SlackConversation, bot_name: str) -> LazyText:
    if room.kind is ChatKind.PRIVATE:
        return t("I am not in this conversation, so this counts for you alone, in our direct messages.")
    return t(
        "I am not in this channel, so this counts for you alone, in our direct messages. For the channel, type "
        "<code>{invite}</code> and ask again.",
        invite=f"/invite @{bot_name}",
    )
