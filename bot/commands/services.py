"""What commands work with, handed over once at start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.chats import ChatDefaults, Platform
from bot.commands.popular import Popular
from bot.digests.gather import Progress
from bot.ports import Clock, PaperIndex, Storage, Traits


def _nothing() -> None:
    """Nobody waits for deliveries."""


def _not_begun() -> Progress | None:
    return None


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a command may ask or change.

    ``wake`` tells whoever delivers that something was planned just now. ``progress`` says how far the background
    reading is, None before it began. ``traits`` are those of the platforms that run. ``database`` is the database's
    kind for the operator, never its address.
    """

    storage: Storage
    index: PaperIndex
    clock: Clock
    defaults: ChatDefaults = field(default_factory=ChatDefaults)
    version: str = ""
    database: str = ""
    wake: Callable[[], None] = _nothing
    progress: Callable[[], Progress | None] = _not_begun
    traits: Mapping[Platform, Traits] = field(default_factory=dict)
    popular: Popular = field(default_factory=Popular)
