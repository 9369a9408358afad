"""Fetching over HTTP, from a real server on this machine."""

from __future__ import annotations

import gzip
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from recommender.errors import SourceError
from recommender.ingest.addresses import check_public, is_public
from recommender.ingest.fetch import FetchConfig, Fetched, Validators, fetch

HERE = FetchConfig(allow_private_addresses=True, timeout_seconds=5, max_bytes=1000)


class Handler(BaseHTTPRequestHandler):
    """Answers each path in its own way."""

    seen: list[dict[str, str]]

    def do_GET(self) -> None:
        """Call the method named like the path."""
        self.seen.append({"path": self.path} | {k.lower(): v for k, v in self.headers.items()})
        getattr(self, "answer_" + self.path.strip("/").split("/")[0])()

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"content_length": str(len(body))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def answer_feed(self) -> None:
        if self.headers.get("if-none-match") == '"v1"':
            return self.answer(304)
        return self.answer(
            200,
            b"<rss/>",
            content_type="application/rss+xml; charset=utf-8",
            etag='"v1"',
            last_modified="Sat, 31 Jan 2026 09:00:00 GMT",
        )

    def answer_exact(self) -> None:
        self.answer(200, b"x" * 1000)

    def answer_large(self) -> None:
        self.answer(200, b"x" * 1001)

    def answer_bomb(self) -> None:
        self.answer(200, gzip.compress(b"x" * 100_000), content_encoding="gzip")

    def answer_packed(self) -> None:
        self.answer(200, gzip.compress(b"unpacked"), content_encoding="gzip")

    def answer_twice(self) -> None:
        self.answer(200, gzip.compress(gzip.compress(b"x")), content_encoding="gzip, gzip")

    def answer_torn(self) -> None:
        self.answer(200, b"no gzip", content_encoding="gzip")

    def answer_hop(self) -> None:
        left = int(self.path.rsplit("/", 1)[1])
        self.answer(302, location=f"/hop/{left - 1}" if left > 1 else "/feed")

    def answer_to(self) -> None:
        self.answer(301, location=self.path.removeprefix("/to/"))

    def answer_nowhere(self) -> None:
        self.answer(301)

    def answer_gone(self) -> None:
        self.answer(410)

    def answer_drip(self) -> None:
        """Send header bytes for ever, each well within any timeout of a single read."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
        try:
            while True:
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            return

    def answer_junk(self) -> None:
        self.wfile.write(b"220 mail.example ESMTP\r\n")

    def log_message(self, *_: Any) -> None:
        """Keep the tests' output clean."""


class Server:
    """A server in a thread, and the requests that it saw."""

    def __init__(self, port: int, seen: list[dict[str, str]]) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.seen = seen

    def get(self, path: str, config: FetchConfig = HERE, **arguments: Any) -> Fetched:
        return fetch(self.url + path, config, **arguments)


