"""Reading what a generative writer answered: checked, never repaired.

Keys that were not asked for are passed over; everything that was must be there as it was asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from pydantic import BaseModel, Field, ValidationError

from recommender.briefs.prompt import printable
from recommender.domain.briefs import Sentence
from recommender.domain.ids import ArticleId
from recommender.errors import WriterFailed, shown

MODEL_CHARACTERS = 120
"""How much of the model's name is kept, as the server tells it."""

PARAGRAPHS_MAX, SENTENCES_MAX = 12, 20
"""Paragraphs of an answer, and sentences of each: far more than a brief has."""

_FENCE = "```"

_Model = TypeVar("_Model", bound=BaseModel)


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    model: str | None = None
    choices: Annotated[list[_Choice], Field(min_length=1)]


class _Sentence(BaseModel):
    text: Annotated[str, Field(max_length=2_000)]
    sources: Annotated[list[int], Field(max_length=200)]


class _Brief(BaseModel):
    headline: _Sentence
    paragraphs: Annotated[
        list[Annotated[list[_Sentence], Field(min_length=1, max_length=SENTENCES_MAX)]],
        Field(min_length=1, max_length=PARAGRAPHS_MAX),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A text as a server answered it.

    Parameters
    ----------
    content : str
        Not empty.
    model : str or None
        The model's name as the server tells it; None where it does not.
    """

    content: str
    model: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenText:
    """A brief as it was answered."""

    headline: Sentence
    paragraphs: tuple[tuple[Sentence, ...], ...]


def answer_of(body: bytes) -> Answer:
    """Return the text in the body of a chat completion.

    Raises
    ------
    WriterFailed
        It is no chat completion, or one that was refused, cut off or left empty.
    """
    completion = _read(_Completion, body, "a chat completion")
    choice = completion.choices[0]
    if choice.message.refusal:
        raise WriterFailed(f"wanted a brief, got a refusal: {shown(choice.message.refusal)}")
    if choice.finish_reason == "content_filter":
        raise WriterFailed("wanted a brief, got a text that the server's own filter withheld")
    if choice.finish_reason == "length":
        raise WriterFailed(
            "wanted a whole brief, got one cut off at the limit of tokens; raise answer_tokens"
        )
    content = choice.message.content or ""
    if not content.strip():
        raise WriterFailed("wanted a brief, got an empty answer")
    return Answer(
        content=content, model=printable(completion.model or "")[:MODEL_CHARACTERS] or None
    )


def written_text(content: str, sources: Sequence[ArticleId]) -> WrittenText:
    """Return the brief in ``content``: JSON as the system text asks for, or that in a code fence.

    Parameters
    ----------
    sources : sequence of ArticleId
        Source number 1 first.

    Raises
    ------
    WriterFailed
        It is no such JSON, a sentence has no words, or it names a source that was not sent.
    """
    brief = _read(_Brief, _unfenced(content), "the JSON that was asked for")
    headline = _sentence(0, brief.headline, sources)
    paragraphs = []
    place = 1
    for told in brief.paragraphs:
        paragraph = tuple(_sentence(n, each, sources) for n, each in enumerate(told, start=place))
        paragraphs.append(paragraph)
        place += len(paragraph)
    return WrittenText(headline=headline, paragraphs=tuple(paragraphs))


def _unfenced(content: str) -> str:
    text = content.strip()
    opening, _, inside = text.partition("\n")
    if opening.strip().lower() in {_FENCE, _FENCE + "json"} and text.endswith(_FENCE):
        return inside.removesuffix(_FENCE)
    return text


def _sentence(place: int, told: _Sentence, sources: Sequence[ArticleId]) -> Sentence:
    text = printable(told.text).replace("\n\n", " ")
    if not any(character.isalnum() for character in text):
        raise WriterFailed(f"sentence {place}: wanted words, got {shown(told.text)}")
    for number in told.sources:
        if not 1 <= number <= len(sources):
            raise WriterFailed(
                f"sentence {place}: wanted numbers of sources from 1 to {len(sources)}, "
                f"got {shown(number)}"
            )
    named = dict.fromkeys(sources[number - 1] for number in told.sources)
    return Sentence(text=text, sources=tuple(named))


def _read(kind: type[_Model], document: str | bytes, wanted: str) -> _Model:
    try:
        return kind.model_validate_json(document, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        got = first["input"]
        came = shown(got.decode(errors="replace") if isinstance(got, bytes) else got)
        raise WriterFailed(
            f"wanted {wanted}, got {came}{' at ' + where if where else ''} ({first['msg']})"
        ) from None  # the error would carry the whole answer along
