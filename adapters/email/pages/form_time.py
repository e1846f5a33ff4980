"""When a form was shown, signed: within three seconds no person fills it in, and after a day they look again."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

from adapters.email.links import LinkPurpose, LinkSigner

MIN_AGE: Final = timedelta(seconds=3)
MAX_AGE: Final = timedelta(hours=24)


def form_time(now: datetime, signer: LinkSigner) -> str:
    """What the form carries."""
    seconds = str(int(now.timestamp()))
    return f"{seconds}.{signer.mac(LinkPurpose.FORM, seconds).hex()}"


def is_form_time(text: str, now: datetime, signer: LinkSigner) -> bool:
    """Whether it was shown by us, long enough ago and not too long."""
    seconds, _, mac = text.partition(".")
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) < 13):
        return False
    right = signer.mac(LinkPurpose.FORM, seconds).hex()
    shown_at = datetime.fromtimestamp(int(seconds), UTC)
    return hmac.compare_digest(mac.encode(), right.encode()) and MIN_AGE <= now - shown_at <= MAX_AGE
