"""A whole evaluation on made-up impressions in which what is similar is clicked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import orjson
import pytest
from distributed import LocalCluster

from recommender.errors import InvalidInput
from recommender.evaluation.evaluating import Evaluation, evaluate
from recommender.evaluation.feature_table import FeatureTable
from recommender.evaluation.folds import plan
from recommender.evaluation.protocols import FeatureProtocol
from recommender.evaluation.question import Question
from recommender.evaluation.rankers import RankerName
from recommender.evaluation.running import Backend, Workers
from recommender.evaluation.scoring import jobs_of
from recommender.evaluation.tables import Tables

MakeDays = Callable[..., FeatureTable]
MakeTables = Callable[..., Tables]

HERE = Workers(backend=Backend.LOKY, jobs=1, scheduler=None)
ALL = tuple(RankerName)


def _question(*rankers: RankerName, protocols: str = "a") -> Question:
    asked = tuple(FeatureProtocol(each) for each in protocols)
    return Question(rankers=rankers or ALL, protocols=asked, artifact=None, seed=1)


def _found(tables: Tables, question: Question, workers: Workers = HERE) -> Evaluation:
    return evaluate(tables, plan(tables.parts, None), question, workers, lambda _: None)


def test_what_learns_finds_what_is_liked(make_days: MakeDays, make_tables: MakeTables) -> None:
    found = _found(make_tables(train=make_days(2, 400), test=make_days(1, 200, 2)), _question())
    auc = {name: of["auc"] for name, of in found.main.rankers.items()}
    assert list(auc) == [each.value for each in ALL], "in the order that was asked for"
    assert auc["random"].low < 0.5 < auc["random"].high
    for name in ("linear", "boosted", "similar"):
        assert auc[name].low > 0.6
    for name in ("linear", "boosted"):
        effects, lost = found.effects[name], found.importance[name].features
        assert max(effects, key=effects.__getitem__) == next(iter(lost)) == "similarity"
    assert set(found.calibration) == set(found.importance) == {"linear", "boosted"}
    assert found.calibration["linear"].reliability.counts.sum() == 200 * 5


def test_each_is_compared_with_the_first_and_with_its_neighbour(
    make_days: MakeDays, make_tables: MakeTables
) -> None:
    asked = _question(RankerName.RANDOM, RankerName.NEWEST, RankerName.SIMILAR)
    found = _found(make_tables(all=make_days(1, 50)), asked)
    pairs = [(each.ranker, each.against) for each in found.main.differences]
    assert pairs == [("newest", "random"), ("similar", "random"), ("similar", "newest")]
    of = found.main.rankers
    difference = found.main.differences[1].metrics["auc"].mean
    assert difference == pytest.approx(of["similar"]["auc"].mean - of["random"]["auc"].mean)


def test_days_are_measured_by_the_days_before_and_what_learns_nothing_on_all_given_too(
    make_days: MakeDays, make_tables: MakeTables
) -> None:
    tables = make_tables(all=make_days(4, 40))
    question = _question(RankerName.SIMILAR, RankerName.LINEAR)
    found = _found(tables, question)
    late = (
        tables.parts["all"].at >= tables.parts["all"].at[0] // 86_400 * 86_400 + 2 * 86_400
    ).sum()
    assert len(jobs_of(question, plan(tables.parts, None))) == 2, "a training for each day"
    assert found.main.impressions == late
    assert found.all_given is not None
    assert found.all_given.impressions == 160
    assert list(found.all_given.rankers) == ["similar"]


def test_other_protocols_are_measured_beside_a(
    make_days: MakeDays, make_tables: MakeTables
) -> None:
    tables = make_tables(train=make_days(2, 60), test=make_days(1, 60, 2))
    asked = _question(RankerName.SIMILAR, RankerName.LINEAR, protocols="cb")
    found = _found(tables, asked)
    assert list(found.others) == [FeatureProtocol.B, FeatureProtocol.C]
    assert [list(each.rankers) for each in found.others.values()] == [["linear"], ["linear"]]
    assert list(found.main.rankers) == ["similar", "linear"]


def test_without_days_before_nothing_is_learned(
    make_days: MakeDays, make_tables: MakeTables
) -> None:
    tables = make_tables(all=make_days(2))
    with pytest.raises(InvalidInput, match="for linear, a part with one before it"):
        _found(tables, _question(RankerName.LINEAR))
    assert _found(tables, _question(RankerName.SIMILAR)).all_given is None, "main is that"


@pytest.mark.parametrize("clicked", [0, 1])
def test_a_metric_undefined_everywhere_is_refused(
    make_days: MakeDays, make_tables: MakeTables, clicked: int
) -> None:
    table = make_days(1, 5)
    same = replace(table, clicked=np.full(len(table.clicked), clicked, np.bool_))
    with pytest.raises(InvalidInput, match=r"both a click and an article .* none among 5"):
        _found(make_tables(all=same), _question(RankerName.SIMILAR))


def test_undefined_impressions_are_counted(make_days: MakeDays, make_tables: MakeTables) -> None:
    table = make_days(1, 10)
    clicked = table.clicked.copy()
    clicked[:5] = False
    clicked[5:10] = True
    found = _found(make_tables(all=replace(table, clicked=clicked)), _question(RankerName.SIMILAR))
    assert found.main.undefined["auc"] == 2
    assert found.main.undefined["mrr"] == 1


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Give the address of a real Dask scheduler with two workers, each a process."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address


@pytest.mark.parametrize("where", ["two processes", "a cluster"])
def test_the_result_depends_on_no_worker(
    make_days: MakeDays, make_tables: MakeTables, scheduler: str, where: str
) -> None:
    tables = make_tables(all=make_days(4, 60))
    question = _question(RankerName.RANDOM, RankerName.LINEAR, RankerName.BOOSTED, protocols="b")
    workers = {
        "two processes": Workers(backend=Backend.LOKY, jobs=2, scheduler=None),
        "a cluster": Workers(backend=Backend.DASK, jobs=2, scheduler=scheduler),
    }[where]
    done: list[int] = []
    there = evaluate(tables, plan(tables.parts, None), question, workers, done.append)
    assert sum(done) == 2 * 2 * 2, "rankers, days and protocols"
    assert _plain(there) == _plain(_found(tables, question))


def test_a_scheduler_that_is_none_is_told(make_days: MakeDays, make_tables: MakeTables) -> None:
    nowhere = Workers(backend=Backend.DASK, jobs=1, scheduler="nowhere")
    with pytest.raises(InvalidInput, match=r"scheduler: the address of a Dask scheduler .*nowhere"):
        _found(make_tables(all=make_days(3, 20)), _question(RankerName.LINEAR), nowhere)


def _plain(found: Evaluation) -> bytes:
    return orjson.dumps(found, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS)