@contextmanager
def running(context: ssl.SSLContext | None = None) -> Iterator[Server]:
    seen: list[dict[str, str]] = []
    handler = type("SeeingHandler", (Handler,), {"seen": seen})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        http.daemon_threads = True
        if context is not None:
            http.socket = context.wrap_socket(
                http.socket, server_side=True, do_handshake_on_connect=False
            )
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Server(http.server_address[1], seen)
        http.shutdown()
        thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as one:
        yield one


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Names that resolve to the given addresses, the next one at each look-up."""
    answers: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *rest: Any, **more: Any) -> Any:
        if host in answers:
            host = answers[host].pop(0)
        return real(host, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return answers


def test_a_document_comes_with_its_validators(server: Server) -> None:
    assert server.get("/feed") == Fetched(
        url=f"{server.url}/feed",
        not_modified=False,
        content=b"<rss/>",
        content_type="application/rss+xml; charset=utf-8",
        validators=Validators(etag='"v1"', last_modified="Sat, 31 Jan 2026 09:00:00 GMT"),
    )
    assert server.seen[0]["user-agent"] == HERE.user_agent


def test_an_unchanged_document_is_not_sent_again(server: Server) -> None:
    first = server.get("/feed")
    second = server.get("/feed", validators=first.validators)
    assert (second.not_modified, second.content) == (True, b"")
    assert second.validators == first.validators
    assert server.seen[1]["if-modified-since"] == "Sat, 31 Jan 2026 09:00:00 GMT"


def test_a_validator_that_is_no_header_is_not_sent(server: Server) -> None:
    server.get("/feed", validators=Validators(etag="a\r\nb: c", last_modified="é"))
    assert not {"if-none-match", "if-modified-since", "b"} & set(server.seen[0])


def test_a_packed_document_is_unpacked(server: Server) -> None:
    assert server.get("/packed").content == b"unpacked"


def test_the_size_limit_is_inclusive(server: Server) -> None:
    assert len(server.get("/exact").content) == 1000
    with pytest.raises(SourceError, match="at most 1000 bytes"):
        server.get("/large")


def test_the_size_limit_counts_unpacked_bytes(server: Server) -> None:
    with pytest.raises(SourceError, match="at most 1000 bytes"):
        server.get("/bomb")


def test_redirects_are_followed_up_to_the_limit(server: Server) -> None:
    assert server.get("/hop/5").url == f"{server.url}/feed"
    with pytest.raises(SourceError, match="at most 5 redirects"):
        server.get("/hop/6")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/gone", "wanted status 200 or 304, got 410 Gone"),
        ("/nowhere", "wanted a redirect's target"),
        ("/twice", "wanted gzip, deflate or no packing"),
        ("/torn", "DecodingError"),
        ("/junk", "RemoteProtocolError"),
        ("/to/file:///etc/hosts", "wanted an http or https address, got scheme 'file'"),
        ("/to/http://jo:secret@a.example/", "without user name and password"),
        ("/to/http://127.0.0.1:99999/", "wanted a port from 1 to 65535, got 99999"),
        ("/to/http://a.example:x/", "got RemoteProtocolError (Invalid URL in location"),
    ],
)
def test_a_failure_says_what_was_wanted_and_what_came(
    server: Server, path: str, words: str
) -> None:
    with pytest.raises(SourceError) as caught:
        server.get(path)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["", "a.example/feed", "ftp://a.example/", "file:///etc/hosts", "http:///x", "http://\x00/"],
)
def test_only_http_addresses_are_fetched(url: str) -> None:
    with pytest.raises(SourceError, match="wanted"):
        fetch(url, HERE)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(SourceError) as caught:
        fetch("https://jo:secret@a.example/@all", HERE)
    assert "secret" not in str(caught.value)
    assert str(caught.value).startswith("https://a.example/@all: ")


def test_a_server_that_drips_is_left_at_the_deadline(server: Server) -> None:
    config = HERE.model_copy(update={"timeout_seconds": 0.4})
    began = time.monotonic()
    with pytest.raises(SourceError, match=r"within 0\.4 seconds|Timeout"):
        server.get("/drip", config)
    assert time.monotonic() - began < 3


def test_a_server_that_is_not_there_is_a_source_error() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with pytest.raises(SourceError, match="ConnectError"):
            fetch(f"http://127.0.0.1:{held.getsockname()[1]}/", HERE)


def test_a_name_without_address_is_a_source_error() -> None:
    with pytest.raises(SourceError, match="wanted the address of this host"):
        fetch("http://no-such-host.invalid/", HERE)


class TestAddresses:
    """Hosts that are not of the public internet are refused, by every way in."""

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0"])
    def test_this_machine_is_refused_in_every_spelling(self, server: Server, host: str) -> None:
        with pytest.raises(SourceError, match="wanted a host on the public internet"):
            fetch(f"http://{host}:{server.port}/feed", FetchConfig())
        assert server.seen == []

    @pytest.mark.parametrize("host", ["[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"])
    def test_this_machine_is_refused_over_ipv6(self, server: Server, host: str) -> None:
        with pytest.raises(SourceError, match="wanted a host on the public internet"):
            fetch(f"http://{host}:{server.port}/feed", FetchConfig())
        assert server.seen == []

    def test_a_name_with_a_private_address_is_refused(
        self, server: Server, names: dict[str, list[str]]
    ) -> None:
        names["rebind.example"] = ["127.0.0.1"]
        with pytest.raises(SourceError, match=r"rebind\.example: wanted a host on the public"):
            fetch(f"http://rebind.example:{server.port}/feed", FetchConfig())
        assert server.seen == []

    def test_one_private_address_among_public_ones_is_enough(self) -> None:
        with pytest.raises(SourceError, match=r"a\.example: wanted .* got 10\.0\.0\.1"):
            check_public("a.example", [ip_address("1.1.1.1"), ip_address("10.0.0.1")])

    def test_a_host_is_looked_up_once_and_that_address_is_used(
        self, server: Server, names: dict[str, list[str]]
    ) -> None:
        """A second look-up would get another address, as from a name server that rebinds."""
        names["feeds.example"] = ["127.0.0.1", "192.0.2.1"]
        fetched = fetch(f"http://feeds.example:{server.port}/feed", HERE)
        assert fetched.content == b"<rss/>"
        assert names["feeds.example"] == ["192.0.2.1"]
        assert server.seen[0]["host"] == f"feeds.example:{server.port}"

    def test_a_redirect_is_looked_up_and_checked_again(
        self, server: Server, names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The first hop is let through here as if it were public; the second is not."""
        allowed = iter([True, False])
        monkeypatch.setattr(
            "recommender.ingest.addresses.is_public", lambda _address: next(allowed)
        )
        names["a.example"] = ["127.0.0.1"]
        target = f"http://127.0.0.1:{server.port}/feed"
        with pytest.raises(SourceError, match=r"127\.0\.0\.1: wanted a host on the public"):
            fetch(f"http://a.example:{server.port}/to/{target}", FetchConfig())
        assert [seen["path"] for seen in server.seen] == [f"/to/{target}"]

    def test_a_proxy_of_the_environment_is_not_used(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
        assert server.get("/feed").content == b"<rss/>"

    @pytest.mark.parametrize(
        "text",
        [
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.169.254",
            "127.9.9.9",
            "0.0.0.0",  # noqa: S104  # asked about, not bound to
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.18.0.1",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "fec0::1",
            "2001:db8::1",
            "::ffff:10.0.0.1",
            "::10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::a00:1",
            "2002:7f00:1::",
            "2001:0:a00:1::",
        ],
    )
    def test_an_address_that_is_not_public(self, text: str) -> None:
        assert not is_public(ip_address(text))

    @pytest.mark.parametrize(
        "text",
        [
            "1.1.1.1",
            "93.184.215.14",
            "2606:4700::1111",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
            "2002:101:101::",
        ],
    )
    def test_an_address_that_is_public(self, text: str) -> None:
        assert is_public(ip_address(text))


@pytest.fixture
def certificate(tmp_path: Path) -> Callable[[str], Path]:
    """Make a self-signed certificate for a name; skipped where there is no openssl program."""

    def make(name: str) -> Path:
        path = tmp_path / f"{name}.pem"
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
        command += ["-keyout", str(path), "-out", f"{path}.crt", "-subj", f"/CN={name}"]
        command += ["-addext", f"subjectAltName=DNS:{name}"]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except FileNotFoundError:
            pytest.skip("no openssl program")
        path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
        return path

    return make


@pytest.mark.parametrize(("wanted", "works"), [("feeds.example", True), ("other.example", False)])
def test_the_certificate_is_verified_for_the_name_and_not_the_number(
    certificate: Callable[[str], Path],
    names: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    wanted: str,
    *,
    works: bool,
) -> None:
    chain = certificate("feeds.example")
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(chain)
    asked: list[str | None] = []
    serving.sni_callback = lambda _socket, name, _context: asked.append(name)
    # The client trusts this certificate, as it would any authority's.
    trusting = ssl.create_default_context(cafile=str(chain))
    monkeypatch.setattr("httpx.create_ssl_context", lambda **_: trusting)
    names[wanted] = ["127.0.0.1"]
    with running(serving) as server:
        url = f"https://{wanted}:{server.port}/feed"
        if works:
            assert fetch(url, HERE).content == b"<rss/>"
        else:
            with pytest.raises(SourceError, match="certificate"):
                fetch(url, HERE)
    assert asked == [wanted]
