"""Experiments from an editor to every process: none is lost, none gets in another's way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from recommender.bootstrap import Wiring
from recommender.clock import FixedClock
from recommender.domain.experiments import Experiment, ForcedVariant, Status
from recommender.errors import InvalidInput, StoreError, UnknownExperiment, VersionConflict
from recommender.experiments.assignment import Visit, assigned, overrides_of
from recommender.ingest.experiments import parse_experiment, parse_experiment_file
from recommender.ingest.yaml_files import read_yaml
from recommender.services import experiments as service
from recommender.services.experiment_records import version_of
from recommender.settings import Settings
from recommender.store.connection import Redis, connect
from recommender.store.keys import CatalogueKeys

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "experiment.yaml"


def make(key: str, path: str = "rerank.diversity", value: object = 0.5, **more: Any) -> Experiment:
    variants = [{"name": "control"}, {"name": "other", "overrides": {path: value}}]
    fields = {"hypothesis": "It is better.", "variants": variants, "primary_metric": "ctr"}
    return parse_experiment(key, fields | more)


def keys(wiring: Any) -> list[str]:
    return [each.key for each in wiring.follower.experiments]


@contextmanager
def process(url: str, clock: FixedClock, settings: Settings | None = None) -> Iterator[Wiring]:
    """Give what one API process holds: a connection and a follower's thread of its own."""
    with connect(url) as client:
        wiring = Wiring(settings or Settings(), client, clock)
        wiring.follower.start()
        try:
            yield wiring
        finally:
            wiring.follower.stop()


def until(happened: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.002)
    return True


def test_what_runs_is_in_every_process_within_a_second(
    redis_server_url: str, wiring: Any, clock: FixedClock
) -> None:
    with ExitStack() as stack:
        processes = [stack.enter_context(process(redis_server_url, clock)) for _ in range(2)]
        processes[0].experiments.put(make("dial", status="running", coverage=0.1))
        assert until(lambda: all(keys(each) == ["dial"] for each in processes), seconds=1.0)
        wiring.experiments.ramp("dial", 0.5)
        shares = lambda: {e.coverage for each in processes for e in each.follower.experiments}  # noqa: E731
        assert until(lambda: shares() == {0.5}, seconds=1.0)
        processes[1].experiments.stop("dial")
        assert until(lambda: all(keys(each) == [] for each in processes), seconds=1.0)


def test_running_ones_are_loaded_at_the_start_and_come_by_steps(wiring: Any) -> None:
    wiring.experiments.put(make("dial", status="running"))
    wiring.experiments.put(make("draft", "size", 30))
    wiring.follower.load()
    kept = wiring.follower.experiments
    assert keys(wiring) == ["dial"]
    assert not wiring.follower.step(0.0)
    wiring.experiments.start("draft")
    assert wiring.follower.experiments is kept
    assert wiring.follower.step(0.0)
    assert keys(wiring) == ["dial", "draft"]


