"""Views as HTML. Every text is escaped by the templates; a view's marks become tags only here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.commands.ui.dates import zone_name
from bot.i18n import LazyText, StyledText, Translator
from bot.ports import ChatMessage
from bot.rendering.paper_facts import leading_authors, visible_facts
from bot.views import (
    Banner,
    Block,
    Buttons,
    Document,
    Footer,
    InputErrorBlock,
    PaperCard,
    PaperList,
    PaperSummary,
    Prompt,
    Quote,
    TextBlock,
)

# A name that a template gets wrong is an error, not an empty place on the page.
_templates = Environment(
    loader=PackageLoader("adapters.web"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
_templates.globals.update(facts_of=visible_facts, authors_of=leading_authors)


def render_page(**values: Any) -> str:
    """The whole page."""
    return _templates.get_template("page.html").render(**values)


def render_login(*, problem: str) -> str:
    """The page that asks for the password; ``problem`` is what was wrong with the last try, '' for nothing."""
    return _templates.get_template("login.html").render(problem=problem)


def render_message(message: ChatMessage, zone: str = "") -> Markup:
    """One message of the conversation, typed or answered; its time is that of an IANA zone ('' for UTC)."""
    if message.view is None:
        return _render_template("typed", {"said": message}, Translator())
    translator = Translator(message.view.language)
    blocks = [
        _render_block(block, translator, message.id, position, newest=position == 0)
        for position, block in enumerate(message.view.blocks)
    ]
    return _render_template(
        "answer", {"said": message, "blocks": blocks, "clock": _clock_text(message.at, zone)}, translator
    )


def _clock_text(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone or 'UTC')):%H:%M} {zone_name(zone)}"


def _render_block(block: Block, translator: Translator, message: int, position: int, *, newest: bool) -> Markup:
    values: dict[str, Any] = {"block": block, "message": message, "position": position}
    match block:
        case TextBlock():
            return _render_template("text_block", values | {"opens": newest}, translator)
        case Footer():
            return _render_template("footer", values, translator)
        case Banner():
            return _render_template("banner", values, translator)
        case Quote():
            return _render_template("quote", values, translator)
        case PaperSummary():
            return _render_template("paper_summary", values, translator)
        case PaperList():
            return _render_template("paper_list", values, translator)
        case PaperCard():
            return _render_template("paper_card", values, translator)
        case InputErrorBlock():
            return _render_template("input_error", values, translator)
        case Prompt():
            return _render_template("prompt", values, translator)
        case Document():
            return _render_template("document", values, translator)
        case Buttons():
            return _render_template("buttons", values, translator)
        case _:
            assert_never(block)


def _render_template(template: str, values: Mapping[str, Any], translator: Translator) -> Markup:
    def said(sentence: LazyText) -> Markup:
        return render_text(translator, sentence)

    html = _templates.get_template(f"blocks/{template}.html").render(
        **values, say=said, text=translator.plain_text, day=translator.format_day
    )
    return Markup(html)  # noqa: S704 - the template has escaped every value


def render_text(translator: Translator, sentence: LazyText) -> Markup:
    """A sentence with its marks as tags and its links as links."""
    return Markup().join(_span_html(span) for span in translator.styled_parts(sentence))


def _span_html(span: StyledText) -> Markup:
    html = escape(span.text)
    for styled, tag in ((span.code, "code"), (span.italic, "i"), (span.bold, "b")):
        if styled:
            html = Markup("<{0}>{1}</{0}>").format(Markup(tag), html)  # noqa: S704 - tag is one of three above
    if span.href:
        html = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(span.href, html)
    return html
