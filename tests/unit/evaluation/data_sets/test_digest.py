"""The digest of a data set's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommender.errors import SourceError
from recommender.evaluation.data_sets.digest import files_digest


def digest(folder: Path, **contents: str) -> str:
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_text(content)
    return files_digest(folder, [folder / name for name in contents])


def test_it_depends_on_names_and_contents_alone(tmp_path: Path) -> None:
    plain = digest(tmp_path / "a", x="1", y="2")
    assert digest(tmp_path / "b", y="2", x="1") == plain
    assert digest(tmp_path / "c", x="2", y="1") != plain
    assert digest(tmp_path / "d", x="12", y="") != plain
    assert len(plain) == 64


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="gone: wanted a readable file"):
        files_digest(tmp_path, [tmp_path / "gone"])
