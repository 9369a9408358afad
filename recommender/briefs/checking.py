"""Checks a draft of a brief against its sources, before it is published.

Each rule has its room: what a sentence states in :mod:`.fact_rules`, how well it is borne out in
:mod:`.support`, how the brief is written in :mod:`.text_rules`. What is not checked: whether a
number that a source tells as it is was made an "almost" or a "more than".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain, islice
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recommender.briefs.config import CheckConfig
from recommender.briefs.fact_rules import Asked, fact_problems, read_sentence
from recommender.briefs.facts.dates import dates
from recommender.briefs.facts.names import Lexicon
from recommender.briefs.facts.typography import plain, words
from recommender.briefs.support import coverage, likeness, weakest
from recommender.briefs.text_rules import copied, foreign, repeated, runs_of
from recommender.briefs.told import LONGEST, Told, lexicon_of, read_source
from recommender.briefs.writer import Embed
from recommender.domain.briefs import Draft, Event, Objection, Rule, Sentence
from recommender.domain.ids import ArticleId

Problem = tuple[Rule, str]
"""The rule that is broken, and how."""

_OBJECTIONS_MOST = 60
_DETAIL_LONGEST = 400
"""Objections to the sentences of one draft, and characters of what each says: a writer is shown
them and a record keeps them."""

_SENTENCE_LONGEST = 2 * LONGEST
"""Characters; a quoted sentence of the longest fits in with who says it."""


def check(draft: Draft, event: Event, embed: Embed, config: CheckConfig) -> tuple[Objection, ...]:
    """Return what is wrong with a draft, in the order of its sentences; nothing where it may stand.

    What is of the brief as a whole comes last. Texts are embedded in one call. Of a brief that is
    too long the sentences are checked only up to the one that makes it so.

    Parameters
    ----------
    embed : callable
        Turns n texts into vectors of unit length, shape (n, d) float32.
    """
    desk = _Desk.laid(draft, event, embed, config)
    found = (
        _objection(number, problem)
        for number, sentence in enumerate(desk.sentences)
        for problem in desk.problems(number, sentence)
    )
    whole = chain(_lengths(draft, config), _dateline(draft, event, config), _language(draft, event))
    return (
        *islice(found, _OBJECTIONS_MOST),
        *(_objection(None, problem) for problem in whole),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What is looked up for each sentence, read once.

    Parameters
    ----------
    sentences : list of Sentence
        Those of the draft that are checked.
    texts : list of str
        They in one spelling, cut where they are too long to be checked any further.
    spelt : list of list of str
        The words of each in alphabetical order.
    vectors : (n, d) float32
        Theirs.
    meanings : mapping
        From a source to the vectors of its sentences, (m, d) float32.
    runs : frozenset of tuple of str
        Runs of the sources' words that are too long to be taken over.
    told_on : datetime.date or None
        The day of the draft's dateline.
    """

    config: CheckConfig
    lexicon: Lexicon
    told: Mapping[ArticleId, Told]
    sentences: list[Sentence]
    texts: list[str]
    spelt: list[list[str]]
    vectors: NDArray[np.float32]
    meanings: Mapping[ArticleId, NDArray[np.float32]]
    runs: frozenset[tuple[str, ...]]
    told_on: date | None

    @classmethod
    def laid(cls, draft: Draft, event: Event, embed: Embed, config: CheckConfig) -> Self:
        """Read the sources and embed all sentences in one call."""
        lexicon = lexicon_of(event.sources)
        told = {source.article: read_source(source, lexicon) for source in event.sources}
        sentences = _checked(draft, config.words_max)
        texts = [plain(sentence.text)[: _SENTENCE_LONGEST + 1] for sentence in sentences]
        theirs = [sentence.text for source in told.values() for sentence in source.sentences]
        vectors = embed([*texts, *theirs])
        ends = np.cumsum([len(texts), *(len(source.sentences) for source in told.values())])
        return cls(
            config=config,
            lexicon=lexicon,
            told=told,
            sentences=sentences,
            texts=texts,
            spelt=[sorted(words(text)) for text in texts],
            vectors=vectors[: len(texts)],
            meanings=dict(zip(told, np.split(vectors, ends)[1:], strict=False)),
            runs=runs_of((one.words for one in told.values()), config.copied_words_max + 1),
            told_on=_day_told(draft, event),
        )

    def problems(self, number: int, sentence: Sentence) -> Iterator[Problem]:
        """Yield what is wrong with one sentence."""
        yield from self._citing(sentence)
        unfit = self._unfit(number)
        if unfit:
            yield Rule.LENGTH, unfit
            return
        cited = [self.told[article] for article in sentence.sources if article in self.told]
        if cited:
            asked = read_sentence(self.texts[number], cited, self.lexicon, self.told_on)
            yield from fact_problems(asked)
            yield from self._support(number, asked)
        run = copied(self.texts[number], self.runs, self.config.copied_words_max + 1)
        if run:
            yield Rule.COPYING, f"taken over from a source without quotation marks: “{run}”"
        yield from self._repeating(number)

    def _citing(self, sentence: Sentence) -> Iterator[Problem]:
        if not sentence.sources:
            yield Rule.SOURCES, "it cites no source"
        for article in sentence.sources:
            if article not in self.told:
                yield Rule.SOURCES, f"“{article}” is no source of this story"

    def _unfit(self, number: int) -> str:
        """Say why a sentence is too short or too long to be checked any further."""
        length = len(self.spelt[number])
        longest = self.config.words_max if number else self.config.headline_words_max
        if not length:
            return "it is empty"
        if len(self.texts[number]) > _SENTENCE_LONGEST:
            return f"it has more than {_SENTENCE_LONGEST} characters"
        return f"it has {length} words, more than {longest}" if length > longest else ""

    def _support(self, number: int, asked: Asked) -> Iterator[Problem]:
        meanings = np.concatenate([self.meanings[source.article] for source in asked.cited])
        told = [sentence for source in asked.cited for sentence in source.sentences]
        said = asked.readings[0].without(asked.is_of_publisher)
        meant = likeness(self.vectors[number], meanings)
        worded = coverage(said, told)
        support = (meant + worded) / 2
        if support < self.config.support_min:
            shares = f"meaning {meant:.2f}, words {worded:.2f}"
            yield Rule.SUPPORT, f"what it cites does not bear it out: {support:.2f} ({shares})"
            return
        made_up = weakest(said, told)
        if made_up:
            yield Rule.SUPPORT, f"what it cites does not bear out its “{made_up}”"

    def _repeating(self, number: int) -> Iterator[Problem]:
        cosines = self.vectors[:number] @ self.vectors[number]
        other = repeated(self.spelt, number, cosines, self.config.repeated_cosine)
        if other is not None:
            yield Rule.REPETITION, f"it repeats sentence {other}: {self.texts[other]}"


