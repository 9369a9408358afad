"""EB-NeRD: tiny folders, written by the test in each form that can be read, and the real one."""

from __future__ import annotations

import gzip
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import SourceError
from recommender.evaluation.data_sets.ebnerd import read_ebnerd
from recommender.evaluation.data_sets.types import NONE, DataSet, Dropped, Impressions

EPOCH = datetime(2023, 5, 18, tzinfo=UTC)

Row = Mapping[str, Any]

TYPES: Mapping[str, Any] = {
    "article_id": pl.Int32,
    "impression_time": pl.Datetime("us"),
    "read_time": pl.Float32,
    "article_ids_inview": pl.List(pl.Int32),
    "article_ids_clicked": pl.List(pl.Int32),
    "impression_time_fixed": pl.List(pl.Datetime("us")),
    "article_id_fixed": pl.List(pl.Int32),
    "read_time_fixed": pl.List(pl.Float32),
}


def minute(count: float) -> datetime:
    """Give a time without a zone, as EB-NeRD does, ``count`` minutes after its first midnight."""
    return (EPOCH + timedelta(minutes=count)).replace(tzinfo=None)


def seconds(count: float) -> float:
    """Give the same time as seconds since the epoch."""
    return EPOCH.timestamp() + 60 * count


def article(number: int, **changes: Any) -> Row:
    named = {"title": f"Title {number}", "abstract": "", "category": "118", "subcategory": "[]"}
    return {"article_id": number, **named, **changes}


def behaviour(number: int, at: float, offered: Any, clicked: Any, **changes: Any) -> Row:
    return {
        "impression_id": number,
        "user_id": 7,
        "impression_time": minute(at),
        "read_time": 0.0,
        "article_id": None,
        "article_ids_inview": offered,
        "article_ids_clicked": clicked,
        "next_read_time": 99.0,
        **changes,
    }


def history(reader: int | None, *entries: tuple[float, int | None, float | None]) -> Row:
    return {
        "user_id": reader,
        "impression_time_fixed": [minute(at) for at, _, _ in entries],
        "article_id_fixed": [number for _, number, _ in entries],
        "read_time_fixed": [read for _, _, read in entries],
    }


@dataclass(kw_only=True)
class World:
    """Tables by name; each has one plain row until the test says otherwise."""

    folder: Path
    ending: str
    tables: dict[str, Sequence[Row]] = field(
        default_factory=lambda: {
            "articles": [article(1), article(2), article(3)],
            "train/behaviors": [behaviour(10, 0, [1, 2], [1])],
            "train/history": [history(7, (-9, 3, 5.0))],
            "validation/behaviors": [behaviour(20, 60, [2, 3], [3])],
            "validation/history": [history(7, (-8, 2, 6.0))],
        }
    )

    def write(self) -> Path:
        for name, rows in self.tables.items():
            self.path(name).parent.mkdir(parents=True, exist_ok=True)
            self.path(name).write_bytes(self._content(rows, self.path(name)))
        return self.folder

    def path(self, name: str) -> Path:
        return self.folder / (name + self.ending)

    def _content(self, rows: Sequence[Row], path: Path) -> bytes:
        if self.ending == ".parquet":
            names = dict.fromkeys(name for row in rows for name in row)
            overrides = {name: TYPES[name] for name in names if name in TYPES}
            pl.DataFrame(rows, schema_overrides=overrides).write_parquet(path)
            return path.read_bytes()
        lines = b"".join(orjson.dumps(row) + b"\n" for row in rows)
        return gzip.compress(lines) if self.ending.endswith(".gz") else lines


@pytest.fixture(params=[".parquet", ".jsonl", ".jsonl.gz"])
def world(tmp_path: Path, request: pytest.FixtureRequest) -> World:
    """Give the world once in each form."""
    return World(folder=tmp_path, ending=request.param)


