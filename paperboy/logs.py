"""What Paperboy writes down, and what it never does: a token, a password, what people wrote."""

from __future__ import annotations

import json
import logging
import re
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from socket import gaierror
from typing import Final, Literal

import aiohttp
import httpx

# A Telegram address holds the token, and libraries like to log addresses. The sender's own secrets are known by value;
# these forms catch what comes from elsewhere (a token that was pasted into the wrong setting, an installation's token).
_TOKEN_FORMS = re.compile(
    r"\b\d{5,}:[A-Za-z0-9_-]{20,}|\bx(?:ox[a-z]|app)-[A-Za-z0-9-]+|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
)
REDACTED = "***"
REPEAT_SECONDS: Final = 60.0
MAX_REPEATS_KNOWN: Final = 1000  # different lines within that time; more are written as they come
_NETWORK_ERRORS: Final = (
    ConnectionError,
    TimeoutError,
    gaierror,
    ssl.SSLError,
    aiohttp.ClientError,
    httpx.TransportError,
)


class SecretFilter(logging.Filter):
    """Takes secrets out of every record; it sits on the handlers, so that no logger goes round it."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        known = sorted((re.escape(secret) for secret in secrets if len(secret) > 3), key=len, reverse=True)
        self._known = re.compile("|".join(known)) if known else None

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self.redact(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self.redact(record.exc_text)
        return True

    def redact(self, text: str) -> str:
        """``text`` with every secret as ***."""
        text = self._known.sub(REDACTED, text) if self._known else text
        return _TOKEN_FORMS.sub(REDACTED, text)


class RepeatFilter(logging.Filter):
    """Lets the same line pass once in :data:`REPEAT_SECONDS`; how often it came meanwhile is told after that.

    It is told with the next line that is logged, whatever that is: a flood in silence needs no timer of its own.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._lock = threading.RLock()
        self._seen: dict[tuple[str, int, str], _Repeats] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        with self._lock:
            ended = self._take_ended()
            error = (record.exc_text or "").rpartition("\n")[2]
            key = (record.name, record.levelno, f"{record.getMessage()} {error}".rstrip())
            if known := self._seen.get(key):
                known.count += 1
                return False
            if len(self._seen) < MAX_REPEATS_KNOWN:
                self._seen[key] = _Repeats(self._now())
        for (name, level, text), repeats in ended:
            told = f"{text} ({repeats.count} times more in {REPEAT_SECONDS:.0f} s)"
            logging.getLogger(name).handle(logging.LogRecord(name, level, "", 0, told, (), None))
        return True

    def _take_ended(self) -> list[tuple[tuple[str, int, str], _Repeats]]:
        """Those whose time is over and that came again; the oldest stand first."""
        ended = []
        while self._seen:
            key = next(iter(self._seen))
            if self._now() - self._seen[key].since < REPEAT_SECONDS:
                break
            repeats = self._seen.pop(key)
            if repeats.count:
                ended.append((key, repeats))
        return ended


@dataclass(slots=True)
class _Repeats:
    since: float
    count: int = 0


class NetworkErrorFilter(logging.Filter):
    """Says in one line that somebody could not be reached: where in a library that was noticed helps nobody."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if error is not None and _is_network_error(error):
            record.msg, record.args = f"{record.getMessage()} ({type(error).__name__}: {error})", ()
            record.exc_info = record.exc_text = None
        return True


def _is_network_error(error: BaseException) -> bool:
    """Whether it, or what it comes from, is trouble with a connection."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        if isinstance(cause, _NETWORK_ERRORS):
            return True
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__
    return False


class JsonFormatter(logging.Formatter):
    """One JSON object a line: at (UTC), level, logger, message, and error where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_text:
            entry["error"] = record.exc_text
        return json.dumps(entry, ensure_ascii=False)


def start_logging(level: str, form: Literal["text", "json"], secrets: Iterable[str]) -> None:
    """Sets the root logger up: everything goes to standard error, secrets taken out."""
    handler = logging.StreamHandler(sys.stderr)
    for each in (NetworkErrorFilter(), SecretFilter(secrets), RepeatFilter()):
        handler.addFilter(each)
    handler.setFormatter(
        JsonFormatter() if form == "json" else logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for chatty in ("httpx", "httpcore", "apscheduler", "aiosqlite", "slack_bolt", "telegram", "alembic", "uvicorn"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLogger().level))
