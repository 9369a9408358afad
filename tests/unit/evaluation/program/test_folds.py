"""Which impressions are learned from, and on which rankers are measured."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from recommender.errors import InvalidInput
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.folds import plan

Make = Callable[..., FeatureTable]
DAY = 86_400.0


def test_the_last_part_is_measured_by_what_was_learned_on_those_before(make_days: Make) -> None:
    parts = {"train": make_days(1, 10), "dev": make_days(1, 4, 2), "test": make_days(1, 3, 3)}
    planned = plan(parts, None)
    (fold,) = planned.folds
    assert (planned.split, fold.name, planned.prequential) == ("test", "test", False)
    assert fold.train is not None
    assert fold.train.impressions.tolist() == [
        *parts["train"].impressions.tolist(),
        *parts["dev"].impressions.tolist(),
    ]
    assert fold.train.starts.tolist() == list(range(0, 14 * 5 + 1, 5))
    assert np.array_equal(fold.train.rows[10 * 5 :], parts["dev"].rows)
    before, after = parts["train"].read, parts["dev"].read
    assert fold.train.read is not None
    assert before is not None
    assert after is not None
    assert fold.train.read.articles.tolist() == [*before.articles, *after.articles]
    assert fold.train.read.lengths.tolist() == [*before.lengths, *after.lengths]
    assert planned.evaluated is parts["test"]


def test_a_first_part_is_measured_day_by_day_from_the_third_on(make_days: Make) -> None:
    given = make_days(5, 6)
    planned = plan({"all": given}, None)
    assert [fold.name for fold in planned.folds] == ["2019-11-11", "2019-11-12", "2019-11-13"]
    assert planned.prequential
    for fold in planned.folds:
        assert fold.train is not None
        assert fold.train.at.max() < fold.evaluate.at.min() // DAY * DAY
        assert (
            len(fold.train) + len(fold.evaluate)
            == (given.at < fold.evaluate.at[0] // DAY * DAY + DAY).sum()
        )
    assert given.read is not None
    assert planned.evaluated.read is not None
    kept = given.at >= given.at[0] // DAY * DAY + 2 * DAY
    assert planned.evaluated.read.lengths.tolist() == given.read.lengths[kept].tolist()
    measured = np.concatenate([fold.evaluate.impressions for fold in planned.folds])
    assert planned.evaluated.impressions.tolist() == measured.tolist()
    assert (
        measured.tolist()
        == given.impressions[given.at >= given.at[0] // DAY * DAY + 2 * DAY].tolist()
    )


def test_a_short_first_part_has_nothing_to_learn_from(make_days: Make) -> None:
    planned = plan({"all": make_days(2)}, None)
    (fold,) = planned.folds
    assert (fold.train, planned.prequential) == (None, False)


def test_an_unknown_part_is_refused_with_those_there_are(make_days: Make) -> None:
    parts = {"train": make_days(1), "validation": make_days(1)}
    with pytest.raises(InvalidInput, match=r"one of train, validation, got 'test'"):
        plan(parts, "test")


def test_an_empty_part_is_refused(make_table: Make, make_days: Make) -> None:
    parts = {"train": make_days(1), "test": make_table([], similarity=[])}
    with pytest.raises(InvalidInput, match="a part with impressions, got 'test', which has none"):
        plan(parts, None)


def test_no_parts_are_refused() -> None:
    with pytest.raises(InvalidInput, match="at least one part"):
        plan({}, None)


def test_an_empty_part_is_nothing_to_learn_from(make_table: Make, make_days: Make) -> None:
    parts = {"train": make_table([], similarity=[]), "test": make_days(1)}
    assert plan(parts, None).folds[0].train is None
