from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from recommender.domain.ids import ArticleId
from recommender.domain.signals import BIASES, FAMILIES, RUNGS_HOURS, NoSignals
from recommender.ranking.crowd import (
    CROWD,
    CTR_PRIOR,
    LIFT_PRIOR,
    STEADY_PER_HOUR,
    Crowd,
    counts_now,
    crowd_features,
    usual_ctr,
)
from recommender.trending.decay import decay_rate, level

NOW = 1_767_225_600.0
HOUR = 3_600.0
NAMES = [each.name for each in CROWD]
RATES = [decay_rate(hours) for hours in RUNGS_HOURS]
CLICKS, VIEWS, SHOWN, EXPECTED = (FAMILIES.index(each) for each in FAMILIES)
RUNGS = {"15m": 0.25, "1h": 1.0, "4h": 4.0, "24h": 24.0}


@pytest.fixture
def quiet() -> Crowd:
    """Two articles of a site where nothing has happened."""
    return Crowd(
        trending=np.zeros(2),
        surge=np.zeros(2),
        top_trending=0.0,
        signals=NoSignals().of(None, [ArticleId("a"), ArticleId("b")], []),
    )


def ladder(weight: float, hours_ago: float = 0.0) -> list[float]:
    """Return the levels of one family after events of this weight, so long ago."""
    return [float(level(NOW - hours_ago * HOUR, rate, weight)) for rate in RATES]


def counted(
    crowd: Crowd, *first: tuple[int, float, float], site: tuple[tuple[int, float, float], ...] = ()
) -> Crowd:
    """Return the crowd that did to the first article what (family, weight, hours ago) say.

    ``site`` is what was done to all together; without it, what was done to the first article.
    """
    levels, site_levels = crowd.signals.levels.copy(), crowd.signals.site_levels.copy()
    for family, weight, ago in first:
        levels[0, family] = np.logaddexp(levels[0, family], ladder(weight, ago))
    for family, weight, ago in site or first:
        site_levels[family] = np.logaddexp(site_levels[family], ladder(weight, ago))
    return replace(crowd, signals=replace(crowd.signals, levels=levels, site_levels=site_levels))


def rows_of(crowd: Crowd, now: float = NOW) -> NDArray[np.float64]:
    return crowd_features(crowd, now, trending_floor=5.0, full_surge=8.0)


def column(name: str, crowd: Crowd, now: float = NOW, **changes: Any) -> list[float]:
    fields = {
        field: np.array(value, np.float64) if isinstance(value, list) else value
        for field, value in changes.items()
    }
    found: list[float] = rows_of(replace(crowd, **fields), now)[:, NAMES.index(name)].tolist()
    return found


def signalled(crowd: Crowd, **changes: Any) -> Crowd:
    return replace(crowd, signals=replace(crowd.signals, **changes))


def test_every_column_is_named(quiet: Crowd) -> None:
    assert rows_of(quiet).shape == (2, len(CROWD))


def test_nothing_is_made_of_the_readers_own_data() -> None:
    assert not any(each.personal for each in CROWD)


def test_what_is_made_of_offers_is_told_apart() -> None:
    """Clicks, views and what trends are known without any log of lists; all else needs one."""
    without = {each.name for each in CROWD if not each.exposure}
    counts = {f"{family}_{rung}" for family in ("clicks", "views") for rung in RUNGS}
    assert without == counts | {"trending", "surge", "click_share", "velocity"}


def test_where_nothing_is_counted_all_features_are_0(quiet: Crowd) -> None:
    assert not rows_of(quiet).any()


def test_no_candidates_make_no_rows() -> None:
    empty = Crowd(
        trending=np.empty(0),
        surge=np.empty(0),
        top_trending=3.0,
        signals=NoSignals().of(None, [], []),
    )
    assert rows_of(empty).shape == (0, len(CROWD))


def test_attention_counts_by_its_logarithm_against_the_top_article(quiet: Crowd) -> None:
    found = column("trending", quiet, trending=[0, 9], top_trending=15.0)
    assert found == pytest.approx([0, math.log(1 + 9) / math.log(1 + 15)])


def test_below_the_floor_a_lone_click_makes_no_trend(quiet: Crowd) -> None:
    found = column("trending", quiet, trending=[0, 1], top_trending=1.0)
    assert found[1] == pytest.approx(math.log(1 + 1) / math.log(1 + 5))


