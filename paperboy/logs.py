"""What Paperboy writes down, and what it never does: a token, a password, what people wrote."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

# A Telegram address holds the token, and libraries like to log addresses. The sender's own secrets are known by value;
# these forms catch what comes from elsewhere (a token that was pasted into the wrong setting, an installation's token).
_TOKEN_FORMS = re.compile(
    r"\b\d{5,}:[A-Za-z0-9_-]{20,}|\bx(?:ox[a-z]|app)-[A-Za-z0-9-]+|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
)
REDACTED = "***"


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
    handler.addFilter(SecretFilter(secrets))
    handler.setFormatter(
        JsonFormatter() if form == "json" else logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for chatty in ("httpx", "httpcore", "apscheduler", "aiosqlite", "slack_bolt", "telegram", "alembic", "uvicorn"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLogger().level))
