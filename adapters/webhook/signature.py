"""Signatures by Standard Webhooks 1.0.0: HMAC-SHA256 over the id, the moment of this try and the bytes sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from secrets import token_bytes
from typing import Final

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - how secrets begin
_SECRET_BYTES: Final = 32


def new_secret() -> str:
    """A secret in the form in which receivers' libraries take it."""
    return SECRET_PREFIX + base64.b64encode(token_bytes(_SECRET_BYTES)).decode()


def signed_headers(message_id: str, at: datetime, body: bytes, secrets: Sequence[str]) -> Mapping[str, str]:
    """What a receiver checks; each secret signs, so that either of two is taken while one is changed."""
    timestamp = str(int(at.timestamp()))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
