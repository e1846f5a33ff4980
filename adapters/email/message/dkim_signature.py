"""Signing mails (DKIM, RFC 6376), for relays that don't."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Final

import dkim
from dkim.crypto import UnparsableKeyError, parse_pem_private_key

# What must not be changed on the way. RFC 8058 wants both headers for unsubscribing; twice: nothing may be added.
_SIGNED: Final = (
    b"from", b"from", b"to", b"subject", b"date", b"message-id", b"auto-submitted", b"list-id", b"list-unsubscribe",
    b"list-unsubscribe-post", b"feedback-id", b"mime-version", b"content-type",
)  # fmt: skip
_RELAXED: Final = (b"relaxed", b"relaxed")


class WrongKey(ValueError):
    """The file holds no RSA key that signs mail."""


class DkimSigner:
    """Signs for one domain. Raises :class:`WrongKey`; reading the file may raise OSError."""

    def __init__(self, key_file: Path, selector: str, domain: str) -> None:
        self._key = key_file.read_bytes()
        self.selector = selector
        self.domain = domain
        try:
            self._numbers = parse_pem_private_key(self._key)
        except (UnparsableKeyError, ValueError, IndexError, KeyError) as error:
            raise WrongKey("it is no RSA key in PEM form") from error

    @property
    def bits(self) -> int:
        """The key's length; RFC 8301 wants 2048."""
        return int(self._numbers["modulus"].bit_length())

    @property
    def record(self) -> str:
        """What has to stand in DNS at ``SELECTOR._domainkey.DOMAIN``."""
        return f"v=DKIM1; k=rsa; p={base64.b64encode(_public_key(self._numbers)).decode()}"

    def sign(self, message: bytes) -> bytes:
        """The header to put before the message, with its line end."""
        present = {line.partition(b":")[0].lower() for line in message.partition(b"\r\n\r\n")[0].split(b"\r\n")}
        signed = [name for name in _SIGNED if name in present]
        return bytes(
            dkim.sign(
                message,
                self.selector.encode(),
                self.domain.encode(),
                self._key,
                canonicalize=_RELAXED,
                include_headers=signed,
            )
        )

    def verifies(self, message: bytes) -> bool:
        """Whether a reader would find the signature right once the record stands in DNS."""
        return bool(dkim.verify(message, dnsfunc=lambda name, timeout=5: self.record.encode()))


def _public_key(numbers: dict[str, int]) -> bytes:
    """SubjectPublicKeyInfo (RFC 5280 4.1, RFC 8017 A.1.1) of an RSA key, in DER."""
    key = _der(0x30, _der_integer(numbers["modulus"]) + _der_integer(numbers["publicExponent"]))
    algorithm = bytes.fromhex("300d06092a864886f70d0101010500")
    return _der(0x30, algorithm + _der(0x03, b"\0" + key))


def _der_integer(number: int) -> bytes:
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content
