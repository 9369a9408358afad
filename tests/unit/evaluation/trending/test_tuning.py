"""Tuning on sites where the right answer is known."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from recommender.errors import InvalidInput, SourceError
from recommender.evaluation.data_sets.types import Impressions
from recommender.evaluation.trending.in_lists import clicks_of, ladders_at
from recommender.evaluation.trending.lessons import lessons_of_hours, ndcg_of_hours
from recommender.evaluation.trending.log import read_archived, read_clicks
from recommender.evaluation.trending.moments import Clicks, moments
from recommender.evaluation.trending.report import evaluate_trending
from recommender.evaluation.trending.tuned import tuned_by_hours
from recommender.evaluation.trending.tuning import choose, scores, weighed
from recommender.trending.decay import decay_rate, value
from recommender.trending.ladder import TrendingConfig

BEGIN = 1_767_225_600.0
HOUR = 3_600.0
HOURS = 120
CONFIG = TrendingConfig()


def log(at_hours: np.ndarray, articles: np.ndarray, count: int) -> Clicks:
    order = np.argsort(at_hours, kind="stable")
    return Clicks(
        articles=articles[order].astype(np.int64),
        at=BEGIN + HOUR * at_hours[order],
        weights=np.ones(len(order)),
        count=count,
        digest="",
    )


def nervous_site(hours: int = HOURS) -> Clicks:
    """Return a site where an article has 60 clicks in an hour that begins at a quarter to.

    Of 40 articles each has its turn: what was read in the last 15 minutes is read in the next 45.
    """
    turns = np.repeat(np.arange(hours), 60)
    return log(turns + 0.75 + np.tile(np.arange(60) / 60, hours), turns % 40, 40)


def steady_site(hours: int = HOURS) -> Clicks:
    """Return a site whose 30 articles are read at rates that never change, few clicks an hour."""
    draws = np.random.default_rng(5)
    liked = np.linspace(1.0, 4.0, 30)
    articles = draws.choice(30, size=12 * hours, p=liked / liked.sum())
    return log(draws.uniform(0, hours, 12 * hours), articles, 30)


@pytest.mark.parametrize(
    ("site", "best", "worst"),
    [
        (nervous_site(), "half-life 0.25 h", "half-life 24 h"),
        (steady_site(), "half-life 24 h", "half-life 0.25 h"),
    ],
)
def test_the_right_half_life_of_a_site_is_found(site: Clicks, best: str, worst: str) -> None:
    lessons = lessons_of_hours(moments(site, CONFIG.half_lives_hours), CONFIG)
    qualities = choose(lessons, CONFIG, ndcg_of_hours).qualities
    singles = {name: each for name, each in qualities.items() if name.startswith("half-life")}
    assert (max(singles, key=singles.__getitem__), min(singles, key=singles.__getitem__)) == (
        best,
        worst,
    )


@pytest.mark.parametrize("site", [nervous_site(), steady_site()])
def test_a_weighed_ladder_foretells_as_well_as_the_right_half_life_of_either(site: Clicks) -> None:
    lessons = lessons_of_hours(moments(site, CONFIG.half_lives_hours), CONFIG)
    qualities = choose(lessons, CONFIG, ndcg_of_hours).qualities
    singles = [each for name, each in qualities.items() if name.startswith("half-life")]
    assert qualities["weighed ladder"] >= max(singles) - 0.02


def test_the_scores_of_a_half_life_are_in_the_order_of_its_counts() -> None:
    lessons = lessons_of_hours(moments(steady_site(), CONFIG.half_lives_hours), CONFIG)
    *_, last = moments(steady_site(), CONFIG.half_lives_hours)
    counts = value(last.levels(4.0), decay_rate(4.0), last.now)
    mine = scores(lessons, CONFIG)[lessons.starts[-2] :]
    assert np.diff(mine).max() <= 0.0
    assert len(mine) == np.count_nonzero(counts)


def test_the_same_log_teaches_the_same_forecast() -> None:
    lessons = lessons_of_hours(moments(steady_site(), CONFIG.half_lives_hours), CONFIG)
    assert weighed(lessons, CONFIG).forecast == weighed(lessons, CONFIG).forecast


def test_settings_come_with_their_gain_on_later_hours() -> None:
    found = tuned_by_hours(nervous_site(), CONFIG, CONFIG, seed=1)
    assert found.gain.low > 0.3
    assert found.choice.config.threshold == CONFIG.threshold


def test_a_short_log_tunes_nothing() -> None:
    with pytest.raises(InvalidInput, match="at least 48 hours with clicks"):
        tuned_by_hours(nervous_site(40), CONFIG, CONFIG, seed=1)
    with pytest.raises(InvalidInput, match="at least 96 hours"):
        tuned_by_hours(nervous_site(90), CONFIG, CONFIG, seed=1)
    with pytest.raises(InvalidInput, match="at least 96 hours"):
        evaluate_trending(nervous_site(90), CONFIG, top=5, seed=1, advance=lambda _: None)


def test_the_report_judges_later_hours_than_tune() -> None:
    """Clicks of the second half change nothing of what was tuned."""
    site = nervous_site(200)
    # Whole hours from 1 to 200: the second half begins with the hour 101.
    late = site.at >= BEGIN + 101 * HOUR
    mixed = dataclasses.replace(site, articles=np.where(late, site.articles // 2, site.articles))
    one, two = (
        evaluate_trending(each, CONFIG, top=20, seed=1, advance=lambda _: None)
        for each in (site, mixed)
    )
    assert one.choices == two.choices
    assert one.formulas["present settings"] != two.formulas["present settings"]


def test_a_list_is_told_by_the_clicks_strictly_before_it() -> None:
    """A click is known from its visible second on, so not yet at that second."""
    lists = Impressions(
        ids=np.array(["1", "2"]),
        readers=np.array([0, 1], np.int32),
        at=np.array([0.0, 10.0]),
        visible=np.array([10.0, 20.0]),
        reading=np.array([-1, -1], np.int32),
        dwell=np.array([np.nan, np.nan], np.float32),
        starts=np.array([0, 2, 4]),
        candidates=np.array([0, 1, 0, 1], np.int32),
        clicked=np.array([True, False, False, True]),
    )
    clicks = clicks_of([lists], 2, "")
    assert (clicks.articles.tolist(), clicks.at.tolist()) == ([0, 1], [10.0, 20.0])
    articles, at = np.array([0, 0, 1, 1]), np.array([10.0, 10.0 + HOUR, 20.0, 21.0])
    levels = ladders_at(clicks, articles, at, [1.0])[:, 0]
    counts = [value(x, decay_rate(1.0), t) for x, t in zip(levels, at, strict=True)]
    assert counts == pytest.approx([0.0, 0.5, 0.0, 0.5 ** (1 / 3_600)])


def test_a_folder_without_a_log_says_what_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="wanted a file of clicks"):
        read_clicks(tmp_path)
    with pytest.raises(SourceError, match="a site's folder in an archive"):
        read_archived(tmp_path)


@pytest.mark.parametrize(
    "table",
    [
        pl.DataFrame({"article_id": [1]}),
        pl.DataFrame({"article_id": [1], "clicked_at": ["noon"]}),
        pl.DataFrame({"article_id": [None], "clicked_at": [None]}).cast(
            {"article_id": pl.Int64, "clicked_at": pl.Datetime("us")}
        ),
    ],
)
def test_a_table_of_something_else_is_refused(tmp_path: Path, table: pl.DataFrame) -> None:
    table.write_parquet(tmp_path / "clicks.parquet")
    with pytest.raises(SourceError, match="wanted"):
        read_clicks(tmp_path)


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "clicks.parquet"
    pl.DataFrame({"article_id": [1], "clicked_at": [BEGIN]}).write_parquet(file)
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(SourceError, match="wanted a whole Parquet file"):
        read_clicks(tmp_path)


@pytest.mark.data
@pytest.mark.skipif("NEWSFEED_DATA" not in os.environ, reason="NEWSFEED_DATA names no data folder")
def test_on_a_portal_the_last_minutes_foretell_more_than_the_last_hours() -> None:
    whole = read_clicks(Path(os.environ["NEWSFEED_DATA"]) / "globo")
    kept = whole.between(whole.at[0], whole.at[0] + 50 * HOUR)
    clicks = dataclasses.replace(
        whole, articles=whole.articles[kept], at=whole.at[kept], weights=whole.weights[kept]
    )
    lessons = lessons_of_hours(moments(clicks, CONFIG.half_lives_hours), CONFIG)
    slow = ndcg_of_hours(lessons, scores(lessons, CONFIG)).mean()
    tuned = ndcg_of_hours(lessons, scores(lessons, weighed(lessons, CONFIG))).mean()
    assert slow < 0.8
    assert tuned > 0.93
