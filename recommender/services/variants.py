"""What variants make of the feed's settings, and the rankers that serve under them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import orjson

from recommender.clock import Clock
from recommender.domain.experiments import Experiment
from recommender.errors import InvalidInput
from recommender.experiments.overrides import overridden
from recommender.feed_request import FeedConfig, schema_of
from recommender.ranking.config import RankingConfig
from recommender.ranking.ranker import Ranker
from recommender.ranking.weighted import WeightedRanker
from recommender.services.ranking import RankerKeeper, RankerStatus
from recommender.trending.ladder import TrendingConfig

ARMS_MAX = 256
"""Settings of so many variants, or of several together, are kept ready."""

RANKERS_MAX = 16
"""Rankers of so many artifacts are kept ready."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One way to make a feed.

    Parameters
    ----------
    schema : str
        Of the features that are made under ``config``.
    keeper : RankerKeeper
        Of the artifact, where one serves under these settings.
    weighted : WeightedRanker
        Serves where none does.
    """

    config: FeedConfig
    schema: str
    keeper: RankerKeeper
    weighted: WeightedRanker

    @property
    def is_learned(self) -> bool:
        """Whether a learned ranker serves: the weights change nothing then."""
        return self.keeper.loaded is not None

    @property
    def ranker(self) -> Ranker:
        """The ranker to score with now; one request asks for it once."""
        return self.keeper.loaded or self.weighted

    def lacks(self, served: Ranker) -> bool:
        """Tell whether ``served``, of :attr:`ranker`, stands in for an artifact that is named."""
        return served is self.weighted and self.keeper.is_named


class Arms:
    """Gives the arm of what variants override.

    Where they name another artifact, or make other features than it was trained on, the site's
    artifact does not serve: no learned ranker scores features of another schema.

    Parameters
    ----------
    rankers : RankerKeeper
        Of the site's artifact.
    """

    def __init__(
        self,
        rankers: RankerKeeper,
        config: FeedConfig,
        trending: TrendingConfig,
        ranking: RankingConfig,
        clock: Clock,
    ) -> None:
        self._rankers = rankers
        self._config = config
        self._trending = trending
        self._ranking = ranking
        self._clock = clock
        self._keeper = lru_cache(RANKERS_MAX)(self._made_keeper)
        self._arm = lru_cache(ARMS_MAX)(self._made_arm)
        self.plain = self._arm(b"{}")
        """The feed as it is where nothing is overridden."""

    def of(self, overrides: Mapping[str, object]) -> Arm:
        """Return the arm of the feed's settings with ``overrides``, path → value as JSON has it.

        Raises
        ------
        InvalidInput
            The settings, as they are now, refuse one.
        """
        if not overrides:
            return self.plain
        return self._arm(orjson.dumps(overrides, option=orjson.OPT_SORT_KEYS))

    def _made_arm(self, overrides: bytes) -> Arm:
        config = overridden(self._config, orjson.loads(overrides))
        schema = schema_of(config, self._trending)
        return Arm(
            config=config,
            schema=schema,
            keeper=self._keeper(config.ranker, schema),
            weighted=WeightedRanker(config.weights),
        )

    def _made_keeper(self, name: str | None, schema: str) -> RankerKeeper:
        config = self._config
        if (name, schema) == (config.ranker, schema_of(config, self._trending)):
            return self._rankers
        path = None if name is None else self._ranking.folder / name
        return RankerKeeper(path, schema, WeightedRanker(config.weights), self._clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantRanker:
    """Which ranker serves a variant of an experiment, both by their names."""

    experiment: str
    variant: str
    status: RankerStatus


def variant_rankers(experiments: Sequence[Experiment], arms: Arms) -> Iterator[VariantRanker]:
    """Yield the ranker of each variant that the site's own does not serve.

    What the settings, as they are now, do not let run is left out.
    """
    for experiment in experiments:
        for variant in experiment.variants:
            with contextlib.suppress(InvalidInput):
                keeper = arms.of(variant.overrides).keeper
                if keeper is not arms.plain.keeper:
                    yield VariantRanker(
                        experiment=experiment.key, variant=variant.name, status=keeper.status
                    )
