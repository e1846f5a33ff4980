"""What the subscription repository promises, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from adapters.local.capabilities import LOCAL
from bot.chats import Chat, ChatKind
from bot.matching import Verdict
from bot.ports import Candidate, FollowedTopic, Storage
from bot.topics.formatter import format_topic
from bot.topics.parser import parse
from tests.contracts.factories import (
    NOW,
    REASONS,
    TODAY,
    follow_topics,
    make_address,
    make_decision,
    make_paper,
    make_plan,
    store_chat,
    store_decisions,
    store_papers,
    write_plans,
)

YESTERDAY = TODAY - timedelta(days=1)


async def behind(storage: Storage, revision: int = 100, rule: int = 1) -> list[FollowedTopic]:
    async with storage.read() as work:
        return await work.subscriptions.lagging_topics(revision, rule)


async def topic_id(storage: Storage, text: str) -> int:
    [state] = [state for state in await behind(storage, 10**6, 99) if state.text == format_topic(parse(text))]
    return state.id


async def reached(storage: Storage, rule: int = 1) -> int | None:
    async with storage.read() as work:
        return await work.subscriptions.lowest_decided_revision(rule)


async def mark_decided_to(storage: Storage, state: FollowedTopic, revision: int) -> None:
    async with storage.write() as work:
        await work.subscriptions.store_decisions([], {state.id: revision}, rule_version=1)
        await work.commit()


async def candidates(storage: Storage, *chats: Chat, today: date = TODAY) -> Mapping[int, list[Candidate]]:
    async with storage.read() as work:
        return await work.subscriptions.candidates([chat.id for chat in chats], today, {LOCAL})


async def texts(storage: Storage, chat: Chat) -> list[tuple[int, str]]:
    async with storage.read() as work:
        return [(each.number, format_topic(each.topic)) for each in await work.subscriptions.of_chat(chat.id)]


async def test_topics_are_numbered_in_the_order_they_were_added(storage: Storage) -> None:
    chat = await store_chat(storage)
    await follow_topics(storage, chat, "diffusion", "clustering OR upvotes>=20", '"diffusion policy"')
    async with storage.write() as work:
        again, new = await work.subscriptions.follow(chat.id, parse("diffusion"), day=TODAY, at=NOW, by="ada")
        other, other_new = await work.subscriptions.follow(
            chat.id, parse("title:agents"), day=YESTERDAY, at=NOW, by="ada"
        )
        await work.commit()
    assert (again.number, new, again.added_by) == (1, False, "")
    assert (other.number, other_new, other.added_by, other.added_on, other.added_at) == (
        4,
        True,
        "ada",
        YESTERDAY,
        NOW,
    )
    async with storage.write() as work:
        await work.subscriptions.unfollow([again.id])
        await work.commit()
    assert [number for number, _ in await texts(storage, chat)] == [1, 2, 3]
    assert (await texts(storage, chat))[2] == (3, format_topic(parse("title:agents")))


async def test_a_topic_as_long_as_a_message(storage: Storage) -> None:
    chat = await store_chat(storage)
    long = '"' + "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(990)) + '"'
    await follow_topics(storage, chat, long)
    assert await texts(storage, chat) == [(1, format_topic(parse(long)))]


async def test_twenty_simultaneous_follows_from_one_chat_are_all_kept(storage: Storage) -> None:
    chat = await store_chat(storage)
    await asyncio.gather(*(follow_topics(storage, chat, f"topic {word}") for word in "abcdefghijklmnopqrst"))
    assert len(await texts(storage, chat)) == 20


async def test_simultaneous_follows_of_one_topic_are_one(storage: Storage) -> None:
    chats = [await store_chat(storage, make_address(str(n))) for n in range(3)]
    await asyncio.gather(*(follow_topics(storage, chat, "diffusion") for chat in chats * 4))
    assert [len(await texts(storage, chat)) for chat in chats] == [1, 1, 1]
    assert len(await behind(storage)) == 1


async def test_the_topics_of_many_chats_at_once(storage: Storage) -> None:
    one, two = await store_chat(storage, make_address("1")), await store_chat(storage, make_address("2"))
    await follow_topics(storage, one, "diffusion")
    async with storage.read() as work:
        found = await work.subscriptions.of_chats([one.id, two.id])
    assert {chat: len(topics) for chat, topics in found.items()} == {one.id: 1, two.id: 0}


async def test_followed_topics_are_behind_until_decided_by_this_rule(storage: Storage) -> None:
    chat = await store_chat(storage)
    [subscription] = await follow_topics(storage, chat, "diffusion")
    [state] = await behind(storage)
    assert (state.text, state.decided_revision) == ("diffusion", 0)
    await mark_decided_to(storage, state, 7)
    assert await behind(storage, 7) == []
    assert [each.decided_revision for each in await behind(storage, 8)] == [7]
    assert [(each.decided_revision, each.rule) for each in await behind(storage, 7, rule=2)] == [(7, 1)]
    await mark_decided_to(storage, state, 6)
    assert await behind(storage, 7) == []
    async with storage.write() as work:
        await work.subscriptions.unfollow([subscription])
        await work.commit()
    assert await behind(storage, 8) == []


async def test_how_far_the_last_of_the_followed_topics_is(storage: Storage) -> None:
    chat = await store_chat(storage)
    assert await reached(storage) is None
    await follow_topics(storage, chat, "diffusion", "clustering")
    await store_papers(storage, make_paper("1"), make_paper("2"))
    first, second = await behind(storage)
    assert await reached(storage) == 0
    await mark_decided_to(storage, first, 2)
    await mark_decided_to(storage, second, 1)
    assert await reached(storage) == 1
    await mark_decided_to(storage, second, 2)
    assert await reached(storage) is None
    assert await reached(storage, rule=2) == 0


async def test_topics_that_are_behind_come_page_by_page(storage: Storage) -> None:
    chat = await store_chat(storage)
    await follow_topics(storage, chat, *(f"topic{n}" for n in range(5)))
    seen: list[FollowedTopic] = []
    async with storage.read() as work:
        while page := await work.subscriptions.lagging_topics(1, 1, seen[-1].id if seen else 0, 2):
            assert len(page) <= 2
            seen += page
    assert [state.text for state in seen] == [f"topic{n}" for n in range(5)]


async def test_who_decides_a_page_is_given_no_topic_that_stands_before_it(storage: Storage) -> None:
    chat = await store_chat(storage)
    await follow_topics(storage, chat, "first", "second", "new")
    first, second, new = await behind(storage)
    await mark_decided_to(storage, first, 3)
    await mark_decided_to(storage, second, 5)
    async with storage.read() as work:
        assert [each.text for each in await work.subscriptions.lagging_topics(9, 1, since=3)] == ["first", "second"]
        assert [each.text for each in await work.subscriptions.lagging_topics(5, 1, since=0)] == ["first", "new"]
        assert [each.text for each in await work.subscriptions.lagging_topics(9, 2, since=1)] == []
        assert len(await work.subscriptions.lagging_topics(9, 2, since=0)) == 3
    assert (new.decided_revision, new.rule) == (0, 0)


async def test_only_topics_that_stand_as_they_were_read_are_held(storage: Storage) -> None:
    chat = await store_chat(storage)
    await follow_topics(storage, chat, "first", "second")
    read = await behind(storage)
    await mark_decided_to(storage, read[0], 3)
    async with storage.write() as work:
        assert await work.subscriptions.hold(read) == {read[1].id}
        assert await work.subscriptions.hold([]) == frozenset()
        assert await work.subscriptions.hold([replace(read[1], id=10**6)]) == frozenset()


async def test_a_topic_is_held_until_whoever_holds_it_ends(storage: Storage) -> None:
    chat = await store_chat(storage)
    await follow_topics(storage, chat, "first")
    read = await behind(storage)
    async with storage.write() as work:
        assert await work.subscriptions.hold(read) == {read[0].id}
        late = asyncio.create_task(held(storage, read))
        await asyncio.sleep(0.05)
        await work.subscriptions.store_decisions([], {read[0].id: 3}, rule_version=1)
        await work.commit()
    assert await late == frozenset()


async def held(storage: Storage, read: Sequence[FollowedTopic]) -> frozenset[int]:
    async with storage.write() as work:
        return await work.subscriptions.hold(read)


async def test_what_calls_a_topic_up_is_kept_with_the_rule_that_made_it(storage: Storage) -> None:
    chat = await store_chat(storage)
    await follow_topics(storage, chat, "diffusion", "upvotes>=3", "clustering")
    words, anything, unknown = await behind(storage)
    assert (unknown.trigger_terms, unknown.trigger_rule_version) == (None, 0)
    async with storage.write() as work:
        await work.subscriptions.store_trigger_terms(
            {words.id: "diffusion\nmodèle größe", anything.id: None}, rule_version=3
        )
        await work.subscriptions.store_trigger_terms({}, rule_version=4)
        await work.commit()
    kept = [(state.trigger_terms, state.trigger_rule_version) for state in await behind(storage)]
    assert kept == [("diffusion\nmodèle größe", 3), (None, 3), (None, 0)]


async def test_decisions_of_other_topics_between_are_not_among_those_asked_for(storage: Storage) -> None:
    chat = await store_chat(storage)
    await follow_topics(storage, chat, "first", "second", "third")
    await store_papers(storage, make_paper("1"))
    ids = [state.id for state in await behind(storage)]
    await store_decisions(storage, *(make_decision(topic, "1") for topic in ids))
    async with storage.read() as work:
        stored = await work.subscriptions.stored_decisions([ids[0], ids[2]], ["1"])
    assert sorted(each.topic_id for each in stored) == [ids[0], ids[2]]


async def test_decisions_are_kept_and_a_no_is_the_absence_of_one(storage: Storage) -> None:
    chat = await store_chat(storage)
    await follow_topics(storage, chat, "diffusion")
    topic = await topic_id(storage, "diffusion")
    await store_papers(storage, make_paper("yes"), make_paper("not yet"), make_paper("no"))
    first = [
        make_decision(topic, "yes"),
        make_decision(topic, "not yet", Verdict.NOT_YET),
        make_decision(topic, "no", Verdict.NO),
        make_decision(topic, "unknown paper"),
        make_decision(topic + 1000, "yes"),
    ]
    await store_decisions(storage, *first)
    async with storage.read() as work:
        stored = await work.subscriptions.stored_decisions([topic], ["yes", "not yet", "no", "unknown paper"])
    assert sorted(stored, key=lambda each: each.paper_id) == [first[1], first[0]]
    changed = [make_decision(topic, "yes", Verdict.NO), make_decision(topic, "not yet", rose=True)]
    await store_decisions(storage, *changed)
    async with storage.read() as work:
        assert await work.subscriptions.stored_decisions([topic], ["yes", "not yet"]) == [changed[1]]
        assert await work.subscriptions.stored_decisions([], ["yes"]) == []
        assert await work.subscriptions.stored_decisions([topic], []) == []


async def prepared(storage: Storage, chat: Chat, *papers: str, text: str = "diffusion") -> int:
    """The chat follows the topic from today; the papers, listed today, match it."""
    await follow_topics(storage, chat, text)
    await store_papers(storage, *(make_paper(paper) for paper in papers))
    topic = await topic_id(storage, text)
    await store_decisions(storage, *(make_decision(topic, paper) for paper in papers))
    return topic


async def test_a_candidate_comes_with_every_topic_it_matches(storage: Storage) -> None:
    chat, other = await store_chat(storage), await store_chat(storage, make_address("other"))
    await prepared(storage, chat, "1", "2", text="clustering")
    await prepared(storage, chat, "2", text="diffusion")
    found = await candidates(storage, chat, other)
    assert found[other.id] == []
    assert [(each.paper.id, [text for text, _ in each.topics]) for each in found[chat.id]] == [
        ("1", ["clustering"]),
        ("2", ["clustering", "diffusion"]),
    ]
    assert found[chat.id][0].topics[0][1] == REASONS
    assert not found[chat.id][0].late_match


async def test_what_was_sent_or_is_on_its_way_is_no_candidate(storage: Storage) -> None:
    chat, other = await store_chat(storage), await store_chat(storage, make_address("other"))
    await prepared(storage, chat, "1", "2")
    await follow_topics(storage, other, "diffusion")
    await write_plans(storage, make_plan(chat, ["1"]))
    found = await candidates(storage, chat, other)
    assert [each.paper.id for each in found[chat.id]] == ["2"]
    assert [each.paper.id for each in found[other.id]] == ["1", "2"]


async def test_papers_from_before_the_topic_or_the_pause_are_no_candidates(storage: Storage) -> None:
    chat = await store_chat(storage, eligible_from=YESTERDAY)
    paused = await store_chat(storage, make_address("paused"), eligible_from=TODAY)
    await store_papers(
        storage,
        make_paper("new"),
        make_paper("old", listed_on=YESTERDAY),
        make_paper("older", listed_on=date(2026, 8, 1)),
    )
    await follow_topics(storage, chat, "diffusion", day=date(2026, 8, 1))
    await follow_topics(storage, chat, "clustering", day=TODAY)
    await follow_topics(storage, paused, "diffusion", day=date(2026, 8, 1))
    for text in ("diffusion", "clustering"):
        topic = await topic_id(storage, text)
        await store_decisions(storage, *(make_decision(topic, paper) for paper in ("new", "old", "older")))
    found = await candidates(storage, chat, paused)
    assert [(each.paper.id, len(each.topics)) for each in found[chat.id]] == [("old", 1), ("new", 2)]
    assert [each.paper.id for each in found[paused.id]] == ["new"]


async def test_only_a_yes_makes_a_candidate_and_a_late_riser_has_seven_days(storage: Storage) -> None:
    chat = await store_chat(storage)
    topic = await prepared(storage, chat)
    await store_papers(storage, make_paper("rose"), make_paper("waits"))
    await store_decisions(
        storage, make_decision(topic, "rose", rose=True), make_decision(topic, "waits", Verdict.NOT_YET)
    )
    for days, expected in ((0, ["rose"]), (7, ["rose"]), (8, [])):
        found = await candidates(storage, chat, today=TODAY + timedelta(days=days))
        assert [each.paper.id for each in found[chat.id] if each.late_match] == expected


async def test_a_paper_that_rose_in_one_topic_only_did_not_rise(storage: Storage) -> None:
    chat = await store_chat(storage)
    topic = await prepared(storage, chat, "1", text="clustering")
    await prepared(storage, chat, "1", text="diffusion")
    await store_decisions(storage, make_decision(topic, "1", rose=True))
    [candidate] = (await candidates(storage, chat))[chat.id]
    assert (len(candidate.topics), candidate.late_match) == (2, False)


async def test_the_sample_is_for_some_platforms_alone(storage: Storage) -> None:
    chat = await store_chat(storage)
    local = await store_chat(storage, make_address(platform=LOCAL), kind=ChatKind.LOCAL)
    await store_papers(storage, make_paper("sample", sample=True))
    for each in (chat, local):
        await follow_topics(storage, each, "diffusion")
    await store_decisions(storage, make_decision(await topic_id(storage, "diffusion"), "sample"))
    found = await candidates(storage, chat, local)
    assert [len(found[chat.id]), len(found[local.id])] == [0, 1]