def lists_of(data: DataSet, part: str) -> list[tuple[str, list[str], list[str]]]:
    """Give each impression as its id, the ids offered and the ids clicked."""
    shown = data.parts[part].impressions
    return [
        (str(name), [data.articles.ids[code] for code in codes], names_of(data, codes[was]))
        for name, codes, was in zip(
            shown.ids, split(shown, shown.candidates), split(shown, shown.clicked), strict=True
        )
    ]


def split(shown: Impressions, rows: Any) -> list[Any]:
    return np.split(rows, shown.starts[1:-1])


def names_of(data: DataSet, codes: Any) -> list[str]:
    return [data.articles.ids[code] for code in codes]


def test_behaviours_become_lists_in_order_of_time(world: World) -> None:
    world.tables["train/behaviors"] = [
        behaviour(11, 5, [3, 1, 2], [2, 3], user_id=8),
        behaviour(10, 0, [1, 2], [1]),
    ]
    data = read_ebnerd(world.write())
    assert lists_of(data, "train") == [
        ("10", ["1", "2"], ["1"]),
        ("11", ["3", "1", "2"], ["3", "2"]),
    ]
    shown = data.parts["train"].impressions
    assert [data.readers[code] for code in shown.readers] == ["7", "8"]
    assert shown.at.tolist() == [seconds(0), seconds(5)]
    assert data.dropped == ()


def test_impressions_of_one_second_keep_the_order_of_the_file(world: World) -> None:
    world.tables["train/behaviors"] = [behaviour(n, 0, [1, 2], [1]) for n in (12, 10, 11)]
    data = read_ebnerd(world.write())
    assert [name for name, _, _ in lists_of(data, "train")] == ["12", "10", "11"]


def test_a_list_is_visible_when_its_page_was_read(world: World) -> None:
    world.tables["train/behaviors"] = [
        behaviour(10, 0, [1, 2], [1], article_id=3, read_time=30.0),
        behaviour(11, 1, [1, 2], [1], article_id=None, read_time=12.0),
        behaviour(12, 2, [1, 2], [1], article_id=3, read_time=None),
        behaviour(13, 3, [1, 2], [1], article_id=3, read_time=-4.0),
        behaviour(14, 4, [1, 2], [1], article_id=999, read_time=5.0),
    ]
    data = read_ebnerd(world.write())
    shown = data.parts["train"].impressions
    assert (shown.visible - shown.at).tolist() == [30.0, 12.0, 0.0, 0.0, 5.0]
    assert shown.reading.tolist() == [2, NONE, 2, 2, NONE]
    np.testing.assert_array_equal(shown.dwell, [30.0, np.nan, np.nan, np.nan, np.nan])
    reason = "id left out, row kept: a page around the list that is no such article"
    assert data.dropped == (lost(f"train/behaviors{world.ending}", 5, reason, 1),)


def test_a_history_is_oldest_first_within_a_reader(world: World) -> None:
    world.tables["train/history"] = [
        history(8, (-3, 2, 4.0), (-5, 1, None)),
        history(7, (-9, 3, 5.0)),
    ]
    data = read_ebnerd(world.write())
    past = data.parts["train"].history
    assert [data.readers[code] for code in past.readers] == ["8", "7"]
    assert past.starts.tolist() == [0, 2, 3]
    assert names_of(data, past.articles) == ["1", "2", "3"]
    assert past.at.tolist() == [seconds(-5), seconds(-3), seconds(-9)]
    np.testing.assert_array_equal(past.dwell, [np.nan, 4.0, 5.0])


def test_articles_have_text_and_topics(world: World) -> None:
    world.tables["articles"] = [
        article(1, title="Rain", abstract="It rains.", subcategory="[130 131]"),
        article(2, title="Sun", category="7"),
        article(3, title=None),
    ]
    articles = read_ebnerd(world.write()).articles
    assert articles.ids == ("1", "2", "3")
    assert articles.texts == ("Rain\nIt rains.", "Sun", "")
    assert articles.categories == ("118", "7", "118")
    assert articles.subcategories == ("130", None, None)
    assert articles.tags == (("130", "131"), (), ())


