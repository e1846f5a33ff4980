"""What the stored types are called in the database: tags, names of fields, values of enumerations. The one place.

Rows outlive every version, so what stands in quotation marks here stays for ever, whatever a class, a field or a member
is called in Python by now (that is said by ``now`` alone). A field that rows may lack has here the value that it stands
for then; the class may have another default today. So:

* where a field is renamed, ``now`` says what it is called in Python; classes and members are named in Python anyway;
* a new field is ``optional``, with the value that rows from before stand for;
* a field that is removed moves to ``gone``, and is passed over in silence; any other unknown one is told in the log.

What a class or enumeration here lacks, or has too much, is an error at import.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any, Final

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

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


MARK: Final = "$"  # the key of an object's tag


class Required(Enum):
    """In the place of the value that a missing field stands for: there is none, every row has the field."""

    REQUIRED = "required"


REQUIRED: Final = Required.REQUIRED


@dataclass(frozen=True, slots=True)
class StoredField:
    """The name a field is stored by, the attribute it is today, and as JSON what it is where a row lacks it."""

    name: str
    attribute: str
    missing: Json | Required


def required(name: str, *, now: str = "") -> StoredField:
    """A field that every row has; ``now`` is the attribute's name where it is another one by now."""
    return StoredField(name, now or name, REQUIRED)


def optional(name: str, missing: Json, *, now: str = "") -> StoredField:
    """A field that is left out where it is ``missing``, which is a value as JSON."""
    return StoredField(name, now or name, missing)


class StoredClass:
    """A dataclass with its tag and fields; ``gone`` are names of fields that older rows still have.

    ``names`` are all that a row may have, the mark included.

    Raises :class:`TypeError` unless the fields are exactly those of the class, each stored by a name of its own.
    """

    def __init__(self, tag: str, kind: type[Any], *stored: StoredField, gone: tuple[str, ...] = ()) -> None:
        self.tag = tag
        self.kind = kind
        self.fields = stored
        self.names = frozenset({MARK, *(field.name for field in stored), *gone})
        _check_same(kind, {field.name for field in fields(kind)}, [field.attribute for field in stored])
        if len(self.names) != 1 + len(stored) + len(gone):
            raise TypeError(f"two fields of {tag} are stored by one name")


class StoredEnum:
    """An enumeration with its tag and what its members are stored as.

    Raises :class:`TypeError` unless the members are exactly those of the enumeration, each stored as something else.
    """

    def __init__(self, tag: str, kind: type[Enum], members: Mapping[Any, str]) -> None:
        self.tag = tag
        self.kind = kind
        self.members = members
        self.by_value = {value: member for member, value in members.items()}
        _check_same(kind, set(kind.__members__), [member.name for member in members])
        if len(self.by_value) != len(members):
            raise TypeError(f"two members of {tag} are stored as one value")


def _check_same(kind: type[Any], there: set[str], stored: list[str]) -> None:
    if there != set(stored) or len(there) != len(stored):
        raise TypeError(f"{kind.__name__} has {sorted(there)}, stored are {sorted(stored)}")


