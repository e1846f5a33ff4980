"""From what Slack tells to the call that is answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from adapters.slack.directory.memberships import Memberships
from adapters.slack.directory.workspace import Room, Workspace
from adapters.slack.events.events import Inbound, Way
from adapters.slack.rendering.buttons import meant
from adapters.slack.rendering.setup_form import ME
from bot.calls import PLAIN_WORDS, CommandCall, split_command
from bot.chats import ChatAddress, ChatKind, PersonAddress, Platform, Receipt
from bot.commands.registry import find
from bot.i18n import Sentence, say
from bot.ports import Records
from bot.views import Line, View

SLASH: Final = "/papers"
NOTHING_TYPED: Final = "start"
INSTALLED: Final = "welcome"
SHARED: Final = "share-here "  # before the command of a button that shows its answer to everybody
OWN: Final = Room(ChatKind.PRIVATE, "", member=True)
# Asked without saying which topic: where a form can be opened, that is the whole form.
_WHICH_TOPIC: Final = ("subscribe", "follow")


@dataclass(frozen=True, slots=True)
class Asked:
    """A call and the conversation it came from; ``bot_name`` is how the bot is invited there. ``shared``: everybody in
    it shall see the answer."""

    call: CommandCall
    room: Room
    bot_name: str
    shared: bool = False

    @property
    def directly(self) -> bool:
        """In the person's own conversation with the bot, where everything may stand."""
        return self.room.kind is ChatKind.PRIVATE and self.room.member

    def looking(self) -> Asked:
        """The same from somebody who only looks: no chat is registered for it."""
        return replace(self, call=replace(self.call, passing=True))

    def with_remark(self, view: View) -> View:
        """The view, headed by where it counts if that is not where it was asked, and by whoever shares it."""
        if self.shared and view.blocks:
            return replace(view, blocks=(Line(_shares(self.call)), *view.blocks), shared=True, private=False)
        if self.room.member or not view.blocks or not changes(self.call):
            return view
        return replace(view, blocks=(Line(_counts_elsewhere(self.room, self.bot_name)), *view.blocks))


async def asked(inbound: Inbound, workspace: Workspace, records: Records, members: Memberships) -> Asked | None:
    """The call; None for a button that is not known any more, or of a conversation that the person is not in.

    Where the bot is no member no digest can arrive: what is asked there counts for the person's own conversation with
    the bot. Members of a channel may change what it follows.
    """
    words = await _words(inbound, records)
    if words is None or (inbound.way is Way.PRESS and find(words[0]) is None):
        return None
    bot, room = await workspace.installation(), await _room(inbound, workspace)
    channel = inbound.target or inbound.channel
    if inbound.carried and channel not in ("", ME) and not await theirs(channel, inbound.user, workspace, members):
        return None
    said_in = inbound.channel
    if inbound.carried and said_in not in ("", channel) and not await theirs(said_in, inbound.user, workspace, members):
        said_in = ""
    profile = await workspace.profile(inbound.user)
    own = room.kind is ChatKind.PRIVATE or not room.member
    name, argument = words
    call = CommandCall(
        name=name,
        argument=argument,
        chat=ChatAddress(Platform.SLACK, bot.workspace, inbound.user if own else channel),
        kind=ChatKind.PRIVATE if own else room.kind,
        person=PersonAddress(Platform.SLACK, bot.workspace, inbound.user),
        person_name=profile.name,
        chat_title=profile.name if own else room.name,
        zone_hint=profile.zone,
        administers=profile.admin,
        pressed=Receipt(f"{inbound.channel} {inbound.message_ts}") if inbound.way is Way.PRESS else None,
        dm_channel=said_in if room.member and own and said_in.startswith("D") else "",
    )
    return Asked(call, room, bot.bot_name, shared=await _shared(inbound, records))


async def theirs(channel: str, user: str, workspace: Workspace, members: Memberships) -> bool:
    """Whether a conversation that a form or Home carries along is one that the person is in, too."""
    room = await workspace.room(channel)
    if not room.member:
        return True  # nothing is changed or posted there
    if room.kind is ChatKind.PRIVATE and channel.startswith("D"):
        return channel == await workspace.direct_channel(user)
    return await members.holds(user, channel)


async def _words(inbound: Inbound, records: Records) -> tuple[str, str] | None:
    """The command and its argument; plain words are left to the answer."""
    match inbound.way:
        case Way.MENTION | Way.DIRECT:
            return PLAIN_WORDS, _without_slash(inbound.text)
        case Way.INVITED:
            return NOTHING_TYPED, ""
        case Way.INSTALLED:
            return INSTALLED, str(inbound.at)
        case Way.PRESS:
            command = await meant(inbound.text, records)
            return _whole_form(inbound, split_command(command.removeprefix(SHARED))) if command else None
    return _whole_form(inbound, split_command(inbound.text)) if inbound.text else (NOTHING_TYPED, "")


def _whole_form(inbound: Inbound, words: tuple[str, str]) -> tuple[str, str]:
    name, argument = words
    return ("setup", "") if name in _WHICH_TOPIC and not argument and inbound.trigger_id else words


async def _shared(inbound: Inbound, records: Records) -> bool:
    return inbound.way is Way.PRESS and (await meant(inbound.text, records) or "").startswith(SHARED)


def _shares(call: CommandCall) -> Sentence:
    return say("<b>{name}</b> shares:", name=call.person_name) if call.person_name else say("Shared here:")


def _without_slash(text: str) -> str:
    """``/papers today`` pasted into a message means ``today``."""
    words = text.removeprefix(SLASH) if text.startswith(f"{SLASH} ") else text
    return words.strip().removeprefix("/")


async def _room(inbound: Inbound, workspace: Workspace) -> Room:
    if inbound.target == ME or not (inbound.target or inbound.channel):
        return OWN
    if inbound.carried:
        return await workspace.room(inbound.target or inbound.channel)
    if inbound.way is Way.DIRECT or (inbound.way is Way.PRESS and inbound.channel.startswith("D")):
        return (
            Room(ChatKind.PRIVATE, "", member=True) if not inbound.whispered else await workspace.room(inbound.channel)
        )
    return await workspace.room(inbound.target or inbound.channel)


def changes(call: CommandCall) -> bool:
    """Whether it changes what the chat follows, or when."""
    command = find(call.name)
    return command is not None and command.changes_chat(call.argument)


def _counts_elsewhere(room: Room, bot_name: str) -> Sentence:
    if room.kind is ChatKind.PRIVATE:
        return say("I am not in this conversation, so this counts for you alone, in our direct messages.")
    return say(
        "I am not in this channel, so this counts for you alone, in our direct messages. For the channel, type "
        "<code>{invite}</code> and ask again.",
        invite=f"/invite @{bot_name}",
    )
