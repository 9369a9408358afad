"""The benchmark of experiments' statistics, on few experiments."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import orjson
import pytest
from click.testing import CliRunner

from recommender.evaluation.experiments.tally import Tally
from recommender.experiments.hashing import BUCKETS, bucket
from scripts.benchmark import main
from scripts.experiments_world import flagged, make_visits, places_of, sums_by_look

IDS = ["reader-000", "reader-007", "reader-999"]


def test_readers_are_dealt_by_the_hash_of_the_service() -> None:
    readers = np.frombuffer("".join(IDS).encode(), np.uint8).reshape(len(IDS), -1)
    for seed in ("", "a", "experiment-1-42"):
        expected = [bucket(seed, each) for each in IDS]
        assert (places_of(seed, readers) / BUCKETS).tolist() == expected


def test_the_sums_of_a_look_are_those_of_all_visits_until_then() -> None:
    readers, looks = 60, 5
    visits = make_visits(readers, looks, np.random.default_rng(1))
    for look, found in enumerate(sums_by_look(visits, looks)):
        until = visits.look <= look
        for variant in (0, 1):
            ours = until & (visits.variant == variant)
            known = np.unique(visits.reader[ours])
            clicks, shown = (
                np.bincount(visits.reader[ours], each[ours], minlength=readers)[known]
                for each in (visits.clicks, visits.impressions)
            )
            assert found[variant] == Tally(numerator=clicks, denominator=shown).sums()


def test_readers_come_from_the_day_of_their_arrival_on() -> None:
    visits = make_visits(100, 10, np.random.default_rng(1))
    first = np.diff(visits.reader, prepend=-1) > 0
    assert visits.look[first].tolist() == sorted(visits.look[first].tolist())
    assert np.bincount(visits.look[first]).tolist() == [10] * 10


def test_only_the_fixed_interval_is_fooled_by_looking_often() -> None:
    found = [flagged(4_000, 20, each) for each in np.random.default_rng(1).spawn(100)]
    assert sum(each.always_valid for each in found) <= 5
    assert sum(each.fixed_horizon for each in found) >= 15


@pytest.mark.parametrize("looks", ["1", "40"])
def test_the_json_has_both_shares_and_what_they_are_of(tmp_path: Path, looks: str) -> None:
    file = tmp_path / "out.json"
    few = ["--runs", "10", "--looks", looks, "--assignments", "5", "--winners", "0"]
    done = CliRunner().invoke(main, ["experiments", *few, "--json", str(file)])
    assert done.exit_code == 0, done.output
    result = orjson.loads(file.read_bytes())
    assert result["aa"]["runs"] == 10
    assert result["aa"]["looks"] == int(looks)
    assert 0.0 <= result["aa"]["always_valid"] <= result["aa"]["fixed_horizon"] <= 1.0
    assert result["srm"]["false_alarms"] == 0.0
    assert result["srm"]["detected_52_48"] == 1.0
    assert "winner" not in result


def test_the_json_has_what_a_known_winner_took_to_be_found(tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    few = ["--runs", "2", "--assignments", "2", "--winners", "2", "--kinds", "5"]
    done = CliRunner().invoke(main, ["experiments", *few, "--json", str(file)])
    assert done.exit_code == 0, done.output
    winner = orjson.loads(file.read_bytes())["winner"]
    assert winner["runs"] == 2
    assert winner["kinds"] == 5
    assert 0.0 < winner["truth"] < 0.5
    for name in ("covered", "covered_fixed", "found_ab", "found_interleaving"):
        assert 0 <= winner[name] <= 2
    if winner["ratio"] is not None:
        assert winner["ratio"] == winner["slates_interleaving"] / winner["slates_ab"]
    assert "A/B finds the winner" in done.output
