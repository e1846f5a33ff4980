"""The core's ports: all it asks of the outside, few and small, each with the errors it may raise."""

from bot.ports.chat_feeds import ChatFeedRepository, ChatFeedState, FeedAddresses
from bot.ports.clock import Clock
from bot.ports.conversation import ChatMessage, ConversationRepository, ConversationSession
from bot.ports.endpoints import Endpoint, EndpointPlatform, EndpointRepository
from bot.ports.outbox import Outbox
from bot.ports.papers import (
    ArchiveExtent,
    ChangePage,
    ListVersion,
    PaperRepository,
    PollRecord,
    SourceState,
    UpsertResult,
)
from bot.ports.persons import Inbox, ManagedChat, PersonRepository, SavedPaper
from bot.ports.platform import (
    ChatEvents,
    ChatPlatform,
    CommandHandler,
    LookupUnsupported,
    Messenger,
    PlatformCapabilities,
    PlatformPhrases,
    PlatformState,
)
from bot.ports.rate_limit import Cooldown, Leases, RateLimit, RateLimiter, Reservation
from bot.ports.search import EmbeddingIndex, PaperIndex, SearchHit, Similarities
from bot.ports.signups import AddressSignup, ChatLink, Signup, SignupRepository, SignupWish
from bot.ports.sources import PaperSource, PollFailure, PollResult, RejectedRow
from bot.ports.storage import Storage, UnitOfWork
from bot.ports.subscriptions import Candidate, ChatRepository, FollowedTopic, StoredDecision, SubscriptionRepository
from bot.ports.workspaces import WorkspaceSettingsRepository
from bot.sources import SourceCapabilities

__all__ = [
    "AddressSignup",
    "ArchiveExtent",
    "Candidate",
    "ChangePage",
    "ChatEvents",
    "ChatFeedRepository",
    "ChatFeedState",
    "ChatLink",
    "ChatMessage",
    "ChatPlatform",
    "ChatRepository",
    "Clock",
    "CommandHandler",
    "ConversationRepository",
    "ConversationSession",
    "Cooldown",
    "EmbeddingIndex",
    "Endpoint",
    "EndpointPlatform",
    "EndpointRepository",
    "FeedAddresses",
    "FollowedTopic",
    "Inbox",
    "Leases",
    "ListVersion",
    "LookupUnsupported",
    "ManagedChat",
    "Messenger",
    "Outbox",
    "PaperIndex",
    "PaperRepository",
    "PaperSource",
    "PersonRepository",
    "PlatformCapabilities",
    "PlatformPhrases",
    "PlatformState",
    "PollFailure",
    "PollRecord",
    "PollResult",
    "RateLimit",
    "RateLimiter",
    "RejectedRow",
    "Reservation",
    "SavedPaper",
    "SearchHit",
    "Signup",
    "SignupRepository",
    "SignupWish",
    "Similarities",
    "SourceCapabilities",
    "SourceState",
    "Storage",
    "StoredDecision",
    "SubscriptionRepository",
    "UnitOfWork",
    "UpsertResult",
    "WorkspaceSettingsRepository",
]
