"""Cursors: opaque, signed, bound to one reader, and of limited life."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import struct

from pydantic import Field, SecretStr

from recommender.config import Config
from recommender.domain.ids import ReaderId
from recommender.errors import CursorExpired, InvalidInput

VERSION = 1
"""First byte of every cursor; another layout takes another number."""

MAC_BYTES = 16
"""Length of the signature: half of a SHA-256, which no guess reaches."""

TOKEN_BYTES = 8
"""Length of a slate's token, 16 hexadecimal digits."""

SALT_BYTES = 4
"""Chance in each cursor, so that no page has the cursor of the one before: JSON Feed forbids that a
``next_url`` comes twice, as programs take it for an endless loop."""

_BODY = struct.Struct(f">B{TOKEN_BYTES}s8sd{SALT_BYTES}s")
"""Version, token, reader's digest, expiry, salt."""

SHOWN_CHARACTERS = 80
"""How much of a refused cursor is told back."""

WANTED = "a cursor as this service gave it, unchanged and for the same reader"


class CursorConfig(Config):
    """How cursors are signed."""

    secret: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="What cursors are signed with, 16 characters or more; one that is kept in "
        "Redis where not set.",
    )


class CursorSigner:
    """Makes cursors, and reads back only its own.

    Parameters
    ----------
    secret : bytes
        The same in every process of the site.

    Examples
    --------
    >>> signer = CursorSigner(b"not so secret")
    >>> cursor = signer.sign("0123456789abcdef", ReaderId("anna"), expires_at=60.0)
    >>> signer.read(cursor, ReaderId("anna"), now=59.0)
    '0123456789abcdef'
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def sign(self, token: str, reader: ReaderId | None, expires_at: float) -> str:
        """Return a new cursor to the snapshot of ``token`` (16 hexadecimal digits).

        Parameters
        ----------
        reader : ReaderId or None
            Who alone may use it; None for a guest.
        expires_at : float
            Second since the epoch from which it leads nowhere.
        """
        salt = secrets.token_bytes(SALT_BYTES)
        body = _BODY.pack(VERSION, bytes.fromhex(token), self._digest(reader), expires_at, salt)
        return _text(body + self._mac(b"cursor", body))

    def read(self, text: str, reader: ReaderId | None, now: float) -> str:
        """Return the token that ``text`` leads to.

        Raises
        ------
        InvalidInput
            It was not made here, was changed, or was made for another reader.
        CursorExpired
            Its time is over.
        """
        raw = _raw(text)
        body, mac = raw[: _BODY.size], raw[_BODY.size :]
        if not hmac.compare_digest(mac, self._mac(b"cursor", body)):
            raise InvalidInput("cursor", WANTED, _shortened(text))
        version, token, digest, expires_at, _ = _BODY.unpack(body)
        if version != VERSION or digest != self._digest(reader):
            raise InvalidInput("cursor", WANTED, _shortened(text))
        if now >= expires_at:
            raise CursorExpired
        return str(token.hex())

    def _digest(self, reader: ReaderId | None) -> bytes:
        # No id is empty, so a guest's digest is no reader's.
        return self._mac(b"reader", (reader or "").encode())[:8]

    def _mac(self, purpose: bytes, data: bytes) -> bytes:
        return hmac.digest(self._secret, purpose + b"\0" + data, "sha256")[:MAC_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text: str) -> bytes:
    length = _BODY.size + MAC_BYTES
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    # Compared as text too: the last digit has bits to spare, and one cursor has one spelling.
    if len(raw) != length or _text(raw) != text:
        raise InvalidInput("cursor", WANTED, _shortened(text))
    return raw


def _shortened(text: str) -> str:
    return repr(text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…")
