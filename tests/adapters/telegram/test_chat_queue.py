"""Who comes next where many write to one chat at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from telegram import Chat, Message, Update, User

from adapters.telegram.transport.chat_queue import PerChatProcessor

BO, ANNA = User(2, "Bo", False), User(3, "Anna", False)
GROUP = Chat(-100200, Chat.SUPERGROUP)


def said_by(who: User, number: int) -> Update:
    message = Message(number, datetime(2026, 8, 24, tzinfo=UTC), GROUP, from_user=who, text="/search diffusion")
    return Update(number, message=message)


async def test_one_member_of_a_group_neither_holds_up_nor_drops_what_another_says() -> None:
    answered: list[str] = []
    dropped: list[Update] = []

    async def answer(update: Update) -> None:
        await asyncio.sleep(0)
        assert update.effective_user
        answered.append(update.effective_user.first_name)

    async def drop(update: Update) -> None:
        dropped.append(update)

    processor = PerChatProcessor(drop, drop, from_one_person=5)
    updates = [said_by(BO, number) for number in range(8)] + [said_by(ANNA, 8)]
    await asyncio.gather(*(processor.do_process_update(each, answer(each)) for each in updates))
    assert answered == ["Bo", "Anna", *["Bo"] * 4]
    assert [each.effective_user for each in dropped] == [BO] * 3
