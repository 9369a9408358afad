from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from recommender.clock import FixedClock
from recommender.ranking.artifacts import Artifact, save
from recommender.ranking.features import FEATURE_NAMES
from recommender.ranking.ranker import Ranker
from recommender.ranking.weighted import WeightedConfig, WeightedRanker
from recommender.services.ranking import LOOK_SECONDS, RankerKeeper

FALLBACK = WeightedRanker(WeightedConfig())

Make = Callable[..., Artifact]


@pytest.fixture
def artifact(linear_artifact: Make) -> Make:
    """Give a maker of artifacts in which every feature of the service has the same weight."""

    def artifact(weight: float, schema: str = "s1") -> Artifact:
        count = len(FEATURE_NAMES)
        return linear_artifact(
            *(weight,) * count,
            features=FEATURE_NAMES,
            feature_schema=schema,
            effects=(0.0,) * count,
        )

    return artifact


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ranker.json"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(1_000.0)


@pytest.fixture
def keeper(path: Path, clock: FixedClock) -> Callable[[], RankerKeeper]:
    return lambda: RankerKeeper(path, "s1", FALLBACK, clock)


def test_without_a_path_the_fallback_serves(clock: FixedClock) -> None:
    keeper = RankerKeeper(None, "s1", FALLBACK, clock)
    clock.advance(LOOK_SECONDS)
    assert keeper.ranker is FALLBACK
    assert keeper.status.name == FALLBACK.name
    assert keeper.status.loaded_at is None
    assert keeper.status.refusal is None


def test_an_artifact_serves_from_the_start(
    path: Path, keeper: Callable[[], RankerKeeper], artifact: Make
) -> None:
    save(artifact(1.0), path)
    kept = keeper()
    assert kept.ranker.name == artifact(1.0).manifest.name
    assert kept.status.loaded_at == 1_000.0
    assert kept.status.refusal is None


def test_without_a_file_the_fallback_serves_until_there_is_one(
    path: Path, keeper: Callable[[], RankerKeeper], clock: FixedClock, artifact: Make
) -> None:
    kept = keeper()
    assert kept.ranker is FALLBACK
    assert str(path) in (kept.status.refusal or "")
    save(artifact(1.0), path)
    clock.advance(LOOK_SECONDS)
    assert kept.ranker.name == artifact(1.0).manifest.name
    assert kept.status.refusal is None


def test_a_new_artifact_serves_after_a_second_and_not_before(
    path: Path, keeper: Callable[[], RankerKeeper], clock: FixedClock, artifact: Make
) -> None:
    save(artifact(1.0), path)
    kept = keeper()
    save(artifact(2.0), path)
    clock.advance(LOOK_SECONDS / 2)
    assert kept.ranker.name == artifact(1.0).manifest.name
    clock.advance(LOOK_SECONDS / 2)
    assert kept.ranker.name == artifact(2.0).manifest.name


def test_a_clock_that_is_put_back_keeps_no_artifact_out(
    path: Path, keeper: Callable[[], RankerKeeper], clock: FixedClock, artifact: Make
) -> None:
    kept = keeper()
    save(artifact(1.0), path)
    clock.advance(-500.0)
    assert kept.ranker.name == artifact(1.0).manifest.name


@pytest.mark.parametrize("broken", ["schema", "bytes", "gone"])
def test_the_former_one_serves_while_a_new_one_is_refused(
    path: Path, keeper: Callable[[], RankerKeeper], clock: FixedClock, broken: str, artifact: Make
) -> None:
    save(artifact(1.0), path)
    kept = keeper()
    match broken:
        case "schema":
            save(artifact(2.0, schema="s2"), path)
        case "bytes":
            path.write_bytes(path.read_bytes()[:-10])
        case _:
            path.unlink()
    clock.advance(LOOK_SECONDS)
    assert kept.ranker.name == kept.status.name == artifact(1.0).manifest.name
    assert kept.status.loaded_at == 1_000.0
    assert kept.status.refusal is not None
    save(artifact(3.0), path)
    clock.advance(LOOK_SECONDS)
    assert kept.ranker.name == artifact(3.0).manifest.name
    assert kept.status.refusal is None


def test_a_refusal_is_logged_once(
    path: Path,
    keeper: Callable[[], RankerKeeper],
    clock: FixedClock,
    caplog: pytest.LogCaptureFixture,
    artifact: Make,
) -> None:
    save(artifact(1.0, schema="s2"), path)
    kept = keeper()
    for _ in range(3):
        clock.advance(LOOK_SECONDS)
        assert kept.ranker is FALLBACK
    assert len(caplog.records) == 1
    path.unlink()
    for _ in range(3):
        clock.advance(LOOK_SECONDS)
        assert kept.ranker is FALLBACK
    assert len(caplog.records) == 2


def test_rankers_are_swapped_under_threads_and_each_is_whole(
    path: Path, keeper: Callable[[], RankerKeeper], clock: FixedClock, artifact: Make
) -> None:
    """What a thread is given scores as its name says, while the file changes under it."""
    weights = {artifact(float(weight)).manifest.name: float(weight) for weight in range(20)}
    save(artifact(0.0), path)
    kept = keeper()
    row = np.eye(1, len(FEATURE_NAMES), dtype=np.float32)
    wrong: list[str] = []
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            ranker: Ranker = kept.ranker
            if ranker.scores(row)[0] != weights[ranker.name]:
                wrong.append(ranker.name)

    threads = [threading.Thread(target=serve) for _ in range(4)]
    for thread in threads:
        thread.start()
    for weight in range(20):
        save(artifact(float(weight)), path)
        clock.advance(LOOK_SECONDS)
    stop.set()
    for thread in threads:
        thread.join()
    clock.advance(LOOK_SECONDS)
    assert not wrong
    assert kept.ranker.name == artifact(19.0).manifest.name


def test_while_one_thread_looks_the_others_are_served_the_former_one(
    path: Path, keeper: Callable[[], RankerKeeper], clock: FixedClock, artifact: Make
) -> None:
    save(artifact(1.0), path)
    kept = keeper()
    save(artifact(2.0), path)
    clock.advance(LOOK_SECONDS)
    with kept._looking:
        assert kept.ranker.name == artifact(1.0).manifest.name
    assert kept.ranker.name == artifact(2.0).manifest.name
