"""One request to a source, with an end to its length, and what its headers ask for.

An answer is decompressed piece by piece, so that a few megabytes that unpack to gigabytes never stand in memory.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from bot.errors import SourceUnavailable

MAX_RETRY_SECONDS = 3600  # however long a source asks for: its windows are minutes, and a slip is not for ever
_ACCEPTED_ENCODINGS = "gzip, deflate"
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_MAX_PIECE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """A whole answer; ``body`` is decompressed."""

    status: int
    headers: httpx.Headers
    body: bytes


async def fetch_limited(
    client: httpx.AsyncClient,
    url: str,
    max_bytes: int,
    *,
    params: Mapping[str, str | int] | None = None,
    headers: Mapping[str, str] | None = None,
) -> SourceAnswer:
    """``url``, redirects followed. Raises :class:`SourceUnavailable` for what can't be reached, what is packed in a way
    nobody asked for, and what has more than ``max_bytes`` once unpacked."""
    asked = {"Accept-Encoding": _ACCEPTED_ENCODINGS, **(headers or {})}
    try:
        async with client.stream("GET", url, params=params, headers=asked, follow_redirects=True) as response:
            return SourceAnswer(response.status_code, response.headers, await _read_body(response, max_bytes))
    except httpx.TooManyRedirects as error:
        raise SourceUnavailable("redirects without end") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SourceUnavailable(f"not reachable ({type(error).__name__})") from error
    except zlib.error as error:
        raise SourceUnavailable("answered with broken compression") from error


async def _read_body(response: httpx.Response, max_bytes: int) -> bytes:
    unpack = _unpacker(response.headers.get("Content-Encoding", ""))
    body = bytearray()
    async for packed in response.aiter_raw():
        for piece in unpack.pieces(packed):
            body += piece
            if len(body) > max_bytes:
                raise SourceUnavailable(f"answer larger than {max_bytes // 1_000_000} MB")
    if not unpack.complete:
        raise SourceUnavailable("not reachable (the answer was cut off)")
    return bytes(body)


def _unpacker(encoding: str) -> _Plain | _Zlib:
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return _Plain()
    if name in ("gzip", "x-gzip", "deflate"):
        return _Zlib()
    raise SourceUnavailable("answered in a compression that was not asked for")


class _Plain:
    complete = True

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        yield packed


class _Zlib:
    """gzip, also of several members, and zlib."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._begun = False

    @property
    def complete(self) -> bool:
        return self._stream.eof or not self._begun

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        while packed:
            if self._stream.eof:
                self._stream = zlib.decompressobj(_GZIP_OR_ZLIB)
            self._begun = True
            yield self._stream.decompress(packed, _MAX_PIECE_BYTES)
            packed = self._stream.unconsumed_tail or self._stream.unused_data


def retry_moment(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When ``Retry-After`` asks to come back (seconds or an HTTP date), an hour from ``now`` at most; None without one
    that can be read."""
    said = headers.get("Retry-After", "").strip()
    if said.isdecimal():
        return now + retry_delay(said)
    moment = parse_moment(said)
    return None if moment is None else min(max(moment, now), now + timedelta(seconds=MAX_RETRY_SECONDS))


def retry_delay(seconds: str) -> timedelta:
    """``seconds`` in digits, however many, as a time of an hour at most."""
    digits = seconds.lstrip("0") or "0"
    return timedelta(seconds=MAX_RETRY_SECONDS if len(digits) > 6 else min(int(digits), MAX_RETRY_SECONDS))


def parse_moment(text: str) -> datetime | None:
    """An e-mail or HTTP date as a moment in UTC; None for anything else."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
