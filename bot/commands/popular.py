"""The topics a newcomer can tap."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sentences import Sentence, say


@dataclass(frozen=True, slots=True)
class PopularTopic:
    """A topic worth offering: what is followed, and the short name on its button (at most 10 characters)."""

    topic: str
    label: Sentence


# Measured on 59 real days: the subjects with the most papers, chosen so that few papers fall under two of them.
POPULAR = (
    PopularTopic("LLM agents", say("Agents")),
    PopularTopic("reasoning", say("Reasoning")),
    PopularTopic("vision language model", say("VLMs")),
    PopularTopic("diffusion", say("Diffusion")),
    PopularTopic("video generation", say("Video")),
    PopularTopic("reinforcement learning", say("RL")),
    PopularTopic("world model", say("Worlds")),
    PopularTopic("robotics", say("Robotics")),
    PopularTopic("speech", say("Speech")),
)
