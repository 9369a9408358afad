"""What was observed: deeds become tallies of the variant that each reader met."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from recommender.errors import InvalidInput
from recommender.evaluation.experiments.observed import Deeds, Exposed, tallies
from recommender.evaluation.experiments.results import Metric

# Readers 0 and 2 met A, reader 1 met B; reader 2 came a day later and did nothing.
EXPOSED = Exposed(
    variants=("A", "B"), variant=np.array([0, 1, 0]), day=np.array([10, 10, 11]), segments={}
)
DEEDS = Deeds(
    metric=Metric(name="click rate", per="impression"),
    reader=np.array([0, 0, 1]),
    day=np.array([10, 12, 11]),
    numerator=np.array([1.0, 2.0, 4.0]),
    denominator=np.array([5.0, 6.0, 7.0]),
    before=np.array([3.0, 2.0, 1.0]),
)


def test_a_readers_rows_are_summed_and_who_did_nothing_counts() -> None:
    a, b = tallies(EXPOSED, DEEDS)
    assert a.numerator.tolist() == [1 + 2, 0]
    assert a.denominator is not None
    assert a.denominator.tolist() == [5 + 6, 0]
    assert a.before is not None
    assert a.before.tolist() == [3, 1]
    assert b.numerator.tolist() == [4]


def test_only_the_readers_and_rows_asked_for_count() -> None:
    a, b = tallies(EXPOSED, DEEDS, readers=EXPOSED.day <= 10, rows=DEEDS.day <= 11)
    assert (a.numerator.tolist(), b.numerator.tolist()) == ([1], [4])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"variants": ("A",)}, "variants: two or more names"),
        ({"variants": ("A", "A")}, "variants: two or more names"),
        ({"variants": ("A", "B", "C")}, "variants.C: met by at least one reader, got nobody"),
        ({"variant": np.array([0, 1, 2])}, "variant: places of 2 variants"),
        ({"day": np.array([10])}, "day: one value for each of 3 readers"),
        ({"segments": {"language": np.array(["en"])}}, "language: one value for each"),
    ],
)
def test_readers_that_do_not_fit_together_are_named(change: dict[str, Any], told: str) -> None:
    given = {"variants": ("A", "B"), "variant": np.array([0, 1, 0]), "day": np.arange(3)}
    with pytest.raises(InvalidInput, match=told):
        Exposed(**(given | change))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"numerator": np.ones(2)}, "clicks.numerator: one value for each of 1 rows"),
        ({"reader": np.array([3])}, "clicks.reader: numbers of 3 readers"),
        ({"reader": np.array([-1])}, "clicks.reader: numbers of 3 readers"),
        ({"day": np.array([9])}, "clicks.day: rows from the day of the reader's exposure on"),
        ({"before": np.ones(2)}, "clicks.before: one value for each of 3 readers"),
    ],
)
def test_deeds_that_do_not_fit_the_readers_are_named(change: dict[str, Any], told: str) -> None:
    given: dict[str, Any] = {
        "metric": Metric(name="clicks"),
        "reader": np.array([0]),
        "day": np.array([10]),
        "numerator": np.array([1.0]),
    }
    made: Callable[[], Any] = lambda: tallies(EXPOSED, Deeds(**(given | change)))  # noqa: E731
    with pytest.raises(InvalidInput, match=told):
        made()
