"""A site's state as the service keeps it in Redis, replayed in memory."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.domain.ids import ArticleId, EventId, ReaderId
from recommender.domain.interactions import Interaction, Kind
from recommender.domain.readers import FeedState, ReaderState, Trends
from recommender.domain.signals import OWN_TOPICS, Signals
from recommender.evaluation.data_sets.types import NONE, Articles
from recommender.evaluation.replay.histories import ReplayedHistory, ReplayedPairs
from recommender.store.limits import ReaderLimits
from recommender.trending.decay import level
from recommender.trending.ladder import WEIGHTS, TrendingConfig
from recommender.trending.signals import SignalModel, topics_of

REPLAYED = EventId("")
"""Replayed events come once: their ids are of no use."""


class ReplayedState:
    """What is known of a site's readers and articles by the events applied so far.

    A reader is a code. What guests (``NONE``) do counts for articles alone: nothing is remembered
    of them, so that none is taken for another.

    Parameters
    ----------
    articles : Articles
        Their codes are their places.
    """

    def __init__(self, articles: Articles, limits: ReaderLimits, trending: TrendingConfig) -> None:
        self._ids = [ArticleId(each) for each in articles.ids]
        self._codes = {article: code for code, article in enumerate(self._ids)}
        self._limits, self._trending = limits, trending
        self._topics, names = _topics(articles)
        self._topic_codes = {name: code for code, name in enumerate(names)}
        self._own_topics = [
            [code for code in codes.tolist() if names[code].startswith(OWN_TOPICS)]
            for codes in self._topics
        ]
        self.signals = SignalModel(len(self._ids), names)
        self._ladders = np.full((len(self._ids), len(trending.rates)), -np.inf)
        self._histories: dict[int, ReplayedHistory] = {}
        self._begun: dict[int, Iterable[tuple[int, float, float]]] = {}
        self._pairs = ReplayedPairs(limits)
        self.clicks: NDArray[np.int64] = np.zeros(len(self._ids), np.int64)

    def history(self, reader: int) -> ReplayedHistory:
        """Return what is remembered of a reader; of guests nothing is."""
        if reader == NONE:
            return ReplayedHistory(self._limits.max_history)
        self._begin(reader)
        if reader not in self._histories:
            self._histories[reader] = ReplayedHistory(self._limits.max_history)
        return self._histories[reader]

    def begin_history(self, reader: int, entries: Iterable[tuple[int, float, float]]) -> None:
        """Put what a reader read in place of what is remembered; nothing else counts it.

        All of it counts for what the reader read of each topic, and so for the reader's taste; the
        history holds the newest.

        Parameters
        ----------
        entries : iterable of (int, float, float)
            Code of the article, second, and seconds of reading: a click where they are NaN.
        """
        self._begun[reader] = entries

    def _begin(self, reader: int) -> None:
        """Take in what a reader begins with: not before it is needed, and some readers never come.

        It is needed by whatever asks what the reader read, or adds to that.
        """
        if reader not in self._begun:
            return
        newest_first = sorted(self._begun.pop(reader), key=_second_of, reverse=True)
        self._histories[reader] = ReplayedHistory(
            self._limits.max_history, (self._read_before(reader, *each) for each in newest_first)
        )
        self.signals.topics_begin(reader, (self._own_topics[code] for code, *_ in newest_first))

    def _read_before(self, reader: int, code: int, second: float, dwell: float) -> Interaction:
        if math.isnan(dwell):
            return self._done(reader, code, Kind.CLICK, second, None)
        return self._done(reader, code, Kind.READ, second, dwell)

    def shown(self, reader: int, codes: NDArray[np.int64], second: float) -> None:
        """Apply impressions of one reader."""
        self.signals.impressions(codes, second)
        if reader == NONE:
            return
        listed = codes.tolist()
        self.signals.met_shown(reader, listed, second)
        for code in listed:
            self.signals.topics_shown(reader, self._own_topics[code])

    def read(self, reader: int, code: int, second: float, dwell: float | None) -> None:
        """Apply the reading of an article."""
        self.signals.view(code, second)
        if reader != NONE:
            self._begin(reader)
            self.signals.topics_view(reader, self._own_topics[code])
        self._attend(reader, code, Kind.READ, second, dwell)

    def click(
        self, reader: int, code: int, second: float, listed: NDArray[np.int64] | None
    ) -> None:
        """Apply a click; ``listed`` are the articles of the list in which it happened."""
        self.signals.click(code, second, listed)
        if reader != NONE:
            self._begin(reader)
            self.signals.met_click(reader, code, second)
            self.signals.topics_click(reader, self._own_topics[code])
        self.clicks[code] += 1
        self._attend(reader, code, Kind.CLICK, second, None)

    def _attend(
        self, reader: int, code: int, kind: Kind, second: float, dwell: float | None
    ) -> None:
        weight = WEIGHTS[kind]
        self.signals.attention(self._topics[code], weight, second)
        gains = [float(level(second, rate, weight)) for rate in self._trending.rates]
        self._ladders[code] = np.logaddexp(self._ladders[code], gains)
        if reader == NONE:
            return
        done = self._done(reader, code, kind, second, dwell)
        history = self.history(reader)
        self._pairs.count(history, done, second)
        history.remember(done)

    def _done(
        self, reader: int, code: int, kind: Kind, second: float, dwell: float | None
    ) -> Interaction:
        return Interaction(
            id=REPLAYED,
            reader=ReaderId(str(reader)),
            article=self._ids[code],
            kind=kind,
            occurred_at=second,
            dwell_seconds=dwell,
        )

    def read_by(self, reader: int) -> NDArray[np.int32]:
        """Return the codes of what is remembered of a reader as read, newest first."""
        reads = self.history(reader).reads
        return np.fromiter((self._codes[each] for each in reads), np.int32, len(reads))

    def feed_state(
        self, reader: int, reading: ArticleId | None, trending: int, now: float
    ) -> FeedState:
        """Return what a feed of the reader would be made of at ``now``."""
        history = self.history(reader)
        return FeedState(
            reader=ReaderState(history=history.entries),
            trends=self._trends(trending),
            co_read=self._pairs.read_along(history, reading, now),
        )

    def of(
        self, reader: ReaderId | None, articles: Sequence[ArticleId], topics: Sequence[str]
    ) -> Signals:
        """Return what is counted of ``articles`` and ``topics``; a reader's id is its code."""
        if reader is not None:
            self._begin(int(reader))
        return self.signals.of(
            None if reader is None else int(reader),
            np.array([self._codes[each] for each in articles], np.int64),
            np.array([self._topic_codes[each] for each in topics if each], np.int64),
        )

    def _trends(self, count: int) -> Trends:
        served = self._ladders[:, self._trending.served_rung]
        known = np.flatnonzero(served > -math.inf)
        if len(known) > count:
            known = known[np.argpartition(-served[known], count - 1)[:count]]
        order = known[np.argsort(-served[known], kind="stable")]
        return Trends(
            articles=tuple([self._ids[code] for code in order.tolist()]),
            ladders=self._ladders[order],
            since=np.full(len(order), np.nan),
        )


def _second_of(entry: tuple[int, float, float]) -> float:
    return entry[1]


def _topics(articles: Articles) -> tuple[list[NDArray[np.int64]], list[str]]:
    """Return the topics of each article, as codes, and the topics' names."""
    code_by_name: dict[str, int] = {}
    columns = zip(articles.categories, articles.subcategories, articles.tags, strict=True)
    of_articles = []
    for category, subcategory, tags in columns:
        names = topics_of(category, subcategory, tags)
        codes = [code_by_name.setdefault(name, len(code_by_name)) for name in names]
        of_articles.append(np.array(codes, np.int64))
    return of_articles, list(code_by_name)
