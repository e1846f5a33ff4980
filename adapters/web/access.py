"""Who may use the local chat: who sits at this machine, or who knows the password.

People type it into a form and get a signed cookie; scripts send ``Authorization: Basic`` (RFC 7617).
"""

from __future__ import annotations

import base64
import hmac
import logging
import time
from collections.abc import Callable, Collection
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from adapters.web.login_throttle import LoginThrottle
from adapters.web.renderer import render_login
from adapters.web.visitors import is_local_visitor, visitor_address

COOKIE: Final = "paperboy_session"
SESSION_SECONDS: Final = 30 * 24 * 3600
THROTTLED: Final = "Too many wrong tries. Wait a few minutes, then try again."

log = logging.getLogger(__name__)


class ChatAccess:
    """Decides over each request. Without a password nobody but this machine finds anything at all; ``strangers_to`` is
    where others are led from the chat's first page ('': nowhere)."""

    def __init__(
        self,
        password: str = "",
        *,
        public_url: str = "",
        trusted_proxies: Collection[str] = (),
        strangers_to: str = "",
        now: Callable[[], float] = time.time,
    ) -> None:
        self._password = password
        self._public_url = public_url
        self._trusted_proxies = trusted_proxies
        self._strangers_to = strangers_to
        self._now = now
        self._throttle = LoginThrottle()
        self._logged_out: set[str] = set()

    def refusal(self, request: Request) -> Response | None:
        """What is answered instead, None where the request may go on."""
        if not self._password:
            return None if is_local_visitor(request, self._public_url) else self._turn_away(request)
        if self.has_session(request):
            return None
        if "Authorization" in request.headers:
            return self._refuse_try(request, _basic_password(request))
        if "text/html" in request.headers.get("Accept", ""):
            return HTMLResponse(render_login(problem=""), 401)
        if "Sec-Fetch-Mode" in request.headers:
            return PlainTextResponse("The password, please.", 401)  # else the browser would ask in a window of its own
        return _ask_for_password()

    def _turn_away(self, request: Request) -> Response:
        """To the pages for everybody, where there are some; nothing tells that a chat is here."""
        if self._strangers_to and request.url.path == "/" and request.method in ("GET", "HEAD"):
            return RedirectResponse(self._strangers_to, 302)
        return PlainTextResponse("Not Found", 404)

    def has_session(self, request: Request) -> bool:
        """Whether the cookie is one of ours, and not ended."""
        cookie = request.cookies.get(COOKIE, "")
        expires, _, _ = cookie.partition(".")
        if not (self._password and hmac.compare_digest(cookie.encode(), self._sign(cookie).encode())):
            return False
        return int(expires) > self._now() and cookie not in self._logged_out

    async def login(self, request: Request) -> Response:
        """Takes the form's password."""
        if not self._password:
            return PlainTextResponse("Not Found", 404)
        form = await request.form()
        if refused := self._refuse_try(request, str(form.get("password", ""))):
            problem = THROTTLED if refused.status_code == 429 else "That is not the password."
            return HTMLResponse(render_login(problem=problem), refused.status_code)
        response = RedirectResponse("/", 303)
        value = self._sign(f"{int(self._now()) + SESSION_SECONDS}.{token_urlsafe(16)}.")
        response.set_cookie(
            COOKIE, value, SESSION_SECONDS, httponly=True, samesite="strict", secure=self._is_https(request)
        )
        return response

    async def logout(self, request: Request) -> Response:
        """Ends the session, also for whoever has copied its cookie."""
        if self.has_session(request):
            self._logged_out.add(request.cookies[COOKIE])
        response = RedirectResponse("/", 303)
        response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=self._is_https(request))
        return response

    def own_hosts(self, request: Request) -> Collection[str]:
        """The names that our own pages have: as the browser asks for them, and as a proxy may hide them from us."""
        return {request.headers.get("Host", ""), self._public_url.rstrip("/").partition("://")[2].partition("/")[0]} - {
            ""
        }

    def _refuse_try(self, request: Request, given: str | None) -> Response | None:
        address = visitor_address(request, self._trusted_proxies)
        if wait := self._throttle.wait_seconds(address):
            return PlainTextResponse(THROTTLED, 429, {"Retry-After": str(wait)})
        if given is not None and hmac.compare_digest(given.encode(), self._password.encode()):
            return None
        self._throttle.record_wrong(address)
        log.warning("a wrong WEB_PASSWORD was tried from %s", address or "behind a proxy that TRUSTED_PROXIES lacks")
        return _ask_for_password()

    def _sign(self, cookie: str) -> str:
        """The cookie with the signature that belongs to it; another password is another key."""
        signed = cookie.rpartition(".")[0]
        key = hmac.new(self._password.encode(), b"paperboy web session", sha256).digest()
        return f"{signed}.{hmac.new(key, signed.encode(), sha256).hexdigest()}"

    def _is_https(self, request: Request) -> bool:
        schemes = (request.url.scheme, request.headers.get("X-Forwarded-Proto", ""))
        return self._public_url.startswith("https://") or "https" in schemes


def _ask_for_password() -> Response:
    return PlainTextResponse("The password, please.", 401, {"WWW-Authenticate": 'Basic realm="Paperboy"'})


def _basic_password(request: Request) -> str | None:
    scheme, _, given = request.headers["Authorization"].partition(" ")
    try:
        _, _, told = base64.b64decode(given, validate=True).decode().partition(":")
    except ValueError:
        return None
    return told if scheme.lower() == "basic" else None
