"""What ``doctor`` finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing ``doctor`` looked at: what it found, and what to do where that is not well."""

    name: str
    level: Level
    what: str
    mend: str = ""
