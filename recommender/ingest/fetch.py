"""One document over HTTP: conditional, bounded in time and size, and from public hosts only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpcore
import httpx
from pydantic import Field

from recommender.config import Config
from recommender.errors import SourceError
from recommender.ingest.connections import Deadline, GuardedTransport

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ENCODINGS = frozenset({"", "identity", "gzip", "deflate"})
_VALIDATOR_MAX_CHARACTERS = 1_024
_PORT_MAX = 65_535
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)


class FetchConfig(Config):
    """Limits of one fetch."""

    timeout_seconds: float = Field(
        default=20.0,
        gt=0.0,
        le=600.0,
        description="Longest time for the whole fetch, redirects included, in seconds.",
    )
    max_bytes: int = Field(
        default=10 * 1024 * 1024,
        ge=1,
        le=1024 * 1024 * 1024,
        description="Largest document that is taken, unpacked, in bytes.",
    )
    max_redirects: int = Field(
        default=5, ge=0, le=20, description="Redirects that are followed, as a count."
    )
    allow_private_addresses: bool = Field(
        default=False,
        description="Whether hosts on private, loopback and other non-public addresses are read.",
    )
    user_agent: str = Field(
        default="newsfeed-recommender/1.0 (feed reader)",
        min_length=1,
        max_length=200,
        pattern=r"^[\x20-\x7e]+$",
        description="How the fetch introduces itself: visible ASCII, 1 to 200 characters.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server said to tell one version of a document from the next."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A document, or the news that there is none.

    Parameters
    ----------
    url : str
        Where it was found, after redirects.
    content : bytes
        Unpacked; empty where ``not_modified``.
    content_type : str or None
        The header as it came.
    validators : Validators
        To be given to the next fetch of the same URL.
    """

    url: str
    not_modified: bool
    content: bytes
    content_type: str | None
    validators: Validators


def fetch(url: str, config: FetchConfig, validators: Validators | None = None) -> Fetched:
    """Get ``url``, or learn that it has not changed since ``validators`` were given out.

    Raises
    ------
    SourceError
        The address is refused, the server cannot be reached in time, it answers with anything but
        200 or 304, or the document is too large.
    """
    known = validators or Validators()
    with _wrapped_errors(url), _client(config) as client:
        target = _checked(url)
        for _ in range(config.max_redirects + 1):
            with client.stream("GET", target, headers=_conditions(known)) as response:
                if response.status_code not in _REDIRECTS:
                    return _fetched(response, config, known)
                target = _next_target(response)
    raise SourceError(
        f"{_shown(url)}: wanted a document after at most {config.max_redirects} redirects, got one "
        "more; set the feed's final address"
    )


def _client(config: FetchConfig) -> httpx.Client:
    transport = GuardedTransport(
        deadline=Deadline.after(config.timeout_seconds),
        allow_private_addresses=config.allow_private_addresses,
    )
    return httpx.Client(
        transport=transport,
        # A proxy named in the environment would look hosts up by itself, and the address check
        # would say nothing about them; a .netrc would send passwords to whoever is named in it.
        trust_env=False,
        follow_redirects=False,
        timeout=config.timeout_seconds,
        headers={
            "user-agent": config.user_agent,
            "accept": _ACCEPT,
            "accept-encoding": "gzip, deflate",
        },
    )


@contextmanager
def _wrapped_errors(url: str) -> Iterator[None]:
    try:
        yield
    except SourceError as error:
        raise SourceError(f"{_shown(url)}: {error}") from error
    except (
        httpx.HTTPError,
        httpx.InvalidURL,
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.UnsupportedProtocol,
    ) as error:
        raise SourceError(
            f"{_shown(url)}: wanted a document over HTTP, got {type(error).__name__} "
            f"({error}); check the address, or try later"
        ) from error


def _shown(url: str) -> str:
    """Return the address for a message, without a user's name and password."""
    return re.sub(r"^([^:/?#]*://)[^/?#]*@", r"\1", url)[:500]


def _checked(url: str | httpx.URL) -> httpx.URL:
    target = httpx.URL(url)
    if target.scheme not in {"http", "https"} or not target.host:
        raise SourceError(
            f"wanted an http or https address, got scheme {target.scheme!r}; "
            "write it in full, like https://news.example/feed.xml"
        )
    if not 0 < (target.port or 1) <= _PORT_MAX:
        raise SourceError(f"wanted a port from 1 to {_PORT_MAX}, got {target.port}; correct it")
    if target.userinfo:
        raise SourceError("wanted an address without user name and password, got one; remove them")
    return target


def _conditions(known: Validators) -> dict[str, str]:
    sent = {"if-none-match": known.etag, "if-modified-since": known.last_modified}
    return {name: value for name, value in sent.items() if value and _is_sendable(value)}


def _is_sendable(value: str) -> bool:
    return value.isascii() and value.isprintable() and len(value) <= _VALIDATOR_MAX_CHARACTERS


def _next_target(response: httpx.Response) -> httpx.URL:
    location = response.headers.get("location")
    if not location:
        raise SourceError(f"wanted a redirect's target, got status {response.status_code} alone")
    return _checked(response.request.url.join(location))


def _fetched(response: httpx.Response, config: FetchConfig, known: Validators) -> Fetched:
    changed = response.status_code != httpx.codes.NOT_MODIFIED
    if changed and response.status_code != httpx.codes.OK:
        raise SourceError(
            f"wanted status 200 or 304, got {response.status_code} {response.reason_phrase}; "
            "check the address, or try later"
        )
    return Fetched(
        url=str(response.request.url),
        not_modified=not changed,
        content=_content(response, config.max_bytes) if changed else b"",
        content_type=response.headers.get("content-type"),
        validators=_validators(response, known if not changed else Validators()),
    )


def _validators(response: httpx.Response, otherwise: Validators) -> Validators:
    etag, last_modified = (response.headers.get(name) for name in ("etag", "last-modified"))
    return Validators(
        etag=etag if etag and _is_sendable(etag) else otherwise.etag,
        last_modified=last_modified
        if last_modified and _is_sendable(last_modified)
        else otherwise.last_modified,
    )


def _content(response: httpx.Response, max_bytes: int) -> bytes:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        # One layer of a known kind unpacks to about a thousand times its size, which the count
        # below can bound; two layers to a million times.
        raise SourceError(f"wanted gzip, deflate or no packing, got {encoding[:80]!r}")
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) > max_bytes:
            raise SourceError(
                f"wanted at most {max_bytes} bytes, got more; raise max_bytes if that is meant"
            )
    return bytes(content)
