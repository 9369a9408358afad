"""Open Bandit Data, on files of two rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommender.errors import InvalidInput, SourceError
from recommender.evaluation.data_sets.obd import read_obd

HEAD = ",timestamp,item_id,position,click,propensity_score,user_feature_0\n"
FIRST = "0,2019-11-24 00:00:01+00:00,4,3,1,0.25,aa\n"
SECOND = "1,2019-11-24 00:00:02+00:00,2,1,0,0.5,ab\n"


def _write(folder: Path, random: str, thompson: str = HEAD + FIRST) -> Path:
    for name, text in (("random", random), ("bts", thompson)):
        path = folder / name / "men" / "men.csv"
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return folder


def test_both_logs_are_read_with_codes_from_0(tmp_path: Path) -> None:
    data = read_obd(_write(tmp_path, HEAD + FIRST + SECOND))
    assert data.random.actions.tolist() == [4, 2]
    assert data.random.positions.tolist() == [2, 0]
    assert data.random.rewards.tolist() == [1.0, 0.0]
    assert data.random.propensities.tolist() == [0.25, 0.5]
    assert (len(data.thompson), data.actions) == (1, 5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "wanted a table with item_id"),
        (HEAD, "got 0 others of 0"),
        (HEAD + FIRST + SECOND[:-4], "cut short"),
        (HEAD + FIRST + "1,2019-11-24 00:00:02+00:00,2\n", "cut short"),
        (HEAD + FIRST.replace(",4,3,", ",4,9,"), "got 1 others of 1"),
        (HEAD + FIRST.replace(",1,0.25", ",7,0.25"), "got 1 others of 1"),
        (HEAD + FIRST.replace("0.25", "often"), "wanted a table with item_id"),
        (HEAD.replace("propensity_score", "p") + FIRST, "wanted a table with item_id"),
    ],
)
def test_a_file_that_is_no_whole_log_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SourceError, match=said) as raised:
        read_obd(_write(tmp_path, text))
    assert str(tmp_path / "random" / "men" / "men.csv") in str(raised.value)


def test_a_propensity_that_is_no_probability_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"propensities.1: above 0 and at most 1"):
        read_obd(_write(tmp_path, HEAD + FIRST + SECOND.replace("0.5", "0.0")))


def test_a_missing_log_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="wanted a table"):
        read_obd(tmp_path)
