"""An outbox row: what it holds and which state it is in.

pending ──turn had, claimed───▶ sending ──accepted──────────▶ sent
   ▲                                │──surely not sent───────▶ pending (not before …)
   │                                │──refused, chat gone────▶ failed
   │                                └──nobody knows, or lease over──▶ uncertain ──▶ sent | pending | failed
   └──too late, or superseded by the next digest──▶ expired
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.chats import ChatAddress, MessageRef
from bot.matching import MatchReason


class DeliveryState(StrEnum):
    """See the drawing above."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    EXPIRED = "expired"


class DeliveryKind(StrEnum):
    """What a delivery is; with the chat, the key and the part it is unique."""

    DIGEST = "digest"
    NOTE = "note"  # an empty day, a late source
    NOTICE = "notice"  # to an owner: a chat was paused, and why


class EmptyReason(StrEnum):
    """Why a digest has no papers."""

    WEEKEND = "weekend"
    NO_LIST = "no list"  # a weekday that was over without a row: a holiday
    NOT_LISTED_YET = "not listed yet"
    SOURCE_DOWN = "source down"
    NOTHING_MATCHED = "nothing matched"
    NOTHING_NEW = "nothing new"  # all that matched had been sent before


@dataclass(frozen=True, slots=True)
class TopicReasons:
    """One topic a selected paper matches (as formatted), and where the paper says so."""

    topic: str
    reasons: tuple[MatchReason, ...]


@dataclass(frozen=True, slots=True)
class SelectedPaper:
    """A paper of a digest, with why; ``late_match``: it was waiting for votes, code or keywords."""

    paper_id: str
    topics: tuple[TopicReasons, ...]
    with_summary: bool = True
    late_match: bool = False


@dataclass(frozen=True, slots=True)
class DigestContent:
    """What one part of a digest says, in ids and reasons: the view is rendered from it just before sending.

    Part 0 is the message, later parts are thread replies (Slack). ``selected`` holds all papers of the digest in their
    order in part 0; in later parts only those shown there, whose numbers start at ``first_number``. ``late_source``:
    the digest had waited in vain. ``roundup`` are the week's best, at the end of the week where the chat wants them.
    """

    local_day: date
    selected: tuple[SelectedPaper, ...]
    topic_count: int
    first_number: int = 1
    message_count: int = 1
    listed_count: int = 0
    late_source: bool = False
    on_demand: bool = False
    roundup: tuple[str, ...] = ()
    version: int = 1


@dataclass(frozen=True, slots=True)
class EmptyDigestContent:
    """An empty notice: the reason, and what is needed to say it kindly.

    ``source_down_since`` (UTC) is the source's last answer where it is down; ``listed_count`` is how many papers stood
    on the list days meant. ``last_match_day`` is the first list day of the newest paper that matched before,
    ``wider_matches`` how many papers of the last 12 weeks would match in all if the only topic counted mentions too (0:
    not asked, or no gain).
    """

    local_day: date
    reason: EmptyReason
    topics: tuple[str, ...]
    listed_count: int = 0
    source_down_since: datetime | None = None
    weekly: bool = False
    last_match_day: date | None = None
    wider_matches: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True)
class NoticeContent:
    """The notice to a chat's owner that its digests stopped, and why."""

    chat_title: str
    reason: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class RoundupContent:
    """The week's best papers, best first, on a last day of the week that brought nothing new."""

    local_day: date
    papers: tuple[str, ...]
    version: int = 1


DeliveryContent = DigestContent | EmptyDigestContent | NoticeContent | RoundupContent


@dataclass(frozen=True, slots=True)
class Delivery:
    """One outbox row. Moments UTC. ``client_key`` is opaque and the same for every attempt."""

    id: int
    chat_id: int
    address: ChatAddress
    kind: DeliveryKind
    key: str
    part: int
    state: DeliveryState
    content: DeliveryContent
    client_key: str
    created_at: datetime
    attempts: int = 0
    not_before: datetime | None = None
    expires_at: datetime | None = None
    sending_at: datetime | None = None
    lease_until: datetime | None = None
    owner: str = ""
    possible_duplicate: bool = False
    message_ref: MessageRef | None = None
    reply_to: MessageRef | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """What became of a chat's digest on one local day; unique, so a day is planned once.

    ``paper_count`` is how many it brought, ``empty_reason`` why there were none. ``state`` is the delivery's, None
    where nothing had to be sent.
    """

    chat_id: int
    local_day: date
    planned_at: datetime
    paper_count: int
    empty_reason: EmptyReason | None = None
    state: DeliveryState | None = None
    delivery_id: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """One message to be written to the outbox."""

    content: DeliveryContent
    part: int = 0


@dataclass(frozen=True, slots=True)
class DeliveryPlan:
    """All that planning one chat's due moment writes, in one commit.

    ``key`` makes it unique (the local day of a digest, or ``asked:`` and a moment for one sent on demand). ``papers``
    go to the ledger. ``edition`` is None for a digest on demand. ``next_digest_at`` and ``eligible_from`` are written
    to the chat unless None. ``supersedes`` are unsent digests that this one withdraws. ``due_at`` is the moment it was
    due at, where there was one.
    """

    chat_id: int
    kind: DeliveryKind
    key: str
    messages: tuple[PlannedMessage, ...]
    papers: tuple[str, ...]
    planned_at: datetime
    edition: Edition | None = None
    next_digest_at: datetime | None = None
    last_local_day: date | None = None
    eligible_from: date | None = None
    supersedes: tuple[int, ...] = ()
    expires_at: datetime | None = None
    first_empty_notified: bool = False
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """How one attempt ended: the state the row goes to, and what is known about it.

    ``attempt_started_at`` is when that attempt began (``sending_at``): of an uncertain row only a result of its last
    attempt counts. None: of whichever it is.
    """

    delivery_id: int
    state: DeliveryState
    at: datetime
    message_ref: MessageRef | None = None
    not_before: datetime | None = None
    problem: str = ""
    possible_duplicate: bool = False
    counts_as_attempt: bool = True
    attempt_started_at: datetime | None = None
