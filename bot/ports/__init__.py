"""The core's doors: all it asks of the outside, few and small, each with the errors it may raise."""

from bot.ports.clock import Clock
from bot.ports.conversation import Conversation, LocalTalk, Utterance
from bot.ports.outbox import Lateness, Outbox
from bot.ports.papers import Archive, Changes, PaperShelf, Poll, SourceState, Upserted
from bot.ports.persons import Inbox, Managed, PeopleBook, SavedPaper
from bot.ports.platform import Answer, CannotKnow, ChatNews, ChatPlatform, Messenger, Records, Traits
from bot.ports.rate_limit import Booking, Lane, Leases, Pace, Pause
from bot.ports.search import Closeness, Hit, Meaning, PaperIndex
from bot.ports.sources import Gathered, PaperSource, SkippedRow
from bot.ports.storage import Storage, UnitOfWork
from bot.ports.subscriptions import Candidate, ChatBook, Decided, TopicBook, TopicState
from bot.ports.workspaces import WorkspaceBook

__all__ = [
    "Answer",
    "Archive",
    "Booking",
    "Candidate",
    "CannotKnow",
    "Changes",
    "ChatBook",
    "ChatNews",
    "ChatPlatform",
    "Clock",
    "Closeness",
    "Conversation",
    "Decided",
    "Gathered",
    "Hit",
    "Inbox",
    "Lane",
    "Lateness",
    "Leases",
    "LocalTalk",
    "Managed",
    "Meaning",
    "Messenger",
    "Outbox",
    "Pace",
    "PaperIndex",
    "PaperShelf",
    "PaperSource",
    "Pause",
    "PeopleBook",
    "Poll",
    "Records",
    "SavedPaper",
    "SkippedRow",
    "SourceState",
    "Storage",
    "TopicBook",
    "TopicState",
    "Traits",
    "UnitOfWork",
    "Upserted",
    "Utterance",
    "WorkspaceBook",
]