TABLE: Final = (
    StoredClass(
        "DigestContent",
        DigestContent,
        required("local_day"),
        required("chosen", now="selected"),
        required("topics", now="topic_count"),
        optional("first_number", 1),
        optional("parts", 1, now="message_count"),
        optional("listed", 0, now="listed_count"),
        optional("late_source", False),
        optional("asked_for", False, now="on_demand"),
        optional("roundup", []),
        optional("version", 1),
    ),
    StoredClass(
        "Chosen",
        SelectedPaper,
        required("paper_id"),
        required("topics"),
        optional("full", True, now="with_summary"),
        optional("rose", False, now="late_match"),
    ),
    StoredClass(
        "TopicReasons",
        TopicReasons,
        required("topic"),
        required("reasons"),
    ),
    StoredClass(
        "EmptyContent",
        EmptyDigestContent,
        required("local_day"),
        required("reason"),
        required("topics"),
        optional("listed", 0, now="listed_count"),
        optional("since", None, now="source_down_since"),
        optional("weekly", False),
        optional("last_came", None, now="last_match_day"),
        optional("wider", 0, now="wider_matches"),
        optional("version", 1),
    ),
    StoredEnum(
        "EmptyReason",
        EmptyReason,
        {
            EmptyReason.WEEKEND: "weekend",
            EmptyReason.NO_LIST: "no list",
            EmptyReason.NOT_LISTED_YET: "not listed yet",
            EmptyReason.SOURCE_DOWN: "source down",
            EmptyReason.NOTHING_MATCHED: "nothing matched",
            EmptyReason.NOTHING_NEW: "nothing new",
        },
    ),
    StoredClass(
        "NoticeContent",
        NoticeContent,
        required("chat_title"),
        required("reason"),
        optional("version", 1),
    ),
    StoredClass(
        "RoundupContent",
        RoundupContent,
        required("local_day"),
        required("papers"),
        optional("version", 1),
    ),
    StoredClass(
        "Reason",
        MatchReason,
        required("wanted"),
        required("place"),
        required("found"),
        optional("count", 1),
    ),
    StoredEnum(
        "Place",
        MatchLocation,
        {
            MatchLocation.TITLE: "title",
            MatchLocation.OPENING: "opening",
            MatchLocation.STATEMENT: "statement",
            MatchLocation.ABSTRACT: "abstract",
            MatchLocation.WORDS: "words",
            MatchLocation.AUTHOR: "author",
            MatchLocation.ORG: "org",
            MatchLocation.KEYWORD: "keyword",
            MatchLocation.SOURCE: "source",
            MatchLocation.UPVOTES: "upvotes",
            MatchLocation.ASSET: "asset",
            MatchLocation.DAY: "day",
            MatchLocation.RANK: "rank",
        },
    ),
    StoredClass(
        "Sentence",
        LazyText,
        required("msgid"),
        optional("values", {"$": "map", "is": {}}),
        optional("plural", ""),
    ),
    StoredClass(
        "Link",
        Link,
        required("text"),
        required("url"),
    ),
    StoredClass(
        "Listing",
        JoinedText,
        required("items"),
        optional("separator", ", "),
    ),
    StoredClass(
        "Paper",
        Paper,
        required("id"),
        required("title"),
        required("abstract"),
        required("listed_on"),
        optional("authors", []),
        optional("organization", None),
        optional("tldr", ""),
        optional("keywords", []),
        optional("upvotes", 0),
        optional("comments", 0),
        optional("code_url", ""),
        optional("code_stars", 0),
        optional("project_url", ""),
        optional("thumbnail_url", ""),
        optional("published_on", None),
        optional("sources", {"$": "set", "is": ["huggingface"]}),
        optional("sample", False),
        optional("relisted_on", None),
    ),
    StoredClass(
        "Author",
        Author,
        required("name"),
        optional("user", ""),
        optional("hidden", False),
    ),
    StoredClass(
        "Organization",
        Organization,
        required("name"),
        optional("full_name", ""),
    ),
    StoredClass(
        "View",
        View,
        required("blocks"),
        optional("summary", None),
        optional("in_place", False, now="replaces_message"),
        optional("private", False),
        optional("toast", None),
        optional("language", "en"),
        optional("picture", ""),
        optional("one_message", False, now="single_message"),
        optional("form", None),
        optional("shared", False, now="post_publicly"),
        optional("aloud", None, now="public_note"),
        optional("possible_duplicate", False),
        optional("rich", False),
        optional("below", None),
    ),
    StoredClass(
        "Line",
        TextBlock,
        required("sentence", now="text"),
    ),
    StoredClass(
        "SmallPrint",
        Footer,
        required("sentence", now="text"),
    ),
    StoredClass(
        "Banner",
        Banner,
        required("sentence", now="text"),
    ),
    StoredClass(
        "Quote",
        Quote,
        required("text"),
    ),
    StoredClass(
        "PaperEntry",
        PaperSummary,
        required("number"),
        required("paper"),
        required("tldr"),
        optional("topics", None),
        optional("marks", [], now="notes"),
        optional("actions", []),
    ),
    StoredClass(
        "Titles",
        PaperList,
        required("lines", now="items"),
        optional("heading", None),
        optional("folded", False),
    ),
    StoredClass(
        "TitleLine",
        PaperListItem,
        required("paper"),
        optional("number", 0),
        optional("day", None),
        optional("upvotes", True),
        optional("note", None),
        optional("action", None),
    ),
    StoredClass(
        "PaperCard",
        PaperCard,
        required("paper"),
        optional("why", [], now="reasons"),
    ),
    StoredClass(
        "Mistake",
        InputErrorBlock,
        required("sentence", now="message"),
        optional("text", "", now="input"),
        optional("place", None, now="span"),
        optional("field", ""),
    ),
    StoredClass(
        "Question",
        Prompt,
        required("sentence", now="text"),
        required("command"),
        optional("placeholder", None),
    ),
    StoredClass(
        "Document",
        Document,
        required("filename"),
        required("media_type"),
        required("content"),
    ),
    StoredClass(
        "Buttons",
        Buttons,
        required("rows"),
        optional("plain_only", False),
    ),
    StoredClass(
        "Button",
        Button,
        required("label"),
        optional("command", ""),
        optional("url", ""),
        optional("weight", "plain", now="style"),
        optional("opens", "here", now="target"),
    ),
    StoredClass(
        "SetupForm",
        SetupForm,
        required("topics"),
        required("hour"),
        required("zone"),
        required("days"),
        required("summaries"),
        required("choices"),
    ),
)
