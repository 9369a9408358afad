"""Files that an earlier version wrote are read: what they do not tell is null."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from recommender.archive.tables import ADDED, SLATES, as_parquet, read_table, slates_table
from recommender.domain.slates import NO_SCHEMA


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """Give a file without the columns that were added since."""
    path = tmp_path / "before.parquet"
    table = pl.DataFrame({"entry": ["1-0"], "slate_id": ["1-0-0-a"]})
    rest = {name: pl.lit(None, dtype=kind) for name, kind in SLATES.items()}
    whole = table.with_columns(**{n: each for n, each in rest.items() if n not in table.columns})
    path.write_bytes(as_parquet(whole.drop(ADDED)))
    return path


def test_what_was_added_since_is_told_of_a_former_file(before: Path) -> None:
    table = read_table(before, SLATES)
    assert dict(table.schema) == SLATES
    [row] = table.select(*ADDED).rows(named=True)
    assert row == dict.fromkeys(ADDED) | {"schema": NO_SCHEMA}


def test_some_columns_of_a_former_file_are_read(before: Path) -> None:
    table = read_table(before, SLATES, ["teams", "credits", "slate_id", "ai_share"])
    assert table.rows() == [(None, None, "1-0-0-a", None)]


def test_a_table_of_nothing_has_all_columns() -> None:
    assert dict(slates_table([]).schema) == SLATES
