"""What a bot may know about a chat and its members."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram.chats import ADMIN_STATUSES, MEMBER_RIGHTS, ChatMember, ChatState
from tests.fakes.telegram.parameters import BotApiCall
from tests.fakes.telegram.refusals import bad_request
from tests.fakes.telegram.state import TelegramState

GIFTS = (
    "unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels",
)  # fmt: skip


async def get_chat(world: TelegramState, call: BotApiCall) -> dict[str, Any]:
    room = world.chat_of(call)
    if room.person is None:
        room.check_access(world.bot)
    info = room.as_json() | {"accent_color_id": 0, "max_reaction_count": 11}
    info |= {"accepted_gift_types": dict.fromkeys(GIFTS, False)}
    if room.kind in ("group", "supergroup"):
        info |= {"permissions": dict.fromkeys(MEMBER_RIGHTS, True)}
    return info


async def get_chat_member(world: TelegramState, call: BotApiCall) -> dict[str, Any]:
    room, user_id = world.chat_of(call), call.number("user_id")
    if room.person is not None:
        return _private_member(world, room, user_id).as_json()
    room.check_access(world.bot)
    if room.kind == "channel" and room.status_of(world.bot.id) not in ADMIN_STATUSES:
        raise bad_request("member list is inaccessible")
    member = room.members.get(user_id)
    account = world.accounts.get(user_id)
    if member is None and account is None:
        raise bad_request("user not found" if user_id <= 0 else "PARTICIPANT_ID_INVALID")
    if member is not None:
        return member.as_json()
    assert account is not None, "checked above"
    return ChatMember(account, "left").as_json()


async def get_chat_administrators(world: TelegramState, call: BotApiCall) -> list[dict[str, Any]]:
    room = world.chat_of(call)
    if room.person is not None:
        raise bad_request("there are no administrators in the private chat")
    room.check_access(world.bot)
    others = [member for member in room.members.values() if not member.account.is_bot]
    return [member.as_json() for member in others if member.status in ADMIN_STATUSES]


async def leave_chat(world: TelegramState, call: BotApiCall) -> bool:
    room = world.reachable(call)
    if room.person is not None:
        raise bad_request("chat member status can't be changed in private chats")
    member = room.members[world.bot.id]
    old = member.as_json()
    member.status = "left"
    world.status_changed(room, world.bot, old, member.as_json())
    return True


def _private_member(world: TelegramState, room: ChatState, user_id: int) -> ChatMember:
    assert room.person is not None, "asked for private chats only"
    known = {room.person.id: room.person, world.bot.id: world.bot}
    if user_id not in known:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return ChatMember(known[user_id], "member")