def test_topics_may_be_a_list(world: World) -> None:
    rows = [article(n, subcategory=[130, 131], category=118) for n in (1, 2, 3)]
    world.tables["articles"] = rows
    articles = read_ebnerd(world.write()).articles
    assert (articles.tags[0], articles.categories[0]) == (("130", "131"), "118")


def test_ids_that_resolve_nowhere_leave_and_are_counted(world: World) -> None:
    world.tables["train/behaviors"] = [
        behaviour(10, 0, [1, 2], [1]),
        behaviour(11, 1, [1, 99, 98, 1], [1, 97, 2]),
        behaviour(12, 2, [99], [99]),
        behaviour(13, 3, [1, 2], [99]),
        behaviour(14, 4, [], []),
    ]
    world.tables["train/history"] = [history(7, (-9, 99, 5.0), (-8, 1, 5.0))]
    data = read_ebnerd(world.write())
    assert lists_of(data, "train") == [("10", ["1", "2"], ["1"]), ("11", ["1"], ["1"])]
    assert data.parts["train"].history.articles.tolist() == [0]
    file = f"train/behaviors{world.ending}"
    assert data.dropped == (
        Dropped(
            place=f"train/history{world.ending}:1",
            reason="id left out, row kept: no such article",
            count=1,
        ),
        lost(file, 2, "id left out, row kept: a candidate that is no such article", 3),
        lost(file, 2, "id left out, row kept: a candidate that comes twice", 1),
        lost(file, 2, "id left out, row kept: a click on no such article", 3),
        lost(file, 2, "id left out, row kept: a click on what was not offered", 1),
        lost(file, 3, "row left out: no candidate is a known article", 2),
        lost(file, 4, "row left out: no known candidate was clicked", 1),
    )


def lost(file: str, row: int, reason: str, count: int) -> Dropped:
    return Dropped(place=f"{file}:{row}", reason=reason, count=count)


def test_rows_without_what_they_need_leave_and_are_counted(world: World) -> None:
    world.tables["train/behaviors"] = [
        behaviour(10, 0, [1, 2], [1], user_id=None),
        behaviour(11, 0, [1, 2], [1], impression_time=None),
        behaviour(12, 0, None, [1]),
    ]
    world.tables["train/history"] = [history(7, (-9, 1, 5.0)), history(7), history(None)]
    world.tables["articles"] = [article(1), article(2), article(3), article(2)]
    data = read_ebnerd(world.write())
    assert data.parts["train"].impressions.readers.tolist() == [NONE], "a guest stays"
    end = world.ending
    assert set(data.dropped) == {
        lost(f"articles{end}", 4, "row left out: article_id came before", 1),
        lost(f"train/behaviors{end}", 2, "row left out: impression_time is not given", 1),
        lost(f"train/behaviors{end}", 3, "row left out: article_ids_inview is not given", 1),
        lost(f"train/history{end}", 2, "row left out: user_id came before", 1),
        lost(f"train/history{end}", 3, "row left out: user_id is not given", 1),
    }


def test_a_history_whose_lists_differ_in_length_leaves(world: World) -> None:
    uneven = {**history(8, (-9, 1, 5.0), (-8, 2, 5.0)), "read_time_fixed": [5.0]}
    world.tables["train/history"] = [history(7, (-9, 1, 5.0)), uneven]
    data = read_ebnerd(world.write())
    assert len(data.parts["train"].history.readers) == 1
    place = f"train/history{world.ending}"
    assert data.dropped == (lost(place, 2, "row left out: its lists differ in length", 1),)


def test_no_column_of_the_future_is_read(world: World) -> None:
    """The same but for ``next_*`` columns that say something else is the same data set."""
    before = read_ebnerd(world.write())
    rows = world.tables["train/behaviors"]
    world.tables["train/behaviors"] = [{**row, "next_read_time": 1.0} for row in rows]
    after = read_ebnerd(world.write())
    assert lists_of(after, "train") == lists_of(before, "train")
    np.testing.assert_array_equal(after.articles.published, before.articles.published)
    assert after.digest != before.digest


