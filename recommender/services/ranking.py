"""Keeps the ranker in use that the artifact's file holds, without a restart."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from recommender.clock import Clock
from recommender.errors import ArtifactError
from recommender.ranking.learned import load_ranker
from recommender.ranking.ranker import Ranker

LOOK_SECONDS = 1.0
"""The file is looked at no more often than this."""

log = logging.getLogger(__name__)

Mark = tuple[int, int, int]
"""By what a file is known to have changed: when it was written, its size, its inode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankerStatus:
    """Which ranker serves, and why not another.

    Parameters
    ----------
    name : str
    loaded_at : float or None
        Seconds since the epoch; None for the ranker that serves without an artifact.
    refusal : str or None
        Why the file as it is now is not served; None where it is, or none is set.
    """

    name: str
    loaded_at: float | None
    refusal: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    ranker: Ranker
    loaded_at: float | None
    refusal: str | None
    mark: Mark | None


class RankerKeeper:
    """Gives the ranker of an artifact, or the former one while a new one cannot be used.

    Parameters
    ----------
    path : Path or None
        The artifact; None to serve the fallback.
    feature_schema : str
        Of the features that are made here.
    fallback : Ranker
        Serves until an artifact was loaded.
    clock : Clock
    """

    def __init__(
        self, path: Path | None, feature_schema: str, fallback: Ranker, clock: Clock
    ) -> None:
        self._path = path
        self._schema = feature_schema
        self._clock = clock
        self._looking = threading.Lock()
        self._looked_at = clock.now()
        self._state = _State(ranker=fallback, loaded_at=None, refusal=None, mark=None)
        if path is not None:
            self._look(path)

    @property
    def ranker(self) -> Ranker:
        """The ranker to score with now; one request asks for it once."""
        self._keep_up()
        return self._state.ranker

    @property
    def is_named(self) -> bool:
        """Whether there is an artifact to serve, be it missing or refused."""
        return self._path is not None

    @property
    def loaded(self) -> Ranker | None:
        """The ranker of the artifact; None while the fallback serves."""
        self._keep_up()
        state = self._state
        return None if state.loaded_at is None else state.ranker

    @property
    def status(self) -> RankerStatus:
        """Which ranker serves, and why not another."""
        self._keep_up()
        state = self._state
        return RankerStatus(
            name=state.ranker.name, loaded_at=state.loaded_at, refusal=state.refusal
        )

    def _keep_up(self) -> None:
        """Look at the file when it is time; while one thread does, the others go on."""
        if self._path is None or not self._is_time():
            return
        if self._looking.acquire(blocking=False):
            try:
                if self._is_time():
                    self._look(self._path)
            finally:
                self._looking.release()

    def _is_time(self) -> bool:
        # A clock that was put back must not keep a new artifact out until it has caught up.
        return abs(self._clock.now() - self._looked_at) >= LOOK_SECONDS

    def _look(self, path: Path) -> None:
        self._looked_at = self._clock.now()
        mark = _mark(path)
        before = self._state
        if mark == before.mark and (mark is not None or before.refusal is not None):
            return
        try:
            ranker: Ranker = load_ranker(path, self._schema)
        except ArtifactError as error:
            self._refuse(str(error), mark)
            return
        log.info("serving the ranker %s of %s", ranker.name, path)
        self._state = _State(ranker=ranker, loaded_at=self._looked_at, refusal=None, mark=mark)

    def _refuse(self, refusal: str, mark: Mark | None) -> None:
        before = self._state
        log.warning("%s; serving %s", refusal, before.ranker.name)
        self._state = _State(
            ranker=before.ranker, loaded_at=before.loaded_at, refusal=refusal, mark=mark
        )


def _mark(path: Path) -> Mark | None:
    """Return the mark of a file as it is now; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)
