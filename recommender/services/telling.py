"""Use case: what there is to tell: the live stories, and which of them get a brief."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import orjson
from numpy.typing import NDArray

from recommender.candidates.rules import RuleCompiler
from recommender.catalogue.view import UNKNOWN, CatalogueView, Rows
from recommender.clock import Clock
from recommender.domain.brief_records import Brief, brief_id
from recommender.domain.ids import ArticleId
from recommender.errors import UnknownStory
from recommender.services.follower import CatalogueFollower
from recommender.store.briefs import BriefStore
from recommender.store.trending import TrendingStore
from recommender.stories.choosing import (
    Choice,
    ChoosingConfig,
    JudgedStory,
    LiveStory,
    StoryArticle,
    choose,
    judge,
)
from recommender.trending.decay import surge, value
from recommender.trending.ladder import TrendingConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStory:
    """A live story as it is shown.

    Parameters
    ----------
    judged : JudgedStory
        At least one article.
    cards : tuple of bytes
        The public JSON of its articles, in their order, the newest first.
    brief : Brief or None
        Its own, where one was written or refused.
    """

    judged: JudgedStory
    cards: tuple[bytes, ...]
    brief: Brief | None


class StoryTeller:
    """Reads the live stories of one site with what is counted and told of them.

    Articles that have expired, or that the site's rules hold out, are not part of any story here,
    and no more are briefs.
    """

    def __init__(
        self,
        *,
        follower: CatalogueFollower,
        trending: TrendingStore,
        briefs: BriefStore,
        ladder: TrendingConfig,
        config: ChoosingConfig,
        clock: Clock,
    ) -> None:
        self._follower = follower
        self._trending = trending
        self._briefs = briefs
        self._ladder = ladder
        self._config = config
        self._clock = clock
        self._rules = RuleCompiler()

    def generated_with_ai(self) -> list[ArticleId]:
        """Return the live articles that are no sources for being generated with AI."""
        if self._config.ai_sources:
            return []
        view = self._follower.catalogue.view
        rows = np.flatnonzero((view.with_ai == 1) & view.alive & ~view.is_brief)
        return [view.ids[row] for row in rows.tolist()]

    def choose(self) -> Choice:
        """Return which events are to be told now."""
        view, rows = self._look()
        return choose(self._stories(view, rows, _told_by_several(view, rows)), self._config)

    def top(self, limit: int) -> list[ToldStory]:
        """Return up to ``limit`` stories that several articles tell, the most interesting first."""
        view, rows = self._look()
        # What is told of a story changes nothing of its interest: it is read of few, not of all.
        untold = self._untold(view, rows, _told_by_several(view, rows))
        judged = [judge(each, self._config) for each in untold]
        judged.sort(key=lambda each: (-each.interest, -each.articles[0].published_at, each.story))
        return self._shown(view, rows, [each.story for each in judged[:limit]])

    def story(self, name: str) -> ToldStory:
        """Return one story.

        Raises
        ------
        UnknownStory
            No article that may be shown tells it.
        """
        view, rows = self._look()
        (story,) = self._shown(view, rows, [name])
        if not story.cards:
            raise UnknownStory(name)
        return story

    def still(self, event: JudgedStory) -> bool:
        """Tell whether ``event`` would be told from the same sources now."""
        choice = choose(self._stories(*self._look(), [event.story]), self._config)
        return [_content(each) for each in choice.chosen] == [_content(event)]

    def _look(self) -> tuple[CatalogueView, Rows]:
        """Return the catalogue as it is now, and the rows of it that may tell a story."""
        view, now = self._follower.catalogue.view, self._clock.now()
        eligible = view.eligible(now) & ~view.is_brief
        eligible[self._rules.compiled(self._follower.rules, view, now).held_out] = False
        return view, np.flatnonzero(eligible)

    def _shown(self, view: CatalogueView, rows: Rows, names: Sequence[str]) -> list[ToldStory]:
        stories = self._stories(view, rows, names)
        briefs = self._briefs.several([brief_id(each) for each in names])
        rows = rows[view.story.among(names)[rows]]
        card_of = {view.ids[row]: view.cards[row] for row in rows.tolist()}
        return [
            ToldStory(
                judged=judge(each, self._config),
                cards=tuple(card_of[article.id] for article in each.articles),
                brief=brief,
            )
            for each, brief in zip(stories, briefs, strict=True)
        ]

    def _stories(self, view: CatalogueView, rows: Rows, names: Sequence[str]) -> list[LiveStory]:
        """Return stories, in the order of ``names``, with what is told of them."""
        stories = self._untold(view, rows, names)
        articles = [article.id for each in stories for article in each.articles]
        versions = iter(self._briefs.versions(articles))
        standings = self._briefs.standings([brief_id(each.story) for each in stories])
        return [
            LiveStory(
                story=each.story,
                articles=tuple(
                    replace(article, version=next(versions) or "") for article in each.articles
                ),
                told=standing.told,
                revision=standing.newest,
            )
            for each, standing in zip(stories, standings, strict=True)
        ]

    def _untold(self, view: CatalogueView, rows: Rows, names: Sequence[str]) -> list[LiveStory]:
        """Return stories, in the order of ``names``, as if nothing were told of them."""
        rows = rows[view.story.among(names)[rows]]
        rows = rows[np.argsort(view.published[rows], kind="stable")]
        members: dict[str, list[StoryArticle]] = {name: [] for name in names}
        for row, article in zip(rows.tolist(), self._articles(view, rows), strict=True):
            members[view.story.names[view.story.codes[row]]].append(article)
        return [
            LiveStory(
                story=name,
                articles=tuple(sorted(each, key=lambda one: (-one.published_at, one.id))),
                told={},
            )
            for name, each in members.items()
        ]

    def _articles(self, view: CatalogueView, rows: Rows) -> Iterable[StoryArticle]:
        """Yield what choosing looks at of rows, the oldest first."""
        ids = [view.ids[row] for row in rows.tolist()]
        values, surges = self._measure(ids)
        copies = _copies(view, rows, self._config.copy_cosine).tolist()
        for row, each, now_value, rise, is_copy in zip(
            rows.tolist(), ids, values.tolist(), surges.tolist(), copies, strict=True
        ):
            with_ai, publisher = int(view.with_ai[row]), view.source.name(row)
            yield StoryArticle(
                id=each,
                version="",
                published_at=float(view.published[row]),
                publisher=publisher,
                url=None if publisher else orjson.loads(view.cards[row])["url"],
                generated_with_ai=None if with_ai == UNKNOWN else bool(with_ai),
                value=now_value,
                surge=rise,
                is_copy=is_copy,
            )

    def _measure(self, ids: Sequence[ArticleId]) -> tuple[np.ndarray, np.ndarray]:
        ladder, now = self._ladder, self._clock.now()
        levels = self._trending.of(ids).ladders
        fast, slow = ladder.surge_rungs
        counted = np.isfinite(levels[:, slow])
        rise = np.zeros(len(ids))
        rise[counted] = surge(
            levels[counted, fast],
            levels[counted, slow],
            ladder.rates[fast],
            ladder.rates[slow],
            now,
        )
        return value(levels[:, ladder.served_rung], ladder.served_rate, now), rise


def _copies(view: CatalogueView, rows: Rows, alike: float) -> NDArray[np.bool_]:
    """Return which of k rows, the oldest first, are as good as one before them of their story.

    Shape (k,). Of 87 pairs of the sample's articles about one event, by different newsrooms, the
    most alike have a cosine of .86; the same text under another title has .986 and more.
    """
    copies = np.zeros(len(rows), np.bool_)
    codes = view.story.codes[rows]
    by_story = np.argsort(codes, kind="stable")
    for places in np.split(by_story, np.flatnonzero(np.diff(codes[by_story])) + 1):
        vectors = view.vectors[rows[places]]
        copies[places] = np.tril(vectors @ vectors.T, -1).max(axis=1, initial=-1.0) >= alike
    return copies


def _told_by_several(view: CatalogueView, rows: Rows) -> list[str]:
    told_by = np.bincount(view.story.codes[rows])
    return [view.story.names[code] for code in np.flatnonzero(told_by > 1).tolist() if code]


def _content(event: JudgedStory) -> tuple[int, tuple[tuple[ArticleId, str], ...]]:
    return event.revision, tuple((each.id, each.version) for each in event.sources)
