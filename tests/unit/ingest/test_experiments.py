from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest

from recommender.domain.experiments import (
    Change,
    Experiment,
    ExperimentKind,
    Metric,
    Namespace,
    Status,
    Targeting,
    Variant,
)
from recommender.domain.ids import SiteId
from recommender.errors import InvalidInput
from recommender.experiments.lifecycle import created
from recommender.ingest.experiment_records import (
    experiment_of,
    parse_experiment_record,
    record_of,
)
from recommender.ingest.experiments import parse_experiment, parse_experiment_file

LEAST: dict[str, Any] = {
    "hypothesis": "A wider feed brings readers back.",
    "variants": [{"name": "control"}, {"name": "wide", "overrides": {"rerank.diversity": 0.5}}],
    "primary_metric": "return_rate",
}
FULL: dict[str, Any] = {
    "hypothesis": "A wider feed brings new readers back.",
    "kind": "ab",
    "variants": [
        {"name": "control", "weight": 0.7},
        {"name": "wide", "weight": 0.3, "overrides": {"rerank.diversity": 0.5, "size": 10}},
    ],
    "seed": "dial-2",
    "hash_version": 2,
    "coverage": 0.1,
    "namespace": {"name": "order", "start": 0, "end": 0.5},
    "targeting": {"new_reader_days": 7, "languages": ["en", "pt-BR"], "sites": ["main"]},
    "holdout": 0.05,
    "primary_metric": "return_rate",
    "guardrails": ["hide_rate", "latency"],
    "start": "1970-01-01T00:01:00Z",
    "end": "1970-01-01T01:02:00+01:00",
    "status": "running",
}


def test_every_field_can_be_written() -> None:
    assert parse_experiment("dial", FULL) == Experiment(
        key="dial",
        hypothesis="A wider feed brings new readers back.",
        kind=ExperimentKind.AB,
        variants=(
            Variant(name="control", weight=0.7),
            Variant(name="wide", weight=0.3, overrides={"rerank.diversity": 0.5, "size": 10}),
        ),
        seed="dial-2",
        primary_metric=Metric.RETURN_RATE,
        guardrails=(Metric.HIDE_RATE, Metric.LATENCY),
        coverage=0.1,
        namespace=Namespace(name="order", start=0.0, end=0.5),
        targeting=Targeting(
            new_reader_days=7.0, languages=("en", "pt-BR"), sites=(SiteId("main"),)
        ),
        holdout=0.05,
        start=60.0,
        end=120.0,
        status=Status.RUNNING,
    )


def test_what_is_left_out_has_a_plain_meaning() -> None:
    experiment = parse_experiment("dial", LEAST)
    assert experiment.seed == "dial"
    assert [each.weight for each in experiment.variants] == [1 / 2, 1 / 2]
    assert (experiment.coverage, experiment.holdout) == (1.0, 0.0)
    assert experiment.status is Status.DRAFT


def test_a_file_holds_its_key() -> None:
    assert parse_experiment_file(LEAST | {"key": "dial"}) == parse_experiment("dial", LEAST)
    with pytest.raises(InvalidInput, match="key: required, but missing"):
        parse_experiment_file(LEAST)
    with pytest.raises(InvalidInput, match="key: the same as in the address, 'dial', got 'other'"):
        parse_experiment("dial", LEAST | {"key": "other"})


CONTROL, WIDE = FULL["variants"]
MERGED = LEAST | {"kind": "interleave", "primary_metric": "ctr"}


def weighted(*weights: float | None) -> dict[str, Any]:
    names = "abcdefghijklmnop"
    variants = [{"name": names[place], "weight": each} for place, each in enumerate(weights)]
    return FULL | {"variants": variants}


