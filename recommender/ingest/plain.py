"""A text file in, one article document out.

A blank line parts paragraphs; where there is none, each line is a paragraph. The text is plain:
``<`` and ``&`` in it are characters.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from recommender.domain.ids import is_valid_id
from recommender.errors import InvalidInput, SourceError
from recommender.ingest.documents import (
    MARKUP_MAX,
    ArticleDocument,
    Rejection,
    parse_document,
)
from recommender.ingest.entries import first_words, text_as_markup
from recommender.ingest.lines import RECORD_MAX_CHARACTERS, shortened

TEXT_MAX_BYTES = 4 * MARKUP_MAX
"""Longest text file that is read, in bytes; UTF-8 needs at most four for a character."""

SENTENCE_MIN = 15
"""Characters of a first sentence that can be a title by itself; a shorter one takes the next."""

MEND = "mend the file and ingest it again"
"""Added to a reason where no record is kept that a retry could read."""

_BRACKET = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’»)]*\s+(?=[^\W_a-zß-ÿ]|[¿¡\"“«])")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFacts:
    """What is set on the article of every file."""

    category: str | None = None
    source: str | None = None
    language: str | None = None
    author: str | None = None


def read_text_file(
    path: Path, facts: TextFacts, telling: Callable[[str], str]
) -> ArticleDocument | Rejection:
    """Read a file in UTF-8 as one article.

    Its id is the file's name without the ending where that is a valid id, else ``t-`` and the first
    32 hexadecimal digits of the SHA-256 of that name. Its title is its first sentence. A
    rejection's record is the article's JSON document, or the file's text where a retry cannot help.

    Parameters
    ----------
    telling : callable
        Gives of a text the part that tells the article, for the title: no dateline and no labels.
        The body keeps them.

    Raises
    ------
    SourceError
        The file cannot be opened or read.
    """
    content = _content_of(path)
    try:
        fields = _fields_of(path.stem, _text_of(content), facts, telling)
    except InvalidInput as error:
        reason, record = f"{error}; {MEND}", shortened(content)
        return Rejection(place=path.name, reason=reason, record=record)
    try:
        return _document_of(fields)
    except InvalidInput as error:
        record = json.dumps(fields)
        reason = str(error) if len(record) <= RECORD_MAX_CHARACTERS else f"{error}; {MEND}"
        return Rejection(place=path.name, reason=reason, record=record[:RECORD_MAX_CHARACTERS])


def _fields_of(
    stem: str, text: str, facts: TextFacts, telling: Callable[[str], str]
) -> dict[str, str]:
    body = _paragraphs(text)
    fields = {
        "title": _first_sentence(telling(body)),
        "body": body,
        "category": facts.category,
        "source": facts.source,
        "language": facts.language,
        "author": facts.author,
    }
    given = {name: text_as_markup(value) for name, value in fields.items() if value}
    return {"id": _id_of(stem)} | given


def _document_of(fields: dict[str, str]) -> ArticleDocument:
    if "title" not in fields:
        wanted = "must hold at least one visible character besides dateline and labels"
        raise InvalidInput("text", wanted, "none")
    return parse_document(fields)


def _content_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(TEXT_MAX_BYTES + 1)
    except OSError as error:
        raise SourceError(
            f"{path}: wanted a readable file, got {error.strerror or error}; "
            "check the path and its permissions"
        ) from error


def _text_of(content: bytes) -> str:
    if len(content) > TEXT_MAX_BYTES:
        raise InvalidInput("text", f"must be at most {TEXT_MAX_BYTES} bytes long", "more")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput("text", "must be text in UTF-8", error.reason) from error


def _paragraphs(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return text if _BLANK_LINE.search(text) else text.replace("\n", "\n\n")


def _id_of(stem: str) -> str:
    if is_valid_id(stem):
        return stem
    return "t-" + hashlib.sha256(stem.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _first_sentence(text: str) -> str:
    paragraphs = [each.strip() for each in _BLANK_LINE.split(text)]
    # A credit or a label above the text is no title, unless there is nothing else.
    telling = (each for each in paragraphs if not _BRACKET.fullmatch(each))
    paragraph = next(telling, paragraphs[0])
    end = _SENTENCE_END.search(paragraph, SENTENCE_MIN)
    return first_words(paragraph[: end.start()] if end else paragraph)
