"""Who reads along: two people far apart who follow something, and two places where nothing may arrive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from tests.e2e.support.assertions import (
    DigestsByDay,
    slack_digests,
    slack_digests_by_day,
    telegram_digests,
    telegram_digests_by_day,
)
from tests.e2e.support.environment import Environment
from tests.fakes.slack import SlackChannel
from tests.fakes.slack import SlackUser as Colleague
from tests.fakes.telegram import PrivateChat

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


@dataclass
class Subscribers:
    """Anna in Berlin with her private chat, Ben in New York with his team's channel; and two who only look on."""

    anna: PrivateChat
    ben: Colleague
    channel: SlackChannel
    bystander: PrivateChat
    empty_channel: SlackChannel

    @classmethod
    def of(cls, environment: Environment) -> Self:
        telegram, ben = environment.telegram, environment.team.person("Ben", tz="America/New_York")
        return cls(
            telegram.private(telegram.person("Anna")),
            ben,
            environment.team.channel("gen-video", members=[ben]),
            telegram.private(telegram.person("Bert")),
            environment.team.channel("random", members=[ben]),
        )

    async def sign_up(self, anna: Sequence[str], ben: Sequence[str]) -> None:
        """Each follows these topics, Anna at nine in Berlin, Ben's channel at nine in New York."""
        for topic in anna:
            await self.anna.ask(f"/subscribe {topic}")
        assert "09:00 Berlin" in (await self.anna.ask("/when 09:00 Europe/Berlin")).text
        await self.bystander.ask("/start")
        for channel in (self.channel, self.empty_channel):
            await self.ben.invite(channel)
        for topic in ben:
            await self.ben.command(self.channel, f"/papers subscribe {topic}")
            name = topic.partition(" also:")[0]
            followed = await self.ben.sees(f"✓ This channel follows {name}", self.channel)
            assert "weekdays 09:00 New York" in followed.shown

    def digests_by_day(self) -> tuple[DigestsByDay, DigestsByDay]:
        return telegram_digests_by_day(telegram_digests(self.anna.messages), BERLIN), slack_digests_by_day(
            slack_digests(self.channel), NEW_YORK
        )
