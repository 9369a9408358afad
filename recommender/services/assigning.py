"""What an ordering is made under: the variants that its reader meets, and how it says so.

An assignment that could not change the feed that was asked for is not told and changes nothing,
forced or not: its readers would only thin out the effect. That is decided by what all variants of
the experiment change, so it is decided alike whichever of them the reader has.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recommender.domain.experiments import Assignment, Experiment, ExperimentKind, told
from recommender.domain.ids import ReaderId, SiteId
from recommender.domain.readers import ReaderState
from recommender.domain.slates import NO_SCHEMA
from recommender.errors import InvalidInput
from recommender.experiments.assignment import (
    ExperimentsConfig,
    Visit,
    assigned,
    first_interaction_at,
    overrides_of,
)
from recommender.experiments.overrides import check_overrides
from recommender.services.asking import Ask
from recommender.services.variants import Arm, Arms

Experiments = Callable[[], Sequence[Experiment]]
"""Gives the running experiments; the same object until they change."""

Forced = Callable[[str], tuple[Assignment, ...]]
"""Gives what a signed parameter asks for; raises InvalidInput."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """What one ordering is made under.

    Parameters
    ----------
    variant : str or None
        What its slates tell of it, see :func:`recommender.domain.experiments.told`.
    arms : tuple of Arm
        One; or two whose rankings are merged, the control's first.
    """

    variant: str | None
    arms: tuple[Arm, ...]

    @property
    def schema(self) -> str:
        """Of the features; ``NO_SCHEMA`` where two arms make different ones."""
        schemas = {each.schema for each in self.arms}
        return schemas.pop() if len(schemas) == 1 else NO_SCHEMA


class Assigner:
    """Decides what the orderings of one site are made under.

    Parameters
    ----------
    max_history : int
        As many interactions are kept of a reader.
    """

    def __init__(
        self,
        *,
        site: SiteId,
        arms: Arms,
        experiments: Experiments,
        forced: Forced,
        config: ExperimentsConfig,
        max_history: int,
    ) -> None:
        self._site = site
        self._arms = arms
        self._experiments = experiments
        self._forced = forced
        self._config = config
        self._max_history = max_history
        self._plain = Treatment(variant=None, arms=(arms.plain,))
        self._known: tuple[Sequence[Experiment], Sequence[Experiment]] = ((), ())

    def treatment(
        self, ask: Ask, reader: ReaderId | None, state: ReaderState, now: float
    ) -> Treatment:
        """Return what an ordering for ``ask`` is made under.

        Parameters
        ----------
        reader : ReaderId or None
            None where no reader's data are used: then nothing is assigned.

        Raises
        ------
        InvalidInput
            The variant that was asked for is not to be had.
        """
        met = self._met(ask, reader, state, now)
        if not met:
            return self._plain
        is_learned = self._arms.of(overrides_of(met)).is_learned
        return self._under(
            [e for e in met if could_change(e.experiment, ask, is_learned=is_learned)]
        )

    def _met(
        self, ask: Ask, reader: ReaderId | None, state: ReaderState, now: float
    ) -> tuple[Assignment, ...]:
        if ask.variant is not None:
            return self._forced(ask.variant)
        experiments = self._possible()
        if reader is None or not experiments:
            return ()
        visit = Visit(
            site=self._site,
            reader=reader,
            language=ask.language or state.preferences.language,
            first_interaction_at=first_interaction_at(state.history, self._max_history),
        )
        return assigned(experiments, visit, now=now, config=self._config)

    def _under(self, assignments: Sequence[Assignment]) -> Treatment:
        if not assignments:
            return self._plain
        overrides = overrides_of(assignments)
        merged = next((each.experiment for each in assignments if each.variant is None), None)
        ways = [overrides]
        if merged is not None:
            ways = [{**overrides, **variant.overrides} for variant in merged.variants]
        arms = tuple(self._arms.of(each) for each in ways)
        return Treatment(variant=told(assignments), arms=arms)

    def _possible(self) -> Sequence[Experiment]:
        """Return the running experiments that the settings, as they are now, let run."""
        experiments = self._experiments()
        known, possible = self._known
        if experiments is not known:
            possible = tuple(each for each in experiments if self._is_possible(each))
            self._known = (experiments, possible)
        return possible

    def _is_possible(self, experiment: Experiment) -> bool:
        try:
            check_overrides(experiment, self._arms.plain.config)
        except InvalidInput as error:
            log.error("experiment %r does not run: %s", experiment.key, error)  # noqa: TRY400
            return False
        return True


def could_change(experiment: Experiment, ask: Ask, *, is_learned: bool) -> bool:
    """Tell whether some variant of ``experiment`` could change what is answered to ``ask``.

    Where the share of what is generated with AI is bounded, rankings are not merged: two that keep
    the bound make one that breaks it. An experiment whose variants override nothing tests the
    experiments themselves: everybody is exposed to it.

    Parameters
    ----------
    is_learned : bool
        Whether a learned ranker serves, for which the weights are nothing.
    """
    is_merged = experiment.kind is ExperimentKind.INTERLEAVE
    if is_merged and ask.wanted.max_ai_share is not None:
        return False
    idle = idle_settings(experiment, ask, is_learned=is_learned)
    changed = experiment.settings
    return not changed or not all(is_among(path, idle) for path in changed)


def idle_settings(experiment: Experiment, ask: Ask, *, is_learned: bool) -> list[str]:
    """Return the settings that change nothing of what is answered to ``ask``.

    Returns
    -------
    list of str
        Paths; a whole section where there is a dot at the end. See :func:`is_among`.
    """
    is_merged = experiment.kind is ExperimentKind.INTERLEAVE
    return [
        *(["size"] if is_merged or ask.size is not None else []),
        *(["rerank.diversity"] if ask.diversity is not None else []),
        *(["weights."] if is_learned else []),
        *(["ahead", "exploration."] if is_merged else []),
    ]


def is_among(path: str, idle: Sequence[str]) -> bool:
    """Tell whether a setting is one of :func:`idle_settings`."""
    return any(path == each or (each.endswith(".") and path.startswith(each)) for each in idle)
