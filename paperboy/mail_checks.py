"""What ``doctor`` finds of mail: the sender, the key, and what has to stand in DNS, ready to be pasted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from adapters.email.addresses import Sender, parse_sender
from adapters.email.capabilities import EMAIL
from adapters.email.message.dkim_signature import DkimSigner, WrongKey
from adapters.email.message.mail_message import MailHead, mail_bytes
from adapters.email.rendering.mail_content import MailContent
from bot.ports import Storage
from paperboy.check_result import CheckResult
from paperboy.settings import Settings

MIN_KEY_BITS = 2048  # RFC 8301
_SAMPLE = MailContent("Sample", "Sample\n", "<p>Sample</p>\n")


def read_signer(settings: Settings) -> DkimSigner | str | None:
    """What signs mails, None where no key is named, or what is wrong with it."""
    if settings.mail_dkim_key is None:
        return None
    sender = parse_sender(settings.mail_from)
    try:
        return DkimSigner(settings.mail_dkim_key, settings.mail_dkim_selector, sender.domain)
    except OSError as error:
        return f"MAIL_DKIM_KEY can't be read: {error.strerror}."
    except WrongKey as error:
        return f"MAIL_DKIM_KEY is not right: {error}."


async def check_connected(settings: Settings, storage: Storage) -> CheckResult:
    """The server took the connection; how digests get there."""
    protected = "protected by TLS" if settings.smtp_url.get_secret_value().startswith("smtps") else "reached"
    said = f"The mail server is {protected} and lets Paperboy in; mails come from {settings.mail_from}."
    return CheckResult(EMAIL, "ok", said)


def check_settings(settings: Settings) -> Iterator[CheckResult]:
    """Settings that lack their other half; with both, what mailbox providers ask of the sender's domain."""
    server = settings.smtp_url.get_secret_value()
    if bool(server) != bool(settings.mail_from):
        missing, example = ("MAIL_FROM", "papers@example.org") if server else ("SMTP_URL", "smtps://user:password@host")
        yield CheckResult(EMAIL, "fail", f"Mail is off: {missing} is not set.", f"Set {missing}, such as {example}.")
    elif server:
        yield from _check_links(settings)
        yield from _check_signing(settings)
        yield _dns_records(settings)


def _check_links(settings: Settings) -> Iterator[CheckResult]:
    if not settings.public_url.startswith("https://"):
        what = "PUBLIC_URL is no https address, so mails go out without a button to unsubscribe (RFC 8058)."
        yield CheckResult(EMAIL, "warn", what, "Set PUBLIC_URL to the https address of this server.")


def _check_signing(settings: Settings) -> Iterator[CheckResult]:
    signer = read_signer(settings)
    if isinstance(signer, str):
        what = f"Mail is off: {signer}"
        yield CheckResult(EMAIL, "fail", what, f"Make one: openssl genrsa -out dkim.pem {MIN_KEY_BITS}")
    elif signer is None:
        what = "Mails are not signed here. Without a signature of the sender's domain many are taken for spam."
        yield CheckResult(EMAIL, "warn", what, "Set MAIL_DKIM_KEY, unless your mail server signs.")
    elif signer.bits < MIN_KEY_BITS:
        what = f"The key in MAIL_DKIM_KEY has {signer.bits} bits; readers ask for {MIN_KEY_BITS}."
        yield CheckResult(EMAIL, "warn", what, f"Make one: openssl genrsa -out dkim.pem {MIN_KEY_BITS}")
    elif not _signs_rightly(signer, parse_sender(settings.mail_from)):
        yield CheckResult(EMAIL, "fail", "A mail signed with MAIL_DKIM_KEY does not verify.", "Make another key.")


def _signs_rightly(signer: DkimSigner, sender: Sender) -> bool:
    head = MailHead(sender, sender.address, "sample", datetime.now(UTC), unsubscribe=f"https://{sender.domain}/x")
    return signer.verifies(mail_bytes(head, _SAMPLE, signer))


def _dns_records(settings: Settings) -> CheckResult:
    """SPF where bounces go, the key, and what is to be done with mail that has neither."""
    domain = parse_sender(settings.mail_from).domain
    bounces = settings.mail_return_path.rpartition("@")[2] or domain
    server = settings.smtp_url.get_secret_value().rpartition("@")[2].rpartition("//")[2].partition(":")[0].strip("/")
    records = [f'{bounces}. IN TXT "v=spf1 a:{server} ~all"', f'_dmarc.{domain}. IN TXT "v=DMARC1; p=none"']
    signer = read_signer(settings)
    if isinstance(signer, DkimSigner):
        # A string in a TXT record holds 255 characters.
        parts = " ".join(f'"{signer.record[at : at + 255]}"' for at in range(0, len(signer.record), 255))
        records.append(f"{signer.selector}._domainkey.{domain}. IN TXT ( {parts} )")
    return CheckResult(
        EMAIL, "ok", "What has to stand in DNS (if you have an SPF record, add to it):\n" + "\n".join(records)
    )
