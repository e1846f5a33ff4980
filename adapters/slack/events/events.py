"""What can happen in Slack that Paperboy answers to, in a form that can be looked at without a network.

https://docs.slack.dev/apis/events-api, https://docs.slack.dev/interactivity
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from adapters.slack.rendering.private_metadata import ThreadRef
from bot.errors import UnavailableReason


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """``event_id`` is what it is known by when it comes again, ``team`` the workspace it was told to ('' = the only
    one)."""

    event_id: str
    team: str = ""


# --- by a person, in a conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashCommand(_Event):
    """``/papers`` with its words. ``trigger_id`` opens a modal for three seconds, ``response_url`` shows the person an
    answer where the bot is no member, too."""

    thread: ThreadRef
    user: str
    text: str
    response_url: str = ""
    trigger_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppMention(_Event):
    """The bot was named in a conversation of several people."""

    thread: ThreadRef
    user: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectMessage(_Event):
    """A message in the person's own conversation with the bot."""

    thread: ThreadRef
    user: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageButtonPressed(_Event):
    """A button of the message ``message_ts``. ``whispered``: only that person saw the message. ``opens_modal``: the
    answer belongs in a modal, not beside the message."""

    thread: ThreadRef
    user: str
    value: str
    message_ts: str
    response_url: str = ""
    trigger_id: str = ""
    whispered: bool = False
    opens_modal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageShortcut(_Event):
    """ "Find this paper" of a message's menu, read into the ``command`` that finds it."""

    origin: ThreadRef | None
    user: str
    command: str
    response_url: str = ""
    trigger_id: str = ""


# --- by a person, in a view of ours, which may name a conversation (``origin``) that the person is not in


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewButtonPressed(_Event):
    """A button of Home or of a modal; it counts for ``origin``, for the person's own conversation without one."""

    origin: ThreadRef | None
    user: str
    value: str
    surface: Literal["home", "modal"]
    view_id: str
    trigger_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered(_Event):
    """A missing argument was filled in: the whole ``command``."""

    origin: ThreadRef | None
    user: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupSubmitted(_Event):
    """The form that sets up a digest was sent, for the channel ``destination`` or ``me``, the person's own."""

    origin: ThreadRef | None
    user: str
    command: str
    destination: str
    trigger_id: str = ""


# --- by a person, in no conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupShortcut(_Event):
    """The shortcut that opens the form that sets up a digest."""

    user: str
    trigger_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeOpened(_Event):
    """Somebody looks at the bot's Home tab."""

    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppInstalled(_Event):
    """``user`` installed the app; ``at`` in seconds since 1970 UTC."""

    user: str
    at: int


# --- to a conversation or a workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksShared(_Event):
    """A message links to papers: ``papers`` has the address as it was written for each paper's id."""

    channel: str
    user: str
    unfurl_id: str
    papers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BotInvited(_Event):
    """The bot was added to a channel; ``user`` is who did it, '' where Slack does not tell."""

    channel: str
    user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationUnavailable(_Event):
    """Nothing can be posted there any more."""

    channel: str
    reason: UnavailableReason


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationAvailable(_Event):
    """An archived conversation was opened again."""

    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppUninstalled(_Event):
    """The workspace took the app away; ``at`` in seconds since 1970 UTC."""

    at: int


#: What is done in a view of ours. Its ``origin`` came back from the outside.
ViewEvent = ViewButtonPressed | QuestionAnswered | SetupSubmitted
#: What is answered by a command, to the person who did it.
CommandEvent = (
    SlashCommand
    | AppMention
    | DirectMessage
    | MessageButtonPressed
    | MessageShortcut
    | ViewEvent
    | SetupShortcut
    | AppInstalled
    | BotInvited
)
#: What nobody is answered for by a command.
NoticeEvent = HomeOpened | LinksShared | ConversationUnavailable | ConversationAvailable | AppUninstalled
SlackEvent = CommandEvent | NoticeEvent
#: What Slack does not tell again where it gets no acknowledgement: only the Events API tells again.
InteractionEvent = SlashCommand | MessageButtonPressed | MessageShortcut | ViewEvent | SetupShortcut


def origin_thread(event: CommandEvent) -> ThreadRef | None:
    """The conversation that it was done in, or that its view says it was opened from."""
    match event:
        case SlashCommand() | AppMention() | DirectMessage() | MessageButtonPressed():
            return event.thread
        case MessageShortcut() | ViewButtonPressed() | QuestionAnswered() | SetupSubmitted():
            return event.origin
        case BotInvited():
            return ThreadRef(event.channel)
    return None
