"""A data set replayed: features of each list from what was visible strictly before it."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recommender.candidates.interests import interests_of
from recommender.candidates.situation import situation_of
from recommender.catalogue.view import CatalogueView
from recommender.domain.ids import ArticleId, ReaderId
from recommender.errors import InvalidInput
from recommender.evaluation.data_sets.types import NONE, Articles, DataSet, History, Impressions
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.metrics.ragged import Lists
from recommender.evaluation.replay.catalogue import as_stored, catalogue_of
from recommender.evaluation.replay.state import ReplayedState
from recommender.feed_features import feature_rows
from recommender.feed_request import FeedConfig
from recommender.ranking.features import FEATURE_NAMES
from recommender.store.limits import ReaderLimits
from recommender.trending.ladder import TrendingConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayConfig:
    """The service's settings that its features depend on."""

    feed: FeedConfig
    trending: TrendingConfig
    limits: ReaderLimits


def replay(
    data_set: DataSet,
    vectors: NDArray[np.float32],
    config: ReplayConfig,
    advance: Callable[[int], None],
) -> dict[str, FeatureTable]:
    """Return the feature table of each part.

    Impressions come in order of time. Of what happened in a list, and of the reading of the page
    around it, a later list knows from its visible second on: only what became visible strictly
    before a list is in its features. A part begins with the histories of its readers; everything
    else carries over from the parts before it. An article without a date, or with one after a list
    that held it, is as old as the list that made it known. Texts count through the vectors alone,
    whose centre is that of the first part's articles.

    Parameters
    ----------
    vectors : ndarray, shape (articles, d), float32
        Of unit length, or zero for articles that no part needs.
    advance : callable
        Is told how many more impressions are done.

    Raises
    ------
    InvalidInput
        A part has no impressions, or one is out of order or visible before its own second.
    """
    for name, part in data_set.parts.items():
        _refuse_disorder(name, part.impressions)
    vectors = as_stored(vectors)
    run = Replay(data_set.articles, vectors, config, centre_of(data_set, vectors))
    tables = {}
    for name, part in data_set.parts.items():
        run.begin(part.history, float(part.impressions.at[0]))
        tables[name] = run.table(part.impressions, advance)
    return tables


