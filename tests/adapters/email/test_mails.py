"""What a mail is, read as a mail program reads it."""

from __future__ import annotations

import asyncio
import re
import subprocess
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from adapters.email.addresses import WrongAddress, parse_address, parse_sender, quota_address
from adapters.email.message.dkim_signature import DkimSigner, WrongKey
from adapters.email.platform import EmailPlatform
from bot.chats import Layout
from bot.views import View
from storage.database import Database
from tests.adapters.email.email_env import ADDRESS, ANNA, NOW, digest, paper, platform_at, store_chat
from tests.fakes.ports import FakeClock
from tests.fakes.smtp.inbox import html_of, open_inbox, read_mail, text_of
from tests.fakes.smtp.scripted_server import running


async def mailed(storage: Database, view: View, key: str = "0123abc", **config: object) -> bytes:
    """The bytes that the server was given."""
    chat = await store_chat(storage)
    async with running() as server, platform_at(server.port, storage, **config) as platform:  # type: ignore[arg-type]  # settings of the test's own
        await platform.send(chat, view, key=key)
        return server.took[0]


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("keys") / "dkim.pem"
    subprocess.run(["openssl", "genrsa", "-out", str(file), "2048"], check=True, capture_output=True)
    return file


async def test_the_head_of_a_digest_is_what_providers_ask_for(sqlite_storage: Database) -> None:
    raw = await mailed(sqlite_storage, digest(paper(1), paper(2)))
    mail = read_mail(raw)
    assert mail["Subject"] == "2 papers for you: Diffusion for Timetables 1"
    assert (mail["From"], mail["To"]) == ("Paperboy <papers@sender.net>", ANNA)
    assert mail["Message-ID"] == "<0123abc@sender.net>"
    assert parsedate_to_datetime(mail["Date"]) == NOW
    assert mail["List-Id"] == "Paperboy <digest.sender.net>"
    assert re.fullmatch(rf"<{ADDRESS}/mail/unsubscribe/[\w-]{{40}}>", mail["List-Unsubscribe"])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"\w+:::\w{5,15}", mail["Feedback-ID"])
    assert "X-Paperboy-Try" not in mail
    # On one line and in plain letters: encoded, mail programs show no button.
    assert re.search(rb"\r\nList-Unsubscribe: <https://[^\r\n]{70,}>\r\n", raw)
    assert max(map(len, raw.split(b"\r\n"))) < 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


async def test_one_click_is_not_promised_where_nobody_could_click(sqlite_storage: Database) -> None:
    chat = await store_chat(sqlite_storage)
    async with running() as server, platform_at(server.port, sqlite_storage) as platform:
        platform._config = replace(platform._config, address="http://127.0.0.1:8080")
        await platform.send(chat, digest(paper(1)), key="k")
        mail = read_mail(server.took[0])
    assert "List-Unsubscribe" not in mail
    assert "List-Unsubscribe-Post" not in mail
    assert "http://127.0.0.1:8080/mail/unsubscribe/" in text_of(mail)


async def test_a_second_try_is_the_same_mail_marked_as_such(sqlite_storage: Database) -> None:
    chat, clock = await store_chat(sqlite_storage), FakeClock(NOW)
    async with running() as server, platform_at(server.port, sqlite_storage, clock=clock) as platform:
        await platform.send(chat, digest(paper(1)), key="k")
        clock.move_to(NOW + timedelta(minutes=5))
        await platform.send(chat, digest(paper(1), copy=True), key="k")
    first, second = (one.decode().split("\r\n") for one in server.took)
    assert [line for line in first if line not in second] == ["Date: Tue, 18 Aug 2026 09:00:00 +0000"]
    assert [line for line in second if line not in first] == [
        "Date: Tue, 18 Aug 2026 09:05:00 +0000",
        "X-Paperboy-Try: 2",
    ]


