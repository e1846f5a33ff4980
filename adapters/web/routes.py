"""The page's addresses: ``/``, ``/say``, ``/press``, ``/messages``, ``/suggest``, ``/documents``, ``/login``,
``/logout`` and ``/static``. Who may use them: :mod:`adapters.web.access`.

A form of another origin is refused (Sec-Fetch-Site, https://www.w3.org/TR/fetch-metadata/).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import wraps
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from adapters.web.access import ChatAccess
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
    access: ChatAccess | None = None,
    commands: Sequence[str] = (),
    suggest: Suggester = no_suggestions,
) -> list[BaseRoute]:
    """The routes of the local chat; ``commands`` are offered while typing, and what ``suggest`` makes of a line."""
    access = access or ChatAccess()
    window = _ChatHandlers(session, access, commands, suggest)
    guarded = [
        Route("/", _protect(window.page, access)),
        Route("/say", _protect(window.say, access), methods=["POST"]),
        Route("/press", _protect(window.press, access), methods=["POST"]),
        Route("/messages", _protect(window.messages, access)),
        Route("/suggest", _protect(window.suggestions, access)),
        Route("/login", _with_headers(access.login, _refuse_nobody, access), methods=["POST"]),
        Route("/logout", _with_headers(access.logout, _refuse_nobody, access), methods=["POST"]),
        Route("/documents/{message}/{position}", _protect(window.document, access)),
    ]
    return [*guarded, Mount("/static", StaticFiles(directory=Path(__file__).with_name("static")))]


class _ChatHandlers:
    """The page's handlers over one conversation."""

    def __init__(
        self, session: ConversationSession, access: ChatAccess, commands: Sequence[str], suggest: Suggester
    ) -> None:
        self._session = session
        self._access = access
        self._commands = commands
        self._suggest = suggest

    async def page(self, request: Request) -> Response:
        edits = await self._session.edit_count()
        said = await self._session.latest_messages(MESSAGES_SHOWN)
        zone = await self._session.zone()
        html = render_page(
            messages=[render_message(one, zone) for one in said],
            last=said[-1].id if said else 0,
            edits=edits,
            tries=EXAMPLES,
            commands=self._commands,
            logged_in=self._access.has_session(request),
        )
        return HTMLResponse(html)

    async def say(self, request: Request) -> Response:
        form = await request.form()
        typed = f"{form.get('text', '')} {form.get('argument', '')}"
        await self._session.submit(typed, str(form.get("zone", "")))
        return self._post_response(request)

    async def press(self, request: Request) -> Response:
        form = await request.form()
        message = str(form.get("message", ""))
        number = _parse_id(message)
        if number is None:
            return PlainTextResponse("That button is of no message here. Reload the page.", 400)
        view = await self._session.press_button(str(form.get("command", "")), number, str(form.get("zone", "")))
        return self._post_response(request, Translator(view.language).plain_text(view.toast) if view.toast else "")

    async def messages(self, request: Request) -> Response:
        after, edits = (_parse_id(request.query_params.get(name, "0")) for name in ("after", "edits"))
        if after is None or edits is None:
            return PlainTextResponse("after and edits are whole numbers.", 400)
        now_edits = await self._session.edit_count()
        said = await (
            self._session.latest_messages(MESSAGES_SHOWN) if now_edits != edits else self._session.messages_after(after)
        )
        zone = await self._session.zone()
        html = "".join(render_message(one, zone) for one in said)
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


def _protect(handler: Handler, access: ChatAccess) -> Handler:
    return _with_headers(handler, access.refusal, access)


def _with_headers(handler: Handler, refusal: Callable[[Request], Response | None], access: ChatAccess) -> Handler:
    @wraps(handler)
    async def guarded(request: Request) -> Response:
        refused = refusal(request)
        if refused is None and request.method == "POST":
            refused = await _form_rejection(request, access.own_hosts(request))
        response = refused or await handler(request)
        response.headers.update(_HEADERS | dict(response.headers))
        return response

    return guarded


def _refuse_nobody(request: Request) -> Response | None:
    return None


async def _form_rejection(request: Request, own_hosts: Collection[str]) -> Response | None:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return PlainTextResponse("Forms of other pages are not taken.", 403)
    origin = request.headers.get("Origin")
    if origin and origin.partition("://")[2] not in own_hosts:
        return PlainTextResponse("Forms of other pages are not taken.", 403)
    if len(await request.body()) > MAX_FORM_BYTES:
        return PlainTextResponse("That is too long.", 413)
    return None


def _parse_id(text: str) -> int | None:
    """A whole number that can be the number of a message, None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_ID_DIGITS else None
