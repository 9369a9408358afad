"""The report on MIND's readers: what the diversity dial gives and what it takes.

MIND gives neither publication times nor sources, so all articles are dated alike and only taste,
difference and calibration order them. Exploration is off: between two settings of the dial
nothing else differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.bootstrap import Wiring
from recommender.candidates.rules import NO_RULES
from recommender.catalogue.live import CatalogueEntry, LiveCatalogue
from recommender.catalogue.view import CatalogueView
from recommender.domain.articles import Article, embedding_text
from recommender.domain.ids import ArticleId, ReaderId
from recommender.domain.interactions import HistoryEntry, Kind
from recommender.domain.readers import FeedState, ReaderState, Trends
from recommender.domain.signals import NoSignals
from recommender.domain.slates import Ordering
from recommender.errors import SourceError
from recommender.evaluation.intervals import Estimate, mean_of
from recommender.evaluation.quality import coverage, intra_list_distance, miscalibration, recall
from recommender.feed import Arrangement, arrange
from recommender.feed_request import FeedConfig, FeedRequest, Site
from recommender.ingest.documents import ArticleDocument
from recommender.ingest.mind import read_mind
from recommender.ranking.weighted import WeightedRanker
from recommender.reranking.exploration import ExplorationConfig
from scripts.console import progress
from scripts.mind_readers import MindReader, mind_readers

FOLDER = "mind_small"
DIALS = (0.0, 0.25, 0.5, 0.75, 1.0)
SHOWN = 10
LEAST_HISTORY = 5
SEED = 7

HISTORY_SECONDS = 7 * 86_400.0
"""MIND gives no times of clicks: a reader's are spread evenly over a week before the impression."""

DATED_BEFORE_SECONDS = 2 * 86_400.0
"""All articles are dated so long before the first impression: none is fresh, none fresher."""

ENCODED = 256
"""Articles between two signs of progress."""

