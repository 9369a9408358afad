"""What came later changes no feature; where it does, the audit names it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.evaluation.data_sets.types import DataSet, Part
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.look_ahead import refuse_look_ahead
from recommender.evaluation.replay.audit import audit
from recommender.evaluation.replay.replaying import ReplayConfig, replay

NOON = 1_767_268_800.0
LISTS = 20
"""In all; the audits of these tests look at each of them."""


@pytest.fixture
def data_set(make_part: Callable[..., Part], make_set: Callable[..., DataSet]) -> DataSet:
    """Give twenty lists in two parts, some of the first visible only in the second."""
    chance = np.random.default_rng(1)

    def lists(start: float) -> list[dict[str, object]]:
        drawn = [chance.permutation(6)[:3].tolist() for _ in range(LISTS // 2)]
        return [
            {
                "reader": number % 3 - 1,
                "at": start + 40.0 * number,
                "late": float(chance.choice([0.0, 40.0, 55.0, 300.0])),
                "codes": codes,
                "clicked": codes[:1],
                "reading": int(chance.integers(-1, 6)),
                "dwell": 20.0,
            }
            for number, codes in enumerate(drawn)
        ]

    first = make_part("first", *lists(0.0), past={0: [(0, -90.0, 5.0)], 1: [(2, -80.0, 5.0)]})
    return make_set(first, make_part("then", *lists(420.0), past={0: [(3, 300.0, 50.0)]}))


Check = Callable[[dict[str, FeatureTable]], None]


@pytest.fixture
def check(data_set: DataSet, vectors: NDArray[np.float32], config: ReplayConfig) -> Check:
    """Give a function that audits tables of the data set, every list of them."""

    def check(tables: dict[str, FeatureTable]) -> None:
        refuse_look_ahead(tables)  # what the times alone tell is in order
        audit(data_set, vectors, config, tables, sample=LISTS, seed=1)

    return check


def test_a_replay_passes(
    data_set: DataSet, vectors: NDArray[np.float32], config: ReplayConfig, check: Check
) -> None:
    check(replay(data_set, vectors, config, lambda _: None))


def test_totals_of_the_whole_log_are_caught(
    data_set: DataSet, vectors: NDArray[np.float32], config: ReplayConfig, check: Check
) -> None:
    tables = replay(data_set, vectors, config, lambda _: None)
    totals = sum(np.bincount(each.articles, each.clicked, minlength=6) for each in tables.values())
    leaking = {}
    for name, table in tables.items():
        rows = table.rows.copy()
        rows[:, table.names.index("clicks_24h")] = np.log1p(totals[table.articles])
        leaking[name] = replace(table, rows=rows)
    with pytest.raises(InvalidInput, match=r"first\.impressions\.first0\.clicks_24h: .*came later"):
        check(leaking)


def test_dates_made_of_the_whole_log_are_caught(
    data_set: DataSet, vectors: NDArray[np.float32], config: ReplayConfig, check: Check
) -> None:
    """The more clicks an article will have had in the end, the younger it is made."""
    clicks = sum(
        np.bincount(part.impressions.candidates, part.impressions.clicked, minlength=6)
        for part in data_set.parts.values()
    )
    dated = replace(data_set.articles, published=NOON - 86_400.0 / (1.0 + clicks))
    tables = replay(replace(data_set, articles=dated), vectors, config, lambda _: None)
    with pytest.raises(InvalidInput, match=r"first\.impressions\.first0\..*came later"):
        check(tables)


def test_what_a_list_led_to_itself_is_caught(
    data_set: DataSet, vectors: NDArray[np.float32], config: ReplayConfig, check: Check
) -> None:
    tables = replay(data_set, vectors, config, lambda _: None)
    table = tables["then"]
    rows = table.rows.copy()
    rows[:, table.names.index("own_clicked")] += table.clicked
    with pytest.raises(InvalidInput, match=r"then\.impressions\.then0\.own_clicked: "):
        check({**tables, "then": replace(table, rows=rows)})


def test_counts_of_later_clicks_are_caught_beside_the_features(
    data_set: DataSet, vectors: NDArray[np.float32], config: ReplayConfig, check: Check
) -> None:
    tables = replay(data_set, vectors, config, lambda _: None)
    ahead = replace(tables["first"], popularity=tables["first"].popularity + 1.0)
    with pytest.raises(InvalidInput, match=r"first\.impressions\.first0\.popularity: "):
        check({**tables, "first": ahead})


def test_what_is_no_number_is_no_proof(
    data_set: DataSet, vectors: NDArray[np.float32], config: ReplayConfig, check: Check
) -> None:
    tables = replay(data_set, vectors, config, lambda _: None)
    rows = tables["first"].rows.copy()
    rows[:, tables["first"].names.index("surge")] = np.nan
    with pytest.raises(InvalidInput, match=r"first0\.surge: "):
        check({**tables, "first": replace(tables["first"], rows=rows)})