async def test_every_paper_stands_in_both_forms_with_everything(sqlite_storage: Database) -> None:
    listed = tuple(paper(number) for number in range(6, 26))
    mail = read_mail(
        await mailed(sqlite_storage, digest(*map(paper, range(1, 6)), listed=listed), footer="Here 1, 12 AB")
    )
    text, html = text_of(mail), html_of(mail)
    for number in range(1, 26):
        said = paper(number)
        for part in (text, html):
            assert said.title in part
            assert said.tldr in part
            assert said.url in part
            assert said.code_url in part
            assert f"▲{said.upvotes}" in part
    for part in (text, html):
        assert part.count("Some Lab") == 25
        assert "diffusion" in part
        assert f"{ADDRESS}/mail/settings/" in part
        assert "Here 1, 12 AB" in part
    assert "Why these" not in text + html
    assert not re.search(r"<(img|script|link|form|iframe)\b|url\(|\bsrc=", html)
    assert "prefers-color-scheme: dark" in html
    assert 'style="' in html
    assert "\r\n-- \r\n" in str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]  # it is there


async def test_titles_alone_are_titles_alone(sqlite_storage: Database) -> None:
    chat = await store_chat(sqlite_storage)
    chat = replace(chat, settings=replace(chat.settings, layout=Layout.TITLES))
    async with running() as server, platform_at(server.port, sqlite_storage) as platform:
        await platform.send(chat, digest(listed=(paper(1), paper(2))), key="k")
    mail = read_mail(server.took[0])
    assert "in a sentence" not in text_of(mail) + html_of(mail)
    assert "Diffusion for Timetables 2" in html_of(mail)


async def test_a_huge_day_is_never_clipped_and_nothing_is_lost(sqlite_storage: Database) -> None:
    long = [paper(number, tldr="All about it. " * 20) for number in range(1, 400)]
    for count in (60, 399):
        mail = read_mail(await mailed(sqlite_storage, digest(*long[:5], listed=tuple(long[5:count]))))
        assert len(html_of(mail).encode()) < 90_000
        assert "Stop these mails" in html_of(mail)
        assert all(one.title in text_of(mail) for one in long[:count])
        assert ("in the plain text of this mail" in html_of(mail)) == (count > 300)


@pytest.mark.parametrize(
    "title",
    [
        "One\r\nBcc: everybody@reader.net",
        "=?utf-8?q?Bcc=3A_x?=",
        '<script>alert(1)</script> & "quotes" \'',
        "Überall größere Modelle für 日本語 " * 12,
        "Right \u202eto left \u200f and \x00 nothing \x1b[31m",
        "A" * 2000,
        ". alone\n.\nQUIT",
    ],
)
async def test_a_title_can_hold_anything(sqlite_storage: Database, title: str) -> None:
    raw = await mailed(sqlite_storage, digest(paper(1, title), listed=(paper(2, title),)))
    mail = read_mail(raw)
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("2 papers for you: ")
    assert len(mail["Subject"]) <= 150
    words = re.findall(rb"=\?utf-8\?[^?]\?[^?]*\?=", raw.partition(b"\r\n\r\n")[0])
    assert all(len(word) <= 75 for word in words)  # RFC 2047 2
    assert "<script" not in html_of(mail)
    assert "Stop these mails" in html_of(mail)
    assert "Stop these mails" in text_of(mail)


async def test_a_signed_mail_verifies_and_covers_what_must_not_be_changed(
    sqlite_storage: Database, key_file: Path
) -> None:
    signer = DkimSigner(key_file, "paperboy", "sender.net")
    raw = await mailed(sqlite_storage, digest(paper(1)), signer=signer)
    assert signer.verifies(raw)
    assert signer.bits == 2048
    header = raw.partition(b"\r\n\r\n")[0]
    covered = re.sub(rb"\s", b"", re.search(rb"h=([^;]+);", header)[1]).split(b":")  # type: ignore[index]  # it is there
    assert {b"list-unsubscribe", b"list-unsubscribe-post", b"feedback-id", b"date", b"subject"} <= set(covered)
    assert covered.count(b"from") == 2
    for old, new in (
        (b"Diffusion", b"Confusion"),
        (b"One-Click", b"Two-Click"),
        (b"\r\nTo: ", b"\r\nFrom: x@y.net\r\nTo: "),
    ):
        assert not signer.verifies(raw.replace(old, new, 1))


