"""The pages of a site where one variant is known to be better, served by the real service.

Each reader's pages of a week are served once under either variant; they are merged, and clicks are
drawn, anew in each experiment (see ``scripts.winner_runs``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from recommender.bootstrap import Wiring
from recommender.clock import FixedClock
from recommender.domain.experiments import ForcedVariant
from recommender.domain.ids import ArticleId, EventId, ReaderId
from recommender.domain.interactions import Interaction, Kind
from recommender.ingest.experiments import parse_experiment
from recommender.services.asking import Ask
from recommender.store.limits import DAY_SECONDS
from scripts import benchmark_world
from scripts.simulated_readers import Crowd, Floats, Whole, examination, make_crowd, numbers_of

ARTICLES = 4_000
PAGE = 10
DAYS = 7
KEY = "winner"
VARIANTS: Mapping[str, dict[str, object]] = {"wide": {"rerank.diversity": 0.5}, "as-it-is": {}}
"""The feed as it is, and before it a control that gives up too much relevance for diversity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What n readers were shown at v visits under k places, and how it attracts them.

    Parameters
    ----------
    articles : ndarray, shape (2, n, v, k), int64
        Numbers of the articles, under the control, and under the other variant.
    attraction : ndarray, shape (2, n, v, k), float64
        How likely a reader of full eagerness clicks each where they look at it.
    """

    articles: Whole
    attraction: Floats

    @property
    def chances(self) -> Floats:
        """How likely a reader of full eagerness clicks each article, shape (2, n, v, k)."""
        return self.attraction * examination(self.attraction.shape[-1])

    @property
    def true_lift(self) -> float:
        """Relative lift of expected clicks over impressions: no click is drawn.

        Of ``draw_visits`` a reader makes each number of visits from 0 to v alike, so the first page
        is served v times as often as the last one.
        """
        days = self.attraction.shape[2]
        control, other = self.chances.mean(axis=(1, 3)) @ np.arange(days, 0.0, -1.0)
        return float(other / control - 1.0)


def serve_pages(
    site: Wiring, clock: FixedClock, readers: int, seed: int, advance: Callable[[int], None]
) -> Pages:
    """Serve everybody's pages, day after day.

    A reader under each variant is one of their own to the service, with the same history: what one
    was shown does not come back, for this one alone. No click of the week is recorded.

    Parameters
    ----------
    site : Wiring
        Without articles.
    clock : FixedClock
        Of the site; it is moved.
    advance : callable
        Is told of each reader and day.
    """
    draws = np.random.default_rng(seed)
    benchmark_world.make_articles(site, ARTICLES, seed)
    site.follower.load()
    crowd = make_crowd(readers, ARTICLES, draws)
    full = replace(crowd, eagerness=np.ones(readers))
    parameters = _parameters(site)
    _record_histories(site, crowd, draws)
    articles = np.zeros((len(VARIANTS), readers, DAYS, PAGE), np.int64)
    attraction = np.zeros(articles.shape)
    for day in range(DAYS):
        for reader in range(readers):
            for place, name in enumerate(VARIANTS):
                ask = Ask(reader=_id(reader, name), size=PAGE, variant=parameters[name])
                shown = numbers_of(site.feed.feed(ask).slate.ordering.articles)
                articles[place, reader, day] = shown
                attraction[place, reader, day] = full.attraction(reader, shown)
            advance(1)
        clock.advance(DAY_SECONDS)
    return Pages(articles=articles, attraction=attraction)


def _parameters(site: Wiring) -> dict[str, str]:
    """Define the experiment, and return what asks for each variant."""
    document = {
        "hypothesis": "Less diversity brings more clicks.",
        "variants": [{"name": name, "overrides": each} for name, each in VARIANTS.items()],
        "primary_metric": "ctr",
    }
    site.experiments.put(parse_experiment(KEY, document))
    asked = {name: ForcedVariant(experiment=KEY, variant=name) for name in VARIANTS}
    seconds = (DAYS + 1) * DAY_SECONDS
    return {name: site.experiments.preview(each, seconds).parameter for name, each in asked.items()}


def _record_histories(site: Wiring, crowd: Crowd, draws: np.random.Generator) -> None:
    now = site.clock.now()
    for reader in range(len(crowd)):
        clicked = draws.permutation(crowd.history(reader, draws)).tolist()
        for name in VARIANTS:
            site.interactions.record(
                [
                    Interaction(
                        id=EventId(str(number)),
                        reader=_id(reader, name),
                        article=ArticleId(f"a{article}"),
                        kind=Kind.CLICK,
                        occurred_at=now - 600.0 * (number + 1),
                    )
                    for number, article in enumerate(clicked)
                ]
            )


def _id(reader: int, variant: str) -> ReaderId:
    return ReaderId(f"r{reader}-{variant}")
