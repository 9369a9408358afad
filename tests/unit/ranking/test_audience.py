"""How alike a reader is to an article's readers, from sums few enough to work out by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.domain.ids import ArticleId
from recommender.domain.signals import (
    TASTE_NUMBERS,
    Audiences,
    NoSignals,
    ReaderSignals,
    Signals,
    TopicCounts,
)
from recommender.ranking.audience import LEAST_SITE, audience_feature
from recommender.trending.tastes import taste_of

NOW = 1_767_225_600.0
DAY = 86_400.0


def read(topic: str) -> Mapping[str, TopicCounts]:
    """Return the counts of who read two articles, both of one topic."""
    return {"": TopicCounts(read=2), topic: TopicCounts(read=2)}


SPORT, FOOD = (taste_of(read(topic)) for topic in ("c:sport", "c:food"))
"""Tastes of length 1 for one topic each, which nothing have in common."""

EVERYBODY = 0.6 * SPORT + 0.8 * FOOD


@pytest.fixture
def signals() -> Signals:
    """Four readers of sport clicked the first of two articles; 100 of all tastes clicked others.

    The reader, who reads of sport, clicked neither.
    """
    nothing = NoSignals().of(None, [ArticleId("a"), ArticleId("b")], [])
    never = np.full(2, np.nan)
    return replace(
        nothing,
        audiences=Audiences(
            counts=np.array([4.0, 0.0]),
            tastes=np.stack((4 * SPORT, np.zeros(TASTE_NUMBERS))),
            site_count=100.0,
            site_tastes=100 * EVERYBODY,
            second=NOW,
        ),
        own=ReaderSignals(
            shown=np.zeros(2),
            first_shown=never,
            last_shown=never,
            clicked=np.zeros(2),
            last_clicked=never,
        ),
        own_topics=read("c:sport"),
    )


def feature(signals: Signals, now: float = NOW, **audiences: Any) -> list[float]:
    changed = replace(signals, audiences=replace(signals.audiences, **audiences))
    found: list[float] = audience_feature(changed, now).tolist()
    return found


APART = math.sqrt(0.4**2 + 0.8**2)
"""Length of sport less everybody's taste: (1, 0) - (.6, .8)."""


def test_tastes_of_two_topics_have_nothing_in_common() -> None:
    assert SPORT @ FOOD == 0


def test_who_is_like_an_article_s_readers_more_than_like_everybody_has_more(
    signals: Signals,
) -> None:
    """Each of four readers is APART from everybody, towards where the reader is."""
    assert feature(signals) == pytest.approx([4 * APART / math.sqrt(4 + 5), 0])
    of_food = replace(signals, own_topics=read("c:food"))  # (0, 1) - (.6, .8) = (-.6, .2)
    alike = (0.4 * -0.6 + -0.8 * 0.2) / math.sqrt(0.6**2 + 0.2**2)
    assert feature(of_food) == pytest.approx([4 * alike / math.sqrt(4 + 5), 0])


def test_readers_like_everybody_tell_nothing(signals: Signals) -> None:
    tastes: NDArray[np.float64] = np.stack((4 * EVERYBODY, 0 * EVERYBODY))
    assert feature(signals, tastes=tastes) == pytest.approx([0, 0], abs=1e-12)


def test_a_reader_like_everybody_is_like_no_audience_more_than_another(signals: Signals) -> None:
    assert feature(signals, site_tastes=100 * SPORT) == [0, 0]


def test_what_is_counted_halves_in_a_day(signals: Signals) -> None:
    found = feature(signals, NOW + DAY)
    assert found[0] == pytest.approx(4 / 2 * APART / math.sqrt(4 / 2 + 5))


def test_a_clock_behind_the_newest_click_fades_nothing(signals: Signals) -> None:
    assert feature(signals, NOW - 60) == feature(signals)


def clicked(signals: Signals, second: float) -> Signals:
    """Let the reader have clicked both articles, last at this second."""
    assert signals.own is not None
    own = replace(signals.own, clicked=np.array([1.0, 3.0]), last_clicked=np.full(2, second))
    return replace(signals, own=own)


def test_a_reader_is_not_of_the_audience_that_they_are_compared_with(signals: Signals) -> None:
    """Three others are left of the first article; of the second there is nobody to take out."""
    found = feature(clicked(signals, NOW))
    assert found == pytest.approx([3 * APART / math.sqrt(3 + 5), 0])


def test_ones_own_click_has_faded_as_the_others_have(signals: Signals) -> None:
    found = feature(clicked(signals, NOW - DAY), NOW)
    assert found[0] == pytest.approx(3.5 * APART / math.sqrt(3.5 + 5))


def test_who_clicked_alone_is_alike_to_nobody(signals: Signals) -> None:
    found = feature(
        clicked(signals, NOW), counts=np.array([1.0, 0.0]), tastes=np.stack((SPORT, 0 * SPORT))
    )
    assert found == pytest.approx([0, 0])


def test_without_a_taste_or_a_known_public_there_is_nothing(signals: Signals) -> None:
    assert feature(replace(signals, own_topics={})) == [0, 0]
    assert feature(replace(signals, own=None)) == [0, 0]
    assert feature(signals, site_count=LEAST_SITE - 0.01) == [0, 0]
    assert feature(signals, NOW + 3 * DAY) == [0, 0]  # an eighth of 100


@pytest.mark.parametrize("count", [0, 2])
def test_where_nothing_is_counted_there_is_nothing(count: int) -> None:
    nothing = NoSignals().of(None, [ArticleId(str(each)) for each in range(count)], [])
    assert audience_feature(nothing, NOW).tolist() == [0.0] * count
