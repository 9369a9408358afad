"""Time as an argument: what every room that needs "now" is given."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time as seconds since 1970-01-01T00:00:00Z, and how much of it went by."""

    def now(self) -> float:
        """Return the current time in seconds since the epoch."""
        ...

    def elapsed(self) -> float:
        """Return the seconds since some moment: they never go back, whatever sets the time."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Return the machine's time in seconds since the epoch."""
        return time.time()

    def elapsed(self) -> float:
        """Return seconds of the machine's finest clock that only goes forward."""
        return time.perf_counter()


class FixedClock:
    """A clock that stands where it is put; for tests, replays and demos.

    Examples
    --------
    >>> clock = FixedClock(100.0)
    >>> clock.advance(5.0)
    >>> clock.now()
    105.0
    """

    def __init__(self, now_seconds: float) -> None:
        self._now = now_seconds

    def now(self) -> float:
        """Return the time it was put to, in seconds since the epoch."""
        return self._now

    def elapsed(self) -> float:
        """Return the same: nothing goes by unless it is moved."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move forward by ``seconds``."""
        self._now += seconds
