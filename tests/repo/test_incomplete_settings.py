"""Settings that do nothing without others are named, with what is missing."""

from __future__ import annotations

import pytest

from paperboy.health_checks import incomplete_settings
from paperboy.settings import Settings


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, []),
        ({"slack_bot_token": "x", "slack_app_token": "x"}, []),
        ({"slack_client_id": "x", "slack_client_secret": "x", "public_url": "https://paperboy.example"}, []),
        ({"slack_client_id": "x"}, ["SLACK_CLIENT_SECRET is not set"]),
        ({"slack_client_secret": "x"}, ["SLACK_CLIENT_ID is not set"]),
        ({"slack_client_id": "x", "slack_client_secret": "x"}, ["PUBLIC_URL is not set"]),
        ({"slack_app_token": "x"}, ["SLACK_BOT_TOKEN is not set"]),
        ({"slack_signing_secret": "x"}, ["SLACK_BOT_TOKEN is not set"]),
    ],
)
def test_what_is_missing_is_named(values: dict[str, str], said: list[str]) -> None:
    found = list(incomplete_settings(Settings.model_validate(values)))
    assert len(found) == len(said)
    assert all(part in finding.what and finding.mend for part, finding in zip(said, found, strict=True))
