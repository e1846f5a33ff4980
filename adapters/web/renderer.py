"""Views as HTML. Every text is escaped by the templates; a view's marks become tags only here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from jinja2 import Environment, PackageLoader
from markupsafe import Markup, escape

from bot.i18n import Sentence, Span, Translator
from bot.ports import Utterance
from bot.rendering.paper_facts import authors_shown, shown_facts
from bot.views import (
    Banner,
    Block,
    Buttons,
    Document,
    Line,
    Mistake,
    PaperCard,
    PaperEntry,
    Question,
    Quote,
    SmallPrint,
    Titles,
)

_templates = Environment(loader=PackageLoader("adapters.web"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
_templates.globals.update(facts_of=shown_facts, authors_of=authors_shown)


def page_html(**values: Any) -> str:
    """The whole page."""
    return _templates.get_template("page.html").render(**values)


def message_html(said: Utterance) -> Markup:
    """One message of the conversation, typed or answered."""
    if said.view is None:
        return _draw("typed", {"said": said}, Translator())
    translator = Translator(said.view.language)
    blocks = [
        _block(block, translator, said.id, position, newest=position == 0)
        for position, block in enumerate(said.view.blocks)
    ]
    return _draw("answer", {"said": said, "blocks": blocks}, translator)


def _block(block: Block, translator: Translator, message: int, position: int, *, newest: bool) -> Markup:
    values: dict[str, Any] = {"block": block, "message": message, "position": position}
    match block:
        case Line() | SmallPrint() | Banner():
            return _draw(type(block).__name__.lower(), values | {"opens": newest}, translator)
        case Quote():
            return _draw("quote", values, translator)
        case PaperEntry():
            return _draw("paper_entry", values, translator)
        case Titles():
            return _draw("titles", values, translator)
        case PaperCard():
            return _draw("paper_card", values, translator)
        case Mistake():
            return _draw("mistake", values, translator)
        case Question():
            return _draw("question", values, translator)
        case Document():
            return _draw("document", values, translator)
        case Buttons():
            return _draw("buttons", values, translator)
        case _:
            assert_never(block)


def _draw(template: str, values: Mapping[str, Any], translator: Translator) -> Markup:
    def said(sentence: Sentence) -> Markup:
        return sentence_html(translator, sentence)

    html = _templates.get_template(f"blocks/{template}.html").render(
        **values, say=said, text=translator.text, day=translator.day
    )
    return Markup(html)  # noqa: S704 - the template has escaped every value


def sentence_html(translator: Translator, sentence: Sentence) -> Markup:
    """A sentence with its marks as tags and its links as links."""
    return Markup().join(_span(span) for span in translator.spans(sentence))


def _span(span: Span) -> Markup:
    html = escape(span.text)
    for styled, tag in ((span.code, "code"), (span.italic, "i"), (span.bold, "b")):
        if styled:
            html = Markup("<{0}>{1}</{0}>").format(Markup(tag), html)  # noqa: S704 - tag is one of three above
    if span.href:
        html = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(span.href, html)
    return html
