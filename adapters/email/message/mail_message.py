"""A mail as the bytes that are handed over."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from typing import Any, Final

from adapters.email.addresses import Sender
from adapters.email.message.dkim_signature import DkimSigner
from adapters.email.rendering.mail_content import MailContent

# The library fills a line with an encoded word but for the blank before it; RFC 2047 2 allows those 75 characters.
_SHORT_LINES: Final = SMTP.clone(max_line_length=76)
_LONG_LINES: Final = SMTP.clone(max_line_length=998)
# Tokens that folding would break: RFC 8058 wants the address whole, RFC 5322 3.6.4 knows no blanks in an id.
_NEVER_FOLDED: Final = frozenset({"list-unsubscribe", "list-unsubscribe-post", "list-id", "message-id", "feedback-id"})
# SenderId of Feedback-ID: constant, 5 to 15 characters (support.google.com/mail/answer/6254652).
_FEEDBACK_ID: Final = "digest:::paperboy1"


class _MailPolicy(EmailPolicy):
    """Folds as RFC 2047 wants it at 76 columns, but never a header that is one token.

    The library would write a ``List-Unsubscribe`` of more than a line as an encoded word, and mail programs then show
    no button.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        policy = _LONG_LINES if name.lower() in _NEVER_FOLDED else _SHORT_LINES
        return policy.fold_binary(name, value)


_POLICY: Final = _MailPolicy(linesep="\r\n", max_line_length=998)


@dataclass(frozen=True, slots=True)
class MailHead:
    """What stands above a mail. ``key`` is the same for every try, ``date`` is this one's (UTC). ``unsubscribe`` is the
    https address for RFC 8058, '' where there is none. ``is_list``: a digest, not a letter to one person."""

    sender: Sender
    recipient: str
    key: str
    date: datetime
    unsubscribe: str = ""
    is_list: bool = True
    is_copy: bool = False


def mail_bytes(head: MailHead, content: MailContent, signer: DkimSigner | None = None) -> bytes:
    """The whole mail with CRLF, signed where there is a key. Two tries differ in ``Date`` and, marked as a copy, in
    ``X-Paperboy-Try``. Takes some milliseconds: not for the event loop."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(head.sender.name, addr_spec=head.sender.address)
    message["To"] = Address(addr_spec=head.recipient)
    message["Subject"] = content.subject
    message["Date"] = head.date
    message["Message-ID"] = f"<{head.key}@{head.sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answers from those on holiday
    if head.is_list:
        _add_list_headers(message, head)
    if head.is_copy:
        message["X-Paperboy-Try"] = "2"
    message.set_content(content.text, cte="quoted-printable")
    message.add_alternative(content.html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_{hashlib.sha256(head.key.encode()).hexdigest()[:32]}")
    raw = message.as_bytes(policy=_POLICY)
    return signer.sign(raw) + raw if signer else raw


def _add_list_headers(message: EmailMessage, head: MailHead) -> None:
    message["Precedence"] = "list"
    message["List-Id"] = f"Paperboy <digest.{head.sender.domain}>"
    message["Feedback-ID"] = _FEEDBACK_ID
    if head.unsubscribe:
        message["List-Unsubscribe"] = f"<{head.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
