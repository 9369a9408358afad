"""What the head of the current request says besides its parameters: wishes, and our own address."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from flask import request

OF_ADDRESSES = "-._~:/?#[]@!$&'()*+,;=%"
"""The characters besides letters and digits that an address is made of (RFC 3986)."""


def accepted_languages() -> tuple[str, ...]:
    """Return the languages of Accept-Language, the dearest first."""
    if "Accept-Language" not in request.headers:
        return ()
    return tuple(tag for tag, quality in request.accept_languages if quality > 0)


def accepted_format(offered: Sequence[str]) -> str:
    """Return the media type of ``offered`` that Accept likes best; the first where it says none."""
    if "Accept" not in request.headers:
        return offered[0]
    return request.accept_mimetypes.best_match(offered, offered[0])


def own_address() -> str:
    """Return the address that this service was asked at, without a slash at the end.

    Not Flask's ``request.host_url``: that one reads the host as IDNA and fails where it is none.
    """
    return f"{request.scheme}://{request.host}{quote(request.root_path)}"


def asked_address() -> str:
    """Return the address that was asked for, with its parameters, in ASCII."""
    query = quote(request.query_string, safe=OF_ADDRESSES)
    return f"{own_address()}{quote(request.path)}" + (f"?{query}" if query else "")