def test_one_that_cannot_be_read_does_not_run_and_stops_nothing_else(
    wiring: Any, client: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    wiring.experiments.put(make("dial", status="running"))
    client.hset(CatalogueKeys(wiring.site).experiments, "broken", b'{"key": "broken"}')
    wiring.follower.load()
    assert keys(wiring) == ["dial"]
    assert "experiment 'broken' cannot be read" in caplog.text
    with pytest.raises(StoreError, match="'broken' cannot be read"):
        wiring.experiments.get("broken")


def test_of_editors_who_want_the_same_setting_at_once_one_gets_it(
    redis_server_url: str, wiring: Any, clock: FixedClock
) -> None:
    outcomes: list[object] = []
    begin = threading.Barrier(6)

    def edit(number: int) -> None:
        with connect(redis_server_url) as client:
            editor = Wiring(Settings(), client, clock)
            begin.wait()
            try:
                outcomes.append(editor.experiments.put(make(f"dial-{number}")).key)
            except InvalidInput as error:
                outcomes.append(error.field)

    editors = [threading.Thread(target=edit, args=(number,)) for number in range(6)]
    for each in editors:
        each.start()
    for each in editors:
        each.join()
    (kept,) = wiring.experiments.all()
    assert sorted(outcomes, key=str) == sorted([kept.key, *["variants"] * 5])


def test_of_editors_who_define_one_experiment_at_once_the_first_does(
    redis_server_url: str, wiring: Any, clock: FixedClock
) -> None:
    outcomes: list[str] = []
    begin = threading.Barrier(6)

    def define(number: int) -> None:
        with connect(redis_server_url) as client:
            editor = Wiring(Settings(), client, clock)
            begin.wait()
            try:
                wanted = make("dial", hypothesis=f"It is better: {number}.")
                outcomes.append(editor.experiments.put(wanted).hypothesis)
            except VersionConflict:
                outcomes.append("refused")

    editors = [threading.Thread(target=define, args=(number,)) for number in range(6)]
    for each in editors:
        each.start()
    for each in editors:
        each.join()
    kept = wiring.experiments.get("dial")
    assert sorted(outcomes) == [kept.hypothesis, *["refused"] * 5]
    assert len(kept.history) == 1


def test_of_changes_made_at_once_none_is_lost(
    redis_server_url: str, wiring: Any, clock: FixedClock
) -> None:
    wiring.experiments.put(make("dial", coverage=0.0))
    shares = [number / 20 for number in range(1, 21)]

    def ramp(mine: list[float]) -> None:
        with connect(redis_server_url) as client:
            for share in mine:
                Wiring(Settings(), client, clock).experiments.ramp("dial", share)

    editors = [threading.Thread(target=ramp, args=(shares[part::4],)) for part in range(4)]
    for each in editors:
        each.start()
    for each in editors:
        each.join()
    changes = wiring.experiments.get("dial").history[1:]
    assert sorted(each.after for each in changes) == shares
    assert [each.before for each in changes] == [0.0, *[each.after for each in changes[:-1]]]


def test_the_example_is_defined_started_and_met(wiring: Any, clock: FixedClock) -> None:
    wiring.experiments.put(parse_experiment_file(read_yaml(EXAMPLE)))
    wiring.experiments.start("wider-feed")
    wiring.experiments.ramp("wider-feed", 1.0)
    wiring.follower.load()
    clock.advance(4 * 86_400.0)  # its first day
    readers = [f"reader-{number}" for number in range(2_000)]
    met = [
        assigned(
            wiring.follower.experiments,
            Visit(site=wiring.site, reader=reader, language="en"),  # type: ignore[arg-type]
            now=clock.now(),
            config=wiring.settings.experiments,
        )
        for reader in readers
    ]
    wider = [each for each in met if each and each[0].name == "wider"]
    assert overrides_of(wider[0]) == {"rerank.diversity": 0.5, "rerank.max_source_share": 0.3}
    # Half of the namespace without the holdout, in two halves.
    assert abs(len(wider) / len(readers) - 0.5 * 0.95 * 0.5) < 0.04


def test_what_the_settings_no_longer_bear_can_still_be_stopped(wiring: Any, client: Redis) -> None:
    wiring.experiments.put(make("dial", status="running", coverage=0.5))
    name = CatalogueKeys(wiring.site).experiments
    record = client.hget(name, "dial")
    client.hset(name, "dial", record.replace(b"rerank.diversity", b"rerank.once_there"))
    with pytest.raises(InvalidInput, match="once_there: of variant 'other': a setting"):
        wiring.experiments.ramp("dial", 1.0)
    assert wiring.experiments.stop("dial").status is Status.STOPPED


def test_so_many_experiments_and_no_more(wiring: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "EXPERIMENTS_MAX", 2)
    wiring.experiments.put(make("a"))
    b = wiring.experiments.put(make("b", "size", 30))
    with pytest.raises(InvalidInput, match="key: one of at most 2 experiments; discard drafts"):
        wiring.experiments.put(make("c", "ahead", 30))
    wiring.experiments.put(make("b", "size", 40), version_of(b))
    wiring.experiments.discard("a")
    wiring.experiments.put(make("c", "ahead", 30))


def test_a_history_has_a_bound_in_bytes_that_lets_start_and_stop_pass(
    wiring: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = version_of(wiring.experiments.put(make("dial")))
    monkeypatch.setattr(service, "RECORD_MAX_BYTES", 500)
    with pytest.raises(InvalidInput, match="experiment: at most 500 bytes with its history"):
        wiring.experiments.put(make("dial", hypothesis="It is much better."), version)
    wiring.experiments.start("dial")
    wiring.experiments.stop("dial")


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_coverage_is_a_share(wiring: Any, share: float) -> None:
    wiring.experiments.put(make("dial"))
    with pytest.raises(InvalidInput, match="coverage: 0 to 1"):
        wiring.experiments.ramp("dial", share)


def test_what_is_not_there_is_named(wiring: Any) -> None:
    for change in (wiring.experiments.start, wiring.experiments.stop, wiring.experiments.discard):
        with pytest.raises(UnknownExperiment, match="key of an experiment of this site, got 'no'"):
            change("no")
    with pytest.raises(UnknownExperiment):
        wiring.experiments.preview(ForcedVariant(experiment="no", variant="a"), 60.0)


def test_an_end_that_passed_is_no_end_to_start_with(wiring: Any, clock: FixedClock) -> None:
    wiring.experiments.put(make("dial", end="2026-01-02T00:00:00Z"))
    clock.advance(2 * 86_400.0)
    with pytest.raises(InvalidInput, match="end: an instant in the future"):
        wiring.experiments.start("dial")


def test_a_feed_reads_no_experiment_from_redis(
    wiring: Any, watch: Any, shown: Callable[..., list[str]], world: Callable[[Any], None]
) -> None:
    world(wiring)
    wiring.experiments.put(make("dial", status="running"))
    wiring.follower.load()
    assert shown(wiring, "anna")
    with watch() as commands:
        assert wiring.follower.experiments
        shown(wiring, "bob")
    assert not [each for each in commands if "experiments" in each]
