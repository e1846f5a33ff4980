"""How often somebody may be asked whether they want mails: nobody is to be flooded by the form. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import Final

from adapters.email.addresses import MailAddress, quota_address
from adapters.email.links import LinkPurpose, LinkSigner

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
QUESTIONS_A_DAY: Final = 500
_IPV6_SITE_BITS: Final = 64  # whoever has one address has all of these


@dataclass(frozen=True, slots=True)
class Quota:
    """``scope`` may be used ``most`` times within ``period``."""

    scope: str
    most: int
    period: timedelta


TOTAL: Final = Quota("questions", QUESTIONS_A_DAY, _DAY)


def address_quotas(address: MailAddress, signer: LinkSigner) -> Iterator[Quota]:
    """One question in 24 hours and three in 30 days for a mailbox, 100 an hour for a mail domain."""
    mailbox = "mailbox " + signer.hashed(LinkPurpose.QUOTA, quota_address(address))
    yield Quota(mailbox, 1, _DAY)
    yield Quota(mailbox, 3, timedelta(days=30))
    yield Quota("domain " + signer.hashed(LinkPurpose.QUOTA, address.domain), 100, _HOUR)


def visitor_quotas(visitor: str, signer: LinkSigner) -> Iterator[Quota]:
    """Five an hour and twenty a day for a network address; none for ''."""
    if visitor:
        scope = "visitor " + signer.hashed(LinkPurpose.QUOTA, network_of(visitor))
        yield Quota(scope, 5, _HOUR)
        yield Quota(scope, 20, _DAY)


def person_quotas(person: str, chat: str, signer: LinkSigner) -> Iterator[Quota]:
    """Five a day for somebody in another chat, and for that chat."""
    for kind, name in (("person", person), ("chat", chat)):
        yield Quota(f"{kind} {signer.hashed(LinkPurpose.QUOTA, name)}", 5, _DAY)


def network_of(visitor: str) -> str:
    """The network that a visitor's address stands for."""
    try:
        address = ip_address(visitor)
    except ValueError:
        return visitor
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Address(int(address) >> _IPV6_SITE_BITS << _IPV6_SITE_BITS))
    return str(address)
