"""The log as an analysis reads it: what can be used, once, and the rest counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from recommender.errors import SourceError
from recommender.evaluation.experiments import logged as rows
from recommender.evaluation.experiments.logged import Gap
from recommender.store.log_reader import START, EntryId, LogState


def test_broken_rows_are_left_out_and_counted(world: Any) -> None:
    for broken in (
        {"created_at": None},
        {"created_at": float("nan")},
        {"articles": None},
        {"articles": ["a", None]},
        {"start": 0},
        {"slate_id": None},
    ):
        world.show("anna", 1, "a", **broken)
    world.show("anna", 1, "a", variant="dial;wide")
    good = world.show("anna", 2, "a", variant="dial:wide")
    world.slates.append(world.slates[-1])
    for broken in (
        {"reader": None},
        {"kind": None},
        {"occurred_at": None},
        {"received_at": float("inf")},
        {"dwell_seconds": -1.0},
    ):
        world.do(**{"reader": "anna", "hours": 3, "kind": "read", "article": "a"} | broken)
    world.do("anna", 4, "read", "a", dwell_seconds=9.0)
    world.interactions.append(world.interactions[-1])
    found = world.logged()
    assert found.slates["slate_id"].to_list() == [good]
    assert found.interactions["dwell_seconds"].to_list() == [9.0]
    assert [(each.count, each.reason) for each in found.left_out] == [
        (6, rows.DAMAGED_SLATE),
        (1, rows.TWICE),
        (1, rows.UNREADABLE),
        (5, rows.DAMAGED_INTERACTION),
        (1, rows.TWICE),
    ]


def test_an_archive_is_read_as_it_was_written(world: Any, tmp_path: Path) -> None:
    for hours in (30.0, 1.0, 2.0):
        slate = world.show("anna", hours, "a", "b", variant="dial:wide", diversity=0.5)
        world.do("anna", hours + 0.1, "click", "b", slate)
    found = rows.read_log(world.write(tmp_path) / "main", None)
    assert found.slates.equals(world.logged().slates)
    assert found.interactions.equals(world.logged().interactions)
    assert found.left_out == ()


def test_slates_are_in_order_of_time(world: Any) -> None:
    for hours, name in ((2.0, "a"), (3.0, "b"), (1.0, "c")):
        world.show("anna", hours, "a", slate_id=name)
    assert world.logged().slates["slate_id"].to_list() == ["c", "a", "b"]


def test_what_is_archived_while_the_log_is_read_counts_once(world: Any) -> None:
    guests = world.show(None, 1, "a")
    world.show("anna", 2, "a")
    world.do("anna", 3, "click", "a", guests)
    world.do("ben", 3, "click", "a")
    found = world.logged()
    for table in (found.slates, found.interactions):
        live = rows._Unarchived(tables=[table])
        assert rows._together([table.head(0), table], live).equals(table)
        assert rows._together([table.head(1)], live).equals(table)


def test_a_file_that_is_cut_short_is_named(world: Any, tmp_path: Path) -> None:
    world.show("anna", 1, "a")
    (file,) = (world.write(tmp_path) / "main" / "slates").glob("*/*.parquet")
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(SourceError, match=f"{file.name}: wanted a whole Parquet file"):
        rows.read_log(tmp_path / "main", None)


def test_an_empty_log_is_refused(world: Any, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="wanted a log with slates, got none"):
        rows.read_log(tmp_path, None)
    world.show("anna", 1, "a", start=0)
    with pytest.raises(SourceError, match=r"none that can be used.*; 1: slate left out: damaged"):
        world.logged()


@pytest.mark.parametrize(
    ("length", "archived", "gap"),
    [
        (9, START, None),  # it is not full: nothing was dropped
        (10, START, Gap(begin=0.0, end=7.0)),
        (10, EntryId(6_500, 0), Gap(begin=6.5, end=7.0)),
        (10, EntryId(7_000, 0), None),  # what is archived reaches to what is logged
    ],
)
def test_a_full_log_that_does_not_reach_to_the_archive_has_a_gap(
    length: int, archived: EntryId, gap: Gap | None
) -> None:
    state = LogState(
        length=length, first=EntryId(7_000, 0), last=EntryId(9_000, 0), added=None, deleted=None
    )
    assert rows._gap(state, archived, bound=10) == gap
