"""What a sentence means: the commands that do it, how surely, and how it was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from bot.i18n import LazyText
from bot.matching.catalogue.catalogue import Catalogue, CatalogueTopic, load_bundled_catalogue
from bot.matching.catalogue.toml_reader import name_key


class Certainty(Enum):
    """``SURE`` is done (what changes something with an Undo); ``LIKELY`` is offered as a button and changes nothing."""

    SURE = "sure"
    LIKELY = "likely"


@dataclass(frozen=True, slots=True)
class Intent:
    """Whole commands without a slash, in the order they were said; ``reading`` is said to the person (*robotics, this
    month, by votes*), () where the answer shows it anyway."""

    commands: tuple[str, ...]
    certainty: Certainty = Certainty.SURE
    reading: tuple[LazyText, ...] = ()


@dataclass(frozen=True, slots=True)
class IntentKnowledge:
    """What a sentence is read against: the catalogue, today (UTC), and the topics that the chat follows."""

    today: date
    catalogue: Catalogue = field(default_factory=load_bundled_catalogue)
    followed: tuple[str, ...] = ()

    def find_topic(self, words: str) -> CatalogueTopic | None:
        """The catalogue's topic of that name, however it is spelt."""
        return self.catalogue.find(words)

    def find_followed(self, words: str) -> str | None:
        """The followed topic that the words name: itself, or another name of the same topic."""
        named = self.find_topic(words)
        for topic in self.followed:
            if name_key(topic) == name_key(words) or (named is not None and self.find_topic(topic) == named):
                return topic
        return None


def sure(*commands: str, reading: tuple[LazyText, ...] = ()) -> Intent:
    """It is done."""
    return Intent(commands, Certainty.SURE, reading)


def likely(*commands: str) -> Intent:
    """It is offered."""
    return Intent(commands, Certainty.LIKELY)
