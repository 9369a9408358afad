"""What the report says of an evaluation, as JSON and as a page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import orjson
import pytest

from recommender.evaluation.data_sets.types import Dropped
from recommender.evaluation.evaluating import evaluate
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.folds import plan
from recommender.evaluation.page import page
from recommender.evaluation.protocols import EXPOSURE, FeatureProtocol
from recommender.evaluation.question import Question, TrainedBefore
from recommender.evaluation.rankers import RankerName
from recommender.evaluation.report import Report
from recommender.evaluation.running import Backend, Workers
from recommender.evaluation.tables import Tables
from recommender.ranking.weighted import WeightedConfig, WeightedRanker

MakeDays = Callable[..., FeatureTable]
MakeTables = Callable[..., Tables]
MakeReport = Callable[..., Report]

MIDNIGHT, DAY = 1_573_257_600.0, 86_400.0

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def make_report() -> MakeReport:
    def make(
        tables: Tables,
        *rankers: RankerName,
        protocols: tuple[FeatureProtocol, ...] = (),
        artifact: TrainedBefore | None = None,
    ) -> Report:
        question = Question(
            rankers=rankers or tuple(RankerName), protocols=protocols, artifact=artifact, seed=7
        )
        planned = plan(tables.parts, None)
        here = Workers(backend=Backend.LOKY, jobs=1, scheduler=None)
        found = evaluate(tables, planned, question, here, lambda _: None)
        return Report(evaluation=found, tables=tables, plan=planned, question=question, seconds=1.5)

    return make


@pytest.fixture
def full(make_days: MakeDays, make_tables: MakeTables, make_report: MakeReport) -> Report:
    """Everything that a report can hold."""
    table = make_days(4, 40)
    similarity = table.names.index("similarity")
    known = np.repeat(np.log1p(table.rows[:, similarity].reshape(-1, 5)[:, :1] > 0), 5)
    if "history_length" in table.names:
        rows = table.rows.copy()
        rows[:, table.names.index("history_length")] = known
        table = replace(table, rows=rows)
    else:
        rows = np.column_stack((table.rows, known)).astype(np.float32)
        table = replace(table, names=(*table.names, "history_length"), rows=rows)
    return make_report(make_tables(all=table), protocols=tuple(FeatureProtocol))


def test_json_has_the_promised_form(full: Report) -> None:
    told = json.loads(orjson.dumps(full.document()))
    assert list(told["rankers"]) == [each.value for each in RankerName]
    for metrics in told["rankers"].values():
        for name in ("auc", "mrr", "ndcg@5", "ndcg@10", "hit@5", "hit@10"):
            _is_estimate(metrics[name])
    assert told["impressions"] == full.evaluation.main.impressions
    assert (told["seconds"], told["seed"]) == (1.5, 7)
    assert told["protocol"]["features"] == "A"
    assert [fold["name"] for fold in told["protocol"]["folds"]] == ["2019-11-11", "2019-11-12"]
    assert set(told["protocols"]) == {"B", "C"}
    assert told["data"]["digest"] == "0" * 64
    assert told["data"]["parts"] == {"all": 160}
    assert told["all_given"]["impressions"] == 160
    assert {"python", "numpy", "lightgbm"} <= set(told["versions"])
    assert {each["group"] for each in told["slices"]["history_length"]} == {"none", "1 to 5"}
    assert told["differences"][0]["metrics"]["auc"].keys() == {"mean", "low", "high", "above_zero"}


def test_json_says_of_each_ranker_what_it_is_beyond_accuracy(full: Report) -> None:
    told = json.loads(orjson.dumps(full.document()))
    for metrics in told["rankers"].values():
        beyond = metrics["beyond_accuracy"]
        assert list(beyond) == ["5", "10"]
        for name in ("intra_list_diversity", "novelty", "serendipity", "topic_calibration"):
            _is_estimate(beyond["10"][name])
        assert 0.0 < beyond["5"]["coverage"] <= 1.0
        assert 0.0 <= beyond["5"]["gini"] < 1.0
        assert beyond["5"]["undefined"]["serendipity"] == told["impressions"] // 4


def test_json_says_of_what_learns_how_true_it_is_and_what_matters(full: Report) -> None:
    told = json.loads(orjson.dumps(full.document()))
    for of_learned in ("calibration", "importance", "effects"):
        assert set(told[of_learned]) == {"linear", "boosted"}
    calibration, importance = told["calibration"]["linear"], told["importance"]["linear"]
    _is_estimate(calibration["log_loss"])
    _is_estimate(calibration["brier"])
    assert 0.0 <= calibration["expected_calibration_error"] <= 1.0
    assert importance["impressions"] == told["impressions"], "fewer than are sampled"
    assert next(iter(importance["features"])) == next(iter(importance["groups"])) == "similarity"
    _is_estimate(importance["features"]["age"])


def _is_estimate(told: dict[str, float]) -> None:
    assert set(told) == {"mean", "low", "high"}
    assert told["low"] <= told["mean"] <= told["high"]


def test_the_page_is_well_formed_and_needs_nothing_else(full: Report) -> None:
    text = page(full)
    root = ET.fromstring(text.removeprefix("<!DOCTYPE html>"))  # noqa: S314  # our own page
    assert not list(root.iter("script"))
    assert not re.findall(r"\bsrc=|@import|@font-face|<link|<image|<iframe", text)
    assert set(re.findall(r"url\((.)", text)) <= {"#"}
    assert set(re.findall(r'href="(.)', text)) <= {"#"}
    assert all(element.get("aria-label") for element in root.iter(f"{SVG}svg"))
    assert all(table.find("caption") is not None for table in root.iter("table"))
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), "pictures of one page do not share ids"
    assert "prefers-color-scheme" in text or "color-scheme: light dark" in text
    assert "#010203" not in text, "ink has the colour of the text"


def test_the_page_has_every_picture_and_says_what_it_was_made_of(full: Report) -> None:
    text = page(full)
    labels = re.findall(r'role="img" aria-label="([^"]*)"', text)
    assert [label.split(" ")[0] for label in labels] == [
        "Mean", "auc", "auc", "Share", "Importance", "Importance", "What", "What", "ndcg@10",
    ]  # fmt: skip
    for said in ("0" * 64, "numpy", "Protocol B", "Protocol C", "All impressions given"):
        assert said in text


def test_the_same_evaluation_gives_the_same_page(
    make_days: MakeDays, make_tables: MakeTables, make_report: MakeReport
) -> None:
    one, other = (
        page(make_report(make_tables(all=make_days(2, 20)), RankerName.SIMILAR)) for _ in range(2)
    )
    assert one == other


def _texts(report: Report) -> dict[str, tuple[int, str]]:
    return {each.about: (each.count, each.text) for each in report.cautions}


def test_what_is_too_good_is_suspected(
    make_days: MakeDays, make_tables: MakeTables, make_report: MakeReport
) -> None:
    table = make_days(1, 20)
    rows = table.rows.copy()
    rows[:, table.names.index("similarity")] = table.clicked
    leaking = make_tables(all=replace(table, rows=rows))
    report = make_report(leaking, RankerName.RANDOM, RankerName.SIMILAR)
    assert "look for a leak first" in _texts(report)["similar"][1]
    assert "random" not in _texts(report)
    assert "look for a leak first" in page(report)


def test_what_was_left_out_or_is_not_known_is_counted(
    make_days: MakeDays, make_tables: MakeTables, make_report: MakeReport
) -> None:
    table = make_days(1, 20)
    published = table.published.copy()
    published[:3] = np.nan
    lost = (Dropped(place="behaviors.tsv:7", reason="a label that is neither 0 nor 1", count=4),)
    tables = make_tables(all=replace(table, published=published))
    told = _texts(make_report(replace(tables, dropped=lost, vectors=None), RankerName.NEWEST))
    assert told["data"][0] == 4
    assert "behaviors.tsv:7" in told["data"][1]
    assert told["newest"][0] == 3
    assert told["intra_list_diversity"][0] == told["serendipity"][0] == 20
    assert told["topic_calibration"][0] == 20 // 4
    assert "novelty" not in told


def test_a_protocol_that_takes_nothing_away_is_told(
    make_days: MakeDays, make_tables: MakeTables, make_report: MakeReport
) -> None:
    table = make_days(1, 20)
    bare = table.columns(tuple(name for name in table.names if name not in EXPOSURE))
    asked = (FeatureProtocol.A, FeatureProtocol.C)
    report = make_report(make_tables(all=bare), RankerName.SIMILAR, protocols=asked)
    assert _texts(report)["protocol C"][1].startswith("is A here")


def test_an_artifact_that_learned_from_the_same_impressions_is_named(
    make_days: MakeDays, make_tables: MakeTables, make_report: MakeReport
) -> None:
    """By their time: the data may have grown since, or been cut elsewhere."""
    test = make_days(1, 20, 2, MIDNIGHT + DAY)
    tables = make_tables(train=make_days(1, 20), test=test)
    ranker = WeightedRanker(WeightedConfig(), name="linear@1234")
    fair = TrainedBefore(
        ranker=ranker,
        data_set=tables.name.value,
        learned_from=MIDNIGHT,
        learned_until=float(test.at[0]) - 1.0,
    )
    report = make_report(tables, RankerName.SIMILAR, artifact=fair)
    assert list(report.evaluation.main.rankers) == ["similar", "linear@1234"]
    assert "linear@1234" not in _texts(report)
    unfair = replace(fair, learned_until=float(test.at[4]))
    told = _texts(make_report(tables, RankerName.SIMILAR, artifact=unfair))["linear@1234"]
    assert told[0] == 5
    assert "it learned from" in told[1]
    elsewhere = replace(unfair, data_set="archive")
    report = make_report(tables, RankerName.SIMILAR, artifact=elsewhere)
    assert "linear@1234" not in _texts(report)
    later = replace(fair, learned_from=float(test.at[3]) + 1.0, learned_until=float(test.at[-1]))
    report = make_report(tables, RankerName.SIMILAR, artifact=later)
    counts = [each.count for each in report.cautions if each.about == "linear@1234"]
    assert counts == [16, 4], "those learned from, and those of before"


def test_names_are_escaped(
    make_days: MakeDays, make_tables: MakeTables, make_report: MakeReport
) -> None:
    lost = (Dropped(place="a<b>.tsv:1", reason="<script>alert(1)</script>", count=1),)
    tables = replace(make_tables(all=make_days(1, 10)), dropped=lost)
    assert "<script" not in page(make_report(tables, RankerName.SIMILAR))
