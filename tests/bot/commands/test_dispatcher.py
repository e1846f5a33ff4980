"""From a call to a view, whatever happens in between."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.local.capabilities import LOCAL
from adapters.slack.capabilities import SLACK
from adapters.telegram.capabilities import TELEGRAM
from bot.calls import CommandCall
from bot.chats import ChatAddress, ChatDefaults, PersonAddress
from bot.commands.core.command import Command, CommandContext, find_command, find_typed_command
from bot.commands.dispatcher import CommandDispatcher
from bot.commands.registry import COMMANDS, get_command, offered_names
from bot.i18n import t
from bot.rendering.notes import sample_notice
from bot.views import Banner, Buttons, InputErrorBlock, View
from paperboy.platforms import CAPABILITIES
from tests.bot.commands.conftest import CommandEnvironment
from tests.bot.commands.plain_renderer import buttons_of, label_of, render_text
from tests.bot.commands.sample_archive import ARCHIVE, make_listings
from tests.bot.commands.simulated_user import SimulatedUser

pytestmark = pytest.mark.long(30)

CONTRACT = [
    "start",
    "help",
    "subscribe",
    "follow",
    "unsubscribe",
    "unfollow",
    "topics",
    "today",
    "date",
    "week",
    "month",
    "trending",
    "search",
    "paper",
    "similar",
    "why",
    "when",
    "settings",
    "pause",
    "resume",
    "status",
    "save",
    "saved",
    "export",
    "mydata",
    "forget",
    "admin",
]


def test_every_promised_command_is_there_once() -> None:
    assert all(get_command(name) for name in CONTRACT)
    names = [name for command in COMMANDS for name in command.names]
    assert len(names) == len(set(names))
    assert get_command("SUBSCRIBE") is get_command("follow")
    assert get_command("subscribee") is None


def test_every_example_is_a_command_there_is() -> None:
    assert all(
        get_command(example.split()[0]) is command for command in COMMANDS for example in command.example_lines()
    )


@pytest.mark.parametrize(
    ("command", "argument", "changes"),
    [
        ("subscribe", "diffusion", True),
        ("when", "", False),
        ("when", "09:00", True),
        ("settings", "", False),
        ("settings", "notes never", True),
        ("search", "diffusion", False),
        ("save", "2608.00001", False),
    ],
)
def test_what_changes_the_chat_is_known_before_it_runs(command: str, argument: str, changes: bool) -> None:
    found = get_command(command)
    assert found is not None
    assert found.changes_chat(argument) is changes


async def test_a_misspelt_command_keeps_what_was_asked(anna: SimulatedUser) -> None:
    assert await anna.says("/subscrbe diffusion") == (
        "I don’t know /subscrbe. Did you mean /subscribe?\n[/subscribe diffusion]"
    )
    assert "✓ Following diffusion" in await anna.taps("/subscribe diffusion")
    assert await anna.says("/xyzzy") == "I don’t know /xyzzy.\n[/help]"
    assert "Did you mean /topics?" in await anna.says("/list")


async def test_slack_needs_no_slash_and_says_papers(world: CommandEnvironment) -> None:
    bo = world.person(chat=ChatAddress(SLACK, "T1", "U1"))
    assert "✓ Following diffusion" in await bo.says("subscribe diffusion")
    assert "diffusion: 4 papers about it" in await bo.says("diffusion")
    assert "Did you mean /papers topics?\n[topics]\n[search tpics]" in await bo.says("/tpics")


async def test_slacks_slash_command_is_understood_everywhere(anna: SimulatedUser) -> None:
    assert "✓ Following diffusion" in await anna.says("/papers subscribe diffusion")
    assert "What you can say:" in await anna.says("/papers")


async def test_members_may_read_but_not_change(world: CommandEnvironment) -> None:
    member = world.group(may_change=False)
    assert await member.says("/subscribe diffusion") == (
        "Topics here are set by admins. You can have it to yourself:\n[Follow diffusion privately]"
    )
    assert isinstance(member.view.blocks[0], InputErrorBlock)
    assert (member.button("Follow").command, member.button("Follow").target) == ("preview diffusion", "private")
    assert "Topics and times here are set by admins." in await member.says("/subscribe (diffusion")
    assert "Nothing is followed here yet." in await member.says("/topics")
    assert "Digests come daily" in await member.says("/when")
    assert "set by admins" in await member.says("/when 10:00")
    assert "2 papers about it" in await member.says("/search clustering")


async def test_only_named_chats_are_served_where_some_are_named(world: CommandEnvironment) -> None:
    named = world.with_defaults(ChatDefaults(allowed_chats=frozenset({"telegram:1001", "local"})))
    assert "Following" in await named.person().says("/subscribe diffusion")
    stranger = named.group()
    assert await stranger.says("/today") == (
        "This Paperboy serves only the chats its operator named. This one is telegram:-100200."
    )
    async with world.storage.read() as work:
        assert await work.chats.find(stranger.chat) is None
    thread = replace(stranger.chat, chat="1001", thread="7")
    assert "list so far" in await stranger.in_other_chat(thread, stranger.kind).says("/today")


async def test_only_admin_chats_see_how_paperboy_is_doing(world: CommandEnvironment) -> None:
    admins = world.with_defaults(ChatDefaults(admin_chats=frozenset({"telegram:1001"})))
    seen = await admins.person().says("/admin status")
    assert seen.startswith("Paperboy 0.1 on ?\nChats: 0 active, 0 paused\nDeliveries: none yet\nPapers: 54\n")
    assert "is not something I can tell" in await admins.person().says("/admin reboot")
    stranger = await admins.group().says("/admin status")
    assert stranger.replace("admin", "adnim") == await admins.group().says("/adnim status")


async def test_a_message_of_ten_thousand_characters_is_too_long(anna: SimulatedUser) -> None:
    assert "That is too long for me: at most 4,000 characters." in await anna.says("x" * 10_000)
    assert "too long" in await anna.says("/subscribe " + "x" * 10_000)


async def test_a_fault_of_ours_is_logged_with_a_reference_and_nothing_else(
    world: CommandEnvironment, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(asked: CommandContext) -> View:
        raise RuntimeError(asked.argument)

    answers = CommandDispatcher(world.services, [Command("search", t("search"), broken)])
    with caplog.at_level(logging.ERROR):
        seen = await SimulatedUser(answers).says("my secret words")
    reference = seen.removeprefix("Something went wrong here (ref ").split(")")[0]
    assert seen == f"Something went wrong here (ref {reference}). Nothing you follow was changed."
    assert reference in caplog.text
    assert "in broken" in caplog.text
    assert "RuntimeError" in caplog.text
    assert "my secret words" not in caplog.text


async def test_a_chat_keeps_its_new_title(world: CommandEnvironment) -> None:
    group = world.group()
    await group.says("/today")
    answers = CommandDispatcher(world.services)
    call = replace(_call(group), chat_title="Reading circle")
    await answers(call)
    async with world.storage.read() as work:
        chat = await work.chats.find(group.chat)
    assert chat is not None
    assert chat.title == "Reading circle"


def _call(somebody: SimulatedUser) -> CommandCall:
    return CommandCall("today", "", somebody.chat, somebody.kind, PersonAddress(TELEGRAM, "77", "1"))


async def test_the_sample_heads_papers_until_real_ones_come(empty_world: CommandEnvironment) -> None:
    sample = [replace(each, paper=replace(each.paper, sample=True)) for each in make_listings(ARCHIVE[:4])]
    async with empty_world.storage.write() as work:
        await work.papers.upsert(sample, empty_world.clock.now())
        await work.commit()
    early = empty_world.person()
    for asked in ("/today", "/subscribe diffusion", "/search noise", "/paper 2608.00001"):
        await early.says(asked)
        assert [block for block in early.view.blocks if isinstance(block, Banner)] == [sample_notice()], asked
        assert early.view.blocks[0] == sample_notice()
    for asked in ("/start", "/help", "/topics", "/settings", "/when 09:00", "/search quaternions"):
        await early.says(asked)
        assert sample_notice() not in early.view.blocks, asked
    async with empty_world.storage.write() as work:
        await work.papers.delete_sample()
        await work.papers.upsert(make_listings(ARCHIVE[:4]), empty_world.clock.now())
        await work.commit()
    await early.says("/today")
    assert sample_notice() not in early.view.blocks


async def test_help_knows_every_command(anna: SimulatedUser) -> None:
    seen = await anna.says("/help")
    offered = [
        command.name for command in COMMANDS if not command.hidden and command.is_offered(CAPABILITIES[TELEGRAM])
    ]
    assert [name for name in offered if f"/{name} " not in seen] == ["start"]
    assert "/unfurl" not in seen  # Slack's alone
    for command in COMMANDS:
        assert await anna.says(f"/help {command.name}")
        assert not isinstance(anna.view.blocks[0], InputErrorBlock)
    assert "There is no command subscrib.\n[subscribe]" in await anna.says("/help subscrib")
    assert "words side by side are one subject" in await anna.says("/help topic")


async def test_pages_turn_only_what_lists(anna: SimulatedUser) -> None:
    assert "I can’t turn to that page." in await anna.says("/page 2 subscribe sails")
    assert "I can’t turn to that page." in await anna.says("/page 2 page 2 today")
    assert "I can’t turn to that page." in await anna.says("/page")
    assert "1 Benchmark" in await anna.says("/page 999999999999 today"), "beyond the end is the last page"
    assert "Nothing is followed" in await anna.says("/topics")


TOUR = (
    "/start",
    "/subscribe",
    "/subscribe diffusion",
    "/subscribe diffusion",
    "/subscribe clustering",
    "/subscribe benchmark",
    "/subscribe difusion",
    "/subscribe sailing",
    "/edit sailing",
    '/subscribe author:"Hao Li"',
    "/subscribe org:lab9",
    "/subscribe robotics harbours",
    "/browse at sea",
    '/subscribe "a very long phrase that nobody would ever want to read on a button" OR sails',
    "/start",
    "/topics",
    "/unsubscribe",
    "/unsubscribe clustering",
    "/today",
    "/date tuesday",
    "/date sunday",
    "/page 2 date tuesday",
    "/week harbour",
    "/week pelicans",
    "/trending",
    "/top",
    "/search",
    "/search benchmark",
    "/search difusion",
    "/search rivers",
    "/paper 2608.00001",
    "/similar 2608.00001",
    "/why 2608.00001",
    "/when",
    "/when 08:00",
    "/when 08:00 Berlin",
    "/when",
    "/settings",
    "/pause",
    "/pause a week",
    "/status",
    "/resume",
    "/digest",
    "/digest",
    "/why digest 1",
    "/save 2608.00001",
    "/saved",
    "/export",
    "/help",
    "/help subscribe",
    "/forget",
    "/home",
    "/xyzzy",
    "/topcs",
    "/when Berlni",
    "/settings sound loud",
    "/unsubscribe all",
)


@pytest.mark.parametrize("group", [False, True])
async def test_every_button_can_be_read_on_a_phone_and_leads_somewhere(world: CommandEnvironment, group: bool) -> None:
    somebody = world.group(name="Anna") if group else world.person()
    room = {1: 36, 2: 20, 3: 13, 4: 9, 5: 7}
    for typed in TOUR:
        await somebody.says(typed)
        for block in somebody.view.blocks:
            for row in block.rows if isinstance(block, Buttons) else ():
                wide = [label_of(each) for each in row if len(label_of(each)) > room[len(row)]]
                assert not wide, f"{typed}: {wide}"
        for each in buttons_of(somebody.view):
            assert get_command(each.command.split()[0]), f"{typed}: {each.command}"


async def test_every_button_of_every_view_answers_without_a_fault(world: CommandEnvironment) -> None:
    somebody = world.person()
    commands: dict[str, None] = {}
    for typed in TOUR:
        await somebody.says(typed)
        commands |= {each.command: None for each in buttons_of(somebody.view)}
    for command in commands:
        assert "Something went wrong" not in await somebody.says(f"/{command}"), command


EXAMPLES = settings().max_examples * 3 // 2


@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(name=st.sampled_from(["", "xyzzy", *(command.name for command in COMMANDS)]), argument=st.text(max_size=40))
async def test_whatever_is_asked_there_is_a_kind_answer(anna: SimulatedUser, name: str, argument: str) -> None:
    seen = await anna._send_call(name, argument.strip())
    assert "Something went wrong" not in seen
    assert seen or anna.view.toast


async def test_two_presses_at_once_follow_once(anna: SimulatedUser) -> None:
    await asyncio.gather(*(anna.says("/subscribe diffusion") for _ in range(4)))
    said = [render_text(view) for view in anna.seen]
    assert sum(each.startswith("✓ Following") for each in said) == 1
    assert "1 topic" in await anna.says("/topics")


@pytest.mark.parametrize("command", ["/subscribe", "/unsubscribe", "/date", "/paper", "/when", "/a\ud800b", "/search"])
async def test_what_no_platform_takes_back_is_not_echoed(anna: SimulatedUser, command: str) -> None:
    """A lone surrogate has no UTF-8: an answer that repeats it could not be sent at all."""
    said = await anna.says(f"{command} a\ud800b\x00c")
    assert said
    assert "\x00" not in said
    said.encode()


def test_nobody_is_offered_what_only_another_platform_has() -> None:
    there = {platform: set(offered_names(capable)) for platform, capable in CAPABILITIES.items()}
    assert {"unfurl", "who"} <= there[SLACK] - there[TELEGRAM] - there[LOCAL]
    assert "remote" in there[TELEGRAM] - there[SLACK] - there[LOCAL]
    assert all({"subscribe", "today"} <= names for names in there.values())


def test_a_word_that_a_sentence_begins_with_is_no_beginning_of_a_command() -> None:
    assert find_typed_command(COMMANDS, "sub") is find_command(COMMANDS, "subscribe")
    assert find_typed_command(COMMANDS, "for") is None, "not forget"


async def test_who_asks_much_keeps_nobody_waiting_for_more_than_one_answer(world: CommandEnvironment) -> None:
    """Neither in other chats nor in the same one."""
    begun: list[str] = []
    gate = asyncio.Event()

    async def slow(context: CommandContext) -> View:
        begun.append(context.argument)
        await gate.wait()
        return View(())

    answers = CommandDispatcher(world.services, (*COMMANDS, Command("slow", t("takes long"), slow, argument="WHO")))
    bo, anna = replace(world.group(user="2"), answers=answers), replace(world.person(), answers=answers)
    flood = [asyncio.create_task(bo.says("/slow bo")) for _ in range(50)]
    await asyncio.sleep(0)
    assert "Nothing is followed here yet." in await anna.says("/topics")
    assert begun == ["bo"]
    neighbour = asyncio.create_task(replace(bo, user="3", seen=[]).says("/slow neighbour"))
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(neighbour, *flood)
    assert (begun[:3], len(begun)) == (["bo", "neighbour", "bo"], 51)


async def test_a_question_that_is_given_up_leaves_its_turn_to_the_others(world: CommandEnvironment) -> None:
    gate = asyncio.Event()

    async def slow(context: CommandContext) -> View:
        await gate.wait()
        return View(())

    answers = CommandDispatcher(world.services, (*COMMANDS, Command("slow", t("takes long"), slow)))
    anna = replace(world.person(), answers=answers)
    asked = [asyncio.create_task(anna.says("/slow")) for _ in range(3)]
    await asyncio.sleep(0)
    asked[1].cancel()
    asked[0].cancel()
    gate.set()
    done = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 30)
    assert [isinstance(each, asyncio.CancelledError) for each in done] == [True, True, False]
    assert "Nothing is followed here yet." in await anna.says("/topics")
