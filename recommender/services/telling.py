"""Use case: what there is to tell: the live stories, and which of them get a brief."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import orjson

from recommender.candidates.rules import compile_rules
from recommender.catalogue.view import UNKNOWN, CatalogueView
from recommender.clock import Clock
from recommender.domain.brief_records import brief_id
from recommender.domain.ids import ArticleId
from recommender.services.follower import CatalogueFollower
from recommender.store.briefs import BriefStore, Standing
from recommender.store.trending import TrendingStore
from recommender.stories.choosing import (
    Choice,
    ChoosingConfig,
    ChosenEvent,
    LiveStory,
    StoryArticle,
    choose,
)
from recommender.trending.decay import surge, value
from recommender.trending.ladder import TrendingConfig


class StoryTeller:
    """Reads the live stories of one site with what is counted and told of them.

    Articles that have expired, or that the site's rules hold out, are not part of any story here.
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

    def held_out(self) -> list[ArticleId]:
        """Return the live articles that the site's rules hold out now."""
        view = self._view
        rows = compile_rules(self._follower.rules, view, self._clock.now()).held_out
        return [view.ids[row] for row in rows[view.alive[rows]].tolist()]

    def choose(self) -> Choice:
        """Return which events are to be told now."""
        view = self._view
        codes = np.bincount(view.story.codes[self._rows(view)])
        several = np.flatnonzero(codes > 1)
        names = [view.story.names[code] for code in several.tolist() if code]
        return choose(self._stories(view, names), self._config)

    def still(self, event: ChosenEvent) -> bool:
        """Tell whether ``event`` would be told from the same sources now."""
        choice = choose(self._stories(self._view, [event.story]), self._config)
        return [_content(each) for each in choice.chosen] == [_content(event)]

    @property
    def _view(self) -> CatalogueView:
        return self._follower.catalogue.view

    def _rows(self, view: CatalogueView) -> np.ndarray:
        now = self._clock.now()
        eligible = view.eligible(now)
        eligible[compile_rules(self._follower.rules, view, now).held_out] = False
        return np.flatnonzero(eligible)

    def _stories(self, view: CatalogueView, names: Sequence[str]) -> list[LiveStory]:
        if not names:
            return []
        rows = self._rows(view)
        rows = rows[view.story.among(names)[rows]]
        told = dict(zip(names, self._briefs.standings([*map(brief_id, names)]), strict=True))
        members: dict[str, list[StoryArticle]] = {name: [] for name in names}
        for row, article in zip(rows.tolist(), self._articles(view, rows), strict=True):
            members[view.story.names[view.story.codes[row]]].append(article)
        return [_story(name, each, told[name]) for name, each in members.items()]

    def _articles(self, view: CatalogueView, rows: np.ndarray) -> Iterable[StoryArticle]:
        ids = [view.ids[row] for row in rows.tolist()]
        values, surges = self._measure(ids)
        versions = self._briefs.versions(ids)
        for row, each, now_value, rise, version in zip(
            rows.tolist(), ids, values.tolist(), surges.tolist(), versions, strict=True
        ):
            with_ai = int(view.with_ai[row])
            yield StoryArticle(
                id=each,
                version=version or "",
                published_at=float(view.published[row]),
                publisher=view.source.name(row),
                url=orjson.loads(view.cards[row])["url"],
                generated_with_ai=None if with_ai == UNKNOWN else bool(with_ai),
                value=now_value,
                surge=rise,
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


def _story(name: str, articles: Sequence[StoryArticle], standing: Standing) -> LiveStory:
    return LiveStory(
        story=name,
        articles=tuple(articles),
        told=standing.told,
        revision=standing.newest,
    )


def _content(event: ChosenEvent) -> tuple[int, tuple[tuple[ArticleId, str], ...]]:
    return event.revision, tuple((each.id, each.version) for each in event.sources)
