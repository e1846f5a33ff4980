"""A message as it stands in a chat now, with what a test wants to know of it."""

from __future__ import annotations

import dataclasses
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram.formatting import FormattedText, covered
from tests.fakes.telegram.html import Entity

if TYPE_CHECKING:
    from tests.fakes.telegram.chats import Account, ChatState
    from tests.fakes.telegram.rich import RichContent

Button = dict[str, Any]
_order = count()


@dataclasses.dataclass(frozen=True, slots=True)
class TelegramDocument:
    name: str
    content: bytes
    media_type: str
    file_id: str

    def as_json(self) -> dict[str, Any]:
        return {
            "file_id": self.file_id,
            "file_unique_id": f"u{self.file_id}",
            "file_name": self.name,
            "mime_type": self.media_type,
            "file_size": len(self.content),
        }


@dataclasses.dataclass(slots=True, eq=False)
class TelegramMessage:
    """One message; edits change it in place.

    `raw` is the text as sent, `text` as shown (of a document or photo: its caption), `entities` what is
    rendered of it, `overflow` what is not because it came after the hundredth. Moments are Unix seconds.
    An ephemeral one has a `receiver`, the id 0 and an `ephemeral_id`; only it and who wrote it see it.
    """

    room: ChatState
    id: int
    date: int
    content: FormattedText
    raw: str = ""
    sender: Account | None = None
    sender_chat: ChatState | None = None
    reply_markup: dict[str, Any] | None = None
    thread_id: int | None = None
    in_topic: bool = False
    reply_to: TelegramMessage | None = None
    document: TelegramDocument | None = None
    photo: bool = False
    rich: RichContent | None = None
    silent: bool = False
    service: dict[str, Any] = dataclasses.field(default_factory=dict)
    options: dict[str, Any] = dataclasses.field(default_factory=dict)
    edit_date: int | None = None
    edits: int = 0
    by_bot: bool = False
    receiver: Account | None = None
    ephemeral_id: int = 0
    order: int = dataclasses.field(default_factory=_order.__next__)

    def is_seen_by(self, account: Account | None) -> bool:
        """Whether this account sees it; None: anybody who is here."""
        return self.receiver is None or (account is not None and account in (self.receiver, self.sender))

    @property
    def text(self) -> str:
        return "" if self.is_blank else self.content.text

    @property
    def is_blank(self) -> bool:
        """Whether the app that this is seen with shows nothing of it: the bot is never told."""
        return self.rich is not None and not self.room.shows_rich

    @property
    def entities(self) -> tuple[Entity, ...]:
        return () if self.is_blank else self.content.entities

    @property
    def overflow(self) -> tuple[Entity, ...]:
        return self.content.overflow

    @property
    def picture(self) -> str:
        """The page whose large picture stands with it, '' for none."""
        options = self.options.get("link_preview_options") or {}
        return str(options.get("url", "")) if options.get("prefer_large_media") else ""

    @property
    def has_caption(self) -> bool:
        return self.document is not None or self.photo

    @property
    def keyboard(self) -> list[list[Button]]:
        """The buttons in the message, then those under it; of one that shows as blank none, as the worst case."""
        rows: list[list[Button]] = (self.reply_markup or {}).get("inline_keyboard", [])
        if self.is_blank:
            return []
        return [*self.rich.buttons, *rows] if self.rich else rows

    @property
    def buttons(self) -> list[list[str]]:
        """The labels of the buttons, row by row."""
        return [[button["text"] for button in row] for row in self.keyboard]

    def button(self, label: str) -> Button:
        """The button with this label, else the first that contains it; raises `LookupError`."""
        every = [button for row in self.keyboard for button in row]
        exact = [button for button in every if button["text"] == label]
        part = [button for button in every if label in button["text"]]
        if not exact and not part:
            raise LookupError(f"no button {label!r} among {self.buttons}")
        return (exact or part)[0]

    def words(self, kind: str) -> list[str]:
        """The stretches of text that an entity of this kind covers: `words("bold")`."""
        return [covered(self.text, entity) for entity in self.entities if entity["type"] == kind]

    @property
    def links(self) -> dict[str, str]:
        """Linked words and where they lead; only what is rendered."""
        links = [entity for entity in self.entities if entity["type"] == "text_link"]
        return {covered(self.text, entity): entity["url"] for entity in links}

    def as_json(self, *, with_reply: bool = True) -> dict[str, Any]:
        """The Bot API's Message."""
        parts: dict[str, Any] = {"message_id": self.id, "date": self.date, "chat": self.room.as_json()}
        parts |= {"from": self.sender.as_json()} if self.sender else {}
        parts |= {"sender_chat": self.sender_chat.as_json()} if self.sender_chat else {}
        parts |= {"message_thread_id": self.thread_id} if self.thread_id else {}
        parts |= {"is_topic_message": True} if self.in_topic else {}
        parts |= {"edit_date": self.edit_date} if self.edit_date else {}
        if self.receiver is not None:
            parts |= {"receiver_user": self.receiver.as_json(), "ephemeral_message_id": self.ephemeral_id}
        if with_reply and self.reply_to is not None:
            parts["reply_to_message"] = self.reply_to.as_json(with_reply=False)
        return parts | self._content_json() | self._markup_json() | self.service

    def _content_json(self) -> dict[str, Any]:
        name, entities = ("caption", "caption_entities") if self.has_caption else ("text", "entities")
        parts: dict[str, Any] = dict(self.options)
        parts |= {"document": self.document.as_json()} if self.document else {}
        parts |= {"photo": [PHOTO]} if self.photo else {}
        if self.rich is not None:
            return parts | {"rich_message": {"blocks": self.rich.blocks}}
        parts |= {name: self.text} if self.text else {}
        return parts | ({entities: [self._entity_json(each) for each in self.entities]} if self.entities else {})

    def _entity_json(self, entity: Entity) -> Entity:
        if entity["type"] != "text_mention":
            return entity
        return {**entity, "user": {"is_bot": False, "first_name": "", **entity["user"]}}

    def _markup_json(self) -> dict[str, Any]:
        shown = (self.reply_markup or {}).get("inline_keyboard")
        return {"reply_markup": self.reply_markup} if shown else {}


PHOTO = {"file_id": "photo-1", "file_unique_id": "uphoto-1", "width": 320, "height": 240, "file_size": 1024}
