"""What mail servers report: a mailbox that is gone, a complaint, and everything that is neither."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.chats import ChatStatus
from storage.database import Database
from tests.e2e.support.email_env import EmailPaperboy, running_by_mail
from tests.e2e.test_email_subscribing import subscribed
from tests.fakes.smtp.inbox import open_inbox

BOUNCE = """\
Return-Path: <>
From: MAILER-DAEMON@sender.net
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type={report}; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.test

Final-Recipient: rfc822; someone@reader.net
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no

--b--
"""
COMPLAINT = """\
From: feedback@provider.net
To: papers@sender.net
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

A complaint.

--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1

--b
Content-Type: {original}

From: Paperboy <papers@sender.net>
List-Unsubscribe: {link}
Subject: 1 paper for you

--b--
"""


@pytest.fixture
async def paperboy(sqlite_storage: Database, tmp_path: Path) -> AsyncIterator[EmailPaperboy]:
    """A digest came on the 18th."""
    values = {"mail_events_secret": "hidden", "mail_return_path": "bounce@sender.net"}
    async with open_inbox() as inbox, running_by_mail(tmp_path, inbox, **values) as running:
        await subscribed(running)
        await running.morning(18, "Diffusion Again")
        yield running


async def report(paperboy: EmailPaperboy, text: str, secret: str = "hidden") -> httpx.Response:
    headers = {"Authorization": f"Bearer {secret}"}
    return await paperboy.browser.post("/mail/events", content=text.encode(), headers=headers)


def bounce(paperboy: EmailPaperboy, *, report: str = "delivery-status", action: str = "failed", status: str = "5.1.1"):
    to = paperboy.inbox.envelopes[-1].mail_from
    return BOUNCE.format(to=to, report=report, action=action, status=status)


async def status_of(paperboy: EmailPaperboy) -> tuple[ChatStatus, str]:
    chat = await paperboy.chat()
    assert chat is not None
    return chat.status, chat.pause_reason


async def test_a_mailbox_that_is_gone_is_paused_with_the_reason_and_keeps_its_topics(paperboy: EmailPaperboy) -> None:
    assert (await report(paperboy, bounce(paperboy))).status_code == 204
    assert await status_of(paperboy) == (ChatStatus.PAUSED, "no mailbox")
    assert "diffusion" in await paperboy.say("topics")


@pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers"])
async def test_a_complaint_ends_the_mails_at_once(paperboy: EmailPaperboy, original: str) -> None:
    link = paperboy.inbox.mails[-1]["List-Unsubscribe"]
    assert (await report(paperboy, COMPLAINT.format(kind="abuse", original=original, link=link))).status_code == 204
    assert "Nothing is followed" in await paperboy.say("topics")


async def test_whatever_is_no_failure_of_this_mailbox_changes_nothing(paperboy: EmailPaperboy) -> None:
    link = paperboy.inbox.mails[-1]["List-Unsubscribe"]
    good = bounce(paperboy)
    token = good.partition("bounce+")[2].partition("@")[0]
    harmless = [
        bounce(paperboy, action="delayed"),
        bounce(paperboy, status="4.2.2"),
        bounce(paperboy, status="5.7.1"),
        bounce(paperboy, report="disposition-notification"),
        good.replace(token, token[:-2] + "aa"),
        good.replace(token, "a" * 48),
        good.replace(token, token[:-1]),
        COMPLAINT.format(kind="not-spam", original="message/rfc822", link=link),
        COMPLAINT.format(kind="abuse", original="message/rfc822", link=link.replace("unsubscribe/", "unsubscribe/A")),
        "Subject: I am away\n\nUntil Monday.\n",
        "",
        "\x00\xff" * 500,
    ]
    for text in harmless:
        assert (await report(paperboy, text)).status_code == 204
    for secret in ("", "other"):
        assert (await report(paperboy, good, secret)).status_code == 403
    assert (await report(paperboy, "x" * 1_000_001)).status_code == 413
    assert (await status_of(paperboy))[0] is ChatStatus.ACTIVE
    assert "diffusion" in await paperboy.say("topics")
