"""What every reply of a mail server means: who waits, who is paused, what nobody can know."""

from __future__ import annotations

import ssl
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.email.client.error_table import parse_enhanced
from adapters.email.client.server_url import Protection, SmtpServer, parse_smtp_url
from bot.errors import (
    ChatUnavailable,
    DeliveryError,
    ErrorScope,
    MessageRejected,
    NotAuthorised,
    OutcomeUnknown,
    RetryLater,
    UnavailableReason,
)
from storage.database import Database
from tests.adapters.email.email_env import ANNA, NOW, digest, paper, platform_at, store_chat
from tests.fakes.ports import FakeClock
from tests.fakes.smtp.scripted_server import CLOSE, HANG, running

PAPERS = digest(paper(1))


async def send(
    storage: Database, says: dict[str, str], seconds: float = 20, protection: Protection = Protection.OPPORTUNISTIC
):
    """The error of one sending, None where it went well, and the server afterwards."""
    chat = await store_chat(storage)
    async with (
        running(says) as server,
        platform_at(server.port, storage, seconds=seconds, protection=protection) as it,
    ):
        try:
            await it.send(chat, PAPERS, key="k1")
        except DeliveryError as error:
            return error, server
        return None, server


@pytest.mark.parametrize(
    ("step", "reply", "kind", "scope"),
    [
        ("greeting", "421 busy", RetryLater, ErrorScope.BOT),
        ("greeting", "450 busy", RetryLater, ErrorScope.BOT),
        ("greeting", CLOSE, RetryLater, ErrorScope.BOT),
        ("greeting", "554 no mail from there", NotAuthorised, ErrorScope.BOT),
        ("MAIL", "451 later", RetryLater, ErrorScope.BOT),
        ("MAIL", "421 closing", RetryLater, ErrorScope.BOT),
        ("MAIL", CLOSE, RetryLater, ErrorScope.BOT),
        ("MAIL", "550 5.7.1 not you", NotAuthorised, ErrorScope.BOT),
        ("MAIL", "530 log in first", NotAuthorised, ErrorScope.BOT),
        ("RCPT", "450 4.7.1 greylisted", RetryLater, ErrorScope.CHAT),
        ("RCPT", "451 busy", RetryLater, ErrorScope.CHAT),
        ("RCPT", "452 4.2.2 full", RetryLater, ErrorScope.CHAT),
        ("RCPT", "421 closing", RetryLater, ErrorScope.BOT),
        ("RCPT", CLOSE, RetryLater, ErrorScope.BOT),
        ("RCPT", "550 5.1.1 <anna@reader.net> unknown", ChatUnavailable, None),
        ("RCPT", "553 5.1.3 bad", ChatUnavailable, None),
        ("RCPT", "551 5.1.6 moved", ChatUnavailable, None),
        ("RCPT", "550 5.1.10 null MX", ChatUnavailable, None),
        ("RCPT", "550 5.2.1 disabled", ChatUnavailable, None),
        ("RCPT", "556 takes no mail", ChatUnavailable, None),
        ("RCPT", "552 5.2.2 full", MessageRejected, None),
        ("RCPT", "550 no", MessageRejected, None),
        ("RCPT", "550 5.7.1 policy", RetryLater, ErrorScope.CHAT),
        ("RCPT", "554 5.7.26 unsigned", RetryLater, ErrorScope.CHAT),
        ("DATA", "451 later", RetryLater, ErrorScope.CHAT),
        ("DATA", "554 5.7.0 policy", RetryLater, ErrorScope.CHAT),
        ("DATA", CLOSE, OutcomeUnknown, None),
        ("body", "451 4.3.0 later", RetryLater, ErrorScope.CHAT),
        ("body", "421 closing", RetryLater, ErrorScope.BOT),
        ("body", "552 5.3.4 too large", MessageRejected, None),
        ("body", "554 5.6.0 malformed", MessageRejected, None),
        ("body", "550 5.7.515 not authenticated", RetryLater, ErrorScope.CHAT),
        ("body", "550 5.1.1 unknown after all", ChatUnavailable, None),
        ("body", CLOSE, OutcomeUnknown, None),
    ],
)
async def test_a_reply_is_an_error_that_says_what_to_do(
    sqlite_storage: Database, step: str, reply: str, kind: type[DeliveryError], scope: ErrorScope | None
) -> None:
    error, server = await send(sqlite_storage, {step: reply})
    assert type(error) is kind
    assert getattr(error, "scope", None) is scope
    assert ANNA not in error.reason
    assert len(server.took) == 0


