"""Somebody subscribes by the form or from a chat, confirms, and leaves again; nobody else can do it for them."""

from __future__ import annotations

import asyncio
import base64
import logging
import re
from collections.abc import AsyncIterator
from datetime import time
from html import unescape
from pathlib import Path

import httpx
import pytest

from bot.calls import CommandCall, Permission
from bot.chats import ChatKind
from storage.database import Database
from tests.bot.commands.plain_renderer import render_text
from tests.e2e.support.email_env import ANNA, PUBLIC_URL, EmailPaperboy, running_by_mail
from tests.fakes.smtp import MailInbox
from tests.fakes.smtp.inbox import html_of, open_inbox, text_of

from adapters.local.capabilities import LOCAL_CHAT, LOCAL_PERSON  # isort: skip


@pytest.fixture
async def inbox() -> AsyncIterator[MailInbox]:
    async with open_inbox() as inbox:
        yield inbox


@pytest.fixture
async def paperboy(sqlite_storage: Database, tmp_path: Path, inbox: MailInbox) -> AsyncIterator[EmailPaperboy]:
    async with running_by_mail(tmp_path, inbox) as running:
        await running.list_papers("Diffusion for Timetables", "Speech in Noise")
        yield running


async def fill_in(
    paperboy: EmailPaperboy, address: str = ANNA, topic: str = "diffusion", **more: str
) -> httpx.Response:
    """The form, shown and sent off by a person who needs some seconds."""
    shown = await paperboy.browser.get("/subscribe")
    (form,) = re.findall(r'name="form" value="([^"]+)"', shown.text)
    paperboy.pass_time(seconds=10)
    return await paperboy.browser.post("/subscribe", data={"email": address, "topic": topic, "form": form} | more)


async def asked(paperboy: EmailPaperboy) -> None:
    """All questions that may be sent are sent."""
    await paperboy.platform._questions.send_waiting()


def link_in(mail, purpose: str) -> str:
    found = re.search(rf"{PUBLIC_URL}(/mail/{purpose}/[\w?=-]+)", html_of(mail))
    assert found is not None
    return found[1]


async def subscribed(paperboy: EmailPaperboy, topic: str = "diffusion", **more: str) -> str:
    await fill_in(paperboy, topic=topic, **more)
    await asked(paperboy)
    link = link_in(paperboy.inbox.mails[-1], "confirm")
    await paperboy.browser.post(link)
    return link


