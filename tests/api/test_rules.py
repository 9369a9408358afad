"""``/v1/rules``: read, replaced as a whole, and never half."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.bootstrap import Wiring
from recommender.clock import FixedClock

PIN = {"action": "pin", "article": "rain", "position": 1}
HOLD_OUT = {"action": "hold_out", "category": "sport", "until": "2026-01-01T01:00:00.000Z"}


def put(http: FlaskClient, *rules: dict[str, Any]) -> Any:
    return http.put("/v1/rules", json={"rules": list(rules)})


def sent(rule: dict[str, Any]) -> dict[str, Any]:
    """Return what was sent of a rule that is shown."""
    return {name: part for name, part in rule.items() if part is not None}


def test_a_site_begins_without_rules(http: FlaskClient) -> None:
    assert http.get("/v1/rules").json == {"site": "main", "rules": []}


def test_rules_are_shown_as_they_were_put(http: FlaskClient) -> None:
    boost = {"action": "boost", "source": "Daily", "amount": 0.5}
    answer = put(http, PIN, HOLD_OUT, boost)
    assert answer.status_code == 200
    assert [sent(rule) for rule in answer.json["rules"]] == [PIN, HOLD_OUT, boost]
    assert http.get("/v1/rules").json == answer.json


def test_what_is_shown_can_be_put_again(http: FlaskClient, clock: FixedClock) -> None:
    put(http, PIN, HOLD_OUT)
    clock.advance(3_600)
    shown = http.get("/v1/rules").json["rules"]
    assert [sent(rule) for rule in shown] == [PIN]
    assert put(http, *shown).json["rules"] == shown


def test_this_process_follows_what_was_put(http: FlaskClient, wiring: Wiring) -> None:
    put(http, PIN)
    wiring.follower.catch_up()
    assert [rule.value for rule in wiring.follower.rules] == ["rain"]


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"action": "boost", "category": "sport"}, "rules.1.amount"),
        ({"action": "pin", "article": "goal", "position": 101}, "rules.1.position"),
        ({"action": "hold_out", "article": "a", "tag": "b"}, "rules.1"),
        (HOLD_OUT | {"until": "2026-01-01T00:00:00Z"}, "rules.1.until"),
        (PIN, "rules.1"),
        ({"action": "hold_out", "article": "rain"}, "rules.1"),
    ],
)
def test_an_invalid_rule_is_named_and_nothing_is_changed(
    http: FlaskClient, rule: dict[str, Any], field: str
) -> None:
    before = put(http, PIN).json
    response = put(http, PIN, rule)
    assert response.status_code == 422
    assert response.json["errors"][0]["field"] == field
    assert http.get("/v1/rules").json == before


@pytest.mark.parametrize("body", ["[]", "{}", '{"rules": {}}', '{"rules": [1]}', '{"rule": []}'])
def test_a_body_of_another_shape_is_refused(http: FlaskClient, body: str) -> None:
    response = http.put("/v1/rules", data=body, content_type="application/json")
    assert response.status_code == 422


def test_other_parameters_and_methods_are_refused(http: FlaskClient) -> None:
    assert http.get("/v1/rules?category=sport").status_code == 422
    assert http.post("/v1/rules", json={"rules": []}).status_code == 405


def test_without_redis_the_answer_says_so(stopped: FlaskClient) -> None:
    assert stopped.get("/v1/rules").status_code == 503
    assert put(stopped, PIN).status_code == 503


odd_values = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False)
    | st.sampled_from(["pin", "boost", "hold_out", "rain", "", " ", "2027-01-01T00:00:00Z"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["rules", "action", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)
odd_rules = st.dictionaries(
    st.sampled_from(["action", "article", "tag", "amount", "position", "until", "x"]), odd_values
)


@settings(max_examples=60)
@given(document=odd_values | st.lists(odd_rules, max_size=3).map(lambda rules: {"rules": rules}))
def test_any_body_is_answered(http: FlaskClient, document: Any) -> None:
    body = orjson.dumps(document)
    response = http.put("/v1/rules", data=body, content_type="application/json")
    assert response.status_code in {200, 422}
    assert http.get("/v1/rules").status_code == 200
