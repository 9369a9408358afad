from __future__ import annotations

from pathlib import Path

import pytest

from recommender.archive.archiver import by_day
from recommender.archive.files import ArchiveFile, files_of, reach
from recommender.errors import SourceError
from recommender.store.log_reader import START, EntryId, LogEntry

MIDNIGHT = 1_767_225_600_000
"""2026-01-01T00:00:00Z in milliseconds."""


def file(folder: Path, first: int, last: int, *, shard: int = 0) -> ArchiveFile:
    return ArchiveFile(
        folder=folder,
        shard=shard,
        first=EntryId(MIDNIGHT + first, 0),
        last=EntryId(MIDNIGHT + last, 0),
        entries=2,
    )


def put(*files: ArchiveFile) -> None:
    for each in files:
        each.path.parent.mkdir(parents=True, exist_ok=True)
        each.path.touch()


def test_a_file_is_found_again_by_its_name(tmp_path: Path) -> None:
    later, earlier, other = (
        file(tmp_path, 5, 9),
        file(tmp_path, -9, -1),
        file(tmp_path, 1, 2, shard=1),
    )
    put(later, earlier, other)
    assert files_of(tmp_path) == (earlier, later, other)
    assert earlier.path.parent.name == "day=2025-12-31"
    assert later.path.parent.name == "day=2026-01-01"


def test_the_archive_reaches_to_the_last_entry_of_each_shard(tmp_path: Path) -> None:
    files = [file(tmp_path, 0, 4), file(tmp_path, 5, 9), file(tmp_path, 1, 2, shard=1)]
    assert reach(files, 0) == EntryId(MIDNIGHT + 9, 0)
    assert reach(files, 1) == EntryId(MIDNIGHT + 2, 0)
    assert reach(files, 2) == START


def test_entry_numbers_are_compared_as_numbers_not_as_text() -> None:
    assert EntryId.parse("5-9") < EntryId.parse("5-10") < EntryId.parse("40-0")


def test_two_files_that_claim_the_same_entries_are_refused(tmp_path: Path) -> None:
    put(file(tmp_path, 0, 5), file(tmp_path, 5, 9))
    with pytest.raises(SourceError, match="wanted every entry once"):
        files_of(tmp_path)


def test_a_file_of_another_name_or_in_another_day_is_refused(tmp_path: Path) -> None:
    good = file(tmp_path, 0, 5)
    put(good)
    moved = tmp_path / "day=2025-12-31" / good.path.name
    moved.parent.mkdir()
    good.path.rename(moved)
    with pytest.raises(SourceError, match="files that the archive named itself"):
        files_of(tmp_path)
    moved.rename(moved.with_name("mine.parquet"))
    with pytest.raises(SourceError, match=r"mine\.parquet"):
        files_of(tmp_path)


def test_files_are_cut_at_midnight_and_at_their_greatest_length() -> None:
    ages = [-3, -2, -1, 0, 1, 2, 3]
    entries = [LogEntry(id=EntryId(MIDNIGHT + each, 0), record=each) for each in ages]
    batches = [[each.record for each in batch] for batch in by_day(entries, 2)]
    assert batches == [[-3, -2], [-1], [0, 1], [2, 3]]
    assert list(by_day([], 2)) == []
