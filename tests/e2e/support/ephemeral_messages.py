"""Talk in a Telegram group that one person alone sees."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.fakes.telegram import FakeTelegram, TelegramConversation, TelegramMessage

MONDAY = datetime(2026, 8, 24, 13, tzinfo=UTC)
FOLLOWED = "✓ This group follows diffusion (set by Boss). 2 papers last week; daily 13:00 UTC, without sound."

NOT_SHOWN = (
    "I have an answer for one person alone, and Telegram can’t show it so here. Say /remote in a private chat with me "
    "to manage this group from there."
)


def count_ephemeral(telegram: FakeTelegram) -> int:
    """How often a message was asked for that one person alone sees."""
    return sum("ephemeral_message_parameters" in request.params for request in telegram.calls("sendMessage"))


async def wait_for_menus(telegram: FakeTelegram) -> None:
    """The menus are set, so phones know which commands are typed unseen."""
    await telegram.wait_for_requests("setMyCommands", 3)
    await telegram.wait_for_requests("getMyShortDescription")


async def tap_through(screen: TelegramConversation, message: TelegramMessage, *steps: tuple[str, str]) -> None:
    for label, line in steps:
        await screen.press(label, on=message)
        assert await screen.reply() is message
        assert message.text == line
