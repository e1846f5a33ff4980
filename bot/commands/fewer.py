"""Less of what a long digest brought: which topics alone brought how much of it, to be made stricter or stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.commands.buttons import ROOM, button, short
from bot.deliveries import Chosen
from bot.digests.reasons import topic_name
from bot.sentences import say
from bot.views import Button, Line

MANY = 7  # papers; a digest of more comes partly as titles
SHOWN = 2


def brought_alone(chosen: Sequence[Chosen]) -> list[tuple[str, int]]:
    """The topics that alone brought the most papers of a long digest, as printed, with how many that were."""
    if len(chosen) <= MANY:
        return []
    alone = Counter(one.topics[0].topic for one in chosen if len(one.topics) == 1)
    return [(topic, n) for topic, n in alone.most_common(SHOWN) if n > 1]


def fewer(chosen: Sequence[Chosen]) -> tuple[list[Line], list[list[Button]]]:
    """*benchmark alone brought 8 of these 22.*, and what can be done about each."""
    found = brought_alone(chosen)
    lines = [
        Line(say("<b>{topic}</b> alone brought {n} of these {all}.", topic=topic_name(topic), n=n, all=len(chosen)))
        for topic, n in found
    ]
    return lines, [_taps(topic) for topic, _ in found]


def _taps(topic: str) -> list[Button]:
    stop = say("Stop {topic}", topic=short(topic_name(topic), ROOM[2] - 5))
    return [button(stop, f"unsubscribe {topic}"), button(say("Make it stricter"), f"edit {topic}")]
