"""Where people talk with Paperboy, and what a platform needs of the rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from bot.calls import CommandCall
from bot.chats import EVERY_DAY, Chat, ChatAddress, ChatKind, MessageRef, PersonAddress, Platform
from bot.errors import UnavailableReason
from bot.i18n import LazyText, t
from bot.ports.persons import ManagedChat
from bot.views import View


class LookupUnsupported(StrEnum):
    """A platform that gives no way to look for a message."""

    UNSUPPORTED = "cannot know"


def _spell_in_full(address: ChatAddress) -> tuple[str, ...]:
    return (str(address),)


_ADMINS_ONLY: Final = t("Topics and times here are set by admins. In a private chat with me you can have your own.")


@dataclass(frozen=True, slots=True)
class PlatformPhrases:
    """What is said in a platform's own words.

    ``usage_prefix`` stands before a command where it is explained, ``suggestion_prefix`` where it is offered to be
    typed or tapped after a mistake. ``admins_only`` is for members who may not change a chat of several people.
    ``exclusive``: by a command's name, what other platforms say of it, since this one alone has it. ``shared_mark``
    stands before the name of a chat of several people, as its platform writes it.
    """

    usage_prefix: str = "/"
    suggestion_prefix: str = "/"
    admins_only: LazyText = _ADMINS_ONLY
    exclusive: Mapping[str, LazyText] = field(default_factory=dict)
    shared_mark: str = ""


@dataclass(frozen=True, slots=True)
class PlatformCapabilities:
    """In what a platform differs from others, as far as planning, sending and answering must know.

    Sending: ``threads``, long digests continue in a thread. ``silent_edits``, a message can be changed without telling
    anybody. ``max_in_flight``, how many messages may be on their way to one workspace at once. ``private_interval`` and
    ``shared_interval``, the least time between two messages to a chat of one person, or of several. ``announced_ends``,
    why a chat was unavailable where the platform tells the end of it, so that digests go on by themselves.
    ``opens_private_chats``, the bot may write first to anybody. ``samples``, it gets invented papers while there are no
    others. ``pictures``, a message about papers can carry a large one. ``rich_messages``, a digest can be one message
    of headings, parts to unfold and buttons at each paper, which not every reader's app shows.

    Answering: ``private_replies``, in a chat of several people the person who asked can be answered alone.
    ``chat_links``, a link opens a chat with Paperboy at a command. ``remote_management``, a chat can be managed from a
    private one. ``workspaces``, chats belong to a workspace, whose admins set something for all of them.
    ``link_cards``, links to papers that people send get a card. ``setup_form``, topics and time are chosen in a form.
    ``cards_in_place``, a paper's card may take the place of a list that nobody else reads. ``bare_commands``, a command
    needs no slash in front. ``keeps_conversation``, what was said lies in the application's own database.

    ``default_days`` are the weekdays of a new chat (Monday 0). ``spell_address`` gives the texts by which settings may
    name a chat, the most exact first; ``log_address`` what logs call it, where an address says who somebody is.
    """

    threads: bool = False
    silent_edits: bool = False
    max_in_flight: int = 8
    private_interval: timedelta = timedelta(0)
    shared_interval: timedelta = timedelta(0)
    announced_ends: frozenset[UnavailableReason] = frozenset()
    opens_private_chats: bool = False
    samples: bool = False
    pictures: bool = False
    rich_messages: bool = False
    private_replies: bool = False
    chat_links: bool = False
    remote_management: bool = False
    workspaces: bool = False
    link_cards: bool = False
    setup_form: bool = False
    cards_in_place: bool = True
    bare_commands: bool = False
    keeps_conversation: bool = False
    default_days: frozenset[int] = EVERY_DAY
    spell_address: Callable[[ChatAddress], tuple[str, ...]] = _spell_in_full
    log_address: Callable[[ChatAddress], str] | None = None
    phrases: PlatformPhrases = field(default_factory=PlatformPhrases)

    def address_text(self, address: ChatAddress) -> str:
        """How settings name a chat."""
        return self.spell_address(address)[0]

    def log_text(self, address: ChatAddress) -> str:
        """How the log names a chat."""
        return self.log_address(address) if self.log_address else self.address_text(address)

    def message_interval(self, kind: ChatKind) -> timedelta:
        """The least time between two messages to a chat of this kind."""
        return self.private_interval if kind.personal else self.shared_interval


class Messenger(Protocol):
    """Sends views. Splitting what is too long and falling back to plain text happen inside."""

    @property
    def capabilities(self) -> PlatformCapabilities:
        """In what this platform, as it is connected, differs from others; the same for as long as it runs."""
        ...

    async def send(
        self, chat: Chat, view: View, *, key: str, silent: bool = False, reply_to: MessageRef | None = None
    ) -> MessageRef:
        """Sends once; ``key`` is opaque and the same for every try of one delivery. Raises
        ChatUnavailable, ChatIdChanged, RetryLater, OutcomeUnknown, NotAuthorised or MessageRejected."""
        ...

    async def edit(self, chat: Chat, message_ref: MessageRef, view: View) -> None:
        """Shows ``view`` where the message stands; one that is gone or unchanged is no error. Raises what :meth:`send`
        raises."""
        ...

    async def find_sent(
        self, chat: Chat, key: str, since: datetime, reply_to: MessageRef | None = None
    ) -> MessageRef | LookupUnsupported | None:
        """Looks for a message sent with ``key`` within the time that one try takes from ``since`` (UTC) on, in the
        thread below ``reply_to`` where it was a reply; None: surely not there. Raises RetryLater, OutcomeUnknown
        or NotAuthorised where that can't be said now."""
        ...


