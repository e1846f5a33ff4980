"""The daily post: quiet, whole, put right for a day, and what can be done from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from adapters.slack.capabilities import SLACK
from adapters.slack.platform import SlackPlatform
from bot.delivery.dispatcher import OutboxDispatcher
from bot.delivery.message_refresh import MessageRefresher
from bot.ingest.ingestor import Ingestor
from bot.jobs import DigestJobs
from bot.papers import Paper
from tests.e2e.support.assertions import slack_digests
from tests.e2e.support.single_platform import august, make_paper
from tests.e2e.support.slack_env import SlackPaperboy, morning, paper_titles
from tests.fakes.slack import SlackChannel, SlackMessage, SlackUser, refused, too_many

NASTY = "<!channel> <@U003BENXXX> <https://evil.example|Free> *Diffusion* _for_ `all` & :smile:"


async def follows(anna: SlackUser, channel: SlackChannel, *topics: str) -> None:
    await anna.invite(channel)
    for topic in topics:
        await anna.command(channel, f"/papers subscribe {topic}")
        await anna.sees(f"This channel follows {topic}", channel)


def diffusion(count: int, first: int = 20) -> list[Paper]:
    return [make_paper(first + n, f"Diffusion Number {n}", august(24), upvotes=50 - n) for n in range(count)]


async def test_up_to_seven_papers_stand_wholly_in_the_post(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await follows(anna, channel, "diffusion", "harbour")
    await on_slack.list_papers(*diffusion(5))
    await on_slack.deliver(morning(24))
    (post,) = slack_digests(channel)
    assert len(paper_titles(post)) == 7
    assert post.replies == []
    assert post.shown.startswith("7 new papers · Mon 24 Aug · diffusion 6, harbour 1")
    assert post.notification.startswith("7 new papers on diffusion and harbour: Diffusion Number 0")
    assert {block["type"] for block in post.blocks} <= {"section", "actions", "context"}
    assert all(block["expand"] for block in post.blocks if block["type"] == "section")
    assert sum(block["type"] == "context" for block in post.blocks) <= 1
    assert post.options["unfurl_links"] is post.options["unfurl_media"] is False
    assert {"Abstract", "Save for me", "Discuss in channel", "Why is it here?", "Fewer like this"} == set(post.menu)


async def test_a_hundred_papers_fill_a_thread_within_slacks_limits(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    """The fake refuses what Slack refuses: 50 blocks, 3,000 characters a section, 13,200 in all."""
    await follows(anna, channel, "diffusion")
    long = "of a very long name " * 12
    many = [make_paper(100 + n, f"Diffusion {long}{n}", august(24), upvotes=n) for n in range(100)]
    await on_slack.list_papers(*(replace(each, tldr="It says a lot. " * 60) for each in many))
    await on_slack.deliver(morning(24))
    post = slack_digests(channel)[0]
    shown = [link.url for message in (post, *post.replies) for link in message.links if "/2608.001" in link.url]
    assert len(set(shown)) == 100
    assert len(slack_digests(channel)) == 1
    with_summary = [reply for reply in post.replies if reply.menu]
    assert len(with_summary) >= 95 // 12
    assert all(len(paper_titles(reply)) <= 12 for reply in with_summary)


async def test_a_rate_limit_amid_a_thread_loses_nothing(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await follows(anna, channel, "diffusion")
    await on_slack.list_papers(*diffusion(30))
    on_slack.slack.fail("chat.postMessage", too_many(30), times=2, when=lambda call: bool(call.args.get("thread_ts")))
    await on_slack.deliver(morning(24))
    (post,) = slack_digests(channel)
    assert len(paper_titles(post)) == 31
    in_thread = [title for message in post.replies for title in paper_titles(message)]
    assert sorted(in_thread) == sorted(paper_titles(post)[5:])


async def test_nothing_in_a_title_pings_links_or_formats(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await follows(anna, channel, "diffusion")
    await on_slack.list_papers(make_paper(30, NASTY, august(24), upvotes=99))
    await on_slack.deliver(morning(24))
    (post,) = slack_digests(channel)
    await anna.press(post, "Discuss in channel", within="evil.example")
    await anna.sees("Anna brings up", channel)
    await anna.press(post, "Abstract", within="evil.example")
    await on_slack.slack.until(lambda: anna.modals, "the abstract")
    for message in slack_digests(channel):
        assert message.pings == []
        assert all("evil.example" not in link.url for link in message.links)
    assert "evil.example" not in str([link for link in anna.modal.blocks if "<https://evil" in str(link)])


async def test_one_paper_is_put_before_everybody(
    on_slack: SlackPaperboy, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    await follows(anna, channel, "diffusion")
    await on_slack.deliver(morning(24))
    (post,) = slack_digests(channel)
    await ben.press(post, "Discuss in channel", within="1.")
    brought = await anna.sees("Ben brings up:", channel)
    assert isinstance(brought, SlackMessage)
    assert brought.ephemeral_for is None
    assert paper_titles(brought) == ["Diffusion Models for <!channel> & ∗Other∗ Maps"]
    assert brought.thread_ts is None


async def test_why_and_fewer_like_this_are_for_the_presser_alone(
    on_slack: SlackPaperboy, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    await follows(anna, channel, "diffusion")
    await on_slack.deliver(morning(24))
    (post,) = slack_digests(channel)
    await ben.press(post, "Why is it here?", within="1.")
    await on_slack.slack.until(lambda: ben.modals, "the reason")
    assert "diffusion" in ben.modal.shown
    await ben.close(ben.modal)
    await ben.press(post, "Fewer like this", within="1.")
    offered = await ben.sees("what shall I propose to keep out of the digests here?")
    assert isinstance(offered, SlackMessage)
    assert offered.ephemeral_for == ben.id
    await ben.press(offered, "Mira Aldous (2)")
    proposed = await anna.sees("Ben proposes to keep", channel)
    assert isinstance(proposed, SlackMessage)
    assert (proposed.ephemeral_for, (await on_slack.chat(channel)).settings.muted) == (None, ())
    await anna.press(proposed, "Keep it out")
    muted = await ben.sees("✓ Muted", channel)
    assert isinstance(muted, SlackMessage)
    assert muted.ephemeral_for is None
    assert (await on_slack.chat(channel)).settings.muted == ('author:"Mira Aldous"',)
    assert post.edits == 0


async def test_the_abstract_comes_as_a_message_where_no_window_can_be_opened(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await follows(anna, channel, "diffusion")
    await on_slack.deliver(morning(24))
    on_slack.slack.fail("views.open", refused("expired_trigger_id"))
    await anna.press(slack_digests(channel)[0], "Abstract", within="1.")
    card = await anna.sees("Mira Aldous, Tom Brandt")
    assert isinstance(card, SlackMessage)
    assert card.ephemeral_for == anna.id


async def test_in_the_window_of_a_paper_its_buttons_work(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await follows(anna, channel, "diffusion")
    await on_slack.deliver(morning(24))
    await anna.press(slack_digests(channel)[0], "Abstract", within="1.")
    await on_slack.slack.until(lambda: anna.modals, "the abstract")
    await anna.press(anna.modal, "Save")
    await anna.sees("aved")
    await anna.command(channel, "/papers saved")
    kept = await anna.sees("eading list", channel)
    assert isinstance(kept, SlackMessage)
    assert paper_titles(kept) == ["Diffusion Models for <!channel> & ∗Other∗ Maps"]
    assert "Post to channel" not in kept.buttons


async def test_what_one_was_shown_is_shared_on_purpose_alone(
    on_slack: SlackPaperboy, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    await anna.invite(channel)
    await anna.command(channel, "/papers search clustering")
    found = await anna.sees("Soft Clustering", channel)
    assert isinstance(found, SlackMessage)
    assert slack_digests(channel) == []
    await anna.press(found, "Post to channel")
    shared = await ben.sees("Anna shares:", channel)
    assert "Soft Clustering in Little Memory" in shared.shown
    assert isinstance(shared, SlackMessage)
    assert shared.notification.startswith("Soft Clustering in Little Memory")
    assert "Post to channel" not in shared.shown
    await anna.command(channel, "/papers topics")
    told = await anna.sees("Nothing is followed here yet", channel)
    assert "Post to channel" not in told.shown


async def test_a_post_stays_true_for_a_day(on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel) -> None:
    """Edited in its place: nobody is told, nothing is posted."""
    await follows(anna, channel, "diffusion")
    many = diffusion(14)
    await on_slack.list_papers(*many)
    current = MessageRefresher(on_slack.storage, {SLACK: on_slack.platform})
    await on_slack.deliver(morning(24))
    post, reply = slack_digests(channel)[0], slack_digests(channel)[0].replies[0]
    begun = on_slack.clock.now()

    async def later(hours: float, *changed: Paper) -> int:
        on_slack.clock.move_to(begun + timedelta(hours=hours))
        await on_slack.list_papers(*changed)
        async with on_slack.clock.auto_advancing():
            return await current.refresh(on_slack.clock.now())

    assert await later(0) == 0
    assert await later(1, replace(many[0], upvotes=70)) == 1
    assert "▲ 70" in post.shown
    assert await later(2) == 0
    last = replace(many[13], code_url="https://github.com/a/b", comments=4)
    assert await later(3, last) == 2
    assert "4 comments" in reply.shown
    assert "code" in reply.shown
    assert await later(4, make_paper(80, "Something else", august(24))) == 0
    assert (post.edits, reply.edits) == (2, 1)
    assert len(slack_digests(channel)) == 1
    assert paper_titles(post)[0] == "Diffusion Number 0"
    assert await later(25, replace(many[0], upvotes=99)) == 0, "a day later it stays as it is"


async def test_an_edit_that_slack_refuses_is_no_misfortune(
    on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel
) -> None:
    await follows(anna, channel, "diffusion")
    await on_slack.list_papers(*diffusion(2))
    current = MessageRefresher(on_slack.storage, {SLACK: on_slack.platform})
    await current.refresh(on_slack.clock.now())
    await on_slack.deliver(morning(24))
    on_slack.clock.move_to(morning(24) + timedelta(hours=2))
    await on_slack.list_papers(replace(diffusion(1)[0], upvotes=77))
    on_slack.slack.fail("chat.update", refused("ratelimited"))
    async with on_slack.clock.auto_advancing():
        assert await current.refresh(on_slack.clock.now()) == 0
    assert (await on_slack.chat(channel)).status.value == "active"


def test_slack_edits_quietly() -> None:
    assert SlackPlatform.capabilities.silent_edits


async def test_a_person_alone_gets_the_same_care(on_slack: SlackPaperboy, anna: SlackUser) -> None:
    await anna.dm("subscribe diffusion")
    await anna.sees("✓ Following diffusion")
    await on_slack.list_papers(*diffusion(3))
    await on_slack.deliver(morning(24))
    digest = anna.dms[-1]
    assert digest.shown.startswith("4 papers for you · Mon 24 Aug")
    assert digest.notification.startswith("4 papers for you: Diffusion Number 0")
    assert "Discuss in channel" not in digest.menu
    await anna.press(digest, "Abstract", within="2.")
    await on_slack.slack.until(lambda: anna.modals, "the abstract")
    await anna.press(anna.modal, "Save")
    await anna.sees("aved")
    await anna.press(digest, "⚙ 1 topic · 09:00")
    await on_slack.slack.until(lambda: "Topics" in anna.modal.fields, "the form")


async def test_a_second_topic_of_a_channel_joins_its_post(
    on_slack: SlackPaperboy, anna: SlackUser, ben: SlackUser, channel: SlackChannel
) -> None:
    await follows(anna, channel, "diffusion")
    await ben.command(channel, "/papers subscribe clustering")
    await ben.sees("This channel follows clustering", channel)
    both = make_paper(40, "Clustering by Diffusion", august(24), upvotes=90)
    await on_slack.list_papers(*diffusion(1), both)
    await on_slack.deliver(morning(24))
    (post,) = slack_digests(channel)
    assert paper_titles(post).count("Clustering by Diffusion") == 1
    assert "diffusion + clustering" in post.shown or "clustering + diffusion" in post.shown


class SilentIngestor:
    """Sources that have nothing new."""

    async def poll(self, now: datetime) -> None:
        return None


async def test_every_hour_keeps_the_posts_true(on_slack: SlackPaperboy, anna: SlackUser, channel: SlackChannel) -> None:
    await follows(anna, channel, "diffusion")
    platforms = {SLACK: on_slack.platform}
    dispatcher = OutboxDispatcher(on_slack.storage, platforms, on_slack.clock, "me")
    ingestor = cast(Ingestor, SilentIngestor())
    jobs = DigestJobs(ingestor, on_slack.storage, on_slack.index, platforms, dispatcher)
    await on_slack.list_papers(*diffusion(1))
    await on_slack.deliver(morning(24))
    await jobs.refresh_sent(on_slack.clock.now())
    on_slack.clock.move_to(on_slack.clock.now() + timedelta(hours=1))
    await on_slack.list_papers(replace(diffusion(1)[0], upvotes=88))
    async with on_slack.clock.auto_advancing():
        await jobs.refresh_sent(on_slack.clock.now())
    assert "▲ 88" in slack_digests(channel)[0].shown
