"""What people do on Telegram while pictures are taken of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from tests.e2e.support.telegram_env import TelegramPaperboy
from tests.fakes.telegram import PrivateChat, TelegramUser
from tests.screenshots import environment, papers
from tests.screenshots.shots import Shot
from tests.screenshots.telegram_page import chat_page, inline_results, keyboard_markup

Shots = AsyncIterator[Shot]


async def shots(migrated: Path) -> Shots:
    async with environment.open_telegram(migrated, papers.week_of_papers()) as paperboy:
        for scene in (newcomer, following, digest, settings, looking_up, group, channel, quiet_week):
            async for each in scene(paperboy):
                yield each
    async with environment.open_telegram(migrated, papers.one_long_day()) as paperboy:
        async for each in long_day(paperboy):
            yield each


async def newcomer(paperboy: TelegramPaperboy) -> Shots:
    chat = someone(paperboy)
    welcome = await chat.ask("/start")
    yield seen(chat, "telegram-start", at="08:12")
    for topic in ("Diffusion", "VLMs"):
        await chat.press(topic, on=welcome)
        await chat.reply()
    yield seen(chat, "telegram-start-two-taps", at="08:12")


async def following(paperboy: TelegramPaperboy) -> Shots:
    chat = await someone_in_berlin(paperboy)
    await chat.ask("/subscribe diffusion")
    yield seen(chat, "telegram-subscribe", 2, at="08:12")
    await chat.ask("/subscribe enzymes")
    yield seen(chat, "telegram-subscribe-rare", 2, at="08:12")
    await chat.ask("/subscribe (diffusion OR")
    yield seen(chat, "telegram-mistake", 2, at="08:12")


async def digest(paperboy: TelegramPaperboy) -> Shots:
    chat = await someone_in_berlin(paperboy)
    for topic in ("diffusion", "vision-language models", "speech recognition"):
        await chat.ask(f"/subscribe {topic}")
    await paperboy.deliver(environment.NINE)
    yield seen(chat, "telegram-digest", at="09:00")
    await chat.press("2", on=chat.last)
    await chat.reply()
    yield seen(chat, "telegram-card", at="09:00")


async def settings(paperboy: TelegramPaperboy) -> Shots:
    chat = await someone_in_berlin(paperboy)
    page = await chat.ask("/settings")
    yield seen(chat, "telegram-settings", 2)
    await chat.press("Layout", on=page)
    await chat.reply()
    yield seen(chat, "telegram-settings-layout", 2)


async def looking_up(paperboy: TelegramPaperboy) -> Shots:
    chat = await someone_in_berlin(paperboy)
    await chat.ask("/search clustering")
    yield seen(chat, "telegram-search", 2)
    await chat.ask("https://arxiv.org/abs/2608.90030")
    yield seen(chat, "telegram-link", 2)

    anna, ben = anna_and_ben(paperboy)
    room = paperboy.telegram.supergroup("Reading group", admins=[anna], members=[ben])
    await room.say("Which of them could run on my laptop?", by=ben)
    offered = await anna.inline("diffusion")
    below = inline_results("@PaperboyBot diffusion", offered.results[:4], offered.button)
    shown = partial(chat_page, me=anna.id, title="Reading group", status="3 members", at="09:20")
    yield shown("telegram-inline", [each.as_json() for each in room.history], below=below)
    await room.pick(offered.results[0], by=anna)
    yield shown("telegram-inline-picked", [each.as_json() for each in room.history])


async def group(paperboy: TelegramPaperboy) -> Shots:
    anna, ben = anna_and_ben(paperboy)
    room = paperboy.telegram.supergroup("Reading group", admins=[anna], members=[ben], with_bot=False)
    room.add_bot(by=anna)
    await room.reply()
    shown = partial(chat_page, me=ben.id, title="Reading group", status="3 members", at="09:20")
    yield shown("telegram-group", [each.as_json() for each in room.history])
    await room.ask("/subscribe diffusion", by=anna)
    yield shown("telegram-group-admin", [each.as_json() for each in room.history[-2:]])
    await room.ask("/subscribe robotics", by=ben)
    yield shown("telegram-group-member", [each.as_json() for each in room.history[-2:]])


async def channel(paperboy: TelegramPaperboy) -> Shots:
    chat = await someone_in_berlin(paperboy)
    assert chat.speaker
    lab = paperboy.telegram.channel("Lab news", admins=[chat.speaker])
    await chat.ask("/remote")
    yield seen(chat, "telegram-channel-choose", 2, keys=chat.keyboard)
    await chat.choose_chat("channel", lab)
    await chat.reply()
    await chat.reply()
    await chat.ask("/subscribe diffusion")
    yield seen(chat, "telegram-channel", 5)


async def quiet_week(paperboy: TelegramPaperboy) -> Shots:
    chat = await someone_in_berlin(paperboy)
    await chat.ask("/subscribe enzymes")
    for days in range(3, 8):
        await environment.list_papers_of(
            paperboy, environment.NINE + timedelta(days=days), papers.week_after(but="enzym")
        )
        if days in (3, 7):  # the first silence is told in other words
            await paperboy.deliver(environment.NINE + timedelta(days=days))
    yield seen(chat, "telegram-quiet-week", at="09:00")


async def long_day(paperboy: TelegramPaperboy) -> Shots:
    chat = await someone_in_berlin(paperboy)
    await chat.ask("/subscribe LLM agents")
    yield seen(chat, "telegram-subscribe-much", 2, at="08:12")
    for topic in ("diffusion", "reinforcement learning", "vision-language models", "retrieval-augmented generation"):
        await chat.ask(f"/subscribe {topic}")
    await paperboy.deliver(environment.NINE)
    yield seen(chat, "telegram-digest-long", at="09:00")


def someone(paperboy: TelegramPaperboy) -> PrivateChat:
    return paperboy.telegram.private(paperboy.telegram.person("Anna", language="de"))


async def someone_in_berlin(paperboy: TelegramPaperboy) -> PrivateChat:
    chat = someone(paperboy)
    await chat.ask("/when 09:00 Berlin")
    return chat


def anna_and_ben(paperboy: TelegramPaperboy) -> tuple[TelegramUser, TelegramUser]:
    return paperboy.telegram.person("Anna"), paperboy.telegram.person("Ben")


def seen(chat: PrivateChat, name: str, last: int = 1, *, at: str = "09:20", keys: Sequence[Sequence[str]] = ()) -> Shot:
    """The last so many messages of the chat."""
    messages = [each.as_json() for each in chat.history[-last:]]
    return chat_page(name, messages, me=chat.id, below=keyboard_markup(keys) if keys else None, at=at)
