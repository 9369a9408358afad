"""Experiments: what is compared, on whom, and which part of it a reader meets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from recommender.domain.ids import SiteId
from recommender.errors import InvalidInput

KEY_PATTERN = r"^[a-z0-9][a-z0-9-]{0,63}$"
KEY_RULE = "1 to 64 of a-z, 0-9 and '-', not starting with '-'"
"""Form of the key of an experiment and of the name of a variant or a namespace."""

INTERLEAVED = "interleaved"
"""What stands for the variant where both rankings are merged; no variant has this name."""

FORCED_MARK = "!"
"""Follows the name of a variant that was asked for; neither keys nor names hold it."""

_TOLD = re.compile(rf"([a-z0-9][a-z0-9-]{{0,63}}):([a-z0-9][a-z0-9-]{{0,63}})({FORCED_MARK}?)")


class ExperimentKind(StrEnum):
    """How variants are compared."""

    AB = "ab"
    """Each reader has one of them."""

    INTERLEAVE = "interleave"
    """Each slate is merged of both of them."""


class Status(StrEnum):
    """How far an experiment is, in the only order there is."""

    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"


class Metric(StrEnum):
    """What variants are compared by."""

    CTR = "ctr"
    READS_PER_READER = "reads_per_reader"
    DWELL_PER_READER = "dwell_per_reader"
    RETURN_RATE = "return_rate"
    HIDE_RATE = "hide_rate"
    DIVERSITY = "diversity"
    AI_SHARE = "ai_share"
    LATENCY = "latency"
    ERRORS = "errors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One of what is compared.

    Parameters
    ----------
    weight : float
        Share of the experiment's readers, 0 to 1; those of all variants sum to 1 ± .01.
    overrides : mapping of str to object
        Dotted path of a feed setting → its value, as JSON has it; empty is the feed as it is.
    """

    name: str
    weight: float
    overrides: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Namespace:
    """A part of the readers, ``[start, end)`` of 0 to 1.

    No reader is in two experiments whose parts of one namespace are apart.
    """

    name: str
    start: float
    end: float

    def overlaps(self, other: Namespace) -> bool:
        """Tell whether some reader may be in both parts of one namespace."""
        return self.name == other.name and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Targeting:
    """Whom an experiment is for; everybody where nothing is set.

    Parameters
    ----------
    new_reader_days : float or None
        Only readers whose first interaction is no longer ago, and those who have none yet. A
        bound on the number of interactions would not do: the better variant's readers would pass
        it, and leave the experiment, sooner.
    languages : tuple of str
        BCP 47 tags of the readers' languages; ``pt`` takes in ``pt-BR``.
    """

    new_reader_days: float | None = None
    languages: tuple[str, ...] = ()
    sites: tuple[SiteId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of an experiment that changed, at a second since the epoch.

    Parameters
    ----------
    before, after : object
        As JSON has it; ``before`` is None where the experiment is new.
    """

    at: float
    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """One experiment. Times are seconds since the epoch.

    Parameters
    ----------
    variants : tuple of Variant
        The first is the control, which the others are compared with.
    seed : str
        What readers are dealt over the variants by; another seed deals them anew.
    coverage : float
        Share of the readers that take part, 0 to 1.
    namespace : Namespace or None
        The part of the readers that it draws from; None is all of them.
    holdout : float
        Share of the readers kept out, 0 to 1. They are the same ones for all experiments of a site,
        as far as their shares go: what the smallest share holds out is in none.
    start, end : float or None
        While it runs, readers are assigned from ``start`` on and before ``end``.
    history : tuple of Change
        Oldest first.
    """

    key: str
    hypothesis: str
    kind: ExperimentKind
    variants: tuple[Variant, ...]
    seed: str
    primary_metric: Metric
    guardrails: tuple[Metric, ...] = ()
    coverage: float = 1.0
    namespace: Namespace | None = None
    targeting: Targeting = Targeting()
    holdout: float = 0.0
    start: float | None = None
    end: float | None = None
    status: Status = Status.DRAFT
    history: tuple[Change, ...] = ()

    @property
    def settings(self) -> frozenset[str]:
        """Paths of the settings that any variant overrides."""
        return frozenset(path for variant in self.variants for path in variant.overrides)

    def is_active(self, now: float) -> bool:
        """Tell whether readers are assigned at ``now``."""
        begun = self.start is None or self.start <= now
        ended = self.end is not None and self.end <= now
        return self.status is Status.RUNNING and begun and not ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What a reader meets of one experiment.

    Parameters
    ----------
    variant : Variant or None
        None where both rankings are merged in each slate.
    forced : bool
        Whether it was asked for, to be looked at: no analysis counts it.
    """

    experiment: Experiment
    variant: Variant | None
    forced: bool = False

    @property
    def name(self) -> str:
        """Name of the variant, or ``INTERLEAVED``."""
        return INTERLEAVED if self.variant is None else self.variant.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcedVariant:
    """A variant that somebody with the service's signature asked for, by names."""

    experiment: str
    variant: str


def told(assignments: Sequence[Assignment]) -> str | None:
    """Return what a slate tells of the experiments that its reader was exposed to; None of none.

    ``key:variant`` with commas between them, in the order of the keys; ``!`` follows a variant
    that was forced. It is read back by :func:`exposures_of`.
    """
    texts = {each.experiment.key: each.name + FORCED_MARK * each.forced for each in assignments}
    return ",".join(f"{key}:{texts[key]}" for key in sorted(texts)) or None


def exposures_of(text: str | None) -> dict[str, tuple[str, bool]]:
    """Return experiment's key → name of the variant, and whether it was forced.

    Parameters
    ----------
    text : str or None
        As :func:`told` wrote it.

    Raises
    ------
    InvalidInput
        It was written by something else.

    Examples
    --------
    >>> exposures_of("dial:wide!,mix:interleaved")
    {'dial': ('wide', True), 'mix': ('interleaved', False)}
    """
    found: dict[str, tuple[str, bool]] = {}
    for part in text.split(",") if text is not None else ():
        parts = _TOLD.fullmatch(part)
        if parts is None or parts[1] in found:
            wanted = "experiments and variants as a slate tells them, each experiment once"
            raise InvalidInput("variant", wanted, repr(text))
        found[parts[1]] = parts[2], bool(parts[3])
    return found
