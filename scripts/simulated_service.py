"""The service by a clock that can be moved, so that simulated days pass at once."""

from __future__ import annotations

import atexit
import contextlib
import mmap
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from api.app import create_app
from recommender.bootstrap import open_site
from recommender.settings import Settings, load_settings
from scripts.supervisor import Running, running_service

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

AHEAD = struct.Struct("<d")
"""What the file of a moved clock holds: by how many seconds it is ahead."""

APP = "scripts.simulated_service:create()"


class MovedClock:
    """The machine's clock, ahead of it by what a file says, which all processes share."""

    def __init__(self, file: Path) -> None:
        with file.open("rb") as opened:
            self._ahead = mmap.mmap(opened.fileno(), AHEAD.size, access=mmap.ACCESS_READ)

    def now(self) -> float:
        """Return the simulated time in seconds since the epoch."""
        ahead: float = AHEAD.unpack(self._ahead[:])[0]
        return time.time() + ahead

    def elapsed(self) -> float:
        """Return seconds that the machine's finest clock went on by; they are not simulated."""
        return time.perf_counter()


def move_clock(settings: Settings, seconds: float) -> None:
    """Have all processes of a simulated service be ahead by so many seconds."""
    file = _file(settings)
    file.touch()
    with file.open("r+b") as opened:
        opened.write(AHEAD.pack(seconds))


@contextlib.contextmanager
def simulated_service(settings: Settings) -> Iterator[Running]:
    """Start the service without a worker, yield it once it answers, and end it after."""
    move_clock(settings, 0.0)
    with running_service(settings, worker=False, app=APP) as running:
        yield running


def create() -> WSGIApplication:
    """Return a process's application, as ``api.wsgi`` does but for the clock."""
    settings = load_settings()
    with ExitStack() as opened:
        wiring = opened.enter_context(open_site(settings, MovedClock(_file(settings))))
        app = create_app(wiring)
        opened.callback(wiring.follower.stop)
        wiring.follower.start()
        atexit.register(opened.pop_all().close)
    return app


def _file(settings: Settings) -> Path:
    return settings.data_dir / "clock"
