"""MIND's news.tsv."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommender.errors import SourceError
from recommender.ingest.documents import ArticleDocument, Rejection
from recommender.ingest.mind import read_mind

FULL = "N1\tsports\tgolf\tA Hole in One\tIt went in.\thttps://a.example/n1.html\t[]\t[]"
BARE = 'N2\tnews\t\tPG&E says "no'


def read(tmp_path: Path, *rows: str) -> list[ArticleDocument | Rejection]:
    (tmp_path / "news.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return list(read_mind(tmp_path))


def test_a_full_row_fills_the_document(tmp_path: Path) -> None:
    (only,) = read(tmp_path, FULL)
    assert only == ArticleDocument(
        id="N1",
        title="A Hole in One",
        url="https://a.example/n1.html",
        summary="It went in.",
        category="sports",
        subcategory="golf",
        language="en",
    )


def test_a_row_of_four_columns_is_padded_and_quotes_are_characters(tmp_path: Path) -> None:
    (only,) = read(tmp_path, BARE)
    assert isinstance(only, ArticleDocument)
    assert only.title == 'PG&E says "no'
    assert only.subcategory is None
    assert only.published_at is None


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("N1\tnews\tgolf", "row: must have 4 to 8 columns parted by tabs, got 3 columns"),
        (FULL + "\tmore", "row: must have 4 to 8 columns parted by tabs, got 9 columns"),
        ("\tnews\t\tTitle", "id: String should have at least 1 character"),
        ("N1\tnews\t\t ", "title: must hold at least one visible character"),
    ],
)
def test_a_wrong_row_is_rejected_with_its_number(tmp_path: Path, row: str, words: str) -> None:
    first, second, third = read(tmp_path, FULL, row, BARE)
    assert isinstance(first, ArticleDocument)
    assert isinstance(second, Rejection)
    assert (second.place, second.record) == ("news.tsv:2", row)
    assert words in second.reason
    assert isinstance(third, ArticleDocument)


def test_broken_utf_8_costs_its_own_row(tmp_path: Path) -> None:
    (tmp_path / "news.tsv").write_bytes(b"N1\tnews\t\tcaf\xe9\n" + BARE.encode())
    first, second = read_mind(tmp_path / "news.tsv")
    assert isinstance(first, Rejection)
    assert "UTF-8" in first.reason
    assert isinstance(second, ArticleDocument)


def test_an_id_that_comes_twice_is_yielded_twice(tmp_path: Path) -> None:
    assert len(read(tmp_path, FULL, FULL)) == 2


def test_a_folder_without_the_file_is_a_source_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"news\.tsv: wanted a readable file"):
        list(read_mind(tmp_path))
