"""What people mistype, and what attackers type, into the local chat: a kind answer every time, and something to tap
that works."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.local import LocalChat
from adapters.search.fts_index import FtsIndex
from bot.commands.core.services import Services
from bot.commands.dispatcher import CommandDispatcher
from bot.ports import ChatMessage
from bot.views import Button, InputErrorBlock, View
from paperboy.platforms import CAPABILITIES
from storage.database import Database
from tests.bot.commands.conftest import CATALOGUE, SteppedClock
from tests.bot.commands.plain_renderer import buttons_of, label_of, render_text
from tests.bot.commands.sample_archive import ARCHIVE, make_listings

# What can't be read: what it is called here, the text, and words of the answer.
UNREADABLE = {
    "one letter": ("x", "one letter stands in every paper"),
    "only stop words": ("of the and", "words this common stand in every paper"),
    "only excluded words": ("-math", "it only says what to leave out"),
    "several excluded words": ("-math -code", "it only says what to leave out"),
    "250 words and one more": ("word " * 251, "at most"),
    "a quote left open": ('"diffusion model', "the quotation mark is never closed"),
    "a bracket left open": ("(diffusion OR clustering", "the bracket is never closed"),
    "a bracket left open and empty": ("(diffusion OR", "the bracket is never closed"),
    "a bracket never opened": ("diffusion)", "the bracket was never opened"),
    "an operator alone": ("AND", "something is missing beside AND"),
    "an operator at the end": ("diffusion OR", "something is missing beside OR"),
    "a control character": ("diff\x07usion", "invisible control character"),
    "only emoji": ("🚀🚀🚀", ""),
    "a regular expression": (r"diff.*ion", ""),
    "a regular expression in slashes": (r"/diff(usion)?/i", ""),
    "author without a name": ("author:", "something has to follow author:"),
    "title without words": ("title:", "something has to follow title:"),
    "org without a name": ("org:", "something has to follow org:"),
    "a field there isn't": ("autor:LeCun", "I know no field autor:"),
    "votes that are no number": ("upvotes>=many", "a whole number"),
    "a day there isn't": ("since:2026-13-40", "year-month-day"),
    "a list with commas": ("diffusion, clustering", "either of them or all of them"),
    "lucene's ranges": ("title:[a TO z]", ""),
}
# What can be read after all, as plain words.
READABLE = {
    "operators in lower case": "diffusion and clustering or not",
    "another script": "диффузионные модели",
    "Chinese": "扩散模型",
    "emoji beside a word": "diffusion 🚀",
    "an SQL injection": "Robert'; DROP TABLE papers;--",
    "an SQL condition": "x' OR '1'='1",
    "an FTS5 column": "{title abstract} diffusion NEAR clustering",
    "an FTS5 prefix": "^diffusion",
    "a tantivy field": "_all:*",
    "250 words": "word " * 250,
    "a mathematical word": "𝐝𝐢𝐟𝐟𝐮𝐬𝐢𝐨𝐧",
    "HTML": "<b>diffusion</b> &amp; clustering",
    "a placeholder": "{topic} {n}",
    "a path": "../../etc/passwd",
}
COMMANDS = ("/subscribe", "/search")
PAPERS = len(ARCHIVE)


class LocalUser:
    """Somebody at the local chat."""

    def __init__(self, chat: LocalChat) -> None:
        self._chat = chat
        self.said: ChatMessage | None = None

    @property
    def view(self) -> View:
        assert self.said is not None
        assert self.said.view is not None
        return self.said.view

    async def says(self, text: str) -> str:
        _, self.said = await self._chat.submit(text)
        return render_text(self.view)

    async def taps(self, tapped: Button) -> str:
        assert self.said is not None
        return render_text(await self._chat.press_button(tapped.command, self.said.id))


@pytest.fixture
async def person(sqlite_storage: Database, tmp_path: Path) -> AsyncIterator[LocalUser]:
    clock = SteppedClock()
    index = FtsIndex(tmp_path / "index.db")
    async with sqlite_storage.write() as work:
        await work.papers.upsert(make_listings(ARCHIVE), clock.now())
        revision = await work.papers.latest_revision()
        await work.commit()
    await index.add(ARCHIVE, revision)
    services = Services(sqlite_storage, index, clock, capabilities=CAPABILITIES, catalogue=CATALOGUE)
    yield LocalUser(LocalChat(sqlite_storage, clock, CommandDispatcher(services), "Europe/Berlin"))
    await index.close()


@pytest.mark.parametrize("command", COMMANDS)
async def test_nothing_typed_is_asked_for(person: LocalUser, command: str) -> None:
    seen = await person.says(command)
    assert "What" in seen
    assert "Something went wrong" not in await person.taps(buttons_of(person.view)[0])


@pytest.mark.parametrize("command", COMMANDS)
async def test_what_cannot_be_read_is_answered_with_its_place_and_a_topic_that_works(
    person: LocalUser, command: str
) -> None:
    for kind, (typed, why) in UNREADABLE.items():
        seen = await person.says(f"{command} {typed}")
        mistake = person.view.blocks[0]
        assert isinstance(mistake, InputErrorBlock), f"{kind}: {seen}"
        assert why in seen, kind
        first, end = mistake.span or (0, len(mistake.input))
        assert 0 <= first < end <= len(mistake.input), kind
        suggested = buttons_of(person.view)
        assert suggested, f"{kind}: {seen}"
        answer = await person.taps(suggested[0])
        assert label_of(suggested[0]), kind
        assert "can’t read" not in answer, kind
        assert "went wrong" not in answer, kind


@pytest.mark.parametrize("command", COMMANDS)
async def test_odd_words_are_words_and_never_everything(person: LocalUser, command: str) -> None:
    for kind, typed in READABLE.items():
        seen = await person.says(f"{command} {typed}")
        assert "went wrong" not in seen, kind
        assert f"{PAPERS} papers about it" not in seen, kind
        assert f"of {PAPERS} papers" not in seen, kind


@pytest.mark.parametrize(
    ("field", "works"), [("author:", 'author:"Yann LeCun"'), ("title:", "title:agents"), ("org:", "org:nvidia")]
)
async def test_a_field_with_nothing_behind_it_is_shown_with_something(
    person: LocalUser, field: str, works: str
) -> None:
    seen = await person.says(f"/subscribe {field}")
    assert f"[{works}]" in seen


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("what can you do?", "What you can say:"),
        ("subscribe to clustering", "✓ Following clustering"),
        ("please subscribe me to clustering", "✓ Following clustering"),
        ("/subscribe to clustering", "✓ Following clustering"),
    ],
)
async def test_plain_sentences_are_understood(person: LocalUser, said: str, seen: str) -> None:
    assert seen in await person.says(said)


@pytest.mark.parametrize(
    "said", ["unsubscribe from clustering", "Stop following clustering.", "/unsubscribe from clustering", "unfollow 1"]
)
async def test_stopping_in_plain_words(person: LocalUser, said: str) -> None:
    await person.says("/subscribe clustering")
    assert "Stopped clustering." in await person.says(said)


async def test_nothing_was_harmed(person: LocalUser) -> None:
    for typed, *_ in (*UNREADABLE.values(), *((each,) for each in READABLE.values())):
        await person.says(f"/search {typed}")
        await person.says(typed)
    assert "diffusion: 4 papers about it" in await person.says("/search diffusion")
