"""From what Slack tells to the call that is answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from adapters.slack.buttons import meant
from adapters.slack.inbound import Inbound, Way
from adapters.slack.workspace import Room, Workspace
from bot.calls import PLAIN_WORDS, CommandCall, split_command
from bot.chats import ChatAddress, ChatKind, PersonAddress, Platform, Receipt
from bot.commands import find
from bot.ports import Records
from bot.sentences import Sentence, say
from bot.views import Line, View

SLASH: Final = "/papers"
NOTHING_TYPED: Final = "start"


@dataclass(frozen=True, slots=True)
class Asked:
    """A call and the conversation it came from; ``bot_name`` is how the bot is invited there."""

    call: CommandCall
    room: Room
    bot_name: str

    @property
    def directly(self) -> bool:
        """In the person's own conversation with the bot, where everything may stand."""
        return self.room.kind is ChatKind.PRIVATE and self.room.member

    def with_remark(self, view: View) -> View:
        """The view, headed by where it counts if that is not where it was asked."""
        if self.room.member or not view.blocks or not _changes(self.call):
            return view
        return replace(view, blocks=(Line(_counts_elsewhere(self.room, self.bot_name)), *view.blocks))


async def asked(inbound: Inbound, workspace: Workspace, records: Records) -> Asked | None:
    """The call; None for a button that is not known any more.

    Where the bot is no member no digest can arrive: what is asked there counts for the person's own conversation with
    the bot. Members of a channel may change what it follows.
    """
    words = await _words(inbound, records)
    if words is None:
        return None
    bot, room = await workspace.installation(), await _room(inbound, workspace)
    profile = await workspace.profile(inbound.user)
    own = room.kind is ChatKind.PRIVATE or not room.member
    name, argument = words
    call = CommandCall(
        name=name,
        argument=argument,
        chat=ChatAddress(Platform.SLACK, bot.workspace, inbound.user if own else inbound.channel),
        kind=ChatKind.PRIVATE if own else room.kind,
        person=PersonAddress(Platform.SLACK, bot.workspace, inbound.user),
        person_name=profile.name,
        chat_title=profile.name if own else room.name,
        zone_hint=profile.zone,
        pressed=Receipt(f"{inbound.channel} {inbound.message_ts}") if inbound.way is Way.PRESS else None,
        dm_channel=inbound.channel if room.kind is ChatKind.PRIVATE and room.member else "",
    )
    return Asked(call, room, bot.bot_name)


async def _words(inbound: Inbound, records: Records) -> tuple[str, str] | None:
    """The command and its argument; plain words are left to the answer."""
    match inbound.way:
        case Way.MENTION | Way.DIRECT:
            return PLAIN_WORDS, _without_slash(inbound.text)
        case Way.INVITED:
            return NOTHING_TYPED, ""
        case Way.PRESS:
            command = await meant(inbound.text, records)
            return split_command(command) if command else None
    return split_command(inbound.text) if inbound.text else (NOTHING_TYPED, "")


def _without_slash(text: str) -> str:
    """``/papers today`` pasted into a message means ``today``."""
    words = text.removeprefix(SLASH) if text.startswith(f"{SLASH} ") else text
    return words.strip().removeprefix("/")


async def _room(inbound: Inbound, workspace: Workspace) -> Room:
    if inbound.way is Way.DIRECT or (inbound.way is Way.PRESS and inbound.channel.startswith("D")):
        return (
            Room(ChatKind.PRIVATE, "", member=True) if not inbound.whispered else await workspace.room(inbound.channel)
        )
    return await workspace.room(inbound.channel)


def _changes(call: CommandCall) -> bool:
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
