"""Conditional requests (RFC 9110 section 13): an answer that the visitor has already is not made again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

_TAG: Final = re.compile(r'(?:W/)?("[^"]*")')


@dataclass(frozen=True, slots=True)
class Freshness:
    """What a visitor's copy is compared with: an entity tag, and the moment (UTC) of the last change, None where more
    than that moment tells two answers apart. ``max_age``: seconds for which nobody need ask again.
    ``private``: only the visitor's own program may keep it."""

    etag: str
    modified_at: datetime | None
    max_age: int
    private: bool = False

    @property
    def headers(self) -> Mapping[str, str]:
        """For the whole answer and for the 304 alike."""
        kept_by = "private" if self.private else "public"
        headers = {"ETag": self.etag, "Cache-Control": f"{kept_by}, max-age={self.max_age}"}
        if self.modified_at:
            headers["Last-Modified"] = format_datetime(self.modified_at.astimezone(UTC), usegmt=True)
        return headers

    def not_modified(self, request: Request) -> Response | None:
        """The 304 where the visitor's copy is still right, else None."""
        return Response(status_code=304, headers=dict(self.headers)) if self._is_current(request) else None

    def _is_current(self, request: Request) -> bool:
        """Weak comparison; with If-None-Match no date is looked at (sections 13.1.2, 13.1.3)."""
        wanted = ",".join(request.headers.getlist("If-None-Match")).strip()
        if wanted:
            return wanted == "*" or self.etag.removeprefix("W/") in _TAG.findall(wanted)
        return self.modified_at is not None and self._is_unmodified(request.headers.get("If-Modified-Since", ""))

    def _is_unmodified(self, told: str) -> bool:
        try:
            since = parsedate_to_datetime(told)
        except ValueError:
            return False
        changed = self.modified_at
        return since.tzinfo is not None and changed is not None and changed.replace(microsecond=0) <= since


def entity_tag(*parts: object) -> str:
    """A weak tag of everything that an answer is made from."""
    return f'W/"{sha256(repr(parts).encode()).hexdigest()[:24]}"'
