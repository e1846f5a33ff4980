"""From an update to an event: pure, nothing is looked up."""

from __future__ import annotations

import re
from typing import Final

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    ChatMemberUpdated,
    InlineQuery,
    Message,
    MessageEntity,
    Update,
    User,
)
from telegram.constants import ChatType

from adapters.telegram.events.ephemeral import ephemeral_id
from adapters.telegram.events.events import (
    Actor,
    ButtonPressed,
    ChatPicked,
    ChatRef,
    Event,
    GroupMigrated,
    InlineQueried,
    MembershipChanged,
    MessageReceived,
)
from bot.calls import NO_COMMAND
from bot.chats import ChatKind
from bot.errors import UnavailableReason
from bot.papers import linked_paper_ids


def text_with_linked_papers(message: Message) -> str:
    """The text or caption, followed by the addresses of papers that only its links hold."""
    text = message.text or message.caption or ""
    entities = (*message.entities, *message.caption_entities)
    hidden = [each.url for each in entities if each.type == MessageEntity.TEXT_LINK and each.url]
    named = linked_paper_ids(text)
    return " ".join([text, *(url for url in hidden if set(linked_paper_ids(url)) - set(named))]).strip()


def replied_paper_urls(message: Message) -> list[str]:
    """The addresses of the papers in the message that this one answers."""
    answered = message.reply_to_message
    named = linked_paper_ids(text_with_linked_papers(answered)) if answered else ()
    return [f"https://arxiv.org/abs/{name}" for name in named]


ALLOWED_UPDATES: Final = (
    Update.MESSAGE,
    Update.CHANNEL_POST,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.MY_CHAT_MEMBER,
)

DIGITS: Final = 3  # of a page's number

_COMMAND = re.compile(r"/(?P<name>[^\s@/]+)(?:@(?P<bot>\S+))?(?:\s+(?P<argument>.*))?", re.DOTALL)
_KINDS = {ChatType.PRIVATE: ChatKind.PRIVATE, ChatType.CHANNEL: ChatKind.CHANNEL}


def parse_update(update: Update, me: User) -> Event | None:
    """The event, None where it is none of our business; ``me`` is the bot."""
    if update.callback_query:
        return _parse_press(update.callback_query)
    if update.inline_query:
        return _parse_inline_query(update.inline_query)
    if update.my_chat_member:
        return _parse_membership(update.my_chat_member)
    message = update.message or update.channel_post
    return _parse_message(message, me) if message else None


def _parse_message(message: Message, me: User) -> Event | None:
    if message.migrate_to_chat_id:
        return GroupMigrated(message.chat.id, message.migrate_to_chat_id)
    if message.migrate_from_chat_id:
        return GroupMigrated(message.migrate_from_chat_id, message.chat.id)
    if message.chat_shared and message.chat.type == ChatType.PRIVATE:
        return ChatPicked(_chat_ref(message.chat), _actor_of(message), message.chat_shared.chat_id)
    if message.forum_topic_reopened and message.is_topic_message:
        return MembershipChanged(_chat_ref(message.chat, message), _actor_of(message))
    text = _without_unstorable(text_with_linked_papers(message))
    if not text or message.is_automatic_forward or _written_by_bot(message) or _sent_by_inline_mode(message, me):
        return None
    command = _COMMAND.fullmatch(text)
    return _parse_command(message, command, me) if command else _parse_plain_text(message, text, me)


def _without_unstorable(text: str) -> str:
    """Without NUL and lone surrogates, which no storage takes."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode().strip()


def _written_by_bot(message: Message) -> bool:
    """Another bot; anonymous admins and channels write in the name of bots of Telegram's, with ``sender_chat`` set."""
    return bool(message.from_user and message.from_user.is_bot and not message.sender_chat)


def _sent_by_inline_mode(message: Message, me: User) -> bool:
    """A card that somebody picked by inline mode: the bot's own text."""
    return bool(message.via_bot and message.via_bot.id == me.id)


def _parse_command(message: Message, command: re.Match[str], me: User) -> MessageReceived | None:
    number = ephemeral_id(message)
    to_us = bool(command["bot"] or number) or message.chat.type == ChatType.PRIVATE
    if command["bot"] and command["bot"].lower() != _username(me):
        return None
    name, argument = command["name"].lower(), _without_mention(command["argument"] or "", me).strip()
    return MessageReceived(
        _chat_ref(message.chat, message), _actor_of(message), name, argument, message.message_id, to_us, number
    )


def _parse_plain_text(message: Message, text: str, me: User) -> MessageReceived | None:
    """Plain words: all of them in private, elsewhere only those said to the bot; what nobody else sees is said to it,
    as the reply to something that only this person sees."""
    chat, number = _chat_ref(message.chat, message), ephemeral_id(message)
    to_us = chat.kind is ChatKind.PRIVATE or bool(number)
    words = _without_mention(text, me)
    if not to_us and words == text and not _replies_to(message, me):
        return None
    if chat.kind is ChatKind.CHANNEL:
        return None
    words = words or " ".join(replied_paper_urls(message))
    name = NO_COMMAND if words else "help"
    return MessageReceived(chat, _actor_of(message), name, words, message.message_id, to_us=True, ephemeral_id=number)