def test_a_surge_counts_by_its_logarithm_and_by_how_many_read(quiet: Crowd) -> None:
    found = column("surge", quiet, surge=[2, 100], trending=[5, 15], top_trending=15.0)
    assert found == pytest.approx([math.log(2) / math.log(8) * 5 / (5 + 5), 1.0 * 15 / (15 + 5)])
    assert column("surge", quiet, surge=[0.5, 1.0], trending=[5, 5]) == [0, 0]


@pytest.mark.parametrize("rung", RUNGS)
@pytest.mark.parametrize(("told", "family"), [("clicks", 0), ("views", 1), ("shown", 2)])
def test_counts_halve_with_each_half_life_and_count_by_their_logarithm(
    quiet: Crowd, told: str, family: int, rung: str
) -> None:
    crowd = counted(quiet, (family, 6.0, 1.0))
    halved = 6 * 0.5 ** (1 / RUNGS[rung])
    assert column(f"{told}_{rung}", crowd) == pytest.approx([math.log(1 + halved), 0])
    others = {"clicks", "views", "shown"} - {told}
    assert all(column(f"{other}_{rung}", crowd) == [0, 0] for other in others)


def test_counts_at_a_moment_are_of_every_half_life() -> None:
    found = counts_now(np.array([ladder(8.0, 1.0), ladder(1.0)]), NOW)
    assert found[0] == pytest.approx([8 * 0.5 ** (1 / hours) for hours in RUNGS_HOURS])
    assert found[1] == pytest.approx([1.0] * len(RUNGS_HOURS))


def test_clicks_as_expected_are_no_lift(quiet: Crowd) -> None:
    crowd = counted(quiet, (CLICKS, 4.0, 0.5), (EXPECTED, 4.0, 0.5))
    assert all(column(f"lift_{rung}", crowd) == pytest.approx([0, 0]) for rung in RUNGS)


@pytest.mark.parametrize("rung", RUNGS)
def test_an_articles_own_clicks_raise_its_lift(quiet: Crowd, rung: str) -> None:
    """Three clicks in lists of four: each raises clicks by 1 and what was expected by 1/4."""
    crowd = counted(quiet, (CLICKS, 3.0, 0.0), (EXPECTED, 3 / 4, 0.0))
    raised = math.log((3 + LIFT_PRIOR) / (3 / 4 + LIFT_PRIOR))
    assert raised > 0
    assert column(f"lift_{rung}", crowd) == pytest.approx([raised, 0])


def test_clicks_on_others_in_its_lists_lower_its_lift(quiet: Crowd) -> None:
    crowd = counted(quiet, (EXPECTED, 3 / 4, 0.0))
    lowered = math.log(LIFT_PRIOR / (3 / 4 + LIFT_PRIOR))
    assert column("lift_4h", crowd) == pytest.approx([lowered, 0])


def test_a_rate_of_clicks_is_against_that_of_the_site(quiet: Crowd) -> None:
    """20 impressions and 8 clicks, where the site as a whole has 99 clicks in 190 impressions."""
    crowd = counted(
        quiet,
        (CLICKS, 8.0, 0.0),
        (SHOWN, 20.0, 0.0),
        site=((CLICKS, 99.0, 0.0), (SHOWN, 190.0, 0.0)),
    )
    usual = (99 + 1) / (190 + CTR_PRIOR)
    expected = math.log((8 / usual + CTR_PRIOR) / (20 + CTR_PRIOR))
    for rung in ("1h", "4h", "24h"):
        assert column(f"ctr_{rung}", crowd) == pytest.approx([expected, 0])


def test_the_sites_own_rate_of_clicks_is_0(quiet: Crowd) -> None:
    crowd = counted(
        quiet,
        (CLICKS, 10.0, 0.0),
        (SHOWN, 20.0, 0.0),
        site=((CLICKS, 99.0, 0.0), (SHOWN, 190.0, 0.0)),
    )
    assert column("ctr_4h", crowd) == pytest.approx([0, 0])


def test_what_impressions_give_as_a_rule_begins_at_one_in_ten() -> None:
    counts = np.zeros((len(FAMILIES), 2))
    counts[CLICKS], counts[SHOWN] = [0, 24], [0, 90]
    assert usual_ctr(counts) == pytest.approx([(0 + 1) / (0 + 10), (24 + 1) / (90 + 10)])


def test_shares_are_of_the_sites_clicks_and_impressions_at_four_hours(quiet: Crowd) -> None:
    crowd = counted(
        quiet,
        (CLICKS, 6.0, 4.0),
        (SHOWN, 30.0, 0.0),
        site=((CLICKS, 99.0, 0.0), (SHOWN, 500.0, 0.0)),
    )
    clicks = [math.log((1 + 6 / 2) / (1 + 99)), math.log(1 / (1 + 99))]
    shown = [math.log((1 + 30) / (1 + 500)), math.log(1 / (1 + 500))]
    assert column("click_share", crowd) == pytest.approx(clicks)
    assert column("shown_share", crowd) == pytest.approx(shown)


