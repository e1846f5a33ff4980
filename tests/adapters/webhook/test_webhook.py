"""What a program that takes a chat's digests is sent, and what becomes of it when it does not take them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.search.fts_index import FtsIndex
from adapters.webhook import WebhookPlatform
from adapters.webhook.body import MAX_BYTES
from adapters.webhook.capabilities import WEBHOOK
from adapters.webhook.client import WebhookClient
from adapters.webhook.public_addresses import PublicAddressBackend, is_public
from bot.chats import Chat
from bot.deliveries import DeliveryKind
from bot.delivery.chat_lifecycle import pause_chat
from bot.errors import ChatUnavailable, InputError, OutcomeUnknown, RetryLater, UnavailableReason
from bot.views import View
from storage.database import Database
from tests.adapters.email.email_env import digest, paper
from tests.adapters.webhook.receiver import Receiver, receiving
from tests.bot.commands.conftest import CommandEnvironment, SteppedClock
from tests.bot.commands.simulated_user import SimulatedUser


async def loopback(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def platform_for(world: CommandEnvironment, *, guarded: bool = False, seconds: float = 20) -> WebhookPlatform:
    backend = PublicAddressBackend() if guarded else PublicAddressBackend(lambda _: True, loopback)
    client = WebhookClient(backend, seconds)
    return WebhookPlatform(world.storage, world.clock, client, schemes=frozenset({"http", "https"}), ports=None)


class Hook:
    """A chat, its webhook and the program behind it."""

    def __init__(self, world: CommandEnvironment, platform: WebhookPlatform, receiver: Receiver) -> None:
        self.world, self.platform, self.receiver = world, platform, receiver
        world.services = replace(world.services, endpoint_platform=lambda: platform)
        self.anna: SimulatedUser = world.person()

    async def connect(self) -> str:
        """Follows a topic, adds the webhook; the secret."""
        await self.anna.says("/subscribe sailing")
        said = await self.anna.says(f"/webhook {self.receiver.url}")
        found = re.search(r"whsec_\S+", said)
        assert found, said
        self.receiver.received.clear()
        return found[0]

    async def chat(self) -> Chat:
        async with self.world.storage.read() as work:
            (found,) = await work.chats.chats_of_workspace(WEBHOOK, "")
        return found

    async def send(self, view: View | None = None, key: str = "0123abc") -> None:
        await self.platform.send(await self.chat(), view or digest(paper(1), listed=(paper(2),)), key=key)


@pytest.fixture
async def hook(sqlite_storage: Database, tmp_path: Path) -> AsyncIterator[Hook]:
    index = FtsIndex(tmp_path / "index.db")
    world = CommandEnvironment(sqlite_storage, index, SteppedClock())
    async with receiving() as receiver:
        platform = platform_for(world)
        yield Hook(world, platform, receiver)
        await platform.close()
    await index.close()


async def test_it_is_pinged_at_first_and_gets_signed_digests(hook: Hook) -> None:
    await hook.anna.says("/subscribe sailing")
    said = await hook.anna.says(f"/webhook {hook.receiver.url}")
    assert "It answered. This chat’s digests go to localhost as well." in said
    secret = re.findall(r"whsec_\S+", said)[0]
    (ping,) = hook.receiver.received
    assert ping.event["type"] == "ping"
    assert ping.is_signed_with(secret)
    await hook.send()
    sent = hook.receiver.received[-1]
    assert sent.is_signed_with(secret)
    assert (sent.path, sent.headers["webhook-id"]) == ("/hook?key=hidden", "0123abc")
    assert sent.headers["webhook-timestamp"] == str(int(hook.world.clock.now().timestamp()))
    assert sent.event["type"] == "digest.sent"
    titles = [each["title"] for each in sent.event["data"]["papers"]]
    assert titles == ["Diffusion for Timetables 1", "Diffusion for Timetables 2"]
    assert sent.event["data"]["papers"][0]["why"] == "diffusion"
    chat = await hook.chat()
    assert chat.next_digest_at is not None
    assert "hidden" not in str(chat.address) + chat.title + await hook.anna.says("/webhook")


async def test_for_a_day_the_old_secret_signs_as_well(hook: Hook) -> None:
    old = await hook.connect()
    new = re.findall(r"whsec_\S+", await hook.anna.says("/webhook secret"))[0]
    await hook.send()
    assert [hook.receiver.received[-1].is_signed_with(each) for each in (new, old)] == [True, True]
    hook.world.clock.pass_by(hours=24)
    await hook.send()
    assert [hook.receiver.received[-1].is_signed_with(each) for each in (new, old)] == [True, False]


@pytest.mark.parametrize("status", [500, 429, 302])
async def test_what_is_not_taken_waits_longer_each_time(hook: Hook, status: int) -> None:
    await hook.connect()
    hook.receiver.answers[:] = [status] * 3
    hook.receiver.head = f"location: {hook.receiver.url}\r\n"
    waits = []
    for _ in range(3):
        with pytest.raises(RetryLater) as problem:
            await hook.send()
        waits.append(problem.value.at - hook.world.clock.now())
    assert waits[0] < timedelta(seconds=6) < timedelta(minutes=4) < waits[1] < timedelta(minutes=27) <= waits[2]
    assert len(hook.receiver.received) == 3, "no redirect was followed"
    assert "3 failed tries in a row" in await hook.anna.says("/webhook")
    await hook.send()
    assert "localhost: in order" in await hook.anna.says("/webhook")


async def test_a_receiver_may_ask_to_wait(hook: Hook) -> None:
    await hook.connect()
    hook.receiver.answers[:], hook.receiver.head = [503], "retry-after: 600\r\n"
    with pytest.raises(RetryLater) as problem:
        await hook.send()
    assert problem.value.at - hook.world.clock.now() == timedelta(minutes=10)


async def test_a_receiver_that_never_answers_may_have_taken_it(hook: Hook) -> None:
    await hook.connect()
    hook.receiver.answers[:] = [0]
    hook.platform = platform_for(hook.world, seconds=0.2)
    with pytest.raises(OutcomeUnknown):
        await hook.send()
    await hook.platform.close()


async def test_gone_pauses_it_tells_the_chat_that_asked_and_a_test_lets_it_go_on(hook: Hook) -> None:
    await hook.connect()
    hook.receiver.answers[:] = [410]
    with pytest.raises(ChatUnavailable) as problem:
        await hook.send()
    assert problem.value.cause is UnavailableReason.ENDPOINT_GONE
    async with hook.world.storage.write() as work:
        await pause_chat(
            work, await hook.chat(), problem.value.cause, hook.world.clock.now(), hook.platform.capabilities
        )
        await work.commit()
    async with hook.world.storage.write() as work:
        told = await work.outbox.claim(
            hook.anna.chat.platform,
            owner="me",
            now=hook.world.clock.now(),
            lease_until=hook.world.clock.now() + timedelta(minutes=1),
        )
    assert [(each.kind, each.address) for each in told] == [(DeliveryKind.NOTICE, hook.anna.chat)]
    assert "localhost: paused (endpoint gone)" in await hook.anna.says("/webhook")
    hook.receiver.answers[:] = [500]
    assert "answered 500" in await hook.anna.says("/webhook test")
    assert "Its digests go on." in await hook.anna.says("/webhook test")
    assert (await hook.chat()).pause_reason == ""


async def test_after_five_days_of_failures_it_stops(hook: Hook) -> None:
    await hook.connect()
    hook.receiver.answers[:] = [500, 500]
    with pytest.raises(RetryLater):
        await hook.send()
    hook.world.clock.pass_by(days=5)
    with pytest.raises(ChatUnavailable) as problem:
        await hook.send()
    assert problem.value.cause is UnavailableReason.ENDPOINT_FAILING


async def test_a_long_day_stays_small_and_lacks_no_paper(hook: Hook) -> None:
    await hook.connect()
    await hook.send(digest(*(paper(number, tldr="long " * 60) for number in range(1, 41))))
    body = hook.receiver.received[-1].body
    assert len(body) <= MAX_BYTES
    papers = hook.receiver.received[-1].event["data"]["papers"]
    assert len(papers) == 40
    assert papers[0]["tldr"]


async def test_ended_it_is_erased_and_the_chat_goes_on(hook: Hook) -> None:
    await hook.connect()
    assert "Ended" in await hook.anna.says("/webhook off")
    assert "no webhook" in await hook.anna.says("/webhook")
    assert "sailing" in await hook.anna.says("/topics")
    async with hook.world.storage.read() as work:
        assert await work.chats.chats_of_workspace(WEBHOOK, "") == []


async def test_it_takes_over_what_the_chat_follows_when_it_is_told_to(hook: Hook) -> None:
    await hook.connect()
    await hook.anna.says("/subscribe lighthouses")
    await hook.anna.says("/unsubscribe sailing")
    await hook.anna.says("/webhook copy")
    async with hook.world.storage.read() as work:
        followed = await work.subscriptions.of_chat((await hook.chat()).id)
    assert len(followed) == 1
    assert "lighthouses" in str(followed[0].topic)


async def test_in_a_group_only_admins_add_one_and_a_chat_has_five(hook: Hook) -> None:
    await hook.connect()
    for number in range(2, 6):
        assert "It answered" in await hook.anna.says(f"/webhook {hook.receiver.url}&n={number}")
    assert "A chat can have 5 webhooks." in await hook.anna.says(f"/webhook {hook.receiver.url}&n=6")
    assert "already" in await hook.anna.says(f"/webhook {hook.receiver.url}")
    hook.receiver.received.clear()
    member = hook.world.group(name="Bo", may_change=False, user="1002")
    assert "admins" in await member.says(f"/webhook {hook.receiver.url}")
    assert hook.receiver.received == []


# --- where it may not go

PRIVATE = (
    *("127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.9.9", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
    *("240.0.0.1", "255.255.255.255", "192.0.0.8", "::1", "::", "::ffff:127.0.0.1", "::ffff:169.254.169.254"),
    *("::127.0.0.1", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1"),
    *("2002:7f00:1::", "2001::1"),
)


@pytest.mark.parametrize("address", PRIVATE)
def test_no_address_of_a_network_of_ones_own_is_public(address: str) -> None:
    assert not is_public(address)


def test_addresses_of_the_internet_are_public() -> None:
    assert all(map(is_public, ("1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1")))


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f000001", "127.1"]
)
async def test_no_spelling_of_this_machine_is_dialled(hook: Hook, host: str) -> None:
    guarded = platform_for(hook.world, guarded=True)
    with pytest.raises(InputError) as problem:
        await guarded.ping(f"http://{host}:{hook.receiver.port}/", ("whsec_AAAA",))
    assert "not on the public internet" in problem.value.message.msgid
    assert hook.receiver.received == []
    await guarded.close()


async def test_a_name_with_one_private_address_or_another_one_later_is_refused(hook: Hook) -> None:
    """The name is good when the webhook is added, and leads into the network when a digest is sent."""
    answers = [["1.1.1.1", "10.0.0.1"], ["127.0.0.1"]]

    async def resolve(host: str, port: int) -> Sequence[str]:
        return answers.pop(0)

    await hook.connect()
    client = WebhookClient(PublicAddressBackend(resolve=resolve))
    hook.platform = WebhookPlatform(hook.world.storage, hook.world.clock, client)
    for _ in range(2):
        with pytest.raises(RetryLater, match="not public"):
            await hook.send()
    assert hook.receiver.received == []
    await hook.platform.close()


@pytest.mark.parametrize(
    "typed",
    [
        "http://example.org", "https://u:p@example.org/", "https://example.org:8443/", "ftp://example.org", "https://",
        "https://[::1", "https://example.org:x/", "https://a b.org", "https://example.org/" + "x" * 2000, "x:1",
        "https://example.org\\@127.0.0.1/",
    ],
)  # fmt: skip
def test_other_addresses_are_refused_in_a_word(sqlite_storage: object, typed: str) -> None:
    platform = WebhookPlatform(sqlite_storage, None)  # type: ignore[arg-type]  # only the address is read
    with pytest.raises(InputError):
        platform.read_url(typed)