async def press(paperboy: EmailPaperboy, page: httpx.Response, label: str) -> httpx.Response:
    """The button with that label."""
    for path, fields, said in re.findall(
        r'<form method="post" action="([^"]*)">(.*?)<button[^>]*>(.*?)</button>', page.text
    ):
        if said == label:
            values = {name: unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', fields)}
            return await paperboy.browser.post(unescape(path), data=values)
    raise AssertionError(f"no button {label}: {page.text}")


async def test_from_the_form_to_the_first_digest_and_out_by_one_click(paperboy: EmailPaperboy) -> None:
    done = await fill_in(paperboy)
    assert "a link is on its way" in done.text
    await asked(paperboy)
    (question,) = paperboy.inbox.mails
    assert "diffusion" in text_of(question)
    assert question["List-Unsubscribe"] is None
    link = link_in(question, "confirm")
    for _ in range(3):  # whatever looks at links
        assert "One press more" in (await paperboy.browser.get(link)).text
    assert await paperboy.chat() is None

    confirmed = await paperboy.browser.post(link)
    assert "Following" in confirmed.text
    await paperboy.browser.post(link)
    await paperboy.morning(18, "Diffusion Again", "Speech Again")
    (_, digest) = paperboy.inbox.mails
    assert "Diffusion Again" in text_of(digest)

    one_click = digest["List-Unsubscribe"].strip("<>").removeprefix(PUBLIC_URL)
    assert "Stop these mails" in (await paperboy.browser.get(one_click)).text
    for _ in range(2):
        headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.reader.net"}
        left = await paperboy.browser.post(one_click, data={"List-Unsubscribe": "One-Click"}, headers=headers)
        assert left.status_code == 200
    await paperboy.morning(19, "Diffusion Once More")
    assert len(paperboy.inbox.mails) == 2


async def test_hour_and_zone_are_taken_along(paperboy: EmailPaperboy) -> None:
    await subscribed(paperboy, time="7:30", zone="europe/paris")
    chat = await paperboy.chat()
    assert chat is not None
    assert (chat.settings.hour, chat.settings.zone) == (time(7, 30), "Europe/Paris")


async def test_one_address_is_one_chat_and_more_is_asked_first(paperboy: EmailPaperboy) -> None:
    await subscribed(paperboy)
    paperboy.pass_time(days=2)
    await fill_in(paperboy, "ANNA@reader.net", "speech", time="05:00")
    await asked(paperboy)
    assert paperboy.inbox.mails[-1]["Subject"] == "Add speech to your papers?"
    assert "speech" not in await paperboy.say("topics")
    await paperboy.browser.post(link_in(paperboy.inbox.mails[-1], "confirm"))
    said = await paperboy.say("topics")
    assert "diffusion" in said
    assert "speech" in said
    chat = await paperboy.chat()
    assert chat is not None
    assert chat.settings.hour == time(9)


async def test_the_answer_is_the_same_whoever_it_is(paperboy: EmailPaperboy) -> None:
    await subscribed(paperboy)
    answers = {(await fill_in(paperboy, address)).text for address in (ANNA, "new@reader.net", "new@reader.net")}
    bot = (await fill_in(paperboy, "robot@reader.net", website="x")).text
    assert answers == {bot}
    await asked(paperboy)
    assert [mail["To"] for mail in paperboy.inbox.mails] == [ANNA, "new@reader.net"]


async def test_nobody_is_flooded(paperboy: EmailPaperboy) -> None:
    for address in ("b.ob@reader.net", "bob+x@reader.net", "BOB@reader.net"):
        await fill_in(paperboy, address)
    for number in range(10):
        await fill_in(paperboy, f"reader{number}@other.net")
    await asked(paperboy)
    assert len(paperboy.inbox.mails) == 3  # five in an hour from one visitor, and one to Bob
    for day in range(6):
        paperboy.pass_time(days=1, minutes=1)
        await fill_in(paperboy, "b.ob@reader.net")
        await asked(paperboy)
        assert len(paperboy.inbox.to("b.ob@reader.net")) == min(day + 2, 3)


async def test_what_is_over_the_days_number_waits(paperboy: EmailPaperboy, monkeypatch: pytest.MonkeyPatch) -> None:
    from adapters.email.subscribing import signups
    from adapters.email.subscribing.limits import TOTAL, Quota

    monkeypatch.setattr(signups, "TOTAL", Quota(TOTAL.scope, 2, TOTAL.period))
    for number in range(4):
        await fill_in(paperboy, f"reader{number}@reader.net")
    await asked(paperboy)
    assert len(paperboy.inbox.mails) == 2
    paperboy.pass_time(days=1, minutes=1)
    await asked(paperboy)
    assert len(paperboy.inbox.mails) == 4


@pytest.mark.parametrize("wait", [{"seconds": 1}, {"hours": 25}])
async def test_a_form_that_is_too_quick_or_too_old_is_shown_again_as_filled_in(
    paperboy: EmailPaperboy, wait: dict
) -> None:
    shown = await paperboy.browser.get("/subscribe", params={"topic": 'robotics -"driving"'})
    assert "robotics -&#34;driving&#34;" in shown.text
    (form,) = re.findall(r'name="form" value="([^"]+)"', shown.text)
    paperboy.pass_time(**wait)
    for value in (form, "", "1.ab", form.replace(".", "9."), "x" * 1000):
        again = await paperboy.browser.post("/subscribe", data={"email": ANNA, "topic": "robotics", "form": value})
        assert again.status_code == 422
        assert f'value="{ANNA}"' in again.text
        assert "look once more" in again.text
    await asked(paperboy)
    assert paperboy.inbox.mails == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"email": "anna"}, "no mail address"),
        ({"email": "jörg@reader.net"}, "another address"),
        ({"email": "a@reader.net\r\nBcc: b@reader.net"}, "no mail address"),
        ({"topic": ""}, "Which topic"),
        ({"topic": "(robotics"}, "banner"),
        ({"topic": "x" * 5000}, "banner"),
        ({"time": "25:00"}, "no hour"),
        ({"zone": "Mars/Olympus"}, "time zone"),
    ],
)
async def test_what_is_not_right_is_said_and_kept(paperboy: EmailPaperboy, values: dict[str, str], said: str) -> None:
    values = {"address": ANNA, "topic": "robotics"} | {"address" if k == "email" else k: v for k, v in values.items()}
    answer = await fill_in(paperboy, **values)
    assert answer.status_code == 422
    assert said in answer.text


async def test_links_are_good_for_one_thing_of_one_chat_here(paperboy: EmailPaperboy) -> None:
    await subscribed(paperboy)
    await paperboy.morning(18, "Diffusion Again")
    digest = paperboy.inbox.mails[-1]
    settings, unsubscribe = link_in(digest, "settings"), link_in(digest, "unsubscribe")
    token = unsubscribe.rpartition("/")[2]
    raw = bytearray(base64.urlsafe_b64decode(token))
    raw[13] ^= 1
    later = base64.urlsafe_b64encode(raw).decode()
    wrong = [
        token[:-1],
        token + "A",
        token[:-4] + "AAAA",
        later,
        settings.rpartition("/")[2],
        "x",
        "A" * 40,
        "%00",
        "é",
    ]
    for each in wrong:
        for send in (paperboy.browser.get, paperboy.browser.post):
            answer = await send(f"/mail/unsubscribe/{each}")
            assert answer.status_code == 404, each
    assert "diffusion" in await paperboy.say("topics")
    assert (await paperboy.browser.post(f"/mail/settings/{token}", data={"do": "stop"})).status_code == 404


