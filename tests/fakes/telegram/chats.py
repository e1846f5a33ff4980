"""The state behind the server: accounts, chats, their members, topics and messages."""

from __future__ import annotations

import asyncio
import dataclasses
from itertools import count
from typing import Any, Literal

from tests.fakes.telegram.messages import TelegramMessage
from tests.fakes.telegram.refusals import bad_request, forbidden, migrated

Kind = Literal["private", "group", "supergroup", "channel"]
Status = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]
MEMBER_STATUSES: frozenset[Status] = frozenset({"creator", "administrator", "member", "restricted"})
ADMIN_STATUSES: frozenset[Status] = frozenset({"creator", "administrator"})

ADMIN_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
    "can_delete_stories",
)  # fmt: skip
MEMBER_RIGHTS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users",
    "can_pin_messages", "can_manage_topics",
)  # fmt: skip


@dataclasses.dataclass(slots=True)
class Account:
    """A person's or a bot's account."""

    id: int
    first_name: str
    is_bot: bool = False
    username: str | None = None
    language: str | None = None
    deleted: bool = False

    def as_json(self) -> dict[str, Any]:
        optional = {"username": self.username, "language_code": self.language}
        return {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
            **{name: value for name, value in optional.items() if value},
        }


ANONYMOUS = Account(1087968824, "Group", is_bot=True, username="GroupAnonymousBot")
"""In whose name an anonymous administrator writes."""
AS_CHANNEL = Account(136817688, "Channel", is_bot=True, username="Channel_Bot")
"""In whose name a channel writes in a group."""


@dataclasses.dataclass(slots=True)
class ForumTopic:
    """A topic of a forum; its id is that of the service message that opened it."""

    id: int
    name: str
    opening: TelegramMessage
    closed: bool = False
    deleted: bool = False


@dataclasses.dataclass(slots=True)
class ChatMember:
    account: Account
    status: Status
    anonymous: bool = False
    may_send: bool = True

    def as_json(self) -> dict[str, Any]:
        """The Bot API's ChatMember, of the sort that the status names."""
        shared: dict[str, Any] = {"user": self.account.as_json(), "status": self.status}
        if self.status == "creator":
            return {**shared, "is_anonymous": self.anonymous}
        if self.status == "administrator":
            rights = dict.fromkeys(ADMIN_RIGHTS, True) | {"can_post_messages": self.may_send}
            return {**shared, "can_be_edited": False, "is_anonymous": self.anonymous, **rights}
        if self.status == "restricted":
            rights = dict.fromkeys(MEMBER_RIGHTS, self.may_send)
            return {**shared, "is_member": True, "until_date": 0, **rights}
        return {**shared, "until_date": 0} if self.status == "kicked" else shared


@dataclasses.dataclass(frozen=True, slots=True)
class BotActivity:
    """Something the bot did in a chat."""

    what: Literal["sent", "edited", "deleted"]
    message: TelegramMessage


@dataclasses.dataclass(slots=True, eq=False)
class ChatState:
    """A chat of any kind. In a private one, `person` is who the bot talks to."""

    id: int
    kind: Kind
    title: str = ""
    username: str | None = None
    person: Account | None = None
    started: bool = True
    """Private: whether the person ever opened the chat with the bot."""
    blocked: bool = False
    shows_rich: bool = True
    """Whether the app in which this is seen shows rich messages; the bot is not told."""
    forum: bool = False
    deleted: bool = False
    migrated_to: int | None = None
    members: dict[int, ChatMember] = dataclasses.field(default_factory=dict)
    topics: dict[int, ForumTopic] = dataclasses.field(default_factory=dict)
    messages: dict[int, TelegramMessage] = dataclasses.field(default_factory=dict)
    ephemeral: dict[int, TelegramMessage] = dataclasses.field(default_factory=dict)
    """What stands in no history, by its own ids."""
    activity: list[BotActivity] = dataclasses.field(default_factory=list)
    message_ids: count[int] = dataclasses.field(default_factory=lambda: count(1))
    ephemeral_ids: count[int] = dataclasses.field(default_factory=lambda: count(1))
    _changed: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)

    def as_json(self) -> dict[str, Any]:
        shared: dict[str, Any] = {"id": self.id, "type": self.kind}
        if self.person is not None:
            shared |= {"first_name": self.person.first_name}
            return shared | ({"username": self.person.username} if self.person.username else {})
        shared |= {"title": self.title}
        shared |= {"username": self.username} if self.username else {}
        return shared | ({"is_forum": True} if self.forum else {})

    def status_of(self, account_id: int) -> Status:
        member = self.members.get(account_id)
        return member.status if member else "left"

    def report(self, what: Literal["sent", "edited", "deleted"], message: TelegramMessage) -> None:
        """Tell those who wait that the bot did something."""
        self.activity.append(BotActivity(what, message))
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def next_activity(self, seen: int) -> None:
        """Wait until more than `seen` things happened."""
        while len(self.activity) <= seen:
            await self._changed.wait()

    def check_access(self, bot: Account) -> None:
        """Raises what the server answers to a bot that may not act here at all."""
        if self.migrated_to is not None:
            raise migrated(self.migrated_to)
        if self.person is not None:
            self._check_person(self.person)
            return
        if self.deleted:
            raise forbidden("the group chat was deleted")
        status = self.status_of(bot.id)
        if status == "kicked":
            raise forbidden(f"bot was kicked from the {self.kind} chat")
        if status not in MEMBER_STATUSES:
            raise forbidden(f"bot is not a member of the {self.kind} chat")

    def _check_person(self, person: Account) -> None:
        if person.deleted:
            raise forbidden("user is deactivated")
        if person.is_bot:
            raise forbidden("the bot can't send messages to the bot")
        if not self.started:
            raise forbidden("bot can't initiate conversation with a user")
        if self.blocked:
            raise forbidden("bot was blocked by the user")

    def check_writing(self, bot: Account) -> None:
        """Raises what the server answers to a bot that is here, yet may not write."""
        member = self.members.get(bot.id)
        if member is None:
            return
        if self.kind == "channel" and (member.status not in ADMIN_STATUSES or not member.may_send):
            raise bad_request("need administrator rights in the channel chat")
        if not member.may_send:
            raise bad_request("not enough rights to send text messages to the chat")

    def thread(self, thread_id: int, bot: Account) -> tuple[int | None, bool]:
        """The thread to write in, as (id, whether it is a topic); raises `Refused`.

        The General topic's id 1 must be left out; in a supergroup that is no forum, a thread is named by
        the message that began it.
        """
        if not thread_id:
            return None, False
        if not self.forum:
            if self.kind != "supergroup" or thread_id not in self.messages:
                raise bad_request("message thread not found")
            return thread_id, False
        topic = self.topics.get(thread_id)
        if topic is None or topic.deleted:
            raise bad_request("message thread not found")
        if topic.closed and self.status_of(bot.id) not in ADMIN_STATUSES:
            raise bad_request("TOPIC_CLOSED")
        return thread_id, True