async def test_a_server_that_hangs_before_the_mail_has_not_got_it(sqlite_storage: Database) -> None:
    for step in ("greeting", "EHLO", "MAIL", "RCPT"):
        error, _ = await send(sqlite_storage, {step: HANG}, 0.05)
        assert isinstance(error, RetryLater), step
        assert error.scope is ErrorScope.BOT


async def test_a_server_that_hangs_with_the_mail_may_have_it(sqlite_storage: Database) -> None:
    for step in ("DATA", "body"):
        error, _ = await send(sqlite_storage, {step: HANG}, 0.2)
        assert isinstance(error, OutcomeUnknown), step


async def test_what_is_to_be_protected_is_not_sent_in_the_clear(sqlite_storage: Database) -> None:
    for reply in ("250 here", "250-here\r\n250 STARTTLS"):
        error, server = await send(
            sqlite_storage, {"EHLO": reply, "STARTTLS": "454 not now"}, protection=Protection.STARTTLS
        )
        assert isinstance(error, NotAuthorised if reply == "250 here" else DeliveryError), reply
        assert not [line for line in server.commands if line.startswith(("MAIL", "AUTH"))]


async def test_a_certificate_that_nobody_vouches_for_ends_it(sqlite_storage: Database, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    chat = await store_chat(sqlite_storage)
    async with (
        running(tls=context) as server,
        platform_at(server.port, sqlite_storage, protection=Protection.TLS) as platform,
    ):
        with pytest.raises(NotAuthorised):
            await platform.send(chat, PAPERS, key="k1")
        assert server.commands == []


def self_signed(folder: Path) -> Path:
    import subprocess

    file = folder / "server.pem"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    made = subprocess.run([*request, "-keyout", "-", "-out", "-"], check=True, capture_output=True, text=True)
    file.write_text(made.stdout)
    return file


@pytest.mark.parametrize("reply", ["535 5.7.8 wrong password", "534 too weak", "530 no"])
async def test_a_wrong_password_holds_everything(sqlite_storage: Database, reply: str) -> None:
    chat = await store_chat(sqlite_storage)
    async with (
        running({"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": reply}) as server,
        platform_at(server.port, sqlite_storage, login=("papers", "secret word")) as platform,
    ):
        with pytest.raises(NotAuthorised) as caught:
            await platform.send(chat, PAPERS, key="k1")
        assert "secret" not in str(caught.value)
        assert "logging in" in await platform.check_connection()


async def test_nobody_at_the_address_pauses_it_with_that_reason(sqlite_storage: Database) -> None:
    error, _ = await send(sqlite_storage, {"RCPT": "550 5.1.1 unknown"})
    assert isinstance(error, ChatUnavailable)
    assert error.cause is UnavailableReason.NO_MAILBOX


async def test_waits_grow_for_a_server_and_for_a_mailbox(sqlite_storage: Database) -> None:
    chat, clock = await store_chat(sqlite_storage), FakeClock(NOW)
    async with running() as server, platform_at(server.port, sqlite_storage, clock=clock) as platform:

        async def wait(**says: str) -> timedelta:
            server.says = dict(says)
            with pytest.raises(RetryLater) as caught:
                await platform.send(chat, PAPERS, key="k1")
            return caught.value.at - NOW

        assert [await wait(MAIL="451 no") for _ in range(5)] == [timedelta(minutes=n) for n in (1, 5, 15, 30, 30)]
        assert [await wait(RCPT="450 no") for _ in range(3)] == [timedelta(minutes=n) for n in (5, 10, 20)]
        server.says = {}
        await platform.send(chat, PAPERS, key="k1")
        assert await wait(MAIL="451 no") == timedelta(minutes=1)


async def test_two_addresses_refused_by_policy_are_about_the_sender(sqlite_storage: Database) -> None:
    anna, bob = await store_chat(sqlite_storage), await store_chat(sqlite_storage, "bob@reader.net")
    clock = FakeClock(NOW)
    async with (
        running({"RCPT": "550 5.7.1 no"}) as server,
        platform_at(server.port, sqlite_storage, clock=clock) as platform,
    ):
        for chat, kind in ((anna, RetryLater), (anna, RetryLater), (bob, NotAuthorised)):
            with pytest.raises(kind):
                await platform.send(chat, PAPERS, key="k1")
        clock.move_to(NOW + timedelta(hours=2))
        with pytest.raises(RetryLater):
            await platform.send(bob, PAPERS, key="k1")


async def test_one_connection_carries_many_mails_and_a_refusal_in_between(sqlite_storage: Database) -> None:
    chat = await store_chat(sqlite_storage)
    async with running() as server, platform_at(server.port, sqlite_storage) as platform:
        for number in range(3):
            await platform.send(chat, PAPERS, key=f"k{number}")
        server.says = {"RCPT": "450 later"}
        with pytest.raises(RetryLater):
            await platform.send(chat, PAPERS, key="k9")
        server.says = {}
        await platform.send(chat, PAPERS, key="k9")
        assert (server.connections, len(server.took)) == (1, 4)


@pytest.mark.parametrize("said", [CLOSE, "421 idle for too long"])
async def test_a_connection_that_went_away_meanwhile_is_opened_anew(sqlite_storage: Database, said: str) -> None:
    chat = await store_chat(sqlite_storage)
    async with running() as server, platform_at(server.port, sqlite_storage) as platform:
        await platform.send(chat, PAPERS, key="k1")
        usual = server._say
        seen: list[str] = []

        async def closing_once(writer, step):
            if step == "MAIL" and not seen:
                seen.append(step)
                server.says["MAIL"] = said
                done = await usual(writer, step)
                server.says = {}
                return done
            return await usual(writer, step)

        server._say = closing_once  # type: ignore[method-assign]  # for one moment
        await platform.send(chat, PAPERS, key="k2")
        assert (server.connections, len(server.took)) == (2, 2)


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("smtp://relay", SmtpServer("relay", 25, Protection.OPPORTUNISTIC)),
        ("smtp://relay:587", SmtpServer("relay", 587, Protection.STARTTLS)),
        ("smtp://me%40x.net:p%2Fw@relay:2525", SmtpServer("relay", 2525, Protection.STARTTLS, "me@x.net", "p/w")),
        ("smtps://me:pw@relay", SmtpServer("relay", 465, Protection.TLS, "me", "pw")),
        ("smtp://[::1]:25", SmtpServer("::1", 25, Protection.OPPORTUNISTIC)),
    ],
)
def test_the_address_of_a_server_says_how_the_way_is_protected(text: str, server: SmtpServer) -> None:
    assert parse_smtp_url(text) == server
    assert "pw" not in repr(server).replace("password", "")


@pytest.mark.parametrize(
    "text", ["relay", "http://relay", "smtp://", "smtp://relay:x", "smtp://me@relay", "smtp://:p@r"]
)
def test_what_is_no_server_is_told_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no address|names a user") as caught:
        parse_smtp_url(text)
    assert "relay" not in str(caught.value)


def test_enhanced_codes_stand_at_the_beginning_only() -> None:
    found = [parse_enhanced(text) for text in ("5.1.1 no", "no 5.1.1", "5.1", "5.7.515 x", "9.1.1 x")]
    assert found == ["5.1.1", "", "", "5.7.515", ""]
