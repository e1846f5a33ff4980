"""The links at each paper of a digest: they open pages with buttons, tell nothing else, and are taken back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest

from storage.database import Database
from tests.e2e.support.email_env import ANNA, PUBLIC_URL, EmailPaperboy, running_by_mail
from tests.e2e.test_email_subscribing import press, subscribed
from tests.fakes.smtp.inbox import html_of, open_inbox, text_of


@pytest.fixture
async def paperboy(sqlite_storage: Database, tmp_path: Path) -> AsyncIterator[EmailPaperboy]:
    """The digest of the 18th came; *speech* is followed too and brought nothing."""
    async with open_inbox() as inbox, running_by_mail(tmp_path, inbox) as running:
        await running.list_papers("Diffusion for Timetables", "Speech in Noise")
        await subscribed(running)
        await running.say("subscribe speech")
        await running.morning(18, "Diffusion Again")
        yield running


def link_to(paperboy: EmailPaperboy, do: str) -> str:
    """The link beside *Diffusion Again*."""
    links = re.findall(rf'href="{PUBLIC_URL}(/mail/paper/[^"]+)"', html_of(paperboy.inbox.mails[-1]))
    return next(found for found in map(unescape, links) if found.endswith(f"?id=2608.01800&do={do}"))


async def test_each_paper_has_its_links_in_both_parts(paperboy: EmailPaperboy) -> None:
    digest = paperboy.inbox.mails[-1]
    for do in ("save", "more", "less", "why"):
        shown = await paperboy.browser.get(link_to(paperboy, do))
        assert "Diffusion Again" in shown.text
        for secret in (ANNA, "speech", "diffusion", "Timetables"):
            assert secret not in shown.text
    assert f"why: {PUBLIC_URL}/mail/paper/" in text_of(digest)


async def test_opening_saves_nothing_and_the_button_does_until_undone(paperboy: EmailPaperboy) -> None:
    page = await paperboy.browser.get(link_to(paperboy, "save"))
    assert "Diffusion Again" not in await paperboy.say("saved")
    done = await press(paperboy, page, "Save")
    assert "Diffusion Again" not in done.text
    assert "Diffusion Again" in await paperboy.say("saved")
    await press(paperboy, done, "Undo")
    assert "Diffusion Again" not in await paperboy.say("saved")


async def test_less_like_this_keeps_out_and_is_undone(paperboy: EmailPaperboy) -> None:
    offered = await press(paperboy, await paperboy.browser.get(link_to(paperboy, "less")), "Less like this")
    assert "speech" not in offered.text
    label = re.findall(r">(Mute author[^<]*)<", offered.text)[0]
    done = await press(paperboy, offered, label)
    assert "Nothing is muted" not in await paperboy.say("mute")
    await press(paperboy, done, "Undo")
    assert "Nothing is muted" in await paperboy.say("mute")


async def test_more_like_this_shows_papers_and_why_goes_to_the_mailbox(paperboy: EmailPaperboy) -> None:
    near = await press(paperboy, await paperboy.browser.get(link_to(paperboy, "more")), "More like this")
    assert "Diffusion for Timetables" in near.text
    said = await press(paperboy, await paperboy.browser.get(link_to(paperboy, "why")), "Why is it here?")
    assert "diffusion" not in said.text
    answer = paperboy.inbox.mails[-1]
    assert answer["To"] == ANNA
    assert answer["List-Id"] is None
    assert "It is in your digest" in text_of(answer)


async def test_the_next_mail_names_what_its_links_changed_and_the_one_after_does_not(paperboy: EmailPaperboy) -> None:
    assert "by its links" not in text_of(paperboy.inbox.mails[-1])
    link = link_to(paperboy, "save")
    await press(paperboy, await paperboy.browser.get(link), "Save")
    done = await press(paperboy, await paperboy.browser.get(link), "Save")
    await press(paperboy, done, "Undo")
    await paperboy.morning(19, "Diffusion the Third")
    digest = paperboy.inbox.mails[-1]
    said = "Since the last mail, by its links: 2 papers were saved, 1 change was taken back."
    assert said in text_of(digest)
    assert said in html_of(digest)
    await paperboy.morning(20, "Diffusion the Fourth")
    assert "Diffusion the Fourth" in text_of(paperboy.inbox.mails[-1])
    assert "by its links" not in text_of(paperboy.inbox.mails[-1])


async def test_a_link_is_good_for_its_paper_and_what_it_offers(paperboy: EmailPaperboy) -> None:
    link = link_to(paperboy, "save")
    other = link.replace("2608.01800", "2608.01700")
    assert other != link
    assert (await paperboy.browser.get(other)).status_code == 404
    for fields in (
        {"do": "mute", "argument": "mute diffusion"},
        {"do": "say", "text": "/forget everything"},
        {"do": "topics"},
        {},
    ):
        assert (await paperboy.browser.post(link, data=fields)).status_code == 404
    assert "Nothing is muted" in await paperboy.say("mute")
