"""Pages that say why there is nothing to see, and where to go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from babel.dates import format_date
from starlette.responses import Response

from adapters.pages.page import NOT_KEPT, PageHead, PageLink, html_response, tabs
from adapters.pages.renderer import LANGUAGE, address, render_sentence
from adapters.pages.spans import ListSpan, SpanKind
from bot.commands.archive.list_reader import ListReader
from bot.errors import InputError
from bot.ingest.list_days import is_list_day
from bot.ports import ListVersion

RETRY_SECONDS: Final = 60
NEWEST: Final = PageLink("The newest list", "/papers")


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said; of what was ``typed`` the piece that is meant, and a form to try again."""

    message: object
    links: Sequence[PageLink] = ()
    before: str = ""
    marked: str = ""
    after: str = ""
    form_path: str = ""
    form_name: str = "topic"
    form_label: str = "Try again"

    @property
    def typed(self) -> str:
        return self.before + self.marked + self.after


async def notice_page(
    reader: ListReader, title: str, notice: Notice, status: int, headers: dict[str, str] | None = None
) -> Response:
    """A notice as a page that nobody keeps."""
    head = PageHead(title, description=title, tabs=tabs(reader))
    return html_response("notice", head, status=status, headers={**NOT_KEPT, **(headers or {})}, notice=notice)


async def not_ready(reader: ListReader) -> Response:
    """No real papers are there yet; invented ones are never shown to everybody."""
    notice = Notice("The first papers are still being fetched. Come back in a minute.")
    return await notice_page(reader, "Not yet", notice, 503, {"Retry-After": str(RETRY_SECONDS)})


async def not_found(reader: ListReader, message: str, links: Sequence[PageLink] = (NEWEST,)) -> Response:
    """There is no such page."""
    return await notice_page(reader, "Nothing here", Notice(message, links), 404)


async def no_such_day(reader: ListReader, written: str) -> Response:
    """An address that names a day, week or month no calendar has."""
    return await not_found(reader, f"No calendar has {written[:40]}.")


async def empty_list(reader: ListReader, span: ListSpan, version: ListVersion) -> Response:
    """Days without a list: why, and the nearest lists."""
    around = {span.of_same_kind(day) for day in (version.previous_day, version.next_day) if day}
    links = [PageLink(each.title, each.path) for each in sorted(around, key=lambda each: each.first)]
    return await not_found(reader, _why_empty(span, reader.today(), version), links or [NEWEST])


def _why_empty(span: ListSpan, today: date, version: ListVersion) -> str:
    if span.first > today:
        return "That is still to come; lists appear on their day."
    if span.kind is SpanKind.DAY and not is_list_day(span.first):
        return f"{_day_words(span.first)} was a weekend: Hugging Face makes no list then."
    if span.first <= today <= span.last:
        return "Nothing is listed yet; the list grows until evening (UTC)."
    if version.previous_day is None:
        return "The archive here does not reach back so far."
    return "No paper was listed then."


def _day_words(day: date) -> str:
    return format_date(day, "EEEE, d MMMM y", locale=LANGUAGE)


async def unreadable_topic(reader: ListReader, mistake: InputError, path: str, name: str = "topic") -> Response:
    """What is wrong in a topic, where, and what would work."""
    begin, end = mistake.span or (0, 0)
    typed = mistake.input
    links = [PageLink(each.strip(), address(path, **{name: each.strip()})) for each in mistake.suggestions]
    pieces = typed[:begin], typed[begin:end], typed[end:]
    notice = Notice(render_sentence(mistake.message), links, *pieces, form_path=path, form_name=name)
    return await notice_page(reader, "That can’t be read", notice, 400)
