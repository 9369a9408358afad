"""HTTP connections to public addresses only, none of which outlives a deadline.

The address check and the connection use the same look-up: the socket is opened to the very
address that was checked, so a name server that gives a harmless answer first and another one
later gains nothing. The certificate is still verified for the host's name.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import httpcore
import httpx

from recommender.errors import SourceError
from recommender.ingest.addresses import check_public, resolve

ADDRESSES_TRIED = 3
"""Addresses of one host that are tried, in the order of the look-up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A moment on the machine's monotonic clock: sockets wait in real time, whatever "now" is."""

    at: float
    seconds: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the moment ``seconds`` from now."""
        return cls(at=time.monotonic() + seconds, seconds=seconds)

    def left(self, at_most: float | None = None) -> float:
        """Return the seconds left, or ``at_most`` if that is less.

        Raises
        ------
        SourceError
            There are none.
        """
        left = self.at - time.monotonic()
        if left <= 0:
            raise SourceError(
                f"wanted the whole answer within {self.seconds:g} seconds, got less; "
                "try later, or raise timeout_seconds"
            )
        return left if at_most is None else min(left, at_most)


class GuardedTransport(httpx.BaseTransport):
    """httpx over httpcore, as in httpx's own transport, which takes no network backend.

    It can go once ``httpx.HTTPTransport`` takes one.

    Parameters
    ----------
    allow_private_addresses : bool
        Whether to connect to addresses that are not of the public internet, too.
    """

    def __init__(self, *, deadline: Deadline, allow_private_addresses: bool) -> None:
        # No connection is kept: each redirect is looked up, checked and verified anew.
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_keepalive_connections=0,
            network_backend=_GuardedBackend(
                deadline=deadline, allow_private_addresses=allow_private_addresses
            ),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send ``request``, which has no body, and return the answer with its body unread.

        Raises
        ------
        SourceError
            The host's name has no address, or one that is not public; or time is up.
        httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException
            The server cannot be reached, or speaks no HTTP.
        """
        url = request.url
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        response = self._pool.handle_request(
            httpcore.Request(
                request.method, target, headers=request.headers.raw, extensions=request.extensions
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        """Close what is still open."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _GuardedBackend(httpcore.NetworkBackend):
    def __init__(self, *, deadline: Deadline, allow_private_addresses: bool) -> None:
        self._deadline = deadline
        self._allow_private_addresses = allow_private_addresses
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = resolve(host, port)
        if not self._allow_private_addresses:
            check_public(host, addresses)
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        tried = addresses[:ADDRESSES_TRIED]
        for behind, address in zip(range(len(tried), 0, -1), tried, strict=True):
            # One silent address leaves the others their share of the time.
            share = self._deadline.left(timeout) / behind
            try:
                stream = self._sockets.connect_tcp(
                    str(address), port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure


class _TimedStream(httpcore.NetworkStream):
    """A connection that waits no longer than the deadline leaves, however small the pieces.

    A timeout per read alone would let a server send one byte at a time for ever.
    """

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout)
        return _TimedStream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._deadline
        )

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