def test_the_record_for_dns_is_the_other_half_of_the_key(key_file: Path) -> None:
    asked = ["openssl", "rsa", "-in", str(key_file), "-pubout"]
    public = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    assert DkimSigner(key_file, "paperboy", "sender.net").record.partition("p=")[2] == "".join(
        public.splitlines()[1:-1]
    )


def test_a_file_that_is_no_key_is_told(tmp_path: Path) -> None:
    for content in (b"", b"nothing", b"-----BEGIN X-----\nAAAA\n-----END X-----\n"):
        (tmp_path / "key.pem").write_bytes(content)
        with pytest.raises(WrongKey):
            DkimSigner(tmp_path / "key.pem", "paperboy", "sender.net")


@pytest.mark.parametrize(
    "typed",
    [
        "", "anna", "anna@", "@reader.net", "a@b@reader.net", "anna@reader", "a b@reader.net", "a..b@reader.net",
        "anna@reader.net\nbob@x.net", "a@e.net>\r\nRCPT TO:<x@y.net", '"an na"@reader.net', "Anna <anna@reader.net>",
        "anna@[127.0.0.1]", "anna@localhost", "a" * 65 + "@reader.net", "a" * 390 + "@reader.net", "jörg@reader.net",
        "anna@reader.net,bob@reader.net",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(WrongAddress) as caught:
        parse_address(typed)
    assert not typed.strip() or typed not in str(caught.value)


def test_one_mailbox_has_one_spelling() -> None:
    found = parse_address(" Anna@Bücher.example.net ")
    assert found.delivered_to == "Anna@xn--bcher-kva.example.net"
    assert found.compared_as == "anna@bücher.example.net"
    assert quota_address(parse_address("A.n.na+papers@reader.net")) == "anna@reader.net"
    assert parse_sender("Daily <papers@sender.net>").domain == "sender.net"
    with pytest.raises(WrongAddress):
        parse_sender("Daily\r\nBcc: x <papers@sender.net>")


async def test_return_paths_tell_chats_apart_where_bounces_are_wanted(sqlite_storage: Database) -> None:
    for setting, pattern in (
        ("", r"papers@sender\.net"),
        ("back.sender.net", r"bounce\+[a-z2-7]{48}@back\.sender\.net"),
        ("b@back.sender.net", r"b\+[a-z2-7]{48}@back\.sender\.net"),
    ):
        chat = await store_chat(sqlite_storage)
        async with open_inbox() as inbox:
            async with platform_at(inbox.port, sqlite_storage, return_path=setting) as platform:
                await platform.send(chat, digest(paper(1)), key="k")
            assert re.fullmatch(pattern, inbox.envelopes[0].mail_from or "")


async def test_many_go_at_once_and_each_goes_once(sqlite_storage: Database) -> None:
    chats = [await store_chat(sqlite_storage, f"reader{number}@reader.net") for number in range(12)]
    async with open_inbox() as inbox:
        async with platform_at(inbox.port, sqlite_storage) as platform:
            await asyncio.gather(*(platform.send(chat, digest(paper(1)), key=f"k{chat.id}") for chat in chats))
        assert sorted(mail["To"] for mail in inbox.mails) == sorted(chat.address.chat for chat in chats)


async def test_mails_leave_at_their_pace(sqlite_storage: Database) -> None:
    clock = FakeClock(NOW)
    chat = await store_chat(sqlite_storage)
    async with platform_at(1, sqlite_storage, clock=clock, rate=2) as platform:
        waits = await _turns(platform, clock, chat.address, 5)
    assert all(wait >= timedelta(seconds=0.4) for wait in waits[1:])


async def _turns(platform: EmailPlatform, clock: FakeClock, address, count: int) -> list[timedelta]:
    """How far the clock has to go for each turn, in which nothing else happens."""
    waits, before = [], clock.now()
    turns = [asyncio.create_task(platform.wait_turn(address)) for _ in range(count)]
    while not all(turn.done() for turn in turns):
        await asyncio.sleep(0)
        if clock._sleepers:
            clock.move_to(min(clock._sleepers.values()))
            waits.append(clock.now() - before)
            before = clock.now()
    return waits
