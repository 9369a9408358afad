"""What could never tell anything stays a draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from recommender.domain.experiments import Experiment, Namespace, Variant
from recommender.errors import InvalidInput
from recommender.experiments.starting import SHARE_MIN, refuse_pointless
from recommender.feed_request import FeedConfig

Make = Callable[..., Experiment]

WIDE: Mapping[str, object] = {"rerank.diversity": 0.5}


def weighted(*weights: float) -> dict[str, Any]:
    """Return variants of these weights, all but the first of which change something."""
    return {
        "variants": tuple(
            Variant(name=f"v{number}", weight=each, overrides={"size": number} if number else {})
            for number, each in enumerate(weights)
        )
    }


def alike(*overrides: Mapping[str, object]) -> dict[str, Any]:
    return {
        "variants": tuple(
            Variant(name=f"v{number}", weight=1 / len(overrides), overrides=each)
            for number, each in enumerate(overrides)
        )
    }


def part(start: float, end: float) -> dict[str, Any]:
    return {"namespace": Namespace(name="order", start=start, end=end)}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (weighted(0.0, 1.0), "variants.0.weight: 0.001 or more, .* got 0"),
        (weighted(1.0, 1e-9), "variants.1.weight: 0.001 or more, .* got 1e-09"),
        (weighted(1.0 - 1e-9, 1e-9), "variants.1.weight: 0.001 or more, .* got 1e-09"),
        # Its range would begin where all end.
        (weighted(0.5, 0.5, 0.01), "variants.2.weight: .* before in a sum of 1, .* got 0.01"),
        ({"holdout": 1.0}, "holdout: at most 0.999, to be started, got 1"),
        ({"holdout": 0.9999}, "holdout: at most 0.999, to be started, got 0.9999"),
        (part(0.5, 0.5001), r"namespace: a part of 0.001 or more, .* got \[0.5, 0.5001\)"),
    ],
)
def test_too_few_readers_are_refused_with_field_and_limit(
    make: Make, fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        refuse_pointless(make(**fields), FeedConfig())


@pytest.mark.parametrize(
    "fields",
    [
        weighted(SHARE_MIN, 1.0 - SHARE_MIN),
        weighted(1.0 - SHARE_MIN, SHARE_MIN),
        weighted(0.34, 0.34, 0.33),
        {"holdout": 1.0 - SHARE_MIN},
        part(0.5, 0.5 + SHARE_MIN),
        {"coverage": 0.0},  # it may be ramped up
        alike({}, {}),
        alike({}, WIDE, WIDE),
    ],
)
def test_what_can_tell_something_may_begin(make: Make, fields: dict[str, Any]) -> None:
    refuse_pointless(make(**fields), FeedConfig())


@pytest.mark.parametrize(
    "fields",
    [
        alike(WIDE, WIDE),
        alike(WIDE, WIDE, {"rerank.diversity": 0.5, "size": 20}),
        alike({}, {"size": 20}),
    ],
)
def test_variants_that_all_make_one_feed_are_refused_unless_they_override_nothing(
    make: Make, fields: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput, match="variants: two at least that make different feeds"):
        refuse_pointless(make(**fields), FeedConfig(size=20))
    if fields != alike(WIDE, WIDE):
        refuse_pointless(make(**fields), FeedConfig(size=30))
