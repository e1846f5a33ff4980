"""Pages as answers: the look of the local chat, nothing from elsewhere, nothing kept by a browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from adapters.email.rendering.html_part import span_html
from bot.i18n import LazyText, Translator, t
from bot.rendering.paper_facts import leading_authors, visible_facts
from bot.views import View

Handler = Callable[[Request], Awaitable[Response]]
MAX_FORM_BYTES: Final = 20_000
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
_templates = Environment(
    loader=PackageLoader("adapters.email", "templates/pages"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
_templates.globals.update(facts_of=visible_facts, authors_of=leading_authors, command_box="")


def page(template: str, title: LazyText, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of ours."""
    translator = Translator()

    def said(sentence: LazyText) -> Markup:
        return Markup().join(span_html(span) for span in translator.styled_parts(sentence))

    html = _templates.get_template(template).render(title=title, say=said, t=t, **values)
    return HTMLResponse(html, status)


def answer_page(view: View, path: str = "") -> HTMLResponse:
    """An answer as in a chat, its buttons as forms, and the next question; both are sent to ``path``, where there is
    one."""
    blocks = [(type(block).__name__, block) for block in view.blocks]
    return page("answer.html", t("Paperboy says"), blocks=blocks, toast=view.toast, path=path)


def void_link() -> HTMLResponse:
    """For links that were cut, changed, made elsewhere or are too old."""
    said = t("This link is not complete, or too old. The newest mail has one that works.")
    return page("message.html", t("That link does not work"), 404, lines=[said], actions=[])


def guarded(handler: Handler, *, own_forms_only: bool = True) -> Handler:
    """Adds the headers, and refuses forms of other pages and what is too long. A mail program that unsubscribes by one
    click sends neither a cookie nor an Origin, so there ``own_forms_only`` is off (RFC 8058 3.2)."""

    @wraps(handler)
    async def answer(request: Request) -> Response:
        response = _refusal(request, own_forms_only=own_forms_only) or await handler(request)
        response.headers.update(HEADERS)
        return response

    return answer


def _refusal(request: Request, *, own_forms_only: bool) -> Response | None:
    if request.method != "POST":
        return None
    length = request.headers.get("Content-Length", "0")
    if not (length.isdecimal() and int(length) <= MAX_FORM_BYTES) or "Transfer-Encoding" in request.headers:
        return PlainTextResponse("That is too long.", 413)
    if own_forms_only and request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        return PlainTextResponse("Forms of other pages are not taken.", 403)
    return None
