"""Readers with a known taste play an experiment through HTTP, day by day; the truth beside it.

The truth comes from other readers: many of those who take part have a like of theirs under each
variant, by force, of the same taste, history and visits, whose expected clicks are summed. No
analysis counts them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import numpy as np

from recommender.store.limits import DAY_SECONDS
from scripts.demo import Visit
from scripts.demo_world import Json
from scripts.simulated_readers import Floats, draw_visits, make_crowd, numbers_of

ARTICLES = 2_000
PAGE = 10
KEY = "taste"
PATH = f"/v1/experiments/{KEY}"
VARIANTS: Mapping[str, Mapping[str, float]] = {
    "taste-off": {"weights.similarity": 0.0, "weights.affinity": 0.0},
    "as-it-is": {},
}
"""The feed as it is, and before it a control whose scores leave the reader's taste out."""

KNOWN_SECONDS = 1.5
"""After so long every process knows that an experiment runs: a second is promised."""

READ_SECONDS = 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What is played.

    Parameters
    ----------
    kind : str
        Of experiment: ab or interleave.
    likes : int
        Readers, the first ones, who have a like of theirs under each variant.
    """

    kind: str
    readers: int
    likes: int
    days: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The relative lift of the second variant's expected click rate over the control's.

    Parameters
    ----------
    rates : tuple of (float, float)
        Expected clicks over impressions under each.
    error : float
        Standard error of the lift: readers are drawn from many.
    readers : int
        Who came at least once, each under both variants.
    """

    lift: float
    error: float
    rates: tuple[float, float]
    readers: int


class Player:
    """Plays one experiment against a service that has ``benchmark_world``'s articles.

    Parameters
    ----------
    http : httpx.Client
        Of the service.
    move : callable
        Puts the service's clock ahead by so many seconds.
    """

    def __init__(self, http: httpx.Client, script: Script, move: Callable[[float], None]) -> None:
        self._visit = Visit(http=http, feed_milliseconds=[])
        self._version: dict[str, str] = {}
        self._script = script
        self._move = move
        self._draws = np.random.default_rng(script.seed)
        self._crowd = make_crowd(script.readers, ARTICLES, self._draws)
        self._expected = np.zeros((len(VARIANTS), script.likes))
        self._impressions = np.zeros((len(VARIANTS), script.likes))

    def play(self, advance: Callable[[int], None]) -> Truth:
        """Start the experiment, play its days and stop it; each day is told to ``advance``."""
        self._put("draft")
        self._visit.post("/v1/interactions", "interactions", list(self._histories()))
        self._put("running")
        time.sleep(KNOWN_SECONDS)
        comes = draw_visits(self._script.readers, self._script.days, self._draws)
        for day in range(self._script.days):
            self._move(day * DAY_SECONDS)
            self._play_day(np.flatnonzero(comes[:, day]).tolist())
            advance(1)
        self._move(self._script.days * DAY_SECONDS)  # what was done last is over by then
        self._put("stopped")
        return truth_of(self._expected, self._impressions)

    def _put(self, status: str) -> None:
        document = {
            "hypothesis": "Who is shown more of their taste clicks more.",
            "kind": self._script.kind,
            "variants": [{"name": name, "overrides": each} for name, each in VARIANTS.items()],
            "primary_metric": "ctr",
            "status": status,
        }
        answer = self._visit.http.put(PATH, json=document, params=self._version)
        self._version = {"version": answer.raise_for_status().json()["version"]}

    def _histories(self) -> Iterator[Json]:
        began = datetime.now(UTC)
        for reader in range(self._script.readers):
            clicked = self._draws.permutation(self._crowd.history(reader, self._draws)).tolist()
            for name in (_name(reader), *(_like(reader, each) for each in self._forced(reader))):
                for ago, article in enumerate(clicked, start=1):
                    at = began - timedelta(minutes=10 * ago)
                    yield _interaction(name, f"a{article}", "click", at) | {"id": f"before-{ago}"}

    def _play_day(self, readers: list[int]) -> None:
        forced = [self._preview(name) for name in VARIANTS]
        done: list[Json] = []
        for reader in readers:
            _, answer = self._serve(_name(reader), reader, None)
            done += answer
            for place, name in enumerate(self._forced(reader)):
                chances, answer = self._serve(_like(reader, name), reader, forced[place])
                done += answer
                self._expected[place, reader] += chances.sum()
                self._impressions[place, reader] += len(chances)
        self._visit.post("/v1/interactions", "interactions", done)

    def _forced(self, reader: int) -> tuple[str, ...]:
        """Return the variants under which a reader has a like of theirs."""
        return tuple(VARIANTS) if reader < self._script.likes else ()

    def _preview(self, variant: str) -> str:
        asked = {"variant": variant, "minutes": 60.0}
        answer = self._visit.http.post(f"{PATH}/preview", json=asked).raise_for_status()
        return str(answer.json()["parameter"])

    def _serve(self, name: str, reader: int, variant: str | None) -> tuple[Floats, list[Json]]:
        """Serve a feed; return how likely each article was to be clicked, and what was done."""
        asked = {"user_id": name, "size": str(PAGE)} | ({"variant": variant} if variant else {})
        answer = self._visit.http.get("/v1/feed", params=asked).raise_for_status().json()
        shown = [each["article"]["id"] for each in answer["articles"]]
        chances = self._crowd.chances(reader, numbers_of(shown))
        clicked = np.flatnonzero(self._draws.random(len(shown)) < chances)
        return chances, [
            each for place in clicked.tolist() for each in _deeds(answer, name, shown[place], place)
        ]


def truth_of(expected: Floats, impressions: Floats) -> Truth:
    """Return the true lift.

    Parameters
    ----------
    expected, impressions : ndarray, shape (2, n), float64
        Expected clicks and impressions of each reader under the control and under the other.
    """
    came = impressions.min(axis=0) > 0.0
    rates = expected.sum(axis=1) / impressions.sum(axis=1)
    lift = float(rates[1] / rates[0] - 1.0)
    # The delta method, as for any ratio of sums over readers.
    per_reader = expected - rates[:, None] * impressions
    off = per_reader[1, came] - (1.0 + lift) * per_reader[0, came]
    scale = rates[0] * impressions[0].sum() / math.sqrt(came.sum())
    return Truth(
        lift=lift,
        error=float(off.std(ddof=1) / scale),
        rates=(float(rates[0]), float(rates[1])),
        readers=int(came.sum()),
    )


def _deeds(answer: Json, name: str, article: str, place: int) -> Iterator[Json]:
    """Yield a click, some seconds after the feed was served, and a read after it."""
    clicked_at = datetime.fromisoformat(answer["generated_at"]) + timedelta(seconds=2 * (place + 1))
    slate = {"slate_id": answer["slate_id"]}
    yield _interaction(name, article, "click", clicked_at) | slate
    read_at = clicked_at + timedelta(seconds=READ_SECONDS)
    read = _interaction(name, article, "read", read_at)
    yield read | slate | {"dwell_seconds": READ_SECONDS}


def _interaction(name: str, article: str, kind: str, at: datetime) -> Json:
    return {
        "id": f"{kind}-{article}",
        "user_id": name,
        "article_id": article,
        "kind": kind,
        "occurred_at": at.isoformat(),
    }


def _name(reader: int) -> str:
    return f"reader-{reader}"


def _like(reader: int, variant: str) -> str:
    return f"like-{reader}-{variant}"
