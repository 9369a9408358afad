"""The service as it is shipped: Redis where none is set, a worker, and the API under gunicorn."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
from pydantic import SecretStr
from pydantic_core import to_jsonable_python

from recommender.bootstrap import open_site, redis_server
from recommender.errors import NewsfeedError
from recommender.settings import REQUEST_LINE_MAX, ServerConfig, Settings, load_settings

READY_SECONDS = 60.0
"""How long the API may take until it answers."""

STOP_SECONDS = 30.0
"""How long a program may take to end after SIGTERM, before it is killed."""

ROOT = Path(__file__).resolve().parent.parent

Program = subprocess.Popen[bytes]

API = "api.wsgi:create()"


class NotServing(NewsfeedError):
    """A program of the service did not start, or ended by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A running service.

    Parameters
    ----------
    url : str
        Where the API answers, without a slash at the end.
    processes : dict of str to Popen
        The programs by name: ``api``, and ``worker`` where one was started.
    start_worker : callable
        Starts a worker, which ends with the service.
    """

    url: str
    redis_url: str
    processes: dict[str, Program]
    start_worker: Callable[[], Program]

    def check(self, *names: str) -> None:
        """Raise :class:`NotServing` if a program has ended: one of ``names``, or any."""
        for name, process in self.processes.items():
            if process.poll() is not None and (not names or name in names):
                raise NotServing(f"the {name} ended with code {process.returncode}")

    def revive_worker(self) -> bool:
        """Start the worker again if it has ended, and tell so: the API serves on without it."""
        worker = self.processes.get("worker")
        if worker is None or worker.poll() is None:
            return False
        self.processes["worker"] = self.start_worker()
        return True


@contextlib.contextmanager
def running_service(
    settings: Settings, *, worker: bool = True, app: str = API, quiet: bool = True
) -> Iterator[Running]:
    """Start everything, yield it once the API answers, and end everything after.

    Parameters
    ----------
    app : str
        What gunicorn serves.
    quiet : bool
        Whether the programs' own messages are dropped unless they are warnings.
    """
    with contextlib.ExitStack() as stack:
        redis_url = stack.enter_context(redis_server(settings))
        _check_store(redis_url)
        environment = os.environ | _environment(settings) | {"NEWSFEED_REDIS_URL": redis_url}
        listener = stack.enter_context(_listen(settings.server))
        api = _gunicorn(app, settings.server, listener.fileno(), quiet=quiet)
        # A request's arithmetic is small: more threads than the API's own only get in the way.
        one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        start_api = _program(api, environment | one_thread, (listener.fileno(),))
        processes = {"api": stack.enter_context(start_api)}

        def start_worker() -> Program:
            command = [sys.executable, "-m", "scripts.worker"]
            return stack.enter_context(_program(command, environment, ()))

        if worker:
            processes["worker"] = start_worker()
        host, port = listener.getsockname()[:2]
        name = f"[{host}]" if ":" in host else host
        running = Running(
            url=f"http://{name}:{port}",
            redis_url=redis_url,
            processes=processes,
            start_worker=start_worker,
        )
        _wait_until(running, lambda: _is_live(running.url))
        yield running


def _check_store(redis_url: str) -> None:
    """Fail here, once and in words, if the store cannot be used: not in every program."""
    with open_site(load_settings(redis_url=redis_url)):
        pass


def _wait_until(running: Running, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not condition():
        running.check()
        if time.monotonic() > deadline:
            raise NotServing(f"the API did not answer within {READY_SECONDS:g} seconds")
        time.sleep(0.02)


def _is_live(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready", timeout=5.0, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _environment(settings: Settings) -> dict[str, str]:
    """Hand changed settings to the programs as variables: the environment alone is read there."""
    names: dict[str, str] = {}

    def collect(prefix: str, values: dict[str, object]) -> None:
        for name, value in values.items():
            variable = f"{prefix}{name.upper()}"
            if isinstance(value, dict):
                collect(variable + "__", value)
            elif isinstance(value, SecretStr):  # the JSON form of a secret is a row of asterisks
                names[variable] = value.get_secret_value()
            elif value is not None:
                told = to_jsonable_python(value)
                names[variable] = told if isinstance(told, str) else orjson.dumps(told).decode()

    collect("NEWSFEED_", settings.model_dump(exclude_unset=True))
    return names


def _listen(server: ServerConfig) -> socket.socket:
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    try:
        return socket.create_server((server.host, server.port), family=family, backlog=512)
    except OSError as error:
        name = "PORT" if error.errno == errno.EADDRINUSE else "HOST"
        raise NotServing(
            f"cannot listen on {server.host} port {server.port}: {error.strerror}; "
            f"set NEWSFEED_SERVER__{name} to another {name.lower()}"
        ) from error


def _gunicorn(app: str, server: ServerConfig, descriptor: int, *, quiet: bool) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", app),
        *("--bind", f"fd://{descriptor}"),
        *("--workers", str(server.processes)),
        *("--worker-class", "gthread"),
        *("--threads", str(server.threads)),
        *("--keep-alive", "30"),
        *("--limit-request-line", str(REQUEST_LINE_MAX)),  # a filter may name 200 articles
        "--no-control-socket",
        *("--worker-tmp-dir", "/dev/shm" if Path("/dev/shm").is_dir() else "."),  # noqa: S108
        *("--log-level", "warning" if quiet else "info"),
        *("--chdir", str(ROOT)),
    ]


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


def _end_with_parent() -> None:
    """Have Linux stop this program when the supervisor is killed: nobody else would."""
    if _libc:
        _libc.prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


@contextlib.contextmanager
def _program(
    command: list[str], environment: dict[str, str], descriptors: tuple[int, ...]
) -> Iterator[Program]:
    process = subprocess.Popen(  # noqa: S603  # our own programs
        command,
        env=environment,
        pass_fds=descriptors,
        cwd=ROOT,
        start_new_session=True,
        preexec_fn=_end_with_parent if _libc else None,  # noqa: PLW1509  # one system call
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
