"""A brief compiled of sentences of its sources, quoted and attributed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from recommender.briefs.agreement import tellers
from recommender.briefs.arranging import Passage, paragraphs, passages_in_order
from recommender.briefs.config import ExtractiveConfig
from recommender.briefs.datelines import dateline_of
from recommender.briefs.days import day_of
from recommender.briefs.facts.typography import plain
from recommender.briefs.facts.typography import words as words_of
from recommender.briefs.languages import language_of
from recommender.briefs.material import Told, can_be_quoted, holds_on, read, told_on
from recommender.briefs.selection import Choice, Limits
from recommender.briefs.wording import (
    Wording,
    attributed,
    can_be_named,
    named_by_title,
    quoted_title,
    wording_of,
)
from recommender.briefs.writer import Embed
from recommender.domain.briefs import Draft, Event, Objection, Sentence, Source, WriterKind, Writing
from recommender.errors import WriterFailed

OPENING = 2
"""Sentences of a source that say what it is about: as a rule a summary, and a text's first one."""

VERSION = "2"
"""Changes with the method."""

# "…?", "Why the family sold", "Review: …".
_ANNOUNCES = re.compile(
    r"\?[\"”’»]?$|^(?:why|how|what|inside|warum|wie|was|pourquoi|comment|por qué|cómo|qué)\b"
    r"|^(?:review|opinion|analysis|comment|explained|live|video|watch|listen|gallery|podcast|quiz"
    r"|kommentar|analyse|avis|opinión|análisis)\b ?[:|–—-]",
    re.IGNORECASE,
)


class ExtractiveWriter:
    """Compiles briefs of what the sources themselves say; a :class:`BriefWriter`.

    Parameters
    ----------
    embed : Embed
        Called once for each event.
    config : ExtractiveConfig
    """

    def __init__(self, embed: Embed, config: ExtractiveConfig) -> None:
        self._embed = embed
        self._config = config

    def write(self, event: Event, objections: Sequence[Objection] = ()) -> Draft:  # noqa: ARG002
        """Return a brief; the same for the same event, whatever was objected to it.

        Raises
        ------
        WriterFailed
            The sources in the event's language give too little that can be quoted.
        """
        language, sources = _in_one_language(event.sources)
        told = read(sources, self._config.read_sentences)
        if not told:
            raise WriterFailed("wanted sources with sentences to quote, got none")
        day = told_on(told)
        # The oldest source comes first, so those that are left keep their numbers.
        told = [one for one in told if one.published_on <= day]
        sources = [source for source in sources if day_of(source.published_at) <= day]
        titles = [source.title for source in sources]
        vectors = self._embed([*titles, *(one.text for one in told)])
        texts = vectors[len(titles) :]
        likeness, headed = texts @ texts.T, vectors[: len(titles)] @ texts.T
        chief = _chief(titles, headed, likeness, told)
        page = _Page(
            sources=sources,
            told=told,
            likeness=likeness,
            chief=chief,
            headed=headed[chief],
            tellers=dict(zip(told, tellers(told, likeness, self._config.same_above), strict=True)),
            wording=wording_of(language),
            config=self._config,
        )
        headline = page.headline()
        return Draft(
            headline=headline,
            dateline=dateline_of(sources[-1].published_at, language),
            paragraphs=page.paragraphs(headline, day),
            language=language,
            writing=Writing(
                kind=WriterKind.EXTRACTIVE, system="newsfeed extractive", version=VERSION
            ),
        )


def _chief(
    titles: Sequence[str],
    title_likeness: NDArray[np.float32],
    likeness: NDArray[np.float32],
    told: Sequence[Told],
) -> int:
    """Return the source whose title and opening are told most by the others.

    A title that asks, or announces what its article is instead of what happened, is taken only
    where all do.

    Parameters
    ----------
    title_likeness : ndarray, shape (sources, n)
        Cosines of the titles with the sentences.
    """
    of = np.array([one.source for one in told])
    places = np.array([one.place for one in told])

    def told_by_others(number: int) -> float:
        opening = likeness[(of == number) & (places < OPENING)]
        heard = title_likeness[number] + (opening.mean(axis=0) if len(opening) else 0.0)
        return float(np.mean([heard[of == each].max() for each in {*of} - {number}] or [0.0]))

    return max(
        range(len(titles)),
        key=lambda number: (not _ANNOUNCES.search(titles[number]), told_by_others(number)),
    )


