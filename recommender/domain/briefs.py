"""The brief: an article about one story, compiled from its sources, each sentence naming them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from recommender.domain.ids import ArticleId


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An article that a brief is written from.

    Parameters
    ----------
    publisher : str or None
        The article's own source: a newspaper, an agency.
    text : str
        Its summary and body, without what it claims of itself.
    published_at : float
        Seconds since the epoch.
    """

    article: ArticleId
    title: str
    text: str
    published_at: float
    publisher: str | None = None
    url: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A story as a writer is given it.

    Parameters
    ----------
    story : str
    sources : tuple of Source
        The oldest first, at least two.
    """

    story: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a brief, and the sources that it rests on."""

    text: str
    sources: tuple[ArticleId, ...]


class WriterKind(StrEnum):
    """How a brief was written."""

    EXTRACTIVE = "extractive"
    GENERATIVE = "generative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What wrote a brief.

    Parameters
    ----------
    system, version : str
        Of a generative writer the model's name as it was asked for, and as its server told it.
    prompt : str or None
        Digest of the prompt's fixed part; None where there is no prompt.
    """

    kind: WriterKind
    system: str
    version: str
    prompt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A brief as it was written, unchecked.

    Parameters
    ----------
    dateline : str
        The day that it is told on, in words of its language.
    paragraphs : tuple of tuple of Sentence
    """

    headline: Sentence
    dateline: str
    paragraphs: tuple[tuple[Sentence, ...], ...]
    language: str | None
    writing: Writing

    def sentences(self) -> Iterator[Sentence]:
        """Yield the headline, and then each sentence of the text."""
        yield self.headline
        for paragraph in self.paragraphs:
            yield from paragraph

    @property
    def cited(self) -> frozenset[ArticleId]:
        """The sources that any of its sentences rests on."""
        return frozenset(name for each in self.sentences() for name in each.sources)


class Rule(StrEnum):
    """What a brief is checked for before it is published."""

    SOURCES = "sources"
    NUMBERS = "numbers"
    DATES = "dates"
    NAMES = "names"
    QUOTATIONS = "quotations"
    SUPPORT = "support"
    COPYING = "copying"
    LENGTH = "length"
    LANGUAGE = "language"
    REPETITION = "repetition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """One thing that a check found wrong.

    Parameters
    ----------
    sentence : int or None
        Place of the sentence in :meth:`Draft.sentences`, the headline's being 0; None where it is
        of the brief as a whole.
    detail : str
        What is wrong, with the words that are, for whoever writes or reviews it.
    """

    rule: Rule
    sentence: int | None
    detail: str
