"""A lean HTTP load generator: keep-alive connections in one thread, as little work as can be.

It shares the machine with the service it measures, so it parses only what it must.
"""

from __future__ import annotations

import selectors
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from urllib.parse import urlsplit

import orjson

OK = b"HTTP/1.1 200"


class LoadError(Exception):
    """The service answered with something else than 200."""


@dataclass(kw_only=True)
class Connection:
    """One keep-alive connection with at most one request under way."""

    sock: socket.socket
    sent_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    wanted: int = -1

    def send(self, request: bytes) -> None:
        """Send one request."""
        self.received.clear()
        self.wanted = -1
        self.sent_at = time.perf_counter()
        self.sock.sendall(request)

    def receive(self) -> bool:
        """Read what is there; tell whether the answer is complete."""
        chunk = self.sock.recv(262_144)
        if not chunk:
            raise LoadError("the service closed the connection")
        self.received += chunk
        if self.wanted < 0:
            self.wanted = _length(self.received)
        return 0 <= self.wanted <= len(self.received)


def measure(
    url: str, paths: Sequence[str], connections: int, seconds: float
) -> tuple[list[float], float]:
    """Return the latencies, in milliseconds, of all requests in ``seconds``, and the time taken."""
    address = urlsplit(url)
    target = (address.hostname or "127.0.0.1", address.port or 80)
    requests = cycle(_request(path, target) for path in paths)
    latencies: list[float] = []
    with selectors.DefaultSelector() as selector:
        opened = [_open(target, selector) for _ in range(connections)]
        began = time.perf_counter()
        for each in opened:
            each.send(next(requests))
        while (now := time.perf_counter()) - began < seconds:
            for each in _ready(selector):
                if each.receive():
                    now = time.perf_counter()
                    latencies.append(1000 * (now - each.sent_at))
                    each.send(next(requests))
        took = now - began
        for each in opened:
            each.sock.close()
    return latencies, took


def _ready(selector: selectors.BaseSelector) -> Iterator[Connection]:
    for key, _ in selector.select(1.0):
        connection: Connection = key.data
        yield connection


def _open(target: tuple[str, int], selector: selectors.BaseSelector) -> Connection:
    sock = socket.create_connection(target, timeout=30)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection = Connection(sock=sock)
    selector.register(sock, selectors.EVENT_READ, connection)
    return connection


def _request(path: str, target: tuple[str, int]) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {target[0]}:{target[1]}\r\n\r\n".encode()


def _length(received: bytearray) -> int:
    head, separator, _ = received.partition(b"\r\n\r\n")
    if not separator:
        return -1
    if not head.startswith(OK):
        raise LoadError(head.split(b"\r\n")[0].decode(errors="replace"))
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(head) + len(separator) + int(value)
    raise LoadError("an answer without Content-Length")


def main() -> None:
    """Read one order as JSON on standard input, print the result as JSON."""
    order = orjson.loads(sys.stdin.buffer.read())
    latencies, took = measure(order["url"], order["paths"], order["connections"], order["seconds"])
    sys.stdout.buffer.write(orjson.dumps({"latencies": latencies, "seconds": took}))


if __name__ == "__main__":
    main()
