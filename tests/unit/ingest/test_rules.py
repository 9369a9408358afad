from __future__ import annotations

from typing import Any

import pytest

from recommender.domain.rules import Action, SiteRule, Target
from recommender.errors import InvalidInput
from recommender.ingest.rules import RULES_MAX, parse_rules


def test_each_action_and_each_target_can_be_written() -> None:
    rules = parse_rules(
        {
            "rules": [
                {"action": "pin", "article": "rain-1", "position": 1},
                {"action": "boost", "category": " Science ", "amount": 0.5},
                {"action": "bury", "source": "The  Daily", "amount": 10},
                {"action": "hold_out", "tag": "Rain", "until": "1970-01-01T00:01:00Z"},
            ]
        }
    )
    assert rules == (
        SiteRule(action=Action.PIN, target=Target.ARTICLE, value="rain-1", position=1),
        SiteRule(action=Action.BOOST, target=Target.CATEGORY, value="science", amount=0.5),
        SiteRule(action=Action.BURY, target=Target.SOURCE, value="The Daily", amount=10.0),
        SiteRule(action=Action.HOLD_OUT, target=Target.TAG, value="rain", until=60.0),
    )


def test_no_rules_are_rules() -> None:
    assert parse_rules({"rules": []}) == ()


PIN = {"action": "pin", "article": "a", "position": 1}
BOOST = {"action": "boost", "article": "a", "amount": 1}
HOLD_OUT = {"action": "hold_out", "article": "a"}


@pytest.mark.parametrize(
    ("rule", "field", "wanted"),
    [
        (HOLD_OUT | {"action": "hide"}, "action", "'pin', 'boost', 'bury' or 'hold_out'"),
        ({"article": "a", "amount": 1}, "action", "required, but missing"),
        (HOLD_OUT | {"article": "two words"}, "article", "visible characters"),
        (HOLD_OUT | {"article": None}, "", "exactly one of article, category, source, tag"),
        (HOLD_OUT | {"tag": "b"}, "", "exactly one of article, category, source, tag"),
        ({"action": "hold_out", "source": " "}, "", "exactly one of"),
        ({"action": "hold_out", "category": ""}, "category", "at least 1 character"),
        ({"action": "pin", "tag": "a", "position": 1}, "", "must name an article"),
        ({"action": "pin", "article": "a"}, "position", "required with pin, but missing"),
        (PIN | {"position": 0}, "position", "greater than or equal to 1"),
        (PIN | {"position": 101}, "position", "less than or equal to 100"),
        (PIN | {"position": 1.5}, "position", "integer"),
        (PIN | {"amount": 1}, "amount", "goes only with boost and bury"),
        ({"action": "bury", "tag": "a"}, "amount", "required with bury, but missing"),
        (BOOST | {"amount": 0}, "amount", "greater than 0"),
        (BOOST | {"amount": 10.1}, "amount", "less than or equal to 10"),
        (BOOST | {"amount": "1"}, "amount", "valid number"),
        (BOOST | {"position": 1}, "position", "goes only with pin"),
        (HOLD_OUT | {"until": "2026-01-01"}, "until", "a date and time with a zone"),
        (HOLD_OUT | {"since": "2026-01-01T00:00:00Z"}, "since", "unknown field"),
    ],
)
def test_what_is_wrong_with_a_rule_is_named(rule: dict[str, Any], field: str, wanted: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_rules({"rules": [HOLD_OUT, rule]})
    assert caught.value.field == f"rules.1.{field}".rstrip(".")
    assert wanted in caught.value.wanted


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        ({}, "required"),
        ({"rules": None}, "list"),
        ({"rules": [HOLD_OUT] * (RULES_MAX + 1)}, "at most 200"),
    ],
)
def test_what_is_wrong_with_the_list_is_said(document: dict[str, Any], wanted: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_rules(document)
    assert caught.value.field == "rules"
    assert wanted in caught.value.wanted


BURY = {"action": "bury", "tag": "b", "amount": 2}


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        (PIN, PIN | {"article": "b"}, "pins an article to the same position"),
        (PIN, PIN | {"position": 2}, "pins the same article"),
        (PIN, HOLD_OUT, "is a pin of the same article"),
        (HOLD_OUT, PIN, "is a hold_out of the same article"),
        (BOOST, BOOST | {"action": "bury"}, "is a boost of the same article"),
        (BURY, BURY | {"action": "boost", "tag": " B "}, "is a bury of the same tag"),
        (HOLD_OUT, HOLD_OUT, "is the same"),
        (BURY, BURY, "is the same"),
        (PIN, PIN, "is the same"),
    ],
)
def test_a_rule_that_repeats_or_contradicts_one_before_it_is_named(
    first: dict[str, Any], second: dict[str, Any], wanted: str
) -> None:
    between = {"action": "hold_out", "source": "Daily"}
    with pytest.raises(InvalidInput) as caught:
        parse_rules({"rules": [between, first, second]})
    assert caught.value.field == "rules.2"
    assert caught.value.wanted == f"a rule that agrees with rules.1, which {wanted}"


def test_rules_that_only_look_alike_agree() -> None:
    rules = [
        BOOST,
        HOLD_OUT | {"article": "b"},
        BURY | {"tag": "a"},
        BOOST | {"amount": 2, "until": "2030-01-01T00:00:00Z"},
        PIN,
        PIN | {"article": "c", "position": 2},
    ]
    assert len(parse_rules({"rules": rules})) == len(rules)


@pytest.mark.parametrize("document", [None, [], "rules", 7])
def test_what_is_no_object_is_refused(document: object) -> None:
    with pytest.raises(InvalidInput):
        parse_rules(document)
