"""MIND: tiny folders written by the test, and the real one."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import SourceError
from recommender.evaluation.data_sets.mind import read_mind_behaviours
from recommender.evaluation.data_sets.types import NONE, DataSet, Dropped

NEWS = [f"N{n}\tnews\tus\tTitle {n}\tText {n}.\thttps://a.example/{n}\t[]\t[]" for n in (1, 2, 3)]
ROW = "1\tU1\t11/13/2019 8:36:57 AM\tN3 N1\tN1-0 N2-1"
AT = datetime(2019, 11, 13, 8, 36, 57, tzinfo=UTC).timestamp()


def write(folder: Path, *rows: str, news: list[str] = NEWS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "news.tsv").write_text("\n".join(news) + "\n", encoding="utf-8")
    (folder / "behaviors.tsv").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    return folder


def lists_of(data: DataSet, part: str = "all") -> list[tuple[str, list[str], list[str]]]:
    """Give each impression as its id, the ids offered and the ids clicked."""
    shown = data.parts[part].impressions
    found = []
    for row, name in enumerate(shown.ids):
        rows = slice(shown.starts[row], shown.starts[row + 1])
        codes, clicked = shown.candidates[rows], shown.clicked[rows]
        ids = [data.articles.ids[code] for code in codes]
        found.append((str(name), ids, [data.articles.ids[code] for code in codes[clicked]]))
    return found


def test_rows_become_lists_in_order_of_time(tmp_path: Path) -> None:
    later = "2\tU2\t11/13/2019 12:00:00 PM\t\tN3-1 N1-0 N2-1"
    midnight = "3\tU1\t11/13/2019 12:00:01 AM\t\tN3-1"
    data = read_mind_behaviours(write(tmp_path, later, ROW, midnight))
    assert lists_of(data) == [
        ("3", ["N3"], ["N3"]),
        ("1", ["N1", "N2"], ["N2"]),
        ("2", ["N3", "N1", "N2"], ["N3", "N2"]),
    ]
    shown = data.parts["all"].impressions
    assert [data.readers[code] for code in shown.readers] == ["U1", "U1", "U2"]
    clock = [1, 8 * 3600 + 36 * 60 + 57, 12 * 3600]
    assert (shown.at - datetime(2019, 11, 13, tzinfo=UTC).timestamp()).tolist() == clock
    assert shown.visible.tolist() == shown.at.tolist()
    assert shown.reading.tolist() == [NONE] * 3
    assert np.isnan(shown.dwell).all()
    assert data.dropped == ()


def test_articles_keep_their_topics_and_have_no_time(tmp_path: Path) -> None:
    news = [*NEWS, "N4\tsports\t\tFour columns"]
    articles = read_mind_behaviours(write(tmp_path, ROW, news=news)).articles
    assert articles.ids == ("N1", "N2", "N3", "N4")
    assert articles.texts[2:] == ("Title 3\nText 3.", "Four columns")
    assert articles.categories == ("news", "news", "news", "sports")
    assert articles.subcategories == ("us", "us", "us", None)
    assert articles.tags == (("us",), ("us",), ("us",), ())
    assert np.isnan(articles.published).all()


def test_a_history_is_that_of_the_first_impression_and_ends_an_hour_before(
    tmp_path: Path,
) -> None:
    grown = "2\tU1\t11/13/2019 9:00:00 AM\tN3 N1 N2\tN1-1"
    other = "3\tU2\t11/13/2019 9:00:00 AM\tN2 N2\tN1-1"
    silent = "4\tU3\t11/13/2019 9:00:00 AM\t\tN1-1"
    data = read_mind_behaviours(write(tmp_path, grown, other, silent, ROW))
    past = data.parts["all"].history
    assert [data.readers[code] for code in past.readers] == ["U1", "U2"]
    assert past.starts.tolist() == [0, 2, 4]
    assert [data.articles.ids[code] for code in past.articles] == ["N3", "N1", "N2", "N2"]
    assert (past.at - AT).tolist() == [-3601, -3600, -3601, -3600]


def test_train_and_dev_share_articles_and_readers(tmp_path: Path) -> None:
    write(tmp_path / "train", ROW)
    day_after = "9\tU1\t11/15/2019 8:36:57 AM\t\tN4-1 N1-0"
    write(tmp_path / "dev", day_after, news=[*NEWS[:1], "N4\tnews\t\tFour"])
    data = read_mind_behaviours(tmp_path)
    assert list(data.parts) == ["train", "validation"]
    assert (data.articles.ids, data.readers) == (("N1", "N2", "N3", "N4"), ("U1",))
    assert lists_of(data, "validation") == [("9", ["N4", "N1"], ["N4"])]


def test_ids_that_resolve_nowhere_leave_and_are_counted(tmp_path: Path) -> None:
    rows = [
        ROW,
        "2\tU1\t11/13/2019 9:00:00 AM\tN3 N1\tN1-1 N9-1 N8-0 N1-0",
        "3\tU2\t11/13/2019 9:00:00 AM\tN9 N1 N8\tN9-1 N1-0",
        "4\tU2\t11/13/2019 9:00:00 AM\tN9 N1 N8\tN2-1",
        "5\tU2\t11/13/2019 9:00:00 AM\t\tN9-1",
    ]
    data = read_mind_behaviours(write(tmp_path, *rows))
    assert lists_of(data)[1:] == [("2", ["N1"], ["N1"]), ("4", ["N2"], ["N2"])]
    assert set(data.dropped) == {
        lost(2, "id left out, row kept: a candidate that is no such article", 4),
        lost(2, "id left out, row kept: a candidate that comes twice", 1),
        lost(3, "row left out: no known candidate was clicked", 1),
        lost(4, "id left out, row kept: an entry of a history that is no such article", 2),
        lost(5, "row left out: no candidate is a known article", 1),
    }


def lost(line: int, reason: str, count: int) -> Dropped:
    return Dropped(place=f"behaviors.tsv:{line}", reason=reason, count=count)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2\tU1", "it must have 5 columns parted by tabs"),
        (ROW + "\tmore", "it must have 5 columns parted by tabs"),
        (ROW.replace("1\tU1", "1\t"), "it must name its impression and its reader"),
        (ROW.replace("11/13/2019 ", ""), "its time must be like 11/13/2019 8:36:57 AM"),
        (ROW.replace("11/13", "13/11"), "its time must be like 11/13/2019 8:36:57 AM"),
        (ROW.replace("8:36", "13:36"), "its time must be like 11/13/2019 8:36:57 AM"),
        (ROW.replace(" AM", " am"), "its time must be like 11/13/2019 8:36:57 AM"),
        (ROW.replace("N1-0", "N1"), "the candidates must end in -0 or -1"),
        (ROW.replace("N1-0", "N1-2"), "the candidates must end in -0 or -1"),
        (ROW[:-3], "the candidates must end in -0 or -1"),
        (ROW.replace("N1-0 N2-1", "N1-0"), "no known candidate was clicked"),
        (ROW.replace("N1-0 N2-1", ""), "no candidate is a known article"),
    ],
)
def test_a_broken_row_is_left_out_with_its_line(tmp_path: Path, row: str, reason: str) -> None:
    data = read_mind_behaviours(write(tmp_path, ROW, "", row, row))
    assert lists_of(data) == [("1", ["N1", "N2"], ["N2"])]
    assert data.dropped == (lost(3, f"row left out: {reason}", 2),)


def test_broken_news_is_left_out_with_its_line(tmp_path: Path) -> None:
    data = read_mind_behaviours(write(tmp_path, ROW, news=[*NEWS, "N4\tnews", NEWS[0]]))
    (gone,) = data.dropped
    assert (gone.place, gone.count) == ("news.tsv:4", 2)
    assert "must have 4 to 8 columns parted by tabs, got 2 columns" in gone.reason


def test_the_test_set_without_labels_is_an_error_that_says_so(tmp_path: Path) -> None:
    unlabelled = ROW.replace("N1-0 N2-1", "N1 N2")
    with pytest.raises(SourceError, match="MIND's test set is published without its clicks"):
        read_mind_behaviours(write(tmp_path, unlabelled, unlabelled))


def test_a_file_without_rows_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"behaviors\.tsv: wanted an impression .*\(no rows\)"):
        read_mind_behaviours(write(tmp_path))
    with pytest.raises(SourceError, match=r"news\.tsv: wanted at least one article, got none"):
        read_mind_behaviours(write(tmp_path, ROW, news=[""]))


def test_rows_that_all_leave_are_an_error_with_the_reasons(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"behaviors\.tsv:1: row left out: it must have 5"):
        read_mind_behaviours(write(tmp_path, "x"))


@pytest.mark.parametrize("name", ["news.tsv", "behaviors.tsv"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (write(tmp_path, ROW) / name).unlink()
    with pytest.raises(SourceError, match=name):
        read_mind_behaviours(tmp_path)


tokens = st.lists(st.sampled_from(["N1-0", "N1-1", "N2-1", "N9-1", "N9-0", "N2"]), max_size=5)


@given(st.lists(tokens, max_size=8))
def test_every_row_is_kept_or_counted(
    tmp_path_factory: pytest.TempPathFactory, lists: list[list[str]]
) -> None:
    rows = [ROW.replace("N1-0 N2-1", " ".join(each)) for each in lists]
    data = read_mind_behaviours(write(tmp_path_factory.mktemp("rows"), ROW, *rows))
    gone = sum(each.count for each in data.dropped if each.reason.startswith("row left out"))
    assert len(data.parts["all"].impressions) + gone == len(lists) + 1


@pytest.mark.data
@pytest.mark.skipif("NEWSFEED_DATA" not in os.environ, reason="NEWSFEED_DATA names no data folder")
def test_the_sample_is_read_whole() -> None:
    data = read_mind_behaviours(Path(os.environ["NEWSFEED_DATA"]) / "mind_small")
    shown = data.parts["all"].impressions
    assert data.dropped == ()
    assert (len(data.articles.ids), len(shown), len(shown.candidates)) == (51_282, 4_032, 149_984)
    assert shown.clicked.mean() == pytest.approx(0.040, abs=5e-4)
    assert (np.diff(shown.at) >= 0).all()
    assert data.parts["all"].history.at.max() == shown.at[0] - 3600