async def test_a_link_to_confirm_is_void_after_two_days(paperboy: EmailPaperboy) -> None:
    await fill_in(paperboy)
    await asked(paperboy)
    link = link_in(paperboy.inbox.mails[-1], "confirm")
    paperboy.pass_time(hours=49)
    assert (await paperboy.browser.post(link)).status_code == 404
    assert await paperboy.chat() is None


async def test_the_settings_pause_and_stop_and_take_it_back_without_telling_topics(paperboy: EmailPaperboy) -> None:
    await subscribed(paperboy)
    await paperboy.morning(18, "Diffusion Again")
    link = link_in(paperboy.inbox.mails[-1], "settings")
    page = await paperboy.browser.get(link)
    assert ANNA not in page.text
    assert "diffusion" not in page.text
    done = await press(paperboy, page, "Pause until I resume")
    assert "paused" in await paperboy.say("topics")
    await press(paperboy, done, "Undo")
    assert "paused" not in await paperboy.say("topics")
    done = await press(paperboy, await paperboy.browser.get(link), "Stop these mails")
    assert "Nothing is followed" in await paperboy.say("topics")
    assert "Undo" not in (await press(paperboy, done, "Undo")).text
    assert "diffusion" in await paperboy.say("topics")


async def test_no_page_does_more_than_it_offers(paperboy: EmailPaperboy) -> None:
    await subscribed(paperboy)
    await paperboy.morning(18, "Diffusion Again")
    link = link_in(paperboy.inbox.mails[-1], "settings")
    packed = base64.urlsafe_b64encode(b"subscribe robotics").decode()
    for fields in (
        {"do": "undo", "command": packed, "signed": "0" * 32},
        {"do": "undo", "command": packed, "signed": "é"},
        {"do": "undo", "command": "é", "signed": ""},
        {"do": "forget everything"},
        {"do": "subscribe", "argument": "robotics"},
        {"do": "mydata"},
        {},
    ):
        assert (await paperboy.browser.post(link, data=fields)).status_code == 404
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert (await paperboy.browser.post(link, data={"do": "stop"}, headers=foreign)).status_code == 403
    assert (await paperboy.browser.post(link, content=b"x" * 30_000)).status_code == 413
    assert "robotics" not in await paperboy.say("topics")
    assert "diffusion" in await paperboy.say("topics")


async def test_topics_are_shown_to_whoever_can_read_the_mailbox(paperboy: EmailPaperboy) -> None:
    await subscribed(paperboy)
    await paperboy.say("subscribe speech")
    await paperboy.morning(18, "Diffusion Again")
    page = await paperboy.browser.get(link_in(paperboy.inbox.mails[-1], "settings"))
    await press(paperboy, page, "Mail me a link to my topics")
    fresh = link_in(paperboy.inbox.mails[-1], "settings")
    await press(paperboy, await paperboy.browser.get(fresh), "Stop speech")
    assert "speech" not in await paperboy.say("topics")
    later = fresh[:-1] + ("1" if fresh[-1] != "1" else "2")
    assert (await paperboy.browser.get(later)).status_code == 404
    paperboy.pass_time(hours=2)
    assert (await paperboy.browser.get(fresh)).status_code == 404


async def test_whoever_can_read_the_mailbox_may_say_anything_and_whoever_holds_a_digest_may_not(
    paperboy: EmailPaperboy,
) -> None:
    await subscribed(paperboy)
    await paperboy.morning(18, "Diffusion Again")
    link = link_in(paperboy.inbox.mails[-1], "settings")
    for words in ("/mydata", "/forget everything", "/email eve@reader.net", "/when 3:00", "/subscribe speech", "saved"):
        assert (await paperboy.browser.post(link, data={"do": "say", "text": words})).status_code == 404
    assert "diffusion" in await paperboy.say("topics")
    assert "speech" not in await paperboy.say("topics")

    await press(paperboy, await paperboy.browser.get(link), "Mail me a link to my topics")
    fresh = link_in(paperboy.inbox.mails[-1], "settings")
    assert 'name="text"' in (await paperboy.browser.get(fresh)).text
    said = await paperboy.browser.post(fresh, data={"do": "say", "text": "/when 3:00 UTC"})
    assert "03:00" in said.text
    said = await paperboy.browser.post(fresh, data={"do": "say", "text": "/subscribe speech"})
    await press(paperboy, said, "Undo")
    assert "speech" not in await paperboy.say("topics")
    said = await paperboy.browser.post(fresh, data={"do": "say", "text": "/subscribe <script>("})
    assert "<script>" not in said.text
    paperboy.pass_time(hours=2)
    assert (await paperboy.browser.post(fresh, data={"do": "say", "text": "/topics"})).status_code == 404