def _without_mention(text: str, me: User) -> str:
    """The words as they are, but for our own name, which is no part of what is asked (*/subscribe diffusion@bot*)."""
    mention = re.compile(rf"@{re.escape(_username(me))}\b", re.IGNORECASE)
    return " ".join(mention.sub(" ", text).split()) if mention.search(text) else text


def _replies_to(message: Message, me: User) -> bool:
    answered = message.reply_to_message
    return bool(answered and answered.from_user and answered.from_user.id == me.id and not answered.forum_topic_created)


def _username(me: User) -> str:
    return (me.username or "").lower()


def _chat_ref(chat: Chat, message: Message | None = None) -> ChatRef:
    # Reply threads of supergroups that are no forums have a thread id too.
    thread = message.message_thread_id if message and message.is_topic_message else None
    kind = _KINDS.get(ChatType(chat.type), ChatKind.GROUP)
    title = chat.title or chat.full_name or ""
    return ChatRef(chat.id, kind, _topic_title(title, message) if message and thread else title, thread)


def _topic_title(title: str, message: Message) -> str:
    """*Lab › News*. A topic's name stands in the message that opened it, which all of its messages answer but those
    that answer another one: these leave the title as it is known ("")."""
    opened = message.reply_to_message.forum_topic_created if message.reply_to_message else None
    return f"{title} › {opened.name}" if opened else ""


def _actor_of(message: Message) -> Actor:
    if message.sender_chat or message.from_user is None:
        return _anonymous_actor(message, message.sender_chat or message.chat)
    return _actor_of_user(message.from_user)


def _anonymous_actor(message: Message, sender_chat: Chat) -> Actor:
    """Whoever writes in a chat's name: in this chat's own only admins can, in another's a guest is enough."""
    name = message.author_signature or sender_chat.title or ""
    return Actor(sender_chat.id, name, admin=sender_chat.id == message.chat.id)


def _actor_of_user(user: User) -> Actor:
    language = (user.language_code or "en").partition("-")[0].lower()
    return Actor(user.id, user.full_name, language)


def _parse_press(query: CallbackQuery) -> ButtonPressed:
    message = query.message
    if message is None:
        return ButtonPressed(None, _actor_of_user(query.from_user), query.id, query.data or "")
    accessible = message if isinstance(message, Message) and message.is_accessible else None
    if accessible is None and message.chat.is_forum:  # an inaccessible message does not name its topic
        return ButtonPressed(None, _actor_of_user(query.from_user), query.id, query.data or "")
    return ButtonPressed(
        _chat_ref(message.chat, accessible),
        _actor_of_user(query.from_user),
        query.id,
        query.data or "",
        message.message_id,
        sibling_data=_sibling_data(accessible) if accessible else (),
        ephemeral_id=ephemeral_id(accessible) if accessible else 0,
    )


def _sibling_data(message: Message) -> tuple[str, ...]:
    """Every message of a forum's topic replies to the one that opened it, which nobody wrote."""
    answered, keyboard = message.reply_to_message, message.reply_markup
    if answered is None or answered.forum_topic_created or keyboard is None:
        return ()
    buttons = [button for row in keyboard.inline_keyboard for button in row]
    return () if any(button.url for button in buttons) else tuple(str(button.callback_data) for button in buttons)


def _parse_inline_query(query: InlineQuery) -> InlineQueried:
    """An offset that is none of ours is the first page."""
    known = query.offset.isascii() and query.offset.isdecimal() and len(query.offset) <= DIGITS
    page = max(1, int(query.offset)) if known else 1
    return InlineQueried(_actor_of_user(query.from_user), query.id, _without_unstorable(query.query), page)


def _parse_membership(change: ChatMemberUpdated) -> MembershipChanged | None:
    chat = _chat_ref(change.chat)
    before, after = (
        _unavailable_reason(change.old_chat_member, chat.kind),
        _unavailable_reason(change.new_chat_member, chat.kind),
    )
    if before == after:
        return None
    was_away = change.old_chat_member.status in (ChatMember.LEFT, ChatMember.BANNED)
    arrived = was_away and after is None and chat.kind is ChatKind.GROUP
    return MembershipChanged(chat, _actor_of_user(change.from_user), after, arrived)


def _unavailable_reason(member: ChatMember, kind: ChatKind) -> UnavailableReason | None:
    """What keeps the bot from writing with this membership."""
    if member.status == ChatMember.BANNED:
        return UnavailableReason.BLOCKED if kind is ChatKind.PRIVATE else UnavailableReason.KICKED
    if member.status == ChatMember.LEFT:
        return UnavailableReason.NOT_A_MEMBER
    if isinstance(member, ChatMemberRestricted):
        return _restriction_reason(member)
    if isinstance(member, ChatMemberAdministrator) and kind is ChatKind.CHANNEL and not member.can_post_messages:
        return UnavailableReason.NO_RIGHT_TO_POST
    return None


def _restriction_reason(member: ChatMemberRestricted) -> UnavailableReason | None:
    if not member.is_member:
        return UnavailableReason.NOT_A_MEMBER
    return None if member.can_send_messages else UnavailableReason.NO_RIGHT_TO_POST
