"""Time as an argument: what every room that needs "now" is given."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time as seconds since 1970-01-01T00:00:00Z."""

    def now(self) -> float:
        """Return the current time in seconds since the epoch."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Return the machine's time in seconds since the epoch."""
        return time.time()


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

    def advance(self, seconds: float) -> None:
        """Move forward by ``seconds``."""
        self._now += seconds
