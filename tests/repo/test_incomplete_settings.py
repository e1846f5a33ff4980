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
        ({"smtp_url": "smtp://relay"}, ["MAIL_FROM is not set"]),
        ({"mail_from": "papers@sender.net"}, ["SMTP_URL is not set"]),
        (
            {"smtp_url": "smtp://relay", "mail_from": "papers@sender.net", "mail_dkim_key": "/nowhere"},
            ["PUBLIC_URL is no https", "MAIL_DKIM_KEY can't be read"],
        ),
        ({"slack_signing_secret": "x"}, ["SLACK_BOT_TOKEN is not set"]),
    ],
)
def test_what_is_missing_is_named(values: dict[str, str], said: list[str]) -> None:
    found = [each for each in incomplete_settings(Settings.model_validate(values)) if each.level != "ok"]
    assert len(found) == len(said)
    assert all(part in finding.what and finding.mend for part, finding in zip(said, found, strict=True))


def test_what_has_to_stand_in_dns_is_ready_to_be_pasted() -> None:
    values = {"smtp_url": "smtps://me:pw@mail.relay.net", "mail_from": "P <papers@sender.net>"}
    (records,) = [each.what for each in incomplete_settings(Settings.model_validate(values)) if each.level == "ok"]
    assert 'sender.net. IN TXT "v=spf1 a:mail.relay.net ~all"' in records
    assert '_dmarc.sender.net. IN TXT "v=DMARC1; p=none"' in records
    assert "pw" not in records


def test_unconfirmed_addresses_are_for_one_machine() -> None:
    for values in ({"public_url": "https://paperboy.example"}, {"host": "0.0.0.0"}):
        with pytest.raises(ValueError, match="MAIL_CONFIRM"):
            Settings.model_validate({"mail_confirm": "off"} | values)
    assert Settings.model_validate({"mail_confirm": "off"}).mail_confirm == "off"
