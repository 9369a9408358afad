"""LightGBM's text format: what of it is kept, and the check before the library reads it.

The library trusts what it reads: a child that does not exist, or a loop, would end the process or
never end. So nothing reaches it that does not describe trees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.errors import ArtifactUnreadable

MOST_TREES = 5_000
MOST_LEAVES = 1_024

_END = "end of trees"

_HEAD = {
    "version": "v4",
    "num_class": "1",
    "num_tree_per_iteration": "1",
    "label_index": "0",
}
"""Lines of the head that are always the same; beside them stand those of the features."""

_FIXED = {"num_cat": "0", "is_linear": "0"}
"""Lines of every tree: it splits at thresholds, and its leaves are numbers."""

_INTEGERS_OF_SPLITS = (
    "split_feature",
    "decision_type",
    "left_child",
    "right_child",
    "internal_count",
)
_NUMBERS_OF_SPLITS = ("split_gain", "threshold", "internal_value", "internal_weight")

_DECISIONS = (0, 2, 4, 6, 8, 10)
"""Comparisons with a threshold; odd numbers would be of categories."""

_OF_INTEGERS = frozenset("0123456789- ")
_OF_NUMBERS = _OF_INTEGERS | frozenset("+.e")


def bare(text: str) -> str:
    """Return LightGBM's text without what scoring does not need: parameters and byte counts."""
    kept, _, _ = text.partition(_END)
    lines = [
        line for line in kept.splitlines() if not line.startswith(("tree_sizes=", "objective="))
    ]
    return "\n".join((*lines, _END, ""))


def averaged(texts: Sequence[str]) -> str:
    """Return the trees of k models over the same features as one whose score is their mean.

    Parameters
    ----------
    texts : sequence of str
        As :func:`bare` leaves them. A score is a sum of leaves, so each leaf's value is divided
        by k.
    """
    begin = "\nTree="
    parts = [text.removesuffix(f"{_END}\n").split(begin) for text in texts]
    trees = [tree.partition("\n")[2] for _, *rest in parts for tree in rest]
    numbered = [f"{begin}{n}\n{_shared(tree, len(texts))}" for n, tree in enumerate(trees)]
    return "".join((parts[0][0], *numbered, f"{_END}\n"))


def _shared(tree: str, models: int) -> str:
    leaves = "leaf_value="
    return "\n".join(
        leaves + " ".join(repr(float(each) / models) for each in line[len(leaves) :].split())
        if line.startswith(leaves)
        else line
        for line in tree.split("\n")
    )


def check_trees(text: str, features: int) -> None:
    """Refuse a text that does not describe trees over so many features.

    Raises
    ------
    ArtifactUnreadable
        It does not.
    """
    _require(text.isascii(), "ASCII")
    lines = text.rstrip("\n").split("\n")
    _require(lines[0] == "tree" and lines[-1] == _END, "a head and an end")
    head, *trees = _blocks(lines[1:-1])
    _require(len(trees) <= MOST_TREES, f"at most {MOST_TREES} trees")
    _check_head(head, features)
    for place, tree in enumerate(trees):
        _check_tree(tree, place, features)


def _require(holds: object, wanted: str) -> None:
    if not holds:
        raise ArtifactUnreadable(
            f"the trees of the artifact are malformed: wanted {wanted}; train it anew"
        )


def _blocks(lines: list[str]) -> Iterator[Mapping[str, str]]:
    """Yield the head and each tree as its names and values."""
    block: dict[str, str] = {}
    for line in filter(None, lines):
        name, equals, value = line.partition("=")
        if name == "Tree":
            yield block
            block = {}
        _require(equals and name not in block, "names, each with a value")
        block[name] = value
    yield block


def _check_head(head: Mapping[str, str], features: int) -> None:
    of_features = {"max_feature_idx", "feature_names", "feature_infos"}
    _require(set(head) == {*_HEAD, *of_features}, "a head with the known lines")
    for name, value in _HEAD.items():
        _require(head[name] == value, f"{name} {value}")
    _require(head["max_feature_idx"] == str(features - 1), f"{features} features")
    for name in ("feature_names", "feature_infos"):
        _require(len(head[name].split()) == features, f"{name} of {features} features")


def _check_tree(tree: Mapping[str, str], place: int, features: int) -> None:
    names = {"Tree", "num_leaves", "shrinkage", "leaf_value", "leaf_weight", "leaf_count"}
    splits = {*_INTEGERS_OF_SPLITS, *_NUMBERS_OF_SPLITS}
    _require(set(tree) == names | splits | set(_FIXED), "trees with the known lines")
    _require(tree["Tree"] == str(place), "trees in order")
    for name, value in _FIXED.items():
        _require(tree[name] == value, f"{name} {value}")
    _numbers(tree["shrinkage"], 1)
    leaves = int(_integers(tree["num_leaves"], 1)[0])
    _require(1 <= leaves <= MOST_LEAVES, f"1 to {MOST_LEAVES} leaves")
    _numbers(tree["leaf_value"], leaves)
    # A tree of one leaf, which splits nothing, has only its value.
    if leaves > 1:
        _check_splits(tree, leaves, features)


def _check_splits(tree: Mapping[str, str], leaves: int, features: int) -> None:
    _numbers(tree["leaf_weight"], leaves)
    _require((_integers(tree["leaf_count"], leaves) > 0).all(), "leaves of more than 0 rows")
    for name in _NUMBERS_OF_SPLITS:
        _numbers(tree[name], leaves - 1)
    found = {name: _integers(tree[name], leaves - 1) for name in _INTEGERS_OF_SPLITS}
    _require((found["internal_count"] > 0).all(), "splits of more than 0 rows")
    _require(np.isin(found["split_feature"], np.arange(features)).all(), "known features")
    _require(np.isin(found["decision_type"], _DECISIONS).all(), "splits at thresholds")
    children = np.concatenate((found["left_child"], found["right_child"]))
    # Every leaf and every split but the first hangs on one split, and on an earlier one.
    once = np.concatenate((np.arange(-leaves, 0), np.arange(1, leaves - 1)))
    _require(np.array_equal(np.sort(children), once), "children of one parent each")
    parents = np.tile(np.arange(leaves - 1), 2)
    _require(((children < 0) | (children > parents)).all(), "children after their parents")


def _integers(value: str, count: int) -> NDArray[np.float64]:
    _require(set(value) <= _OF_INTEGERS, "integers")
    return _numbers(value, count)


def _numbers(value: str, count: int) -> NDArray[np.float64]:
    # NumPy takes more for a number than LightGBM does, as 1_000 and nan: other characters.
    try:
        numbers = np.array(value.split(" ") if value else [], np.float64)
    except ValueError:
        numbers = np.empty(0)
    holds = set(value) <= _OF_NUMBERS and len(numbers) == count and np.isfinite(numbers).all()
    _require(holds, f"{count} finite numbers in a line")
    return numbers
