"""Every scene, one after the other."""

from __future__ import annotations

from pathlib import Path

from tests.screenshots import slack_scenes, telegram_scenes
from tests.screenshots.shots import Shot


async def all_shots(migrated: Path) -> list[Shot]:
    """``migrated`` is an empty database's file."""
    shots = [shot async for shot in telegram_scenes.shots(migrated)]
    shots += [shot async for shot in slack_scenes.shots(migrated)]
    assert len({shot.name for shot in shots}) == len(shots), "two pictures of one name"
    return shots
