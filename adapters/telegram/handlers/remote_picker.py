"""A channel or group managed from the private chat of one of its admins.

It is chosen with Telegram's own picker. From then on commands typed in the private chat are about it, until they are
about the person's own again; a button says by itself which chat it is about, so old ones go on meaning what they meant.
Whoever asks is looked up each time: in that chat both the person and the bot have to be admins.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from cachetools import TTLCache
from telegram import (
    ChatAdministratorRights,
    ChatFullInfo,
    ChatMember,
    ChatMemberAdministrator,
    KeyboardButton,
    KeyboardButtonRequestChat,
    ReplyKeyboardMarkup,
)
from telegram.constants import ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from adapters.telegram.client.errors import safe_cause
from adapters.telegram.events.events import Actor, ChatRef
from adapters.telegram.rendering.renderer import translator_for
from adapters.telegram.replies.permissions import MAX_REMEMBERED, REMEMBERED
from adapters.telegram.replies.sender import Bot
from bot.calls import split_command
from bot.chats import ChatKind
from bot.i18n import LazyText, t
from bot.ports import Clock
from bot.views import Banner, Block, Button, Buttons, TextBlock, View

log = logging.getLogger(__name__)

REMOTE: Final = "remote"
IN: Final = "in"
OFF: Final = "off"
CHANNEL, GROUP = 1, 2  # numbers of the picker's buttons
# What belongs to the person or to no chat at all, wherever it is asked.
OWN: Final = frozenset(
    {
        *("start", "help", "commands", "remote", "home", "here", "save", "saved", "export", "mydata", "forget"),
        *("admin", "paper", "papers", "several", "similar", "lookup", "preview", "share"),
    }
)
_KINDS: Final = {
    ChatType.CHANNEL: ChatKind.CHANNEL,
    ChatType.GROUP: ChatKind.GROUP,
    ChatType.SUPERGROUP: ChatKind.GROUP,
}
_NOTHING: Final[dict[str, Any]] = dict.fromkeys(
    (
        *("is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members"),
        *("can_promote_members", "can_change_info", "can_invite_users"),
        *("can_post_stories", "can_edit_stories", "can_delete_stories"),
    ),
    False,
)
TO_POST: Final = ChatAdministratorRights(**_NOTHING | {"can_manage_chat": True}, can_post_messages=True)
TO_MANAGE: Final = ChatAdministratorRights(**_NOTHING | {"can_manage_chat": True})

NOT_THERE: Final = t("I am not in that chat. Add me there, as an admin where it is a channel, and choose it again.")
NO_ADMIN: Final = t("Only admins of <b>{chat}</b> can change what comes there, and you are none at the moment.")
MAY_NOT_POST: Final = t("I may not post in <b>{chat}</b>. Make me an admin with the right to post, then try again.")
NO_ANSWER: Final = t("Telegram did not tell me who is an admin there. Please try again in a minute.")


@dataclass(frozen=True, slots=True)
class AccessDenied:
    """Why a chat can't be managed from here."""

    why: LazyText


class RemoteAccess:
    """Finds out whether a chat may be managed by somebody, and remembers it for a minute."""

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._bot = bot
        self._known: TTLCache[tuple[int, int], ChatRef, datetime] = TTLCache(
            MAX_REMEMBERED, REMEMBERED, timer=clock.now
        )

    async def resolve(self, chat_id: int, actor: Actor) -> ChatRef | AccessDenied:
        """The chat, where both ``actor`` and the bot are admins there (of a group the bot: a member)."""
        known = self._known.get((chat_id, actor.id))
        if known is not None:
            return known
        found = await self._look_up(chat_id, actor)
        if isinstance(found, ChatRef):
            self._known[chat_id, actor.id] = found
        return found

    async def _look_up(self, chat_id: int, actor: Actor) -> ChatRef | AccessDenied:
        try:
            chat = await self._bot.get_chat(chat_id)
            person = await self._bot.get_chat_member(chat_id, actor.id)
            bot_member = await self._bot.get_chat_member(chat_id, self._bot.id)
        except ChatMigrated as moved:
            return await self._look_up(moved.new_chat_id, actor)
        except (Forbidden, BadRequest):
            return AccessDenied(NOT_THERE)
        except TelegramError as error:
            log.warning("can't find out who is an admin: %s", safe_cause(error))
            return AccessDenied(NO_ANSWER)
        return _check_access(chat, person, bot_member)


