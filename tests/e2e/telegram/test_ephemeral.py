"""In a group the answers about settings are seen by the one who asked alone, where Telegram and its server allow it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from tests.e2e.support.ephemeral_messages import FOLLOWED, MONDAY, tap_through, wait_for_menus
from tests.e2e.support.single_platform import august, make_paper
from tests.e2e.support.telegram_env import TelegramPaperboy
from tests.fakes.telegram import FakeTelegram, TelegramGroup, TelegramUser


async def test_topics_and_settings_are_talked_about_unseen(
    paperboy: TelegramPaperboy,
    telegram: FakeTelegram,
    group: TelegramGroup,
    screen: TelegramGroup,
    member: TelegramUser,
) -> None:
    """Typed, answered and tapped through in one message that nobody else sees; the digest comes for everybody."""
    await wait_for_menus(telegram)
    followed = await screen.ask("/subscribe diffusion")
    assert followed.text == FOLLOWED
    await tap_through(
        screen,
        followed,
        ("Settings", "Settings: daily 13:00 UTC · 5 with summary"),
        ("Layout", "How much of the papers? Every paper comes in any case."),
        ("Titles only", "Settings: daily 13:00 UTC · titles only"),
        ("Zone", "By which city’s clock? Now: daily 13:00 UTC."),
        ("Tokyo", "Settings: daily 09:00 Tokyo · titles only"),
        ("Topics", "1 topic · daily 09:00 Tokyo: diffusion"),
    )
    assert group.history == group.seen_by(member).history == []
    await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(datetime(2026, 8, 25, tzinfo=UTC))
    assert [message.text.splitlines()[0] for message in group.messages] == ["2 new papers · Tue 25 Aug · diffusion"]


async def test_reading_is_for_everybody(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup, member: TelegramUser
) -> None:
    await wait_for_menus(telegram)
    reader = group.seen_by(member)
    for asked in ("/today", "/search diffusion"):
        assert await reader.ask(asked) is group.last
    assert "Nothing is followed here yet." in (await reader.ask("/topics")).text
    assert len(group.messages) == 2


async def test_words_in_reply_to_what_one_sees_alone_are_a_search_seen_alone(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup, screen: TelegramGroup
) -> None:
    await wait_for_menus(telegram)
    shown = await screen.ask("/topics")
    await screen.say("clustering", reply_to=shown)
    assert "Soft Clustering in Little Memory" in (await screen.reply()).text
    assert group.history == []


async def test_a_digests_buttons_answer_the_presser_alone(
    paperboy: TelegramPaperboy,
    telegram: FakeTelegram,
    group: TelegramGroup,
    screen: TelegramGroup,
    boss: TelegramUser,
    member: TelegramUser,
) -> None:
    await wait_for_menus(telegram)
    await screen.ask("/subscribe diffusion")
    await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(MONDAY)
    digest, reader = group.last, group.seen_by(member)
    for here in (screen, reader):
        await here.press("Topics and time", on=digest)
        assert (await here.reply()).text == "1 topic · daily 13:00 UTC: diffusion"
    assert group.messages == [digest]
    refused = await reader.press("✕ diffusion")
    assert refused.text == "Only admins can change this."
    assert "In a private chat with me you can have your own." in (await reader.reply()).text
    await screen.press("✕ diffusion")
    assert "Stopped diffusion." in (await screen.reply()).text


async def test_a_member_who_presses_what_only_admins_may_is_offered_the_topic_alone(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup, member: TelegramUser
) -> None:
    found = await group.ask("/search diffusion", by=member)
    reader = group.seen_by(member)
    assert (await reader.press("Follow diffusion", on=found)).text == "Only admins can change this."
    offered = await reader.reply()
    assert offered.text == "Topics here are set by admins. You can have it to yourself:"
    assert "start=" in offered.button("Follow diffusion privately")["url"]
    assert group.messages == [found]


async def test_the_introduction_is_for_everybody_and_choosing_is_not(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, boss: TelegramUser
) -> None:
    group = telegram.supergroup("New", admins=[boss], with_bot=False)
    group.add_bot(by=boss)
    hello = await group.reply()
    screen = group.seen_by(boss)
    await screen.press("Choose (admins)", on=hello)
    choosing = await screen.reply()
    await screen.press("Diffusion", on=choosing)
    assert await screen.reply() is choosing
    assert "Following: diffusion" in choosing.text
    assert group.messages == [hello]


async def test_a_bot_that_is_an_admin_answers_alone_what_was_asked_aloud(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup, screen: TelegramGroup, boss: TelegramUser
) -> None:
    """By an older phone, or since the command is in no menu; a file as well."""
    group.promote_bot(by=boss)
    await group.say("/subscribe diffusion", by=boss)
    assert (await screen.reply()).text == FOLLOWED
    await screen.ask("/save 2608.00001")
    await screen.ask("/export bibtex")
    file = await screen.reply()
    assert file.document
    assert b"Tidal" in file.document.content
    assert group.messages == []


async def test_in_a_forum_it_stays_in_its_topic(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, boss: TelegramUser, member: TelegramUser
) -> None:
    await wait_for_menus(telegram)
    forum = telegram.supergroup("Forum", admins=[boss], members=[member], forum=True)
    news, chatter = forum.topic("News").seen_by(boss), forum.topic("Chatter").seen_by(boss)
    await news.ask("/subscribe diffusion")
    assert "Nothing is followed here yet." in (await chatter.ask("/topics")).text
    shown = await news.ask("/topics")
    await tap_through(news, shown, ("✕ diffusion", "Stopped diffusion. No more digests will come."))
    assert chatter.messages != news.messages
    assert forum.messages == []


async def test_who_writes_in_the_groups_name_is_answered_aloud(
    paperboy: TelegramPaperboy, group: TelegramGroup, screen: TelegramGroup, boss: TelegramUser
) -> None:
    await screen.say("/subscribe diffusion", anonymous=True)
    assert (await group.reply()).text.startswith("✓ This group follows diffusion")


async def test_taken_away_by_the_person_it_comes_anew(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup, screen: TelegramGroup
) -> None:
    await wait_for_menus(telegram)
    shown = await screen.ask("/subscribe diffusion")
    held = telegram.hold_next("answerCallbackQuery")
    pressing = asyncio.create_task(screen.press("Settings", on=shown))
    await held.arrived()
    screen.dismiss(shown)
    held.release()
    await pressing
    anew = await screen.reply()
    assert anew is not shown
    await tap_through(screen, anew, ("Layout", "How much of the papers? Every paper comes in any case."))
    assert group.messages == []


async def test_two_quick_taps_are_one_and_two_messages_are_two(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup, screen: TelegramGroup
) -> None:
    """They have no number among the group's messages, and are told apart all the same."""
    await wait_for_menus(telegram)
    first, second = await screen.ask("/subscribe diffusion"), await screen.ask("/subscribe clustering")
    held = telegram.hold_next("answerCallbackQuery")
    presses = [asyncio.create_task(screen.press("Settings", on=message)) for message in (first, first, second)]
    await held.arrived()
    held.release()
    await asyncio.gather(*presses)
    await screen.reply()
    await screen.reply()
    assert first.text == second.text == "Settings: daily 13:00 UTC · 5 with summary"
    assert len(telegram.calls("editEphemeralMessageText")) == 2
    assert group.messages == []


async def test_an_unchanged_message_is_no_mistake(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup, screen: TelegramGroup
) -> None:
    await wait_for_menus(telegram)
    shown = await screen.ask("/subscribe diffusion")
    for label in ("Settings", "Days"):
        await screen.press(label, on=shown)
        await screen.reply()
    assert (await screen.press("✓ Every day", on=shown)).text == "Changed."
    await tap_through(screen, shown, ("‹ Settings", "Settings: daily 13:00 UTC · 5 with summary"))
    assert [call.refused for call in telegram.calls("editEphemeralMessageText")].count("") == 3
    assert [message.by_bot for message in screen.history] == [False, True]
