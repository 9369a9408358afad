from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from recommender.archive.durable import publish, written_by_one
from recommender.errors import ArchiveError


def test_content_takes_the_place_of_what_was_there_whole(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "shard=0.parquet"
    publish(path, b"old")
    publish(path, b"new")
    assert path.read_bytes() == b"new"
    assert [each.name for each in path.parent.iterdir()] == ["shard=0.parquet"]


def test_what_a_killed_program_left_goes_and_nothing_else_does(tmp_path: Path) -> None:
    day = tmp_path / "main" / "slates" / "day=2026-01-01"
    day.mkdir(parents=True)
    half, own, foreign = day / ".shard=0_1.parquet.tmp", day / "shard=0.parquet", day / ".mine.tmp"
    mark = day.parent / ".shard=0.json.tmp"
    for each in (half, own, foreign, mark):
        each.touch()
    with written_by_one(tmp_path):
        assert not half.exists()
        assert not mark.exists()
        assert own.exists()
        assert foreign.exists()


def test_a_folder_is_held_by_one_and_free_again_afterwards(tmp_path: Path) -> None:
    with (
        written_by_one(tmp_path),
        pytest.raises(ArchiveError, match="another archiver"),
        written_by_one(tmp_path),
    ):
        pass
    with written_by_one(tmp_path):
        pass


def test_a_place_that_cannot_be_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArchiveError, match="file"), written_by_one(tmp_path / "file" / "archive"):
        pass
    with pytest.raises(ArchiveError, match="cannot be written"):
        publish(tmp_path / "file" / "shard=0.parquet", b"")


def test_on_a_full_disk_the_old_content_stays(tmp_path: Path) -> None:
    path = tmp_path / "shard=0.parquet"
    publish(path, b"old")
    program = (
        "from pathlib import Path; from recommender.archive.durable import publish; "
        f"publish(Path({str(path)!r}), bytes(10_000))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ArchiveError" in ended.stderr
    assert "File too large" in ended.stderr
    assert path.read_bytes() == b"old"
