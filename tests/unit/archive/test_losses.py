from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from recommender.archive.files import ArchiveFile
from recommender.archive.losses import NO_MARK, Loss, Mark, loss, read_mark, write_mark
from recommender.errors import SourceError
from recommender.store.log_reader import NO_LOG, START, EntryId, LogState

BOUND = 100


def at(number: int) -> EntryId:
    return EntryId(number, 0)


def log(first: int, last: int, added: int | None, deleted: int | None = 0) -> LogState:
    return LogState(
        length=last - first + 1,
        first=at(first),
        last=at(last),
        added=added,
        deleted=None if deleted is None else at(deleted),
    )


def file(first: int, last: int) -> ArchiveFile:
    entries = last - first + 1
    return ArchiveFile(folder=Path(), shard=0, first=at(first), last=at(last), entries=entries)


def found(state: LogState, before: int, mark: Mark, *files: ArchiveFile) -> Loss | None:
    reach = START if before == 0 else at(before)
    return loss(before=reach, then=state, now=state, files=files, mark=mark, bound=BOUND)


def test_nothing_is_lost_where_everything_added_is_archived() -> None:
    assert found(log(1, 20, 20), 0, NO_MARK, file(1, 20)) is None
    marked = Mark(through=at(20), added=20)
    assert found(log(15, 30, 30), 20, marked, file(1, 20), file(21, 30)) is None


def test_what_was_added_and_never_archived_is_counted() -> None:
    first = found(log(6, 20, 20), 0, NO_MARK, file(6, 20))
    assert first is not None
    assert first.count == 20 - 15
    marked = Mark(through=at(20), added=20)
    later = found(log(28, 30, 30), 20, marked, file(6, 20), file(28, 30))
    assert later is not None
    assert later.count == (30 - 20) - 3


def test_files_that_a_killed_program_wrote_after_the_mark_count_too() -> None:
    marked = Mark(through=at(20), added=20)
    assert found(log(1, 30, 30), 25, marked, file(1, 20), file(21, 25), file(26, 30)) is None


@pytest.mark.parametrize(("deleted", "times"), [(0, 0), (20, 0), (21, 1)])
def test_what_was_erased_since_the_mark_may_be_among_it(deleted: int, times: int) -> None:
    marked = Mark(through=at(20), added=20)
    some = found(log(22, 30, 30, deleted), 20, marked, file(1, 20), file(22, 30))
    assert some is not None
    assert some.count == 1
    assert some.reason.count("erased for readers") == times


def test_without_counts_the_last_archived_entry_tells() -> None:
    marked = Mark(through=at(20), added=None)
    assert found(log(20, 30, None, None), 20, marked, file(1, 20), file(21, 30)) is None
    gone = found(log(22, 30, None, None), 20, marked, file(1, 20), file(22, 30))
    assert gone is not None
    assert gone.count is None
    nothing_new = LogState(length=0, first=None, last=at(20), added=None, deleted=None)
    assert found(nothing_new, 20, marked, file(1, 20)) is None


def test_without_counts_a_log_that_was_full_at_first_is_suspected() -> None:
    assert found(log(1, BOUND - 1, None, None), 0, NO_MARK, file(1, BOUND - 1)) is None
    full = found(log(1, BOUND, None, None), 0, NO_MARK, file(1, BOUND))
    assert full is not None
    assert "full" in full.reason


@pytest.mark.parametrize("state", [NO_LOG, log(1, 10, 10), log(21, 30, 10)])
def test_a_log_that_went_back_is_told(state: LogState) -> None:
    marked = Mark(through=at(20), added=20)
    told = found(state, 20, marked, file(1, 20))
    assert told is not None
    assert told.count is None
    assert "older state" in told.reason


def test_a_site_without_logs_has_lost_nothing() -> None:
    assert found(NO_LOG, 0, NO_MARK) is None


@pytest.mark.parametrize("added", [7, None])
def test_a_mark_is_read_as_it_was_written(tmp_path: Path, added: int | None) -> None:
    assert read_mark(tmp_path, 3) == NO_MARK
    mark = Mark(through=EntryId(5, 2), added=added)
    write_mark(tmp_path, 3, mark)
    assert read_mark(tmp_path, 3) == mark


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"through": "x", "added": 1}'])
def test_a_broken_mark_is_named(tmp_path: Path, content: Any) -> None:
    (tmp_path / "shard=0.json").write_bytes(content)
    with pytest.raises(SourceError, match=r"shard=0\.json"):
        read_mark(tmp_path, 0)
