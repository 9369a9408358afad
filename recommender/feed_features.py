"""What the features of candidates are made of: the catalogue, the situation and the signals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.candidates.situation import Situation
from recommender.catalogue.columns import Coded
from recommender.catalogue.view import CatalogueView, Rows
from recommender.domain.ids import ReaderId
from recommender.domain.interactions import HistoryEntry
from recommender.domain.signals import (
    ALL,
    CATEGORY,
    SUBCATEGORY,
    TAG,
    Signals,
    SignalSource,
    TopicCounts,
)
from recommender.ranking.acquaintance import Acquaintance
from recommender.ranking.content import Content
from recommender.ranking.crowd import Crowd, counts_now, usual_ctr
from recommender.ranking.features import FeatureConfig, FeatureInputs, features
from recommender.ranking.topics import TopicPairs, Topics
from recommender.trending.decay import value
from recommender.trending.ladder import WEIGHTS
from recommender.trending.signals import TOPIC_RATE


def feature_rows(
    situation: Situation,
    rows: Rows,
    history: Sequence[HistoryEntry],
    *,
    reader: ReaderId | None,
    signals: SignalSource,
    boost: NDArray[np.float32] | None,
    config: FeatureConfig,
) -> NDArray[np.float32]:
    """Return the features of the candidates at ``rows``, shape (n, f).

    Parameters
    ----------
    history : sequence of HistoryEntry
        The reader's, newest first.
    boost : ndarray, shape (n,), or None
        What the site's rules add to each candidate.
    """
    view = situation.view
    mixes = [_Mix(view, situation, rows, kind) for kind in (CATEGORY, SUBCATEGORY, TAG)]
    found = signals.of(
        reader,
        [view.ids[row] for row in rows.tolist()],
        [name for mix in mixes for name in mix.topics],
    )
    inputs = FeatureInputs(
        content=_content(situation, rows),
        crowd=Crowd(
            trending=situation.trending_at(rows),
            surge=situation.surge_at(rows),
            top_trending=situation.top_trending,
            signals=found,
        ),
        topics=_topics(situation, rows, mixes, found),
        acquaintance=_acquaintance(situation, rows, history, found),
        published=view.published[rows],
        co_read=situation.co_read_at(rows),
        boost=boost,
        now=situation.now,
    )
    return features(inputs, config)


def _content(situation: Situation, rows: Rows) -> Content:
    view, interests = situation.view, situation.interests
    return Content(
        vectors=view.vectors[rows],
        centre=view.centre,
        interests=interests.vectors,
        weights=interests.weights,
        session=interests.session,
        context=situation.context,
        aversions=interests.aversions,
        mean=interests.mean,
        recent=interests.recent,
        read=interests.strongest,
        crowd=situation.crowd,
    )


@dataclass(frozen=True)
class _Mix:
    """One kind of topics: of the candidates, and of what the reader read."""

    view: CatalogueView
    situation: Situation
    rows: Rows
    kind: str

    @cached_property
    def _names(self) -> Sequence[str]:
        return self.view.tags.names if self.kind == TAG else self._column.names

    @property
    def _column(self) -> Coded:
        return self.view.category if self.kind == CATEGORY else self.view.subcategory

    def _pairs_of(self, rows: Rows) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        if self.kind == TAG:
            return self.view.tags.pairs_of(rows)
        codes = self._column.codes[rows]
        places = np.flatnonzero(codes)
        return places, codes[places]

    @cached_property
    def _offered(self) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.intp]]:
        """The pairs of a place and a topic, with the different topics and which one each is."""
        places, codes = self._pairs_of(self.rows)
        distinct, which = np.unique(codes, return_inverse=True)
        return places, distinct, which

    @cached_property
    def topics(self) -> list[str]:
        """The names of the candidates' topics, as they are counted."""
        return [f"{self.kind}:{self._names[code]}" for code in self._offered[1].tolist()]

    def pairs(self, found: Signals) -> TopicPairs:
        """Return the candidates' topics with what the reader and everybody read of them."""
        places, distinct, which = self._offered
        interests = self.situation.interests
        read, codes = self._pairs_of(interests.liked)
        size = int(max(codes.max(initial=0), distinct.max(initial=0))) + 1
        alike, of_late = (
            np.bincount(codes, weights, minlength=size)[distinct]
            for weights in (np.ones(len(codes)), interests.strength[read])
        )
        total: float = len(interests.liked)
        met = np.array([found.own_topics.get(name, TopicCounts()) for name in self.topics])
        met = met.reshape(-1, len(TopicCounts._fields)).astype(np.float64)
        if self.kind != TAG:
            alike, total = met[:, 2], found.own_topics.get(ALL, TopicCounts()).read
        crowd = _weights(found.topics, self.topics, self.situation.now)
        return TopicPairs(
            places=places,
            own=np.column_stack((alike, of_late)).astype(np.float64)[which],
            own_total=np.array([total, interests.strength.sum()]),
            crowd=crowd[which],
            met=met[which, :2],
        )


def _topics(situation: Situation, rows: Rows, mixes: Sequence[_Mix], found: Signals) -> Topics:
    category, subcategory, tags = (mix.pairs(found) for mix in mixes)
    return Topics(
        category=category,
        subcategory=subcategory,
        tags=tags,
        crowd_total=float(_weights(found.topics, [ALL], situation.now)[0]),
        usual_ctr=float(usual_ctr(counts_now(found.site_levels, situation.now))[-1]),
        affinity=situation.interests.affinity[situation.view.category.codes[rows]],
        followed=situation.followed_at(rows),
    )


def _weights(levels: Mapping[str, float], topics: Sequence[str], now: float) -> NDArray[np.float64]:
    found = np.array([levels.get(topic, -math.inf) for topic in topics], np.float64)
    return value(found, TOPIC_RATE, now)


def _acquaintance(
    situation: Situation, rows: Rows, history: Sequence[HistoryEntry], found: Signals
) -> Acquaintance:
    view, row = situation.view, situation.open_row
    read, last_read = _reads(view, history)
    is_open = rows == (-1 if row is None else row)
    return Acquaintance(
        own=found.own,
        read=read[rows],
        last_read=last_read[rows],
        published=view.published[rows],
        open_published=math.nan if row is None else float(view.published[row]),
        is_open=is_open,
        same_category=_shares(view.category, rows, row),
        same_subcategory=_shares(view.subcategory, rows, row),
        history_length=len(history),
        last_seen=history[0].occurred_at if history else math.nan,
    )


def _shares(column: Coded, rows: Rows, other: int | None) -> NDArray[np.bool_]:
    """Tell which of ``rows`` have the name that ``other`` has, if it has one."""
    code = 0 if other is None else int(column.codes[other])
    return np.asarray((column.codes[rows] == code) & (code > 0))


def _reads(
    view: CatalogueView, history: Sequence[HistoryEntry]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return for each row of the catalogue how often it was read, and when last; NaN for never."""
    reads = [entry for entry in history if entry.kind in WEIGHTS]
    rows = view.positions([entry.article for entry in reads])
    live = rows >= 0
    seconds = np.array([entry.occurred_at for entry in reads], np.float64)
    last = np.full(view.count, np.nan)
    last[rows[live][::-1]] = seconds[live][::-1]  # the newest comes first, and so is written last
    return np.bincount(rows[live], minlength=view.count).astype(np.float64), last