@pytest.mark.parametrize(
    ("fields", "field", "wanted"),
    [
        ("text", "experiment", "an object of its fields, got 'text'"),
        (LEAST | {"hypothesis": ""}, "hypothesis", "at least 1 character"),
        (FULL | {"kind": "abc"}, "kind", "'ab' or 'interleave'"),
        (FULL | {"hash_version": 1}, "hash_version", "should be 2"),
        (FULL | {"colour": 1}, "colour", "unknown field"),
        (FULL | {"history": []}, "history", "unknown field"),
        (FULL | {"variants": [CONTROL]}, "variants", "at least 2"),
        (weighted(*[1 / 11] * 11), "variants", "at most 10"),
        (weighted(0.5, 0.4), "variants", "a sum of 1, or 0.01 off at most; theirs is 0.9"),
        (weighted(0.6, 0.42), "variants", "theirs is 1.02"),
        (weighted(0.5, None), "variants", "all have a weight, or none"),
        (weighted(1.5, -0.5), "variants.0.weight", "less than or equal to 1, got 1.5"),
        (weighted(0.5, float("nan")), "variants.1.weight", "got NaN"),
        (FULL | {"variants": [CONTROL, WIDE | {"weight": "0.3"}]}, "variants.1.weight", "number"),
        (FULL | {"variants": [CONTROL, CONTROL]}, "variants", "different names"),
        (FULL | {"variants": [CONTROL, WIDE | {"name": "B b"}]}, "variants.1.name", "pattern"),
        (
            FULL | {"variants": [CONTROL, WIDE | {"name": "interleaved"}]},
            "variants.1.name",
            "both rankings merged",
        ),
        (FULL | {"coverage": 1.1}, "coverage", "less than or equal to 1"),
        (FULL | {"coverage": True}, "coverage", "valid number, got true"),
        (FULL | {"variants": [CONTROL, None]}, "variants.1", "be an object, got null"),
        (
            FULL | {"variants": [CONTROL, {"name": "b", "overrides": [None]}]},
            "variants.1.overrides",
            "be an object, got [null]",
        ),
        (
            FULL | {"namespace": {"name": "n", "start": 0.5, "end": 0.5}},
            "namespace.end",
            "greater than start",
        ),
        (FULL | {"targeting": {"new_reader_days": 0}}, "targeting.new_reader_days", "greater than"),
        (FULL | {"targeting": {"languages": ["?"]}}, "targeting.languages.0", "pattern"),
        (FULL | {"targeting": {"sites": ["Main"]}}, "targeting.sites.0", "pattern"),
        (FULL | {"holdout": -0.1}, "holdout", "greater than or equal to 0"),
        (FULL | {"primary_metric": "clicks"}, "primary_metric", "'ctr'"),
        (FULL | {"guardrails": ["return_rate"]}, "guardrails", "not the primary one"),
        (FULL | {"guardrails": ["ctr", "ctr"]}, "guardrails", "once"),
        (FULL | {"start": 60}, "start", "date and time with a zone"),
        (FULL | {"start": "2026-01-31T09:00:00"}, "start", "timezone"),
        (FULL | {"end": "1970-01-01T00:01:00Z"}, "end", "later than start"),
        (FULL | {"status": "paused"}, "status", "'draft', 'running' or 'stopped'"),
        (MERGED | {"primary_metric": "hide_rate"}, "", "must be ctr where rankings are merged"),
        (
            FULL | {"kind": "interleave", "primary_metric": "ctr"},
            "variants",
            "two of equal weight",
        ),
        (
            MERGED | {"variants": [{"name": name} for name in "abc"]},
            "variants",
            "two of equal weight",
        ),
    ],
)
def test_a_wrong_field_is_named_with_its_rule(fields: Any, field: str, wanted: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_experiment("dial", fields)
    assert refused.value.field == (field or "record")
    assert wanted in str(refused.value)


def overriding(overrides: dict[str, Any]) -> dict[str, Any]:
    return LEAST | {"variants": [CONTROL, WIDE | {"overrides": overrides}]}


@pytest.mark.parametrize(
    "hidden", ["\x00", "\t", "\x1b[2J", "\r", "\x7f", "\x9b", "\u202e", "\u2066"]
)
@pytest.mark.parametrize(
    ("field", "with_text"),
    [
        ("hypothesis", lambda text: LEAST | {"hypothesis": text}),
        ("seed", lambda text: LEAST | {"seed": text}),
        ("variants.1.overrides", lambda text: overriding({text: 1})),
        ("variants.1.overrides.ranker", lambda text: overriding({"ranker": text})),
    ],
)
def test_a_text_that_would_not_show_what_it_says_is_refused(
    field: str, with_text: Callable[[str], Any], hidden: str
) -> None:
    with pytest.raises(InvalidInput, match="without control or direction characters") as refused:
        parse_experiment("dial", with_text(f"a{hidden}b"))
    assert refused.value.field == field
    assert hidden not in str(refused.value)


@pytest.mark.parametrize("name", ["wide\x1b", "wi\u202ede", "wide\n"])
def test_a_name_that_would_not_show_what_it_says_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_experiment("dial", LEAST | {"variants": [CONTROL, WIDE | {"name": name}]})
    assert refused.value.field == "variants.1.name"
    assert name not in str(refused.value)


@pytest.mark.parametrize("text", [" ", "\n \n", "\u200b\u2003", "\ufeff"])
def test_a_hypothesis_says_something(text: str) -> None:
    with pytest.raises(InvalidInput, match="hypothesis: at least one visible character"):
        parse_experiment("dial", LEAST | {"hypothesis": text})


@pytest.mark.parametrize(
    "text", ["Two\nlines.\n", "\u0645\u06cc\u200c\u062e", "I \u2764\ufe0f it – “so”."]
)
def test_a_hypothesis_may_be_in_any_writing(text: str) -> None:
    assert parse_experiment("dial", LEAST | {"hypothesis": text}).hypothesis == text


def test_what_was_kept_before_such_texts_were_refused_is_still_read() -> None:
    kept = replace(created(parse_experiment("dial", LEAST), 5.0), hypothesis="a\tb")
    assert experiment_of(orjson.dumps(record_of(kept))) == kept


@pytest.mark.parametrize("key", ["", "-dial", "Dial", "a" * 65, "a b", "dial\n"])
def test_a_key_is_short_and_plain(key: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_experiment(key, LEAST)
    assert refused.value.field == "key"


@pytest.mark.parametrize("weights", [(0.33, 0.33, 0.33), (1.0, 0.0), (0.5, 0.505)])
def test_weights_may_be_rounded(weights: tuple[float, ...]) -> None:
    assert [each.weight for each in parse_experiment("dial", weighted(*weights)).variants] == list(
        weights
    )


@pytest.mark.parametrize("fields", [LEAST, FULL, MERGED])
def test_a_record_is_read_back_as_it_was_kept(fields: dict[str, Any]) -> None:
    experiment = created(parse_experiment("dial", fields), 1_767_225_600.25)
    record = record_of(experiment)
    assert next(iter(record)) == "key"
    assert record["history"] == [
        {
            "at": "2026-01-01T00:00:00.250000Z",
            "field": "status",
            "before": None,
            "after": experiment.status,
        }
    ]
    assert experiment_of(orjson.dumps(record)) == experiment


def test_a_record_without_its_history_can_be_sent_again() -> None:
    record = record_of(created(parse_experiment("dial", FULL), 5.0))
    del record["history"]
    assert parse_experiment("dial", record) == parse_experiment("dial", FULL)


def test_what_the_service_answers_is_read_back_with_its_history() -> None:
    experiment = created(parse_experiment("dial", FULL), 5.0)
    answer = record_of(experiment) | {"site": "main", "version": "1a", "warnings": ["w"]}
    assert parse_experiment_record(answer) == experiment
    with pytest.raises(InvalidInput, match=r"history.0.at: .*required"):
        parse_experiment_record(answer | {"history": [{"field": "a", "before": 1, "after": 2}]})
    with pytest.raises(InvalidInput, match="colour: unknown field"):
        parse_experiment_record(answer | {"colour": 1})


def test_changes_keep_what_was_there() -> None:
    change = Change(at=5.0, field="variants", before=[{"name": "a"}], after=[{"name": "b"}])
    kept = replace(parse_experiment("dial", FULL), history=(change,))
    assert experiment_of(orjson.dumps(record_of(kept))).history == (change,)
