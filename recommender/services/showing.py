"""An ordering made ready to be shown: cards, reasons in words, labels as of now, more coverage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from recommender.catalogue.view import CatalogueView, Rows
from recommender.disclosure.labels import (
    Label,
    article_labels,
    digital_source_type_uri,
    facts_of,
)
from recommender.disclosure.reasons import reason_text
from recommender.domain.ids import ArticleId
from recommender.domain.slates import Ordering
from recommender.store.trending import TrendingStore
from recommender.trending.decay import value
from recommender.trending.ladder import TrendingConfig

COVERAGE_MAX = 5
"""Other articles of a story that are offered: its brief, then the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Another article about the same story; ``published_at`` as text, RFC 3339.

    Parameters
    ----------
    generated_with_ai : bool or None
        None is unknown.
    brief : bool
        Whether it is the story's brief.
    """

    id: ArticleId
    title: str
    url: str | None
    source: str | None
    published_at: str
    generated_with_ai: bool | None
    brief: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is shown of one article besides its place in the ordering.

    Parameters
    ----------
    card : bytes
        Its public JSON.
    reason : str
        The sentence of its reason.
    digital_source_type : str or None
        IPTC address; None is unknown.
    story : str or None
        Id of its story, where others tell it as well, and of every brief.
    """

    card: bytes
    reason: str
    labels: tuple[Label, ...]
    digital_source_type: str | None
    story: str | None
    coverage: tuple[Coverage, ...]


class Presenter:
    """Makes orderings ready to be shown."""

    def __init__(self, trending: TrendingStore, config: TrendingConfig) -> None:
        self._trending = trending
        self._config = config

    def shown(
        self,
        ordering: Ordering,
        rows: Rows,
        view: CatalogueView,
        now: float,
        language: str,
        offered: Callable[[Rows], Rows],
    ) -> tuple[Shown, ...]:
        """Return what is shown of each article.

        Parameters
        ----------
        rows : ndarray, shape (n,)
            Where the articles of ``ordering`` are in ``view``.
        now : float
            Seconds since the epoch.
        language : str
            One of ``disclosure.messages.LANGUAGES``.
        offered : callable
            Picks from the rows of a story those that may be offered as more coverage.
        """
        if not len(ordering):
            return ()
        values, since = attention_to(ordering.articles, self._trending, self._config, now)
        told = []
        for place, row in enumerate(rows.tolist()):
            card = view.cards[row]
            facts = facts_of(
                orjson.loads(card),
                trending_value=values[place],
                trending_since=since[place],
                threshold=self._config.threshold,
            )
            coverage = _coverage(view, row, offered)
            told.append(
                Shown(
                    card=card,
                    reason=reason_text(ordering.reasons[place], language),
                    labels=article_labels(facts, language),
                    digital_source_type=digital_source_type_uri(facts),
                    story=view.story.name(row) if coverage or view.is_brief[row] else None,
                    coverage=coverage,
                )
            )
        return tuple(told)


def attention_to(
    articles: Sequence[ArticleId], trending: TrendingStore, config: TrendingConfig, now: float
) -> tuple[list[float], list[float]]:
    """Return the trending value of each article, and since when it trends.

    Parameters
    ----------
    now : float
        Seconds since the epoch, as what is returned in second place.
    """
    trends = trending.of(articles)
    values = value(trends.ladders[:, config.served_rung], config.served_rate, now)
    return values.tolist(), trends.since.tolist()


def _coverage(
    view: CatalogueView, row: int, offered: Callable[[Rows], Rows]
) -> tuple[Coverage, ...]:
    others = view.told_with(row)
    if not len(others):
        return ()
    others = offered(others)
    order = np.lexsort((-view.published[others], ~view.is_brief[others]))
    first = others[order][:COVERAGE_MAX]
    return tuple(_covering(orjson.loads(view.cards[each])) for each in first.tolist())


def _covering(card: Mapping[str, Any]) -> Coverage:
    return Coverage(
        id=ArticleId(str(card["id"])),
        title=str(card["title"]),
        url=card["url"],
        source=card["source"],
        published_at=str(card["published_at"]),
        generated_with_ai=card["provenance"]["generated_with_ai"],
        brief=card.get("brief") is not None,  # older cards have none
    )
