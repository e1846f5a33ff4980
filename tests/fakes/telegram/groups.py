"""Groups, supergroups with or without topics, and channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.fakes.telegram.chats import MEMBER_STATUSES, ChatMember, ChatState, ForumTopic, Status
from tests.fakes.telegram.conversations import TelegramConversation
from tests.fakes.telegram.formatting import FormattedText
from tests.fakes.telegram.messages import TelegramMessage
from tests.fakes.telegram.state import TelegramState
from tests.fakes.telegram.users import TelegramUser


def fill_chat(
    world: TelegramState, room: ChatState, members: Sequence[TelegramUser], admins: Sequence[TelegramUser], bot: Status
) -> TelegramConversation:
    """Fill a new chat; the first administrator is its owner, the first person named speaks by default."""
    for person in members:
        room.members[person.id] = ChatMember(person.account, "member")
    for place, person in enumerate(admins):
        room.members[person.id] = ChatMember(person.account, "administrator" if place else "creator")
    room.members[world.bot.id] = ChatMember(world.bot, bot)
    first = next(iter([*members, *admins]), None)
    return TelegramChannel(world, room, first) if room.kind == "channel" else TelegramGroup(world, room, first)


class ForumTopicChat(TelegramConversation):
    """One topic of a forum; without a topic it is General."""

    def __init__(
        self, world: TelegramState, room: ChatState, speaker: TelegramUser | None, topic: ForumTopic | None
    ) -> None:
        super().__init__(world, room, speaker)
        self.topic = topic

    @property
    def thread_id(self) -> int | None:
        return self.topic.id if self.topic else None

    def close(self) -> None:
        assert self.topic is not None, "General stays as it is"
        self.topic.closed = True
        self._announce({"forum_topic_closed": {}})

    def reopen(self) -> None:
        assert self.topic is not None, "General stays as it is"
        self.topic.closed = False
        self._announce({"forum_topic_reopened": {}})

    def delete(self) -> None:
        """Telegram tells the bot nothing; the next message finds no thread."""
        assert self.topic is not None, "General stays as it is"
        self.topic.deleted = True

    def _announce(self, service: dict[str, Any]) -> None:
        self._write(FormattedText(""), None, sender=self._speaker(None).account, service=service)

    def _placed(self, reply_to: TelegramMessage | None) -> dict[str, Any]:
        """Every message of a topic answers at least the one that opened it."""
        if self.topic is None:
            return super()._placed(reply_to)
        return {"reply_to": reply_to or self.topic.opening, "thread_id": self.topic.id, "in_topic": True}

    def _is_here(self, message: TelegramMessage) -> bool:
        return message.thread_id == self.thread_id if message.in_topic else self.topic is None


class MultiUserChat(TelegramConversation):
    """What groups and channels share: the bot comes, goes, and may do more or less."""

    @property
    def bot_member(self) -> ChatMember:
        return self.room.members[self.world.bot.id]

    def add_bot(self, *, by: TelegramUser | None = None) -> None:
        self._bot_becomes("member", by)
        self._announce({"new_chat_members": [self.world.bot.as_json()]}, by)

    def kick_bot(self, *, by: TelegramUser | None = None) -> None:
        self._bot_becomes("kicked", by)

    def promote_bot(self, *, by: TelegramUser | None = None) -> None:
        self._bot_becomes("administrator", by)

    def mute_bot(self, *, by: TelegramUser | None = None) -> None:
        """Take the right to write from the bot."""
        self._bot_becomes("restricted" if self.room.kind == "supergroup" else "member", by, may_send=False)

    def unmute_bot(self, *, by: TelegramUser | None = None) -> None:
        self._bot_becomes("member", by)

    def promote(self, person: TelegramUser, *, anonymous: bool = False) -> None:
        self.room.members[person.id] = ChatMember(person.account, "administrator", anonymous=anonymous)

    def demote(self, person: TelegramUser) -> None:
        self.room.members[person.id].status = "member"

    def delete(self) -> None:
        """The chat is deleted for everybody."""
        self.room.deleted = True

    def _bot_becomes(self, status: Status, by: TelegramUser | None, *, may_send: bool = True) -> None:
        member = self.bot_member
        old = member.as_json()
        member.status, member.may_send = status, may_send
        self.world.status_changed(self.room, self._speaker(by).account, old, member.as_json())

    def _announce(self, service: dict[str, Any], by: TelegramUser | None) -> None:
        """A service message, such as Telegram itself writes in a chat."""
        self._write(FormattedText(""), None, service=service, **self._voice(by, None))

    def _speaker(self, by: TelegramUser | None) -> TelegramUser:
        speaker = super()._speaker(by)
        assert self.room.status_of(speaker.id) in MEMBER_STATUSES, f"{speaker.name} is not in {self.room.title!r}"
        return speaker


class TelegramGroup(MultiUserChat):
    """A group or a supergroup."""

    @property
    def general(self) -> ForumTopicChat:
        """The General topic of a forum."""
        return ForumTopicChat(self.world, self.room, self.speaker, None)

    def topic(self, name: str) -> ForumTopicChat:
        """Open a topic; its id is that of the message that says so."""
        assert self.room.forum, "topics exist in forums only"
        service = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        opening = self.world.post(self.room, FormattedText(""), sender=self._speaker(None).account, service=service)
        opening.thread_id, opening.in_topic = opening.id, True
        topic = self.room.topics[opening.id] = ForumTopic(opening.id, name, opening)
        self.world.deliver(opening)
        return ForumTopicChat(self.world, self.room, self.speaker, topic)

    def migrate(self) -> TelegramGroup:
        """The group becomes a supergroup with a new id; both chats say so, the old one is closed."""
        assert self.room.kind == "group", "only a basic group can become a supergroup"
        members = {key: ChatMember(each.account, each.status) for key, each in self.room.members.items()}
        room = self.world.add_chat("supergroup", title=self.room.title, members=members)
        migrated_group = TelegramGroup(self.world, room, self.speaker)
        self._announce({"migrate_to_chat_id": room.id}, None)
        migrated_group._announce({"migrate_from_chat_id": self.room.id}, None)
        self.room.migrated_to = room.id
        return migrated_group


class TelegramChannel(MultiUserChat):
    """A channel: administrators post in its name, the bot needs to be one of them."""

    def add_bot(self, *, by: TelegramUser | None = None) -> None:
        self._bot_becomes("administrator", by)

    def mute_bot(self, *, by: TelegramUser | None = None) -> None:
        self._bot_becomes("administrator", by, may_send=False)

    def unmute_bot(self, *, by: TelegramUser | None = None) -> None:
        self._bot_becomes("administrator", by)
