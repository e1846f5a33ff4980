"""The libraries' own log: their reconnects and warnings, never what people wrote, no traceback and no one-time link.

The SDK writes whole messages at debug level whenever its logger's own level allows it, so its level is set here.
"""

from __future__ import annotations

import logging
import re
from typing import Final

# bolt reads SLACK_BOT_TOKEN from the environment and then warns that the client it was given has one already.
_IGNORED_WARNING: Final = "As you gave `client` as well"
_QUERY: Final = re.compile(r"\?[^\s'\")]*")
# With what anybody may have sent to the address that an installation comes back to, and with a code that still works.
_REPLACEMENTS: Final = (
    (
        re.compile(r"Failed to fetch oauth\.v2\.access result with code: .* - error: ", re.DOTALL),
        "Slack does not confirm an installation: ",
    ),
    (
        re.compile(r"Failed to find any persistent data for state: .*", re.DOTALL),
        "an installation could not be looked up by its state",
    ),
)


class _RedactingFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        for pattern, replacement in _REPLACEMENTS:
            text = pattern.sub(replacement, text)
        record.msg, record.args = " ".join(_QUERY.sub("?…", text).split()), ()
        record.exc_info = record.exc_text = None
        return not record.msg.startswith(_IGNORED_WARNING)


def library_log() -> logging.Logger:
    """The logger that slack-bolt and slack-sdk are given."""
    logger = logging.getLogger("adapters.slack.library")
    logger.setLevel(logging.WARNING)
    if not logger.filters:
        logger.addFilter(_RedactingFilter())
    return logger
