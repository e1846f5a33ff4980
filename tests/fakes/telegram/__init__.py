"""A local stand-in for Telegram's Bot API; see `TelegramStandIn`."""

from tests.fakes.telegram.conversations import Conversation, PrivateChat
from tests.fakes.telegram.fake import TelegramStandIn
from tests.fakes.telegram.faults import Hold
from tests.fakes.telegram.groups import Channel, Group, TopicChat
from tests.fakes.telegram.messages import Message
from tests.fakes.telegram.refusals import Refused, bad_request, forbidden
from tests.fakes.telegram.state import CallbackAnswer, InlineAnswer, Request
from tests.fakes.telegram.users import Person

__all__ = [
    "CallbackAnswer",
    "Channel",
    "Conversation",
    "Group",
    "Hold",
    "InlineAnswer",
    "Message",
    "Person",
    "PrivateChat",
    "Refused",
    "Request",
    "TelegramStandIn",
    "TopicChat",
    "bad_request",
    "forbidden",
]
