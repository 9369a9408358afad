"""Tastes of an article's readers: they add up, fade, and come in any order."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.domain.signals import AUDIENCE_HALF_LIFE_HOURS, TASTE_NUMBERS
from recommender.trending.audiences import AudienceModel, merged_audiences

NOW = 1_767_225_600.0
HALF_LIFE = AUDIENCE_HALF_LIFE_HOURS * 3_600.0


def taste(*numbers: float) -> NDArray[np.float64]:
    told = np.zeros(TASTE_NUMBERS)
    told[: len(numbers)] = numbers
    return told


def test_of_what_nobody_clicked_nothing_is_counted() -> None:
    found = AudienceModel(3).of(np.array([2, 0]))
    assert found.counts.tolist() == [0.0, 0.0]
    assert found.tastes.shape == (2, TASTE_NUMBERS)
    assert not found.tastes.any()
    assert found.site_count == 0.0
    assert np.isnan(found.second)


def test_clicks_count_for_their_article_and_for_all_and_halve_by_the_half_life() -> None:
    counted = AudienceModel(2)
    counted.click(0, NOW - HALF_LIFE, taste(1.0))
    counted.click(0, NOW, taste(0.0, 1.0))
    counted.click(1, NOW - 2 * HALF_LIFE, taste(8.0))
    found = counted.of(np.array([0, 1]))
    assert found.second == NOW
    assert found.counts == pytest.approx([1 / 2 + 1, 1 / 4])
    assert found.tastes[:, :2] == pytest.approx(np.array([[1 / 2, 1], [8 / 4, 0]]))
    assert found.site_count == pytest.approx(1 / 2 + 1 + 1 / 4)
    assert found.site_tastes[:2] == pytest.approx([1 / 2 + 8 / 4, 1])


def test_the_order_in_which_clicks_come_makes_no_difference() -> None:
    clicks = [(NOW - 9_000.0, taste(1.0)), (NOW, taste(0.25, -3.0)), (NOW - 5.5, taste(0.0, 7.0))]
    found = []
    for order in itertools.permutations(clicks):
        counted = AudienceModel(1)
        for second, each in order:
            counted.click(0, second, each)
        found.append(counted.of(np.array([0])))
    for each in found:
        assert each.second == NOW
        assert each.counts == pytest.approx(found[0].counts, rel=1e-12)
        np.testing.assert_allclose(each.tastes, found[0].tastes, rtol=1e-6)


def test_audiences_of_shards_add_up_as_of_the_newest_click() -> None:
    sums = np.zeros((2, 2, TASTE_NUMBERS), np.float32)
    sums[0, :] = taste(2.0)
    sums[1, 1] = taste(0.0, 6.0)
    found = merged_audiences(
        np.array([[NOW - HALF_LIFE, NOW - HALF_LIFE], [np.nan, NOW]]),
        np.array([[2.0, 2.0], [0.0, 3.0]]),
        sums,
    )
    assert found.second == NOW
    assert found.counts == pytest.approx([2 / 2])
    assert found.tastes[0, :2] == pytest.approx([2 / 2, 0])
    assert found.site_count == pytest.approx(2 / 2 + 3)
    assert found.site_tastes[:2] == pytest.approx([2 / 2, 6])
