"""The benchmark of the ranking metrics, on few impressions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import orjson
import pytest
from click.testing import CliRunner

from scripts.benchmark import main
from scripts.benchmark_metrics import make_ranked


def test_the_impressions_have_the_shape_of_mind() -> None:
    ranked = make_ranked(20_000, seed=1)
    lengths = np.diff(ranked.starts)
    clicks = np.add.reduceat(ranked.clicked, ranked.starts[:-1], dtype=np.int64)
    assert lengths.mean() == pytest.approx(37, rel=0.03)
    assert (lengths.min(), lengths.max()) == (2, 300)
    assert clicks.mean() == pytest.approx(1.5, rel=0.05)
    assert (clicks >= 1).all()
    assert (clicks < lengths).all()
    assert len(np.unique(ranked.scores)) == len(ranked.scores)


def test_the_same_seed_makes_the_same_impressions() -> None:
    one, two = make_ranked(50, seed=3), make_ranked(50, seed=3)
    assert (one.scores == two.scores).all()
    assert (one.clicked == two.clicked).all()


@pytest.mark.parametrize("loop", [[], ["--loop", "40"]])
def test_both_agree_and_the_json_says_so(tmp_path: Path, loop: list[str]) -> None:
    file = tmp_path / "out.json"
    arguments = ["metrics", "--impressions", "150", *loop, "--json", str(file)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    result = orjson.loads(file.read_bytes())
    assert result["impressions"] == 150
    assert result["loop_impressions"] == (40 if loop else 150)
    assert result["largest_difference"] < 1e-9
    assert result["ratio"] == pytest.approx(result["engine_per_second"] / result["loop_per_second"])
