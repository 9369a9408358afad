"""The list of a tuned site, as Redis and the service tell it, against plain counts."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.clock import FixedClock
from recommender.domain.ids import ArticleId, EventId, ReaderId, SiteId
from recommender.domain.interactions import Interaction, Kind
from recommender.store.connection import Redis
from recommender.store.events import Event, EventStore
from recommender.store.limits import ReaderLimits
from recommender.store.trending import TrendingStore
from recommender.trending.forecast import PRIOR, ForecastConfig
from recommender.trending.ladder import TrendingConfig
from recommender.trending.order import listed_order

NOW = 1_767_225_600.0
HOURS = (0.25, 1.0, 4.0, 24.0)
WEIGHTS = (0.15, -0.4, 0.15, 0.1, *[0.02 * (-1) ** n for n in range(10)])
FORECAST = ForecastConfig(weights=WEIGHTS, low=(-9.0,) * 4, high=(9.0,) * 4)
TUNED = TrendingConfig(half_lives_hours=HOURS, forecast=FORECAST)


def expected(ages_hours: list[float]) -> float:
    rates = [math.log(2) / h * (sum(0.5 ** (age / h) for age in ages_hours) + PRIOR) for h in HOURS]
    logs = [math.log(rate) for rate in rates]
    facts = [logs[0], *[logs[n] - logs[n + 1] for n in range(3)]]
    products = [facts[a] * facts[b] for a in range(4) for b in range(a, 4)]
    return facts[0] + sum(
        weight * term for weight, term in zip(WEIGHTS, [*facts, *products], strict=True)
    )


@settings(max_examples=30)
@given(
    done=st.lists(
        st.tuples(st.integers(0, 11), st.integers(0, 9), st.floats(0, 12 * 3_600)),
        min_size=1,
        max_size=50,
    ),
    later=st.floats(0, 12 * 3_600),
    shards=st.sampled_from([1, 3]),
)
def test_the_list_is_in_the_order_of_plain_counts_over_any_shards_at_every_instant(
    client: Redis, done: list[tuple[int, int, float]], later: float, shards: int
) -> None:
    client.flushall()
    limits = ReaderLimits(shards=shards)
    store = EventStore(client, SiteId("site"), limits, TUNED)
    ages: dict[str, list[float]] = {}
    for number, (reader, article, age) in enumerate(done):
        click = Interaction(
            id=EventId(str(number)),
            reader=ReaderId(f"r{reader}"),
            article=ArticleId(f"a{article}"),
            kind=Kind.CLICK,
            occurred_at=NOW - age,
        )
        store.record(click.reader, [Event(interaction=click, category=None)], NOW)
        ages.setdefault(click.article, []).append((age + later) / 3_600)
    trends = TrendingStore(client, SiteId("site"), limits, TUNED).trends(200)
    order = listed_order(trends.ladders, NOW + later, TUNED)
    told = [expected(ages[trends.articles[place]]) for place in order]
    assert told == pytest.approx(sorted(map(expected, ages.values()), reverse=True), abs=1e-6)


def test_a_tuned_site_lists_what_rises_first_and_tells_values_as_ever(
    make_wiring: Callable[..., Any], make_live: Callable[..., None], clock: FixedClock
) -> None:
    """Ten clicks of eight hours ago are 10 / 4; two of now are 2, and come first."""
    values = {}
    for name, config in (("plain", TrendingConfig(half_lives_hours=HOURS)), ("tuned", TUNED)):
        wiring = make_wiring(site=name, trending=config)
        make_live(wiring, {"old": (1.0, 0.0), "new": (0.0, 1.0)})
        ages = [("old", 8 * 3_600)] * 10 + [("new", 0)] * 2
        wiring.interactions.record(
            [
                Interaction(
                    id=EventId(str(number)),
                    reader=ReaderId(f"r{number}"),
                    article=ArticleId(article),
                    kind=Kind.CLICK,
                    occurred_at=clock.now() - age,
                )
                for number, (article, age) in enumerate(ages)
            ]
        )
        values[name] = [each.value for each in wiring.trending.top(None, 5)]
        assert len(wiring.trending.top(None, 1)) == 1
    assert values == {"plain": pytest.approx([2.5, 2.0]), "tuned": pytest.approx([2.0, 2.5])}
