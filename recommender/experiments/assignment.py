"""Who meets which variant: decided from the reader's id and the definitions alone, kept nowhere.

Guests are not assigned: they have no id that the next request would bring again. Neither are
readers without personalisation: they get the feed of a guest, and none of their data are used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from recommender.config import Config
from recommender.domain.experiments import (
    INTERLEAVED,
    Assignment,
    Experiment,
    ExperimentKind,
    ForcedVariant,
    Status,
    Targeting,
)
from recommender.domain.ids import ReaderId, SiteId
from recommender.domain.interactions import HistoryEntry
from recommender.errors import InvalidInput
from recommender.experiments.hashing import (
    Range,
    bucket,
    bucket_ranges,
    namespace_place,
    place_in,
)

DAY_SECONDS = 86_400.0

LONG_AGO = float("-inf")
"""First interaction of a reader of whom only the newest interactions are kept."""

HOLDOUT_SEED = "__holdout"
"""What readers are held out by: one seed for all experiments, so that they are the same readers."""


class ExperimentsConfig(Config):
    """What holds for all experiments of the site."""

    holdout: float = Field(
        default=0.0,
        ge=0.0,
        le=1.0,
        description="Share of readers, 0 to 1, that are in no experiment: what all that is tried "
        "does together is seen against them.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who asks for a feed, as far as experiments go by it.

    Parameters
    ----------
    reader : ReaderId or None
        None for a guest, and where no data of the reader are used.
    language : str or None
        BCP 47 tag that the request or the reader's preferences name.
    first_interaction_at : float or None
        Second since the epoch, see :func:`first_interaction_at`; None where there is none yet.
    """

    site: SiteId
    reader: ReaderId | None
    language: str | None = None
    first_interaction_at: float | None = None


def assigned(
    experiments: Sequence[Experiment],
    visit: Visit,
    *,
    now: float,
    config: ExperimentsConfig,
) -> tuple[Assignment, ...]:
    """Return what a reader meets of ``experiments``, in their order; nothing for a guest.

    The same reader always meets the same variant of one experiment; more coverage only adds
    readers. Where the definitions agree with each other
    (see :func:`recommender.experiments.lifecycle.refuse_conflicts`), no two of the assignments
    override one setting.

    Parameters
    ----------
    now : float
        Seconds since the epoch.
    """
    found = (_assigned(each, visit, now, config) for each in experiments)
    return tuple(each for each in found if each is not None)


def forced(experiments: Sequence[Experiment], wanted: ForcedVariant) -> tuple[Assignment, ...]:
    """Return the assignment that was asked for, and no other: nothing else colours what is shown.

    Whoever asks gets it, guests too, and before the experiment begins.

    Raises
    ------
    InvalidInput
        There is no such experiment or variant, or it was stopped.
    """
    experiment = next((each for each in experiments if each.key == wanted.experiment), None)
    if experiment is None or experiment.status is Status.STOPPED:
        raise InvalidInput(
            "variant", "of an experiment that is a draft or running", repr(wanted.experiment)
        )
    if wanted.variant == INTERLEAVED and experiment.kind is ExperimentKind.INTERLEAVE:
        return (Assignment(experiment=experiment, variant=None, forced=True),)
    variant = next((each for each in experiment.variants if each.name == wanted.variant), None)
    if variant is None:
        names = ", ".join(each.name for each in experiment.variants)
        raise InvalidInput("variant", f"one of {names}", repr(wanted.variant))
    return (Assignment(experiment=experiment, variant=variant, forced=True),)


def overrides_of(assignments: Sequence[Assignment]) -> dict[str, object]:
    """Return what all variants override, path → value; merged slates override nothing by itself."""
    variants = [each.variant for each in assignments if each.variant is not None]
    return {path: value for each in variants for path, value in each.overrides.items()}


def experiment_ranges(experiment: Experiment) -> list[Range]:
    """Return the places that each variant takes; one range where rankings are merged."""
    if experiment.kind is ExperimentKind.INTERLEAVE:
        return bucket_ranges([1.0], experiment.coverage)
    return bucket_ranges([each.weight for each in experiment.variants], experiment.coverage)


def first_interaction_at(history: Sequence[HistoryEntry], kept_at_most: int) -> float | None:
    """Return the second of a reader's first interaction, as far as the history tells.

    Parameters
    ----------
    history : sequence of HistoryEntry
        Newest first.
    kept_at_most : int
        As many interactions are kept of a reader: with so many, others may have come before.
    """
    if not history:
        return None
    return LONG_AGO if len(history) >= kept_at_most else history[-1].occurred_at


def _assigned(
    experiment: Experiment, visit: Visit, now: float, config: ExperimentsConfig
) -> Assignment | None:
    reader = visit.reader
    if reader is None or not experiment.is_active(now):
        return None
    if not _is_meant(experiment.targeting, visit, now) or not _may_take_part(
        experiment, reader, config
    ):
        return None
    number = place_in(experiment_ranges(experiment), bucket(experiment.seed, reader))
    if number is None:
        return None
    merged = experiment.kind is ExperimentKind.INTERLEAVE
    return Assignment(
        experiment=experiment, variant=None if merged else experiment.variants[number]
    )


def _is_meant(targeting: Targeting, visit: Visit, now: float) -> bool:
    if targeting.sites and visit.site not in targeting.sites:
        return False
    if targeting.languages and not _speaks(visit.language, targeting.languages):
        return False
    first, days = visit.first_interaction_at, targeting.new_reader_days
    return days is None or first is None or first >= now - days * DAY_SECONDS


def _speaks(language: str | None, ranges: Sequence[str]) -> bool:
    """Tell whether a tag is in one of the language ranges (RFC 4647, basic filtering)."""
    tag = f"{language or ''}-".lower()
    return any(tag.startswith(f"{each}-".lower()) for each in ranges)


def _may_take_part(experiment: Experiment, reader: ReaderId, config: ExperimentsConfig) -> bool:
    held_out = max(experiment.holdout, config.holdout)
    if held_out and bucket(HOLDOUT_SEED, reader) < held_out:
        return False
    part = experiment.namespace
    return part is None or part.start <= namespace_place(part.name, reader) < part.end
