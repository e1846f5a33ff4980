"""Pages from templates. Every text is escaped there; a sentence's marks become tags only here."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import urlencode

from babel.dates import format_date
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.i18n import LazyText, StyledText, Translator
from bot.rendering.paper_facts import visible_facts
from bot.tldr import tldr

LANGUAGE: Final = "en"
_UNSAFE_IN_SCRIPT: Final = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}

_translator = Translator(LANGUAGE)
# A name that a template gets wrong is an error, not an empty place on the page.
_templates = Environment(
    loader=PackageLoader("adapters.pages"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)


def render_page(template: str, **values: Any) -> str:
    """The whole page."""
    return _templates.get_template(f"{template}.html").render(**values)


def address(path: str, **query: object) -> str:
    """A path with what is asked of it; empty values are left out."""
    asked = {name: value for name, value in query.items() if value not in ("", None)}
    return f"{path}?{urlencode(asked)}" if asked else path


def script_data(value: object) -> Markup:
    """JSON for a ``script`` element: no character in it can end the element."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(written.translate(_UNSAFE_IN_SCRIPT))  # noqa: S704 - nothing is left that HTML reads


def render_sentence(sentence: LazyText) -> Markup:
    """A sentence with its marks as tags."""
    return Markup().join(_span_html(span) for span in _translator.styled_parts(sentence))


def plain_sentence(sentence: LazyText) -> str:
    """A sentence without marks."""
    return _translator.plain_text(sentence)


def _span_html(span: StyledText) -> Markup:
    html = escape(span.text)
    for styled, tag in ((span.code, "code"), (span.italic, "i"), (span.bold, "b")):
        if styled:
            html = Markup("<{0}>{1}</{0}>").format(Markup(tag), html)  # noqa: S704 - tag is one of three above
    return html


_templates.globals.update(
    facts_of=visible_facts,
    tldr_of=tldr,
    address=address,
    day_words=lambda day: format_date(day, "EEE d MMM y", locale=LANGUAGE),
)