CommandHandler = Callable[[CommandCall], Awaitable[View]]


class ChatPlatform(Messenger, Protocol):
    """One platform with its people."""

    platform: Platform

    async def wait_turn(self, chat: ChatAddress) -> None:
        """Waits until the next digest may be sent within the bot's rate limits; answers to people go before."""
        ...

    async def check_connection(self) -> str:
        """What is wrong with the connection or the token, a whole sentence for the operator; '' where nothing is."""
        ...

    async def listen(self, handler: CommandHandler) -> None:
        """Calls ``handler`` for everything people ask, and draws what it says, until cancelled."""
        ...


class PlatformState(Protocol):
    """What one platform keeps over a restart: events it received, callback tokens, and what it learned of a
    workspace. Each call is a transaction of its own."""

    async def record_if_new(self, event_id: str, body: str) -> bool:
        """Stores an event (JSON) before it is acknowledged; False if it was stored before."""
        ...

    async def mark_processed(self, event_id: str) -> None:
        """The event was processed; it is not taken up again."""
        ...

    async def unprocessed_events(self) -> list[tuple[str, str]]:
        """(event id, body) of events that were stored but not processed, oldest first."""
        ...

    async def store_callback(self, command: str) -> str:
        """A callback token of at most 24 characters for a command; '' where it can't be stored now, and its button is
        left out.
        """
        ...

    async def resolve_callback(self, token: str) -> str | None:
        """The command of a token, None for an unknown one."""
        ...

    async def managed_chat(self, person: PersonAddress) -> ManagedChat | None:
        """The chat that the person manages from the own one at the moment."""
        ...

    async def set_managed_chat(self, person: PersonAddress, managed: ManagedChat | None) -> None:
        """From now on that one; None ends managing."""
        ...

    async def get_setting(self, workspace: str, name: str) -> str:
        """What was remembered under ``name``, '' for nothing."""
        ...

    async def set_setting(self, workspace: str, name: str, value: str) -> None:
        """Remembers it; '' forgets it."""
        ...


class ChatEvents(Protocol):
    """Listens to what happens to a chat as a whole; each call may be repeated.

    An address without a thread means all threads of that chat, one without a chat every chat of the workspace.
    """

    async def on_migrated(self, old: ChatAddress, new: ChatAddress) -> None:
        """The chat, with all its threads, has a new id."""
        ...

    async def on_unavailable(self, chat: ChatAddress, reason: UnavailableReason) -> None:
        """Nothing can be sent there until :meth:`on_available` says otherwise."""
        ...

    async def on_available(self, chat: ChatAddress) -> None:
        """Messages can be sent there again. Of a whole workspace: what its leaving had paused begins again."""
        ...