def _in_one_language(sources: Sequence[Source]) -> tuple[str | None, list[Source]]:
    """Return the language of most sources, and those of it or of one that nothing tells."""
    named = [_primary(source) for source in sources]
    counts = Counter(language for language in named if language)
    language = counts.most_common(1)[0][0] if counts else None
    kept = [source for source, own in zip(sources, named, strict=True) if own in {language, None}]
    return language, kept


def _primary(source: Source) -> str | None:
    """Return the language that a source names, else the one that its words are of."""
    if source.language:
        return source.language.partition("-")[0].casefold()
    return language_of(f"{source.title}\n{source.text}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """One brief in the making.

    Parameters
    ----------
    likeness : ndarray, shape (n, n)
        Cosines of the n sentences told.
    chief : int
        Which of the sources says most of what the others say.
    headed : ndarray, shape (n,)
        Cosines of its title with the sentences.
    tellers : mapping of Told to frozenset of int
        By sentence, the other sources that tell it too.
    """

    sources: Sequence[Source]
    told: Sequence[Told]
    likeness: NDArray[np.float32]
    chief: int
    headed: NDArray[np.float32]
    tellers: Mapping[Told, frozenset[int]]
    wording: Wording | None
    config: ExtractiveConfig

    def headline(self) -> Sentence:
        """Return the title of the chief source, in quotation marks where it is long."""
        title = self.sources[self.chief].title
        if len(words_of(plain(title))) > self.config.unquoted_words:  # as the checker counts
            title = f"{self._name(self.chief)}: {quoted_title(title, self.wording)}"
        return Sentence(text=title, sources=(self.sources[self.chief].article,))

    def paragraphs(self, headline: Sentence, day: date) -> tuple[tuple[Sentence, ...], ...]:
        """Return the text beneath a headline, as it is told on a day.

        Raises
        ------
        WriterFailed
            There is too little for one.
        """
        above = len(headline.text.split())
        chosen = [self.told[row] for row in self._chosen(self.config.max_words - above, day)]
        parts = paragraphs(passages_in_order(chosen))
        text = tuple(tuple(self._sentences(part)) for part in parts)
        words = above + sum(len(each.text.split()) for part in text for each in part)
        if words < self.config.min_words:
            raise WriterFailed(
                f"wanted at least {self.config.min_words} words, but what the sources give that "
                f"can be quoted and is new makes {words}"
            )
        return text

    def _chosen(self, words: int, day: date) -> list[int]:
        """Return the rows of the sentences to quote; long ones only where the others do not do."""
        whole = np.array([can_be_quoted(one) and holds_on(one, day) for one in self.told])
        short = np.array([one.words <= self.config.max_sentence_words for one in self.told])
        limits = Limits(
            words=words,
            sentences=self.config.max_sentences,
            source_share=self.config.max_source_share,
            novelty=self.config.novelty,
            same_above=self.config.same_above,
        )
        costs = np.array([len(self._sentence([one]).text.split()) for one in self.told])
        for usable in (whole & short, whole):
            choice = Choice(self.told, self.likeness, usable, costs, limits)
            choice.begin(
                [row for row, one in enumerate(self.told) if self._opens(one)], self.headed
            )
            choice.fill()
            if len({self.told[row].source for row in choice.rows}) > 1:
                return choice.rows
        raise WriterFailed(
            "wanted sentences of two sources that can be quoted and tell different things, got "
            f"{len(choice.rows)} of {int(whole.sum())} that are whole and name no day that reads "
            "as another one"
        )

    def _sentences(self, part: Sequence[Passage]) -> Iterator[Sentence]:
        for _, stretch in groupby(part, key=lambda passage: self._name(passage[0].source)):
            for turn, passage in enumerate(stretch):
                yield self._sentence(passage, turn)

    def _sentence(self, passage: Sequence[Told], turn: int = 0) -> Sentence:
        """Return a passage as it is quoted, with every source that tells it."""
        own = passage[0].source
        telling = sorted(frozenset.intersection(*(self.tellers[one] for one in passage)))
        name = self._name(own)
        others = dict.fromkeys(map(self._name, telling))
        text = attributed(
            " ".join(one.text for one in passage),
            name,
            others=[each for each in others if each != name],
            turn=turn,
            wording=self.wording,
        )
        cited = (own, *telling)
        return Sentence(text=text, sources=tuple(self.sources[each].article for each in cited))

    def _opens(self, one: Told) -> bool:
        return one.source == self.chief and one.place < OPENING

    def _name(self, number: int) -> str:
        source = self.sources[number]
        if source.publisher and can_be_named(source.publisher):
            return source.publisher
        return named_by_title(source.title, self.wording)
