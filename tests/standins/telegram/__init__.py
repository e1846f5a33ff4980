"""A local stand-in for Telegram's Bot API; see `TelegramStandIn`."""

from tests.standins.telegram.conversations import Conversation, PrivateChat
from tests.standins.telegram.faults import Hold
from tests.standins.telegram.gatherings import Channel, Group, TopicChat
from tests.standins.telegram.messages import Message
from tests.standins.telegram.people import Person
from tests.standins.telegram.refusals import Refused, bad_request, forbidden
from tests.standins.telegram.standin import TelegramStandIn
from tests.standins.telegram.world import CallbackAnswer, InlineAnswer, Request

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