def centre_of(data_set: DataSet, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean vector, shape (d,), of the articles that the first part needs."""
    first = next(iter(data_set.parts.values()))
    met = np.unique(np.concatenate((first.impressions.candidates, first.history.articles)))
    return np.asarray(vectors[met].mean(axis=0), np.float32)


class Replay:
    """The state at one moment, and what happened but is not visible yet."""

    def __init__(
        self,
        articles: Articles,
        vectors: NDArray[np.float32],
        config: ReplayConfig,
        centre: NDArray[np.float32],
    ) -> None:
        self._config = config
        self._ids = [ArticleId(each) for each in articles.ids]
        self._published = articles.published.copy()
        view = catalogue_of(articles, vectors, self._published)
        self._view: CatalogueView = replace(view, published=self._published, centre=centre)
        self._eligible = np.ones(view.count, np.bool_)
        self._state = ReplayedState(articles, config.limits, config.trending)
        self._unseen: list[tuple[float, int, Impressions, int]] = []
        self._pushed = 0
        self._known_until = -math.inf

    def begin(self, history: History, second: float) -> None:
        """Begin a part whose first list is of ``second``: its histories replace those so far."""
        self._catch_up(second)
        for place, reader in enumerate(history.readers.tolist()):
            entries = slice(history.starts[place], history.starts[place + 1])
            self._state.begin_history(
                reader,
                zip(
                    history.articles[entries].tolist(),
                    history.at[entries].tolist(),
                    history.dwell[entries].tolist(),
                    strict=True,
                ),
            )

    def follow(self, impressions: Impressions) -> None:
        """Let lists happen whose features nobody asks for."""
        for place in range(len(impressions)):
            self._catch_up(float(impressions.at[place]))
            self._push(impressions, place)

    def table(self, impressions: Impressions, advance: Callable[[int], None]) -> FeatureTable:
        """Let lists happen; return their features, each as of its own moment."""
        known, rows, clicks, published = [], [], [], []
        crowd, read = [], []
        for place in range(len(impressions)):
            self._catch_up(float(impressions.at[place]))
            codes = _listed(impressions, place)
            known.append(max(self._known_until, self._newest_of(impressions, place)))
            clicks.append(self._state.clicks[codes])
            crowd.append(self._state.clicks.sum())
            read.append(self._state.read_by(int(impressions.readers[place])))
            with self._dated(impressions, place):
                rows.append(self._features(impressions, place))
                published.append(self._published[codes])
            self._push(impressions, place)
            advance(1)
        return FeatureTable(
            names=FEATURE_NAMES,
            rows=np.concatenate(rows),
            impressions=impressions.ids,
            readers=impressions.readers.astype(np.int64),
            at=impressions.at,
            known_until=np.array(known),
            starts=impressions.starts,
            clicked=impressions.clicked,
            articles=impressions.candidates.astype(np.int64),
            published=np.concatenate(published),
            popularity=np.concatenate(clicks).astype(np.float64),
            crowd=np.array(crowd, np.float64),
            read=Lists.of(read),
        )

    def _catch_up(self, now: float) -> None:
        """Apply what became visible strictly before ``now``, in the order in which it did."""
        while self._unseen and self._unseen[0][0] < now:
            second, _, impressions, place = heapq.heappop(self._unseen)
            self._apply(impressions, place, second)
            self._known_until = second

    def _push(self, impressions: Impressions, place: int) -> None:
        visible = float(impressions.visible[place])
        heapq.heappush(self._unseen, (visible, self._pushed, impressions, place))
        self._pushed += 1

    def _apply(self, impressions: Impressions, place: int, second: float) -> None:
        codes, reader = _listed(impressions, place), int(impressions.readers[place])
        self._state.shown(reader, codes, second)
        if impressions.reading[place] != NONE:
            dwell = float(impressions.dwell[place])
            code = int(impressions.reading[place])
            self._state.read(reader, code, second, None if math.isnan(dwell) else dwell)
        rows = slice(impressions.starts[place], impressions.starts[place + 1])
        for code in codes[impressions.clicked[rows]].tolist():
            self._state.click(reader, code, second, codes)
        # Not "published > second": unknown dates are to be among them.
        undated = codes[~(self._published[codes] <= second)]
        self._published[undated] = second

    def _newest_of(self, impressions: Impressions, place: int) -> float:
        entries = self._state.history(int(impressions.readers[place])).entries
        return entries[0].occurred_at if entries else -math.inf

    @contextmanager
    def _dated(self, impressions: Impressions, place: int) -> Iterator[None]:
        """Let what a list holds and has no date yet, or a later one, count as of its moment."""
        now, met = impressions.at[place], _listed(impressions, place)
        if impressions.reading[place] != NONE:
            met = np.append(met, impressions.reading[place])
        # Not "published > now": unknown dates are to be among them.
        ahead = met[~(self._published[met] <= now)]
        dates = self._published[ahead]
        self._published[ahead] = now
        yield
        self._published[ahead] = dates

    def _features(self, impressions: Impressions, place: int) -> NDArray[np.float32]:
        config, now = self._config, float(impressions.at[place])
        reader, open_code = int(impressions.readers[place]), int(impressions.reading[place])
        reading = None if open_code == NONE else self._ids[open_code]
        depth = config.feed.sources.trend_depth
        state = self._state.feed_state(reader, reading, depth, now)
        history = state.reader.history
        situation = situation_of(
            state,
            self._view,
            self._eligible,
            interests_of(history, self._view, now, config.feed.interests),
            trending=config.trending,
            co_read_half_life_hours=config.limits.co_read_half_life_hours,
            reading=reading,
            now=now,
        )
        return feature_rows(
            situation,
            _listed(impressions, place),
            history,
            reader=None if reader == NONE else ReaderId(str(reader)),
            signals=self._state,
            boost=None,
            config=config.feed.features,
        )


def _listed(impressions: Impressions, place: int) -> NDArray[np.int64]:
    rows = slice(impressions.starts[place], impressions.starts[place + 1])
    return impressions.candidates[rows].astype(np.int64)


def _refuse_disorder(name: str, impressions: Impressions) -> None:
    if not len(impressions):
        raise InvalidInput(f"{name}.impressions", "at least one", "none")
    # Not "<": a second that is not known is in no order.
    for field, wanted, late in (
        ("at", "the second of the list before, or later", np.diff(impressions.at)),
        ("visible", "the list's own second, or later", impressions.visible - impressions.at),
    ):
        early = np.flatnonzero(~(late >= 0.0))
        if len(early):
            place = int(early[0]) + (len(impressions) - len(late))
            raise InvalidInput(
                f"{name}.impressions.{impressions.ids[place]}.{field}",
                wanted,
                f"{-late[early[0]]:g} seconds before it ({len(early)} impressions are so)",
            )