def _objection(number: int | None, problem: Problem) -> Objection:
    rule, why = problem
    is_long = len(why) > _DETAIL_LONGEST
    return Objection(
        rule=rule, sentence=number, detail=why[: _DETAIL_LONGEST - 1] + "…" if is_long else why
    )


def _checked(draft: Draft, words_max: int) -> list[Sentence]:
    """Return the headline and the sentences up to the one with which the text is too long.

    An empty sentence, to which there is an objection anyway, counts as a word.
    """
    kept = [draft.headline]
    length = 0
    for sentence in chain.from_iterable(draft.paragraphs):
        if length > words_max:
            break
        kept.append(sentence)
        length += max(1, len(words(plain(sentence.text))))
    return kept


def _lengths(draft: Draft, config: CheckConfig) -> Iterator[Problem]:
    """Yield what is wrong with the length of the whole."""
    paragraphs = len(draft.paragraphs)
    if not config.paragraphs_min <= paragraphs <= config.paragraphs_max:
        wanted = f"{config.paragraphs_min} to {config.paragraphs_max}"
        yield Rule.LENGTH, f"{paragraphs} paragraphs, wanted are {wanted}"
    if not all(draft.paragraphs):
        yield Rule.LENGTH, "a paragraph has no sentence"
    length = sum(
        len(words(plain(sentence.text))) for paragraph in draft.paragraphs for sentence in paragraph
    )
    if not config.words_min <= length <= config.words_max:
        yield Rule.LENGTH, f"{length} words, wanted are {config.words_min} to {config.words_max}"


def _dateline(draft: Draft, event: Event, config: CheckConfig) -> Iterator[Problem]:
    """Yield that the day of the dateline is none on which the story can be told."""
    days = [_day(source.published_at) for source in event.sources]
    told_on = _day_told(draft, event)
    if told_on and not min(days) <= told_on <= max(days) + timedelta(days=config.dateline_days):
        yield Rule.DATES, f"the dateline “{draft.dateline}” does not lie by the sources' days"


def _language(draft: Draft, event: Event) -> Iterator[Problem]:
    text = " ".join(sentence.text for sentence in draft.sentences())
    sources = [(source.language, f"{source.title} {source.text}") for source in event.sources]
    detail = foreign(text, draft.language, sources)
    if detail:
        yield Rule.LANGUAGE, detail


def _day_told(draft: Draft, event: Event) -> date | None:
    """Return the day that a dateline tells, None where none is read in it."""
    newest = _day(max(source.published_at for source in event.sources))
    found = dates(plain(draft.dateline), newest)
    narrowest = min(found, key=lambda one: one.periods[0][1] - one.periods[0][0], default=None)
    return narrowest.periods[0][0] if narrowest else None


def _day(seconds: float) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()
