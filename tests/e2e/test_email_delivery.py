"""Digests go through the outbox into an inbox: each once, also where the answer was lost."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.e2e.support.email_env import ANNA, EmailPaperboy, running_by_mail
from tests.fakes.smtp import MailInbox
from tests.fakes.smtp.inbox import html_of, open_inbox, text_of


@pytest.fixture
async def inbox() -> AsyncIterator[MailInbox]:
    async with open_inbox() as inbox:
        yield inbox


@pytest.fixture
async def paperboy(sqlite_storage: Database, tmp_path: Path, inbox: MailInbox) -> AsyncIterator[EmailPaperboy]:
    async with running_by_mail(tmp_path, inbox) as running:
        await running.list_papers("Diffusion for Timetables", "Speech in Noise")
        yield running


async def test_a_digest_arrives_once_and_is_the_right_one(paperboy: EmailPaperboy) -> None:
    await paperboy.say("subscribe diffusion")
    await paperboy.morning(18, "Diffusion Again", "Speech Again")
    await paperboy.morning(18)
    (mail,) = paperboy.inbox.mails
    assert mail["To"] == ANNA
    assert mail["Subject"] == "2 papers for you: Diffusion for Timetables, and 1 more"
    for said in (text_of(mail), html_of(mail)):
        assert "Diffusion Again" in said
        assert "diffusion" in said
        assert "Speech" not in said


async def test_a_mail_whose_answer_was_lost_is_sent_once_more_as_the_same(paperboy: EmailPaperboy) -> None:
    await paperboy.say("subscribe diffusion")
    paperboy.inbox.lose_reply = 1
    await paperboy.morning(18, "Diffusion Again")
    for _ in range(3):
        paperboy.pass_time(minutes=10)
        await paperboy.deliver()
    first, second = paperboy.inbox.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert (first["X-Paperboy-Try"], second["X-Paperboy-Try"]) == (None, "2")
    assert text_of(first) == text_of(second)


async def test_it_is_never_sent_a_third_time(paperboy: EmailPaperboy) -> None:
    await paperboy.say("subscribe diffusion")
    paperboy.inbox.lose_reply = 5
    await paperboy.morning(18, "Diffusion Again")
    for _ in range(5):
        paperboy.pass_time(minutes=10)
        await paperboy.deliver()
    assert len(paperboy.inbox.mails) == 2


async def test_no_log_names_an_address(paperboy: EmailPaperboy, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await paperboy.say("subscribe diffusion")
    await paperboy.say("subscribe diffusion", "nobody@reader.net")
    paperboy.inbox.refused["nobody@reader.net"] = "550 5.1.1 <nobody@reader.net> is unknown here"
    await paperboy.morning(18, "Diffusion Again")
    gone = await paperboy.chat("nobody@reader.net")
    assert gone is not None
    assert gone.pause_reason == "no mailbox"
    ours = [one for one in caplog.records if not one.name.startswith(("mail.log", "aiosqlite", "sqlalchemy"))]
    said = "\n".join(one.getMessage() for one in ours)
    assert "can't be written to (550 5.1.1 at RCPT): paused" in said
    assert "reader.net" not in said
