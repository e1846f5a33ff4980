"""What is wrong with a setting that stops the start, in our words rather than the validation library's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_SENTENCES: Final[Mapping[str, str]] = {
    "int_parsing": "is no whole number",
    "int_from_float": "is no whole number",
    "greater_than_equal": "is too small; {ge} is the least",
    "less_than_equal": "is too large; {le} is the most",
    "literal_error": "takes {expected}",
    "time_parsing": "is no time of day; write it like 09:00",
    "datetime_from_date_parsing": "is no moment; write it like 2026-08-18T09:00:00Z",
    "datetime_parsing": "is no moment; write it like 2026-08-18T09:00:00Z",
}


def describe_mistake(error: Mapping[str, Any]) -> str:
    """``NAME: what is wrong and what would be right``; never the value, which may be a secret."""
    name = ".".join(str(part) for part in error["loc"]).upper()
    given: dict[str, Any] = error.get("ctx", {})
    if isinstance(reason := given.get("error"), ValueError):
        return f"{name}: {reason}"
    sentence = _SENTENCES.get(error["type"], "can't be read; .env.example says what it takes")
    return f"{name}: {sentence.format_map(given).replace(chr(39), '')}"