def _check_access(chat: ChatFullInfo, person: ChatMember, bot_member: ChatMember) -> ChatRef | AccessDenied:
    kind, title = _KINDS.get(ChatType(chat.type)), chat.title or ""
    if kind is None or bot_member.status in (ChatMember.LEFT, ChatMember.BANNED):
        return AccessDenied(NOT_THERE)
    if person.status not in (ChatMember.OWNER, ChatMember.ADMINISTRATOR):
        return AccessDenied(replace(NO_ADMIN, values={"chat": title}))
    if kind is ChatKind.CHANNEL and not (
        isinstance(bot_member, ChatMemberAdministrator) and bot_member.can_post_messages
    ):
        return AccessDenied(replace(MAY_NOT_POST, values={"chat": title}))
    return ChatRef(chat.id, kind, title)


def picker(language: str) -> ReplyKeyboardMarkup:
    """The keyboard that opens Telegram's own list of chats; it offers those where the rights suffice."""
    words = translator_for(language)
    channel = KeyboardButtonRequestChat(
        CHANNEL,
        chat_is_channel=True,
        user_administrator_rights=TO_POST,
        bot_administrator_rights=TO_POST,
        request_title=True,
    )
    group = KeyboardButtonRequestChat(
        GROUP, chat_is_channel=False, user_administrator_rights=TO_MANAGE, bot_is_member=True, request_title=True
    )
    buttons = [
        KeyboardButton(words.plain_text(t("Choose a channel")), request_chat=channel),
        KeyboardButton(words.plain_text(t("Choose a group")), request_chat=group),
    ]
    return ReplyKeyboardMarkup([[each] for each in buttons], resize_keyboard=True, one_time_keyboard=True)


def parse_remote_command(command: str) -> tuple[int, str] | None:
    """The chat and the rest of ``in -100123 topics``; None for a command about the chat it is said in."""
    name, rest = split_command(command)
    chat, _, inner = rest.partition(" ")
    known = name == IN and chat.startswith("-") and chat[1:].isascii() and chat[1:].isdecimal()
    return (int(chat), inner.strip()) if known and inner.strip() else None


def view_about(view: View, chat: ChatRef) -> View:
    """The view as it stands in the private chat: headed by the chat's name, its buttons about that chat."""
    blocks: list[Block] = [_with_remote_buttons(block, chat) for block in view.blocks]
    if not blocks:
        return view
    head = Banner(t("In <b>{chat}</b>", chat=chat.title))
    own = Buttons(((Button(t("Back to my own chat"), f"{REMOTE} {OFF}"),),))
    return replace(view, blocks=(head, *blocks, own), private=False)


def _with_remote_buttons(block: Block, chat: ChatRef) -> Block:
    if not isinstance(block, Buttons):
        return block
    return Buttons(tuple(tuple(_button(button, chat) for button in row) for row in block.rows))


def _button(button: Button, chat: ChatRef) -> Button:
    name = split_command(button.command)[0] if button.command else ""
    if not name or name in OWN or button.target != "here":
        return button
    return replace(button, command=f"{IN} {chat.chat_id} {button.command}")


def denied_view(denied: AccessDenied) -> View:
    """What keeps the person from managing that chat, and the ways on."""
    ways = (Button(t("Choose another"), REMOTE), Button(t("Back to my own chat"), f"{REMOTE} {OFF}"))
    return View((TextBlock(denied.why), Buttons((ways,))))


def chosen_view(chat: ChatRef) -> View:
    """Said once, when a chat was picked."""
    confirmation = t("✓ From here you manage <b>{chat}</b> now. What you type is about it, until you say /remote off.",
               chat=chat.title)  # fmt: skip
    return View((TextBlock(confirmation),))


def ended_lines() -> Sequence[TextBlock]:
    return (TextBlock(t("This chat is about your own topics again.")),)
