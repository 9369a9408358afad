from __future__ import annotations

import pytest

from recommender.disclosure.messages import say
from recommender.disclosure.parameters import Weighed, main_parameters
from recommender.ranking.features import FEATURES


def weighed(told_as: str, effect: float, *, personal: bool = False) -> Weighed:
    return Weighed(told_as=told_as, effect=effect, personal=personal)


def test_what_is_told_alike_is_one_parameter_of_all_its_effects() -> None:
    parts = [weighed("trending", 1.0), weighed("freshness", 2.0), weighed("trending", 5.0)]
    found = main_parameters(parts, "en")
    assert [(each.name, each.importance) for each in found] == [
        ("trending", (1 + 5) / 8),
        ("freshness", 2 / 8),
    ]
    assert [each.text for each in found] == [
        say("parameter.trending", "en"),
        say("parameter.freshness", "en"),
    ]


def test_a_parameter_is_personal_where_any_part_that_counts_is() -> None:
    parts = [
        weighed("context", 0.5),
        weighed("context", 0.25, personal=True),
        weighed("trending", 0.25),
        weighed("trending", 0.0, personal=True),
    ]
    found = {each.name: each.personal for each in main_parameters(parts, "en")}
    assert found == {"context": True, "trending": False}


def test_what_moves_nothing_is_no_parameter() -> None:
    assert main_parameters([weighed("trending", 0.0)], "en") == ()
    assert main_parameters([], "en") == ()


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_every_feature_can_be_told_as_a_parameter(language: str) -> None:
    parts = [weighed(each.told_as, 1.0, personal=each.personal) for each in FEATURES]
    found = main_parameters(parts, language)
    assert {each.name for each in found} == {each.told_as for each in FEATURES}
    assert len({each.text for each in found}) == len(found)
    assert sum(each.importance for each in found) == pytest.approx(1)
