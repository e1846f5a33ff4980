"""A value of every stored type with no field at its default, as ``tests/fixtures/stored`` has them written by 0.1.

The files are what databases out there hold: they are never written anew. A type that comes later gets a value here and
a file of its own; a field that comes later goes into a second file, since the first must stay readable without it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from bot.deliveries import (
    DigestContent,
    EmptyDigestContent,
    EmptyReason,
    NoticeContent,
    RoundupContent,
    SelectedPaper,
    TopicReasons,
)
from bot.i18n import JoinedText, LazyText, Link
from bot.matching import MatchLocation, MatchReason
from bot.papers import Author, Organization, Paper
from bot.views import (
    Banner,
    Button,
    Buttons,
    Document,
    Footer,
    InputErrorBlock,
    PaperCard,
    PaperList,
    PaperListItem,
    PaperSummary,
    Prompt,
    Quote,
    SetupForm,
    TextBlock,
    View,
)

DAY: Final = date(2026, 8, 18)
REASON: Final = MatchReason("LLM agents", MatchLocation.STATEMENT, "agentic", count=3)
CHOSEN: Final = SelectedPaper(
    "2608.00001", (TopicReasons('"LLM agents"', (REASON,)),), with_summary=False, late_match=True
)
LINK: Final = Link("Lighthouse maps", "https://example.org/maps?a=1&b=2")
LISTING: Final = JoinedText(("diffusion", LINK), separator=" + ")
SENTENCE: Final = LazyText(
    "<b>{n} paper</b> of {day}, {hour}, {moment}: {topics}",
    {
        "n": 1234,
        "day": DAY,
        "hour": time(9, 30),
        "moment": datetime(2026, 8, 18, 9, 0, tzinfo=ZoneInfo("Europe/Berlin")),
        "topics": LISTING,
        "said": LazyText("as in <i>{title}</i>", {"title": "Ærøskøbing & <Sons>"}),
    },
    plural="<b>{n} papers</b> of {day}, {hour}, {moment}: {topics}",
)
SHORT: Final = LazyText("one", {"n": 1}, "many")
AUTHOR: Final = Author("Mira Aldous", "mira", hidden=True)
LAB: Final = Organization("harbour-lab", "The Harbour Lab")
PAPER: Final = Paper(
    "2608.00001",
    "Maps of Lighthouses",
    "We draw every lighthouse of a coast and show which flash belongs to which.",
    DAY,
    authors=(AUTHOR, Author("Tom Brandt", "tom", hidden=True)),
    organization=LAB,
    tldr="A map of flashes.",
    keywords=("maps", "lighthouses"),
    upvotes=17,
    comments=4,
    code_url="https://example.org/code",
    code_stars=99,
    project_url="https://example.org/project",
    published_on=date(2026, 8, 14),
    sources=frozenset({"arxiv", "huggingface"}),
    sample=True,
)
BUTTON: Final = Button(SHORT, "subscribe diffusion", "https://example.org/", style="danger", target="share")
TITLE: Final = PaperListItem(PAPER, 6, DAY, upvotes=False, note=SHORT)
FORM: Final = SetupForm(("diffusion", "maps"), time(7, 45), "Asia/Kolkata", frozenset({0, 2, 4}), 3, (0, 3, 5))
BLOCKS: Final = (
    TextBlock(SENTENCE),
    Footer(SHORT),
    Banner(SHORT),
    Quote("A longer text.\nOf two lines."),
    PaperSummary(2, PAPER, "A map of flashes.", SHORT, (SHORT, SENTENCE)),
    PaperList((TITLE,), SHORT, folded=True),
    PaperCard(PAPER, (SHORT,)),
    InputErrorBlock(SHORT, "(diffusion OR", (0, 13), "topics"),
    Prompt(SHORT, "subscribe", SENTENCE),
    Document("papers.bib", "application/x-bibtex", "@misc{a}\n"),
    Buttons(((BUTTON, Button(SHORT, style="primary", target="private")), (Button(SHORT, target="group"),))),
)

VALUES: Final[dict[str, object]] = {
    "Author": AUTHOR,
    "Banner": BLOCKS[2],
    "Button": BUTTON,
    "Buttons": BLOCKS[10],
    "Chosen": CHOSEN,
    "DigestContent": DigestContent(
        DAY,
        (CHOSEN,),
        topic_count=4,
        first_number=6,
        message_count=3,
        listed_count=38,
        late_source=True,
        on_demand=True,
        roundup=("2608.00002", "2608.00003"),
        version=2,
    ),
    "Document": BLOCKS[9],
    "EmptyContent": EmptyDigestContent(
        DAY,
        EmptyReason.NOTHING_MATCHED,
        ("diffusion", "maps"),
        listed_count=38,
        source_down_since=datetime(2026, 8, 17, 22, 5, 1, 250000, tzinfo=UTC),
        weekly=True,
        last_match_day=date(2026, 8, 3),
        wider_matches=12,
        version=2,
    ),
    "EmptyReason": tuple(EmptyReason),
    "Line": BLOCKS[0],
    "Link": LINK,
    "Listing": LISTING,
    "Mistake": BLOCKS[7],
    "NoticeContent": NoticeContent("The Lab", "blocked", version=2),
    "Organization": LAB,
    "Paper": PAPER,
    "Paper-relisted": replace(PAPER, listed_on=date(2026, 6, 1), relisted_on=DAY),
    "Paper-picture": replace(PAPER, thumbnail_url="https://example.org/picture.png"),
    "PaperCard": BLOCKS[6],
    "PaperEntry": BLOCKS[4],
    "Place": tuple(MatchLocation),
    "Question": BLOCKS[8],
    "Quote": BLOCKS[3],
    "Reason": REASON,
    "RoundupContent": RoundupContent(DAY, ("2608.00002", "2608.00003"), version=2),
    "Sentence": SENTENCE,
    "SetupForm": FORM,
    "SmallPrint": BLOCKS[1],
    "TitleLine": TITLE,
    "Titles": BLOCKS[5],
    "TopicReasons": TopicReasons(
        '"LLM agents" -maps', (REASON, MatchReason("agents", MatchLocation.TITLE, "agents", count=2))
    ),
    "View": View(
        BLOCKS,
        summary=SENTENCE,
        replaces_message=True,
        private=True,
        toast=SHORT,
        language="de",
        picture="https://example.org/picture",
        single_message=True,
        form=FORM,
        post_publicly=True,
        public_note=SHORT,
        possible_duplicate=True,
    ),
    "Buttons-rich": Buttons(((BUTTON,),), plain_only=True),
    "PaperEntry-rich": PaperSummary(2, PAPER, "A map of flashes.", actions=(BUTTON,)),
    "TitleLine-rich": PaperListItem(PAPER, action=BUTTON),
    "View-rich": View((TextBlock(SHORT),), rich=True, below=View((Footer(SHORT),))),
    "marked": (
        DAY,
        time(23, 59, 58),
        datetime(2026, 8, 18, 9, 0, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("Europe/Berlin")).replace(fold=1),
        frozenset({3, 1, 2}),
        {"a": 1, "b": (True, None, 1.5, "text")},
        (),
    ),
}
