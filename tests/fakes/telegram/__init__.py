"""A local fake for Telegram's Bot API; see `FakeTelegram`."""

from tests.fakes.telegram.conversations import PrivateChat, TelegramConversation
from tests.fakes.telegram.fake import FakeTelegram
from tests.fakes.telegram.faults import HeldAnswer
from tests.fakes.telegram.groups import ForumTopicChat, TelegramChannel, TelegramGroup
from tests.fakes.telegram.messages import TelegramMessage
from tests.fakes.telegram.refusals import TelegramRefusal, bad_request, forbidden
from tests.fakes.telegram.state import BotApiRequest, CallbackAnswer, InlineAnswer
from tests.fakes.telegram.users import TelegramUser

__all__ = [
    "BotApiRequest",
    "CallbackAnswer",
    "FakeTelegram",
    "ForumTopicChat",
    "HeldAnswer",
    "InlineAnswer",
    "PrivateChat",
    "TelegramChannel",
    "TelegramConversation",
    "TelegramGroup",
    "TelegramMessage",
    "TelegramRefusal",
    "TelegramUser",
    "bad_request",
    "forbidden",
]
