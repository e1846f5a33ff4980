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

from bot.deliveries import Chosen, DigestContent, EmptyContent, EmptyReason, NoticeContent, RoundupContent, TopicReasons
from bot.i18n import Link, Listing, Sentence
from bot.matching import Place, Reason
from bot.papers import Author, Organization, Paper
from bot.views import (
    Banner,
    Button,
    Buttons,
    Document,
    Line,
    Mistake,
    PaperCard,
    PaperEntry,
    Question,
    Quote,
    SetupForm,
    SmallPrint,
    TitleLine,
    Titles,
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
        required("chosen"),
        required("topics"),
        optional("first_number", 1),
        optional("parts", 1),
        optional("listed", 0),
        optional("late_source", False),
        optional("asked_for", False),
        optional("roundup", []),
        optional("version", 1),
    ),
    StoredClass(
        "Chosen",
        Chosen,
        required("paper_id"),
        required("topics"),
        optional("full", True),
        optional("rose", False),
    ),
    StoredClass(
        "TopicReasons",
        TopicReasons,
        required("topic"),
        required("reasons"),
    ),
    StoredClass(
        "EmptyContent",
        EmptyContent,
        required("local_day"),
        required("reason"),
        required("topics"),
        optional("listed", 0),
        optional("since", None),
        optional("weekly", False),
        optional("last_came", None),
        optional("wider", 0),
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
        Reason,
        required("wanted"),
        required("place"),
        required("found"),
        optional("count", 1),
    ),
    StoredEnum(
        "Place",
        Place,
        {
            Place.TITLE: "title",
            Place.OPENING: "opening",
            Place.STATEMENT: "statement",
            Place.ABSTRACT: "abstract",
            Place.WORDS: "words",
            Place.AUTHOR: "author",
            Place.ORG: "org",
            Place.KEYWORD: "keyword",
            Place.SOURCE: "source",
            Place.UPVOTES: "upvotes",
            Place.ASSET: "asset",
            Place.DAY: "day",
        },
    ),
    StoredClass(
        "Sentence",
        Sentence,
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
        Listing,
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
        optional("published_on", None),
        optional("sources", {"$": "set", "is": ["huggingface"]}),
        optional("sample", False),
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
        optional("in_place", False),
        optional("private", False),
        optional("toast", None),
        optional("language", "en"),
        optional("picture", ""),
        optional("one_message", False),
        optional("form", None),
        optional("shared", False),
        optional("aloud", None),
    ),
    StoredClass(
        "Line",
        Line,
        required("sentence"),
    ),
    StoredClass(
        "SmallPrint",
        SmallPrint,
        required("sentence"),
    ),
    StoredClass(
        "Banner",
        Banner,
        required("sentence"),
    ),
    StoredClass(
        "Quote",
        Quote,
        required("text"),
    ),
    StoredClass(
        "PaperEntry",
        PaperEntry,
        required("number"),
        required("paper"),
        required("tldr"),
        optional("topics", None),
        optional("marks", []),
    ),
    StoredClass(
        "Titles",
        Titles,
        required("lines"),
        optional("heading", None),
        optional("folded", False),
    ),
    StoredClass(
        "TitleLine",
        TitleLine,
        required("paper"),
        optional("number", 0),
        optional("day", None),
        optional("upvotes", True),
        optional("note", None),
    ),
    StoredClass(
        "PaperCard",
        PaperCard,
        required("paper"),
        optional("why", []),
    ),
    StoredClass(
        "Mistake",
        Mistake,
        required("sentence"),
        optional("text", ""),
        optional("place", None),
        optional("field", ""),
    ),
    StoredClass(
        "Question",
        Question,
        required("sentence"),
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
    ),
    StoredClass(
        "Button",
        Button,
        required("label"),
        optional("command", ""),
        optional("url", ""),
        optional("weight", "plain"),
        optional("opens", "here"),
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
