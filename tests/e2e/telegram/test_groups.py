"""Paperboy in a group: it says little, admins alone change things, and what stops its digests stops them kindly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.chats import ChatStatus
from tests.e2e.support.single_platform import august, make_paper
from tests.e2e.support.telegram_env import TelegramPaperboy
from tests.fakes.telegram import FakeTelegram, TelegramGroup, TelegramUser

MONDAY = datetime(2026, 8, 24, 13, tzinfo=UTC)


@pytest.fixture
def group(telegram: FakeTelegram, boss: TelegramUser, member: TelegramUser) -> TelegramGroup:
    return telegram.supergroup("Lab", admins=[boss], members=[member], forum=True)


async def test_answers_about_settings_are_one_line_that_is_edited(
    paperboy: TelegramPaperboy, group: TelegramGroup, boss: TelegramUser
) -> None:
    followed = await group.general.ask("/subscribe diffusion", by=boss)
    assert followed.text == (
        "✓ This group follows diffusion (set by Boss). 2 papers last week; daily 13:00 UTC, without sound."
    )
    before = len(group.messages)
    for label, line in (
        ("Settings", "Settings: daily 13:00 UTC · 5 with summary"),
        ("Layout", "How much of the papers? Every paper comes in any case."),
        ("Titles only", "Settings: daily 13:00 UTC · titles only"),
        ("Zone", "By which city’s clock? Now: daily 13:00 UTC."),
        ("Tokyo", "Settings: daily 09:00 Tokyo · titles only"),
        ("Topics", "1 topic · daily 09:00 Tokyo: diffusion"),
        ("✕ diffusion", "Stopped diffusion. No more digests will come."),
    ):
        await group.press(label, on=followed, by=boss)
        await group.reply()
        assert followed.text == line
    assert len(group.messages) == before


async def test_fourteen_taps_in_settings_are_answered_without_a_wait(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup, boss: TelegramUser
) -> None:
    """The clock stands still, so a tap that had to wait would never be answered."""
    followed = await group.general.ask("/subscribe diffusion", by=boss)
    for label in ("Settings", *("Layout", "Titles only", "Layout", "Full: all with summary") * 3, "Topics"):
        words = followed.text
        await group.press(label, on=followed, by=boss)
        await group.reply()
        assert followed.text != words
    assert len(telegram.calls("editMessageText")) == 14


async def test_what_everybody_reads_is_not_taken_away_by_a_press(
    paperboy: TelegramPaperboy, group: TelegramGroup, boss: TelegramUser
) -> None:
    """Search results and digests stay; what is pressed there is answered to the presser alone."""
    found = await group.general.ask("/search diffusion", by=boss)
    words, screen = found.text, group.general.seen_by(boss)
    await screen.press("Follow diffusion", on=found)
    assert (await screen.reply()).text.startswith("✓ This group follows diffusion")
    assert found.text == words
    assert group.messages == [found]

    await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(MONDAY)
    digest = group.last
    words = digest.text
    await screen.press("Topics and time", on=digest)
    assert (await screen.reply()).text.startswith("1 topic")
    assert digest.text == words
    assert group.messages == [found, digest]


async def test_a_member_is_offered_the_topic_in_private(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup, member: TelegramUser
) -> None:
    refused = await group.general.ask("/subscribe diffusion", by=member)
    assert refused.text == "Topics here are set by admins. You can have it to yourself:"
    payload = refused.button("Follow diffusion privately")["url"].partition("start=")[2]
    private = telegram.private(member)
    shown = await private.ask(f"/start {payload}")
    await private.press("Follow diffusion", on=shown)
    assert (await private.reply()).text.startswith("✓ Following diffusion")
    assert "Nothing is followed here yet." in (await group.general.ask("/topics", by=member)).text


async def test_help_in_a_group_is_short_and_the_rest_opens_in_private(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup, member: TelegramUser
) -> None:
    told = await group.general.ask("/help", by=member)
    assert len(told.text.splitlines()) <= 4
    payload = told.button("All commands")["url"].partition("start=")[2]
    everything = await telegram.private(member).ask(f"/start {payload}")
    assert "/similar ID-or-URL papers like this one" in everything.text


async def test_the_bots_own_name_is_no_part_of_a_topic(
    paperboy: TelegramPaperboy, group: TelegramGroup, boss: TelegramUser, telegram: FakeTelegram
) -> None:
    name = telegram.bot.username
    followed = await group.general.ask(f"/subscribe diffusion@{name}", by=boss)
    assert followed.text.startswith("✓ This group follows diffusion (set by Boss).")
    followed = await group.general.ask(f"/subscribe soft @{name} clustering", by=boss)
    assert followed.text.startswith("✓ This group follows soft clustering (set by Boss).")


async def test_who_left_changes_nothing_any_more(
    paperboy: TelegramPaperboy, group: TelegramGroup, boss: TelegramUser, member: TelegramUser
) -> None:
    followed = await group.general.ask("/subscribe diffusion", by=boss)
    group.room.members[boss.id].status = "left"
    paperboy.clock.move_to(paperboy.clock.now() + timedelta(minutes=2))
    data = followed.button("Undo")["callback_data"]
    group.world.updates.add("callback_query", _press(group, boss, followed.as_json(), data))
    assert ": diffusion" in (await group.general.ask("/topics", by=member)).text


async def test_an_anonymous_admin_sets_topics_and_another_chats_voice_does_not(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup, boss: TelegramUser
) -> None:
    await group.general.say("/subscribe diffusion", anonymous=True, by=boss)
    assert (await group.reply()).text.startswith("✓ This group follows diffusion")
    elsewhere = telegram.channel("Elsewhere", admins=[boss])
    await group.general.say("/unsubscribe all", as_chat=elsewhere, by=boss)
    assert "set by admins" in (await group.reply()).text


async def test_each_topic_of_a_forum_follows_its_own(
    paperboy: TelegramPaperboy, group: TelegramGroup, boss: TelegramUser
) -> None:
    news, chatter = group.topic("News"), group.topic("Chatter")
    await news.ask("/subscribe diffusion", by=boss)
    assert "Nothing is followed here yet." in (await chatter.ask("/topics", by=boss)).text
    await chatter.ask("/subscribe harbour", by=boss)
    await paperboy.list_papers(
        make_paper(11, "Diffusion on Monday", august(24)), make_paper(12, "A Harbour Walk", august(24))
    )
    await paperboy.deliver(MONDAY)
    assert "Diffusion on Monday" in news.last.text
    assert "Harbour Walk" not in news.last.text
    assert "A Harbour Walk" in chatter.last.text


async def test_a_button_of_a_topic_that_telegram_forgot_is_not_taken_for_another_topics(
    paperboy: TelegramPaperboy, group: TelegramGroup, boss: TelegramUser
) -> None:
    await group.general.ask("/subscribe diffusion", by=boss)
    news = group.topic("News")
    followed = await news.ask("/subscribe diffusion", by=boss)
    pressed = await news.press("Undo", on=followed, by=boss, inaccessible=True)
    assert pressed.text == "This button is too old. Please ask again."
    assert ": diffusion" in (await group.general.ask("/topics", by=boss)).text


async def test_a_closed_topic_pauses_tells_its_owner_and_goes_on_when_it_is_reopened(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup, boss: TelegramUser
) -> None:
    private, news = telegram.private(boss), group.topic("News")
    await private.ask("/help")
    await news.ask("/subscribe diffusion", by=boss)
    news.close()
    await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(MONDAY)
    assert (await paperboy.chat(group)).pause_reason == "thread closed"
    assert private.last.text == (
        "I can’t post in Lab › News any more (the topic was closed or deleted). Its topics and settings are kept, and "
        "digests are paused.\n\nWhen it is open again, they go on."
    )
    news.reopen()
    await paperboy.wait_for_status(group, ChatStatus.ACTIVE)
    await paperboy.list_papers(make_paper(12, "Diffusion on Tuesday", august(25)))
    await paperboy.deliver(datetime(2026, 8, 25, 13, tzinfo=UTC))
    assert "Diffusion on Tuesday" in news.last.text


async def test_a_deleted_topic_pauses_only_itself(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup, boss: TelegramUser
) -> None:
    """Telegram tells nobody that a topic was deleted; the next digest finds out, and the others get theirs."""
    private, news = telegram.private(boss), group.topic("News")
    await private.ask("/help")
    for here in (news, group.general):
        await here.ask("/subscribe diffusion", by=boss)
    news.delete()
    await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(MONDAY)
    assert "Diffusion on Monday" in group.general.last.text
    assert "the topic was closed or deleted" in private.last.text


@pytest.mark.parametrize(
    ("stop", "go_on", "why"),
    [
        ("kick_bot", "add_bot", "I was removed"),
        ("mute_bot", "unmute_bot", "I may not write there"),
    ],
)
async def test_its_owner_hears_why_a_group_stopped(
    paperboy: TelegramPaperboy,
    telegram: FakeTelegram,
    group: TelegramGroup,
    boss: TelegramUser,
    stop: str,
    go_on: str,
    why: str,
) -> None:
    private = telegram.private(boss)
    await private.ask("/help")
    await group.general.ask("/subscribe diffusion", by=boss)
    getattr(group, stop)(by=boss)
    await paperboy.wait_for_status(group, ChatStatus.PAUSED)
    await paperboy.deliver()
    assert private.last.text.startswith(f"I can’t post in Lab any more ({why}).")
    assert "they go on by themselves" in private.last.text
    assert "/resume" not in private.last.text
    getattr(group, go_on)(by=boss)
    await paperboy.wait_for_status(group, ChatStatus.ACTIVE)
    await paperboy.list_papers(make_paper(11, "Diffusion on Monday", august(24)))
    await paperboy.deliver(MONDAY)
    assert "Diffusion on Monday" in group.last.text


async def test_a_group_that_became_a_supergroup_keeps_everything(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, boss: TelegramUser
) -> None:
    small = telegram.group("Lab", admins=[boss])
    followed = await small.ask("/subscribe diffusion", by=boss)
    await small.press("Settings", on=followed, by=boss)
    await small.press("Layout", on=await small.reply(), by=boss)
    await small.press("Titles only", on=await small.reply(), by=boss)
    await small.reply()
    large = small.migrate()
    assert "diffusion" in (await large.ask("/topics", by=boss)).text
    assert "titles only" in (await large.ask("/settings", by=boss)).text


def _press(group: TelegramGroup, by: TelegramUser, message: object, data: str) -> dict[str, object]:
    """What somebody's own program may send who is no longer there."""
    return {"id": "1", "from": by.account.as_json(), "message": message, "data": data, "chat_instance": str(-group.id)}


async def test_the_menus_show_seven_commands_each(
    paperboy: TelegramPaperboy, telegram: FakeTelegram, group: TelegramGroup
) -> None:
    await group.general.ask("/topics")
    for scope in ("all_private_chats", "all_chat_administrators"):
        shown = list(telegram.commands(f'{{"type": "{scope}"}}'))
        assert shown == ["subscribe", "topics", "today", "search", "when", "pause", "help"]
    readers = list(telegram.commands('{"type": "all_group_chats"}'))
    assert readers == ["topics", "today", "week", "trending", "search", "why", "help"]
