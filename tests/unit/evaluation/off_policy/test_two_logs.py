"""Two policies that were both shown, each judged from the other's log."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from recommender.errors import NoSupport
from recommender.evaluation.data_sets.obd import BanditLog, OpenBanditData, read_obd
from recommender.evaluation.off_policy.two_logs import judge_both, shares

RANDOM = BanditLog(
    actions=np.array([0, 1, 0, 1, 0, 1]),
    positions=np.array([0, 0, 1, 1, 2, 2]),
    rewards=np.array([1.0, 0.0, 1.0, 0.0, 0.0, 0.0]),
    propensities=np.full(6, 0.5),
)
THOMPSON = BanditLog(
    actions=np.array([0, 0, 0, 1, 0, 1, 0, 1]),
    positions=np.array([0, 0, 0, 0, 1, 1, 2, 2]),
    rewards=np.array([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]),
    propensities=np.array([0.75, 0.75, 0.75, 0.25, 0.5, 0.5, 0.5, 0.5]),
)
DATA = OpenBanditData(random=RANDOM, thompson=THOMPSON, actions=2, digest="")


def test_what_a_log_shows_of_its_policy_is_the_share_of_each_item_at_each_position() -> None:
    assert shares(THOMPSON, 2).tolist() == [[3 / 4, 1 / 4], [1 / 2, 1 / 2], [1 / 2, 1 / 2]]


def test_each_policy_is_judged_from_the_others_log() -> None:
    thompson, random = judge_both(DATA, seed=1)
    assert (thompson.log, thompson.target, thompson.own.mean) == ("random", "thompson", 2 / 8)
    assert thompson.estimates["ips"].reward.mean == (0.75 / 0.5 + 0.5 / 0.5) / 6
    weights = 3 * (0.5 / 0.75) + 0.5 / 0.25 + 4
    assert random.estimates["snips"].reward.mean == pytest.approx((0.5 / 0.75 + 1) / weights)
    assert random.covers("snips")
    assert random.document()["estimates"]["snips"]["covers"] is True


def test_an_item_that_a_log_never_shows_at_a_position_is_no_support() -> None:
    never = replace(THOMPSON, actions=np.array([0, 0, 0, 1, 0, 0, 0, 1]))
    with pytest.raises(
        NoSupport, match=r"16.7 % of its mass .* action 1 in context 1; log a policy"
    ):
        judge_both(replace(DATA, thompson=never), seed=1)


@pytest.mark.data
@pytest.mark.skipif("NEWSFEED_DATA" not in os.environ, reason="NEWSFEED_DATA names no data folder")
def test_each_policys_own_rate_is_within_the_interval_from_the_others_log() -> None:
    data = read_obd(Path(os.environ["NEWSFEED_DATA"]) / "obd")
    assert (len(data.random), len(data.thompson), data.actions) == (10_000, 10_000, 34)
    for judged in judge_both(data, seed=1):
        assert all(judged.covers(each) for each in judged.estimates), judged
        assert abs(judged.estimates["ips"].mean_weight - 1) < 0.1