def test_velocity_is_the_rate_of_an_hour_over_that_of_a_day(quiet: Crowd) -> None:
    """A count at a half-life of h hours is the clicks an hour times h / ln 2, if they are steady.

    Ten clicks just now: ln 2 × 10 an hour by the hour, a twenty-fourth of it by the day.
    """
    crowd = counted(quiet, (CLICKS, 10.0, 0.0))
    by_hour, by_day = 10 * math.log(2) / 1, 10 * math.log(2) / 24
    expected = math.log((by_hour + STEADY_PER_HOUR) / (by_day + STEADY_PER_HOUR))
    assert column("velocity", crowd) == pytest.approx([expected, 0])


def test_a_fading_article_has_a_velocity_below_0(quiet: Crowd) -> None:
    assert column("velocity", counted(quiet, (CLICKS, 50.0, 12.0)))[0] < 0


def test_biases_fade_each_at_its_own_half_life(quiet: Crowd) -> None:
    """Twelve hours after: that of 24 h has lost 1 − 2^(−1/2), of 12 h a half, a lasting nothing."""
    assert [hours for _, hours in BIASES] == [24.0, 12.0, math.inf]
    crowd = signalled(
        quiet,
        biases=np.array([[1.0, -2.0, 0.5], [0.0, 0.0, 0.0]]),
        biased_at=np.array([NOW - 12 * HOUR, np.nan]),
    )
    assert column("bias_slow", crowd) == pytest.approx([2**-0.5, 0])
    assert column("bias_quick", crowd) == pytest.approx([-2 / 2, 0])
    assert column("bias_lasting", crowd) == pytest.approx([0.5, 0])


def test_a_bias_of_a_second_ahead_has_not_faded(quiet: Crowd) -> None:
    """Seconds are logged whole: one may be ahead of a clock that is not."""
    crowd = signalled(quiet, biases=np.ones((2, len(BIASES))), biased_at=np.array([NOW + 1, NOW]))
    assert column("bias_quick", crowd) == [1, 1]


def test_what_was_first_shown_long_ago_counts_by_the_logarithm_of_hours(quiet: Crowd) -> None:
    crowd = signalled(quiet, first_shown=np.array([NOW - 7 * HOUR, np.nan]))
    assert column("first_seen", crowd) == pytest.approx([math.log(1 + 7), 0])
    assert column("first_seen", signalled(crowd, first_shown=np.full(2, NOW + 1))) == [0, 0]


LEVELS = st.one_of(st.just(-math.inf), st.floats(-1e6, 1e6), st.floats(-20, 20))
SECONDS = st.one_of(st.just(math.nan), st.floats(0, 2 * NOW), st.floats(NOW - HOUR, NOW + HOUR))


@given(
    ages=arrays(np.float64, (3, len(FAMILIES), len(RUNGS_HOURS)), elements=LEVELS),
    site=arrays(np.float64, (len(FAMILIES), len(RUNGS_HOURS)), elements=LEVELS),
    biases=arrays(np.float64, (3, len(BIASES)), elements=st.floats(-50, 50)),
    seconds=arrays(np.float64, (2, 3), elements=SECONDS),
    trending=arrays(np.float64, 3, elements=st.floats(0, 1e9)),
    surge=arrays(np.float64, 3, elements=st.floats(0, 1e9)),
)
def test_no_feature_is_ever_infinite_or_missing(
    ages: Any, site: Any, biases: Any, seconds: Any, trending: Any, surge: Any
) -> None:
    """Levels are e-folds off a count of one now: at most e²⁰, at least nothing at all."""
    folds = np.array([float(level(NOW, rate)) for rate in RATES])
    signals = replace(
        NoSignals().of(None, [ArticleId(name) for name in "abc"], []),
        levels=np.minimum(ages, 20) + folds,
        site_levels=np.minimum(site, 20) + folds,
        biases=biases,
        biased_at=seconds[0],
        first_shown=seconds[1],
    )
    crowd = Crowd(
        trending=trending, surge=surge, top_trending=float(trending.max()), signals=signals
    )
    rows = rows_of(crowd)
    assert np.isfinite(rows).all()
    assert (np.abs(rows) < 100).all()
    assert ((rows[:, :2] >= 0) & (rows[:, :2] <= 1)).all()
