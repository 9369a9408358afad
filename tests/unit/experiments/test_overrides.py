"""What a variant changes is a valid setting of the feed, or is refused by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from recommender.domain.experiments import Experiment, Variant
from recommender.errors import InvalidInput
from recommender.experiments.overrides import REFUSED, check_overrides, overridden, paths
from recommender.feed_request import FeedConfig

Make = Callable[..., Experiment]


def with_overrides(make: Make, overrides: dict[str, object]) -> Experiment:
    wide = Variant(name="wide", weight=0.5, overrides=overrides)
    return make(variants=(Variant(name="control", weight=0.5), wide))


def test_settings_at_every_depth_are_replaced_and_no_others() -> None:
    overrides = {"size": 10, "rerank.diversity": 1, "rerank.calibration.weight": 2.5}
    before = FeedConfig()
    after = overridden(before, overrides)
    assert (after.size, after.rerank.diversity, after.rerank.calibration.weight) == (10, 1.0, 2.5)
    assert (
        overridden(after, {"size": 20, "rerank.diversity": 0.2, "rerank.calibration.weight": 3})
        == before
    )


def test_nothing_overridden_is_the_same_feed() -> None:
    config = FeedConfig()
    assert overridden(config, {}) is config


def test_the_settings_in_force_stay_under_what_is_overridden() -> None:
    assert overridden(FeedConfig(size=7), {"rerank.diversity": 0.5}).size == 7


def test_every_setting_can_be_named() -> None:
    known = set(paths(FeedConfig))
    assert {"size", "sources.explore.hours", "exploration.enabled"} <= known
    assert not any(path + "." in other for path in known for other in known)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("rerank.diversity", 1.5, "less than or equal to 1, got 1.5"),
        ("rerank.diversity", "0.3", "valid number, got '0.3'"),
        ("rerank.diversity", True, "valid number, got true"),
        ("rerank.diversity", None, "valid number, got null"),
        ("rerank.diversity", float("nan"), "less than or equal to 1, got NaN"),
        ("exploration.enabled", 1, "valid boolean, got 1"),
        ("size", 2.0, "valid integer, got 2.0"),
        ("size", 10**100, "less than or equal to 100, got 10000.*…"),
        ("rerank.diversty", 0.5, r"a setting; did you mean rerank.diversity\?"),
        ("diversity", 0.5, "a setting; did you mean rerank.diversity?"),
        ("ranker", {"a": [None]}, r"valid string, got {\"a\": \[null\]}"),
        ("rerank", {}, r"one setting of this section: rerank.diversity, .*, rerank.calibration"),
        ("weights.trend", 1, r"a setting; did you mean weights.trending\?"),
        ("rerank.zigzag", 1, r"a setting; there are rerank.diversity, rerank.max_source_share, "),
        ("size.x", 1, r"a setting; did you mean size\?"),
        ("", 1, "a setting; there are ahead, eligibility, exploration, "),
        ("__class__", 1, "a setting; there are ahead, eligibility, exploration, "),
    ],
)
def test_an_error_names_variant_path_and_limit(
    make: Make, path: str, value: object, message: str
) -> None:
    with pytest.raises(InvalidInput, match=message) as refused:
        check_overrides(with_overrides(make, {path: value}), FeedConfig())
    assert refused.value.field == f"variants.1.overrides.{path}"
    assert refused.value.wanted.startswith("of variant 'wide': ")


@pytest.mark.parametrize("path", REFUSED)
def test_what_all_variants_share_is_refused(make: Make, path: str) -> None:
    assert path in set(paths(FeedConfig))
    with pytest.raises(InvalidInput, match="another setting; "):
        check_overrides(with_overrides(make, {path: 1}), FeedConfig())


def test_variants_that_the_settings_take_are_taken(make: Make) -> None:
    check_overrides(with_overrides(make, {"features.freshness_half_life_hours": 6}), FeedConfig())
