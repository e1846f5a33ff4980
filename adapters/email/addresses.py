"""Addresses of people and of the sender: checked before anything is done with them."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from typing import Final

from email_validator import EmailNotValidError, validate_email

MAX_ADDRESS_LENGTH: Final = 254  # characters, RFC 5321 4.5.3.1.3 without the brackets


class WrongAddress(ValueError):
    """It is no address that mail can be sent to; the text says why, without repeating it."""


class UnsupportedAddress(WrongAddress):
    """It is an address, but with letters before the @ that not every mail server takes."""


@dataclass(frozen=True, slots=True)
class MailAddress:
    """``delivered_to`` is what the server is told (ASCII), ``compared_as`` the same for all its spellings."""

    delivered_to: str
    compared_as: str

    @property
    def domain(self) -> str:
        return self.delivered_to.rpartition("@")[2].lower()


def parse_address(typed: str) -> MailAddress:
    """The address in what somebody typed. Raises :class:`WrongAddress`.

    Without ``strict`` the library lets local parts of 65 characters pass (RFC 5321 4.5.3.1.1 allows 64).
    """
    address = typed.strip()
    if len(address) > MAX_ADDRESS_LENGTH:
        raise WrongAddress("it is too long")
    try:
        found = validate_email(address, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise WrongAddress("it is no address") from error
    if not found.ascii_email:
        raise UnsupportedAddress("it has letters before the @ that not every server takes")
    return MailAddress(found.ascii_email, found.normalized.casefold())


def quota_address(address: MailAddress) -> str:
    """The mailbox as most providers see it: ``a.b+x@`` is ``ab@``. For counting only, never for sending."""
    local, _, domain = address.compared_as.rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who mails come from: ``MAIL_FROM`` as a name for people and an address."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower()


def parse_sender(text: str) -> Sender:
    """``Paperboy <papers@example.org>`` or the address alone. Raises :class:`WrongAddress`."""
    name, address = parseaddr(text)
    if not address or any(ord(character) < 32 for character in text):
        raise WrongAddress("it is no sender; write it like Paperboy <papers@example.org>")
    return Sender(name or "Paperboy", parse_address(address).delivered_to)
