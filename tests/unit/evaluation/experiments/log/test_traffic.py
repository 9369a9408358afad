"""A site's own traffic for a plan: who arrives, and how a metric varies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from recommender.domain.experiments import Metric
from recommender.errors import InvalidInput, SourceError
from recommender.evaluation.experiments.traffic import traffic_of


@pytest.fixture
def week(world: Any) -> Any:
    """Give three readers over two whole days, and a third day that has begun."""
    for reader, hours, clicks in (("anna", 1, 1), ("ben", 2, 0), ("anna", 25, 2), ("carla", 26, 1)):
        slate = world.show(reader, hours, "a", "b", "c", "d")
        for article in "abcd"[:clicks]:
            world.do(reader, hours + 0.1, "click", article, slate)
            world.do(reader, hours + 0.1, "read", article, slate, dwell_seconds=10.0)
    world.show(None, 3, "a")
    world.show("dora", 49, "a")
    return world


def test_a_mean_over_readers_and_its_variance(week: Any) -> None:
    found = traffic_of(week.logged(), Metric.READS_PER_READER, days=28)
    assert (found.readers, found.days, found.arrivals) == (3, 2, (2.0, 1.0, 1.0))
    assert found.mean == (3 + 0 + 1) / 3
    assert found.variance == pytest.approx(np.var([3, 0, 1], ddof=1))


def test_a_ratio_has_the_variance_of_the_delta_method(week: Any) -> None:
    found = traffic_of(week.logged(), Metric.CTR, days=28)
    assert found.mean == (3 + 0 + 1) / (8 + 4 + 4)
    residuals = np.array([3 - found.mean * 8, 0 - found.mean * 4, 1 - found.mean * 4])
    assert found.variance == pytest.approx(np.var(residuals, ddof=1) / (16 / 3) ** 2)


def test_only_the_last_whole_days_count_and_their_mean_is_what_comes(week: Any) -> None:
    for reader in ("emil", "fritz", "anna"):
        week.show(reader, 50, "a")
    week.show("gerd", 73, "a")
    found = traffic_of(week.logged(), Metric.READS_PER_READER, days=2)
    # anna and carla on the second day; dora, emil and fritz on the third
    assert (found.readers, found.arrivals) == (5, (2.0, 3.0, 3.0))
    assert found.mean == (2 + 1) / 5
    whole = traffic_of(week.logged(), Metric.READS_PER_READER, days=28)
    assert whole.arrivals == (2.0, 1.0, 3.0, (1 + 3) / 2)


def test_a_log_of_one_day_or_of_another_metric_is_refused(week: Any, world: Any) -> None:
    with pytest.raises(InvalidInput, match="metric: another one: no slate tells it"):
        traffic_of(week.logged(), Metric.ERRORS, days=7)
    world.slates = world.slates[:2]
    with pytest.raises(SourceError, match="got 0 on 0; the log's last day"):
        traffic_of(world.logged(), Metric.CTR, days=7)
