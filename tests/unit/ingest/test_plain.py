"""Plain text files, one article each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from recommender.errors import SourceError
from recommender.ingest.documents import BODY_MAX, ArticleDocument, Rejection
from recommender.ingest.jsonl import is_json_object, read_json_line
from recommender.ingest.plain import MEND, TEXT_MAX_BYTES, TextFacts, read_text_file


def read(
    folder: Path, content: str | bytes, name: str = "rain.txt", **facts: str
) -> ArticleDocument | Rejection:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_text_file(file, TextFacts(**facts), lambda text: text.removeprefix("2 May 2025."))


def document(folder: Path, content: str | bytes, **facts: str) -> ArticleDocument:
    read_one = read(folder, content, **facts)
    assert isinstance(read_one, ArticleDocument)
    return read_one


def test_the_file_names_the_article_and_the_first_sentence_titles_it(tmp_path: Path) -> None:
    text = "2 May 2025. Rain fell on Oslo & Bergen <again>. It was wet.\nPeople stayed in.\n"
    rain = document(tmp_path, text, category="Weather", source="A & B", language="en", author="Jo")
    assert (rain.id, rain.title) == ("rain", "Rain fell on Oslo & Bergen <again>.")
    assert rain.body == (
        "2 May 2025. Rain fell on Oslo & Bergen <again>. It was wet.\n\nPeople stayed in."
    )
    assert (rain.category, rain.source, rain.language, rain.author) == (
        "weather",
        "A & B",
        "en",
        "Jo",
    )


def test_a_blank_line_parts_paragraphs_where_there_is_one(tmp_path: Path) -> None:
    wrapped = document(tmp_path, "Rain fell\r\non Oslo.\r\n \r\nIt was\r\nwet.")
    assert wrapped.body == "Rain fell on Oslo.\n\nIt was wet."


def test_a_short_sentence_is_a_title_together_with_the_next(tmp_path: Path) -> None:
    assert (
        document(tmp_path, "Rain. It fell on Oslo. It was wet.").title == "Rain. It fell on Oslo."
    )


def test_a_long_sentence_is_cut_between_words(tmp_path: Path) -> None:
    title = document(tmp_path, "rain and " * 40 + "sun.").title
    assert title.endswith("…")
    assert 80 <= len(title) <= 121


def test_a_name_that_is_no_id_is_hashed_and_stays_the_same(tmp_path: Path) -> None:
    spaced = [read(tmp_path, text, "two words.txt") for text in ("Rain.", "Sun.")]
    ids = {each.id for each in spaced if isinstance(each, ArticleDocument)}
    assert len(ids) == 1
    assert ids.pop().startswith("t-")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "text: must hold at least one visible character"),
        ("2 May 2025. ", "text: must hold at least one visible character"),
        (" \n\t\n", "text: must hold at least one visible character"),
        (b"\xff\xfe\x00", "text: must be text in UTF-8"),
        (b"a" * (TEXT_MAX_BYTES + 1), "text: must be at most"),
        ("a b " * BODY_MAX, "body: "),
        ("\u200b", "title: "),
    ],
)
def test_a_bad_file_is_rejected_with_its_reason(
    tmp_path: Path, content: str | bytes, reason: str
) -> None:
    rejection = read(tmp_path, content)
    assert isinstance(rejection, Rejection)
    assert rejection.place == "rain.txt"
    assert rejection.reason.startswith(reason)


@pytest.mark.parametrize("above", ["[Photo: AP]", "[Experimental]", "(Page 3)\n\n[Photo: AP]"])
def test_a_bracket_above_the_text_is_no_title(tmp_path: Path, above: str) -> None:
    assert document(tmp_path, f"{above}\n\nRain fell on Oslo.").title == "Rain fell on Oslo."


@pytest.mark.parametrize("content", ["", "Rain fell.", "2 May 2025. "])
def test_what_could_be_decoded_is_kept_as_its_document(tmp_path: Path, content: str) -> None:
    rejection = read(tmp_path, content, language="not a language")
    assert isinstance(rejection, Rejection)
    assert MEND not in rejection.reason
    kept = json.loads(rejection.record)
    assert (kept["id"], kept["language"]) == ("rain", "not a language")
    assert kept.get("body", "") == content.strip()


@pytest.mark.parametrize("content", [b"\xff", b"a" * (TEXT_MAX_BYTES + 1), b"a b " * BODY_MAX])
def test_what_no_retry_can_read_is_to_be_mended(tmp_path: Path, content: bytes) -> None:
    rejection = read(tmp_path, content)
    assert isinstance(rejection, Rejection)
    assert rejection.reason.endswith(MEND)
    assert not is_json_object(rejection.record)


def test_a_rejected_record_can_be_read_again(tmp_path: Path) -> None:
    rejection = read(tmp_path, "Rain fell.", language="not a language")
    assert isinstance(rejection, Rejection)
    assert rejection.reason.startswith("language: ")
    corrected = rejection.record.replace("not a language", "en").encode()
    assert isinstance(read_json_line(corrected, "again"), ArticleDocument)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.txt"):
        read_text_file(tmp_path / "nowhere.txt", TextFacts(), str)
