"""Digests as they arrived, and as they should have: papers and reasons, day by day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import unescape
from itertools import pairwise
from zoneinfo import ZoneInfo

from adapters.huggingface.parser import parse_rows
from bot.deliveries import TopicReasons
from bot.i18n import Translator
from bot.ingest.list_days import FIRST_START_DAYS, newest_list_days
from bot.matching.rule.decide import decide
from bot.papers import Paper
from bot.rendering.match_reasons import match_reasons_text
from bot.topics.formatter import format_short
from bot.topics.parser import parse
from tests.fakes.papers_api import FakePapersApi
from tests.fakes.slack import SlackChannel
from tests.fakes.slack import SlackMessage as SlackMessage
from tests.fakes.telegram import TelegramMessage as TelegramMessage

PAPER = re.compile(r"/papers/(\d{4}\.\d{4,5})$")
REASON = re.compile(r"_([^_]+)_$", re.M)
MAX_LAG = timedelta(minutes=5)

Reasons = dict[str, str]
DigestsByDay = dict[date, Reasons]


@dataclass(frozen=True)
class Subscriber:
    """Who follows what, from a moment on, and when digests are due."""

    topics: tuple[str, ...]
    zone: ZoneInfo
    since: datetime
    weekends: bool

    def moments(self, until: datetime) -> list[datetime]:
        """Nine o'clock of each of the days, in UTC."""
        days = (self.since.date() + timedelta(days=n) for n in range((until - self.since).days + 2))
        due = [datetime(day.year, day.month, day.day, 9, tzinfo=self.zone) for day in days]
        return [at.astimezone(UTC) for at in due if self.since < at < until and (self.weekends or at.weekday() < 5)]


def expected_digests(hub: FakePapersApi, follower: Subscriber, until: datetime) -> DigestsByDay:
    """What the rule says of everything listed by the hour and first listed since; each paper once."""
    diary: DigestsByDay = {}
    for at in follower.moments(until):
        given = {paper_id for day in diary.values() for paper_id in day}
        listed = [paper for paper in everything_listed(hub, at) if paper.listed_on >= follower.since.date()]
        new = {
            paper.id: why for paper in listed if paper.id not in given and (why := _expected_reasons(follower, paper))
        }
        if new:
            diary[at.astimezone(follower.zone).date()] = new
    return diary


def everything_listed(hub: FakePapersApi, at: datetime, days: int = FIRST_START_DAYS) -> list[Paper]:
    """Each paper of the newest list days as of ``at``, under the first of them that it was listed on."""
    found: dict[str, Paper] = {}
    for day in reversed(newest_list_days(at.date(), days)):
        for listed in parse_rows(hub.rows(day, at), day)[0]:
            found.setdefault(listed.paper.id, listed.paper)
    return list(found.values())


def _expected_reasons(follower: Subscriber, paper: Paper) -> str:
    topics = [parse(topic) for topic in follower.topics]
    decided = [(topic, decide(topic, paper)) for topic in topics]
    reasons = [TopicReasons(format_short(topic), decision.reasons) for topic, decision in decided if decision.is_match]
    return Translator().plain_text(match_reasons_text(reasons)) if reasons else ""


SET_UP = " set up Paperboy here: "


def slack_digests(channel: SlackChannel) -> list[SlackMessage]:
    """What was posted to everybody, but for the line that Paperboy was set up there."""
    return [message for message in channel.posts if SET_UP not in message.shown]


def telegram_digests(messages: Iterable[TelegramMessage]) -> list[TelegramMessage]:
    return [message for message in messages if " for you · " in message.text]


def telegram_digests_by_day(messages: Iterable[TelegramMessage], zone: ZoneInfo) -> DigestsByDay:
    """Raises AssertionError for a digest that is late, or the day's second."""
    dated = ((datetime.fromtimestamp(message.date, zone), telegram_papers(message)) for message in messages)
    return _by_day(dated)


def telegram_papers(message: TelegramMessage) -> Reasons:
    """Each linked paper with what stands in italics before the next; '' for a title alone."""
    entities = sorted(message.entities, key=lambda entity: entity["offset"])
    text = message.text.encode("utf-16-le")
    links = [(each["offset"], match[1]) for each in entities if (match := PAPER.search(each.get("url", "")))]
    reasons = [(each["offset"], text[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode("utf-16-le"))
               for each in entities if each["type"] == "italic"]  # fmt: skip
    assert len({paper_id for _, paper_id in links}) == len(links), "a paper stands there twice"
    ends = [*links, (len(text), "")]
    return {
        paper_id: next((why for at, why in reasons if start < at < end), "")
        for (start, paper_id), (end, _) in pairwise(ends)
    }


def slack_digests_by_day(posts: Iterable[SlackMessage], zone: ZoneInfo) -> DigestsByDay:
    """Raises AssertionError for a digest that is late, or the day's second."""
    return _by_day((datetime.fromtimestamp(float(post.ts), zone), slack_papers(post)) for post in posts)


def slack_papers(post: SlackMessage) -> Reasons:
    """Each linked paper with its section's italics; '' for a title alone."""
    papers: Reasons = {}
    for block in post.blocks:
        text = str((block.get("text") or {}).get("text", ""))
        found = re.findall(r"/papers/(\d{4}\.\d{4,5})\|", text)
        assert not papers.keys() & set(found), "a paper stands there twice"
        why = REASON.search(text) if len(found) == 1 else None
        papers |= {paper_id: unescape(why[1]) if why else "" for paper_id in found}
    return papers


def _by_day(dated: Iterable[tuple[datetime, Reasons]]) -> DigestsByDay:
    diary: DigestsByDay = {}
    for at, papers in dated:
        late = at - at.replace(hour=9, minute=0, second=0, microsecond=0)
        assert timedelta(0) <= late < MAX_LAG, f"a digest came at {at}"
        assert at.date() not in diary, f"two digests on {at.date()}"
        diary[at.date()] = papers
    return diary


def linked_papers(urls: Sequence[str]) -> list[str]:
    """The papers that these addresses lead to, in their order."""
    return [match[1] for url in urls if (match := PAPER.search(url))]
