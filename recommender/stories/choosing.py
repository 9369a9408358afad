"""Which events are told in a brief, and from which of their articles.

An event's rank is::

    untold × (trending × ln(1 + value) + surge × ln(1 + s) + sources × ln n)

with the trending values of its articles summed (each reader's attention counts once), the highest
of their surges s (one article that rises now makes the event one that does), and n independent
sources. Logarithms, because the tenth source or the thousandth click says less than the second.
``untold`` is the share of what would be told from that was not used yet, in a brief or in vain: a
factor, so an event without anything new has no rank however much it is read.

Sources are independent where their publishers are: a publisher's second article confirms nothing,
nor does one of which nobody knows where it comes from.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from recommender.config import Config
from recommender.domain.brief_records import brief_id
from recommender.domain.ids import ArticleId
from recommender.stories.origins import host_of, read_name

INDEPENDENT_MIN = 2
"""Independent sources that an event needs: what one alone says is that one's article."""


class ChoosingConfig(Config):
    """Which events are told, and from what."""

    trending_weight: float = Field(
        default=1.0,
        ge=0.0,
        le=100.0,
        description="Weight of the logarithm of the summed trending value of an event's articles.",
    )
    surge_weight: float = Field(
        default=0.5,
        ge=0.0,
        le=100.0,
        description="Weight of the logarithm of the highest surge among an event's articles.",
    )
    sources_weight: float = Field(
        default=1.0,
        gt=0.0,
        le=100.0,
        description="Weight of the logarithm of the number of an event's independent sources.",
    )
    max_sources: int = Field(
        default=8,
        ge=2,
        le=50,
        description="Articles that a brief is written from, at most: the newest of each publisher "
        "before a second one of any.",
    )
    copy_cosine: float = Field(
        default=0.92,
        gt=0.0,
        le=1.0,
        description="Cosine of two articles' vectors from which the later one is a copy, and so no "
        "source of its own.",
    )
    ai_sources: bool = Field(
        default=False,
        description="Whether articles that are generated with AI, by their provenance or their own "
        "claim, may be sources.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryArticle:
    """An article of a story, as far as choosing looks at it.

    Parameters
    ----------
    version : str
        Names its content: an article that changed is a new source.
    published_at : float
        Seconds since the epoch.
    url : str or None
        Needed only where no publisher is named.
    generated_with_ai : bool or None
        None is unknown.
    value : float
        Its trending value now.
    surge : float
        1 is steady; 0 where it was never read.
    is_copy : bool
        It says what an older article of the story says, as an agency's text under another name.
    """

    id: ArticleId
    version: str
    published_at: float
    publisher: str | None = None
    url: str | None = None
    generated_with_ai: bool | None = None
    value: float = 0.0
    surge: float = 0.0
    is_copy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStory:
    """A story of live articles.

    Parameters
    ----------
    articles : tuple of StoryArticle
        The newest first. The story's own brief may be among them; it never is a source.
    told : mapping of ArticleId to str
        The articles that need not be told again, with the versions that they were told in.
    revision : int
        Number of its brief's newest revision; 0 where there is none.
    """

    story: str
    articles: tuple[StoryArticle, ...]
    told: Mapping[ArticleId, str]
    revision: int = 0


class PassedOver(StrEnum):
    """Why a story is not told."""

    TOO_FEW_SOURCES = "too_few_sources"
    ONLY_AI = "only_generated_with_ai"
    NOTHING_NEW = "nothing_new"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedStory:
    """A story, how interesting it is, and what a brief of it would be written from.

    Parameters
    ----------
    articles : tuple of StoryArticle
        Those of the story, in their order, without its own brief.
    usable : tuple of StoryArticle
        Those of them that may be sources.
    sources : tuple of StoryArticle
        Those of them that it is told from, the oldest first.
    told : frozenset of ArticleId
        Articles that need not be told again, as they are now.
    independent : int
        Independent sources among ``usable``.
    interest : float
        Its rank if nothing of it were told yet.
    untold : float
        Share of ``sources`` that was not used yet, 0 to 1; 0 where there are none. What was tried
        in vain counts as used.
    revision : int
        Number of its brief's newest revision so far; 0 where there is none.
    passed_over : PassedOver or None
        Why it is not told now; None where it is.
    """

    story: str
    articles: tuple[StoryArticle, ...]
    usable: tuple[StoryArticle, ...]
    sources: tuple[StoryArticle, ...]
    told: frozenset[ArticleId]
    independent: int
    interest: float
    untold: float
    revision: int
    passed_over: PassedOver | None

    @property
    def rank(self) -> float:
        """What stories are told by, the highest first."""
        return self.untold * self.interest


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is told, the highest rank first, and how many stories are not, by reason."""

    chosen: tuple[JudgedStory, ...]
    passed_over: Mapping[PassedOver, int]


def choose(stories: Iterable[LiveStory], config: ChoosingConfig) -> Choice:
    """Rank the stories that can be told."""
    judged = [judge(each, config) for each in stories]
    chosen = [each for each in judged if each.passed_over is None]
    return Choice(
        chosen=tuple(sorted(chosen, key=lambda each: (-each.rank, each.story))),
        passed_over=Counter(each.passed_over for each in judged if each.passed_over is not None),
    )


def judge(story: LiveStory, config: ChoosingConfig) -> JudgedStory:
    """Return what there is to tell of a story, and whether it is told now."""
    articles = tuple(each for each in story.articles if each.id != brief_id(story.story))
    usable = tuple(each for each in articles if _is_usable(each, config))
    sources = _sources(usable, config.max_sources)
    told = frozenset(each.id for each in articles if story.told.get(each.id) == each.version)
    untold = sum(each.id not in told for each in sources) / max(1, len(sources))
    independent = len({origin(each) for each in usable} - {None})
    return JudgedStory(
        story=story.story,
        articles=articles,
        usable=usable,
        sources=sources,
        told=told,
        independent=independent,
        interest=_interest(usable, independent, config),
        untold=untold,
        revision=story.revision,
        passed_over=_passed_over(articles, usable, independent, untold),
    )


def _is_usable(article: StoryArticle, config: ChoosingConfig) -> bool:
    return not article.is_copy and (config.ai_sources or not article.generated_with_ai)


def _passed_over(
    articles: Sequence[StoryArticle],
    usable: Sequence[StoryArticle],
    independent: int,
    untold: float,
) -> PassedOver | None:
    if articles and not usable:
        return PassedOver.ONLY_AI
    if independent < INDEPENDENT_MIN:
        return PassedOver.TOO_FEW_SOURCES
    return None if untold else PassedOver.NOTHING_NEW


def origin(article: StoryArticle) -> tuple[str, str] | None:
    """Return where an article comes from: its publisher, else its host; None where nobody knows.

    Examples
    --------
    >>> one = StoryArticle(id=ArticleId("a"), version="1", published_at=0, publisher="The Mail")
    >>> origin(one)
    ('publisher', 'themail')
    """
    if name := read_name(article.publisher or ""):
        return "publisher", name
    host = host_of(article.url)
    return ("host", host) if host else None


def _sources(usable: Sequence[StoryArticle], most: int) -> tuple[StoryArticle, ...]:
    newest = sorted(usable, key=lambda each: (-each.published_at, each.id))
    turns = Counter[tuple[str, str] | None]({None: 1})  # no source of its own, so after all others
    in_turn: list[tuple[int, StoryArticle]] = []
    for each in newest:
        in_turn.append((turns[origin(each)], each))
        turns[origin(each)] += 1
    kept = [each for _, each in sorted(in_turn, key=lambda pair: pair[0])[:most]]
    return tuple(sorted(kept, key=lambda each: (each.published_at, each.id)))


def _interest(articles: Sequence[StoryArticle], independent: int, config: ChoosingConfig) -> float:
    return (
        config.trending_weight * math.log1p(sum(each.value for each in articles))
        + config.surge_weight * math.log1p(max((each.surge for each in articles), default=0.0))
        + config.sources_weight * math.log(max(1, independent))
    )
