"""What is shown: blocks of meaning that each platform renders in its own best way.

A view names no platform. Renderers match on the block and end in ``assert_never``, so a new block is missed nowhere.
All texts are lazy (translated when rendered) or facts of a paper (never translated).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time
from typing import Literal

from bot.i18n import LazyText
from bot.papers import Paper
from bot.tex import readable_tex


class _ShowsPaper:
    """What shows a paper shows it as people read it, whichever platform renders it: without TeX."""

    __slots__ = ()
    paper: Paper

    def __post_init__(self) -> None:
        object.__setattr__(self, "paper", readable_paper(self.paper))


def readable_paper(paper: Paper) -> Paper:
    """The paper with the TeX of its title and abstract in Unicode, as far as that goes."""
    title, abstract = readable_tex(paper.title), readable_tex(paper.abstract)
    if (title, abstract) == (paper.title, paper.abstract):
        return paper
    return replace(paper, title=title, abstract=abstract)


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A line or short paragraph of the message."""

    text: LazyText


@dataclass(frozen=True, slots=True)
class Footer:
    """A quiet line: the foot of a list, a remark."""

    text: LazyText


@dataclass(frozen=True, slots=True)
class Banner:
    """A line that heads the whole view and must not be overlooked, such as *Sample*."""

    text: LazyText


@dataclass(frozen=True, slots=True)
class Quote:
    """A longer text of a paper, folded where the platform can fold."""

    text: str


@dataclass(frozen=True, slots=True)
class PaperSummary(_ShowsPaper):
    """A paper in a digest or list, with its summary; ``number`` 0 is none.

    ``tldr`` is what :func:`bot.tldr.tldr` says; ``topics`` says which topics it matches and where, already a text
    (rendered in italics); ``notes`` are further short remarks (*code appeared*). ``actions`` are the paper's
    own buttons in a rich message.
    """

    number: int
    paper: Paper
    tldr: str
    topics: LazyText | None = None
    notes: tuple[LazyText, ...] = ()
    actions: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperListItem(_ShowsPaper):
    """A paper as its title alone: ``number`` 0 is a bullet, ``day`` is shown where given, ``note`` in italics.

    ``action`` is its one button in a rich message.
    """

    paper: Paper
    number: int = 0
    day: date | None = None
    upvotes: bool = True
    note: LazyText | None = None
    action: Button | None = None


@dataclass(frozen=True, slots=True)
class PaperList:
    """Titles under an optional heading; ``folded``: out of the way until the reader unfolds them."""

    items: tuple[PaperListItem, ...]
    heading: LazyText | None = None
    folded: bool = False


@dataclass(frozen=True, slots=True)
class PaperCard(_ShowsPaper):
    """One paper with everything: authors, lab, day, votes, abstract, links, and why it came."""

    paper: Paper
    reasons: tuple[LazyText, ...] = ()


@dataclass(frozen=True, slots=True)
class InputErrorBlock:
    """What was wrong in what a person typed: the message, the input and the half-open range of characters meant.

    Suggestions follow as :class:`Buttons`. ``field`` is the field of a :class:`SetupForm` that it is about.
    """

    message: LazyText
    input: str = ""
    span: tuple[int, int] | None = None
    field: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A missing argument, asked for: Slack opens a form, elsewhere suggestions follow as :class:`Buttons`.

    ``command`` is what the answer is put behind (``subscribe``).
    """

    text: LazyText
    command: str
    placeholder: LazyText | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A file to take along; ``content`` is text in UTF-8."""

    filename: str
    media_type: str
    content: str


@dataclass(frozen=True, slots=True)
class Button:
    """A command not typed: ``command`` is what a person could type after the slash (``subscribe diffusion``).

    A button with ``url`` opens that address instead. ``target`` is where the command is to be answered: here, in the
    presser's own chat with Paperboy (``private``), in a group chosen then (``group``), or wherever a link to it is sent
    (``share``); the last two are only made where the platform has links into chats. Labels: at most 20 characters where
    two stand in a row, 13 where three do.
    """

    label: LazyText
    command: str = ""
    url: str = ""
    style: Literal["plain", "primary", "danger"] = "plain"
    target: Literal["here", "private", "group", "share"] = "here"


@dataclass(frozen=True, slots=True)
class Buttons:
    """Buttons in rows, as they should stand where the platform has rows.

    ``plain_only``: left out of a rich message, where each paper has buttons of its own.
    """

    rows: tuple[tuple[Button, ...], ...]
    plain_only: bool = False


Block = (
    TextBlock
    | Footer
    | Banner
    | Quote
    | PaperSummary
    | PaperList
    | PaperCard
    | InputErrorBlock
    | Prompt
    | Document
    | Buttons
)


@dataclass(frozen=True, slots=True)
class SetupForm:
    """What is set for a chat's digest, to be changed all at once: by ``setup`` with what was filled in, as JSON.

    ``topics`` are as people see them, one a line. ``hour`` is local time in ``zone`` (an IANA name, '' = none
    known), ``days`` are weekdays (Monday 0). ``summaries`` is how many papers of a long digest come with their summary
    (0: titles alone), one of ``choices``.
    """

    topics: tuple[str, ...]
    hour: time
    zone: str
    days: frozenset[int]
    summaries: int
    choices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A whole answer or digest.

    ``summary`` is the notification's text, '' = the first line. ``replaces_message``: when it answers a press, it
    replaces the message that carried the button instead of being a new one. ``private``: only the person who asked
    needs to see it (answers to configuration). ``toast``: a short confirmation of a press, shown without any message; a
    view with a toast and no blocks changes nothing on the screen. ``picture`` is the address of a page whose picture
    may stand with it. ``single_message``: what does not fit into one message may be left off its titles, since a button
    leads there. ``form`` is shown instead of the blocks where the platform has forms. ``post_publicly``: posted for
    everybody in the chat on purpose, whichever way it was asked for. ``public_note``: a line that everybody in the chat
    reads beside an answer that only one person sees. ``possible_duplicate``: it may have arrived before.
    ``rich``: as one rich message where the platform has them and it fits, else as any other. ``below`` follows a rich
    message as an ordinary one, without a sound, so that who sees nothing of it is not lost.
    """

    blocks: tuple[Block, ...]
    summary: LazyText | None = None
    replaces_message: bool = False
    private: bool = False
    toast: LazyText | None = None
    language: str = "en"
    picture: str = ""
    single_message: bool = False
    form: SetupForm | None = None
    post_publicly: bool = False
    public_note: LazyText | None = None
    possible_duplicate: bool = False
    rich: bool = False
    below: View | None = None
