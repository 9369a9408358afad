"""A brief's sources, read once for all rules."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from recommender.briefs.facts.names import Lexicon
from recommender.briefs.facts.publishers import Publisher
from recommender.briefs.facts.reading import Reading, read
from recommender.briefs.facts.typography import plain, words
from recommender.briefs.sentences import sentences_of
from recommender.domain.briefs import Source
from recommender.domain.ids import ArticleId

LONGEST = 1_200
"""Characters of a sentence of a source; work on one grows with the square of its facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One source as it was read.

    Parameters
    ----------
    day : datetime.date
        When it was published, in UTC.
    sentences : tuple of Reading
        The title first.
    words : tuple of str
        All its words in order, without case.
    beginnings : frozenset of str
        Words, without case, that stand with a capital only where something begins, so that nobody
        can tell whether they are names.
    publisher : Publisher or None
    """

    article: ArticleId
    day: date
    sentences: tuple[Reading, ...]
    words: tuple[str, ...]
    beginnings: frozenset[str]
    publisher: Publisher | None


def lexicon_of(sources: Iterable[Source]) -> Lexicon:
    """Return how the sources write their words."""
    return Lexicon.of(plain(sentence) for source in sources for sentence in _sentences(source))


def read_source(source: Source, lexicon: Lexicon) -> Told:
    """Read the title and the text of a source."""
    day = datetime.fromtimestamp(source.published_at, UTC).date()
    sentences = [plain(sentence) for sentence in _sentences(source)]
    told = tuple(words(sentence) for sentence in sentences)
    return Told(
        article=source.article,
        day=day,
        sentences=tuple(read(sentence, lexicon, day) for sentence in sentences),
        words=tuple(word for sentence in told for word in sentence),
        beginnings=frozenset(
            word
            for sentence in sentences
            for run in sentence.split()
            if run.lower() != run
            for word in words(run)
            if not lexicon.is_name(word)
        ),
        publisher=Publisher.of(source.publisher) if source.publisher else None,
    )


def _sentences(source: Source) -> list[str]:
    """Return the title and the sentences of the text, those without an end in pieces."""
    return [
        piece
        for sentence in (source.title, *sentences_of(source.text))
        for piece in textwrap.wrap(sentence, LONGEST, break_on_hyphens=False)
    ]
