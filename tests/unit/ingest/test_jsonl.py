"""JSON Lines: one bad line never stops the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import SourceError
from recommender.ingest.documents import ArticleDocument, Rejection
from recommender.ingest.jsonl import read_json_line, read_json_lines
from recommender.ingest.lines import LINE_MAX_BYTES, RECORD_MAX_CHARACTERS

GOOD = b'{"id": "a1", "title": "Rain"}'


def read(tmp_path: Path, content: bytes) -> list[ArticleDocument | Rejection]:
    path = tmp_path / "news.jsonl"
    path.write_bytes(content)
    return list(read_json_lines(path))


def rejection(tmp_path: Path, content: bytes) -> Rejection:
    (only,) = read(tmp_path, content)
    assert isinstance(only, Rejection)
    return only


def test_blank_lines_are_skipped_but_counted(tmp_path: Path) -> None:
    first, second = read(tmp_path, GOOD + b"\n\n   \r\n{}\n\n")
    assert isinstance(first, ArticleDocument)
    assert isinstance(second, Rejection)
    assert second.place == "news.jsonl:4"


def test_a_byte_order_mark_and_windows_line_ends_are_tolerated(tmp_path: Path) -> None:
    documents = read(tmp_path, b"\xef\xbb\xbf" + GOOD + b"\r\n" + GOOD)
    assert [type(one) for one in documents] == [ArticleDocument, ArticleDocument]


def test_a_file_of_a_byte_order_mark_alone_is_empty(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbf\n") == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"id": "a1", ', "record: must be one JSON object"),
        (b'{"id": "a1", "title": "caf\xe9"}', "record: must be one JSON object in UTF-8"),
        (b"[1, 2]", "record: must be a JSON object, got list"),
        (b'{"title": "Rain"}', "id: required, but missing"),
        (b'{"id": "two words", "title": "Rain"}', "id: must be 1 to 128 visible characters"),
        (
            b'{"id": "brief-0123456789abcdef", "title": "R"}',
            "id: must not be 'brief-' and 16 hexadecimal digits",
        ),
        (b'{"id": "a1", "title": " "}', "title: must hold at least one visible character"),
        (b'{"id": "a1", "title": "' + b"x" * 501 + b'"}', "title: String should have at most 500"),
        (b'{"id": "a1", "title": "R", "titel": 1}', "titel: unknown field"),
        (b'{"id": "a1", "title": "R", "tags": ["a", ""]}', "tags.1: String should have at least 1"),
        (
            b'{"id": "a1", "title": "R", "url": "file:///etc/hosts"}',
            "url: must be an absolute http",
        ),
        (
            b'{"id": "a1", "title": "R", "published_at": "1700000000"}',
            "published_at: must be a date",
        ),
        (
            b'{"id": "a1", "title": "R", "published_at": "3000-01-01T00:00:00Z"}',
            "between the years",
        ),
    ],
)
def test_a_rejection_names_the_field_the_rule_and_the_place(
    tmp_path: Path, line: bytes, words: str
) -> None:
    rejected = rejection(tmp_path, line)
    assert words in rejected.reason
    assert rejected.place == "news.jsonl:1"
    assert rejected.record == line.decode("utf-8", "replace")


def test_the_lines_around_a_bad_one_are_read(tmp_path: Path) -> None:
    kinds = [type(one) for one in read(tmp_path, GOOD + b"\nnonsense\n" + GOOD)]
    assert kinds == [ArticleDocument, Rejection, ArticleDocument]


def test_a_line_of_one_mebibyte_is_read_and_one_byte_more_is_rejected(tmp_path: Path) -> None:
    fitting = GOOD + b" " * (LINE_MAX_BYTES - len(GOOD))
    first, second, third = read(tmp_path, b"\n".join([fitting, fitting + b" ", GOOD]))
    assert isinstance(first, ArticleDocument)
    assert isinstance(second, Rejection)
    assert "1048576 bytes" in second.reason
    assert len(second.record) == RECORD_MAX_CHARACTERS
    assert isinstance(third, ArticleDocument)


def test_a_rejected_record_can_be_read_again_once_the_schema_allows_it(tmp_path: Path) -> None:
    rejected = rejection(tmp_path, b'{"id": "a1"}')
    mended = json.loads(rejected.record) | {"title": "Rain"}
    again = read_json_line(json.dumps(mended).encode(), rejected.place)
    assert isinstance(again, ArticleDocument)


def test_a_missing_file_is_a_source_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="wanted a readable file"):
        list(read_json_lines(tmp_path / "none.jsonl"))


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=5,
)
RECORDS = st.dictionaries(st.sampled_from([*ArticleDocument.model_fields, "other"]), JSON)


@given(RECORDS.map(lambda record: json.dumps(record).encode()) | st.binary())
def test_any_line_is_a_document_or_a_rejection(line: bytes) -> None:
    outcome = read_json_line(line, "any:1")
    if isinstance(outcome, ArticleDocument):
        assert len(outcome.fingerprint()) == 32
    else:
        assert outcome.reason
