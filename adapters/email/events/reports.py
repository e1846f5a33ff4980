"""Bounces (RFC 3464) and complaints (RFC 5965), taken apart. Pure."""

from __future__ import annotations

import base64
import binascii
import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message
from email.policy import default
from typing import Final

from adapters.email.client.error_table import NO_MAILBOX

_BOUNCE_ADDRESS: Final = re.compile(r"\+([a-z2-7]{40,60})@", re.IGNORECASE)
_FEEDBACK: Final = "message/feedback-report"
_UNSUBSCRIBE_LINK: Final = re.compile(r"/mail/unsubscribe/([\w=-]+)")


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mailbox that is not there; ``token`` is that of the return path."""

    token: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """Somebody called a mail spam; ``token`` is that of its link to unsubscribe: addresses are often blackened."""

    token: str


def parse_report(raw: bytes) -> Bounce | Complaint | None:
    """What a report says; None for anything else, such as a vacation's answer, a delay, or a full mailbox."""
    message = email.message_from_bytes(raw, policy=default)
    if message.get_content_type() != "multipart/report":
        return None
    match str(message.get_param("report-type", "")).lower():
        case "delivery-status":
            return _bounce(message)
        case "feedback-report":
            return _complaint(message)
    return None


def _bounce(message: EmailMessage) -> Bounce | None:
    found = _BOUNCE_ADDRESS.search(str(message.get("To", "")))
    gone = any(
        str(fields.get("Action", "")).strip().lower() == "failed" and _status(fields) in NO_MAILBOX
        for fields in _fields(message, "message/delivery-status")
    )
    token = _link_token(found[1]) if found and gone else ""
    return Bounce(token) if token else None


def _complaint(message: EmailMessage) -> Complaint | None:
    kinds = [str(fields.get("Feedback-Type", "")).strip().lower() for fields in _fields(message, _FEEDBACK)]
    links = (str(part.get("List-Unsubscribe", "")) for part in _originals(message))
    found = next((match for link in links if (match := _UNSUBSCRIBE_LINK.search(link))), None)
    return Complaint(found[1]) if found and "abuse" in kinds else None


def _fields(message: EmailMessage, kind: str) -> Iterator[Message]:
    """The groups of fields in the parts of a kind."""
    for part in message.walk():
        if part.get_content_type() == kind:
            inner = part.get_payload()
            if isinstance(inner, list):
                yield from (each for each in inner if isinstance(each, Message))
            else:
                yield email.message_from_string(str(inner))


def _originals(message: EmailMessage) -> Iterator[Message]:
    """The mail that it is about, whole or its head alone."""
    for part in message.walk():
        if part.get_content_type() == "text/rfc822-headers":
            yield email.message_from_string(str(part.get_payload(decode=False)), policy=default)
        elif part is not message:
            yield part


def _status(fields: Message) -> str:
    return str(fields.get("Status", "")).strip().partition(" ")[0]


def _link_token(local: str) -> str:
    """A return path's token as links spell it: there lower case is all that mail servers keep apart."""
    padded = local.upper() + "=" * (-len(local) % 8)
    try:
        return base64.urlsafe_b64encode(base64.b32decode(padded)).decode()
    except binascii.Error:
        return ""
