from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from recommender.errors import ArtifactUnreadable
from recommender.ranking.boosted import BoostedRanker
from recommender.ranking.calibration import Calibration
from recommender.ranking.linear import LinearRanker
from recommender.ranking.trees import averaged, check_trees

TREES = """tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=1
feature_names=Column_0 Column_1
feature_infos=[-1:1] [-1:1]

Tree=0
num_leaves=3
num_cat=0
split_feature=0 1
split_gain=2 1
threshold=0.5 0.25
decision_type=2 2
left_child=1 -1
right_child=-3 -2
leaf_value=1 2 4
leaf_weight=1 1 2
leaf_count=1 1 2
internal_value=0 0
internal_weight=4 2
internal_count=4 2
is_linear=0
shrinkage=1


end of trees
"""
"""x0 > .5: 4; else x1 > .25: 2; else 1. Four rows were learned from, two of them in the first leaf:
the mean is (1 + 2 + 4 + 4) / 4."""

MEAN = (1 + 2 + 4 + 4) / 4


def _ranker(trees: str = TREES) -> BoostedRanker:
    calibration = Calibration(scores=(0.0, 1.0), chances=(0.25, 0.75))
    linear = LinearRanker(
        name="boosted@1",
        weights=np.zeros(2),
        beside=np.zeros(2),
        squares=np.zeros(2),
        low=np.full(2, -1e6),
        high=np.full(2, 1e6),
        reading=0,
        calibration=calibration,
        effects=np.zeros(2),
    )
    return BoostedRanker(linear=linear, trees=trees)


def test_a_score_is_the_leaf_less_the_mean() -> None:
    rows = np.array([[1, 0], [0, 1], [0, 0]], np.float32)
    assert _ranker().scores(rows) == pytest.approx([4 - MEAN, 2 - MEAN, 1 - MEAN])


def test_contributions_sum_to_the_score() -> None:
    rows = np.array([[1, 0], [0, 1], [0, 0], [0.5, 0.25]], np.float32)
    parts = _ranker().contributions(rows)
    assert parts.shape == (4, 2)
    assert parts.sum(axis=1) == pytest.approx(_ranker().scores(rows), abs=1e-9)


def test_contributions_are_shapley_values() -> None:
    """The first feature alone is worth 4 − mean; what it adds when the second is known is averaged.

    With x1 > .25 known and x0 not, half of the rows go each way: (2 + 4) / 2.
    """
    parts = _ranker().contributions(np.array([[1, 1]], np.float32))[0]
    first_alone, second_alone, both = 4 - MEAN, (2 + 4) / 2 - MEAN, 4 - MEAN
    assert parts[0] == pytest.approx((first_alone + (both - second_alone)) / 2)
    assert parts[1] == pytest.approx((second_alone + (both - first_alone)) / 2)


def test_no_rows_have_no_scores() -> None:
    nothing = np.zeros((0, 2), np.float32)
    assert _ranker().scores(nothing).shape == (0,)
    assert _ranker().contributions(nothing).shape == (0, 2)


def test_a_tree_of_one_leaf_is_a_tree() -> None:
    head = TREES[: TREES.index("Tree=0")]
    values = "split_feature= split_gain= threshold= decision_type= left_child= right_child="
    more = "leaf_value=0 leaf_weight= leaf_count=20 internal_value= internal_weight="
    lines = f"Tree=0 num_leaves=1 num_cat=0 {values} {more} internal_count= is_linear=0 shrinkage=1"
    stump = head + lines.replace(" ", "\n") + "\n\n\nend of trees\n"
    assert _ranker(stump).scores(np.zeros((2, 2), np.float32)).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tree\nversion", "version"),
        ("end of trees", "end"),
        ("version=v4", "version=v3"),
        ("version=v4", "version=v4\nversion=v4"),
        ("num_class=1", "num_class=2"),
        ("max_feature_idx=1", "max_feature_idx=9"),
        ("Column_0 Column_1", "Column_0"),
        ("Tree=0", "Tree=7"),
        ("num_leaves=3", "num_leaves=3.5"),
        ("num_leaves=3", "num_leaves=0"),
        ("num_leaves=3", "num_leaves=-3"),
        ("num_leaves=3", "num_leaves=999999999999"),
        ("num_leaves=3", "num_leaves=4"),
        ("num_cat=0", "num_cat=1"),
        ("is_linear=0", "is_linear=1"),
        ("split_feature=0 1", "split_feature=0 2"),
        ("split_feature=0 1", "split_feature=-1 1"),
        ("split_feature=0 1", "split_feature=0"),
        ("split_feature=0 1", "split_feature=0 1 1"),
        ("threshold=0.5 0.25", "threshold=0.5 nan"),
        ("threshold=0.5 0.25", "threshold=0.5 inf"),
        ("threshold=0.5 0.25", "threshold=0.5 1e999"),
        ("threshold=0.5 0.25", "threshold=0.5 1_0"),
        ("threshold=0.5 0.25", "threshold=0.5 0x1"),
        ("threshold=0.5 0.25", "threshold=0.5 \u0661"),
        ("decision_type=2 2", "decision_type=2 1"),
        ("left_child=1 -1", "left_child=0 -1"),
        ("left_child=1 -1", "left_child=5 -1"),
        ("left_child=1 -1", "left_child=1 -9"),
        ("left_child=1 -1", "left_child=1 1"),
        ("right_child=-3 -2", "right_child=-3 -3"),
        ("leaf_value=1 2 4", "leaf_value=1 2"),
        ("leaf_value=1 2 4", "leaf_value=1 2 -inf"),
        ("leaf_count=1 1 2", "leaf_count=1 0 2"),
        ("internal_count=4 2", "internal_count=0 2"),
        ("shrinkage=1", "shrinkage="),
        ("shrinkage=1", "shrinkage=1\nmore=1"),
        ("shrinkage=1", "shrinkage"),
    ],
)
def test_what_does_not_describe_trees_never_reaches_the_library(old: str, new: str) -> None:
    broken = TREES.replace(old, new)
    assert broken != TREES
    with pytest.raises(ArtifactUnreadable):
        check_trees(broken, 2)


def test_the_check_has_a_reason() -> None:
    """The library itself follows a child that is not there, and the process dies: one of its own.

    It raises nothing that could be caught; a loop among the splits would not even end.
    """
    astray = TREES.replace("left_child=1 -1", "left_child=500000000 -1")
    program = (
        "import sys, lightgbm, numpy;"
        "lightgbm.Booster(model_str=sys.stdin.read()).predict(numpy.zeros((1, 2)), num_threads=1)"
    )
    command = [sys.executable, "-c", program]
    ended = subprocess.run(
        command, input=astray, text=True, capture_output=True, timeout=60, check=False
    )
    assert ended.returncode < 0
    assert "Error" not in ended.stderr


def test_models_averaged_score_and_explain_by_their_mean() -> None:
    other = TREES.replace("leaf_value=1 2 4", "leaf_value=-3 0.1 1e-05")
    rows = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]], np.float32)
    both, first, second = map(_ranker, (averaged([TREES, other]), TREES, other))
    scores = (first.scores(rows) + second.scores(rows)) / 2
    assert both.scores(rows) == pytest.approx(scores, abs=1e-12)
    parts = (first.contributions(rows) + second.contributions(rows)) / 2
    assert both.contributions(rows) == pytest.approx(parts, abs=1e-12)
    assert averaged([TREES]).count("Tree=") == 1
    assert averaged([TREES, other]).count("Tree=") == 2
