"""An outbox full of digests, each of one to six papers with reasons, for as many chats."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert

from adapters.huggingface.capabilities import HUGGING_FACE
from adapters.telegram.capabilities import TELEGRAM
from benchmarks import synthetic_papers
from bot.chats import Chat, ChatAddress, ChatKind, ChatSettings
from bot.deliveries import (
    DeliveryKind,
    DeliveryPlan,
    DigestContent,
    Edition,
    PlannedMessage,
    SelectedPaper,
    TopicReasons,
)
from bot.matching import MatchLocation, MatchReason
from bot.papers import Paper, PaperListing
from storage.database import Database
from storage.repositories.chat_rows import chat_to_row
from storage.tables import chat

BOT = "123456"
TOKEN = f"{BOT}:TEST"
PAPERS = 100
MAX_PAPERS = 6
PAGE = 1000


async def fill_outbox(database: Database, digests: int, now: datetime) -> None:
    """Plans so many digests, each for a chat of its own, due a moment ago."""
    papers = synthetic_papers.generate_papers(PAPERS, now.date())
    async with database.write() as work:
        await work.papers.upsert([PaperListing(paper, HUGGING_FACE, paper.listed_on) for paper in papers], now)
        await work.commit()
    chance = random.Random(digests)
    for first in range(1, digests + 1, PAGE):
        numbers = range(first, min(first + PAGE, digests + 1))
        async with database._writer.begin() as connection:
            await connection.execute(
                insert(chat), [{**chat_to_row(_chat(number, now)), "id": number} for number in numbers]
            )
        async with database.write() as work:
            await work.outbox.store_plans([_plan(number, chance.sample(papers, chance.randint(1, MAX_PAPERS)), now)
                                    for number in numbers])  # fmt: skip
            await work.commit()


def _chat(number: int, now: datetime) -> Chat:
    return Chat(
        id=number,
        address=ChatAddress(TELEGRAM, BOT, str(1000 + number)),
        kind=ChatKind.PRIVATE,
        title=f"Chat {number}",
        settings=ChatSettings(zone="UTC"),
        created_at=now - timedelta(days=30),
        eligible_from=now.date(),
    )


def _plan(number: int, papers: Sequence[Paper], now: datetime) -> DeliveryPlan:
    reasons = (TopicReasons("diffusion", (MatchReason("diffusion", MatchLocation.TITLE, "diffusion"),)),)
    chosen = tuple(SelectedPaper(paper.id, reasons) for paper in papers)
    day = now.date()
    return DeliveryPlan(
        chat_id=number,
        kind=DeliveryKind.DIGEST,
        key=day.isoformat(),
        messages=(PlannedMessage(DigestContent(day, chosen, topic_count=1, listed_count=PAPERS)),),
        papers=tuple(paper.id for paper in papers),
        planned_at=now,
        edition=Edition(number, day, now, len(papers)),
        next_digest_at=now + timedelta(days=1),
        last_local_day=day,
        expires_at=now + timedelta(hours=20),
        due_at=now,
    )
