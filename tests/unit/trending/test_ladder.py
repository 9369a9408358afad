from __future__ import annotations

import math

import pytest
from pydantic import ValidationError

from recommender.trending.ladder import TrendingConfig


def test_rungs_are_found_by_their_half_life() -> None:
    config = TrendingConfig(
        half_lives_hours=(1.0, 2.0, 8.0), served_hours=2.0, surge_hours=(1.0, 8.0)
    )
    assert (config.served_rung, config.surge_rungs) == (1, (0, 2))
    assert config.rates == pytest.approx([math.log(2) / (h * 3600) for h in (1, 2, 8)])


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"half_lives_hours": (4.0, 1.0, 24.0)}, "must ascend"),
        ({"half_lives_hours": (1.0, 1.0, 4.0, 24.0)}, "must ascend"),
        ({"half_lives_hours": (0.01, 1.0, 4.0, 24.0)}, "each 0.05 to 720"),
        ({"half_lives_hours": (1.0, 4.0, 24.0, 721.0)}, "each 0.05 to 720"),
        ({"half_lives_hours": (1.0, math.nan, 4.0, 24.0)}, "must ascend"),
        ({"served_hours": 2.0}, "among half_lives_hours"),
        ({"surge_hours": (1.0, 48.0)}, "among half_lives_hours"),
        ({"surge_hours": (24.0, 1.0)}, "fast half-life and then a slower"),
        ({"threshold": 0.0}, "greater than 0"),
        ({"threshold": math.nan}, "less than or equal"),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused_with_the_rule(
    fields: dict[str, object], wanted: str
) -> None:
    with pytest.raises(ValidationError, match=wanted):
        TrendingConfig.model_validate(fields)
