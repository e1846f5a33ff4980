"""Groups, supergroups with or without topics, and channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.fakes.telegram.chats import PRESENT, Member, Room, Status, Topic
from tests.fakes.telegram.conversations import Conversation
from tests.fakes.telegram.formatting import FormattedText
from tests.fakes.telegram.messages import Message
from tests.fakes.telegram.state import World
from tests.fakes.telegram.users import Person


def gathering(
    world: World, room: Room, members: Sequence[Person], admins: Sequence[Person], bot: Status
) -> Conversation:
    """Fill a new chat; the first administrator is its owner, the first person named speaks by default."""
    for person in members:
        room.members[person.id] = Member(person.account, "member")
    for place, person in enumerate(admins):
        room.members[person.id] = Member(person.account, "administrator" if place else "creator")
    room.members[world.bot.id] = Member(world.bot, bot)
    first = next(iter([*members, *admins]), None)
    return Channel(world, room, first) if room.kind == "channel" else Group(world, room, first)


class TopicChat(Conversation):
    """One topic of a forum; without a topic it is General."""

    def __init__(self, world: World, room: Room, speaker: Person | None, topic: Topic | None) -> None:
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

    def _placed(self, reply_to: Message | None) -> dict[str, Any]:
        """Every message of a topic answers at least the one that opened it."""
        if self.topic is None:
            return super()._placed(reply_to)
        return {"reply_to": reply_to or self.topic.opening, "thread_id": self.topic.id, "in_topic": True}

    def _is_here(self, message: Message) -> bool:
        return message.thread_id == self.thread_id if message.in_topic else self.topic is None


class Gathering(Conversation):
    """What groups and channels share: the bot comes, goes, and may do more or less."""

    @property
    def bot_member(self) -> Member:
        return self.room.members[self.world.bot.id]

    def add_bot(self, *, by: Person | None = None) -> None:
        self._bot_becomes("member", by)
        self._announce({"new_chat_members": [self.world.bot.as_json()]}, by)

    def kick_bot(self, *, by: Person | None = None) -> None:
        self._bot_becomes("kicked", by)

    def promote_bot(self, *, by: Person | None = None) -> None:
        self._bot_becomes("administrator", by)

    def mute_bot(self, *, by: Person | None = None) -> None:
        """Take the right to write from the bot."""
        self._bot_becomes("restricted" if self.room.kind == "supergroup" else "member", by, may_send=False)

    def unmute_bot(self, *, by: Person | None = None) -> None:
        self._bot_becomes("member", by)

    def promote(self, person: Person, *, anonymous: bool = False) -> None:
        self.room.members[person.id] = Member(person.account, "administrator", anonymous=anonymous)

    def demote(self, person: Person) -> None:
        self.room.members[person.id].status = "member"

    def delete(self) -> None:
        """The chat is deleted for everybody."""
        self.room.deleted = True

    def _bot_becomes(self, status: Status, by: Person | None, *, may_send: bool = True) -> None:
        member = self.bot_member
        old = member.as_json()
        member.status, member.may_send = status, may_send
        self.world.status_changed(self.room, self._speaker(by).account, old, member.as_json())

    def _announce(self, service: dict[str, Any], by: Person | None) -> None:
        """A service message, such as Telegram itself writes in a chat."""
        self._write(FormattedText(""), None, service=service, **self._voice(by, None))

    def _speaker(self, by: Person | None) -> Person:
        speaker = super()._speaker(by)
        assert self.room.status_of(speaker.id) in PRESENT, f"{speaker.name} is not in {self.room.title!r}"
        return speaker


class Group(Gathering):
    """A group or a supergroup."""

    @property
    def general(self) -> TopicChat:
        """The General topic of a forum."""
        return TopicChat(self.world, self.room, self.speaker, None)

    def topic(self, name: str) -> TopicChat:
        """Open a topic; its id is that of the message that says so."""
        assert self.room.forum, "topics exist in forums only"
        service = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        opening = self.world.post(self.room, FormattedText(""), sender=self._speaker(None).account, service=service)
        opening.thread_id, opening.in_topic = opening.id, True
        topic = self.room.topics[opening.id] = Topic(opening.id, name, opening)
        self.world.deliver(opening)
        return TopicChat(self.world, self.room, self.speaker, topic)

    def migrate(self) -> Group:
        """The group becomes a supergroup with a new id; both chats say so, the old one is closed."""
        assert self.room.kind == "group", "only a basic group can become a supergroup"
        members = {key: Member(each.account, each.status) for key, each in self.room.members.items()}
        room = self.world.add_room("supergroup", title=self.room.title, members=members)
        heir = Group(self.world, room, self.speaker)
        self._announce({"migrate_to_chat_id": room.id}, None)
        heir._announce({"migrate_from_chat_id": self.room.id}, None)
        self.room.migrated_to = room.id
        return heir


class Channel(Gathering):
    """A channel: administrators post in its name, the bot needs to be one of them."""

    def add_bot(self, *, by: Person | None = None) -> None:
        self._bot_becomes("administrator", by)

    def mute_bot(self, *, by: Person | None = None) -> None:
        self._bot_becomes("administrator", by, may_send=False)

    def unmute_bot(self, *, by: Person | None = None) -> None:
        self._bot_becomes("administrator", by)