NO_TRENDS = Trends(articles=(), ladders=np.empty((0, 0)), since=np.empty(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """The first ten articles of all readers at one setting of the dial.

    Parameters
    ----------
    intra_list_distance, relevance, recall, miscalibration : Estimate
        Means over readers. Relevance is the mean score over that at the dial's 0; recall the share
        of the articles clicked in the impression that stand among the first ten of those offered.
    coverage : float
        Share of all articles that stand in at least one list.
    rise : Estimate or None
        How much higher each reader's intra-list distance is than at the setting before.
    """

    diversity: float
    intra_list_distance: Estimate
    relevance: Estimate
    recall: Estimate
    miscalibration: Estimate
    coverage: float
    rise: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MindReport:
    """What the dial does.

    Parameters
    ----------
    recall_by_chance : float
        Expected recall of a random order of what was offered.
    scored : int
        Readers with a score above 0 at the dial's 0, over whom relevance is a mean.
    """

    readers: int
    articles: int
    scored: int
    recall_by_chance: float
    dials: tuple[Dial, ...]

    @property
    def rises_at_each_step(self) -> bool:
        """Whether the mean intra-list distance is higher at each setting than at the one before."""
        return all(each.rise.mean > 0.0 for each in self.dials if each.rise is not None)


def mind_report(wiring: Wiring, data: Path, count: int) -> MindReport:
    """Order feeds for ``count`` readers at every setting of the dial.

    Raises
    ------
    SourceError
        The data set is missing, malformed, or has no readers with enough history.
    """
    folder = data / FOLDER
    readers = mind_readers(folder, count, least_history=LEAST_HISTORY, seed=SEED)
    if not readers:
        raise SourceError(f"{folder} has no reader with {LEAST_HISTORY} articles of history")
    view = _catalogue(wiring, folder, readers)
    measured = []
    with progress("ordering feeds", len(DIALS) * len(readers)) as advance:
        for diversity in DIALS:
            lists = []
            for reader in readers:
                lists.append(_measure(wiring, view, reader, diversity))
                advance(1)
            measured.append(lists)
    return MindReport(
        readers=len(readers),
        articles=int(view.alive.sum()),
        scored=int((_column(measured[0], "score") > 0.0).sum()),
        recall_by_chance=float(np.mean([min(1.0, SHOWN / len(each.offered)) for each in readers])),
        dials=tuple(_dial(number, measured, view) for number in range(len(DIALS))),
    )


def _catalogue(wiring: Wiring, folder: Path, readers: Sequence[MindReader]) -> CatalogueView:
    """Return a catalogue of every article that one of the readers met."""
    met = frozenset().union(*(each.articles for each in readers))
    at = min(each.at for each in readers) - DATED_BEFORE_SECONDS
    articles = [
        each.to_article(at)
        for each in read_mind(folder)
        if isinstance(each, ArticleDocument) and each.id in met
    ]
    catalogue = LiveCatalogue(wiring.encoder.dimension)
    with progress("embedding MIND", len(articles)) as advance:
        for start in range(0, len(articles), ENCODED):
            batch = articles[start : start + ENCODED]
            vectors = wiring.encoder.encode([embedding_text(each) for each in batch])
            catalogue.apply([_entry(each) for each in batch], vectors)
            advance(len(batch))
    return catalogue.view


def _entry(article: Article) -> CatalogueEntry:
    return CatalogueEntry(
        id=article.id,
        title=article.title,
        card=b"",
        published_at=article.published_at,
        category=article.category,
        subcategory=article.subcategory,
        language=article.language,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """One reader's list at one setting of the dial; ``score`` is the mean of its articles."""

    shown: tuple[ArticleId, ...]
    distance: float
    score: float
    recall: float
    miscalibration: float


def _measure(
    wiring: Wiring, view: CatalogueView, reader: MindReader, diversity: float
) -> _Measured:
    site = _site(wiring, view)
    ordering = _first(arrange(_request(reader, diversity), _state(reader, wiring), site))
    rows = view.rows_of(ordering.articles)
    history = _categories(view, reader.history)
    return _Measured(
        shown=ordering.articles,
        distance=intra_list_distance(view.vectors[rows]),
        score=float(ordering.scores.mean()),
        recall=_recall(reader, diversity, _state(reader, wiring), site),
        miscalibration=miscalibration(history, _categories(view, ordering.articles)),
    )


def _recall(reader: MindReader, diversity: float, state: FeedState, site: Site) -> float:
    """Return the recall of what was clicked when nothing may be shown but what was offered."""
    offered = site.view.rows_of(reader.offered)
    held_out = np.setdiff1d(np.arange(site.view.count), offered)
    seen = {each: at for each, at in state.reader.seen.items() if each not in reader.offered}
    sources = site.config.sources.model_copy(update={"fresh": len(offered)})  # all are candidates
    arranged = arrange(
        _request(reader, diversity),
        replace(state, reader=replace(state.reader, seen=seen)),
        replace(
            site,
            rules=replace(NO_RULES, held_out=held_out),
            config=site.config.model_copy(update={"sources": sources}),
        ),
    )
    return recall(_first(arranged).articles, reader.clicked)


def _first(arranged: Arrangement) -> Ordering:
    """Return the first page of what was arranged: an order goes on for the next one."""
    ordering = arranged.ordering
    return ordering.take(range(min(SHOWN, len(ordering))))


def _request(reader: MindReader, diversity: float) -> FeedRequest:
    return FeedRequest(
        reader=ReaderId(reader.id),
        size=SHOWN,
        token="report",  # noqa: S106  # a slate's, no secret
        now=reader.at,
        diversity=diversity,
    )


def _site(wiring: Wiring, view: CatalogueView) -> Site:
    settings = wiring.settings
    only_the_dial: FeedConfig = settings.feed.model_copy(
        update={"ahead": 0, "exploration": ExplorationConfig(enabled=False)}
    )
    return Site(
        view=view,
        rules=NO_RULES,
        signals=NoSignals(),
        ranker=WeightedRanker(only_the_dial.weights),
        config=only_the_dial,
        trending=settings.trending,
        co_read_half_life_hours=settings.readers.co_read_half_life_hours,
    )


def _state(reader: MindReader, wiring: Wiring) -> FeedState:
    """Return the reader's history as clicks, newest first; what was read does not come again."""
    step = HISTORY_SECONDS / len(reader.history)
    clicks = tuple(
        HistoryEntry(article=article, kind=Kind.CLICK, occurred_at=reader.at - step * number)
        for number, article in enumerate(reversed(reader.history), 1)
    )
    state = ReaderState(
        history=clicks[: wiring.settings.readers.max_history],
        seen={each.article: each.occurred_at for each in reversed(clicks)},
    )
    return FeedState(reader=state, trends=NO_TRENDS)


def _dial(number: int, measured: Sequence[Sequence[_Measured]], view: CatalogueView) -> Dial:
    lists = measured[number]
    distances, base = _column(lists, "distance"), _column(measured[0], "score")
    scored = base > 0.0
    before = _column(measured[number - 1], "distance") if number else None
    return Dial(
        diversity=DIALS[number],
        intra_list_distance=mean_of(distances, SEED),
        relevance=mean_of(_column(lists, "score")[scored] / base[scored], SEED),
        recall=mean_of(_column(lists, "recall"), SEED),
        miscalibration=mean_of(_column(lists, "miscalibration"), SEED),
        coverage=coverage((each.shown for each in lists), view.rows.keys()),
        rise=None if before is None else mean_of(distances - before, SEED),
    )


def _column(lists: Sequence[_Measured], name: str) -> NDArray[np.float64]:
    return np.array([getattr(each, name) for each in lists], np.float64)


def _categories(view: CatalogueView, articles: Sequence[ArticleId]) -> list[str]:
    names = [view.category.name(row) for row in view.rows_of(articles).tolist()]
    return [name for name in names if name is not None]
