"""A signed parameter that asks for a variant: for a look at it before readers meet it."""

from __future__ import annotations

import base64
import binascii
import hmac
import struct

from recommender.domain.experiments import ForcedVariant
from recommender.errors import InvalidInput

VERSION = 1
"""First byte of every parameter; another layout takes another number."""

MAC_BYTES = 16
"""Length of the signature: half of a SHA-256, which no guess reaches."""

_HEAD = struct.Struct(">Bd")
"""Version and expiry; the names of the experiment and the variant follow."""

FIELD = "variant"
"""Name of the parameter."""

WANTED = "a parameter as scripts.experiment gave it, unchanged"

SHOWN_CHARACTERS = 80
"""How much of a refused parameter is told back."""


class VariantSigner:
    """Makes the parameter, and reads back only its own.

    Parameters
    ----------
    secret : bytes
        The same in every process of the site; it may be that of the cursors, since what is signed
        names its purpose.

    Examples
    --------
    >>> signer = VariantSigner(b"not so secret")
    >>> wide = ForcedVariant(experiment="dial", variant="wide")
    >>> signer.read(signer.sign(wide, expires_at=60.0), now=59.0) == wide
    True
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def sign(self, wanted: ForcedVariant, expires_at: float) -> str:
        """Return the parameter that asks for ``wanted`` until a second since the epoch."""
        body = _HEAD.pack(VERSION, expires_at) + f"{wanted.experiment}\0{wanted.variant}".encode()
        return _text(self._mac(body) + body)

    def read(self, text: str, now: float) -> ForcedVariant:
        """Return what ``text`` asks for.

        Raises
        ------
        InvalidInput
            It was not made here, was changed, or its time is over.
        """
        raw = _raw(text)
        mac, body = raw[:MAC_BYTES], raw[MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(body)):
            raise InvalidInput(FIELD, WANTED, _shortened(text))
        version, expires_at = _HEAD.unpack_from(body)
        if version != VERSION:
            raise InvalidInput(FIELD, WANTED, _shortened(text))
        if now >= expires_at:
            raise InvalidInput(FIELD, "one that has not expired; sign it anew", _shortened(text))
        experiment, _, variant = body[_HEAD.size :].decode().partition("\0")
        return ForcedVariant(experiment=experiment, variant=variant)

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._secret, b"variant\0" + body, "sha256")[:MAC_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    # Compared as text too: the last digit has bits to spare, and one parameter has one spelling.
    if _text(raw) != text:
        raise InvalidInput(FIELD, WANTED, _shortened(text))
    return raw


def _shortened(text: str) -> str:
    return repr(text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…")
