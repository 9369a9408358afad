"""``/v1/experiments``: defined, changed only as far as is fair, looked at and discarded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.bootstrap import Wiring
from recommender.clock import FixedClock
from recommender.domain.experiments import ForcedVariant
from recommender.errors import InvalidInput

DIAL: dict[str, Any] = {
    "hypothesis": "A more varied feed brings readers back.",
    "variants": [{"name": "control"}, {"name": "wide", "overrides": {"rerank.diversity": 0.5}}],
    "primary_metric": "return_rate",
    "coverage": 0.1,
}
CONTROL, WIDE = DIAL["variants"]
RUNNING = DIAL | {"status": "running"}
SIZE = DIAL | {"variants": [CONTROL, {"name": "long", "overrides": {"size": 30}}]}


PATHS = ("rerank.diversity", "rerank.fresh_share", "weights.trending")
"""Of settings that may be 1."""


def put(http: FlaskClient, fields: Any, key: str = "dial", version: str | None = None) -> Any:
    query = None if version is None else {"version": version}
    return http.put(f"/v1/experiments/{key}", json=fields, query_string=query)


def change(http: FlaskClient, fields: Any, key: str = "dial") -> Any:
    """Put what may be there already, as it is now."""
    there = http.get(f"/v1/experiments/{key}")
    return put(http, fields, key, there.json.get("version"))


def sent(shown: dict[str, Any]) -> dict[str, Any]:
    """Return what can be sent again of an experiment that is shown."""
    answer_only = {"site", "version", "warnings", "history"}
    return {name: part for name, part in shown.items() if name not in answer_only}


def fault(response: Any) -> str:
    """Return the field that is at fault."""
    return str(response.json["errors"][0]["field"])


def test_a_site_begins_without_experiments_and_says_what_to_do(http: FlaskClient) -> None:
    answer = http.get("/v1/experiments").json
    assert (answer["site"], answer["experiments"]) == ("main", [])
    assert "PUT /v1/experiments/{key}" in answer["empty"]


def test_what_was_put_is_shown_with_its_history(http: FlaskClient) -> None:
    answer = put(http, DIAL)
    assert answer.status_code == 200
    shown = answer.json
    assert (shown["site"], shown["key"], shown["status"]) == ("main", "dial", "draft")
    assert shown["seed"] == "dial"
    assert [each["weight"] for each in shown["variants"]] == [0.5, 0.5]
    assert shown["history"] == [
        {"at": "2026-01-01T00:00:00Z", "field": "status", "before": None, "after": "draft"}
    ]
    assert http.get("/v1/experiments/dial").json == shown


def test_what_is_shown_can_be_put_again_and_changes_nothing(http: FlaskClient) -> None:
    shown = put(http, RUNNING).json
    assert put(http, sent(shown)).json == shown


def test_an_experiment_is_started_ramped_up_and_stopped_by_its_document(
    http: FlaskClient, clock: FixedClock
) -> None:
    put(http, DIAL)
    for changed in ({"status": "running"}, {"coverage": 0.5}, {"status": "stopped"}):
        clock.advance(60.0)
        answer = change(http, sent(http.get("/v1/experiments/dial").json) | changed)
        assert answer.status_code == 200
    told = [(each["at"], each["field"], each["after"]) for each in answer.json["history"]]
    assert told == [
        ("2026-01-01T00:00:00Z", "status", "draft"),
        ("2026-01-01T00:01:00Z", "status", "running"),
        ("2026-01-01T00:02:00Z", "coverage", 0.5),
        ("2026-01-01T00:03:00Z", "status", "stopped"),
    ]


@pytest.mark.parametrize(
    ("body", "field", "got"),
    [
        ([None], "body", "[null]"),
        (True, "body", "true"),
        (DIAL | {"coverage": True}, "coverage", "true"),
        (DIAL | {"key": None}, "key", "null"),
        (DIAL | {"variants": [CONTROL, None]}, "variants.1", "null"),
        (
            DIAL | {"variants": [CONTROL, {"name": "w", "overrides": {"size": {"a": [True]}}}]},
            "variants.1.overrides.size",
            '{"a": [true]}',
        ),
        (RUNNING | {"holdout": 1}, "holdout", "1"),
    ],
)
def test_what_came_is_told_back_as_json_has_it(
    http: FlaskClient, body: Any, field: str, got: str
) -> None:
    error = put(http, body).json["errors"][0]
    assert (error["field"], error["got"]) == (field, got)
    put(http, RUNNING)
    error = change(http, RUNNING | {"targeting": {"languages": ["de"]}}).json["errors"][0]
    assert '{"new_reader_days": null, "languages": [], "sites": []} unch' in error["message"]
    assert error["got"] == '{"new_reader_days": null, "languages": ["de"], "sites": []}'


def test_all_are_listed_by_their_keys(http: FlaskClient) -> None:
    put(http, SIZE, key="size")
    put(http, RUNNING, key="dial")
    answer = http.get("/v1/experiments").json
    assert answer["empty"] is None
    assert [(each["key"], each["status"], each["variants"]) for each in answer["experiments"]] == [
        ("dial", "running", ["control", "wide"]),
        ("size", "draft", ["control", "long"]),
    ]


def test_the_list_has_pages(http: FlaskClient) -> None:
    for key, path in zip("abcde", ["ahead", "size", *PATHS], strict=True):
        made = put(http, DIAL | {"variants": [CONTROL, {"name": "o", "overrides": {path: 1}}]}, key)
        assert made.status_code == 200
    pages = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = http.get("/v1/experiments", query_string=query).json
        assert page["empty"] is None
        pages.append([each["key"] for each in page["experiments"]])
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert pages == [["a", "b"], ["c", "d"], ["e"]]
    http.delete("/v1/experiments/b")
    assert [each["key"] for each in http.get("/v1/experiments?cursor=b").json["experiments"]] == [
        "c",
        "d",
        "e",
    ], "what the cursor names may be gone"
    end = http.get("/v1/experiments?cursor=e").json
    assert (end["experiments"], end["next"]) == ([], None)
    assert "after the cursor" in end["empty"]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "cursor=B", "after=a"])
def test_a_page_of_the_list_has_limits(http: FlaskClient, query: str) -> None:
    response = http.get(f"/v1/experiments?{query}")
    assert (response.status_code, fault(response)) == (422, query.partition("=")[0])


@pytest.mark.parametrize(
    ("fields", "field", "wanted"),
    [
        (DIAL | {"variants": [CONTROL]}, "variants", "at least 2"),
        (
            DIAL | {"variants": [CONTROL | {"weight": 0.5}, WIDE | {"weight": 0.4}]},
            "variants",
            "a sum of 1, or 0.01 off at most; theirs is 0.9",
        ),
        (
            DIAL | {"variants": [CONTROL, {"name": "w", "overrides": {"rerank.diversity": 1.5}}]},
            "variants.1.overrides.rerank.diversity",
            "less than or equal to 1",
        ),
        (
            DIAL | {"variants": [CONTROL, {"name": "w", "overrides": {"rerank.diversty": 0.5}}]},
            "variants.1.overrides.rerank.diversty",
            "did you mean rerank.diversity?",
        ),
        (
            DIAL | {"variants": [CONTROL, {"name": "w", "overrides": {"seed": 2}}]},
            "variants.1.overrides.seed",
            "common to all variants",
        ),
        (DIAL | {"coverage": 1.1}, "coverage", "less than or equal to 1"),
        (DIAL | {"status": "stopped"}, "status", "draft or running for a new experiment"),
        (DIAL | {"end": "2026-01-01T00:00:00Z"}, "end", "an instant in the future"),
        (DIAL | {"key": "other"}, "key", "the same as in the address"),
        (DIAL | {"history": []}, "history", "unknown field"),
    ],
)
def test_what_is_outside_its_limits_is_named_with_the_limit(
    http: FlaskClient, fields: dict[str, Any], field: str, wanted: str
) -> None:
    response = put(http, fields)
    assert response.status_code == 422
    assert fault(response) == field
    assert wanted in response.json["errors"][0]["message"]
    assert http.get("/v1/experiments").json["experiments"] == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"holdout": 1}, "holdout"),
        ({"variants": [CONTROL | {"weight": 1}, WIDE | {"weight": 0}]}, "variants.1.weight"),
        (
            {"variants": [CONTROL, {"name": "wide"}]}
            | {"namespace": {"name": "n", "start": 0, "end": 1e-9}},
            "namespace",
        ),
        ({"variants": [WIDE, WIDE | {"name": "wider"}]}, "variants"),
    ],
)
def test_what_could_never_tell_anything_is_a_draft_at_most(
    http: FlaskClient, fields: dict[str, Any], field: str
) -> None:
    response = put(http, RUNNING | fields)
    assert (response.status_code, fault(response)) == (422, field)
    draft = put(http, DIAL | fields).json
    [warning] = draft["warnings"]
    assert f"cannot meet it as it is: {field}" in warning
    response = put(http, RUNNING | fields, version=draft["version"])
    assert (response.status_code, fault(response)) == (422, field)
    assert http.delete("/v1/experiments/dial").status_code == 204, "the key is free again"


def test_a_test_of_two_alike_may_be_started_and_is_told_to_be_one(http: FlaskClient) -> None:
    answer = put(http, RUNNING | {"variants": [CONTROL, {"name": "again"}]})
    assert answer.status_code == 200
    assert "'control' and 'again' make the same feed" in answer.json["warnings"][0]


def test_a_ranker_that_is_not_there_is_warned_of_until_it_is_stopped(
    make_wiring: Callable[..., Wiring], serve: Callable[[Wiring], FlaskClient], tmp_path: Path
) -> None:
    http = serve(make_wiring(ranking={"folder": tmp_path}))
    fields = RUNNING | {"variants": [CONTROL, {"name": "new", "overrides": {"ranker": "new.json"}}]}
    shown = put(http, fields).json
    [warning] = shown["warnings"]
    assert "'new' is served by weighted@" in warning
    assert "new.json cannot be read" in warning
    assert http.get("/v1/experiments/dial").json == shown
    assert change(http, fields | {"status": "stopped"}).json["warnings"] == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"seed": "another"}, "seed"),
        ({"variants": [CONTROL | {"weight": 0.9}, WIDE | {"weight": 0.1}]}, "variants"),
        ({"coverage": 0.05}, "coverage"),
        ({"status": "draft"}, "status"),
        ({"end": "2026-02-01T00:00:00Z"}, "end"),
    ],
)
def test_what_runs_is_only_ramped_up_or_stopped(
    http: FlaskClient, changed: dict[str, Any], field: str
) -> None:
    before = put(http, RUNNING).json
    response = change(http, RUNNING | changed)
    assert (response.status_code, fault(response)) == (422, field)
    assert http.get("/v1/experiments/dial").json == before


def test_a_key_is_never_used_again(http: FlaskClient) -> None:
    put(http, RUNNING)
    change(http, RUNNING | {"status": "stopped"})
    response = change(http, RUNNING | {"seed": "another"})
    assert response.status_code == 422
    assert "take another key" in response.json["errors"][0]["message"]
    assert http.delete("/v1/experiments/dial").status_code == 422


@pytest.mark.parametrize(
    ("mine", "theirs", "field"),
    [
        ({}, {}, "variants"),
        (
            {"namespace": {"name": "n", "start": 0, "end": 0.6}},
            {"namespace": {"name": "n", "start": 0.5, "end": 1}},
            "namespace",
        ),
        ({"variants": SIZE["variants"], "seed": "s"}, {"seed": "s"}, "seed"),
    ],
)
def test_an_experiment_that_is_in_anothers_way_is_refused(
    http: FlaskClient, mine: dict[str, Any], theirs: dict[str, Any], field: str
) -> None:
    put(http, DIAL | theirs, key="first")
    response = put(http, DIAL | mine, key="second")
    assert (response.status_code, fault(response)) == (422, field)
    assert "'first'" in response.json["errors"][0]["message"]
    change(http, DIAL | theirs | {"status": "running"}, key="first")
    change(http, DIAL | theirs | {"status": "stopped"}, key="first")
    assert put(http, DIAL | mine, key="second").status_code == 200


def test_what_was_changed_meanwhile_is_not_changed_by_who_read_it_before(http: FlaskClient) -> None:
    read = put(http, DIAL).json["version"]
    changed = put(http, DIAL | {"hypothesis": "Another."}, version=read).json
    response = put(http, DIAL | {"coverage": 1.0}, version=read)
    assert (response.status_code, fault(response)) == (409, "version")
    assert changed["version"] in response.json["detail"]
    assert http.get("/v1/experiments/dial").json == changed
    assert put(http, DIAL, version=changed["version"]).status_code == 200


def test_what_is_there_is_changed_by_nobody_who_names_no_version(http: FlaskClient) -> None:
    kept = put(http, DIAL).json
    response = put(http, DIAL | {"hypothesis": "Another."})
    assert (response.status_code, fault(response)) == (409, "version")
    assert "wanted to define a new one" in response.json["detail"]
    assert kept["version"] in response.json["detail"]
    assert http.get("/v1/experiments/dial").json == kept


def test_what_was_sent_already_may_be_sent_again(http: FlaskClient) -> None:
    read = put(http, DIAL).json["version"]
    changed = put(http, DIAL | {"hypothesis": "Another."}, version=read).json
    assert put(http, DIAL | {"hypothesis": "Another."}, version=read).json == changed
    assert put(http, DIAL | {"hypothesis": "Another."}).json == changed


def test_what_is_gone_is_at_no_version(http: FlaskClient) -> None:
    read = put(http, DIAL).json["version"]
    http.delete("/v1/experiments/dial")
    response = put(http, DIAL, version=read)
    assert response.status_code == 409
    assert "not there any more" in response.json["detail"]


def test_a_draft_can_be_discarded(http: FlaskClient) -> None:
    put(http, DIAL)
    assert http.delete("/v1/experiments/dial").status_code == 204
    assert http.get("/v1/experiments/dial").status_code == 404
    assert http.delete("/v1/experiments/dial").status_code == 404
    put(http, RUNNING)
    response = http.delete("/v1/experiments/dial")
    assert (response.status_code, fault(response)) == (422, "status")


@pytest.mark.parametrize("key", ["Dial", "-dial", "a" * 65, "a b", "dial%0A", "é"])
def test_another_form_of_key_is_refused(http: FlaskClient, key: str) -> None:
    for response in (http.get(f"/v1/experiments/{key}"), put(http, DIAL, key=key)):
        assert (response.status_code, fault(response)) == (422, "key")


def test_a_preview_is_a_parameter_that_is_good_for_a_while(
    http: FlaskClient, wiring: Wiring, clock: FixedClock
) -> None:
    put(http, DIAL)
    answer = http.post("/v1/experiments/dial/preview", json={"variant": "wide", "minutes": 5}).json
    assert answer["expires_at"] == "2026-01-01T00:05:00.000Z"
    assert answer["feed"] == f"/v1/feed?variant={answer['parameter']}"
    (found,) = wiring.experiments.forced(answer["parameter"])
    assert (found.experiment.key, found.name, found.forced) == ("dial", "wide", True)
    clock.advance(300.0)
    with pytest.raises(InvalidInput, match="one that has not expired"):
        wiring.experiments.forced(answer["parameter"])


def test_a_preview_of_what_was_discarded_shows_nothing(http: FlaskClient, wiring: Wiring) -> None:
    put(http, DIAL)
    wanted = ForcedVariant(experiment="dial", variant="wide")
    parameter = wiring.experiments.preview(wanted, 60.0).parameter
    http.delete("/v1/experiments/dial")
    with pytest.raises(InvalidInput, match="a draft or running, got 'dial'"):
        wiring.experiments.forced(parameter)


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"variant": "narrow"}, "variant"),
        ({"variant": "interleaved"}, "variant"),
        ({}, "variant"),
        ({"variant": "wide", "minutes": 0}, "minutes"),
        ({"variant": "wide", "minutes": 10_081}, "minutes"),
        ({"variant": "wide", "minutes": "5"}, "minutes"),
        ({"variant": "wide", "hours": 1}, "hours"),
    ],
)
def test_a_preview_of_what_is_not_there_is_refused(
    http: FlaskClient, document: dict[str, Any], field: str
) -> None:
    put(http, DIAL)
    response = http.post("/v1/experiments/dial/preview", json=document)
    assert (response.status_code, fault(response)) == (422, field)


def test_what_is_unknown_is_not_found(http: FlaskClient) -> None:
    assert http.get("/v1/experiments/dial").status_code == 404
    assert http.delete("/v1/experiments/dial").status_code == 404
    assert http.get("/v1/experiments/").status_code == 404
    assert http.get("/v1/experiments/dial/other").status_code == 404
    response = http.post("/v1/experiments/dial/preview", json={"variant": "wide"})
    assert response.json["type"] == "/docs#unknown-experiment"


def test_without_redis_the_answer_says_so(stopped: FlaskClient) -> None:
    assert stopped.get("/v1/experiments").status_code == 503
    assert put(stopped, DIAL).status_code == 503
    assert stopped.delete("/v1/experiments/dial").status_code == 503


odd_values = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "a", "wide", "ctr", "interleave", "2027-01-01T00:00:00Z", 1, 10**40]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "weight", "size", "seed"]), inner)
    ),
    max_leaves=5,
)
names = st.sampled_from([*DIAL, "status", "end", "targeting", "x"])
paths = st.sampled_from(["size", "rerank.diversity", "exploration", "weights.similarity", "x", ""])


@settings(max_examples=60)
@given(changes=st.dictionaries(names, odd_values))
def test_any_body_is_answered(http: FlaskClient, changes: dict[str, Any]) -> None:
    assert change(http, DIAL | changes).status_code in {200, 422}
    assert http.get("/v1/experiments").status_code == 200


@settings(max_examples=60)
@given(overrides=st.dictionaries(paths, odd_values, max_size=3))
def test_any_override_is_answered(http: FlaskClient, overrides: dict[str, Any]) -> None:
    variants = [CONTROL, {"name": "odd", "overrides": overrides}]
    response = change(http, DIAL | {"variants": variants})
    assert response.status_code in {200, 422}
    for error in response.json.get("errors", ()):
        assert error["field"].startswith("variants.1.overrides")
    assert http.get("/v1/experiments/dial").status_code in {200, 404}


def test_results_are_those_that_were_published(http: FlaskClient, wiring: Wiring) -> None:
    put(http, DIAL)
    missing = http.get("/v1/experiments/dial/results")
    assert (missing.status_code, missing.json["title"]) == (404, "Not analysed yet")
    assert "analyse dial --publish" in missing.json["detail"]
    found = {"key": "dial", "kind": "ab", "analysed_at": "2026-01-02T00:00:00Z", "slates": 3}
    wiring.experiments.publish("dial", orjson.dumps(found))
    shown = http.get("/v1/experiments/dial/results")
    assert (shown.status_code, shown.json) == (200, {"site": "main", **found})
    assert http.get("/v1/experiments/other/results").json["title"] == "Unknown experiment"