def test_what_validation_holds_moves_no_time_of_publication(world: World) -> None:
    before = read_ebnerd(world.write()).articles.published
    world.tables["validation/behaviors"] = [behaviour(20, 5_000, [3], [3])]
    world.tables["validation/history"] = [history(7, (4_000, 3, 6.0))]
    np.testing.assert_array_equal(read_ebnerd(world.write()).articles.published, before)


def test_a_time_of_publication_that_is_given_is_used(world: World) -> None:
    times = [minute(-60), minute(-30), None]
    world.tables["articles"] = [
        article(n, published_time=time) for n, time in enumerate(times, start=1)
    ]
    published = read_ebnerd(world.write()).articles.published
    np.testing.assert_array_equal(published, [seconds(-60), seconds(-30), np.nan])


@pytest.mark.parametrize("name", ["articles", "train/behaviors", "validation/history"])
def test_a_missing_file_is_named(world: World, name: str) -> None:
    world.write()
    world.path(name).unlink()
    with pytest.raises(SourceError, match=rf"{name}: wanted a file that ends in .*got none"):
        read_ebnerd(world.folder)


def test_impressions_that_all_leave_are_an_error(world: World) -> None:
    world.tables["train/behaviors"] = [behaviour(10, 0, [99], [99])]
    with pytest.raises(SourceError, match="wanted an impression with a known click, got none"):
        read_ebnerd(world.write())


ids = st.lists(st.integers(1, 5), max_size=4)


@given(lists=st.lists(st.tuples(ids, ids), min_size=1, max_size=8))
def test_every_row_and_every_candidate_is_kept_or_counted(
    tmp_path_factory: pytest.TempPathFactory, lists: list[tuple[list[int], list[int]]]
) -> None:
    world = World(folder=tmp_path_factory.mktemp("world"), ending=".jsonl")
    sure = behaviour(10, 0, [1], [1])
    rows = [behaviour(11 + n, n, *each) for n, each in enumerate(lists)]
    world.tables["train/behaviors"] = [sure, *rows]
    data = read_ebnerd(world.write())
    gone = sum(each.count for each in data.dropped if each.reason.startswith("row left out"))
    assert len(data.parts["train"].impressions) + gone == len(rows) + 1
    kept = {int(name) - 11 for name, _, _ in lists_of(data, "train")}
    for _, offered, clicked in lists_of(data, "train"):
        assert len(set(offered)) == len(offered)
        assert set(clicked) <= set(offered)
    for n, (offered, clicked) in enumerate(lists):
        assert (n in kept) == bool({1, 2, 3} & set(offered) & set(clicked))


def demo() -> Path:
    return Path(os.environ["NEWSFEED_DATA"]) / "ebnerd_demo"


@pytest.mark.data
@pytest.mark.skipif("NEWSFEED_DATA" not in os.environ, reason="NEWSFEED_DATA names no data folder")
def test_the_demo_is_read_whole() -> None:
    data = read_ebnerd(demo())
    train, validation = (part.impressions for part in data.parts.values())
    assert (len(train), len(validation)) == (24_724, 13_558 - 1)
    # Without those in no article file, and one more in the row that is left out.
    assert (len(train.candidates), len(validation.candidates)) == (278_139 - 67, 160_748 - 37 - 1)
    (gone,) = [each for each in data.dropped if each.reason.startswith("row left out")]
    assert (gone.place, gone.count) == ("validation/behaviors.parquet:9236", 1)
    for part in data.parts.values():
        shown, past = part.impressions, part.history
        assert (np.diff(shown.at) >= 0).all()
        assert (shown.visible >= shown.at).all()
        assert (np.add.reduceat(shown.clicked, shown.starts[:-1], dtype=int) > 0).all()
        assert past.at.max() < shown.at[0]
    met = np.repeat(train.at, np.diff(train.starts))
    assert (met >= data.articles.published[train.candidates]).all()
