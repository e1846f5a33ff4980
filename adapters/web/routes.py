"""The page's addresses: ``/``, ``/say``, ``/press``, ``/messages``, ``/suggest``, ``/documents`` and ``/static``.

Without a password it answers loopback only: the caller's address, and the Host header too, since a foreign page could
otherwise reach it through a name that resolves to 127.0.0.1. A form of another origin is refused (Sec-Fetch-Site,
https://www.w3.org/TR/fetch-metadata/).
"""

from __future__ import annotations

import base64
import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from pathlib import Path
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from adapters.web.renderer import render_message, render_page
from bot.i18n import Translator
from bot.ports import ConversationSession
from bot.views import Block, Document

MESSAGES_SHOWN = 60
MAX_FORM_BYTES = 100_000  # bytes
MAX_SUGGEST_LENGTH = 200  # characters typed, beyond which nothing is suggested
MAX_ID_DIGITS = 18  # digits, within 64 bits
EXAMPLES = (
    ("/subscribe diffusion", "follow a topic and see what it brings"),
    ("/subscribe clustering", "a rare topic: hear how rare"),
    ("/today", "today’s list"),
    ("/search diffusion", "the whole archive"),
)
Suggester = Callable[[str], Sequence[str]]
Handler = Callable[[Request], Awaitable[Response]]
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # Without a referrer browsers send "Origin: null" with the page's own forms.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def no_suggestions(typed: str) -> Sequence[str]:
    """Suggests nothing."""
    return ()


def chat_routes(
    session: ConversationSession,
    *,
    password: str = "",
    commands: Sequence[str] = (),
    suggest: Suggester = no_suggestions,
) -> list[BaseRoute]:
    """The routes of the local chat; ``commands`` are offered while typing, and what ``suggest`` makes of a line."""
    window = _ChatHandlers(session, commands, suggest)
    guarded = [
        Route("/", _protect(window.page, password)),
        Route("/say", _protect(window.say, password), methods=["POST"]),
        Route("/press", _protect(window.press, password), methods=["POST"]),
        Route("/messages", _protect(window.messages, password)),
        Route("/suggest", _protect(window.suggestions, password)),
        Route("/documents/{message}/{position}", _protect(window.document, password)),
    ]
    return [*guarded, Mount("/static", StaticFiles(directory=Path(__file__).with_name("static")))]


class _ChatHandlers:
    """The page's handlers over one conversation."""

    def __init__(self, session: ConversationSession, commands: Sequence[str], suggest: Suggester) -> None:
        self._session = session
        self._commands = commands
        self._suggest = suggest

    async def page(self, request: Request) -> Response:
        edits = await self._session.edit_count()
        said = await self._session.latest_messages(MESSAGES_SHOWN)
        html = render_page(
            messages=[render_message(one) for one in said],
            last=said[-1].id if said else 0,
            edits=edits,
            tries=EXAMPLES,
            commands=self._commands,
        )
        return HTMLResponse(html)

    async def say(self, request: Request) -> Response:
        form = await request.form()
        typed = f"{form.get('text', '')} {form.get('argument', '')}"
        await self._session.submit(typed)
        return self._post_response(request)

    async def press(self, request: Request) -> Response:
        form = await request.form()
        message = str(form.get("message", ""))
        number = _parse_id(message)
        if number is None:
            return PlainTextResponse("That button is of no message here. Reload the page.", 400)
        view = await self._session.press_button(str(form.get("command", "")), number)
        return self._post_response(request, Translator(view.language).plain_text(view.toast) if view.toast else "")

    async def messages(self, request: Request) -> Response:
        after, edits = (_parse_id(request.query_params.get(name, "0")) for name in ("after", "edits"))
        if after is None or edits is None:
            return PlainTextResponse("after and edits are whole numbers.", 400)
        now_edits = await self._session.edit_count()
        said = await (
            self._session.latest_messages(MESSAGES_SHOWN) if now_edits != edits else self._session.messages_after(after)
        )
        html = "".join(render_message(one) for one in said)
        oldest = await self._session.oldest_id()
        return HTMLResponse(html, headers={"X-Edits": str(now_edits), "X-Oldest": str(oldest)})

    async def suggestions(self, request: Request) -> Response:
        """Whole lines that what is typed may become, for the list under the field."""
        typed = request.query_params.get("q", "")
        return JSONResponse({"suggestions": list(self._suggest(typed)) if len(typed) <= MAX_SUGGEST_LENGTH else []})

    async def document(self, request: Request) -> Response:
        message, position = (_parse_id(request.path_params[name]) for name in ("message", "position"))
        block = None if message is None or position is None else await self._block(message, position)
        if not isinstance(block, Document):
            return PlainTextResponse("That file is not here any more. Ask for it again.", 404)
        name = f"attachment; filename*=UTF-8''{quote(block.filename)}"
        return Response(block.content, media_type=block.media_type, headers={"Content-Disposition": name})

    async def _block(self, message: int, position: int) -> Block | None:
        said = [one for one in await self._session.messages_after(message - 1) if one.id == message]
        blocks = said[0].view.blocks if said and said[0].view else ()
        return blocks[position] if position < len(blocks) else None

    @staticmethod
    def _post_response(request: Request, toast: str = "") -> Response:
        if "X-Fetch" in request.headers:
            return Response(status_code=204, headers={"X-Toast": quote(toast)})
        return RedirectResponse("/#text", 303)


def _protect(handler: Handler, password: str) -> Handler:
    @wraps(handler)
    async def guarded(request: Request) -> Response:
        refusal = await _rejection(request, password)
        response = refusal or await handler(request)
        response.headers.update(_HEADERS | dict(response.headers))
        return response

    return guarded


async def _rejection(request: Request, password: str) -> Response | None:
    if password and not _has_password(request, password):
        return PlainTextResponse("The password, please.", 401, {"WWW-Authenticate": 'Basic realm="Paperboy"'})
    if not password and not _is_local(request):
        text = "The local chat answers on this machine only. Set WEB_PASSWORD to open it to others."
        return PlainTextResponse(text, 403)
    if request.method == "POST":
        return await _form_rejection(request)
    return None


async def _form_rejection(request: Request) -> Response | None:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return PlainTextResponse("Forms of other pages are not taken.", 403)
    origin = request.headers.get("Origin")
    if origin and origin.partition("://")[2] != request.headers.get("Host"):
        return PlainTextResponse("Forms of other pages are not taken.", 403)
    if len(await request.body()) > MAX_FORM_BYTES:
        return PlainTextResponse("That is too long.", 413)
    return None


def _has_password(request: Request, password: str) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    try:
        _, _, told = base64.b64decode(given, validate=True).decode().partition(":")
    except ValueError:
        return False
    return scheme.lower() == "basic" and hmac.compare_digest(told.encode(), password.encode())


def _is_local(request: Request) -> bool:
    caller = request.client.host if request.client else ""
    try:
        asked = urlsplit("//" + request.headers.get("Host", "")).hostname or ""
    except ValueError:
        return False
    return _is_loopback(caller) and _is_loopback(asked)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _parse_id(text: str) -> int | None:
    """A whole number that can be the number of a message, None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_ID_DIGITS else None
