"""What many chats got before, asked for at once, on both databases."""

from __future__ import annotations

from datetime import timedelta

from bot.ports import Storage
from tests.contracts.factories import TODAY, make_address, make_paper, make_plan, store_chat, store_papers, write_plans

YESTERDAY = TODAY - timedelta(days=1)


async def test_the_newest_editions_of_many_chats_are_those_of_each(storage: Storage) -> None:
    one, two, none = [await store_chat(storage, make_address(name)) for name in ("one", "two", "none")]
    for back in range(9, -1, -1):
        await write_plans(storage, make_plan(one, day=TODAY - timedelta(days=back)))
    await write_plans(storage, make_plan(two, day=YESTERDAY))
    async with storage.read() as work:
        found = await work.outbox.latest_editions([one.id, two.id, none.id, 999])
        assert found == {chat.id: await work.outbox.editions(chat.id) for chat in (one, two)}
        assert [edition.local_day for edition in found[one.id]] == [TODAY - timedelta(days=n) for n in range(7)]
        assert [edition.local_day for edition in (await work.outbox.latest_editions([one.id], 1))[one.id]] == [TODAY]
        assert await work.outbox.latest_editions([]) == {}


async def test_the_last_day_on_which_papers_went_to_many_chats(storage: Storage) -> None:
    one, two, other = [await store_chat(storage, make_address(name)) for name in ("one", "two", "other")]
    await store_papers(storage, *(make_paper(paper) for paper in "123"))
    await write_plans(storage, make_plan(one, ["1"], day=YESTERDAY), make_plan(two, ["1"], day=YESTERDAY))
    await write_plans(storage, make_plan(one, ["2"]), make_plan(other, ["3"]))
    async with storage.read() as work:
        chats = [one.id, two.id, other.id]
        assert await work.outbox.last_sent(chats, ["1", "2"]) == {one.id: TODAY, two.id: YESTERDAY}
        assert await work.outbox.last_sent(chats, ["1"]) == {one.id: YESTERDAY, two.id: YESTERDAY}
        assert await work.outbox.last_sent([two.id], ["1", "2", "3"]) == {two.id: YESTERDAY}
        assert await work.outbox.last_sent([], ["1"]) == await work.outbox.last_sent(chats, []) == {}
