"""The parts of the feed report that need no model: reading MIND, comparing draws, refusing."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from recommender.errors import SourceError
from recommender.evaluation.intervals import Estimate
from scripts.feed_report import main
from scripts.feed_report_exploration import drawn_position
from scripts.feed_report_mind import Dial, MindReport
from scripts.feed_report_plot import draw
from scripts.mind_readers import mind_readers

ROWS = """\
1\tU1\t11/12/2019 2:14:46 PM\tN1 N2 N2 N3\tN4-0 N5-1
2\tU2\t11/12/2019 2:14:46 AM\tN1 N2\tN6-1
3\tU1\t11/13/2019 12:00:00 AM\tN1 N2 N3\tN7-1
4\tU3\t11/13/2019 12:00:00 AM\t\tN7-1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "behaviors.tsv").write_text(ROWS, encoding="utf-8")
    return tmp_path


def test_a_reader_comes_once_at_their_first_impression(folder: Path) -> None:
    (reader,) = mind_readers(folder, 10, least_history=3, seed=1)
    assert (reader.id, reader.history) == ("U1", ("N1", "N2", "N3"))
    assert (reader.offered, reader.clicked) == (("N4", "N5"), ("N5",))
    assert reader.at == 1_573_568_086.0  # 2019-11-12T14:14:46Z
    assert reader.articles == {"N1", "N2", "N3", "N4", "N5"}


def test_the_choice_of_readers_depends_on_the_seed_alone(folder: Path) -> None:
    one, other = (mind_readers(folder, 1, least_history=2, seed=3) for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1\tU1\tnow\tN1\tN2-0", "wanted a time"),
        ("1\tU1\t11/12/2019 2:14:46 PM\tN1", "wanted 5 columns"),
        ("1\tU1\t11/12/2019 2:14:46 PM\tN1\tN2", "end in -0 or -1"),
        ("1\tU1\t11/12/2019 2:14:46 PM\tN1\tN2-7", "end in -0 or -1"),
    ],
)
def test_a_malformed_row_is_named(tmp_path: Path, row: str, said: str) -> None:
    (tmp_path / "behaviors.tsv").write_text(ROWS + row, encoding="utf-8")
    with pytest.raises(SourceError, match=rf"behaviors\.tsv:5: .*{said}"):
        mind_readers(tmp_path, 10, least_history=1, seed=1)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"behaviors\.tsv cannot be read"):
        mind_readers(tmp_path, 10, least_history=1, seed=1)


def test_chi_squared_by_hand() -> None:
    found = drawn_position(6, {"a": 60, "b": 40}, {"a": 0.5, "b": 0.5}, 100)
    assert found.chi_squared == pytest.approx(10**2 / 50 + 10**2 / 50)
    assert (found.degrees_of_freedom, found.largest_gap) == (1, pytest.approx(0.1))
    assert found.p_value == pytest.approx(0.0455, abs=1e-4)


def test_what_the_propensities_leave_open_was_never_drawn() -> None:
    found = drawn_position(6, {"a": 100}, {"a": 0.9}, 100)
    assert found.chi_squared == pytest.approx(10**2 / 90 + 10**2 / 10)


def test_propensities_over_one_are_refuted() -> None:
    found = drawn_position(6, {"a": 50, "b": 50}, {"a": 0.6, "b": 0.6}, 100)
    assert found.p_value == 0.0


def test_wrong_propensities_are_refuted_and_right_ones_are_not() -> None:
    chances = {"a": 0.6, "b": 0.3, "c": 0.1}
    drawn = Counter(random.Random(1).choices(list(chances), list(chances.values()), k=20_000))
    assert drawn_position(6, drawn, chances, 20_000).p_value > 0.001
    wrong = {"a": 0.57, "b": 0.33, "c": 0.1}
    assert drawn_position(6, drawn, wrong, 20_000).p_value < 0.001


def test_a_picture_without_data_or_folder_is_refused_before_anything_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEWSFEED_DATA", raising=False)
    without_data = CliRunner().invoke(main, ["--plot", str(tmp_path / "dial.svg")])
    assert (without_data.exit_code, "--data" in without_data.output) == (2, True)
    arguments = ["--data", str(tmp_path), "--plot", str(tmp_path / "nowhere" / "dial.svg")]
    without_folder = CliRunner().invoke(main, arguments)
    assert (without_folder.exit_code, "nowhere" in without_folder.output) == (2, True)


def test_the_same_report_draws_the_same_picture(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    some = Estimate(mean=0.5, low=0.4, high=0.7)
    dials = [
        Dial(
            diversity=diversity,
            intra_list_distance=some,
            relevance=some,
            recall=some,
            miscalibration=some,
            coverage=0.1,
            rise=None,
        )
        for diversity in (0.0, 1.0)
    ]
    report = MindReport(readers=3, articles=9, scored=3, recall_by_chance=0.2, dials=tuple(dials))
    one, other = tmp_path / "one.svg", tmp_path / "other.svg"
    draw(report, one)
    draw(report, other)
    assert one.read_bytes() == other.read_bytes()
    assert "3 readers of MIND" in one.read_text(encoding="utf-8")