async def test_what_was_confirmed_is_taken_back_on_the_same_page(paperboy: EmailPaperboy) -> None:
    await fill_in(paperboy)
    await asked(paperboy)
    confirmed = await paperboy.browser.post(link_in(paperboy.inbox.mails[-1], "confirm"))
    await press(paperboy, confirmed, "Undo")
    assert "Nothing is followed" in await paperboy.say("topics")


async def in_the_local_chat(
    paperboy: EmailPaperboy, words: str, permission: Permission = Permission.CHANGE_CHAT
) -> str:
    name, _, argument = words.partition(" ")
    call = CommandCall(name, argument, LOCAL_CHAT, ChatKind.LOCAL, LOCAL_PERSON, permission)
    return render_text(await paperboy.app.command_dispatcher(call))


async def test_a_chat_s_digests_go_to_an_address_too_and_both_go_their_own_way(paperboy: EmailPaperboy) -> None:
    assert "Nothing is followed" in await in_the_local_chat(paperboy, f"email {ANNA}")
    await in_the_local_chat(paperboy, "subscribe diffusion")
    await in_the_local_chat(paperboy, "subscribe speech")
    await in_the_local_chat(paperboy, "when 07:15 Europe/Paris")
    assert "no mail address" in await in_the_local_chat(paperboy, "email anna")
    assert "To which address" in await in_the_local_chat(paperboy, "email")
    assert "on its way" in await in_the_local_chat(paperboy, f"email {ANNA}")
    await asked(paperboy)
    await paperboy.browser.post(link_in(paperboy.inbox.mails[-1], "confirm"))
    said = await paperboy.say("topics")
    assert "diffusion" in said
    assert "speech" in said
    chat = await paperboy.chat()
    assert chat is not None
    assert (chat.settings.hour, chat.settings.zone) == (time(7, 15), "Europe/Paris")
    await paperboy.say("unsubscribe all")
    assert "diffusion" in await in_the_local_chat(paperboy, "topics")


async def test_five_addresses_a_day_are_enough_for_anybody(paperboy: EmailPaperboy) -> None:
    await in_the_local_chat(paperboy, "subscribe diffusion")
    said = [await in_the_local_chat(paperboy, f"email reader{number}@reader.net") for number in range(6)]
    assert ["on its way" in each for each in said] == [True] * 5 + [False]
    assert "tomorrow" in said[5]


async def test_neither_an_address_nor_a_token_is_in_any_log(
    paperboy: EmailPaperboy, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    paperboy.inbox.refused["nobody@reader.net"] = "451 4.2.2 <nobody@reader.net> is full"
    await fill_in(paperboy, "nobody@reader.net")
    confirm = await subscribed(paperboy)
    await paperboy.morning(18, "Diffusion Again")
    unsubscribe = link_in(paperboy.inbox.mails[-1], "unsubscribe")
    await paperboy.browser.post(unsubscribe)
    foreign = ("mail.log", "aiosqlite", "sqlalchemy", "httpx", "httpcore", "python_multipart")
    said = "\n".join(one.getMessage() for one in caplog.records if not one.name.startswith(foreign))
    assert "a question could not be sent: 451 4.2.2 at RCPT" in said
    for secret in ("reader.net", confirm.rpartition("/")[2], unsubscribe.rpartition("/")[2]):
        assert secret not in said


async def test_two_confirm_at_once(paperboy: EmailPaperboy) -> None:
    await fill_in(paperboy)
    await asked(paperboy)
    link = link_in(paperboy.inbox.mails[-1], "confirm")
    answers = await asyncio.gather(*(paperboy.browser.post(link) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    assert (await paperboy.say("topics")).count("✕ diffusion") == 1


async def test_the_form_is_for_this_machine_alone_without_a_public_address(
    sqlite_storage: Database, tmp_path: Path, inbox: MailInbox
) -> None:
    async with running_by_mail(tmp_path, inbox, public_url="") as paperboy:
        assert (await paperboy.browser.get("/subscribe")).status_code == 403


async def test_the_form_takes_the_most_voted_of_each_day_once_a_week(paperboy: EmailPaperboy) -> None:
    await subscribed(paperboy, topic="", what="trending", rhythm="weekly")
    assert "once a week by mail: the day’s most voted" in " ".join(text_of(paperboy.inbox.mails[0]).split())
    assert "1. trending" in await paperboy.say("topics")
    chat = await paperboy.chat()
    assert chat is not None
    assert chat.settings.days == {0}
