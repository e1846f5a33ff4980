"""What a check of ``doctor`` found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CheckLevel = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One thing ``doctor`` looked at: what it found, and what to do where that is not well."""

    name: str
    level: CheckLevel
    what: str
    mend: str = ""
